"""The XML inside a PDF: where it may stand, and what is said of a PDF without any."""

import io
import tracemalloc

import pikepdf
import pytest

from rules.findings import ReasonCode
from rules.model import Invoice, Syntax
from tests.fixture_maker import pdf
from tests.fixture_maker.cii import EN16931, reform
from tests.unit.extract.samples import (
    BILL,
    CII,
    CII_REFORM,
    LETTER,
    LIMITS,
    PAGE,
    UBL,
    ZUGFERD1,
    invoice,
    pdf_with,
    readings,
    refused,
    told,
)
from worker.errors import LimitExceeded
from worker.extract.limits import Limits
from worker.extract.pdf_reader import InProcessPdfReader

FACTURX = pdf.facturx(BILL, reform(BILL, EN16931))
ONLY_AF = pdf_with({"factur-x.xml": CII}, name_tree=False)


def names(data, limits=LIMITS):
    """The names of the XML files in a PDF."""
    return [file.name for file in InProcessPdfReader(limits).read(data).files]


def changed(data, change):
    """A PDF after a change of its objects."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as document:
        change(document)
        document.save(out)
    return out.getvalue()


@pytest.mark.parametrize("name_tree", [True, False], ids=["name tree", "/AF only"])
@pytest.mark.parametrize(
    "name", ["factur-x.xml", "ZUGFeRD-invoice.xml", "FACTURE.XML", "a.xml ", "facture n°1 été.xml", ".xml"]
)
def test_names(name, name_tree):
    """A file is found in the name tree or in /AF alone, under any name that ends in .xml, in any case."""
    content = InProcessPdfReader(LIMITS).read(pdf_with({name: CII}, name_tree=name_tree))
    assert [(file.name, file.data) for file in content.files] == [(name, CII)]
    assert not content.repaired


def test_written_by_the_library():
    """A Factur-X of the usual library is read, and its fields say in which file they stand."""
    read = invoice(FACTURX)
    assert (read.invoice_number.value, read.within, read.profile) == (BILL.number, "factur-x.xml", "EN 16931")
    assert read.findings == ()


def test_several_files():
    """Every XML file is handed over, and what is no XML is not."""
    files = {"a.xml": CII, "b.txt": b"text", "c.XML": UBL, "d.xml.pdf": PAGE}
    assert names(pdf_with(files)) == ["a.xml", "c.XML"]
    assert names(pdf_with(files, name_tree=False)) == ["a.xml", "c.XML"]


@pytest.mark.parametrize("other", ["a-first.xml", "z-last.xml"])
def test_preferred_name(other):
    """Of two invoices the one with the name of the standard is read, wherever it stands and in any case."""
    read = invoice(pdf_with({other: UBL, "Factur-X.xml": CII}))
    assert read.within == "Factur-X.xml"


def test_newer_name():
    """The names of ZUGFeRD 1 and 2 differ by case only; of the two the newer is read."""
    assert invoice(pdf_with({"ZUGFeRD-invoice.xml": ZUGFERD1, "zugferd-invoice.xml": CII})).syntax is Syntax.CII


def test_root_decides():
    """A file that is no invoice is passed over, even under the name of the standard."""
    read = invoice(pdf_with({"factur-x.xml": b"<Order/>", "z.xml": UBL}))
    assert (read.within, read.invoice_number.value) == ("z.xml", BILL.number)


def test_first_fault_is_told():
    """Where no file is an invoice, the fault of the best named one is told, with its name."""
    assert refused(pdf_with({"a.xml": b"<a>", "factur-x.xml": b"<Order/>"})) == (
        ReasonCode.INT_NOT_AN_INVOICE,
        "a PDF with “factur-x.xml” inside: an order (UBL), not an invoice",
    )
    reason, message = refused(pdf_with({"a.xml": b"<!DOCTYPE a><a/>", "b.xml": b"<Order/>"}))
    assert reason is ReasonCode.INT_UNSAFE
    assert message.startswith("a PDF with “a.xml” inside: it declares a DOCTYPE")


@pytest.mark.parametrize("data", [PAGE, pdf_with({"a.txt": b"text"})], ids=["no file", "another file"])
def test_no_xml(data):
    """A PDF without any XML is read from its pages, and that is told with the fields that were found there."""
    read = invoice(data)
    assert (read.syntax, read.within) == (Syntax.PAGE, "")
    assert (read.invoice_number.value, read.commitment_number.value) == (BILL.number, BILL.commitment)
    ((code, values),) = read.findings
    assert code is ReasonCode.INT_READ_FROM_PAGE
    assert {"invoice_number", "commitment_number"} <= set(dict(values)["fields"].split(", "))


def test_no_xml_and_no_invoice_on_its_pages():
    """A PDF without any XML, on whose pages nothing reads like an invoice, has no structured data."""
    assert refused(LETTER) == (
        ReasonCode.INT_NO_STRUCTURED_DATA,
        "a PDF without an XML invoice inside, and its pages do not read like an invoice",
    )


@pytest.mark.parametrize("data", [FACTURX, ONLY_AF], ids=["name tree", "/AF only"])
def test_repaired(data):
    """A PDF that lost its end is read, and where it had to be repaired that is told."""
    assert invoice(pdf.cut_before_end(data)).invoice_number.value == BILL.number
    read = invoice(data[: data.rindex(b"endobj")])
    assert read.invoice_number.value == BILL.number
    assert told(read, ReasonCode.INT_REPAIRED) == [{}]


def test_junk_in_front():
    """A PDF with a few bytes in front of it is read."""
    assert invoice(b"junk\n" * 20 + FACTURX).invoice_number.value == BILL.number


def test_locked():
    """A PDF with a password is named as one."""
    reason, message = refused(pdf.locked(FACTURX))
    assert reason is ReasonCode.INT_MALFORMED
    assert "password" in message


@pytest.mark.parametrize("data", [b"%PDF-1.7", b"%PDF-1.7\n" + b"\xff" * 500, FACTURX[:200]])
def test_beyond_repair(data):
    """What only begins like a PDF is damaged beyond repair, and the message holds no name of ours."""
    reason, message = refused(data)
    assert reason is ReasonCode.INT_MALFORMED
    assert message.startswith("a PDF damaged beyond repair: ")
    assert "BytesIO" not in message


@pytest.mark.parametrize("data", [pdf_with({"a.xml": CII}), ONLY_AF], ids=["name tree", "/AF only"])
def test_size_limit(data):
    """A file inside above the limit is refused, however it is reached."""
    assert names(data, Limits(xml_bytes=len(CII)))
    with pytest.raises(LimitExceeded, match=f"the limit is {len(CII) - 1:,}"):
        names(data, Limits(xml_bytes=len(CII) - 1))


def _no_array(document):
    document.Root.AF = pikepdf.Dictionary()


def _no_specification(document):
    document.Root.AF.insert(0, pikepdf.Array([1]))
    document.Root.AF.insert(0, pikepdf.Name.Nothing)


def _no_files(document):
    document.Root.AF[0].EF = 7


def _no_stream(document):
    document.Root.AF[0].EF = pikepdf.Dictionary(UF=7)


def _nameless(document):
    del document.Root.AF[0].UF
    del document.Root.AF[0].F


def _short_name_only(document):
    del document.Root.AF[0].UF


@pytest.mark.parametrize(
    ("change", "found", "syntax"),
    [
        (_no_array, [], Syntax.PAGE),
        (_no_specification, [CII], Syntax.CII),
        (_no_files, [b""], None),
        (_no_stream, [b""], None),
        (_nameless, [], Syntax.PAGE),
        (_short_name_only, [CII], Syntax.CII),
    ],
)
def test_odd_associated_files(change, found, syntax):
    """What stands in /AF and is no file specification is passed over; the pages are read only where no XML is named."""
    odd = changed(ONLY_AF, change)
    assert [file.data for file in InProcessPdfReader(LIMITS).read(odd).files] == found
    (reading,) = readings(odd)
    assert (reading.syntax if isinstance(reading, Invoice) else None) is syntax


def test_damaged_stream():
    """A file inside whose bytes are damaged is malformed."""
    data = pdf_with({"factur-x.xml": CII_REFORM})
    begin = data.index(b"stream\n", data.index(b"/EmbeddedFile")) + 7
    assert refused(data[:begin] + b"\xff" * 40 + data[begin + 40 :])[0] is ReasonCode.INT_MALFORMED


@pytest.mark.parametrize("name_tree", [True, False], ids=["name tree", "AF"])
def test_embedded_files_are_limited_together(*, name_tree: bool) -> None:
    """The limit of an XML holds for all embedded XML files together: many small ones are no way around it."""
    data = pdf_with({"a.xml": CII, "b.xml": CII}, name_tree=name_tree)
    assert len(InProcessPdfReader(Limits(xml_bytes=2 * len(CII))).read(data).files) == 2
    with pytest.raises(LimitExceeded, match="embedded XML is too large"):
        InProcessPdfReader(Limits(xml_bytes=2 * len(CII) - 1)).read(data)


@pytest.mark.parametrize("name_tree", [True, False], ids=["name tree", "AF"])
def test_the_number_of_embedded_files_is_limited(*, name_tree: bool) -> None:
    """A PDF with more embedded files than the limit is refused, whatever their names."""
    data = pdf_with({f"{n}.bin": b"x" for n in range(3)}, name_tree=name_tree)
    assert InProcessPdfReader(Limits(pdf_files=3)).read(data).files == ()
    with pytest.raises(LimitExceeded, match="3 embedded files; the limit is 2"):
        InProcessPdfReader(Limits(pdf_files=2)).read(data)


def test_a_packed_file_is_not_unpacked_beyond_its_limit() -> None:
    """Where qpdf reads, a file of a hundred megabytes that is packed to a hundred kilobytes is never held whole."""
    data = pdf_with({"a.xml": bytes(100 << 20)}, name_tree=False)
    assert len(data) < 1 << 20
    tracemalloc.start()
    try:
        with pytest.raises(LimitExceeded):
            InProcessPdfReader(Limits(xml_bytes=1 << 20)).read(data)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 10 << 20

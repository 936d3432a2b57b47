"""The one door of extraction: every kind of container, and what is said where there is no invoice."""

import zipfile

import pytest

from rules.findings import ReasonCode
from rules.model import Invoice, Syntax, Unreadable
from tests.fixture_maker import cii, pdf, pivot
from tests.fixture_maker.xmlkit import rewrite
from tests.unit.extract.samples import (
    BILL,
    CII,
    CII_REFORM,
    LETTER,
    PAGE,
    PIVOT,
    SINGLE,
    UBL,
    extractor,
    flow,
    invoice,
    pdf_with,
    readings,
    refused,
    told,
)
from tests.unit.extract.test_archives import packed
from worker.document import Document
from worker.errors import DocumentMalformed
from worker.extract.limits import Limits
from worker.ports import EmbeddedFile, Page, Pages, PdfContent

FACTURX = pdf_with({"factur-x.xml": CII_REFORM})
CONTAINERS = {
    **SINGLE,
    "pivot": PIVOT,
    "pdf": FACTURX,
    "zipped xml": pivot.zipped("a.xml", CII),
    "zipped pivot": pivot.zipped("PivotS.xml", PIVOT),
    "zipped pdf": pivot.zipped("a.pdf", FACTURX),
    "stored pdf": packed(("a.pdf", FACTURX), method=zipfile.ZIP_STORED),
    "utf-16": CII.decode().replace("encoding='UTF-8'", "encoding='UTF-16'").encode("utf-16"),
    "blank line": b"\r\n" + CII,
    "byte order mark": b"\xef\xbb\xbf" + CII,
}


class Shelf:
    """A PDF reader that gives what it was told to, and keeps what it was asked for."""

    def __init__(self, *files, repaired=False, fault=None):
        self.content, self.fault, self.asked = PdfContent(tuple(files), repaired), fault, []

    def read(self, data):
        """The files, or the fault."""
        self.asked.append(("read", data))
        if self.fault:
            raise self.fault
        return self.content

    def pages(self, data):
        """A page on which nothing stands."""
        self.asked.append(("pages", data))
        return Pages((Page(1, 595, 842, ()),), 1)


def by(shelf, data):
    """What is read of a document by a PDF reader."""
    return list(extractor(pdf_reader=shelf).read(Document(data=data)))


@pytest.mark.parametrize("data", CONTAINERS.values(), ids=CONTAINERS)
def test_containers(data, tmp_path):
    """The invoice comes out of every container, from memory and from disk alike."""
    read = invoice(data)
    assert read.invoice_number.value == BILL.number
    path = tmp_path / "no suffix"
    path.write_bytes(data)
    assert list(extractor().read(Document(path=path))) == [read]


@pytest.mark.parametrize(
    ("data", "reason", "says"),
    [
        (b"", ReasonCode.INT_MALFORMED, "an empty file; ask for it to be sent again"),
        (b" \n\t", ReasonCode.INT_MALFORMED, "neither XML nor PDF nor ZIP"),
        (b"\0" * 100, ReasonCode.INT_MALFORMED, "neither XML nor PDF nor ZIP"),
        (b"Bonjour, voici ma facture", ReasonCode.INT_MALFORMED, "neither XML nor PDF nor ZIP"),
        (b'{"facture": 1}', ReasonCode.INT_NOT_AN_INVOICE, "a JSON document, not an invoice"),
        (b"\x89PNG\r\n\x1a\n", ReasonCode.INT_NOT_AN_INVOICE, "a PNG image, not an invoice"),
        (
            b"\x1f\x8b\x08\0",
            ReasonCode.INT_NOT_AN_INVOICE,
            "a gzip archive, not an invoice; unpack it and send each file",
        ),
        (b"<a>", ReasonCode.INT_MALFORMED, "XML that is not well-formed"),
        (b"<!DOCTYPE a><a/>", ReasonCode.INT_UNSAFE, "it declares a DOCTYPE"),
        (b"\n<!doctype HTML><p>Session", ReasonCode.INT_NOT_AN_INVOICE, "an HTML page, not an invoice"),
        (b"<html><body><br>", ReasonCode.INT_NOT_AN_INVOICE, "an HTML page, not an invoice"),
        (LETTER, ReasonCode.INT_NO_STRUCTURED_DATA, "its pages do not read like an invoice"),
        (b"%PDF-1.7", ReasonCode.INT_MALFORMED, "a PDF damaged beyond repair"),
        (b"PK\x03\x04", ReasonCode.INT_MALFORMED, "a ZIP that cannot be opened"),
        (packed(), ReasonCode.INT_MALFORMED, "a ZIP of 0 files"),
        (packed(("a.xml", CII), ("b.xml", UBL)), ReasonCode.INT_MALFORMED, "a ZIP of 2 files"),
        (packed(("../a.xml", CII)), ReasonCode.INT_UNSAFE, "a path"),
        (packed(("a.zip", packed(("a.xml", CII)))), ReasonCode.INT_MALFORMED, "a ZIP inside a ZIP; send the document"),
        (packed(("a.txt", b"Bonjour")), ReasonCode.INT_MALFORMED, "neither XML nor PDF nor ZIP"),
        (packed(("a.txt", b"")), ReasonCode.INT_MALFORMED, "an empty file"),
    ],
)
def test_refusals(data, reason, says):
    """What is no invoice is named, with what to do about it."""
    told_reason, message = refused(data)
    assert told_reason is reason
    assert says in message


@pytest.mark.parametrize(
    ("data", "limits"),
    [
        (CII, Limits(xml_bytes=len(CII) - 1)),
        (FACTURX, Limits(pdf_bytes=len(FACTURX) - 1)),
        (packed(("a.xml", CII)), Limits(pdf_bytes=100)),
        (packed(("a.xml", CII)), Limits(pivot_bytes=100)),
        (packed(("a.xml", CII)), Limits(xml_bytes=100)),
        (FACTURX, Limits(xml_bytes=100)),
    ],
    ids=["xml", "pdf", "zip", "zip inside", "xml inside a zip", "xml inside a pdf"],
)
def test_limits(data, limits):
    """What is beyond a limit says so, and is genuine otherwise."""
    assert refused(data, limits)[0] is ReasonCode.INT_TOO_LARGE
    assert invoice(data).invoice_number.value == BILL.number


def test_file_is_gone(tmp_path):
    """A file that is not there is the one error that comes out."""
    with pytest.raises(FileNotFoundError):
        list(extractor().read(Document(path=tmp_path / "gone")))


@pytest.mark.parametrize("mention", ["CPPFacturePivot", "see CPPFacturePivot_V2_02.xsd"])
def test_mention_of_a_pivot(mention):
    """A document that only mentions the name of the portal's file is read as what it is."""
    assert invoice(cii.historical(BILL.but(number=mention))).syntax is Syntax.CII
    _, message = refused(f"<CPPFactureMixte><!-- {mention} --></CPPFactureMixte>".encode())
    assert "CPPFactureMixte" in message


def test_no_hash():
    """Where content is not to be hashed, no invoice has a hash."""
    quick = extractor(hash_content=False)
    assert [next(quick.read(Document(data=data))).content_hash for data in (CII, PIVOT)] == [None, None]


def test_reader_of_pdfs():
    """The PDF reader is a port: it is asked with the bytes for files, then pages, and what it gives is what is read."""
    shelf = Shelf(EmbeddedFile("facture.xml", CII), repaired=True)
    (read,) = by(shelf, b"%PDF-any")
    assert shelf.asked == [("read", b"%PDF-any"), ("pages", b"%PDF-any")]
    assert (read.within, told(read, ReasonCode.INT_REPAIRED)) == ("facture.xml", [{}])


def test_fault_of_the_pdf_reader():
    """A fault of the PDF reader is told in its own words."""
    (read,) = by(Shelf(fault=DocumentMalformed("it crashed")), b"%PDF-any")
    assert read == Unreadable(reason=ReasonCode.INT_MALFORMED, message="it crashed")


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (CII, True),
        (pdf_with({"a.xml": UBL}), True),
        (PAGE, True),
        (LETTER, False),
        (b"%PDF-1.7 damaged", False),
        (b"<a>", False),
        (b"<Order/>", False),
        (b"<!DOCTYPE a><a/>", False),
        (b"Bonjour", False),
        (b"\x89PNG", False),
    ],
    ids=["cii", "pdf", "page", "letter", "damaged", "not well-formed", "order", "unsafe", "text", "image"],
)
def test_original_of_a_pivot(content, found):
    """An original that is an invoice, by data or by its page, completes its header; any other is no fault."""
    read = invoice(flow(BILL.but(commitment=None), pieces=(pivot.Piece("f", content),)))
    assert (read.commitment_number is not None) is found
    assert read.findings == ()


_PAGE = pivot.Piece("a.pdf", PAGE)
_DAMAGED = pivot.Piece("d.pdf", b"%PDF-1.7 damaged")
_COMPLEMENTARY = pivot.Piece("b.xml", CII, kind="02"), pivot.Piece("b.pdf", PAGE, kind="02")


@pytest.mark.parametrize(
    ("pieces", "place"),
    [
        ((_PAGE, *_COMPLEMENTARY, pivot.Piece("c.xml", UBL)), "c.xml#/Invoice/"),
        ((_PAGE, pivot.Piece("c.pdf", FACTURX)), "c.pdf#/rsm:CrossIndustryInvoice/"),
        ((_DAMAGED, pivot.Piece("e.xml", b"<Order/>"), _PAGE, pivot.Piece("z.pdf", PAGE)), "a.pdf#page 1 ["),
        (_COMPLEMENTARY, None),
    ],
    ids=["xml after a page", "Factur-X after a page", "page after what cannot be read", "complementary documents"],
)
def test_first_readable_original(pieces, place):
    """The first original with data counts, without one the first page; a complementary document never does."""
    number = invoice(flow(BILL.but(commitment=None), pieces=pieces)).commitment_number
    assert (number.source[: len(place)] if place else number) == place


def test_page_that_contradicts_a_header():
    """A page that contradicts the header is told field by field, and the header stands."""
    other = pdf.page(BILL.but(number="LV-9", commitment="2026-000001"))
    read = invoice(flow(BILL, pieces=(pivot.Piece("a.pdf", other),)))
    assert (read.invoice_number.value, read.commitment_number.value) == (BILL.number, BILL.commitment)
    found = [(values["field"], values["data"], values["page"]) for values in told(read, ReasonCode.INT_PAGE_DIVERGENCE)]
    assert found == [
        ("invoice_number", BILL.number, "LV-9"),
        ("commitment_number", "2026-000217", "2026-000001"),
    ]


def test_pages_are_not_asked():
    """Where pages are not to be checked, they neither fill a header nor contradict it."""
    other = pdf.page(BILL.but(number="LV-9"))
    data = flow(BILL.but(commitment=None), pieces=(pivot.Piece("a.pdf", other),))
    (read,) = extractor(check_pages=False).read(Document(data=data))
    assert (read.commitment_number, read.findings) == (None, ())


def test_nameless_original():
    """An original without a name is still told from the header."""
    nameless = flow(BILL.but(commitment=None), pieces=(pivot.Piece(" ", CII, zip_entry="x"),))
    assert invoice(nameless).commitment_number.source.startswith("PJ#/")


def test_divergence():
    """An original that contradicts the header is told field by field, and the header stands."""
    other = cii.historical(BILL.but(number="LV-9", commitment="2026-000001"))
    read = invoice(flow(BILL, pieces=(pivot.Piece("a.xml", other),)))
    assert read.invoice_number.value == BILL.number
    assert told(read, ReasonCode.INT_DIVERGENCE) == [
        {"field": "invoice_number", "header": BILL.number, "original": "LV-9"},
        {"field": "commitment_number", "header": "2026-000217", "original": "2026-000001"},
    ]


def test_stream_is_lazy():
    """The first invoice of a pivot is there before the rest was read."""
    many = flow(*(BILL.but(number=f"F-{n}") for n in range(300)), pieces=(pivot.Piece("a.bin", bytes(500)),))
    first = next(iter(extractor().read(Document(data=many[: len(many) // 2]))))
    assert isinstance(first, Invoice)
    assert len(readings(many)) == 300


def test_thousands_of_findings():
    """Of each code the first twenty findings are told, so that no document makes thousands; no code is lost."""
    odd = b"".join(b"<Champ%d/>" % i for i in range(5000))
    read = invoice(rewrite(PIVOT, ("<Debiteur>", odd.decode() + "<Debiteur>"), ("<Id>LV-2026-0042</Id>", "<Id/>")))
    unknown = told(read, ReasonCode.INT_UNKNOWN_VALUE)
    assert len(unknown) == 20
    assert unknown[0]["value"] == "Champ0"
    assert told(read, ReasonCode.INT_VALUE_MISSING) == [{"field": "invoice_number"}]

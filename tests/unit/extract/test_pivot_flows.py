"""Whole files of the portal: several invoices, damage in one of them, odd encodings, and thousands at once."""

import re
from pathlib import Path

import pytest

from rules.findings import ReasonCode
from rules.model import Invoice, Unreadable
from tests.fixture_maker import pivot
from tests.fixture_maker.xmlkit import rewrite
from tests.unit.extract.samples import BILL, PIVOT, extractor, flow, invoice, readings, refused, told
from tests.unit.extract.test_archives import packed
from worker.document import Document
from worker.extract.limits import Limits

NUMBERS = ("F-1", "F-2", "F-3")
SEVERAL = flow(*(BILL.but(number=number) for number in NUMBERS), pieces=(pivot.Piece("a.txt", b"a"),))
DECLARATION = "<?xml version='1.0' encoding='UTF-8'?>"


def numbers(of):
    """The numbers of the invoices among some readings; None stands for what could not be read."""
    return [reading.invoice_number.value if isinstance(reading, Invoice) else None for reading in of]


def test_several():
    """Every invoice of a file is read, in order, and its fields say which of them they stand in."""
    read = readings(SEVERAL)
    assert numbers(read) == [*NUMBERS]
    units = [re.search(r"Unitaire\[(\d+)\]", reading.recipient_siret.source)[1] for reading in read]
    assert units == ["1", "2", "3"]
    assert len({reading.content_hash for reading in read}) == 3


def test_same_alone():
    """An invoice has the same hash alone and among others, so that a second delivery is recognised."""
    alone = flow(BILL.but(number="F-2"), pieces=(pivot.Piece("a.txt", b"a"),))
    assert invoice(alone.replace(b'NumOrdre="1"', b'NumOrdre="2"')).content_hash == readings(SEVERAL)[1].content_hash


@pytest.mark.parametrize("whole", [0, 1, 2])
def test_breaks_off(whole):
    """A file that breaks off in the nth invoice gives those before it, and says how many there were."""
    cut = SEVERAL.index(f"<Id>{NUMBERS[whole]}</Id>".encode())
    *invoices, last = readings(SEVERAL[:cut])
    assert numbers(invoices) == [*NUMBERS[:whole]]
    assert (type(last), last.reason) == (Unreadable, ReasonCode.INT_MALFORMED)
    assert f"{whole} invoices could be read before it" in last.message


def test_breaks_off_after_the_last():
    """A file that lost nothing but its end gives every invoice, and still says that it broke off."""
    assert numbers(readings(SEVERAL[:-20])) == [*NUMBERS, None]


def test_damaged_inside():
    """Damage in one invoice hides those after it, never those before it."""
    damaged = SEVERAL.replace(b"<Id>F-2</Id>", b"<Id>F-2</Ix>")
    assert numbers(readings(damaged)) == ["F-1", None]


def test_bomb_in_one():
    """An attachment that is a bomb takes its own invoice away, and no other."""
    bomb = pivot.Piece("b.txt", b"", raw=pivot.Piece("x", b"\0" * 3_000_000).base64)
    data = pivot.pivot(
        *(pivot.Unit(BILL.but(number=n), (bomb if n == "F-2" else pivot.Piece("a.txt", b"a"),)) for n in NUMBERS)
    )
    read = readings(data)
    assert numbers(read) == ["F-1", None, "F-3"]
    assert read[1].reason is ReasonCode.INT_UNSAFE


def test_damaged_attachment():
    """An attachment that cannot be opened is a finding of its invoice, whose header routes all the same."""
    read = invoice(flow(BILL, pieces=(pivot.Piece("facture.pdf", packed(("a", b""), ("b", b"")), zip_entry=None),)))
    (values,) = told(read, ReasonCode.INT_ATTACHMENT_UNREADABLE)
    assert values["name"] == "facture.pdf"
    assert read.invoice_number.value == BILL.number


@pytest.mark.parametrize(
    "data",
    [
        "<CPPFacturePivot/>",
        "<CPPFacturePivot><CPPFactures/></CPPFacturePivot>",
        "<CPPFacturePivot\n></CPPFacturePivot>",
    ],
)
def test_no_invoice(data):
    """A file without any invoice says so."""
    assert refused(data.encode()) == (ReasonCode.INT_MALFORMED, "a pivot without any invoice in it")


def test_doctype():
    """A file with a DOCTYPE is unsafe before any invoice of it is read."""
    attack = f"{DECLARATION}<!DOCTYPE CPPFacturePivot [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>"
    reason, _ = refused(rewrite(SEVERAL, (DECLARATION, attack), (">F-1<", ">&e;<")))
    assert reason is ReasonCode.INT_UNSAFE


def test_typed_text_nodes():
    """Types and schema locations on the elements, as real files carry them, change nothing."""
    typed = rewrite(
        PIVOT,
        ("<CPPFacturePivot ", '<CPPFacturePivot xmlns:xs="http://www.w3.org/2001/XMLSchema" Version="V2_02" '),
        (f"<Identifiant>{BILL.supplier.identifier}<", f'<Identifiant xsi:type="xs:string">{BILL.supplier.identifier}<'),
        ("<Nom>", '<Nom xsi:type="xs:string">'),
        (f"<Id>{BILL.number}<", f"<Id xmlns:d='urn:d' d:a='b'>{BILL.number}<"),
    )
    assert invoice(typed) == invoice(PIVOT)


def test_comments_and_sections():
    """Comments, processing instructions and CDATA inside and between the values change nothing."""
    odd = rewrite(
        PIVOT,
        ("<DonneesFacture>", "<!-- c --><?p i?><DonneesFacture><!-- c -->"),
        (f"<Id>{BILL.number}<", f"<Id><!-- c --><![CDATA[{BILL.number[:4]}]]><!-- c -->{BILL.number[4:]}<?p i?><"),
        ("<CPPFactures ", "<!-- <CPPFacturePivotUnitaire> --><CPPFactures "),
    )
    assert invoice(odd) == invoice(PIVOT)


@pytest.mark.parametrize("encoding", ["UTF-16", "windows-1252", "ISO-8859-1", "UTF-8"])
def test_encodings(encoding):
    """A file is read in the encoding that it declares."""
    accented = flow(BILL.but(resubmission="Complétée", service="Été n°5"))
    text = accented.decode().replace("encoding='UTF-8'", f"encoding='{encoding}'")
    assert invoice(text.encode(encoding)) == invoice(accented)


@pytest.mark.parametrize("before", [b"\n", b"\xef\xbb\xbf", b" \r\n" * 100, b"\n" * 5000])
def test_before_the_declaration(before):
    """Blank lines or a byte order mark before the XML declaration harm nobody."""
    data = before + PIVOT
    if len(before) < 4096:
        assert invoice(data) == invoice(PIVOT)
    else:
        assert refused(data)[0] is ReasonCode.INT_MALFORMED


@pytest.mark.parametrize("data", [PIVOT, SEVERAL], ids=["one", "several"])
def test_late_root(data):
    """A file whose root stands beyond what is looked at first is a pivot all the same."""
    late = data.replace(b"<CPPFacturePivot ", b"<!-- " + b"licence " * 1000 + b"--><CPPFacturePivot ", 1)
    assert readings(late) == readings(data)


def test_size_limit():
    """A file above the limit is refused before it is read."""
    assert isinstance(readings(PIVOT, Limits(pivot_bytes=len(PIVOT)))[0], Invoice)
    reason, message = refused(PIVOT, Limits(pivot_bytes=len(PIVOT) - 1))
    assert reason is ReasonCode.INT_TOO_LARGE
    assert f"the limit is {len(PIVOT) - 1:,}" in message


def resident():
    """The memory of this process in bytes."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="memory is measured by /proc")
def test_thousands_in_little_memory(tmp_path):
    """Thousands of invoices are streamed: a file of fifty megabytes takes no more memory than one of five."""
    one = flow(BILL, pieces=(pivot.Piece("a.bin", bytes(range(256)) * 48, zip_entry=None),))
    begin, end = one.index(b"<CPPFacturePivotUnitaire"), one.index(b"</CPPFactures>")
    path, count = tmp_path / "flux.xml", 3000
    with path.open("wb") as out:
        out.write(one[:begin])
        for _ in range(count):
            out.write(one[begin:end])
        out.write(one[end:])
    assert path.stat().st_size > 50_000_000
    early = late = position = 0
    for position, reading in enumerate(extractor().read(Document(path=path)), 1):
        assert isinstance(reading, Invoice)
        if position == count // 10:
            early = resident()
        late = max(late, resident()) if position % 100 == 0 else late
    assert position == count
    assert late - early < 8_000_000

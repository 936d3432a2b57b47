"""Whatever the bytes are, extraction gives invoices and refusals, never an exception."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.model import Invoice, Unreadable
from tests.fixture_maker.pivot import zipped
from tests.properties.extract.documents import ALL, PDF, XML, ZIP, damaged
from tests.unit.extract.samples import PAGE, readings
from worker.extract.detect import detect, name_of

_UNCEFACT = b"urn:un:unece:uncefact:data:standard:"
SMALL_CII = (
    b"\n<a:CrossIndustryInvoice xmlns:a='%bCrossIndustryInvoice:100'"
    b" xmlns:b='%bReusableAggregateBusinessInformationEntity:100'><a:ExchangedDocument><b:ID>F-1</b:ID>"
    b"<b:TypeCode>380</b:TypeCode></a:ExchangedDocument></a:CrossIndustryInvoice>"
) % (_UNCEFACT, _UNCEFACT)
SMALL_PIVOT = (
    b"<CPPFacturePivot><CPPFactures><CPPFacturePivotUnitaire><DonneesFacture><Id>F-1</Id></DonneesFacture><PJ><Contenu>QQ=="
    b"</Contenu></PJ></CPPFacturePivotUnitaire><CPPFacturePivotUnitaire/></CPPFactures></CPPFacturePivot>"
)
SMALL = {
    "cii": SMALL_CII,
    "utf-16": SMALL_CII.strip().decode().encode("utf-16"),
    "pivot": SMALL_PIVOT,
    "zip": zipped("a.xml", SMALL_CII),
    "zipped pivot": zipped("a.xml", SMALL_PIVOT),
}
MARKS = (
    b"%PDF-1.7\n",
    b"PK\x03\x04",
    b"PK\x05\x06",
    b"<?xml version='1.0'?>",
    b"<",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b"\n",
)


def check(data):
    """At least one reading, each of one of the two kinds; a refusal says something."""
    read = readings(data)
    assert read
    for reading in read:
        assert isinstance(reading, Invoice) or (isinstance(reading, Unreadable) and reading.message)


@settings(deadline=None, max_examples=300)
@given(st.binary(max_size=2000))
def test_random_bytes(data):
    """Random bytes are read or refused."""
    check(data)


@settings(deadline=None, max_examples=300)
@given(st.sampled_from(MARKS), st.binary(max_size=500))
def test_behind_a_mark(mark, data):
    """Random bytes behind the mark of a format are read or refused."""
    check(mark + data)


@settings(deadline=None, max_examples=500)
@given(damaged(XML))
def test_damaged_xml(data):
    """An XML document with changes anywhere is read or refused."""
    check(data)


@settings(deadline=None, max_examples=500)
@given(damaged(PDF))
def test_damaged_pdf(data):
    """A PDF with changes anywhere is read or refused."""
    check(data)


@settings(deadline=None, max_examples=500)
@given(damaged(ZIP))
def test_damaged_zip(data):
    """A ZIP with changes anywhere is read or refused."""
    check(data)


@settings(deadline=None, max_examples=200)
@given(st.sampled_from(list(ALL.values())), st.floats(0, 1))
def test_cut_anywhere(data, share):
    """A document of any kind that breaks off anywhere is read or refused."""
    check(data[: int(share * len(data))])


@pytest.mark.parametrize("data", SMALL.values(), ids=SMALL)
def test_every_cut(data):
    """A small document is read or refused at each length that it may be cut to."""
    for end in range(len(data) + 1):
        check(data[:end])


def test_every_byte_of_an_archive():
    """A ZIP in which any one byte is another is read or refused."""
    data = SMALL["zip"]
    for place in range(len(data)):
        for flip in (0x01, 0x08, 0xFF):
            check(data[:place] + bytes([data[place] ^ flip]) + data[place + 1 :])


def test_pdf_cut_near_its_end():
    """A PDF that lost any part of its last hundred bytes is read or refused."""
    for lost in range(100):
        check(PAGE[: len(PAGE) - lost])


@given(
    st.one_of(st.binary(max_size=50), st.sampled_from(MARKS).flatmap(lambda m: st.binary(max_size=9).map(m.__add__)))
)
def test_kind_of_anything(head):
    """Any first bytes are of some kind."""
    assert detect(head)
    assert name_of(head) is None or name_of(head)

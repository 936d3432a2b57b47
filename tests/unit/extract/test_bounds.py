"""The bounds that keep a hostile document from costing more than a genuine one."""

import io
import zipfile
from dataclasses import replace

import pytest
from lxml import etree

from worker.errors import DocumentMalformed, DocumentUnsafe, LimitExceeded
from worker.extract import xml
from worker.extract.archives import only_member
from worker.extract.attachments import open_attachment
from worker.extract.limits import Limits
from worker.extract.values import MOST_CHARACTERS, MOST_VALUES, Values, text_of

LIMITS = Limits()
FEW = replace(LIMITS, xml_marks=100)


def test_marks_are_counted_before_parsing() -> None:
    """A document with more elements and attributes than the limit is refused; one within it is read."""
    assert len(xml.parse(b"<r>" + b"<a/>" * 90 + b"</r>", FEW)) == 90
    with pytest.raises(LimitExceeded, match="more than 100 elements"):
        xml.parse(b"<r>" + b"<a/>" * 99 + b"</r>", FEW)
    with pytest.raises(LimitExceeded):
        xml.parse(b"<r " + b" ".join(b'a%d=""' % n for n in range(100)) + b"/>", FEW)


def test_a_stream_is_bounded_for_each_element() -> None:
    """Any number of elements passes, as long as each stays within the limits."""
    unit = b"<u>" + b"<a/>" * 5_000 + b"</u>"
    each = replace(LIMITS, xml_marks=30_000)
    assert sum(1 for _ in xml.stream(io.BytesIO(b"<r>" + unit * 50 + b"</r>"), "u", each)) == 50
    with pytest.raises(LimitExceeded):
        list(xml.stream(io.BytesIO(b"<r><u>" + b"<a/>" * 50_000 + b"</u></r>"), "u", each))
    with pytest.raises(LimitExceeded, match="bytes for one invoice"):
        list(xml.stream(io.BytesIO(b"<r>" + b" " * 200_000 + unit + b"</r>"), "u", replace(LIMITS, xml_bytes=100_000)))


@pytest.mark.parametrize("name", ["UTF-8", "utf8", "UTF-16", "ISO-8859-15", "latin1", "windows-1252", "US-ASCII"])
def test_encodings_of_suppliers_are_let_through(name: str) -> None:
    """The encodings that supplier software declares are none of our business."""
    xml._refuse_encoding(f'<?xml version="1.0" encoding="{name}" ?>'.encode())


@pytest.mark.parametrize("name", ["UTF-7", "utf-32", "IBM037", "ISO-2022-JP", "HZ", "x", ""])
def test_other_encodings_are_refused(name: str) -> None:
    """An encoding in which bytes are not what they look like is refused before it is decoded."""
    with pytest.raises(DocumentMalformed, match="declares the encoding"):
        xml.parse(f'<?xml version="1.0" encoding="{name}" ?><r/>'.encode(), LIMITS)


def test_a_directory_is_bounded() -> None:
    """An archive whose directory is beyond the limit is refused without reading it; a small one is opened."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.xml", b"<r/>")
    assert only_member(out.getvalue(), LIMITS).data == b"<r/>"
    with pytest.raises(DocumentUnsafe, match="directory"):
        only_member(out.getvalue(), replace(LIMITS, zip_directory_bytes=20))


def test_an_archive_is_unpacked_into_bounded_memory() -> None:
    """Whatever the caller allows, no more than `zip_bytes` are unpacked."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.xml", bytes(1_000))
    with pytest.raises(LimitExceeded):
        only_member(out.getvalue(), replace(LIMITS, zip_bytes=999), most=5_000)


def test_base64_may_be_spaced() -> None:
    """Blanks between the digits of an attachment change nothing; characters that are no digits are told."""
    piece = etree.fromstring("<PJ><Contenu>Z m\nF j\t\r\nd A = =</Contenu></PJ>")
    assert open_attachment(piece, LIMITS).data == b"fact"
    assert open_attachment(etree.fromstring("<PJ><Contenu>Zm\u2003Fj</Contenu></PJ>"), LIMITS).finding is not None


def test_a_field_is_bounded() -> None:
    """A value of the longest length is kept, and a longer one refused, outer blanks not counted."""
    element = etree.Element("a")
    element.text = " " * 1_000 + "x" * MOST_CHARACTERS
    assert text_of(element, "/a") is not None
    element.text = "x" * (MOST_CHARACTERS + 1)
    with pytest.raises(LimitExceeded, match="at /a"):
        text_of(element, "/a")


def test_different_values_are_bounded() -> None:
    """One value on any number of lines is one value; too many different ones are refused."""
    elements = [etree.Element("a") for _ in range(MOST_VALUES + 1)]
    for element in elements:
        element.text = "x"
    values = Values({"a": elements}, {"a": "/a"})
    assert len(values.texts("a")) == MOST_VALUES + 1
    for number, element in enumerate(elements):
        element.text = str(number)
    with pytest.raises(LimitExceeded, match=f"{MOST_VALUES + 1} different values"):
        values.texts("a")

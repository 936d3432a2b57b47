"""Ordinary invoices that would be routed, one for each syntax: what the hostile files are made from."""

import functools
from collections.abc import Callable, Mapping

from tests.fixture_maker import cii, ubl
from tests.fixture_maker.bill import Bill, bill
from tests.fixture_maker.pdf import facturx
from tests.fixture_maker.pivot import PDF, XML, Piece, Unit
from tests.fixture_maker.pivot import pivot as make_pivot
from tests.fixture_maker.xmlkit import rewrite
from tests.fixture_maker.zugferd1 import zugferd1 as make_zugferd1

BILL = bill("LV-2026-9001", on="2026-000240", net="120.00")


@functools.cache
def cii_xml() -> bytes:
    """An invoice in CII, as Chorus Pro's own channels carry it."""
    return cii.historical(BILL)


@functools.cache
def ubl_xml() -> bytes:
    """An invoice in UBL."""
    return ubl.reform(BILL)


@functools.cache
def zugferd1_xml() -> bytes:
    """An invoice in ZUGFeRD 1."""
    return make_zugferd1(BILL)


@functools.cache
def pivot_xml() -> bytes:
    """A pivot of one invoice with an original that is no structured invoice."""
    return pivot_with(Piece("facture.txt", b"facture", media_type="text/plain"))


@functools.cache
def facturx_pdf() -> bytes:
    """A Factur-X PDF."""
    return facturx(BILL, cii.reform(BILL))


def pivot_with(*pieces: Piece, about: Bill = BILL) -> bytes:
    """A pivot of one invoice with these attachments."""
    return make_pivot(Unit(about, pieces))


def pivot_around(content: bytes, name: str = "facture.xml", media_type: str = XML) -> bytes:
    """A pivot whose original is this document, zipped as the portal does it."""
    return pivot_with(Piece(name, content, media_type=media_type))


def pivot_around_pdf(content: bytes) -> bytes:
    """A pivot whose original is this PDF."""
    return pivot_around(content, "facture.pdf", PDF)


def with_number(content: bytes, number: str) -> bytes:
    """The document with other text as its number."""
    return content.replace(BILL.number.encode(), number.encode())


def changed(content: bytes, *changes: tuple[str, str]) -> bytes:
    """The document with some texts replaced, each of which stands there once."""
    return rewrite(content, *changes)


SYNTAXES: Mapping[str, Callable[[], bytes]] = {
    "cii": cii_xml,
    "ubl": ubl_xml,
    "zugferd1": zugferd1_xml,
    "pivot": pivot_xml,
}

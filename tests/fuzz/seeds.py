"""The documents from which fuzzing starts: our fixtures, read where they stand, and the samples of the tests."""

import io
from functools import cache

import pikepdf

from tests.fixture_maker import pivot
from tests.places import FIXTURES
from tests.unit.extract.samples import BILL, CII, CREDIT_NOTE, PAGE, PIVOT, SINGLE, UBL, flow, pdf_with

_LARGEST = 60_000  # bytes: more makes every execution slow


def _fixtures(folder: str, pattern: str) -> tuple[bytes, ...]:
    files = sorted((FIXTURES / "invoices" / folder).rglob(pattern))
    read = (file.read_bytes() for file in files if file.is_file())
    return tuple(dict.fromkeys(data for data in read if len(data) <= _LARGEST))


@cache
def xml() -> tuple[bytes, ...]:
    """One invoice in every syntax, and what the fixtures add to it."""
    return (
        *SINGLE.values(),
        *(data for folder in ("cii", "ubl", "zugferd", "other") for data in _fixtures(folder, "*.xml")),
    )


@cache
def pivots() -> tuple[bytes, ...]:
    """Pivots with pages, with structured originals, with several invoices."""
    pieces = (
        (pivot.Piece("f.xml", UBL),),
        (pivot.Piece("f.xml", CII), pivot.Piece("g.xml", CREDIT_NOTE)),
        (pivot.Piece("f.pdf", pdf_with({"factur-x.xml": CII})),),
    )
    return (
        PIVOT,
        flow(BILL, BILL, pieces=()),
        *(flow(BILL, pieces=piece) for piece in pieces),
        *_fixtures("pivot", "*.xml"),
    )


@cache
def pdfs() -> tuple[bytes, ...]:
    """PDFs with and without XML, each also with its streams unpacked, so that a change reaches what is drawn."""
    packed = (
        PAGE,
        pdf_with({"factur-x.xml": CII}),
        pdf_with({"a.XML": UBL}, name_tree=False),
        pdf_with({"b.xml": CREDIT_NOTE, "factur-x.xml": b"<a/>"}),
        *_fixtures("facturx", "*.pdf"),
    )
    return (*packed, *(plain for data in packed if (plain := unpacked(data)) is not None))


@cache
def zips() -> tuple[bytes, ...]:
    """Archives with one document in them."""
    return (
        *(pivot.zipped("facture.xml", data) for data in (UBL, CII)),
        pivot.zipped("PivotS.xml", PIVOT),
        pivot.zipped("facture.pdf", PAGE),
    )


def unpacked(data: bytes) -> bytes | None:
    """A PDF with nothing compressed; None where it cannot be opened."""
    out = io.BytesIO()
    try:
        with pikepdf.open(io.BytesIO(data)) as document:
            document.save(
                out,
                compress_streams=False,
                stream_decode_level=pikepdf.StreamDecodeLevel.generalized,
                object_stream_mode=pikepdf.ObjectStreamMode.disable,
                deterministic_id=True,
            )
    except pikepdf.PikepdfError:
        return None
    return out.getvalue()

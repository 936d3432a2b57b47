"""PDFs that are damaged, locked, or whose tables lie."""

import io
import zlib
from collections.abc import Iterator

import pikepdf

from tests.fixture_maker.pdf import locked
from tests.hostile_maker import good
from tests.hostile_maker.model import MALFORMED, Hostile, large, read, refused
from tests.hostile_maker.pdf_raw import embedding, stream

_FAMILY = "pdf-structure"
_EITHER = "Repaired if it can be, else refused; never read as something else."
_REPAIRED = "The objects are found without the table."
_TABLES = "What the table says is not believed where the objects say otherwise."


def cases() -> Iterator[Hostile]:
    """Tables, object streams, passwords, damage."""
    whole = lambda: embedding(good.cii_xml())  # noqa: E731
    for name, attacks, old, new in (
        ("xref-of-itself", "a table whose predecessor is itself", b"/Root 1 0 R", b"/Root 1 0 R /Prev %d"),
        ("size-lies", "a table that says two billion objects", b"/Size 9 ", b"/Size 2000000000 "),
        ("xref-count-lies", "a table that announces two billion entries", b"xref\n0 9\n", b"xref\n0 2000000000\n"),
        ("no-startxref", "no pointer to the table", b"startxref", b"startxerf"),
        ("root-missing", "a catalog that is not there", b"/Root 1 0 R", b"/Root 99 0 R"),
        ("root-is-page", "a page as the catalog", b"/Root 1 0 R", b"/Root 3 0 R"),
        ("prev-negative", "a predecessor before the file", b"/Root 1 0 R", b"/Root 1 0 R /Prev -1"),
    ):
        outcome = refused if name.startswith("root") else read
        make = lambda o=old, n=new: _replaced(whole(), o, n)  # noqa: E731
        if outcome is read:
            yield read(_FAMILY, f"{name}.pdf", attacks, make, _TABLES)
        else:
            yield refused(_FAMILY, f"{name}.pdf", attacks, make, MALFORMED, "Nothing leads to the file.")
    yield from _streams()
    yield from _locked()
    yield from _damaged()


def _streams() -> Iterator[Hostile]:
    for name, entries in (
        ("object-stream-of-itself", b"/Type /ObjStm /N 1 /First 4 /Extends 11 0 R"),
        ("object-stream-count-lies", b"/Type /ObjStm /N 2000000000 /First 4"),
        ("object-stream-first-lies", b"/Type /ObjStm /N 1 /First 2000000000"),
        ("object-stream-negative", b"/Type /ObjStm /N -1 /First -1"),
    ):
        yield read(
            _FAMILY, f"{name}.pdf", name,
            lambda e=entries: embedding(good.cii_xml(), more={11: stream(b"1 0 null", e)}),
            "Nothing leads to it.",
        )  # fmt: skip
        yield refused(
            _FAMILY, f"{name}-in-table.pdf", f"{name}, which the table sends everybody to",
            lambda e=entries: _cross_referenced(e), MALFORMED, _TABLES,
        )  # fmt: skip


def _locked() -> Iterator[Hostile]:
    yield refused(
        _FAMILY, "password.pdf", "a password to open it", lambda: locked(good.facturx_pdf()), MALFORMED,
        "Ask for one without a password.",
    )  # fmt: skip
    yield large(refused(
        _FAMILY, "password-aes.pdf", "a password to open it, AES-256",
        lambda: _encrypted("u"), MALFORMED, "Ask for one without a password.",
    ))  # fmt: skip
    yield large(read(
        _FAMILY, "owner-password.pdf", "a password only to change it, AES-256",
        lambda: _encrypted(""), "Anybody may read it.",
    ))  # fmt: skip
    yield refused(
        _FAMILY, "encryption-unknown.pdf", "encrypted by a handler that does not exist",
        lambda: embedding(
            good.cii_xml(), trailer=b"/Encrypt << /Filter /NoSuch /V 9 /R 99 /O () /U () /P -1 >> /ID [(a) (b)]"
        ), MALFORMED, "It cannot be opened.",
    )  # fmt: skip
    yield refused(
        _FAMILY, "encryption-of-itself.pdf", "encrypted by the catalog", lambda: embedding(
            good.cii_xml(), trailer=b"/Encrypt 1 0 R /ID [(a) (b)]"), MALFORMED, "It cannot be opened.",
    )  # fmt: skip


def _damaged() -> Iterator[Hostile]:
    yield read(
        _FAMILY, "junk-before.pdf", "900 bytes before the header", lambda: bytes(900) + good.facturx_pdf(), _REPAIRED
    )
    yield refused(
        _FAMILY, "junk-before-2000.pdf", "2,000 bytes before the header", lambda: bytes(2_000) + good.facturx_pdf(),
        MALFORMED, "The header stands in the first kilobyte, or it is no PDF.",
    )  # fmt: skip
    yield read(
        _FAMILY, "junk-behind.pdf", "100 kB behind the end", lambda: good.facturx_pdf() + b"x" * 100_000, _REPAIRED
    )
    yield read(
        _FAMILY, "objects-shifted.pdf", "every place of the table wrong by one",
        lambda: embedding(good.cii_xml()).replace(b"%PDF-1.7\n", b"%PDF-1.7\n\n"), _REPAIRED,
    )  # fmt: skip
    yield refused(
        _FAMILY, "no-objects.pdf", "a table without any object", lambda: b"%PDF-1.7\nxref\n0 1\n0000000000 65535 f \n"
        b"trailer\n<< /Size 1 /Root 1 0 R >>\nstartxref\n9\n%%EOF\n", MALFORMED, _EITHER,
    )  # fmt: skip
    yield refused(
        _FAMILY, "wrong-invoice-name.pdf", "a factur-x.xml that is a page", lambda: embedding(b"<html><body/></html>"),
        "INT_NOT_AN_INVOICE", "The root decides, not the name.",
    )  # fmt: skip
    yield refused(
        _FAMILY, "xml-cut.pdf", "a factur-x.xml that stops in the middle", lambda: embedding(good.cii_xml()[:2_000]),
        MALFORMED, "What is cut is never completed by guesses.",
    )  # fmt: skip
    yield read(
        _FAMILY, "two-invoices.pdf", "two invoices in one PDF, the known name not first", _two_invoices,
        "The file that a Factur-X names is the invoice.",
    )  # fmt: skip


def _replaced(content: bytes, old: bytes, new: bytes) -> bytes:
    table = content.rindex(b"startxref\n") + len(b"startxref\n")
    place = content[table : content.index(b"\n", table)]
    return content.replace(old, new.replace(b"%d", place))


def _cross_referenced(entries: bytes) -> bytes:
    """A file whose cross-reference stream says that everything stands in one object stream."""
    out = io.BytesIO(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    out.seek(0, io.SEEK_END)
    place = out.tell()
    out.write(b"11 0 obj\n" + stream(b"1 0 << /Type /Catalog >>", entries) + b"\nendobj\n")
    table = out.tell()
    rows = b"".join(
        bytes([1]) + place.to_bytes(4, "big") + b"\0" if n == 11 else bytes([2]) + (11).to_bytes(4, "big") + bytes([n])
        for n in range(13)
    )
    body = zlib.compress(rows)
    head = b"/Type /XRef /Size 13 /W [1 4 1] /Root 1 0 R /Filter /FlateDecode"
    out.write(b"12 0 obj\n" + stream(body, head) + b"\nendobj\nstartxref\n%d\n%%%%EOF\n" % table)
    return out.getvalue()


def _encrypted(user: str) -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(good.facturx_pdf())) as document:
        document.save(out, encryption=pikepdf.Encryption(owner="o", user=user, R=6))
    return out.getvalue()


def _two_invoices() -> bytes:
    other = stream(good.ubl_xml(), b"/Type /EmbeddedFile")
    return embedding(
        good.cii_xml(),
        names=b"<< /Names [(aaa.xml) 11 0 R (factur-x.xml) 5 0 R] >>",
        more={11: b"<< /Type /Filespec /F (aaa.xml) /UF (aaa.xml) /EF << /F 12 0 R >> >>", 12: other},
    )

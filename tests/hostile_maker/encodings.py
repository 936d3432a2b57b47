"""Bytes that are not the characters they claim to be, and files that are hardly files."""

from collections.abc import Iterator

from tests.hostile_maker import good
from tests.hostile_maker.model import MALFORMED, NO_INVOICE, Hostile, read, refused

_FAMILY = "encodings"
_SAID = "Nothing is guessed about characters: what contradicts itself is sent again."
_ODD = "An encoding that no invoice uses can hide markup from whoever looks at the bytes."


def cases() -> Iterator[Hostile]:
    """Encodings in CII, marks, forbidden characters; empty files and other things."""
    yield from _declared()
    yield from _forbidden()
    yield from _hardly_files()


def _declared() -> Iterator[Hostile]:
    for name, encoding, reason in (
        ("utf-7", "utf-7", MALFORMED),
        ("ebcdic", "cp037", MALFORMED),
        ("utf-32", "utf-32", MALFORMED),
        ("iso-2022-jp", "iso2022_jp", MALFORMED),
    ):
        declared = {"ebcdic": "IBM037"}.get(name, name.upper())
        yield refused(
            _FAMILY, f"{name}.xml", f"an invoice in {declared}",
            lambda d=declared, e=encoding: _declaring(d, encoded=e), reason, _ODD,
        )  # fmt: skip
    yield refused(
        _FAMILY, "utf-7-in-ascii.xml", "markup in UTF-7 behind an ASCII declaration", _utf7_hidden, MALFORMED, _ODD
    )
    yield refused(
        _FAMILY, "utf-8-declared-is-latin-1.xml", "Latin-1 under a declaration of UTF-8",
        lambda: good.cii_xml().decode().replace("Prestation", "Prestation é").encode("latin-1"), MALFORMED, _SAID,
    )  # fmt: skip
    yield refused(
        _FAMILY, "utf-16-declared-is-utf-8.xml", "UTF-8 under a declaration of UTF-16",
        lambda: _declaring("UTF-16", encoded="utf-8"), MALFORMED, _SAID,
    )  # fmt: skip
    yield refused(
        _FAMILY, "unknown.xml", "an encoding that does not exist",
        lambda: _declaring("X-NO-SUCH-THING", encoded="utf-8"), MALFORMED, _ODD,
    )  # fmt: skip
    yield refused(
        _FAMILY, "overlong-utf-8.xml", "a slash in an overlong form",
        lambda: good.with_number(good.cii_xml(), "@").replace(b"@", b"\xc0\xaf"), MALFORMED, _SAID,
    )  # fmt: skip
    yield refused(
        _FAMILY, "surrogates-in-utf-8.xml", "half a character in UTF-8",
        lambda: good.with_number(good.cii_xml(), "@").replace(b"@", b"\xed\xa0\x80"), MALFORMED, _SAID,
    )  # fmt: skip
    for name, encoding in (("little", "utf-16-le"), ("big", "utf-16-be")):
        yield read(
            _FAMILY, f"utf-16-{name}-endian-without-mark.xml", "UTF-16 without a byte order mark",
            lambda e=encoding: _declaring("UTF-16", encoded=e),
            "The first two bytes tell; whether it is read or refused, never as something else.",
        )  # fmt: skip
    yield read(
        _FAMILY, "marks-and-blanks.xml", "three byte order marks and blank lines before the declaration",
        lambda: b"\xef\xbb\xbf\n\xef\xbb\xbf\n" + b"\xef\xbb\xbf" + good.cii_xml(), "They harm nobody.",
    )  # fmt: skip
    yield read(
        _FAMILY, "windows-1252.xml", "an invoice in the old encoding of Windows",
        lambda: _declaring("windows-1252", encoded="cp1252"), "Old software writes it, and says so.",
    )  # fmt: skip


def _forbidden() -> Iterator[Hostile]:
    for name, bad in (
        ("nul", b"\0"),
        ("escape", b"\x1b[2J"),
        ("bell", b"\x07"),
        ("nul-reference", b"&#0;"),
        ("escape-reference", b"&#27;[31m"),
        ("surrogate-reference", b"&#xD800;"),
        ("noncharacter", "\uffff".encode()),
    ):
        yield refused(
            _FAMILY, f"{name}.xml", f"{name} in a value", lambda b=bad: _number(b), MALFORMED,
            "XML 1.0 forbids the character.",
        )  # fmt: skip
    yield refused(
        _FAMILY, "xml-1.1-escape.xml", "XML 1.1, which allows the escape character",
        lambda: _number(b"&#27;[31m").replace(b"version='1.0'", b"version='1.1'"), MALFORMED,
        "libxml2 reads 1.1 as 1.0, where the character is forbidden.",
    )  # fmt: skip


def _hardly_files() -> Iterator[Hostile]:
    family = "no-document"
    for name, content, reason in (
        ("empty.xml", b"", MALFORMED),
        ("one-byte.xml", b"<", MALFORMED),
        ("one-blank.pdf", b" ", MALFORMED),
        ("mark-only.xml", b"\xef\xbb\xbf", MALFORMED),
        ("nuls.pdf", bytes(10_000), MALFORMED),
        ("declaration-only.xml", b'<?xml version="1.0"?>', MALFORMED),
        ("header-only.pdf", b"%PDF-1.7\n", MALFORMED),
        ("page.xml", b"<!DOCTYPE html><html><script>alert(1)</script></html>", NO_INVOICE),
        ("svg.xml", b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', NO_INVOICE),
        ("program.pdf", b"MZ" + bytes(1_000), NO_INVOICE),
        ("gzip.xml", b"\x1f\x8b\x08\x00" + bytes(100), NO_INVOICE),
        ("json.xml", b'{"invoice": "' + b"[" * 50_000 + b'"}', NO_INVOICE),
        ("brackets.xml", b"[" * 100_000, NO_INVOICE),
        ("angles.xml", b"<" * 100_000, MALFORMED),
        ("postscript.pdf", b"%!PS-Adobe\n{ } loop", NO_INVOICE),
    ):
        yield refused(family, name, f"{len(content):,} bytes that are no document: {name}", lambda c=content: c, reason,
                      "Told by its bytes; the name counts for nothing.")  # fmt: skip
    for name, make, why in (
        ("pdf-mark-before-xml.xml", lambda: b"%PDF-1.7\n" + good.cii_xml(), "It claims to be a PDF, and is none."),
        ("zip-mark-before-xml.xml", lambda: b"PK\3\4" + good.cii_xml(), "It claims to be a ZIP, and is none."),
    ):
        yield refused("polyglots", name, name, make, MALFORMED, why)


def _declaring(declared: str, *, encoded: str) -> bytes:
    text = good.cii_xml().decode()
    return text.replace("encoding='UTF-8'", f"encoding='{declared}'").encode(encoded, errors="xmlcharrefreplace")


def _utf7_hidden() -> bytes:
    """Markup that only whoever believes the declaration sees."""
    return _declaring("UTF-7", encoded="ascii").replace(b"<ram:", b"+ADw-ram:")


def _number(bad: bytes) -> bytes:
    return good.cii_xml().replace(good.BILL.number.encode(), b"F" + bad + b"1")

"""What kind of bytes are these? Decided by content, never by a name or a declared media type."""

from enum import StrEnum

_PDF_WINDOW = 1024
_ZIP_MARKS = (b"PK\x03\x04", b"PK\x05\x06")  # the second is an archive without any file
_HTML_MARKS = (b"<!doctype html", b"<html")
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff", b"<\0", b"\0<")


class Kind(StrEnum):
    """The containers that extraction opens."""

    EMPTY = "empty"
    PDF = "pdf"
    ZIP = "zip"
    XML = "xml"
    OTHER = "other"


_OTHERS: tuple[tuple[bytes, str], ...] = (
    (b"\x1f\x8b", "a gzip archive"),
    (b"BZh", "a bzip2 archive"),
    (b"7z\xbc\xaf", "a 7-Zip archive"),
    (b"Rar!", "a RAR archive"),
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"II*\0", "a TIFF image"),
    (b"MM\0*", "a TIFF image"),
    (b"\xd0\xcf\x11\xe0", "an old Office document"),
    (b"{\\rtf", "an RTF document"),
    (b"%!PS", "a PostScript file"),
    (b"MZ", "a program"),
    (b"\x7fELF", "a program"),
)


def detect(head: bytes) -> Kind:
    """The container that the first bytes announce."""
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n\0")
    if not text:
        return Kind.EMPTY
    if text[:14].lower().startswith(_HTML_MARKS):
        return Kind.OTHER
    if text.startswith(b"<") or head.startswith(_UTF16_MARKS):
        return Kind.XML
    if head.startswith(_ZIP_MARKS):  # before PDF: a file may stand in an archive as it is, mark and all
        return Kind.ZIP
    return Kind.PDF if b"%PDF-" in head[:_PDF_WINDOW] else Kind.OTHER


def name_of(head: bytes) -> str | None:
    """What a document of no use to us is, in words for a person; None for plain text and bytes of no known kind."""
    for magic, name in _OTHERS:
        if head.startswith(magic):
            return name
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if text[:14].lower().startswith(_HTML_MARKS):
        return "an HTML page"
    if text[:1] in {b"{", b"["}:
        return "a JSON document"
    return None

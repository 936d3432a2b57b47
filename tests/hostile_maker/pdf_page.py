"""PDFs that are nothing but pages: an invoice that can be read, and what is put around it."""

import zlib
from collections.abc import Iterable, Mapping, Sequence

from tests.hostile_maker.good import BILL
from tests.hostile_maker.pdf_raw import deflated, pdf, stream

LABEL, VALUE = "Numéro d'engagement", str(BILL.commitment)
LINES = (
    BILL.supplier.name,
    f"SIRET : {BILL.supplier.identifier}",
    f"Facture n° {BILL.number}",
    f"Date : {BILL.issued:%d/%m/%Y}",
    "Destinataire : Département de la Haute-Lande",
    f"SIRET destinataire : {BILL.budget.siret}",
    f"Code service : {BILL.service}",
    f"{LABEL} : {VALUE}",
    "Total HT : 120,00 EUR",
    "TVA 20 % : 24,00 EUR",
    "Total TTC : 144,00 EUR",
)
A4 = b"0 0 595 842"
FLATE = b"/Filter /FlateDecode"
HELVETICA = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
_CONTENTS, _FONT, _PAGE = 4, 8, 100


def escaped(text: str) -> bytes:
    """A text as a string of a content stream; what Windows-1252 lacks has to go through `mapped`."""
    return text.encode("cp1252").replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")


def shown(text: str, x: float = 50, y: float = 700, size: float = 10, before: bytes = b"") -> bytes:
    """The operators that write a text; places and sizes in points."""
    return b"BT %b /F1 %g Tf %g %g Td (%b) Tj ET\n" % (before, size, x, y, escaped(text))


def written(lines: Sequence[str] = LINES, top: float = 780) -> bytes:
    """The operators that write lines under each other."""
    return b"".join(shown(line, y=top - 20 * row) for row, line in enumerate(lines))


def without(*words: str) -> tuple[str, ...]:
    """The lines of the invoice that hold none of some words."""
    return tuple(line for line in LINES if not any(word in line for word in words))


def page(
    contents: bytes,
    *,
    pages: int = 1,
    media_box: bytes = A4,
    resources: bytes = b"",
    entries: bytes = b"",
    font: bytes = HELVETICA,
    more: Mapping[int, bytes] | None = None,
) -> bytes:
    """A PDF whose pages all show the same contents, packed if that is shorter. `more` are objects from 10 on."""
    packed = stream(zlib.compress(contents, 9), FLATE) if len(contents) > 2_000 else stream(contents)
    return page_of(packed, pages, media_box, resources, entries, font, more)


def page_of_pieces(pieces: Iterable[bytes]) -> bytes:
    """A page whose contents are never held whole."""
    return page_of(stream(deflated(pieces), FLATE))


def page_of(
    contents: bytes,
    pages: int = 1,
    media_box: bytes = A4,
    resources: bytes = b"",
    entries: bytes = b"",
    font: bytes = HELVETICA,
    more: Mapping[int, bytes] | None = None,
) -> bytes:
    """The same of a whole stream object."""
    kids = b" ".join(b"%d 0 R" % (_PAGE + n) for n in range(pages))
    one = b"<< /Type /Page /Parent 2 0 R /MediaBox [%b] /Contents 4 0 R %b /Resources << /Font << /F1 8 0 R >> %b >> >>"
    return pdf({
        1: b"<< /Type /Catalog /Pages 2 0 R >>",
        2: b"<< /Type /Pages /Kids [%b] /Count %d >>" % (kids, pages),
        _CONTENTS: contents,
        _FONT: font,
        **(more or {}),
        **{_PAGE + n: one % (media_box, entries, resources) for n in range(pages)},
    })  # fmt: skip


def mapped(lines: Sequence[str]) -> bytes:
    """A page of any characters: a font that says by a table which character each of its codes stands for."""
    characters = sorted({character for line in lines for character in line})
    codes = {character: 32 + place for place, character in enumerate(characters)}
    table = b"".join(b"<%02x> <%b>\n" % (code, c.encode("utf-16-be").hex().encode()) for c, code in codes.items())
    cmap = (
        b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def /CMapType 2 def\n"
        b"1 begincodespacerange <00> <ff> endcodespacerange %d beginbfchar\n%bendbfchar endcmap end end"
        % (len(codes), table)
    )
    drawn = b"".join(
        b"BT /F1 10 Tf 50 %d Td <%b> Tj ET\n" % (780 - 20 * row, bytes(codes[c] for c in line).hex().encode())
        for row, line in enumerate(lines)
    )
    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /ToUnicode 10 0 R >>"
    return page(drawn, font=font, more={10: stream(cmap)})


def picture(content: bytes, entries: bytes, *, pages: int = 1, more: Mapping[int, bytes] | None = None) -> bytes:
    """Pages that are a picture, as scanners make them."""
    image = stream(content, b"/Type /XObject /Subtype /Image " + entries)
    return page(
        b"q 595 0 0 842 0 0 cm /X Do Q", pages=pages, resources=b"/XObject << /X 10 0 R >>",
        more={10: image, **(more or {})},
    )  # fmt: skip

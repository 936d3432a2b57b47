"""Pages without data behind them: aimed at who reads words, tables and pictures, and at who believes them."""

import functools
import io
import random
import struct
from collections.abc import Iterator, Sequence

from PIL import Image, ImageDraw, ImageFont

from tests.hostile_maker.good import BILL
from tests.hostile_maker.model import NO_XML, REVIEW, ROUTED, TOO_LARGE, UNSAFE, Hostile, large, read, refused
from tests.hostile_maker.pdf_page import (
    FLATE,
    LABEL,
    LINES,
    VALUE,
    mapped,
    page,
    page_of_pieces,
    picture,
    shown,
    without,
    written,
)
from tests.hostile_maker.pdf_raw import deflated, deflated_blanks, stream

_FAMILY = "pdf-pages"
_ANOTHER = "2026-000911"  # a number that a supplier would like to be read instead
_GREY = b"/ColorSpace /DeviceGray /BitsPerComponent 8"
_TWICE = b"/Filter [/FlateDecode /FlateDecode]"
_WIDE = b"0 0 600000 842"  # points: room for a line of anything
_SIDE = 60_000  # pixels of a picture that nobody can hold: 3.6 thousand million of them
_PAGE_CLAIM = "What a page says of numbers is a claim to be compared, never a command."
_ASKED = "A commitment that stands on a page only is a proposal: a person is asked."
_DROPPED = "Words that are too small to be seen, or beside the page, are not read."
_PICTURE = "A picture is only drawn where a page has no words, within the bounds of a reader."
_WORDS = "Words are counted before they are understood."
_DRAWN = "Lines are looked at only so far as a table needs, within the bounds of a reader."


def cases() -> Iterator[Hostile]:
    """Words, values, drawings and pictures."""
    yield from _words()
    yield from _values()
    yield from _unseen()
    yield from _drawings()
    yield from _tables()
    yield from _pictures()
    yield from _scans()


def _words() -> Iterator[Hostile]:
    yield read(
        _FAMILY, "control.pdf", "nothing: the invoice from which the others are made", lambda: page(written()), _ASKED,
        outcome=REVIEW, finding="ENG_READ_UNSURE",
    )  # fmt: skip
    for name, attacks, words in (
        ("words-7900-on-a-line", "7,900 words on one line", ["x"]),
        ("labels-7900-on-a-line", "7,900 labels on one line", ["engagement"]),
        ("labels-and-numbers-on-a-line", "4,000 labels with 4,000 numbers on one line", ["engagement", VALUE]),
        ("amounts-7900-on-a-line", "7,900 amounts on one line", ["120,00"]),
        ("sirets-7900-on-a-line", "7,900 identifiers of establishments on one line", [BILL.supplier.identifier]),
        ("prepositions-on-a-line", "7,900 words of which labels are made, and no label", ["no", "de", "votre", "la"]),
        ("signs-on-a-line", "signs that labels may have between their words", ["n", "°", "(", "/"]),
        ("dates-on-a-line", "7,900 dates on one line", ["12/11/2026"]),
    ):  # fmt: skip
        yield read(
            _FAMILY,
            f"{name}.pdf",
            attacks,
            lambda w=words: page(written() + _row((w * 7_900)[:7_900]), media_box=_WIDE),
            _WORDS,
        )
    for name, attacks, words in (
        ("labels-on-a-grid", "7,200 labels in 72 columns", ["engagement"]),
        ("labels-and-numbers-on-a-grid", "labels and numbers in 72 columns", ["engagement", VALUE, "service", "061"]),
        ("sums-on-a-grid", "labels of totals and amounts in 72 columns", ["TTC", "144,00", "HT", "120,00"]),
        ("parties-on-a-grid", "labels of parties and identifiers", ["client", BILL.budget.siret, "fournisseur"]),
    ):
        yield read(
            _FAMILY, f"{name}.pdf", attacks, lambda w=words: page(written() + _grid(w, 72, 100), pages=2), _WORDS
        )
    yield refused(
        _FAMILY, "words-on-five-pages.pdf", "7,000 words on each of five pages",
        lambda: page(written() + _grid(["x1"], 70, 100), pages=5), TOO_LARGE, "The limit of words of all pages.",
    )  # fmt: skip
    yield refused(
        _FAMILY, "words-9000.pdf", "9,000 words on a page",
        lambda: page(written() + _row(["x"] * 9_000), media_box=_WIDE), TOO_LARGE, "The limit of words on a page.",
    )  # fmt: skip
    yield read(
        _FAMILY, "characters-900000.pdf", "a word of 900,000 letters",
        lambda: page(written() + shown("a" * 900_000, y=20, size=1), media_box=_WIDE), "PDFium leaves most of it out.",
    )  # fmt: skip
    for name, character in (("letters", "a"), ("digits", "9"), ("points", "."), ("signs", "°"), ("dashes", "-")):
        yield read(
            _FAMILY, f"word-of-70000-{name}.pdf", f"one word of 70,000 {name}",
            lambda c=character: page(written() + shown(f"Facture n° {c * 70_000}", y=20, size=1), media_box=_WIDE),
            _WORDS,
        )  # fmt: skip
    yield read(
        _FAMILY, "letters-spaced.pdf", "70,000 single letters on a line",
        lambda: page(written() + _row(list("engagement" * 780)), media_box=_WIDE), _WORDS,
    )  # fmt: skip
    yield read(
        _FAMILY, "text-on-top-of-itself.pdf", "7,000 words at one place",
        lambda: page(written() + shown(f"{LABEL} : {VALUE}", y=20) * 2_000), _WORDS,
    )  # fmt: skip


def _row(words: Sequence[str]) -> bytes:
    return shown(" ".join(words), x=1, y=20, size=1)


def _grid(words: Sequence[str], columns: int, rows: int) -> bytes:
    cells = (
        (row, column, words[(row * columns + column) % len(words)]) for row in range(rows) for column in range(columns)
    )
    return b"".join(shown(word, x=7.4 * column, y=5 + 5 * row, size=1) for row, column, word in cells)


def _values() -> Iterator[Hostile]:
    for name, attacks, old, new in (
        ("total-of-5000-digits", "a total of 5,000 digits", "144,00", "9" * 5_000 + ",00"),
        ("total-of-40-digits", "a total of 40 digits", "144,00", "9" * 40 + ",00"),
        ("total-negative", "a negative total of an invoice", "144,00", "-144,00"),
        ("date-impossible", "the 99th day of the 99th month", "12/11/2026", "99/99/9999"),
        ("date-of-year-0", "a date before all counting", "12/11/2026", "01/01/0000"),
        ("number-of-2000-letters", "an invoice number of 2,000 signs", BILL.number, "LV-1" * 500),
        ("service-of-2000-letters", "a service code of 2,000 signs", ": 061", f": {'061' * 700}"),
        ("formula", "formulas where numbers are expected", BILL.number, '=HYPERLINK("http://127.0.0.1/1";"2026")'),
        ("markup", "markup where numbers are expected", BILL.number, "<script>alert(2026)</script>"),
        ("two-numbers", "two commitment numbers with the same label", VALUE, f"{VALUE} / {_ANOTHER}"),
    ):
        yield read(
            _FAMILY, f"{name}.pdf", attacks,
            lambda o=old, n=new: page(written([line.replace(o, n) for line in LINES])), _PAGE_CLAIM,
        )  # fmt: skip
    for name, attacks, new in (
        ("zero-width", "a zero-width space in a number", VALUE[:6] + "\u200b" + VALUE[6:]),
        ("bidi-override", "a number that is shown backwards", "\u202e" + VALUE[::-1] + "\u202c"),
        ("soft-hyphen", "a soft hyphen in a number", VALUE[:6] + "\u00ad" + VALUE[6:]),
        ("arabic-digits", "Arabic digits in a number", _digits(VALUE, 0x660)),
        ("fullwidth-digits", "digits of another width in a number", _digits(VALUE, 0xFF10)),
        ("mathematical-digits", "mathematical digits, two code units each, in a number", _digits(VALUE, 0x1D7D8)),
        ("letter-o", "a letter O for a zero", VALUE.replace("0", "O")),
        ("cyrillic-o", "a Cyrillic O for a zero", VALUE.replace("0", "\u041e")),
        ("superscripts", "superior digits in a number", VALUE.replace("2", "\u00b2")),
        ("combining", "forty accents on one digit", VALUE + "\u0301" * 40),
    ):
        yield read(
            _FAMILY, f"number-{name}.pdf", attacks,
            lambda n=new: mapped([line.replace(VALUE, n) for line in LINES]), _PAGE_CLAIM,
        )  # fmt: skip
    yield read(
        _FAMILY, "all-digits-arabic.pdf", "Arabic digits everywhere",
        lambda: mapped([_digits(line, 0x660) for line in LINES]), _PAGE_CLAIM,
    )  # fmt: skip
    yield refused(
        _FAMILY, "all-digits-superior.pdf", "superior digits everywhere",
        lambda: mapped([line.translate(_SUPERIOR) for line in LINES]), NO_XML, "No such digit makes a number.",
    )  # fmt: skip


_SUPERIOR = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def _digits(text: str, zero: int) -> str:
    return "".join(chr(zero + int(c)) if c.isascii() and c.isdigit() else c for c in text)


def _unseen() -> Iterator[Hostile]:
    """A number that nobody sees: another one beside the one that everybody sees, or the right one alone."""
    for name, attacks, before, size, x in (
        ("white", "white on white", b"1 1 1 rg", 10.0, 50.0),
        ("mode-3", "drawn without ink", b"3 Tr", 10.0, 50.0),
        ("transparent", "fully transparent", b"/G gs", 10.0, 50.0),
        ("clipped", "outside of what is let through", b"", 10.0, 50.0),
        ("tiny", "a tenth of a point high", b"", 0.1, 50.0),
        ("off-page", "beside the page", b"", 10.0, 900.0),
    ):
        for kind, lines, number in (("beside", LINES, _ANOTHER), ("alone", without(LABEL), VALUE)):
            is_dropped = name in {"tiny", "off-page"}
            yield read(
                _FAMILY, f"unseen-{name}-{kind}.pdf", f"a commitment number {attacks}, {kind}",
                lambda lines=lines, number=number, b=before, s=size, x=x, n=name: page(
                    written(lines) + _hidden(shown(f"{LABEL} : {number}", x=x, y=500, size=s, before=b), n),
                    resources=b"/ExtGState << /G << /ca 0 /CA 0 >> >>",
                ), _DROPPED if is_dropped else _ASKED,
                outcome=ROUTED if is_dropped and kind == "alone" else REVIEW,
                finding="ENG_MISSING_OPTIONAL" if is_dropped and kind == "alone" else "ENG_READ_UNSURE",
            )  # fmt: skip
    covered = shown(f"{LABEL} : {_ANOTHER}", y=500) + b"1 1 1 rg 0 490 595 30 re f\n"
    yield read(
        _FAMILY, "unseen-covered-beside.pdf", "a commitment number under a white box, beside the one that is seen",
        lambda: page(written() + covered), _ASKED, outcome=REVIEW, finding="ENG_READ_UNSURE",
    )  # fmt: skip


def _hidden(operators: bytes, name: str) -> bytes:
    clip = b"0 0 1 1 re W n " if name == "clipped" else b""
    return b"q " + clip + operators + b"Q\n"


def _drawings() -> Iterator[Hostile]:
    form = (
        b"/Type /XObject /Subtype /Form /BBox [0 0 595 842]"
        b" /Resources << /Font << /F1 8 0 R >> /XObject << /X %d 0 R >> >>"
    )
    yield refused(
        _FAMILY, "form-of-itself.pdf", "a page whose drawing draws itself",
        lambda: page(written() + b"/X Do", resources=b"/XObject << /X 10 0 R >>",
                     more={10: stream(b"/X Do /X Do", form % 10)}), UNSAFE, _DRAWN,
    )  # fmt: skip
    yield refused(
        _FAMILY, "forms-10-to-the-9.pdf", "nine levels of drawings, each ten times, with a word at the end",
        lambda: page(written() + b"/X Do", resources=b"/XObject << /X 10 0 R >>", more={
            **{n: stream(b"/X Do " * 10, form % (n + 1)) for n in range(10, 19)}, 19: stream(shown("x"), form % 8),
        }), UNSAFE, _DRAWN,
    )  # fmt: skip
    yield refused(
        _FAMILY, "text-100-mib.pdf", "a page of 100 MiB of text operators",
        lambda: page_of_pieces([written(), *[b"BT /F1 12 Tf (facture) Tj ET\n" * 36_000] * 100]), UNSAFE, _WORDS,
    )  # fmt: skip
    yield read(
        _FAMILY, "lines-200000.pdf", "200,000 lines around an invoice",
        lambda: page(written() + b"0 0 m 9 9 l S\n" * 200_000), _DRAWN,
    )  # fmt: skip
    yield refused(
        _FAMILY, "lines-5000000.pdf", "5,000,000 lines around an invoice",
        lambda: page_of_pieces([written(), *[b"0 0 m 9 9 l S\n" * 50_000] * 100]), UNSAFE, _DRAWN,
    )  # fmt: skip
    yield refused(
        _FAMILY, "media-box-huge.pdf", "words on a page of seventy kilometres",
        lambda: page(written(), media_box=b"0 0 200000000 200000000"), TOO_LARGE, _PICTURE,
    )  # fmt: skip
    yield read(
        _FAMILY, "media-box-empty.pdf", "words on a page without any extent",
        lambda: page(written(), media_box=b"0 0 0 0"), _DRAWN,
    )  # fmt: skip
    yield read(
        _FAMILY, "user-unit-huge.pdf", "a page whose unit is a mile", lambda: page(written(), entries=b"/UserUnit 1e9"),
        _DRAWN,
    )  # fmt: skip
    yield read(
        _FAMILY, "matrix-huge.pdf", "text thrown beyond all numbers",
        lambda: page(written() + b"1e38 0 0 1e38 1e38 1e38 cm " + shown("1e38")), _DRAWN,
    )  # fmt: skip
    yield large(read(
        _FAMILY, "pages-10000.pdf", "ten thousand pages of an invoice", lambda: page(written(), pages=10_000),
        "Only the first and last pages are read.",
    ))  # fmt: skip
    yield read(
        _FAMILY, "font-is-no-font.pdf", "a font that is noise",
        lambda: page(written(), font=b"<< /Type /Font /Subtype /TrueType /BaseFont /X /FontDescriptor 10 0 R >>", more={
            10: b"<< /Type /FontDescriptor /FontName /X /Flags 32 /FontFile2 11 0 R >>",
            11: stream(_noise(20_000)),
        }), _WORDS,
    )  # fmt: skip
    yield read(
        _FAMILY, "font-map-of-itself.pdf", "a table of characters that uses itself",
        lambda: page(written(), font=_FONT_MAPPED, more={10: stream(_CMAP % b"", b"/UseCMap 10 0 R")}), _WORDS,
    )  # fmt: skip
    yield read(
        _FAMILY, "font-map-of-30000-ranges.pdf", "a table of characters of thirty thousand ranges of 65,536 each",
        lambda: page(written(), font=_FONT_MAPPED, more={
            10: stream(deflated([_CMAP % (_RANGES * 300)]), FLATE)
        }), _WORDS,
    )  # fmt: skip
    yield read(
        _FAMILY, "font-of-itself.pdf", "a font whose letters are drawn with letters of the font",
        lambda: page(
            written() + b"BT /F2 10 Tf 50 50 Td (aa) Tj ET",
            resources=b"/X << >>", more={
                10: b"<< /Type /Font /Subtype /Type3 /FontBBox [0 0 9 9] /FontMatrix [1 0 0 1 0 0] /CharProcs"
                b" << /a 11 0 R >> /Encoding << /Differences [97 /a] >> /FirstChar 97 /LastChar 97 /Widths [9]"
                b" /Resources << /Font << /F2 10 0 R >> >> >>",
                11: stream(b"9 0 d0 BT /F2 10 Tf (aaaaaaaaaa) Tj ET"),
            }).replace(b"/F1 8 0 R >>", b"/F1 8 0 R /F2 10 0 R >>"), _WORDS,
    )  # fmt: skip


_FONT_MAPPED = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /ToUnicode 10 0 R >>"
_RANGES = b"100 beginbfrange %bendbfrange\n" % (b"<0000> <ffff> <0000>\n" * 100)
_CMAP = b"begincmap 1 begincodespacerange <0000> <ffff> endcodespacerange %b endcmap\n"


def _tables() -> Iterator[Hostile]:
    """Ruled pages on which a label stands without its value: they are laid out again, at twenty times the cost."""
    asking = written((*without(LABEL), LABEL))
    for name, attacks, drawn in (
        ("grid-30", "a table of 900 cells", lambda: _ruled(30, 30)),
        ("grid-100", "a table of 10,000 cells", lambda: _ruled(100, 100)),
        ("grid-300", "a table of 90,000 cells", lambda: _ruled(300, 300)),
        ("lines-3000-across", "3,000 lines across", lambda: _ruled(3_000, 2)),
        ("boxes-20000", "20,000 boxes", lambda: b"".join(_box(n) for n in range(20_000))),
        ("boxes-in-boxes", "2,000 boxes inside each other",
         lambda: b"".join(b"%g %g %g %g re S\n" % (n / 8, n / 8, 590 - n / 4, 590 - n / 4) for n in range(2_000))),
        ("curves-100000", "100,000 curves", lambda: b"1 1 m 2 2 3 3 4 4 c S\n" * 100_000),
        ("curve-of-60000-points", "a path of 60,000 points",
         lambda: b"1 1 m " + b"".join(b"%d %d l " % (n % 500, n % 700) for n in range(60_000)) + b"S\n"),
        ("grid-100-full-of-words", "a table of 6,400 cells, each with a word",
         lambda: _ruled(80, 80) + _grid(["x1"], 79, 90)),
    ):  # fmt: skip
        yield read(
            _FAMILY, f"table-{name}.pdf", f"{attacks} around an invoice",
            lambda d=drawn: page(asking + d()), _DRAWN,
        )  # fmt: skip
    yield read(
        _FAMILY, "table-on-every-page.pdf", "a table of 10,000 cells on each of five pages",
        lambda: page(asking + _ruled(100, 100), pages=5), _DRAWN,
    )  # fmt: skip


def _ruled(rows: int, columns: int) -> bytes:
    across = (b"0 %g m 590 %g l S\n" % (y, y) for y in (800 * n / rows for n in range(rows + 1)))
    down = (b"%g 0 m %g 800 l S\n" % (x, x) for x in (590 * n / columns for n in range(columns + 1)))
    return b"".join((*across, *down))


def _box(n: int) -> bytes:
    return b"%g %g 3 3 re S\n" % (4 * (n % 140), 4 * (n // 140))


def _pictures() -> Iterator[Hostile]:
    """Pictures that unpack to thousands of millions of pixels, on a page without words."""
    size = b"/Width %d /Height %d" % (_SIDE, _SIDE)
    grey, black = _GREY, b"/ColorSpace /DeviceGray /BitsPerComponent 1"
    for name, attacks, content, entries in (
        ("flate-20000", "400 MiB of grey", lambda: deflated_blanks(400 << 20, 2),
         b"/Width 20000 /Height 20000 %b" % grey + _TWICE),
        ("claimed", "a picture of 60,000 x 60,000 pixels of which none is there", lambda: b"", size + grey),
        ("flate-60000", "60,000 x 60,000 pixels, black or white", lambda: deflated_blanks(429 << 20, 2),
         size + black + _TWICE),
        ("jbig2", "60,000 x 60,000 pixels in 50 bytes of JBIG2", _jbig2, size + black + b"/Filter /JBIG2Decode"),
        ("jpx", "60,000 x 60,000 pixels in 100 bytes of JPEG 2000", _jpx, size + grey + b"/Filter /JPXDecode"),
        ("ccitt", "60,000 x 60,000 pixels of fax", lambda: b"\0\x10" * 500,
         size + black + b"/Filter /CCITTFaxDecode /DecodeParms << /K -1 /Columns 60000 /Rows 60000 >>"),
        ("jpeg", "60,000 x 60,000 pixels in a kilobyte of JPEG", _jpeg, size + grey + b"/Filter /DCTDecode"),
    ):  # fmt: skip
        yield refused(
            _FAMILY, f"picture-{name}.pdf", attacks, lambda c=content, e=entries: picture(c(), e), NO_XML, _PICTURE
        )
    yield refused(
        _FAMILY, "picture-media-box-huge.pdf", "a page of seventy kilometres without words",
        lambda: page(b"0 0 m 9 9 l S", media_box=b"0 0 200000000 200000000"), TOO_LARGE, _PICTURE,
    )  # fmt: skip
    yield refused(
        _FAMILY, "pictures-20000.pdf", "20,000 pictures of a pixel",
        lambda: picture_often(b"q 9 0 0 9 %d %d cm /X Do Q\n", 20_000), NO_XML, _PICTURE,
    )  # fmt: skip
    yield refused(
        _FAMILY, "pictures-inline-100000.pdf", "100,000 pictures inside the contents",
        lambda: page(b"q 9 0 0 9 9 9 cm BI /W 1 /H 1 /CS /G /BPC 8 ID x EI Q\n" * 100_000), NO_XML, _PICTURE,
    )  # fmt: skip
    yield refused(
        _FAMILY, "pattern-of-points.pdf", "a page filled with a pattern that repeats every thousandth of a point",
        lambda: page(
            b"/Pattern cs /P scn 0 0 595 842 re f", resources=b"/Pattern << /P 10 0 R >>",
            more={10: stream(b"0 0 1 1 re f", b"/Type /Pattern /PatternType 1 /PaintType 1 /TilingType 1"
                             b" /BBox [0 0 1 1] /XStep 0.001 /YStep 0.001 /Resources << >>")},
        ), TOO_LARGE, _PICTURE,
    )  # fmt: skip
    yield refused(
        _FAMILY, "masks-in-masks.pdf", "forty levels of soft masks, each drawn twice",
        lambda: page(b"/G gs 0 0 595 842 re f", resources=b"/ExtGState << /G 10 0 R >>", more=_masks(40)), TOO_LARGE,
        _PICTURE,
    )  # fmt: skip
    yield refused(
        _FAMILY, "shading-of-itself.pdf", "a function of functions that calls itself",
        lambda: page(
            b"/S sh", resources=b"/Shading << /S << /ShadingType 1 /ColorSpace /DeviceGray /Function 10 0 R >> >>",
            more={10: b"<< /FunctionType 3 /Domain [0 1] /Functions [10 0 R 10 0 R] /Bounds [0.5] >>"},
        ),
        NO_XML, _PICTURE,
    )  # fmt: skip


def picture_often(operators: bytes, count: int) -> bytes:
    """A page that shows one small picture many times."""
    drawn = b"".join(operators % (n % 580, n % 830) for n in range(count))
    image = stream(
        b"x", b"/Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8"
    )
    return page(drawn, resources=b"/XObject << /X 10 0 R >>", more={10: image})


def _masks(levels: int) -> dict[int, bytes]:
    made: dict[int, bytes] = {}
    for n in range(levels):
        inner = b"/ExtGState << /G %d 0 R >>" % (12 + 2 * n) if n + 1 < levels else b""
        made[10 + 2 * n] = b"<< /SMask << /S /Luminosity /G %d 0 R >> >>" % (11 + 2 * n)
        made[11 + 2 * n] = stream(
            b"/G gs 0 0 595 842 re f /G gs 0 0 595 842 re f",
            b"/Type /XObject /Subtype /Form /BBox [0 0 595 842] /Group << /S /Transparency /CS /DeviceGray >>"
            b" /Resources << %b >>" % inner,
        )
    return made


def _scans() -> Iterator[Hostile]:
    """Pictures that Tesseract is given."""
    noise = b"/Width 512 /Height 512 /ColorSpace /DeviceGray /BitsPerComponent 1"
    for name, attacks, side in (("fine", "every pixel", 123.0), ("coarse", "spots of a letter's size", 1_500.0)):
        for pages in (1, 5):
            yield refused(
                _FAMILY, f"scan-noise-{name}-{pages}.pdf", f"{pages} pages of noise, {attacks}",
                lambda s=side, p=pages: _tiled(_noise(512 * 64), noise, s, p), NO_XML, _PICTURE,
            )  # fmt: skip
    yield refused(
        _FAMILY, "scan-letters.pdf", "five pictures of pages full of letters",
        lambda: _tiled(_letters(), b"/Width 512 /Height 512" + _GREY, 184.0, 5), TOO_LARGE,
        _PICTURE,
    )  # fmt: skip


def _tiled(content: bytes, entries: bytes, side: float, pages: int) -> bytes:
    """Pages covered with one picture; `side` in points."""
    across, down = int(595 // side) + 1, int(842 // side) + 1
    drawn = b"".join(
        b"q %g 0 0 %g %g %g cm /X Do Q\n" % (side, side, side * x, side * y) for x in range(across) for y in range(down)
    )
    image = stream(deflated([content]), b"/Type /XObject /Subtype /Image " + entries + FLATE)
    return page(drawn, pages=pages, resources=b"/XObject << /X 10 0 R >>", more={10: image})


@functools.cache
def _noise(count: int) -> bytes:
    return random.Random(7).randbytes(count)


def _letters() -> bytes:
    """A picture of small letters, without any font of the system."""
    image = Image.new("L", (512, 512), 255)
    drawn, chance = ImageDraw.Draw(image), random.Random(7)
    font = ImageFont.load_default(18)
    for row in range(26):
        words = ("".join(chance.choices("abcdefghilmnoprstuv0123456789", k=5)) for _ in range(9))
        drawn.text((2, 19 * row), " ".join(words), fill=0, font=font)
    return image.tobytes()


def _jbig2() -> bytes:
    """A page of JBIG2 without any region: only its size is told."""
    information = struct.pack(">IIIIBH", _SIDE, _SIDE, 0, 0, 4, 0)
    return struct.pack(">IBBBI", 0, 48, 0, 1, len(information)) + information


def _jpx() -> bytes:
    """A code stream of JPEG 2000: the marks, one tile, and nothing in it."""
    size = struct.pack(">HHIIIIIIIIHBBB", 41, 0, _SIDE, _SIDE, 0, 0, _SIDE, _SIDE, 0, 0, 1, 7, 1, 1)
    coding = struct.pack(">HBBHBBBBBB", 12, 0, 0, 1, 0, 5, 4, 4, 0, 1)
    quality = struct.pack(">HB", 19, 0x40) + bytes([0x48] * 16)
    tile = struct.pack(">HHIBB", 10, 0, 0, 0, 1)
    return (
        b"\xff\x4f\xff\x51"
        + size
        + b"\xff\x52"
        + coding
        + b"\xff\x5c"
        + quality
        + b"\xff\x90"
        + tile
        + b"\xff\x93\xff\xd9"
    )


def _jpeg() -> bytes:
    """A JPEG of sixteen pixels that says it is larger."""
    out = io.BytesIO()
    Image.new("L", (16, 16)).save(out, "JPEG")
    content = out.getvalue()
    frame = content.index(b"\xff\xc0") + 5
    return content[:frame] + struct.pack(">HH", _SIDE, _SIDE) + content[frame + 4 :]

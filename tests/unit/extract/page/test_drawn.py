"""Pages as PDFs store them: typography, pages that lie on their side, and boxes that lie where the words are."""

import io
from collections.abc import Callable

import pikepdf
import pytest
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from rules.model import Box
from tests.unit.extract.page.typed import told
from worker.extract.limits import Limits
from worker.extract.pdf import again, read_pages
from worker.extract.pdf_pages import cells_of, pages_of
from worker.ports import Word

LIMITS = Limits()
WIDTH, HEIGHT = A4
FONT, SIZE = "Helvetica", 10
ASCENT, DESCENT = pdfmetrics.getAscentDescent(FONT, SIZE)
LEFT, BASE = 70.0, 200.0  # of the line with the commitment, from the top left corner of the text as it is read
EJ = "2412345673"
LABEL = "N° d'engagement : "
LINES = ("Facture n° LV-2026-0042 du 16/08/2026", "Code service : FIN01", "Total TTC : 1 500,00 €")
TURNS = (0, 90, 180, 270)


def pdf(draw: Callable[[Canvas], None]) -> bytes:
    """One page of A4 with what is drawn on it."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4, invariant=True)
    canvas.setFont(FONT, SIZE)
    draw(canvas)
    canvas.save()
    return out.getvalue()


def read(data: bytes):
    """The invoice of a PDF's pages."""
    return read_pages(pages_of(data, LIMITS).read).invoice


def words(data: bytes) -> list[str]:
    """The words of the first page, as they are drawn."""
    return [word.text for word in pages_of(data, LIMITS).read[0].words]


def written(*lines: str, font: str = FONT) -> bytes:
    """Lines one below the other."""

    def draw(canvas: Canvas) -> None:
        canvas.setFont(font, SIZE)
        for row, line in enumerate(lines):
            canvas.drawString(LEFT, HEIGHT - 100 - 14 * row, line)

    return pdf(draw)


def vera() -> str:
    """A font with ligatures and any code, which comes with reportlab."""
    pdfmetrics.registerFont(TTFont("Vera", "Vera.ttf"))
    return "Vera"


# typography


@pytest.mark.parametrize("blank", [" ", "\u00a0", "\u202f", "\u2009", "\u2007"])
def test_blanks_of_any_width_part_words(blank):
    """Unbreakable and thin blanks of French typography are blanks, in labels, numbers and sums."""
    lines = (
        f"N°{blank}d’engagement{blank}:{blank}2412{blank}3456{blank}73",
        f"Total TTC{blank}:{blank}1{blank}500,00{blank}€",
    )
    invoice = read(written(*lines, font=vera()))
    assert told(invoice, "commitment_number") == EJ
    assert told(invoice, "amount_incl_tax") == "1500.00"


@pytest.mark.parametrize(("ligature", "letters"), [("ﬁ", "fi"), ("ﬂ", "fl")])
def test_ligatures_are_their_letters(ligature, letters):
    """One sign for two letters is read as the two."""
    assert words(written(f"o{ligature}ce", font=vera())) == [f"o{letters}ce"]


def test_a_label_with_a_ligature_is_that_label():
    """“Bénéﬁciaire” announces the service as “bénéficiaire” does."""
    assert told(read(written("Service bénéﬁciaire : FIN01", font=vera())), "service_code") == "FIN01"


def test_letters_set_apart_are_a_word():
    """A title whose letters the program sets apart is read, and so is the number behind it."""

    def draw(canvas: Canvas) -> None:
        canvas.drawString(LEFT, 700, "AVOIR", charSpace=6)
        canvas.drawString(LEFT + 120, 700, "n° AV-2026-0007")

    invoice = read(pdf(draw))
    assert told(invoice, "invoice_number") == "AV-2026-0007"
    assert told(invoice, "invoice_type") == "381"


def test_words_drawn_letter_by_letter_are_words():
    """Programs that place each character alone write words all the same."""

    def draw(canvas: Canvas) -> None:
        left = LEFT
        for character in f"{LABEL}{EJ}":
            canvas.drawString(left, 700, character)
            left += pdfmetrics.stringWidth(character, FONT, SIZE)

    assert told(read(pdf(draw)), "commitment_number") == EJ


def test_the_order_of_drawing_does_not_matter():
    """Values drawn before their labels, and from the bottom up, are read as they stand."""

    def draw(canvas: Canvas) -> None:
        for row, (label, value) in reversed(list(enumerate([(LABEL, EJ), ("Code service : ", "FIN01")]))):
            canvas.drawString(LEFT + 100, 700 - 14 * row, value)
            canvas.drawString(LEFT, 700 - 14 * row, label)

    invoice = read(pdf(draw))
    assert (told(invoice, "commitment_number"), told(invoice, "service_code")) == (EJ, "FIN01")


@pytest.mark.parametrize("meant", ["\U0001f600", "\0", "ab"], ids=["two units", "nothing", "two letters"])
def test_what_is_no_single_character_moves_no_word(meant):
    """A glyph that stands for more or less than one unit of text leaves the boxes of the words behind it in place."""
    plain = pdf(lambda canvas: canvas.drawString(LEFT, 700, f"Q {LABEL}{EJ}"))
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(plain)) as document:
        (font,) = document.pages[0].Resources.Font.values()
        font.ToUnicode = document.make_stream(
            b"begincmap 1 begincodespacerange <00> <ff> endcodespacerange"
            b" 1 beginbfchar <51> <%s> endbfchar endcmap" % meant.encode("utf-16-be").hex().encode()
        )
        document.save(out)
    first, mapped = (pages_of(data, LIMITS).read[0].words for data in (plain, out.getvalue()))
    assert mapped[-3:] == first[-3:]
    assert first[-1].text == EJ


# places


def lying(angle: int, rotate: int = 0, *, origin: tuple[float, float] = (0, 0)) -> bytes:
    """A page whose text is drawn at an angle, counter-clockwise, and that a viewer turns by `rotate`, clockwise.

    `origin` is where the corner of the paper is in the page's own coordinates.
    """

    def draw(canvas: Canvas) -> None:
        canvas.translate(*{0: (0, 0), 90: (WIDTH, 0), 180: (WIDTH, HEIGHT), 270: (0, HEIGHT)}[angle])
        canvas.rotate(angle)
        top = frame(angle)[1]
        for row, line in enumerate((f"{LABEL}{EJ}", *LINES)):
            canvas.drawString(LEFT, top - BASE - 20 * row, line)

    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf(draw))) as document:
        page = document.pages[0]
        page.Rotate = rotate
        if any(origin):
            left, bottom = origin
            page.contents_add(f"q 1 0 0 1 {left} {bottom} cm\n".encode(), prepend=True)
            page.contents_add(b"\nQ")
            page.mediabox = [left, bottom, left + WIDTH, bottom + HEIGHT]
        document.save(out)
    return out.getvalue()


def frame(angle: int) -> tuple[float, float]:
    """The size of the page as its text sees it."""
    return (HEIGHT, WIDTH) if angle % 180 else (WIDTH, HEIGHT)


def drawn_box(angle: int, rotate: int) -> Box:
    """Where the commitment is drawn, on the page as it is shown: from the baseline's ends, ascent and descent."""
    start = LEFT + pdfmetrics.stringWidth(LABEL, FONT, SIZE)
    end = start + pdfmetrics.stringWidth(EJ, FONT, SIZE)
    base = frame(angle)[1] - BASE
    corners = [shown(*on_paper(u, v, angle), rotate) for u in (start, end) for v in (base + DESCENT, base + ASCENT)]
    return Box(*(min(c) for c in zip(*corners, strict=True)), *(max(c) for c in zip(*corners, strict=True)))


def on_paper(u: float, v: float, angle: int) -> tuple[float, float]:
    """From the text's own coordinates to those of the page."""
    return {0: (u, v), 90: (WIDTH - v, u), 180: (WIDTH - u, HEIGHT - v), 270: (v, HEIGHT - u)}[angle]


def shown(x: float, y: float, rotate: int) -> tuple[float, float]:
    """From the coordinates of the page to points from the top left corner of what a viewer shows."""
    return {0: (x, HEIGHT - y), 90: (y, x), 180: (WIDTH - x, y), 270: (HEIGHT - y, WIDTH - x)}[rotate]


@pytest.mark.parametrize("rotate", TURNS)
@pytest.mark.parametrize("angle", TURNS)
def test_a_page_is_read_however_it_lies(angle, rotate):
    """Text drawn upright, on its side or on its head, on a page that a viewer turns or not, says the same."""
    invoice = read(lying(angle, rotate))
    assert {name: told(invoice, name) for name in ("commitment_number", "service_code", "invoice_number")} == {
        "commitment_number": EJ,
        "service_code": "FIN01",
        "invoice_number": "LV-2026-0042",
    }
    assert told(invoice, "issue_date") == "2026-08-16"
    assert told(invoice, "amount_incl_tax") == "1500.00"


@pytest.mark.parametrize("origin", [(0, 0), (120, 60), (-40, -300)], ids=["at zero", "shifted", "below zero"])
@pytest.mark.parametrize("rotate", TURNS)
@pytest.mark.parametrize("angle", TURNS)
def test_the_box_of_a_value_is_where_it_is_drawn(angle, rotate, origin):
    """Along the line to a point, on the page as it is shown; across it, it holds the letters and hardly more."""
    box = read(lying(angle, rotate, origin=origin)).commitment_number.seen.box
    expected = drawn_box(angle, rotate)
    along, across = ((1, 3), (0, 2)) if (angle + rotate) % 180 else ((0, 2), (1, 3))
    assert [box[edge] for edge in along] == pytest.approx([expected[edge] for edge in along], abs=1)
    assert box[across[0]] <= expected[across[0]] + 1
    assert box[across[1]] >= expected[across[1]] - 1
    assert box[across[1]] - box[across[0]] <= 1.3 * SIZE


def test_the_place_says_page_and_box():
    """The source of a value is written for people: the page and its box, in points."""
    field = read(lying(0)).commitment_number
    assert field.seen.page == 1
    assert field.source == f"page 1 [{' '.join(format(edge, 'g') for edge in field.seen.box)}]"
    assert EJ in field.seen.words


def test_a_note_in_the_margin_does_not_turn_the_page():
    """A line that runs up the margin leaves the page as it is: what most of the text says holds."""

    def draw(canvas: Canvas) -> None:
        for row, line in enumerate((f"{LABEL}{EJ}", *LINES)):
            canvas.drawString(LEFT, 700 - 20 * row, line)
        canvas.translate(20, 200)
        canvas.rotate(90)
        canvas.drawString(0, 0, "SARL Dubois, RCS Dax")

    data = pdf(draw)
    assert pages_of(data, LIMITS).read[0].turns == 0
    assert told(read(data), "commitment_number") == EJ


# ruled tables

TABLE = (("N° d'engagement", "Code service", "N° de marché"), ("", "FIN01", "MAPA-2025/18"))


def table(canvas: Canvas) -> None:
    """The words of the table, in cells of 130 by 20 points."""
    for row, cells in enumerate(TABLE):
        for column, text in enumerate(cells):
            canvas.drawString(55 + 130 * column, 686 - 20 * row, text)


def boxes(canvas: Canvas) -> None:
    """A box around each of its words."""
    for column in range(3):
        for row in range(2):
            canvas.rect(50 + 130 * column, 680 - 20 * row, 130, 20)


def lines(canvas: Canvas) -> None:
    """Lines across and down, one by one."""
    for row in range(3):
        canvas.line(50, 700 - 20 * row, 440, 700 - 20 * row)
    for column in range(4):
        canvas.line(50 + 130 * column, 700, 50 + 130 * column, 660)


def at_one_stroke(canvas: Canvas) -> None:
    """All its lines as one path."""
    canvas.grid([50, 180, 310, 440], [700, 680, 660])


def filled(canvas: Canvas) -> None:
    """Thin bars of ink, as spreadsheets print lines."""
    for row in range(3):
        canvas.rect(50, 699.75 - 20 * row, 390, 0.5, stroke=0, fill=1)
    for column in range(4):
        canvas.rect(49.75 + 130 * column, 660, 0.5, 40, stroke=0, fill=1)


def in_a_form(canvas: Canvas) -> None:
    """Drawn at half its size about another point, as a form that the page shows twice as large."""
    canvas.beginForm("table")
    canvas.grid([0, 65, 130, 195], [0, 10, 20])
    canvas.endForm()
    canvas.saveState()
    canvas.transform(2, 0, 0, 2, 50, 660)
    canvas.doForm("table")
    canvas.restoreState()


@pytest.mark.parametrize("rule", [boxes, lines, at_one_stroke, filled, in_a_form], ids=lambda rule: rule.__name__)
@pytest.mark.parametrize("rotate", TURNS)
def test_a_label_in_a_cell_takes_nothing_from_the_next(rule, rotate):
    """However its lines are drawn, the cells of a table are known where its words are, and an empty one stays empty."""
    data = turned(pdf(lambda canvas: (rule(canvas), table(canvas))), rotate)
    assert pages_of(data, LIMITS).read[0].ruled
    cells = cells_of(data, 1, LIMITS)
    assert len(cells) == 6
    (page,) = pages_of(data, LIMITS).read
    held = [[word.text for word in page.words if inside(word, cell)] for cell in cells]
    assert sorted(map(" ".join, held)) == sorted(text for row in TABLE for text in row)
    invoice = again(read_pages([page]), {1: cells}).invoice
    assert told(invoice, "commitment_number") is None
    assert (told(invoice, "service_code"), told(invoice, "contract_number")) == ("FIN01", "MAPA-2025/18")


def turned(data: bytes, rotate: int) -> bytes:
    """The same page, which a viewer turns."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as document:
        document.pages[0].Rotate = rotate
        document.save(out)
    return out.getvalue()


def inside(word: Word, cell: Box) -> bool:
    """Whether the middle of a word is in a cell."""
    x, y = (word.left + word.right) / 2, (word.top + word.bottom) / 2
    return cell.left < x < cell.right and cell.top < y < cell.bottom


def test_what_only_bounds_is_no_line():
    """A path that is neither stroked nor filled makes no cell."""
    data = pdf(lambda canvas: (table(canvas), canvas.grid([50, 180], [700, 680])))
    clipped = pdf(lambda canvas: (clip(canvas), table(canvas)))
    assert len(cells_of(data, 1, LIMITS)) == 0  # a box alone is no table
    assert cells_of(clipped, 1, LIMITS) == ()


def clip(canvas: Canvas) -> None:
    """A table of paths that bound what is drawn, and are not drawn."""
    for column in range(3):
        path = canvas.beginPath()
        path.rect(50 + 130 * column, 680, 130, 20)
        canvas.clipPath(path, stroke=0, fill=0)


# limits


def test_of_a_long_document_only_the_first_and_last_pages_are_read():
    """Three pages from the beginning and two from the end, each with its own number."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4)
    for number in range(1, 41):
        canvas.drawString(LEFT, 700, f"Page {number}")
        canvas.showPage()
    canvas.save()
    pages = pages_of(out.getvalue(), LIMITS)
    assert pages.total == 40
    assert [page.number for page in pages.read] == [1, 2, 3, 39, 40]
    assert [page.words[1].text for page in pages.read] == ["1", "2", "3", "39", "40"]

"""What stands on a page, and how it is stored: text in its place, lines and boxes, drawn by reportlab at the end.

Programs store the same page in very different orders: as read, labels first, column by column, from the bottom up;
texts whole, in pieces, or one character after the other.
"""

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from random import Random

from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

FONTS = {
    "Helvetica": ("Helvetica", "Helvetica-Bold"),
    "Times": ("Times-Roman", "Times-Bold"),
    "Courier": ("Courier", "Courier-Bold"),
    "Vera": ("Vera", "VeraBd"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How the program behind a layout writes. One of `sirets`, `amounts` and `dates` is chosen for each invoice."""

    font: str = "Helvetica"
    size: float = 9
    sirets: tuple[str, ...] = ("spaces", "joined")
    amounts: tuple[str, ...] = ("space-euro",)
    dates: tuple[str, ...] = ("slashes",)
    order: str = "drawn"  # labels-first, columns, bottom-up
    mode: str = "plain"  # chars, runs
    apostrophe: str = "'"
    degree: str = "°"
    colon: str = " :"
    upper: bool = False
    bare: bool = False  # labels without accents
    ligatures: bool = False
    minus: str = "-"
    landscape: bool = False
    turn: int = 0  # /Rotate; what is drawn is turned the other way, so that a viewer shows it upright


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A text in its place: `left` and `base` in points from the top left."""

    left: float
    base: float
    text: str
    font: str
    size: float
    role: str = "text"  # label, value, stamp
    mode: str = "plain"
    grey: float = 0
    angle: float = 0

    @property
    def width(self) -> float:
        """Points from the first to the last character."""
        spacing = 2.5 * len(self.text) if self.mode == "spaced" else 0
        return pdfmetrics.stringWidth(self.text, self.font, self.size) + spacing


@dataclass(slots=True)
class Page:
    """The lines, boxes and texts of one page."""

    shapes: list[tuple[str, tuple[float, ...], float]] = field(default_factory=list)
    runs: list[Run] = field(default_factory=list)


def size(look: Look) -> tuple[float, float]:
    """Width and height of the paper as it is read, in points."""
    return (A4[1], A4[0]) if look.landscape else A4


def pdf(pages: Sequence[Page], look: Look, rng: Random) -> bytes:
    """Draw the pages. The lot decides where texts are cut in pieces."""
    out = io.BytesIO()
    width, height = size(look)
    canvas = Canvas(out, pagesize=(width, height), invariant=1, pageCompression=1)
    for page in pages:
        _turn(canvas, look.turn, width, height)
        _draw_shapes(canvas, page, height)
        for run in sorted(page.runs, key=_ORDERS[look.order]):
            _draw(canvas, run, height, rng)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def _turn(canvas: Canvas, turn: int, width: float, height: float) -> None:
    """Turn what is drawn; on a rotated page reportlab exchanges the sides of the paper itself."""
    if turn == 90:
        canvas.translate(height, 0)
        canvas.rotate(90)
    if turn == 270:
        canvas.translate(0, width)
        canvas.rotate(-90)
    canvas.setPageRotation(turn)


def faults(pages: Sequence[Page], look: Look) -> list[str]:
    """Say which texts lie over each other or beyond the edge of the paper (stamps may)."""
    found = []
    width, height = size(look)
    for number, page in enumerate(pages, 1):
        runs = sorted((run for run in page.runs if run.role != "stamp"), key=lambda run: run.base)
        for place, run in enumerate(runs):
            if run.left < 5 or run.left + run.width > width - 5 or not 8 < run.base < height - 6:
                found.append(f"page {number}: {run.text!r} beyond the edge")
            for other in runs[place + 1 :]:
                if other.base - run.base > other.size * 0.72:
                    break
                if run.left < other.left + other.width - 1 and other.left < run.left + run.width - 1:
                    found.append(f"page {number}: {run.text!r} over {other.text!r}")
    return found


@cache
def load_fonts() -> None:
    """Make the TrueType font known, once."""
    for name in ("Vera", "VeraBd"):
        font = TTFont(name, f"{name}.ttf")
        # Vera has no narrow no-break blank: its glyph is that of the blank, a little narrower.
        font.face.charToGlyph[0x202F] = font.face.charToGlyph[0x20]
        font.face.charWidths[0x202F] = font.face.charWidths[0x20]
        pdfmetrics.registerFont(font)


_ORDERS: dict[str, Callable[[Run], tuple[float, ...]]] = {
    "drawn": lambda _run: (0,),
    "labels-first": lambda run: ({"stamp": 0, "label": 1, "text": 2, "value": 3}[run.role],),
    "columns": lambda run: (run.left // (A4[0] / 3), run.base),
    "bottom-up": lambda run: (-run.base, -run.left),
}


def _draw_shapes(canvas: Canvas, page: Page, height: float) -> None:
    for kind, numbers, weight in sorted(page.shapes, key=lambda shape: shape[0] != "fill"):
        canvas.setLineWidth(weight if kind != "fill" else 0.5)
        match kind:
            case "rule":
                x, y, to = numbers
                canvas.line(x, height - y, to, height - y)
            case "box":
                x, y, w, h = numbers
                canvas.rect(x, height - y - h, w, h)
            case _:
                x, y, w, h = numbers
                canvas.setFillGray(weight)
                canvas.rect(x, height - y - h, w, h, stroke=0, fill=1)


def _draw(canvas: Canvas, run: Run, height: float, rng: Random) -> None:
    canvas.setFont(run.font, run.size)
    canvas.setFillGray(run.grey)
    if run.angle:
        canvas.saveState()
        canvas.translate(run.left, height - run.base)
        canvas.rotate(run.angle)
        canvas.drawString(0, 0, run.text)
        canvas.restoreState()
        return
    left = run.left
    for piece in _pieces(run, rng):
        canvas.drawString(left, height - run.base, piece, charSpace=2.5 if run.mode == "spaced" else 0)
        left += pdfmetrics.stringWidth(piece, run.font, run.size)


def _pieces(run: Run, rng: Random) -> list[str]:
    if run.mode == "chars":
        return list(run.text)
    if run.mode == "runs" and len(run.text) > 4:
        cuts = sorted({0, len(run.text), *rng.sample(range(1, len(run.text)), min(3, len(run.text) // 3))})
        return [run.text[start:end] for start, end in pairwise(cuts)]
    return [run.text]

"""The words of a PDF's pages, with their boxes: PDFium for all of them, pdfplumber where tables have to be understood.

PDFium gives characters one by one. They are put together to words here, in the order in which the page draws them:
a blank, a jump, or a change of line ends a word.
"""

import ctypes
import io
import sys
from collections.abc import Iterator
from typing import NamedTuple

import pdfplumber
import pypdfium2
from pypdfium2 import raw

from rules.model import Box
from worker.errors import DocumentMalformed, LimitExceeded
from worker.extract.limits import Limits
from worker.ports import Page, Pages, Picture, Word

_POINTS_PER_INCH = 72
_BLANK = 32
_LINE_END_HYPHEN = 2  # PDFium's sign for a hyphen at the end of a line
_LIGATURES = str.maketrans({"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"})
_JUMP = 0.35  # of the height of a character: a wider gap ends a word
_WIDEST = 0.75  # of it: a run is no wider than this for each character, or parts of it stand apart
_SHIFT = 0.5  # of it: a change of line ends a word
_QUARTER_TURNS = 4
_FEWEST_LINES = 4  # that make a cell
_MOST_OBJECTS = 3_000  # of a page that are looked at for lines
_SAMPLE_STEP = 40
_SCALE = 1000  # device units for each point, when a page's own coordinates are asked for


class _Turn(NamedTuple):
    """From the coordinates of a page to points from the top left corner of what is shown: an affine map."""

    xx: float
    xy: float
    x0: float
    yx: float
    yy: float
    y0: float

    def __call__(self, x: float, y: float) -> tuple[float, float]:
        return self.xx * x + self.xy * y + self.x0, self.yx * x + self.yy * y + self.y0


def pages_of(data: bytes, limits: Limits) -> Pages:
    """The words of the first and last pages. Raises `DocumentMalformed`, `LimitExceeded`."""
    with _opened(data) as document:
        count = len(document)
        numbers = [n for n in range(count) if n < limits.first_pages or n >= count - limits.last_pages]
        return Pages(tuple(_page(document, number, limits) for number in numbers), count)


def layout_of(data: bytes, number: int, limits: Limits) -> Page:
    """One page as pdfplumber sees it. Raises `DocumentMalformed`, `LimitExceeded`."""
    try:
        with pdfplumber.open(io.BytesIO(data), pages=[number]) as document:
            page = document.pages[0]
            words = tuple(
                Word(word["text"], word["x0"], word["top"], word["x1"], word["bottom"])
                for word in page.extract_words(x_tolerance_ratio=0.2, use_text_flow=False)
            )
            _check_words(len(words), limits)
            cells = tuple(cell for table in page.find_tables() for cell in table.cells)
            _check_cells(len(cells), limits)
            return Page(number, float(page.width), float(page.height), words, cells)
    except (LimitExceeded, MemoryError):  # who runs out of memory has to be told so, not that the page is odd
        raise
    except Exception as error:  # noqa: BLE001  pdfminer fails in many ways on what others can read
        raise DocumentMalformed(f"a PDF whose page {number} cannot be laid out: {type(error).__name__}") from None


def render(data: bytes, number: int, dpi: int, limits: Limits) -> Picture:
    """A page as a grey PNG. Raises `DocumentMalformed`, `LimitExceeded`."""
    with _opened(data) as document:
        page = _loaded(document, number)
        scale = dpi / _POINTS_PER_INCH
        width, height = page.get_size()
        if width * height * scale * scale > limits.pixels:
            raise LimitExceeded(f"a page of {width:.0f} x {height:.0f} points; too large to be drawn at {dpi} dpi")
        image = page.render(scale=scale, grayscale=True).to_pil()
        stream = io.BytesIO()
        image.save(stream, "PNG")
        return Picture(stream.getvalue(), *image.size)


def _opened(data: bytes) -> pypdfium2.PdfDocument:
    try:
        return pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        raise DocumentMalformed(f"a PDF whose pages cannot be read: {error}") from None


def _loaded(document: pypdfium2.PdfDocument, number: int) -> pypdfium2.PdfPage:
    try:
        return document[number - 1]
    except pypdfium2.PdfiumError as error:
        raise DocumentMalformed(f"a PDF whose page {number} cannot be read: {error}") from None


def _page(document: pypdfium2.PdfDocument, index: int, limits: Limits) -> Page:
    page = _loaded(document, index + 1)
    try:
        text = page.get_textpage()
    except pypdfium2.PdfiumError as error:
        raise DocumentMalformed(f"a PDF whose page {index + 1} has no text to be read: {error}") from None
    width, height = page.get_size()
    count = raw.FPDFText_CountChars(text.raw)
    _check_words(count // 10, limits)
    turn, width, height, turns = _turn_of(page, text, count, width, height)
    words = tuple(_words(text, count, turn))
    _check_words(len(words), limits)
    return Page(index + 1, width, height, words, turns=turns, ruled=_is_ruled(page))


def _is_ruled(page: pypdfium2.PdfPage) -> bool:
    """Whether enough lines or boxes are drawn to make a cell."""
    count = min(raw.FPDFPage_CountObjects(page.raw), _MOST_OBJECTS)
    paths = 0
    for position in range(count):
        if raw.FPDFPageObj_GetType(raw.FPDFPage_GetObject(page.raw, position)) == raw.FPDF_PAGEOBJ_PATH:
            paths += 1
            if paths >= _FEWEST_LINES:
                return True
    return False


def _check_words(count: int, limits: Limits) -> None:
    if count > limits.page_words:
        raise LimitExceeded(f"a page of {count:,} words; the limit is {limits.page_words:,}")


def _check_cells(count: int, limits: Limits) -> None:
    if count > limits.page_cells:
        raise LimitExceeded(f"a page of {count:,} cells; the limit is {limits.page_cells:,}")


def _turn_of(
    page: pypdfium2.PdfPage, text: pypdfium2.PdfTextPage, count: int, width: float, height: float
) -> tuple[_Turn, float, float, int]:
    """How to turn the page so that its text stands upright, its size then, and the quarter turns."""
    origin, right, up = (_device(page, width, height, x, y) for x, y in ((0, 0), (100, 0), (0, 100)))
    turn = _Turn(
        (right[0] - origin[0]) / 100,
        (up[0] - origin[0]) / 100,
        origin[0],
        (right[1] - origin[1]) / 100,
        (up[1] - origin[1]) / 100,
        origin[1],
    )
    sideways = _drawn_turns(text, count) + page.get_rotation() // 90
    turns = -sideways % _QUARTER_TURNS
    for _ in range(turns):  # text that lies on its side is turned upright
        turn = _Turn(-turn.yx, -turn.yy, height - turn.y0, turn.xx, turn.xy, turn.x0)
        width, height = height, width
    return turn, width, height, turns


def _device(page: pypdfium2.PdfPage, width: float, height: float, x: float, y: float) -> tuple[float, float]:
    """Where a point of the page's own coordinates is shown."""
    across, down = ctypes.c_int(), ctypes.c_int()
    size = int(width * _SCALE), int(height * _SCALE)
    raw.FPDF_PageToDevice(page.raw, 0, 0, *size, 0, x, y, across, down)
    return across.value / _SCALE, down.value / _SCALE


def _drawn_turns(text: pypdfium2.PdfTextPage, count: int) -> int:
    """By how many quarter turns, clockwise, most of the text is drawn."""
    turns = [0] * _QUARTER_TURNS
    for position in range(0, count, _SAMPLE_STEP):
        angle = raw.FPDFText_GetCharAngle(text.raw, position)
        if angle >= 0:
            turns[round(angle * 2 / 3.141592653589793) % _QUARTER_TURNS] += 1
    return max(range(_QUARTER_TURNS), key=turns.__getitem__) if any(turns) else 0


def _words(text: pypdfium2.PdfTextPage, count: int, turn: _Turn) -> Iterator[Word]:
    """Characters put together to words: runs without a blank, parted where they jump.

    Asking for the box of every character would cost most of the time. That of the first and of the last tell whether a
    run stands together, as nearly all do.
    """
    code_of, handle = raw.FPDFText_GetUnicode, text.raw
    boxes = _Boxes(text, turn)
    start, letters = 0, ""
    for position in range(count + 1):
        code = code_of(handle, position) if position < count else _BLANK
        character = "-" if code == _LINE_END_HYPHEN else chr(code) if code <= sys.maxunicode else " "
        if character.isprintable() and character != " " and not character.isspace():
            start = start if letters else position
            letters += character
        elif letters:
            yield from _of_run(boxes, start, letters)
            letters = ""


class _Boxes:
    """The boxes of characters, in points from the top left corner of the page, upright."""

    def __init__(self, text: pypdfium2.PdfTextPage, turn: _Turn) -> None:
        self._handle, self._turn = text.raw, turn
        self._box = raw.FS_RECTF()
        self._reference = ctypes.byref(self._box)

    def of(self, position: int) -> Box | None:
        """The box of a character; None where it has none."""
        if not raw.FPDFText_GetLooseCharBox(self._handle, position, self._reference):
            return None
        x0, y0 = self._turn(self._box.left, self._box.top)
        x1, y1 = self._turn(self._box.right, self._box.bottom)
        return Box(min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))


def _of_run(boxes: _Boxes, start: int, letters: str) -> Iterator[Word]:
    first, last = boxes.of(start), boxes.of(start + len(letters) - 1)
    if first and last and _stands_together(first, last, len(letters)):
        bottom = max(first.bottom, last.bottom)
        yield Word(letters.translate(_LIGATURES), first.left, min(first.top, last.top), last.right, bottom)
        return
    held: list[tuple[str, Box]] = []
    for offset, letter in enumerate(letters):
        box = boxes.of(start + offset)
        if box is None or (held and _parts(held[-1][1], box)):
            yield from _joined(held)
            held = []
        if box is not None:
            held.append((letter, box))
    yield from _joined(held)


def _stands_together(first: Box, last: Box, count: int) -> bool:
    """Whether a run from one character to another is one line of usual width."""
    height = min(first.bottom - first.top, last.bottom - last.top)
    level = abs((first.top + first.bottom) - (last.top + last.bottom)) <= 2 * _SHIFT * height
    return level and first.left <= last.right and last.right - first.left <= _WIDEST * height * count


def _parts(last: Box, box: Box) -> bool:
    height = min(last.bottom - last.top, box.bottom - box.top)
    gap = box.left - last.right
    level = abs((box.top + box.bottom) - (last.top + last.bottom)) <= 2 * _SHIFT * height
    return gap > _JUMP * height or gap < -height or not level


def _joined(held: list[tuple[str, Box]]) -> Iterator[Word]:
    if held:
        boxes = [box for _, box in held]
        yield Word(
            "".join(letter for letter, _ in held).translate(_LIGATURES),
            min(box.left for box in boxes),
            min(box.top for box in boxes),
            max(box.right for box in boxes),
            max(box.bottom for box in boxes),
        )

"""The words of a PDF's pages, with their boxes, by PDFium.

PDFium gives characters one by one. They are put together to words here, in the order in which the page draws them:
a blank, a jump, or a change of line ends a word.
"""

import ctypes
import io
import re
import sys
from collections.abc import Iterator

import pypdfium2
from pypdfium2 import raw

from rules.model import Box
from worker.errors import DocumentMalformed, LimitExceeded
from worker.extract import ruled
from worker.extract.affine import Affine
from worker.extract.limits import Limits
from worker.ports import Page, Pages, Picture, Word

_POINTS_PER_INCH = 72
_RUN = re.compile(r"\S+")
_LINE_END_HYPHENS = ("\2", "\ufffe")  # PDFium's signs for a hyphen at the end of a line, character and text
_LEFT_OUT = ("\0", "\ufffd")  # what stands at the end of a text that lacks characters, or for half of one
_LIGATURES = str.maketrans({"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"})
_JUMP = 0.35  # of the height of a character: a wider gap ends a word
_WIDEST = 0.75  # of it: a run is no wider than this for each character, or parts of it stand apart
_SHIFT = 0.5  # of it: a change of line ends a word
_QUARTER_TURNS = 4
_SMALLEST = 1.0  # points: lower text is there for machines only
_SAMPLE_STEP = 40
_LOOSE_BOX = raw.FPDFText_GetLooseCharBox
_SCALE = 1000  # device units for each point, when a page's own coordinates are asked for


def pages_of(data: bytes, limits: Limits) -> Pages:
    """The words of the first and last pages. Raises `DocumentMalformed`, `LimitExceeded`."""
    with _opened(data) as document:
        count = len(document)
        numbers = [n for n in range(count) if n < limits.first_pages or n >= count - limits.last_pages]
        pages = tuple(_page(document, number, limits) for number in numbers)
        _check(sum(len(page.words) for page in pages), limits.read_words, "pages of {count:,} words")
        return Pages(pages, count)


def cells_of(data: bytes, number: int, limits: Limits) -> tuple[Box, ...]:
    """The cells of the ruled tables of one page. Raises `DocumentMalformed`, `LimitExceeded`."""
    with _opened(data) as document:
        page = _loaded(document, number)
        text = _text_of(page, number)
        turn, *_ = _turn_of(page, text, raw.FPDFText_CountChars(text.raw), *page.get_size())
        return ruled.cells_of(page, turn, limits)


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


def _text_of(page: pypdfium2.PdfPage, number: int) -> pypdfium2.PdfTextPage:
    try:
        return page.get_textpage()
    except pypdfium2.PdfiumError as error:
        raise DocumentMalformed(f"a PDF whose page {number} has no text to be read: {error}") from None


def _page(document: pypdfium2.PdfDocument, index: int, limits: Limits) -> Page:
    page = _loaded(document, index + 1)
    text = _text_of(page, index + 1)
    width, height = page.get_size()
    count = raw.FPDFText_CountChars(text.raw)
    _check_words(count // 10, limits)
    turn, width, height, turns = _turn_of(page, text, count, width, height)
    words = tuple(word for word in _words(text, count, turn) if _can_be_seen(word, width, height))
    _check_words(len(words), limits)
    return Page(index + 1, width, height, words, turns=turns, ruled=ruled.is_ruled(page))


def _can_be_seen(word: Word, width: float, height: float) -> bool:
    """Whether a word stands on its page, and is not too small for anyone to notice."""
    on_page = word.right > 0 and word.left < width and word.bottom > 0 and word.top < height
    return on_page and not 0 < word.bottom - word.top < _SMALLEST


def _check_words(count: int, limits: Limits) -> None:
    _check(count, limits.page_words, "a page of {count:,} words")


def _check(count: int, most: int, what: str) -> None:
    if count > most:
        raise LimitExceeded(f"{what.format(count=count)}; the limit is {most:,}")


def _turn_of(
    page: pypdfium2.PdfPage, text: pypdfium2.PdfTextPage, count: int, width: float, height: float
) -> tuple[Affine, float, float, int]:
    """How to turn the page so that its text stands upright, its size then, and the quarter turns."""
    origin, right, up = (_device(page, width, height, x, y) for x, y in ((0, 0), (100, 0), (0, 100)))
    turn = Affine(
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
        turn = turn.then(Affine(0, -1, height, 1, 0, 0))
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


def _words(text: pypdfium2.PdfTextPage, count: int, turn: Affine) -> Iterator[Word]:
    """Characters put together to words: runs without a blank, parted where they jump.

    Asking for the box of every character would cost most of the time. That of the first and of the last tell whether a
    run stands together, as nearly all do.
    """
    boxes = _Boxes(text, turn)
    for run in _RUN.finditer(_written(text, count)):
        letters = run.group()
        for start, part in ((run.start(), letters),) if letters.isprintable() else _printable(run.start(), letters):
            word = _together(boxes, start, part)
            if word:
                yield word
            else:
                yield from _apart(boxes, start, part)


def _written(text: pypdfium2.PdfTextPage, count: int) -> str:
    """The characters of a page, each at its position: all in one piece, or one by one where PDFium leaves some out."""
    buffer = (ctypes.c_ushort * (count + 1))()
    raw.FPDFText_GetText(text.raw, 0, count, buffer)
    written = bytes(buffer).decode("utf-16-le", "replace")[:count]
    if len(written) < count or any(sign in written for sign in _LEFT_OUT):
        code_of = raw.FPDFText_GetUnicode
        codes = (code_of(text.raw, position) for position in range(count))
        written = "".join(chr(code) if code <= sys.maxunicode else " " for code in codes)
    for hyphen in _LINE_END_HYPHENS:
        written = written.replace(hyphen, "-")
    return written


def _printable(start: int, letters: str) -> Iterator[tuple[int, str]]:
    """The parts of a run between what cannot be printed, with their positions."""
    held = ""
    for position, letter in enumerate(f"{letters}\0", start):
        if letter.isprintable():
            held += letter
        elif held:
            yield position - len(held), held
            held = ""


class _Boxes:
    """The boxes of characters, in points from the top left corner of the page, upright."""

    def __init__(self, text: pypdfium2.PdfTextPage, turn: Affine) -> None:
        self._handle, self._turn = text.raw, turn
        self._box = raw.FS_RECTF()
        self._reference = ctypes.byref(self._box)

    def of(self, position: int) -> Box | None:
        """The box of a character; None where it has none."""
        box = self._box
        if not _LOOSE_BOX(self._handle, position, self._reference):
            return None
        xx, xy, x0, yx, yy, y0 = self._turn  # written out: it is asked twice for each word
        left, top, right, bottom = box.left, box.top, box.right, box.bottom
        a, b = xx * left + xy * top + x0, xx * right + xy * bottom + x0
        c, d = yx * left + yy * top + y0, yx * right + yy * bottom + y0
        return Box(min(b, a), min(d, c), max(a, b), max(c, d))


def _together(boxes: _Boxes, start: int, letters: str) -> Word | None:
    """A run as one word; None where it is not one line of usual width from its first character to its last."""
    count = len(letters)
    first, last = boxes.of(start), boxes.of(start + count - 1)
    if first is None or last is None:
        return None
    left, top, _, bottom = first
    _, last_top, right, last_bottom = last
    height = min(bottom - top, last_bottom - last_top)
    level = abs(top + bottom - last_top - last_bottom) <= 2 * _SHIFT * height
    if not level or left > right or right - left > _WIDEST * height * count:
        return None
    return Word(_plain(letters), left, min(top, last_top), right, max(bottom, last_bottom))


def _apart(boxes: _Boxes, start: int, letters: str) -> Iterator[Word]:
    """The words of a run whose characters do not stand together."""
    held: list[tuple[str, Box]] = []
    for offset, letter in enumerate(letters):
        box = boxes.of(start + offset)
        if box is None or (held and _parts(held[-1][1], box)):
            yield from _joined(held)
            held = []
        if box is not None:
            held.append((letter, box))
    yield from _joined(held)


def _parts(last: Box, box: Box) -> bool:
    height = min(last.bottom - last.top, box.bottom - box.top)
    gap = box.left - last.right
    level = abs((box.top + box.bottom) - (last.top + last.bottom)) <= 2 * _SHIFT * height
    return gap > _JUMP * height or gap < -height or not level


def _plain(letters: str) -> str:
    """Without ligatures."""
    return letters if letters.isascii() else letters.translate(_LIGATURES)


def _joined(held: list[tuple[str, Box]]) -> Iterator[Word]:
    if held:
        boxes = [box for _, box in held]
        yield Word(
            _plain("".join(letter for letter, _ in held)),
            min(box.left for box in boxes),
            min(box.top for box in boxes),
            max(box.right for box in boxes),
            max(box.bottom for box in boxes),
        )

"""The lines of a page: words that stand on one height, from left to right, and the text in which labels are looked for.

The searched text is folded: lower case, without accents, typographic signs made plain. It keeps its length word by
word, so that a place in it tells the words it stands for.
"""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise

from rules.model import Box
from worker.ports import Page, Word

_SAME_LINE = 0.5  # of the lower word's height: how far the middles of two words may differ
_NARROW = 0.6  # of the height of a line: the gap that parts columns in a row below labels
SEGMENT_GAP = 0.9  # of the height of words: a wider gap parts what does not belong together
_SPACED = 4  # single letters in a row are a letter-spaced word
_WIDER = 1.6  # times the usual gap between letters: a gap between words
_MOST_WORDS = 100  # of a line: print of three points fills a landscape page with fewer
MOST_CHARACTERS = 1_000
_SEVEN_DIGITS = re.compile(r"(?:\d\D{0,2}){6}\d")  # no identifier of a party is shorter
WIDE = "\t"  # stands for a wide gap in the text of a line
_SIGNS = str.maketrans(
    {
        "’": "'",
        "‘": "'",
        "´": "'",
        "`": "'",
        "ʼ": "'",
        "º": "°",
        "˚": "°",
        "–": "-",
        "—": "-",
        "‑": "-",
        "−": "-",
        "№": "#",
    }
)


@lru_cache(maxsize=4096)
def folded(text: str) -> str:
    """Lower case, no accents, plain apostrophes and dashes; as long as the text, so that places agree."""
    if text.isascii():
        return text.lower()
    return "".join(map(_folded, text))


@lru_cache(maxsize=1024)
def _folded(character: str) -> str:
    plain = character.translate(_SIGNS)
    bare = "".join(c for c in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(c)).lower()
    return bare if len(bare) == 1 else plain.lower()[:1] or character


class Segment(tuple[Word, ...]):
    """Words of one line that stand close together."""

    __slots__ = ()

    @property
    def text(self) -> str:
        return " ".join(word.text for word in self)


@dataclass(frozen=True)
class Line:
    """Words of one height, from left to right."""

    words: tuple[Word, ...]
    text: str  # the words as written, parted by a blank, or by a tab where a wide gap stands
    folded: str  # the text in which labels are looked for; place by place the same as `text`
    top: float
    bottom: float
    height: float  # that of the middle one of its words, for a line may hold one large word

    @classmethod
    def of(cls, words: tuple[Word, ...]) -> "Line":
        """The line of some words."""
        parted = [words[0].text]
        for last, word in pairwise(words):
            parted += (WIDE if _is_wide(last, word) else " ", word.text)
        text = "".join(parted)
        heights = sorted([word.bottom - word.top for word in words])
        top, bottom = min([word.top for word in words]), max([word.bottom for word in words])
        return cls(words, text, folded(text), top, bottom, heights[len(heights) // 2])

    @cached_property
    def has_identifiers(self) -> bool:
        """Whether it has as many digits in a row as an identifier of a party, signs between them left out."""
        return _SEVEN_DIGITS.search(self.text) is not None

    @cached_property
    def _starts(self) -> list[int]:
        starts, place = [], 0
        for word in self.words:
            starts.append(place)
            place += len(word.text) + 1
        return starts

    @cached_property
    def segments(self) -> tuple[Segment, ...]:
        return tuple(segments_of(self.words))

    @cached_property
    def runs(self) -> tuple[tuple[Word, ...], ...]:
        """The words cut at the gaps that part columns, which are narrower than those of segments."""
        held: list[list[Word]] = []
        for position, word in enumerate(self.words):
            if position and self.gap_before(position) <= _NARROW:
                held[-1].append(word)
            else:
                held.append([word])
        return tuple(map(tuple, held))

    def index_at(self, place: int) -> int:
        """Which word stands at a place of the text."""
        return max(0, bisect_right(self._starts, place) - 1)

    def start_of(self, index: int) -> int:
        """Where a word begins in the text."""
        return self._starts[index]

    def box(self, start: int, end: int) -> Box:
        """The box of a part of the text; parts of words are measured by their share of the characters."""
        first, last = self.index_at(start), self.index_at(max(start, end - 1))
        words = self.words[first : last + 1]
        left = _within(words[0], start - self._starts[first])
        right = _within(words[-1], end - self._starts[last])
        return Box(left, min(w.top for w in words), max(left, right), max(w.bottom for w in words))

    def gap_before(self, index: int) -> float:
        """The blank before a word, in heights of the line."""
        if index <= 0:
            return 0.0
        return (self.words[index].left - self.words[index - 1].right) / max(self.height, 1.0)


def _is_wide(last: Word, word: Word) -> bool:
    return word.left - last.right > SEGMENT_GAP * min(word.bottom - word.top, last.bottom - last.top)


def _within(word: Word, offset: int) -> float:
    share = min(max(offset / max(len(word.text), 1), 0.0), 1.0)
    return word.left + share * (word.right - word.left)


def lines_of(page: Page) -> tuple[Line, ...]:
    """The lines of a page from top to bottom."""
    lines = (Line.of(part) for row in _rows(page.words) for part in _parts(_closed_up(row)))
    return tuple(sorted(lines, key=lambda line: line.top + line.bottom))


def _rows(words: Iterable[Word]) -> Iterator[list[Word]]:
    """Words of one height, each row from left to right. A word joins the last of the four rows above that it meets."""
    rows: list[tuple[float, float, list[Word]]] = []  # the middle of its first word, doubled, and its height
    for word in sorted(words, key=lambda w: (w.top + w.bottom, w.left)):
        middle, height = word.top + word.bottom, word.bottom - word.top
        for first, high, row in reversed(rows[-4:]):
            if abs(first - middle) <= 2 * _SAME_LINE * min(high, height):
                row.append(word)
                break
        else:
            rows.append((middle, height, [word]))
    return (sorted(row, key=lambda w: w.left) for _, _, row in rows)


def _parts(words: list[Word]) -> Iterator[tuple[Word, ...]]:
    """The words of one height, cut where no real line is as long: some searches look at every two places of a line."""
    if len(words) <= _MOST_WORDS and sum(len(word.text) for word in words) <= MOST_CHARACTERS:
        yield tuple(words)
        return
    held: list[Word] = []
    size = 0
    for word in words:
        if held and (len(held) >= _MOST_WORDS or size + len(word.text) > MOST_CHARACTERS):
            yield tuple(held)
            held, size = [], 0
        held.append(word if len(word.text) <= MOST_CHARACTERS else word._replace(text=word.text[:MOST_CHARACTERS]))
        size += len(word.text)
    if held:
        yield tuple(held)


def _closed_up(words: list[Word]) -> list[Word]:
    """Letter-spaced words put together again: runs of single letters, parted where the gap is clearly wider."""
    if sum(len(word.text) == 1 for word in words) < _SPACED:
        return words
    return list(_spelled_out(words))


def _spelled_out(words: list[Word]) -> Iterator[Word]:
    run: list[Word] = []
    for word in [*words, None]:
        if word is not None and len(word.text) == 1 and (not run or word.left - run[-1].right < word.bottom - word.top):
            run.append(word)
            continue
        spaced = len(run) >= _SPACED and any(letter.text.isalpha() for letter in run)  # a row of figures is none
        yield from _spelled(run) if spaced else run
        run = []
        if word is not None:
            if len(word.text) == 1:
                run = [word]
            else:
                yield word


def _spelled(letters: list[Word]) -> Iterator[Word]:
    gaps = sorted(b.left - a.right for a, b in pairwise(letters))
    usual = gaps[len(gaps) // 2]
    held = [letters[0]]
    for last, letter in pairwise(letters):
        if letter.left - last.right > usual * _WIDER + 0.1 * (letter.bottom - letter.top):
            yield _joined_up(held)
            held = []
        held.append(letter)
    yield _joined_up(held)


def _joined_up(letters: list[Word]) -> Word:
    return Word(
        "".join(letter.text for letter in letters),
        letters[0].left,
        min(letter.top for letter in letters),
        letters[-1].right,
        max(letter.bottom for letter in letters),
    )


def segments_of(words: Iterable[Word]) -> Iterator[Segment]:
    """Words of one line, parted where a wide gap stands."""
    held: list[Word] = []
    for word in words:
        if held and _is_wide(held[-1], word):
            yield Segment(held)
            held = []
        held.append(word)
    if held:
        yield Segment(held)

"""From a label to its value: behind it on the line, in the same column below it, or nowhere.

The classic wrong answer is the neighbour's value. So a value belongs to a label only if no other label stands between
them, a header row of labels is read downwards only, and a value in another column has to fill its place alone.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import NamedTuple

from rules.model import Box
from worker.extract.page import tables
from worker.extract.page.columns import Cell, cells_of, in_column, translation
from worker.extract.page.labels import Found, Label, labels_in
from worker.extract.page.lines import SEGMENT_GAP, WIDE, Line, folded
from worker.extract.page.values import DATE, Reader, Value, lead
from worker.ports import Page, Word

_BESIDE = 2.5  # heights: a value no farther than this stands beside its label
_NEAR = 25.0  # heights: farther away it would be another column's
_REACH = 2.6  # heights: how far below a label its value may begin
_CLOSER = 0.7  # a caption stands by so much closer to its value than to the next row
_ROW_OF_LABELS = 2
_ROWS_OF_CAPTIONS = 2  # fewer prove nothing


_ROUTING = frozenset({Label.COMMITMENT, Label.ORDER, Label.SERVICE, Label.CONTRACT})
_ANOTHER = ("origine", "initiale", "rectifie", "annule", "concerne", "precedente")
_MOST = 100  # words of a line in which labels are looked for: columns are compared with columns
_DIGIT = re.compile(r"\d")
_YEAR = re.compile(r"[: ]*20\d\d")
_PROSE = 9  # words of a line that is prose


class How(StrEnum):
    """Where a value stands, seen from its label."""

    BESIDE = "beside"  # behind a sign (: = n°), or a value that nothing else looks like
    APART = "apart"  # farther to the right, alone in its place
    BELOW = "below"  # in the column under a header row
    UNDER = "under"  # under a label that stands alone
    ABOVE = "above"  # over a caption
    CELL = "cell"  # in a cell of a ruled table


class Sighting(NamedTuple):
    """A value seen on a page."""

    label: Label
    value: str
    page: int
    box: Box
    words: str
    how: How
    strong: bool
    plain: bool = False
    named: str = ""  # the label, folded


@dataclass(frozen=True)
class Sheet:
    """A page ready to be searched: its lines, and the labels in each."""

    page: Page
    lines: tuple[Line, ...]
    labels: tuple[tuple[Found, ...], ...]

    @classmethod
    def of(cls, page: Page, lines: tuple[Line, ...]) -> "Sheet":
        return cls(page, lines, tuple(labels_in(line.folded) if len(line.words) <= _MOST else () for line in lines))

    @cached_property
    def cells(self) -> tuple[tables.Ruled, ...]:
        """The cells of ruled tables with the words that stand in them."""
        return tuple(tables.Ruled(box, tables.written_in(self.lines, box)) for box in self.page.cells)

    def with_cells(self, cells: tuple[Box, ...]) -> "Sheet":
        """The same page, with the cells of its tables."""
        return Sheet(self.page._replace(cells=cells), self.lines, self.labels) if cells else self

    @cached_property
    def dates(self) -> tuple[tuple[int, re.Match[str]], ...]:
        """Every date of the page: its row, and its match in the folded line."""
        dated = ((row, line.folded) for row, line in enumerate(self.lines) if _DIGIT.search(line.text))
        return tuple((row, match) for row, text in dated for match in DATE.finditer(text))

    def stretches(self, row: int) -> "list[Cell]":
        """A line cut at its wide gaps and at its labels."""
        if row not in self._stretches:
            self._stretches[row] = cells_of(self.lines[row], self.labels[row])
        return self._stretches[row]

    @cached_property
    def _stretches(self) -> "dict[int, list[Cell]]":
        return {}

    @cached_property
    def has_captions(self) -> bool:
        """Whether labels stand under their values on this page: every row of labels does, and there are some."""
        votes = [vote for row in range(1, len(self.lines)) if (vote := self._vote(row)) is not None]
        return len(votes) >= _ROWS_OF_CAPTIONS and all(votes)

    def _vote(self, row: int) -> bool | None:
        """Whether a row of bare labels stands clearly closer to what is aligned above it; None if it is no such row."""
        line, above = self.lines[row], self.lines[row - 1]
        if len(self.labels[row]) < _ROW_OF_LABELS:
            return None
        cells = self.stretches(row)
        bare = [cell for cell in cells if cell.labelled and not cell.rest.strip(" :|/().-")]
        if len(bare) < _ROW_OF_LABELS or len(bare) < len(cells):
            return None
        below = self.lines[row + 1].top if row + 1 < len(self.lines) else line.bottom + 3 * line.height
        aligned = len(above.segments) == len(cells) and all(any(in_column(above, cells, i)) for i in range(len(cells)))
        return aligned and line.top - above.bottom <= _CLOSER * (below - line.bottom)


class Search:
    """What some labels announce on one page, by one way of reading values."""

    def __init__(self, sheet: Sheet, read: Reader) -> None:
        self._sheet = sheet
        self._read = read
        self.unanswered = 0  # labels that stand without a value
        self.empty = 0  # of them, those with an empty place for it

    def sightings(self, *wanted: Label) -> Iterator[Sighting]:
        """The values of these labels, from top to bottom."""
        for row, (line, found) in enumerate(zip(self._sheet.lines, self._sheet.labels, strict=True)):
            for position, label in enumerate(found):
                if label.label not in wanted or (label.plain and not self._stands_as_label(row, label)):
                    continue
                if position and _is_of_another(line, found[position - 1]):
                    continue
                seen = self._answer(row, line, found, position)
                if seen is None:
                    self.unanswered += 1
                else:
                    yield seen
        yield from self._in_cells(wanted)

    def _stands_as_label(self, row: int, label: Found) -> bool:
        """An everyday word is a label at the beginning of its segment, with a colon behind it, or as half of one."""
        line = self._sheet.lines[row]
        halved = (
            row > 0
            and line.folded.startswith("service", label.start)
            and _is_above(self._sheet.lines[row - 1], "code", line.box(label.start, label.end))
        )
        return halved or _stands_as_label(line, label)

    def _in_cells(self, wanted: Sequence[Label]) -> Iterator[Sighting]:
        """What a ruled table says: a label fills a cell, its value the rest of it, the next one or the one below."""
        cells = self._sheet.cells
        for cell in cells:
            found = labels_in(folded(cell.text))
            if not found or found[0].label not in wanted or found[0].plain or found[0].start > 0:
                continue
            rest = cell.text[found[-1].end :]
            if len(found) > 1 or rest.strip(" :"):
                continue
            for other in (tables.right_of(cell, cells), tables.below(cell, cells)):
                if other is None or not other.text or labels_in(folded(other.text)):
                    continue
                value = self._read(other.text)
                if value and _fills(other.text, value):
                    yield Sighting(
                        found[0].label,
                        value.text,
                        self._sheet.page.number,
                        other.box,
                        other.text,
                        How.CELL,
                        value.strong,
                    )
                break

    def _answer(self, row: int, line: Line, found: Sequence[Found], position: int) -> Sighting | None:
        label = found[position]
        end = self._zone_end(line, found, position)
        zone = line.text[label.end : end]
        offset = translation(zone)
        offset += lead(zone[offset:])
        if zone[offset:].strip(" :|/()-"):
            seen, close = self._behind(line, label, offset, end)
            if seen or close:
                return seen
        elif end == len(line.text) and _is_prose(line) and not label.plain:
            return self._running_on(row, label)
        return self._beneath(row, line, found, position)

    def _zone_end(self, line: Line, found: Sequence[Found], position: int) -> int:
        """Where the value of a label ends at the latest: at the next label, or at what a colon makes one.

        An everyday word right behind a colon is no label but the value ("Service : MARCHES"), and one between a year
        and a number is the middle of that number ("2026 BC 00412").
        """
        label = found[position]
        for other in found[position + 1 :]:
            between = line.text[label.end : other.start].strip(" ")
            is_value = between == ":" and line.text[other.end : other.end + 1] in {"", WIDE}
            is_middle = _YEAR.fullmatch(between) and line.text[other.end : other.end + 2].lstrip().isdigit()
            if not (other.plain and (is_value or is_middle)):
                return other.start
        return len(line.text)

    def _running_on(self, row: int, label: Found) -> Sighting | None:
        """The value of a label at the end of a line of prose, where the next line begins."""
        if row + 1 >= len(self._sheet.lines):
            return None
        line = self._sheet.lines[row + 1]
        value = self._read(line.text)
        near = line.top - self._sheet.lines[row].bottom < line.height
        if value is None or not (value.strong and near) or value.start > 0:
            return None
        return self._seen(line, label, value, 0, How.BESIDE)

    def beneath(self, row: int, position: int) -> Sighting | None:
        """The value below one label, by its line and its position there."""
        return self._beneath(row, self._sheet.lines[row], self._sheet.labels[row], position)

    def _behind(self, line: Line, label: Found, offset: int, end: int) -> tuple[Sighting | None, bool]:
        """The value on the line itself; and whether something stands so close that nothing else can be the value."""
        start = label.end + offset
        text = line.text[start : _segment_end(line, line.index_at(start), end)].rstrip()
        value = self._read(text)
        between = line.text[label.end : start]
        signed = ":" in between or "=" in between or line.folded[:start].rstrip().endswith("°")
        gap = _gap(line, label.end, start)
        if value is None:
            return None, signed and gap <= _BESIDE
        if gap <= _BESIDE:
            sure = signed or value.strong
            alone = _fills(text, value) and (not label.plain or self._is_routing(line, label) or _is_title(line, label))
            return (self._seen(line, label, value, start, How.BESIDE), True) if sure or alone else (None, False)
        if _fills(text, value) and (gap <= _NEAR or signed or value.strong):
            return self._seen(line, label, value, start, How.APART), True
        return None, False

    def _is_routing(self, line: Line, label: Found) -> bool:
        """Whether other labels of numbers for the body stand on the line, which tells what an everyday word means."""
        others = (found.label for found in labels_in(line.folded) if found != label)
        return any(other in _ROUTING for other in others)

    def _beneath(self, row: int, line: Line, found: Sequence[Found], position: int) -> Sighting | None:
        label = found[position]
        cells = self._sheet.stretches(row)
        own = next((i for i, cell in enumerate(cells) if cell.start <= label.start < cell.end), None)
        if own is None or cells[own].rest.strip(" :|/().-"):
            return None
        words, is_empty = self._first_below(row, cells, own)
        self.empty += is_empty
        over = self._captioned(row, cells, own)
        if over is not None:
            words = over
        text = " ".join(word.text for word in words)
        value = self._read(text) if words and not _is_label(text) and not _names_label(text) else None
        if value is None or not _fills(text, value) or text[:1] in {":", "="}:
            return None
        how = How.ABOVE if over is not None else How.BELOW if len(cells) > 1 else How.UNDER
        if how is How.UNDER and label.plain and not value.strong:
            return None
        asked_behind = how is How.UNDER and ":" in cells[own].rest  # a colon asks for what stands behind it
        strong = value.strong and not asked_behind
        number = self._sheet.page.number
        named = line.folded[label.start : label.end]
        return Sighting(label.label, value.text, number, _box(words), text, how, strong, label.plain, named)

    def _captioned(self, row: int, cells: Sequence["Cell"], own: int) -> list[Word] | None:
        """The words above a caption, on a page whose labels stand under their values; else None."""
        if not self._sheet.has_captions or row == 0 or len(cells) < _ROW_OF_LABELS:
            return None
        return in_column(self._sheet.lines[row - 1], cells, own)

    def _first_below(self, row: int, cells: Sequence["Cell"], own: int) -> tuple[list[Word], bool]:
        """The first words below a header row in the column of one of its cells; or that its column is plainly empty."""
        line = self._sheet.lines[row]
        height = max(line.height, 1.0)
        others = False
        for below_row in range(row + 1, min(row + 5, len(self._sheet.lines))):
            below = self._sheet.lines[below_row]
            if below.top - line.bottom > _REACH * height:
                break
            words = in_column(below, cells, own) if below.top >= line.top + 0.5 * height else []
            if words and not _goes_on(folded(" ".join(word.text for word in words))):
                return words, False
            others = others or (not words and not self._sheet.labels[below_row] and len(below.segments) > 1)
        return [], others and len(cells) > 1

    def _seen(self, line: Line, label: Found, value: Value, start: int, how: How) -> Sighting:
        box = line.box(start + value.start, start + value.end)
        words = line.text[start + value.start : start + value.end]
        named = line.folded[label.start : label.end]
        number = self._sheet.page.number
        return Sighting(label.label, value.text, number, box, words, how, value.strong, label.plain, named)


def _gap(line: Line, label_end: int, start: int) -> float:
    """The blank between a label and a value, in heights; signs between them bridge it."""
    first, last = line.index_at(max(label_end - 1, 0)), line.index_at(start)
    return max((line.gap_before(i) for i in range(first + 1, last + 1)), default=0.0)


def _segment_end(line: Line, first: int, end: int) -> int:
    for index in range(first + 1, len(line.words)):
        if line.start_of(index) >= end:
            return end
        if line.gap_before(index) > SEGMENT_GAP:
            return line.start_of(index)
    return end


def _fills(text: str, value: Value) -> bool:
    """Whether a text is nothing but the value, so that it cannot be the beginning of something else."""
    rest = folded(text[value.end :]).strip(" .,;:|)€*")
    return rest in {"", "eur", "euros"} or rest.startswith(("(", "- ", "/ ", "| ", "du ", "en date"))


def _is_label(text: str) -> bool:
    """Whether a text begins with, or is, a label of its own."""
    found = labels_in(folded(text))
    return bool(found) and not found[0].plain


def _is_title(line: Line, label: Found) -> bool:
    """Whether a line is a title, such as “Facture 496”, or the second half of a label that ends on it."""
    words = line.folded[label.start : label.end]
    first = label.start == 0 or line.text[label.start - 1] == WIDE
    return first and (label.label is Label.NUMBER or words == "service")


def _is_of_another(line: Line, label: Found) -> bool:
    """Whether a label speaks of another invoice than this one, as credit notes do."""
    words = line.folded[label.start : label.end]
    return label.label is Label.OTHER and any(word in words for word in _ANOTHER)


def _is_above(line: Line, word: str, box: Box) -> bool:
    """Whether a word ends a stretch of the line above, over a box or at the end of the line."""
    return any(
        folded(segment[-1].text).lstrip("(") == word
        and (segment is line.segments[-1] or (segment[0].left < box.right and box.left < segment[-1].right))
        for segment in line.segments
    )


def _is_prose(line: Line) -> bool:
    """Whether a line is a sentence: many words, and no gap between them."""
    return len(line.words) >= _PROSE and WIDE not in line.text


def _names_label(text: str) -> bool:
    """Whether a text is an everyday word that is a label with a colon behind it, or nothing but that word."""
    found = labels_in(folded(text))
    return bool(found) and found[0].start == 0 and folded(text)[found[0].end :].strip()[:1] in {"", ":"}


def _goes_on(text: str) -> bool:
    """Whether a line below is but the rest of the label."""
    return text.strip(" :().") in {
        "juridique",
        "ej",
        "executant",
        "n°",
        "public",
        "de facture",
        "facture",
        "d'engagement",
        "destinataire",
        "chorus",
        "chorus pro",
    }


def _stands_as_label(line: Line, label: Found) -> bool:
    """An everyday word is a label at the beginning of its segment, or with a colon behind it."""
    behind = line.folded[label.end :].lstrip()
    index = line.index_at(label.start)
    first = (
        index == 0
        or line.gap_before(index) > SEGMENT_GAP
        or line.folded[: label.start].rstrip()[-1:] in {"-", "|", "/", ","}
    )
    return behind[:1] in {":", "="} or first


def _box(words: Sequence[Word]) -> Box:
    return Box(
        min(w.left for w in words), min(w.top for w in words), max(w.right for w in words), max(w.bottom for w in words)
    )

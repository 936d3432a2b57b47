"""The columns that a row of labels heads: the row cut into cells, and which words below belong to which."""

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from worker.extract.page.labels import Found
from worker.extract.page.lines import SEGMENT_GAP, Line
from worker.ports import Word

_CURRENCY = re.compile(r"\(? ?(?:€|EUR|en euros?|euros?)(?![a-z]) ?\)?", re.IGNORECASE)
_ASIDE = re.compile(r" ?\([^)\t]{1,30}\)(?= ?[:=])")
_TRANSLATION = re.compile(r" ?[/(] ?[^\W\d][^\d\t:/]*?(?=\)|\t|:|$)\)?")


class Cell(NamedTuple):
    """A stretch of a header row: a label with what stands behind it, or words between labels."""

    start: int
    end: int
    left: float
    right: float
    rest: str  # what stands behind the label and its translation
    labelled: bool  # a label stands in it


def cells_of(line: Line, found: Sequence[Found]) -> list[Cell]:
    """A line cut at its wide gaps and at its labels."""
    cuts = {0, *(label.start for label in found if line.text[: label.start].rstrip()[-1:] != "/")}
    cuts |= {line.start_of(i) for i in range(1, len(line.words)) if line.gap_before(i) > SEGMENT_GAP}
    edges = [*sorted(cuts), len(line.text) + 1]
    cells = []
    for start, end in pairwise(edges):
        text = line.text[start : end - 1]
        if not text.strip():
            continue
        box = line.box(start, start + len(text.rstrip()))
        label_end = max((label.end for label in found if start <= label.start < end), default=0)
        rest = _CURRENCY.sub("", line.text[label_end or start : end - 1])
        cells.append(Cell(start, end, box.left, box.right, rest[translation(rest) :], labelled=label_end > 0))
    return cells


def in_column(below: Line, cells: Sequence[Cell], own: int) -> list[Word]:
    """The words of a line that belong to one of the columns that the cells above it head."""
    taken: list[Word] = []
    for run in below.runs:
        left, right = run[0].left, run[-1].right
        if not _is_close(cells[own], left, right, below):
            continue
        over = [i for i, cell in enumerate(cells) if cell.left < right and left < cell.right]
        if len(over) > 1:
            taken += [word for word in run if _nearest(cells, word.left, word.right) == own]
        elif (over[0] if over else _nearest(cells, left, right)) == own:
            taken += run
    return taken


def _is_close(cell: Cell, left: float, right: float, below: Line) -> bool:
    distance = max(cell.left - right, left - cell.right, 0.0)
    return distance <= 2 * max(below.height, 1.0)


def _nearest(cells: Sequence[Cell], left: float, right: float) -> int:
    """Which cell heads the column of a stretch: the one that overlaps it most, else the closest."""
    return max(range(len(cells)), key=lambda i: min(cells[i].right, right) - max(cells[i].left, left))


def translation(zone: str) -> int:
    """How much of what stands behind a label is the same label in another language."""
    match = _ASIDE.match(zone) or _TRANSLATION.match(zone)
    return match.end() if match else 0

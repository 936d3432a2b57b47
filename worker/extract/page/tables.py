"""The cells of ruled tables with what is written in them, and which of them are neighbours."""

from collections.abc import Sequence
from typing import NamedTuple

from rules.model import Box
from worker.extract.page.lines import MOST_CHARACTERS, Line

_RULE = 3.0  # points: how thick a rule between cells may be


class Ruled(NamedTuple):
    """A cell of a ruled table and what is written in it."""

    box: Box
    text: str


def written_in(lines: Sequence[Line], box: Box) -> str:
    """The words whose middle is in a box, line by line; no more of them than a line may have."""
    written = (
        word.text
        for line in lines
        for word in line.words
        if box.left <= (word.left + word.right) / 2 <= box.right
        and box.top <= (word.top + word.bottom) / 2 <= box.bottom
    )
    return " ".join(written)[:MOST_CHARACTERS]


def right_of(cell: Ruled, cells: Sequence[Ruled]) -> Ruled | None:
    """The cell that begins where this one ends, in the same row."""
    middle = (cell.box.top + cell.box.bottom) / 2
    beside = (c for c in cells if abs(c.box.left - cell.box.right) <= _RULE and c.box.top < middle < c.box.bottom)
    return next(beside, None)


def below(cell: Ruled, cells: Sequence[Ruled]) -> Ruled | None:
    """The cell that begins where this one ends, in the same column."""
    middle = (cell.box.left + cell.box.right) / 2
    under = (c for c in cells if abs(c.box.top - cell.box.bottom) <= _RULE and c.box.left < middle < c.box.right)
    return next(under, None)

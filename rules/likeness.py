"""How alike two numbers are (rung N6): only ever a reason to show a commitment to a person, never to choose it."""

from enum import StrEnum

from rules.normalise import Rung, forms

_CONFUSED = str.maketrans("OIS", "015")
_SHORTEST = 4  # characters; shorter numbers are alike by chance
_TAIL = 5  # digits


class Likeness(StrEnum):
    """From the best to the least."""

    CLOSE = "close"  # equal, one edit away, or equal but for characters that look alike
    TAIL = "tail"  # the last digits are the same
    CONTAINED = "contained"


def likeness(left: str, right: str, labels: frozenset[str]) -> Likeness | None:
    """The best likeness of two numbers, whatever labels they were written with."""
    pairs = [(a, b) for a in forms(left, Rung.N3, labels) for b in forms(right, Rung.N3, labels)]
    if any(_close(a, b) for a, b in pairs):
        return Likeness.CLOSE
    if any(_same_tail(a, b) for a, b in pairs):
        return Likeness.TAIL
    return Likeness.CONTAINED if any(_contained(a, b) for a, b in pairs) else None


def within_one_edit(left: str, right: str) -> bool:
    """Whether one insertion, deletion or substitution at most makes one text of the other."""
    if abs(len(left) - len(right)) > 1:
        return False
    start = next((i for i, (a, b) in enumerate(zip(left, right, strict=False)) if a != b), min(len(left), len(right)))
    if len(left) == len(right):
        return left[start + 1 :] == right[start + 1 :]
    longer, shorter = (left, right) if len(left) > len(right) else (right, left)
    return longer[start + 1 :] == shorter[start:]


def _close(left: str, right: str) -> bool:
    if left == right or left.translate(_CONFUSED) == right.translate(_CONFUSED):
        return True
    return min(len(left), len(right)) >= _SHORTEST and within_one_edit(left, right)


def _same_tail(left: str, right: str) -> bool:
    tail = left[-_TAIL:]
    return len(tail) == _TAIL and tail.isdigit() and right.endswith(tail)


def _contained(left: str, right: str) -> bool:
    shorter, longer = sorted((left, right), key=len)
    return len(shorter) >= _SHORTEST and shorter in longer

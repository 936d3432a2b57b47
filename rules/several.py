"""Several numbers in one field (rung N5). The schema admits one; suppliers write two all the same."""

import re
from collections.abc import Iterable

from rules.normalise import bare

_PARTED = re.compile(r"[,;+&|\r\n\v\f\x85\u2028\u2029]|\set\s", re.IGNORECASE)
_HALVED = re.compile(r"[/-]")
MOST_NUMBERS = 20  # in one field of at most 50 characters; more is no list of numbers


def parts(text: str) -> tuple[str, ...]:
    """The numbers between commas, semicolons, plus signs, ampersands, bars, line breaks and " et "; () for one only."""
    found = tuple(part.strip() for part in _PARTED.split(text) if part.strip())
    return found if len(_PARTED.split(text)) > 1 and len(found) <= MOST_NUMBERS else ()


def halves(text: str) -> tuple[tuple[str, str], ...]:
    """The two numbers on either side of each slash and hyphen; only a pair of which both are known means two."""
    found = ((text[: mark.start()].strip(), text[mark.end() :].strip()) for mark in _HALVED.finditer(text))
    pairs = tuple((left, right) for left, right in found if left and right)
    return pairs if len(pairs) <= MOST_NUMBERS else ()


def distinct(numbers: Iterable[str]) -> tuple[str, ...]:
    """Each number once, as it was written first; separators and case make no other number."""
    found: dict[str, str] = {}
    for number in numbers:
        found.setdefault(bare(number), number)
    return tuple(found.values())

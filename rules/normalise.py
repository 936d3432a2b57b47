"""Normal forms: how two ways of writing the same number are recognised, without ever changing the number itself.

A commitment number climbs a ladder of forms, each coarser than the one before:

* N0: as written;
* N1: NFKC, upper case, without blanks and zero-width characters;
* N2: without separators, and without a label in front (`EJ 2026-12`, `BC n° 2026/12`);
* N3: leading zeros ignored in the numeric part (`BC0042`, `BC42`);
* N4: the exercise in front of the number or behind it added or removed (`rules.exercises`);
* N5: several numbers in one field (`rules.several`);
* N6: one character off (`rules.likeness`), for candidates only.

Two numbers that share a form on one rung share one on every later rung, and are stored under keys that lead from one
to the other (`number_key`, `rules.lookup`). A number is only taken for another on the lowest rung where one is found,
and only if that form is unique in the reference data of the body (`rules.match`).
"""

import re
import unicodedata
from collections.abc import Iterable
from enum import StrEnum
from functools import lru_cache

SEPARATORS = frozenset("-_./\\'\"’`´:#°‐‑‒–—")
_DELETE_SEPARATORS = {ord(separator): None for separator in SEPARATORS}
_BOUNDARY = re.compile(rf"[\s{re.escape(''.join(sorted(SEPARATORS)))}]+")
_SPACING_ACCENT = "<compat> 0020 "  # an accent on a blank (´ ¨ ¸): without the blank it would fall on the letter before
_LEADING_ZEROS = re.compile(r"^0+(?=[0-9])")


class Rung(StrEnum):
    """The rungs of the ladder, finest first."""

    N0 = "N0"
    N1 = "N1"
    N2 = "N2"
    N3 = "N3"
    N4 = "N4"
    N5 = "N5"
    N6 = "N6"


def n1(text: str) -> str:
    """NFKC, upper case, no blanks, no format or control characters (zero-width, bidi marks)."""
    if text.isascii() and text.isprintable():
        return text.replace(" ", "").upper()
    spaced = "".join(c for c in text if not unicodedata.decomposition(c).startswith(_SPACING_ACCENT))
    upper = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", spaced).upper())
    kept = "".join(c for c in upper if not c.isspace() and unicodedata.category(c) not in {"Cf", "Cc"})
    return kept if kept == text else n1(kept)  # what was taken out may have kept an accent from its letter


def bare(text: str) -> str:
    """N1 without separators."""
    first = n1(text)
    parted = first.translate(_DELETE_SEPARATORS)
    return parted if parted == first else bare(parted)


def head_length(number: str) -> int:
    """How many letters a number begins with."""
    return next((position for position, c in enumerate(number) if not c.isalpha()), len(number))


def n2(text: str, labels: frozenset[str]) -> str:
    """N1 without separators and without leading labels; a number that is nothing but a label is kept whole."""
    number = bare(text)
    head = head_length(number)
    return number[head:] if 0 < head < len(number) and made_of(number[:head], labels) else number


def n3(number: str) -> str:
    """Without the zeros that lead the numeric part; for a number on rung N2."""
    head = head_length(number)
    return number[:head] + _LEADING_ZEROS.sub("", number[head:])


@lru_cache(maxsize=8192)
def forms(text: str, rung: Rung, labels: frozenset[str]) -> frozenset[str]:
    """The forms of a number on a rung up to N3; two numbers are equal there if they share one.

    From N2 on there may be several: labels may be taken for a part of the number (`EJ L26-1`, `CDE-RH-7`) or not.
    There are none where nothing of the text is left.
    """
    if rung is Rung.N0:
        return frozenset({text} - {""})
    if rung is Rung.N1:
        return frozenset({n1(text)} - {""})
    unlabelled = {rest for head, rest in beginnings(text) if made_of(head, labels)}
    written = (unlabelled | {bare(text)}) - {""}
    return frozenset(written if rung is Rung.N2 else {n3(number) for number in written})


def beginnings(text: str) -> tuple[tuple[str, str], ...]:
    """The ways to part leading letters, which may be a label, from a rest that holds a digit.

    Letters are parted where a blank or a separator stands, and where the first character that is no letter does.
    """
    number = bare(text)
    head = head_length(number)
    lengths = {0, head}
    read = ""
    for word in _BOUNDARY.split(unicodedata.normalize("NFKC", text)):
        read = bare(read + word)
        lengths.add(len(read))
    parted = ((number[:length], number[length:]) for length in sorted(lengths) if length <= head)
    return tuple((label, rest) for label, rest in parted if _has_digit(rest))


def number_key(text: str) -> str:
    """The key under which a number is stored: numbers that are equal up to N3 share it, whatever the labels.

    N1 without separators, without any leading letters and without any zeros (so that a number and the same number
    behind its exercise, `2026-000101` and `101`, differ by the exercise only); never empty for a number that is not.
    """
    number = bare(text)
    rest = number[head_length(number) :]
    return rest.replace("0", "") or rest[:1] or number


def label_forms(labels: Iterable[str]) -> frozenset[str]:
    """The labels of a policy in the form in which the ladder meets them."""
    return _label_forms(tuple(labels))


@lru_cache(maxsize=64)
def _label_forms(labels: tuple[str, ...]) -> frozenset[str]:
    return frozenset(form for label in labels if (form := bare(label)))


def service_form(code: str) -> str:
    """The form in which service codes are compared: outer blanks trimmed, inner ones collapsed, case folded.

    Chorus Pro imposes no characters on a service code: `SAAM D5` and `061` are real ones.
    """
    return " ".join(code.split()).casefold()


def plain(word: str) -> str:
    """A word without accents, blanks and case, to recognise one of a few."""
    parted = unicodedata.normalize("NFKD", word)
    return "".join(c for c in parted if not unicodedata.combining(c) and not c.isspace()).casefold()


@lru_cache(maxsize=4096)
def made_of(head: str, labels: frozenset[str]) -> bool:
    """Whether the leading letters are one label or several in a row (`BCN` for "BC n°"); nothing is none."""
    reached = {0}
    for place in range(len(head)):  # not by recursion: a supplier may write hundreds of labels in a row
        if place in reached:
            reached |= {place + len(label) for label in labels if head.startswith(label, place)}
    return len(head) in reached


def _has_digit(text: str) -> bool:
    return any(c.isdigit() for c in text)

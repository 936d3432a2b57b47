"""Normal forms: how two ways of writing the same number are recognised, without ever changing the number itself.

A commitment number climbs a ladder of forms, each coarser than the one before:

* N0: as written;
* N1: NFKC, upper case, without blanks and zero-width characters;
* N2: without separators, and without a label in front (`EJ 2026-12`, `BC n° 2026/12`).

Two numbers that are equal on one rung are equal on every later one. A number is only taken for another on the lowest
rung where one is found, and only if that form is unique in the reference data of the body (`rules.match`).
"""

import unicodedata
from collections.abc import Iterable
from enum import StrEnum
from functools import lru_cache

SEPARATORS = frozenset("-_./\\'\"’`´:#°‐‑‒–—")
_DELETE_SEPARATORS = {ord(separator): None for separator in SEPARATORS}


class Rung(StrEnum):
    """The rungs of the ladder, finest first."""

    N0 = "N0"
    N1 = "N1"
    N2 = "N2"


def n1(text: str) -> str:
    """NFKC, upper case, no blanks, no format characters (zero-width, bidi marks)."""
    if text.isascii():
        return "".join(text.split()).upper()
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).upper())
    return "".join(c for c in folded if not c.isspace() and unicodedata.category(c) not in {"Cf", "Cc"})


def n2(text: str, labels: frozenset[str]) -> str:
    """N1 without separators and without leading labels; a number that is nothing but a label is kept whole."""
    bare = n1(text).translate(_DELETE_SEPARATORS)
    head = next((position for position, c in enumerate(bare) if not c.isalpha()), len(bare))
    if head and head < len(bare) and _made_of(bare[:head], labels):
        return bare[head:]
    return bare


def form(text: str, rung: Rung, labels: frozenset[str]) -> str:
    """The form of a number on one rung. `labels` come from `label_forms`."""
    match rung:
        case Rung.N0:
            return text
        case Rung.N1:
            return n1(text)
        case Rung.N2:
            return n2(text, labels)


def number_key(text: str) -> str:
    """The key under which a number is stored: numbers that are equal on any rung share it, whatever the labels.

    N1 without separators, without any leading letters and without leading zeros; never empty for a number that is not.
    """
    bare = n1(text).translate(_DELETE_SEPARATORS)
    head = next((position for position, c in enumerate(bare) if not c.isalpha()), 0)
    return bare[head:].lstrip("0") or bare


def label_forms(labels: Iterable[str]) -> frozenset[str]:
    """The labels of a policy in the form in which `n2` meets them."""
    return frozenset(n1(label).translate(_DELETE_SEPARATORS) for label in labels)


def service_form(code: str) -> str:
    """The form in which service codes are compared: outer blanks trimmed, inner ones collapsed, case folded.

    Chorus Pro imposes no characters on a service code: `SAAM D5` and `061` are real ones.
    """
    return " ".join(code.split()).casefold()


@lru_cache(maxsize=4096)
def _made_of(head: str, labels: frozenset[str]) -> bool:
    """Whether the leading letters are one label or several in a row (`BCN` for "BC n°")."""
    return not head or any(head.startswith(label) and _made_of(head[len(label) :], labels) for label in labels if label)

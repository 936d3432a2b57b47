"""The labels that invoices print before, or above, what we look for: `labels.toml`, as one regular expression."""

import re
import tomllib
from collections.abc import Iterator
from enum import StrEnum
from functools import lru_cache
from importlib import resources
from typing import NamedTuple


class Label(StrEnum):
    """What a label announces."""

    COMMITMENT = "commitment"  # numéro d'engagement, EJ
    ORDER = "order"  # bon de commande: the same number, as suppliers call it
    REFERENCE = "reference"  # votre référence: may be anything
    SERVICE = "service"
    CONTRACT = "contract"
    NUMBER = "number"
    INVOICE_DATE = "invoice_date"
    DATE = "date"
    EXCL_TAX = "excl_tax"
    TAX = "tax"
    INCL_TAX = "incl_tax"
    DUE = "due"
    RECIPIENT_SIRET = "recipient_siret"
    SUPPLIER_SIRET = "supplier_siret"
    SIRET = "siret"
    OTHER = "other"


class Found(NamedTuple):
    """A label in a line: its place in the text, and whether it is but an everyday word."""

    label: Label
    start: int
    end: int
    plain: bool


class _Entry(NamedTuple):
    """One way of writing a label."""

    label: Label
    pattern: str
    plain: bool


# A number sign before a word or behind it, prepositions, whose number it is: what `labels.toml` calls {N} and so on.
_PARTS = {
    "{N}": (
        r"(?:n ?°|n[o.]? ?°|no(?:s)?\.?(?= |$)|n\.(?= ?\d)|nr\.?|num(?:ero)?s?\.?|number|#|references?|refs?\.?|code"
        r"|id(?:entifiant)?\.?)"
    ),
    "{TAIL}": (r"(?:(?:n ?°|n[o.]? ?°|no\.?|num(?:ero)?\.?|number|#)(?! ?(?:de_|du_|d'|des_|ej|tva|siret|client)))"),
    "{OF}": r"(?:de_la_|de_l'|de_|du_|des_|d ?' ?)?",
    "{WHOSE}": r"(?:_(?:client|acheteur|chorus(?:_pro)?|public|destinataire|de_l'acheteur|du_client))?",
    "{EJ}": r"(?: \( ?e\.?j\.? ?\))?",
}


def _entries() -> tuple[_Entry, ...]:
    text = resources.files(__package__).joinpath("labels.toml").read_text(encoding="utf-8")
    return tuple(
        _Entry(Label(entry["announces"]), written, entry.get("plain", False))
        for entry in tomllib.loads(text)["label"]
        for written in entry["written"]
    )


def _compiled() -> re.Pattern[str]:
    """One expression for all entries, with an empty group behind each that tells which it was.

    A group before it would hide its first letter, by which most of them are passed over at once.
    """
    patterns = []
    for entry in _ENTRIES:
        pattern = entry.pattern
        for name, part in _PARTS.items():
            pattern = pattern.replace(name, part)
        spaced = pattern.replace("_", " +").replace(" ", " *").replace(" *+", " +")
        patterns.append(f"(?:{spaced})()")
    return re.compile(rf"(?<![a-z0-9_\-./])(?=[#a-z])(?:{'|'.join(patterns)})(?:(?<=[°.:#'])|(?![a-z0-9]))")


_ENTRIES = _entries()
_LABELS = _compiled()
_ONE_NUMBER = {Label.COMMITMENT, Label.ORDER}
_BEGINS_VALUE = re.compile(r"[-/_]\d")  # behind an everyday word: "BC-26/0117" is a value and no label


@lru_cache(maxsize=2048)
def labels_in(folded: str) -> tuple[Found, ...]:
    """The labels of a folded line, from left to right; two of one kind that stand side by side are one."""
    merged: list[Found] = []
    for found in _found(folded):
        last = merged[-1] if merged else None
        if last and _is_one(last, found, folded[last.end : found.start].strip(" .:")):
            merged[-1] = Found(last.label, last.start, found.end, plain=last.plain and found.plain)
        else:
            merged.append(found)
    return tuple(merged)


def _is_one(last: Found, found: Found, between: str) -> bool:
    """Whether two labels that follow one another say the same, as bilingual ones do."""
    if last.label is found.label:
        return not between.strip("/|()-")
    return {last.label, found.label} == _ONE_NUMBER and between in {"/", "("}


def _found(folded: str) -> Iterator[Found]:
    for match in _LABELS.finditer(folded):
        entry = _ENTRIES[match.lastindex - 1]  # type: ignore[operator]  # one group is always there
        if entry.plain and _BEGINS_VALUE.match(folded, match.end()):
            continue
        yield Found(entry.label, match.start(), match.end(), plain=entry.plain)

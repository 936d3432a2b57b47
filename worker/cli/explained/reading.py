"""What a record says was read: a row for each value, and the box on the page where it was seen."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from rules.findings import ReasonCode

_LISTS = ("original_invoice_numbers", "line_commitment_numbers")
_PLACE = re.compile(r"page (\d{1,6}) \[(-?[\d.]+) (-?[\d.]+) (-?[\d.]+) (-?[\d.]+)\]$")
_OUTER = " \t\r\n"  # what files are laid out with; other blanks are worth seeing
_EDGES = ("left", "top", "right", "bottom")


class Seen(NamedTuple):
    """Where a value stands on a page: the box in points from the top left corner."""

    page: int  # from 1
    left: float
    top: float
    right: float
    bottom: float
    words: str = ""
    rule: str = ""
    confidence: float | None = None


class Row(NamedTuple):
    """One value that was read. `name` is unique on the page, `number` is that of its box, if there is one."""

    name: str
    field: str
    raw: str
    value: str | None
    source: str
    seen: Seen | None
    number: int | None


class Otherwise(NamedTuple):
    """A place where the visible page says something else than the data."""

    name: str
    field: str
    seen: Seen
    number: int
    position: int  # of the finding in the decision


def rows_of(read: Mapping[str, Any] | None) -> list[Row]:
    """The values of a record in their order; those that were seen on a page are numbered from 1."""
    rows: list[Row] = []
    number = 0
    for name, field, entry in _entries(read or {}):
        seen = _seen(entry.get("seen"))
        number += seen is not None
        value = entry.get("value")
        rows.append(
            Row(name, field, entry["raw"].strip(_OUTER), value, entry["source"], seen, number if seen else None)
        )
    return rows


def otherwise_of(decision: Mapping[str, Any], after: int) -> list[Otherwise]:
    """The differences between page and data that name a place, numbered after those of the rows."""
    places: list[Otherwise] = []
    for position, entry in enumerate(decision["findings"]):
        seen = _placed(entry["values"].get("place") or "")
        if entry["code"] == ReasonCode.INT_PAGE_DIVERGENCE and seen:
            number = after + len(places) + 1
            field = entry["values"].get("field") or ""
            places.append(Otherwise(f"otherwise-{number}", field, seen, number, position))
    return places


def _entries(read: Mapping[str, Any]) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    for field, entry in read.get("fields", {}).items():
        yield field, field, entry
    for field in _LISTS:
        for position, entry in enumerate(read.get(field, ()), 1):
            yield f"{field}-{position}", field, entry


def _seen(entry: Mapping[str, Any] | None) -> Seen | None:
    """The place of a value; None for data, and for records written before there were any places."""
    if not entry:
        return None
    left, top, right, bottom = (float(entry["box"][edge]) for edge in _EDGES)
    box = int(entry["page"]), left, top, right, bottom
    return Seen(*box, str(entry["words"]), str(entry["rule"]), float(entry["confidence"]))


def _placed(place: str) -> Seen | None:
    found = _PLACE.search(place)
    if found is None:
        return None
    left, top, right, bottom = (float(edge) for edge in found.groups()[1:])
    return Seen(int(found[1]), left, top, right, bottom)

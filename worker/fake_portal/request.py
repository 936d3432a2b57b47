"""The JSON object of a call, checked: no field that the documents do not name, each of its type."""

import datetime as dt
import re
from collections.abc import Callable, Mapping
from typing import Any

_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:?\d\d)?)?", re.ASCII)
Check = Callable[[Any], bool]
Fields = Mapping[str, "Check | Fields"]


class Refusal(Exception):
    """A functional error: `codeRetour` and `libelle`, with HTTP 400 (§3.2)."""

    def __init__(self, code: int, label: str) -> None:
        super().__init__(f"{code} {label}")
        self.code, self.label = code, label


MALFORMED = 10000  # assumed: no document gives the code of "requête mal formulée"


def malformed(where: str) -> Refusal:
    """The request is not as the documents describe it; `where` says what is wrong, for whoever writes a client."""
    return Refusal(MALFORMED, f"Requête mal formulée : {where}")


def whole(value: Any) -> bool:
    """An integer."""
    return isinstance(value, int) and not isinstance(value, bool)


def number(value: Any) -> bool:
    """A JSON number."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def text(value: Any) -> bool:
    """A string."""
    return isinstance(value, str)


def flag(value: Any) -> bool:
    """A boolean."""
    return isinstance(value, bool)


def day(value: Any) -> bool:
    """A date, YYYY-MM-DD."""
    return text(value) and bool(_DAY.fullmatch(value)) and _parses(dt.date.fromisoformat, value)


def moment(value: Any) -> bool:
    """A date, or a date with a time, with or without a zone (§3.4)."""
    return text(value) and bool(_MOMENT.fullmatch(value)) and _parses(dt.datetime.fromisoformat, value)


def one_of(*values: str) -> Check:
    """One of these strings."""
    return lambda value: value in values


def many(check: Check) -> Check:
    """A list of such values."""
    return lambda value: isinstance(value, list) and all(check(one) for one in value)


def one_or_many(check: Check) -> Check:
    """Such a value, or a list of them: clients differ."""
    several = many(check)
    return lambda value: check(value) or several(value)


def holding(fields: Fields) -> Check:
    """An object with those fields."""

    def check(value: Any) -> bool:
        return isinstance(value, dict) and not _fault(value, fields)

    return check


def checked(body: dict[str, Any], fields: Fields, *required: str) -> dict[str, Any]:
    """The body without its nulls. Raises `Refusal` for an unknown field, a wrong type, or a missing required one."""
    fault = _fault(body, fields)
    if fault:
        raise malformed(fault)
    present = {name: value for name, value in body.items() if value is not None}
    missing = [name for name in required if name not in present]
    if missing:
        raise malformed(f"il manque {', '.join(missing)}")
    return present


def _fault(body: dict[str, Any], fields: Fields, place: str = "") -> str:
    for name, value in body.items():
        rule = fields.get(name)
        if rule is None:
            return f"champ inconnu {place}{name}"
        if value is None:
            continue
        if callable(rule):
            if not rule(value):
                return f"valeur refusée pour {place}{name}"
        elif not isinstance(value, dict):
            return f"{place}{name} n'est pas un objet"
        elif fault := _fault(value, rule, f"{place}{name}."):
            return fault
    return ""


def _parses(read: Callable[[str], object], value: str) -> bool:
    try:
        read(value)
    except ValueError:
        return False
    return True

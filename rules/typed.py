"""From a TOML tree to frozen dataclasses: every value in the type that its field declares, or every fault at once.

Understands dataclasses, `tuple[T, ...]`, `tuple[A, B]`, `Mapping[K, V]`, enums of texts, Decimal, int, bool and str.
"""

from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import Any, get_args, get_origin, get_type_hints

_MOST_NAMED = 12  # choices; a longer list is only called by its name
_LARGEST = (
    100_000  # of a number: days, hours, characters and euros of tolerance stay far below, and can be added to dates
)
_NEEDED = {bool: "true or false", int: f"a whole number from 0 to {_LARGEST}", str: "a text"}


class Missing:
    """What stands for a value that is at fault, until the faults are raised."""


MISSING = Missing()


def build(cls: Any, tree: Mapping[str, Any], where: str, faults: list[str]) -> Any:
    """An instance of the dataclass, or `MISSING` and its faults: unknown and missing keys, wrong values."""
    hints = get_type_hints(cls)
    names = tuple(field.name for field in fields(cls))
    faults.extend(f"{where}{key}: unknown setting" for key in tree if key not in names)
    faults.extend(f"{where}{name}: missing" for name in names if name not in tree)
    values = {name: convert(tree[name], hints[name], f"{where}{name}", faults) for name in names if name in tree}
    return cls(**values) if values.keys() == set(names) else MISSING


def convert(value: Any, hint: Any, where: str, faults: list[str]) -> Any:
    """One value in the type of the hint, or `MISSING` and its fault."""
    for understands, read in _READERS:
        if understands(hint):
            return read(value, hint, where, faults)
    kind = type(value) is hint and not (hint is int and not 0 <= value <= _LARGEST)
    return value if kind else _fault(faults, where, _NEEDED[hint])


def _table(value: Any, hint: Any, where: str, faults: list[str]) -> Any:
    return build(hint, value, f"{where}.", faults) if isinstance(value, Mapping) else _fault(faults, where, "a table")


def _mapping(value: Any, hint: Any, where: str, faults: list[str]) -> Any:
    if not isinstance(value, Mapping):
        return _fault(faults, where, "a table")
    keys, values = get_args(hint)
    return MappingProxyType(
        {
            convert(key, keys, f"{where}.{key}", faults): convert(item, values, f"{where}.{key}", faults)
            for key, item in value.items()
        }
    )


def _list(value: Any, hint: Any, where: str, faults: list[str]) -> Any:
    if not isinstance(value, list):
        return _fault(faults, where, "a list")
    if (parts := get_args(hint))[-1] is not Ellipsis:
        if len(value) != len(parts):
            return _fault(faults, where, f"a list of {len(parts)} values")
        return tuple(convert(item, part, where, faults) for item, part in zip(value, parts, strict=True))
    return tuple(convert(item, get_args(hint)[0], where, faults) for item in value)


def _choice(value: Any, hint: type[StrEnum], where: str, faults: list[str]) -> Any:
    if value in tuple(hint):
        return hint(value)
    known = ", ".join(hint) if len(hint) <= _MOST_NAMED else f"the list {hint.__name__}"
    return _fault(faults, where, f"one of {known} (not {value!r})")


def _decimal(value: Any, _hint: Any, where: str, faults: list[str]) -> Any:
    if type(value) in {int, Decimal} and Decimal(value).is_finite() and 0 <= value <= _LARGEST:
        return Decimal(value)
    return _fault(faults, where, f"a number from 0 to {_LARGEST}")


def _fault(faults: list[str], where: str, needed: str) -> Missing:
    faults.append(f"{where}: {needed} is needed here")
    return MISSING


_READERS: tuple[tuple[Callable[[Any], bool], Callable[[Any, Any, str, list[str]], Any]], ...] = (
    (is_dataclass, _table),
    (lambda hint: get_origin(hint) is Mapping, _mapping),
    (lambda hint: get_origin(hint) is tuple, _list),
    (lambda hint: isinstance(hint, type) and issubclass(hint, StrEnum), _choice),
    (lambda hint: hint is Decimal, _decimal),
)

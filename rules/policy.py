"""The policy: what a public body chooses. TOML text in, a frozen `Policy` out, or every fault at once.

A policy file says only what differs from `policies/default.toml`. It chooses among named things: no expressions, no
code. Its version travels in every decision.
"""

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import Any, get_args, get_origin, get_type_hints

from rules.findings import ReasonCode
from rules.normalise import label_forms


class KeyCheck(StrEnum):
    """How strictly the keys of SIRET and SIREN are taken. `warning` serves test environments with invented numbers."""

    ERROR = "error"
    WARNING = "warning"


class OnConflict(StrEnum):
    """What to do when the invoice names another service than its commitment."""

    REVIEW = "review"
    COMMITMENT = "commitment"


class PolicyError(Exception):
    """The policy cannot be used. `faults` names every fault with its place in the file."""

    def __init__(self, faults: tuple[str, ...]) -> None:
        self.faults = faults
        super().__init__("; ".join(faults))


@dataclass(frozen=True, slots=True, kw_only=True)
class Identifiers:
    key_check: KeyCheck


@dataclass(frozen=True, slots=True, kw_only=True)
class Amounts:
    rounding: Decimal
    tolerance_absolute: Decimal
    tolerance_percent: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Matching:
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    on_conflict: OnConflict


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceData:
    max_age_hours: int
    wait_hours: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditNotes:
    wait_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Portal:
    recycling: bool
    reasons: Mapping[ReasonCode, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """Everything a body may choose, and the version that names this choice."""

    version: str
    name: str
    identifiers: Identifiers
    amounts: Amounts
    matching: Matching
    services: Services
    reference: ReferenceData
    credit_notes: CreditNotes
    payment: Payment
    portal: Portal

    @property
    def label_forms(self) -> frozenset[str]:
        """The labels of commitment numbers, ready for `rules.normalise`."""
        return label_forms(self.matching.labels)


def load(default: str, overlay: str | None = None) -> Policy:
    """The policy made of the default's text and, over it, a body's own.

    Raises `PolicyError` with every fault: unknown and missing keys, wrong types, choices that do not exist.
    """
    faults: list[str] = []
    tree = _parse(default, "default policy", faults)
    if overlay is not None:
        _merge(tree, _parse(overlay, "policy", faults), "", faults)
    digest = hashlib.sha256("\0".join((default, overlay or "")).encode()).hexdigest()[:12]
    tree["version"] = f"{tree.get('name', '?')}@{digest}"
    policy = _build(Policy, tree, "", faults)
    if faults:
        raise PolicyError(tuple(faults))
    return policy  # type: ignore[no-any-return]


def _parse(text: str, what: str, faults: list[str]) -> dict[str, Any]:
    try:
        return tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        faults.append(f"{what}: not valid TOML: {error}")
        return {}


def _merge(base: dict[str, Any], over: Mapping[str, Any], where: str, faults: list[str]) -> None:
    for key, value in over.items():
        place = f"{where}{key}"
        if isinstance(value, Mapping) and isinstance(base.get(key), dict):
            _merge(base[key], value, f"{place}.", faults)
        elif isinstance(base.get(key), dict):
            faults.append(f"{place}: a table is needed here")
        else:
            base[key] = value


def _build(cls: Any, tree: Mapping[str, Any], where: str, faults: list[str]) -> Any:
    hints = get_type_hints(cls)
    known = {field.name for field in fields(cls)}
    faults.extend(f"{where}{key}: unknown setting" for key in tree if key not in known)
    values: dict[str, Any] = {}
    for name in (field.name for field in fields(cls)):
        if name in tree:
            values[name] = _convert(tree[name], hints[name], f"{where}{name}", faults)
        else:
            faults.append(f"{where}{name}: missing")
    return cls(**values) if values.keys() == known else None


def _convert(value: Any, hint: Any, where: str, faults: list[str]) -> Any:
    """One value in the type that the field declares; a fault and None where it cannot be."""
    if is_dataclass(hint):
        return (
            _build(hint, value, f"{where}.", faults) if isinstance(value, Mapping) else _fault(faults, where, "a table")
        )
    if get_origin(hint) is Mapping:
        return _mapping(value, get_args(hint)[0], where, faults)
    if get_origin(hint) is tuple:
        wanted = isinstance(value, list) and all(isinstance(item, str) for item in value)
        return tuple(value) if wanted else _fault(faults, where, "a list of texts")
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return _choice(value, hint, where, faults)
    if hint is Decimal:
        return _number(value, where, faults)
    if isinstance(value, hint) and not (hint is int and isinstance(value, bool)):
        return value if hint is not int or value >= 0 else _fault(faults, where, "zero or more")
    return _fault(faults, where, {bool: "true or false", int: "a whole number", str: "a text"}[hint])


def _mapping(value: Any, choices: type[StrEnum], where: str, faults: list[str]) -> Mapping[StrEnum, str]:
    if not isinstance(value, Mapping):
        return MappingProxyType({} if _fault(faults, where, "a table") is None else {})
    entries = {_choice(key, choices, f"{where}.{key}", faults): text for key, text in value.items()}
    faults.extend(f"{where}.{key}: a text is needed here" for key, text in value.items() if not isinstance(text, str))
    return MappingProxyType(entries)


def _choice(value: Any, choices: type[StrEnum], where: str, faults: list[str]) -> Any:
    try:
        return choices(value)
    except ValueError:
        known = ", ".join(sorted(choices)) if len(choices) < 10 else f"the {choices.__name__} list"
        return _fault(faults, where, f"one of: {known}; not {value!r}")


def _number(value: Any, where: str, faults: list[str]) -> Decimal | None:
    if isinstance(value, int | Decimal) and not isinstance(value, bool) and Decimal(value).is_finite() and value >= 0:
        return Decimal(value)
    return _fault(faults, where, "a number, zero or more")


def _fault(faults: list[str], where: str, needed: str) -> None:
    faults.append(f"{where}: {needed} is needed here")

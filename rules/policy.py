"""The policy: what a public body chooses. TOML text in, a frozen `Policy` out, or every fault at once.

A policy file says only what differs from `policies/default.toml`, and under `[recipients."<SIRET>"]` what differs
again for one of the body's budgets. It chooses among named things: no expressions, no code. Its version travels in
every decision.
"""

import copy
import dataclasses
import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from rules.choices import KeyCheck, OnConflict
from rules.exercises import ExerciseStyle
from rules.findings import ReasonCode
from rules.identifiers import compact, is_siret_shaped
from rules.normalise import bare, label_forms
from rules.table import Action
from rules.typed import build

SENDABLE = frozenset({Action.REJECT, Action.SUSPEND, Action.RECYCLE})

__all__ = ["ExerciseStyle", "KeyCheck", "OnConflict", "Policy", "PolicyError", "load"]


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
    placeholders: tuple[str, ...]
    leading_zeros: bool
    exercises: tuple[ExerciseStyle, ...]
    several: bool
    swapped_fields: bool
    from_market: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    automatic: bool
    threshold: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    on_conflict: OnConflict
    default_service: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Exercises:
    complementary_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceData:
    max_age_hours: int
    wait_hours: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Duplicates:
    suspect_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditNotes:
    wait_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Portal:
    recycling: bool
    order_numbers_given: bool
    motif_max_characters: int
    actions: Mapping[ReasonCode, Action]
    reasons: Mapping[ReasonCode, str]
    allowed: Mapping[Action, tuple[str, ...]]
    given_before: tuple[str, ...]
    automatic: tuple[tuple[ReasonCode, Action], ...]  # sent without a person, each a consent given by the body


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """Everything a body may choose, and the version that names this choice."""

    version: str
    name: str
    identifiers: Identifiers
    amounts: Amounts
    matching: Matching
    page: Page
    services: Services
    exercises: Exercises
    reference: ReferenceData
    duplicates: Duplicates
    credit_notes: CreditNotes
    payment: Payment
    portal: Portal
    recipients: "Mapping[str, Policy]"

    @property
    def label_forms(self) -> frozenset[str]:
        """The labels of commitment numbers, ready for `rules.normalise`."""
        return label_forms(self.matching.labels)

    @property
    def placeholder_forms(self) -> frozenset[str]:
        """The texts that stand for no number, ready to be compared with `rules.normalise.bare`."""
        return frozenset(bare(text) for text in self.matching.placeholders)

    def for_recipient(self, siret: str | None) -> "Policy":
        """The policy of one budget: its own where it has one, else the body's."""
        return self.recipients.get(siret, self) if siret else self


def load(default: str, overlay: str | None = None) -> Policy:
    """The policy made of the default's text and, over it, a body's own.

    Raises `PolicyError` with every fault: unknown and missing keys, wrong types, choices that do not exist.
    """
    faults: list[str] = []
    tree = _parse(default, "default policy", faults)
    if overlay is not None:
        _merge(tree, _parse(overlay, "policy", faults), "", faults)
    overlays = tree.pop("recipients", {})
    faults.extend(f"{key}: unknown setting" for key in tree.keys() & {"version"})
    digest = hashlib.sha256("\0".join((default, overlay or "")).encode()).hexdigest()[:12]
    tree |= {"version": f"{tree.get('name', '?')}@{digest}", "recipients": {}}
    policy: Policy = build(Policy, tree, "", faults)
    recipients = _recipients(tree, overlays, faults)
    faults.extend(_unsendable(policy, recipients))
    if faults:
        raise PolicyError(tuple(dict.fromkeys(faults)))
    return dataclasses.replace(policy, recipients=MappingProxyType(recipients))


def _unsendable(policy: Any, recipients: Mapping[str, Any]) -> list[str]:
    """The pairs whose action stays inside: there is nothing to send."""
    places = {"": policy} | {f'recipients."{siret}".': own for siret, own in recipients.items()}
    return [
        f"{place}portal.automatic: {action} is nothing that is sent; use {', '.join(sorted(SENDABLE))}"
        for place, one in places.items()
        if isinstance(one, Policy) and isinstance(one.portal, Portal) and isinstance(one.portal.automatic, tuple)
        for pair in one.portal.automatic
        if isinstance(pair, tuple) and (action := pair[1]) not in SENDABLE and isinstance(action, Action)
    ]


def _recipients(tree: dict[str, Any], overlays: Any, faults: list[str]) -> dict[str, Policy]:
    """The policies of the budgets that have one of their own; `faults` has grown where one is missing."""
    if not isinstance(overlays, Mapping):
        faults.append("recipients: a table is needed here")
        return {}
    known_faults = frozenset(faults)
    found: dict[str, Policy] = {}
    for siret, overlay in overlays.items():
        place = f'recipients."{siret}".'
        if not is_siret_shaped(siret) or siret != compact(siret) or not isinstance(overlay, Mapping):
            faults.append(f"{place[:-1]}: a table under a SIRET of 14 digits is needed here")
            continue
        faults.extend(f"{place}{key}: unknown setting" for key in ("name", "version", "recipients") if key in overlay)
        try:
            merged = copy.deepcopy(tree)
        except RecursionError:
            faults.append(f"{place[:-1]}: the policy is nested too deeply")
            continue
        _merge(merged, overlay, place, faults)
        own: list[str] = []
        found[siret] = build(Policy, merged, "", own)
        faults.extend(f"{place}{fault}" for fault in own if fault not in known_faults)
    return found


def _parse(text: str, what: str, faults: list[str]) -> dict[str, Any]:
    try:
        return tomllib.loads(text, parse_float=Decimal)
    except (ValueError, RecursionError) as error:  # tomllib's own error, and what its parser lets through
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

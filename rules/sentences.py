"""The sentences that say a decision to a person, in French and in English.

`reasons/fr.toml` and `reasons/en.toml` hold, for each reason code, a sentence and a remedy (what would have to change,
empty where nothing has to), and a name for each gate, each piece of evidence and each condition of a guess.
"""

import string
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from rules.evidence import EvidenceCode
from rules.findings import Finding, ReasonCode
from rules.table import Gate
from rules.trust import Condition

Code = TypeVar("Code", bound=StrEnum)
_SECTIONS = frozenset({"sentences", "remedies", "gates", "evidence", "conditions"})
_FAILED = "failed"
_PARTED = ", "


class SentencesError(Exception):
    """A catalogue of sentences does not fit the codes. The message names every fault."""


@dataclass(frozen=True, slots=True)
class Sentences:
    """One language's sentences, by code."""

    by_code: Mapping[ReasonCode, str]
    remedies: Mapping[ReasonCode, str]
    gates: Mapping[Gate, str]
    evidence: Mapping[EvidenceCode, str]
    conditions: Mapping[Condition, str]

    def say(self, finding: Finding) -> str:
        """The sentence of a finding with its values filled in; a value that is not there is shown as a dash.

        Conditions that failed are said in words.
        """
        values = _Dashed(finding.values)
        if failed := dict.get(values, _FAILED):
            values[_FAILED] = _PARTED.join(self.conditions[Condition(code)] for code in failed.split(_PARTED))
        return self.by_code[finding.code].format_map(values)

    def remedy(self, finding: Finding) -> str:
        """What would have to change, said to the supplier; empty where nothing has to."""
        return self.remedies[finding.code].format_map(_Dashed(finding.values))


def load(text: str) -> Sentences:
    """The catalogue in `text` (TOML). Raises `SentencesError` naming every code without a sentence and the reverse."""
    tree = tomllib.loads(text)
    faults: list[str] = []
    loaded = Sentences(
        by_code=_section(tree, "sentences", ReasonCode, faults),
        remedies=_section(tree, "remedies", ReasonCode, faults),
        gates=_section(tree, "gates", Gate, faults),
        evidence=_section(tree, "evidence", EvidenceCode, faults),
        conditions=_section(tree, "conditions", Condition, faults),
    )
    faults += [f"{name} is no section" for name in sorted(tree.keys() - _SECTIONS)]
    if faults:
        raise SentencesError("; ".join(faults))
    return loaded


def placeholders(sentence: str) -> frozenset[str]:
    """The names of the values that a sentence fills in."""
    return frozenset(name for _, name, _, _ in string.Formatter().parse(sentence) if name)


def _section(tree: Mapping[str, Mapping[str, str]], name: str, codes: type[Code], faults: list[str]) -> dict[Code, str]:
    given = tree.get(name, {})
    known = {code.value for code in codes}
    faults += [f"{name}: nothing for {code}" for code in sorted(known - given.keys())]
    faults += [f"{name}: {code} is not in the list" for code in sorted(given.keys() - known)]
    return {codes(code): text for code, text in given.items() if code in known}


class _Dashed(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "–"

    def __getitem__(self, key: str) -> str:
        return super().__getitem__(key) or "–" if key in self else self.__missing__(key)

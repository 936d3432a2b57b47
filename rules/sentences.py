"""The sentences that say a finding to a person, in French and in English.

`reasons/fr.toml` and `reasons/en.toml` hold one sentence for each reason code, with the names of the values to fill in.
"""

import string
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass

from rules.findings import Finding, ReasonCode


class SentencesError(Exception):
    """A catalogue of sentences does not fit the reason codes. The message names every fault."""


@dataclass(frozen=True, slots=True)
class Sentences:
    """One language's sentences, by reason code."""

    by_code: Mapping[ReasonCode, str]

    def say(self, finding: Finding) -> str:
        """The sentence of a finding with its values filled in; a value that is not there is shown as a dash."""
        return self.by_code[finding.code].format_map(_Dashed(finding.values))


def load(text: str) -> Sentences:
    """The catalogue in `text` (TOML). Raises `SentencesError` naming every code without a sentence and the reverse."""
    table = tomllib.loads(text)
    known = {code.value for code in ReasonCode}
    faults = [f"no sentence for {code}" for code in sorted(known - table.keys())]
    faults += [f"{code} is no reason code" for code in sorted(table.keys() - known)]
    if faults:
        raise SentencesError("; ".join(faults))
    return Sentences({ReasonCode(code): sentence for code, sentence in table.items()})


def placeholders(sentence: str) -> frozenset[str]:
    """The names of the values that a sentence fills in."""
    return frozenset(name for _, name, _, _ in string.Formatter().parse(sentence) if name)


class _Dashed(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "–"

    def __getitem__(self, key: str) -> str:
        return super().__getitem__(key) or "–" if key in self else self.__missing__(key)

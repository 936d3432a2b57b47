"""The words of the page beside the sentences of the rules: `fr.toml` and `en.toml`."""

import tomllib
from collections.abc import Mapping
from decimal import ROUND_DOWN, Decimal
from functools import lru_cache
from importlib.resources import files
from typing import NamedTuple

SURE, LIKELY = 0.97, 0.9  # where the word for a confidence changes


class Labels(NamedTuple):
    """One language: tables of words by name. A name without a word is shown as it is."""

    language: str
    tables: Mapping[str, Mapping[str, str]]

    def word(self, name: str, **values: object) -> str:
        """A word of the page, with values filled in."""
        return self.tables["words"][name].format(**values)

    def of(self, table: str, name: str | None) -> str:
        """The word for a name of a closed set; a dash where there is none."""
        return self.tables[table].get(name, name) if name else "–"

    def rule(self, name: str) -> str:
        """How a value was found, in words; the name of the rule where nobody gave it any."""
        rules = self.tables["rules"]
        return rules.get(name) or next((text for end, text in rules.items() if name.endswith(f" {end}")), name)

    def confidence(self, confidence: float) -> str:
        """A confidence from 0 to 1 as a number and a word."""
        percent = (Decimal(str(confidence)) * 100).to_integral_value(ROUND_DOWN)
        number = f"{percent}\u00a0%" if self.language == "fr" else f"{percent}%"
        return self.word("confidence", percent=number, level=self.of("levels", level(confidence)))


def level(confidence: float) -> str:
    """The name of the level of a confidence: sure, likely or doubtful."""
    if confidence >= SURE:
        return "sure"
    return "likely" if confidence >= LIKELY else "doubtful"


@lru_cache(maxsize=4)
def load_labels(language: str) -> Labels:
    """The words of a language, `fr` or `en`."""
    text = files("worker.cli.explained").joinpath(f"{language}.toml").read_text(encoding="utf-8")
    return Labels(language, tomllib.loads(text))

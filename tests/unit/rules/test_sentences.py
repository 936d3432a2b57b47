"""Sentences in French and in English: complete, and filled in."""

from pathlib import Path

import pytest

import rules
from rules.evidence import POINTS, EvidenceCode
from rules.findings import ReasonCode, finding
from rules.sentences import Sentences, SentencesError, load, placeholders
from rules.table import ROWS, Effect, Gate, Severity
from rules.trust import Condition

R = ReasonCode
REASONS = Path(rules.__file__).parent / "reasons"
TEXTS = {language: (REASONS / f"{language}.toml").read_text(encoding="utf-8") for language in ("fr", "en")}
FR, EN = (load(TEXTS[language]) for language in ("fr", "en"))
BOTH = pytest.mark.parametrize("sentences", [FR, EN], ids=["fr", "en"])


@BOTH
def test_complete(sentences: Sentences) -> None:
    """Every reason, gate, piece of evidence and condition has a sentence."""
    assert sentences.by_code.keys() == sentences.remedies.keys() == set(ReasonCode)
    assert sentences.gates.keys() == set(Gate)
    assert sentences.evidence.keys() == set(EvidenceCode) == POINTS.keys()
    assert sentences.conditions.keys() == set(Condition)
    sections = (sentences.by_code, sentences.gates, sentences.evidence, sentences.conditions)
    assert all(text.strip() for texts in sections for text in texts.values())


@BOTH
def test_whoever_is_stopped_hears_a_remedy(sentences: Sentences) -> None:
    """Every reason that ends a decision says what would have to change, unless nothing has to."""
    silent = {row.code for row in ROWS if not sentences.remedies[row.code]}
    ending = {row.code for row in ROWS if row.effect is not Effect.CONTINUE and row.severity is Severity.ERROR}
    assert silent & ending == {R.FRM_OUT_OF_SCOPE}


def test_languages_say_the_same_values() -> None:
    """A sentence fills in the same values in both languages."""
    for code in ReasonCode:
        assert placeholders(FR.by_code[code]) == placeholders(EN.by_code[code]), code
        assert placeholders(FR.remedies[code]) == placeholders(EN.remedies[code]), code
        assert bool(FR.remedies[code]) == bool(EN.remedies[code]), code


def test_said() -> None:
    """Values are filled in; what is absent or empty is a dash."""
    stated = finding(R.SVC_UNKNOWN_OVERRIDDEN, given="061", service="DIRINFRA")
    assert EN.say(stated) == "The service code “061” is unknown or inactive; the commitment's is taken: DIRINFRA."
    assert EN.remedy(stated) == "Next time, please use the service code DIRINFRA."
    assert FR.say(finding(R.SVC_UNKNOWN, given=None)).startswith("Le code service « – » est")
    assert EN.say(finding(R.SVC_UNKNOWN)).startswith("The service code “–” is")
    assert EN.remedy(finding(R.OK)) == ""


def test_conditions_are_said_in_words() -> None:
    """What kept a guess from being enough is said in the language of the sentence; a dash where nothing did."""
    stated = finding(R.SVC_READ_UNSURE, given="061", page_number=2, confidence="0.9", failed="confidence, found")
    assert EN.say(stated) == (
        "The service code “061” was read on page 2 (confidence 0.9) and is not enough: "
        "the confidence is below the threshold, this value is not in the reference data."
    )
    assert "la confiance est sous le seuil, cette valeur n'est pas" in FR.say(stated)
    assert EN.say(finding(R.SVC_READ_UNSURE, failed="")).endswith("not enough: –.")


def test_placeholders() -> None:
    """The names in a sentence are found, once each, and text is none."""
    assert placeholders("{a} and {b} and {a}, {{c}}") == {"a", "b"}


def test_faults() -> None:
    """A catalogue that lacks something or knows something else is refused, and everything wrong is named."""
    wrong = (
        TEXTS["en"]
        .replace("\nOK = ", "\nKO = ")
        .replace("\nreading = ", "\nwriting = ")
        .replace("\nPERIOD = ", "\nX = ")
        .replace("[sentences]", "[more]\n[sentences]")
    )
    with pytest.raises(SentencesError) as raised:
        load(wrong)
    assert str(raised.value).split("; ") == [
        "sentences: nothing for OK",
        "sentences: KO is not in the list",
        "remedies: nothing for OK",
        "remedies: KO is not in the list",
        "gates: nothing for reading",
        "gates: writing is not in the list",
        "evidence: nothing for PERIOD",
        "evidence: X is not in the list",
        "more is no section",
    ]


def test_missing_section() -> None:
    """A section that is not there lacks all its codes."""
    with pytest.raises(SentencesError, match="gates: nothing for amount; gates: nothing for commitment"):
        load(TEXTS["en"].replace("[gates]", "[gate]"))

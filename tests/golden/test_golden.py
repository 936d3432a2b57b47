"""The fixtures against what is expected of them, both ways."""

import json
from typing import Any

import pytest

from tests.fixture_maker.write import bundles, differences, strays
from tests.golden.outcome import EXPECTED, expected_file, outcome_of
from tests.manifest import CASES, Case
from tests.places import FIXTURES


@pytest.fixture(scope="module")
def outcomes() -> dict[str, dict[str, Any]]:
    """What is made of every case."""
    return {case.id: outcome_of(case) for case in CASES}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_expected(case: Case, outcomes: dict[str, dict[str, Any]]) -> None:
    """What is read from a case and decided about it is what its expected file says."""
    expected = json.loads(expected_file(case).read_text(encoding="utf-8"))
    assert outcomes[case.id] == expected


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_intended(case: Case, outcomes: dict[str, dict[str, Any]]) -> None:
    """Each decision is the one that was declared by hand with the case, before any was computed."""
    decided = [
        {"file": name, "index": line["index"], "outcome": line["outcome"], "reason": line["reason"],
         "warnings": line["warnings"] if line["outcome"] == "ROUTED" else []}
        for name, outcome in outcomes[case.id].items()
        for line in outcome["decided"]
    ]  # fmt: skip
    assert decided == [dict(intended) for intended in case.intended]


def test_no_expectation_without_a_case() -> None:
    """An expected file whose case is gone fails."""
    known = {expected_file(case) for case in CASES}
    assert {path for path in EXPECTED.rglob("*") if path.is_file()} == known


def test_fixtures_are_what_the_generator_writes() -> None:
    """No fixture was edited by hand, and none stands outside the generator's cases."""
    made = bundles()
    assert [d.path for d in differences(FIXTURES, made)] == []
    assert strays(FIXTURES, made) == ()


def test_every_outcome_is_shown() -> None:
    """The fixtures show each of the five outcomes."""
    shown = {intended["outcome"] for case in CASES for intended in case.intended}
    assert shown == {"ROUTED", "REVIEW", "WAITING", "DUPLICATE", "QUARANTINED"}

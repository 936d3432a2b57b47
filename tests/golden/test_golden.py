"""The fixtures against what is expected of them, both ways."""

import json
from typing import Any

import pytest

from rules.findings import ReasonCode
from rules.table import row_of
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
    """Each decision is the one that was declared by hand with the case, as far as it was declared."""
    decided = [{"file": name} | line for name, outcome in outcomes[case.id].items() for line in outcome["decided"]]
    assert [_declared(line, wanted) for line, wanted in zip(decided, case.intended, strict=True)] == [
        _declared(wanted, wanted) for wanted in case.intended
    ]


def _declared(line: dict[str, Any], wanted: dict[str, Any]) -> dict[str, Any]:
    """What was declared, out of a line. Warnings are declared of routed invoices; an empty text stands for nothing."""
    names = (name for name in wanted if name != "warnings" or wanted["outcome"] == "ROUTED")
    return {name: "" if line[name] is None else line[name] for name in names}


@pytest.mark.parametrize("number", sorted(set(range(1, 48)) - {7}))
def test_every_row_has_its_cases(number: int, outcomes: dict[str, dict[str, Any]]) -> None:
    """Each row of the decision table is proven by a case that declares it and in whose decision it is stated.

    Row 7 needs a rejection before, which no file can show: `test_review` proves it.
    """
    proving = [case for case in CASES if number in case.rows]
    stated = {
        row
        for case in proving
        for outcome in outcomes[case.id].values()
        for line in outcome["decided"]
        for code in [*line["reasons"], line["reason"]]
        for row in row_of(ReasonCode(code)).rows
    }
    assert number in stated


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
    """The fixtures show each of the five outcomes, in more than 400 invoices."""
    assert sum(len(case.intended) for case in CASES) > 400
    shown = {intended["outcome"] for case in CASES for intended in case.intended}
    assert shown == {"ROUTED", "REVIEW", "WAITING", "DUPLICATE", "QUARANTINED"}

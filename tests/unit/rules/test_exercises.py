"""Exercises in numbers (rung N4) and exercises that are over."""

import datetime as dt

import pytest

from rules.exercises import ExerciseStyle, closes, exercise_forms, exercise_keys, exercises_of
from rules.normalise import Rung, number_key
from tests.unit.rules.build import commitment, invoice

BOTH = (ExerciseStyle.LONG, ExerciseStyle.SHORT)
NONE: frozenset[str] = frozenset()


def test_styles() -> None:
    """An exercise is written with four digits or with two."""
    assert ExerciseStyle.LONG.of(2026) == "2026"
    assert ExerciseStyle.SHORT.of(2026) == "26"
    assert ExerciseStyle.SHORT.of(2007) == "07"
    assert ExerciseStyle.LONG.of(26) == "0026"


def test_exercises_of_an_invoice() -> None:
    """An invoice is of its year of issue, and may be of the year before; without a date of none."""
    assert exercises_of(invoice()) == (2026, 2025)
    assert exercises_of(invoice(issue_date=None)) == ()


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2026-000101", {"2026000101", "101"}),
        ("26-000101", {"26000101", "101"}),
        ("BC26-42", {"BC2642", "BC42"}),
        ("42-2026", {"422026", "42", "4220"}),
        ("2026", {"2026", "20"}),
        ("26A", {"26A"}),
        ("2026A1", {"2026A1", "A1"}),
        ("2025-7", {"20257"}),
    ],
)
def test_forms(written: str, expected: set[str]) -> None:
    """The exercise is taken away in front, behind the letters and at the end, where a digit is left."""
    assert exercise_forms(written, 2026, BOTH, NONE, Rung.N3) == expected


def test_forms_follow_the_policy() -> None:
    """Only the styles of the policy count, zeros count where N3 is off, and labels are looked behind."""
    assert exercise_forms("26-07", 2026, (ExerciseStyle.LONG,), NONE, Rung.N3) == {"2607"}
    assert exercise_forms("2026-07", 2026, BOTH, NONE, Rung.N2) == {"202607", "07"}
    assert exercise_forms("EJ 2026-07", 2026, BOTH, frozenset({"EJ"}), Rung.N3) == {"EJ202607", "EJ7", "202607", "7"}


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("101", "2026-000101"),
        ("000101", "26/101"),
        ("2026-101", "000101"),
        ("BC 42", "BC-26-42"),
        ("BC 42", "2026-BC-0042"),
        ("EJ LOT 12", "2026-LOT-12"),
        ("7", "7-2025"),
        ("26-101", "2026-101"),
    ],
)
def test_keys_lead_to_the_stored_number(written: str, stored: str) -> None:
    """Whatever is equal on rung N4 is found under one of the keys."""
    assert number_key(stored) in exercise_keys(written, (2026, 2025))


def test_keys() -> None:
    """Without years there is the one key; without a number none; never twice the same."""
    assert exercise_keys("2026-000101", ()) == ("22611",)
    assert exercise_keys("", (2026,)) == ()
    assert exercise_keys("AB", (2026,)) == ("AB",)
    assert exercise_keys("A7", (2026,)) == ("7", "226A7", "2267", "7226", "26A7", "267", "726")


@pytest.mark.parametrize(
    ("year", "issued", "today", "over"),
    [
        (2026, dt.date(2026, 11, 2), dt.date(2026, 11, 24), False),
        (2025, dt.date(2026, 11, 2), dt.date(2026, 11, 24), True),
        (2025, dt.date(2026, 1, 2), dt.date(2026, 1, 3), True),
        (2025, dt.date(2025, 12, 20), dt.date(2026, 1, 31), False),
        (2025, dt.date(2025, 12, 20), dt.date(2026, 2, 1), True),
        (2027, dt.date(2026, 11, 2), dt.date(2026, 11, 24), False),
        (2025, None, dt.date(2026, 1, 3), True),
        (2026, None, dt.date(2026, 1, 3), False),
        (None, dt.date(2026, 11, 2), dt.date(2026, 11, 24), False),
    ],
)
def test_exercise_over(year: int | None, issued: dt.date | None, today: dt.date, *, over: bool) -> None:
    """An exercise is over for later invoices, and for all after its complementary period of 31 days."""
    assert closes(commitment(fiscal_year=year), invoice(issue_date=issued), today, 31) is over

"""Exercises (budget years): written into numbers (rung N4), and closed to commitments that were not carried over.

Suppliers write `101` for `2026-000101` and the reverse. A number is only read with the exercise of the invoice (its
year of issue) or of the commitment, and one of them must be the invoice's own or the one before.
"""

import datetime as dt
from collections.abc import Iterable
from enum import StrEnum
from functools import lru_cache

from rules.model import Commitment, Invoice
from rules.normalise import Rung, beginnings, forms, head_length, n3, number_key


class ExerciseStyle(StrEnum):
    """How an exercise is written into a number."""

    LONG = "2026"
    SHORT = "26"

    def of(self, year: int) -> str:
        """The digits of an exercise in this style."""
        return f"{year:04}" if self is ExerciseStyle.LONG else f"{year % 100:02}"


def exercises_of(invoice: Invoice) -> tuple[int, ...]:
    """The exercises whose commitments an invoice may name without saying so: its own and the one before."""
    return (invoice.exercise, invoice.exercise - 1) if invoice.exercise else ()


@lru_cache(maxsize=8192)
def exercise_forms(
    text: str, year: int, styles: tuple[ExerciseStyle, ...], labels: frozenset[str], floor: Rung
) -> frozenset[str]:
    """The forms of a number on rung N4 for one exercise: with the exercise and without it.

    `floor` is the rung below, N3, or N2 where the zeros of a number count.
    """
    written = forms(text, Rung.N2, labels)
    marks = tuple(style.of(year) for style in styles)
    parted = written | {rest for number in written for mark in marks for rest in _without(number, mark)}
    return frozenset(n3(number) for number in parted) if floor is Rung.N3 else frozenset(parted)


def exercise_keys(text: str, years: Iterable[int]) -> tuple[str, ...]:
    """The keys under which a number may be stored that is equal to this one on rung N4 or below."""
    keys = {number_key(text): None}
    rests = {rest: None for _, rest in beginnings(text)}
    for year in years:
        marks = tuple(style.of(year) for style in ExerciseStyle)
        shorter = {left: None for rest in rests for mark in marks for left in (rest, *_without(rest, mark))}
        for rest in shorter:
            tail = rest[head_length(rest) :]
            keys[number_key(rest)] = None
            keys |= {number_key(number): None for mark in marks for number in (mark + rest, mark + tail, tail + mark)}
    return tuple(key for key in keys if key)


def closes(commitment: Commitment, invoice: Invoice, today: dt.date, complementary_days: int) -> bool:
    """Whether the commitment's exercise is over for this invoice, so that it takes it only if it was carried over.

    An exercise is over for invoices of a later year, and for all once its complementary period (journée
    complémentaire, the first weeks of the next year) has ended.
    """
    year = commitment.fiscal_year
    if year is None:
        return False
    last_day = dt.date(year + 1, 1, 1) + dt.timedelta(days=complementary_days - 1)
    return year < (invoice.exercise or today.year) or today > last_day


def _without(number: str, mark: str) -> tuple[str, ...]:
    """The number without the exercise: in front, behind its letters, or at its end; something must be left."""
    head = head_length(number)
    rest = number[head:]
    found = (
        (number.startswith(mark), number[len(mark) :]),
        (rest.startswith(mark), number[:head] + rest[len(mark) :]),
        (rest.endswith(mark), number[: -len(mark)]),
    )
    return tuple(left for stands, left in found if stands and any(c.isdigit() for c in left))

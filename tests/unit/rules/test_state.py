"""The state and the exercise of the commitment: rows 35 to 37."""

import datetime as dt

import pytest

from rules.decision import Outcome
from rules.findings import ReasonCode
from rules.model import CommitmentStatus
from rules.table import Action, Queue
from tests.unit.rules.build import NOW, codes, commitment, decide, invoice, policy, snapshot, stated

R = ReasonCode


@pytest.mark.parametrize("status", [CommitmentStatus.CLOSED, CommitmentStatus.CANCELLED])
def test_row_35_closed(status: CommitmentStatus) -> None:
    """A closed or cancelled commitment is for the service to look at."""
    decision = decide(known=snapshot(commitment(status=status)))
    assert (decision.outcome, decision.reason) == (Outcome.REVIEW, R.ENG_CLOSED)
    assert (decision.review_queue, decision.proposed_action) == (Queue.SERVICE, Action.NONE)
    assert decision.portal_reason is None
    assert stated(decision, R.ENG_CLOSED) == {"commitment": "2026-000101", "status": status.value}
    assert decision.commitment is not None
    assert decision.reservations == ()


def test_row_36_carried_over() -> None:
    """Last year's commitment is as good as this year's where it was carried over."""
    decision = decide(known=snapshot(commitment(fiscal_year=2025, carried_over=True)))
    assert (decision.outcome, decision.reason) == (Outcome.ROUTED, R.OK)
    assert stated(decision, R.ENG_CARRIED_OVER) == {"commitment": "2026-000101", "year": "2025"}
    assert decision.reservations[0].fiscal_year == 2025
    this_year = decide(known=snapshot(commitment(carried_over=True)))
    assert R.ENG_CARRIED_OVER not in codes(this_year.findings)


def test_row_37_not_carried_over() -> None:
    """Last year's commitment that was not carried over has no money left this year."""
    decision = decide(known=snapshot(commitment(fiscal_year=2025)))
    assert (decision.outcome, decision.reason) == (Outcome.REVIEW, R.ENG_EXERCISE_CLOSED)
    assert (decision.review_queue, decision.proposed_action) == (Queue.FINANCE, Action.NONE)
    assert stated(decision, R.ENG_EXERCISE_CLOSED) == {"commitment": "2026-000101", "year": "2025"}
    closed = decide(known=snapshot(commitment(fiscal_year=2025, status=CommitmentStatus.CLOSED)))
    assert closed.reason is R.ENG_CLOSED
    assert R.ENG_EXERCISE_CLOSED in codes(closed.findings)


@pytest.mark.parametrize(
    ("day", "days", "outcome"),
    [
        (dt.date(2027, 1, 31), 31, Outcome.ROUTED),
        (dt.date(2027, 2, 1), 31, Outcome.REVIEW),
        (dt.date(2027, 1, 1), 0, Outcome.REVIEW),
        (dt.date(2027, 1, 10), 10, Outcome.ROUTED),
        (dt.date(2027, 1, 11), 10, Outcome.REVIEW),
    ],
)
def test_complementary_days(day: dt.date, days: int, outcome: Outcome) -> None:
    """In the first days of the year, last year's commitments still take last year's invoices."""
    now = dt.datetime.combine(day, NOW.timetz())
    chosen = policy(f"[exercises]\ncomplementary_days = {days}")
    known = snapshot(commitment(), as_of=now)
    assert decide(invoice(), known, chosen, now=now).outcome is outcome
    next_year = invoice(issue_date=dt.date(2027, 1, 1))
    assert decide(next_year, known, chosen, now=now).reason is R.ENG_EXERCISE_CLOSED

"""Stale reference data (row 14), and waiting."""

import datetime as dt

import pytest

from rules.decision import Outcome
from rules.findings import ReasonCode
from rules.gates.freshness import excused
from rules.model import Invoice, Recipient, Snapshot
from rules.table import Action, Queue
from tests.unit.rules.build import (
    MAIN,
    NOW,
    OFFICE,
    ROADS_2,
    codes,
    commitment,
    decide,
    invoice,
    past,
    policy,
    snapshot,
    stated,
)

R = ReasonCode
OLD = NOW - dt.timedelta(hours=36, seconds=1)
_STRICT = Recipient(siret=MAIN, name="x", commitment_required=True)


@pytest.mark.parametrize(
    ("read", "known", "failed"),
    [
        (invoice(commitment_number="X-9"), snapshot(as_of=OLD), R.ENG_NOT_FOUND),
        (invoice(commitment_number="X-9"), snapshot(commitment(), as_of=OLD), R.ENG_NOT_FOUND_CANDIDATES),
        (invoice(commitment_number=None, service_code="X"), snapshot(as_of=OLD), R.SVC_UNKNOWN),
        (invoice(), snapshot(recipient=None, as_of=OLD), R.REC_SIRET_UNKNOWN),
        (invoice(commitment_number="2026-000101;X-9"), snapshot(commitment(), as_of=OLD), R.ENG_MULTI_SPLIT),
        (
            invoice(OFFICE, billing_framework="A9", contract_number="M-7"),
            snapshot(commitment(), as_of=OLD),
            R.SUP_SUBCONTRACTOR_UNDECLARED,
        ),
    ],
)
def test_failed_lookups_wait(read: Invoice, known: Snapshot, failed: ReasonCode) -> None:
    """What is not found in old data waits for the next import; it is never presented as the supplier's fault."""
    decision = decide(read, known)
    assert (decision.outcome, decision.reason) == (Outcome.WAITING, R.REF_STALE)
    assert decision.waiting_until == NOW + dt.timedelta(hours=24)
    assert (decision.proposed_action, decision.portal_reason) == (Action.NONE, None)
    assert decision.review_queue is None
    assert failed in codes(decision.findings)
    assert failed in stated(decision, R.REF_STALE)["looked_up"].split(", ")
    assert stated(decision, R.REF_STALE)["as_of"] == OLD.isoformat()
    assert decision.warnings == ()
    assert decision.reservations == ()
    fresh = decide(read, _fresh(known))
    assert (fresh.outcome, fresh.reason) == (Outcome.REVIEW, failed if failed is not R.ENG_NOT_FOUND else fresh.reason)
    assert R.REF_STALE not in codes(fresh.findings)


def _fresh(known: Snapshot) -> Snapshot:
    return Snapshot(
        recipient=known.recipient,
        services=known.services,
        commitments=known.commitments,
        as_of=NOW - dt.timedelta(hours=36),
    )


@pytest.mark.parametrize(
    ("read", "known", "reason"),
    [
        (invoice(), snapshot(commitment(), as_of=OLD), R.OK),
        (invoice(OFFICE), snapshot(commitment(), as_of=OLD), R.SUP_MISMATCH),
        (invoice(commitment_number=None), snapshot(as_of=OLD, recipient=_STRICT), R.ENG_MISSING_REQUIRED),
        (invoice(commitment_number=None, service_code=None), snapshot(as_of=OLD), R.SVC_MISSING),
        (invoice(recipient_siret=None), snapshot(as_of=OLD, recipient=None), R.REC_SIRET_UNKNOWN),
        (invoice(None, commitment_number=None, recipient_siret=None, service_code=None),
         snapshot(as_of=OLD, recipient=None), R.REC_SIRET_UNKNOWN),
        (invoice(OFFICE, billing_framework="A9"), snapshot(commitment(), as_of=OLD), R.SUP_SUBCONTRACTOR_UNDECLARED),
        (
            invoice(commitment_number="2026-000101;B-2"),
            snapshot(commitment(), commitment("B-2", service_code="CULTURE"), as_of=OLD),
            R.ENG_MULTI_SPLIT,
        ),
    ],
)  # fmt: skip
def test_what_old_data_does_not_excuse(read: Invoice, known: Snapshot, reason: ReasonCode) -> None:
    """What old data knows, and what no data could tell, is decided as usual."""
    decision = decide(read, known)
    assert decision.reason is reason
    assert decision.outcome is (Outcome.ROUTED if reason is R.OK else Outcome.REVIEW)


def test_every_failed_lookup_is_excused() -> None:
    """Two lookups that failed wait together, and are named together."""
    decision = decide(invoice(commitment_number="X-9", service_code="X"), snapshot(as_of=OLD))
    assert decision.reason is R.REF_STALE
    assert stated(decision, R.REF_STALE)["looked_up"] == "ENG_NOT_FOUND, SVC_UNKNOWN"
    assert excused(decision.findings) == {R.ENG_NOT_FOUND, R.SVC_UNKNOWN}
    assert excused(()) == frozenset()


def test_an_earlier_row_still_ends() -> None:
    """A problem that has nothing to do with the reference data does not wait for it."""
    known = snapshot(as_of=OLD, past=(past(invoice_number="F-1"),))
    decision = decide(invoice(commitment_number="X-9"), known)
    assert (decision.outcome, decision.reason) == (Outcome.REVIEW, R.DUP_SAME_NUMBER_YEAR)


def test_no_data_at_all_is_stale() -> None:
    """Before the first import everything waits."""
    decision = decide(invoice(), snapshot(recipient=None, as_of=None))
    assert (decision.outcome, decision.reason) == (Outcome.WAITING, R.REF_STALE)
    assert stated(decision, R.REF_STALE)["as_of"] == ""
    assert decision.reference_as_of is None


@pytest.mark.parametrize(
    ("since", "outcome"),
    [
        (NOW - dt.timedelta(hours=24, seconds=-1), Outcome.WAITING),
        (NOW - dt.timedelta(hours=24), Outcome.REVIEW),
        (NOW - dt.timedelta(days=9), Outcome.REVIEW),
    ],
)
def test_patience_ends(since: dt.datetime, outcome: Outcome) -> None:
    """After 24 hours a person looks; the supplier is still not blamed."""
    decision = decide(invoice(commitment_number="X-9"), snapshot(commitment(), as_of=OLD), waiting_since=since)
    assert (decision.outcome, decision.reason) == (outcome, R.REF_STALE)
    waits = outcome is Outcome.WAITING
    assert decision.waiting_until == (since + dt.timedelta(hours=24) if waits else None)
    assert decision.review_queue is (None if waits else Queue.FINANCE)
    assert (decision.proposed_action, decision.portal_reason) == (Action.NONE, None)
    assert decision.candidates[0].number == "2026-000101"


def test_met_condition_routes() -> None:
    """When the import brings what was missing, the invoice is routed however long it waited."""
    decision = decide(invoice(), snapshot(commitment()), waiting_since=NOW - dt.timedelta(days=3))
    assert (decision.outcome, decision.reason) == (Outcome.ROUTED, R.OK)


def test_the_policy_sets_the_hours() -> None:
    """How old data may be, and how long it is waited for, are the body's choice."""
    chosen = policy("[reference]\nmax_age_hours = 37\nwait_hours = 2")
    assert decide(invoice(commitment_number="X-9"), snapshot(as_of=OLD), chosen).reason is R.ENG_NOT_FOUND
    older = snapshot(as_of=NOW - dt.timedelta(hours=38))
    assert decide(invoice(commitment_number="X-9"), older, chosen).waiting_until == NOW + dt.timedelta(hours=2)


def test_warnings_are_kept() -> None:
    """A decision that waits keeps its warnings, of which what it waits for is none."""
    decision = decide(invoice(ROADS_2, service_code="X"), snapshot(commitment(service_code=None), as_of=OLD))
    assert (decision.outcome, decision.warnings) == (Outcome.WAITING, (R.SUP_SIREN_EQUAL,))

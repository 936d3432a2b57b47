"""The document itself and its recipient: rows 1 to 3, 12 and 13."""

import datetime as dt
from decimal import Decimal

import pytest

from rules.assess import assess_unreadable
from rules.decide import severity_in
from rules.decision import Outcome
from rules.findings import Finding, ReasonCode, Severity, finding
from rules.model import Field, Recipient, Unreadable
from rules.payment import payment_deadline
from rules.table import Action, Queue
from tests.unit.rules.build import (
    BODY,
    MAIN,
    NOW,
    POLICY,
    codes,
    commitment,
    decide,
    invoice,
    policy,
    snapshot,
    stated,
)

R = ReasonCode


@pytest.mark.parametrize(
    "reason", [R.INT_MALFORMED, R.INT_UNSAFE, R.INT_TOO_LARGE, R.INT_NOT_AN_INVOICE, R.INT_NO_STRUCTURED_DATA]
)
def test_row_1_unreadable(reason: ReasonCode) -> None:
    """What cannot be read is quarantined with its reason; nothing is proposed and nothing invented."""
    decision = assess_unreadable(Unreadable(reason=reason, message="why"), POLICY, NOW, NOW)
    assert (decision.outcome, decision.reason) == (Outcome.QUARANTINED, reason)
    assert decision.findings == (Finding(reason, (("message", "why"),)),)
    assert decision.payment_deadline == dt.date(2026, 12, 24)
    assert decision.policy_version == POLICY.version
    assert decision.proposed_action is Action.NONE
    assert decision.recipient_siret is decision.service_code is decision.commitment is decision.reference_as_of is None
    assert decision.review_queue is decision.waiting_until is decision.linked_to is decision.portal_reason is None
    assert decision.warnings == decision.candidates == decision.commitments == decision.reservations == ()


def test_row_1_a_bomb_in_an_attachment() -> None:
    """An attachment that is a bomb quarantines the invoice, though its header could be read."""
    decision = decide(invoice(findings=(finding(R.INT_UNSAFE, message="bomb"),)))
    assert (decision.outcome, decision.reason) == (Outcome.QUARANTINED, R.INT_UNSAFE)
    assert decision.reservations == ()


@pytest.mark.parametrize(
    ("net", "tax", "gross", "agrees"),
    [
        ("1000.00", "200.00", "1200.02", True),
        ("1000.00", "200.00", "1199.98", True),
        ("1000.00", "200.00", "1200.03", False),
        ("1000.00", "200.00", "1199.97", False),
        (None, "200.00", "1250.00", True),
        ("1000.00", None, "1250.00", True),
        ("1000.00", "200.00", None, True),
    ],
)
def test_row_3_totals(net: str | None, tax: str | None, gross: str | None, *, agrees: bool) -> None:
    """Totals may differ by rounding, not by more; what is not given cannot be compared."""
    amounts = {"amount_excl_tax": net, "amount_tax": tax, "amount_incl_tax": gross}
    read = invoice(**{name: Decimal(text) if text else None for name, text in amounts.items()})
    decision = decide(read)
    assert (R.INT_AMOUNTS_INCONSISTENT not in codes(decision.findings)) is agrees
    if not agrees:
        assert (decision.outcome, decision.reason) == (Outcome.REVIEW, R.INT_AMOUNTS_INCONSISTENT)
        assert decision.review_queue is Queue.FINANCE
        assert (decision.proposed_action, decision.portal_reason) == (Action.SUSPEND, None)
        assert stated(decision, R.INT_AMOUNTS_INCONSISTENT) == {"net": net, "tax": tax, "gross": gross}


def test_an_amount_that_could_not_be_read_is_not_compared() -> None:
    """A total of which only the text is known says nothing about the sum."""
    read = invoice(amount_tax=Field("1.200,0?", None, "/tax"), amount_incl_tax=Decimal(1))
    assert R.INT_AMOUNTS_INCONSISTENT not in codes(decide(read).findings)


def test_findings_of_reading_come_first_and_once() -> None:
    """What reading brought up is kept, in the order of the table, and said once."""
    told = (
        finding(R.INT_DIVERGENCE, field="x"),
        finding(R.INT_SCHEMA, message="m"),
        finding(R.INT_SCHEMA, message="m"),
    )
    decision = decide(invoice(findings=told))
    assert codes(decision.findings)[:2] == [R.INT_SCHEMA, R.INT_DIVERGENCE]
    assert codes(decision.findings).count(R.INT_SCHEMA) == 1
    assert (decision.outcome, decision.reason) == (Outcome.ROUTED, R.INT_DIVERGENCE)
    assert decision.warnings == (R.INT_DIVERGENCE,)
    assert severity_in(decision, R.INT_DIVERGENCE) is Severity.WARNING
    assert severity_in(decision, R.INT_SCHEMA) is Severity.INFO


def test_row_12_not_ours() -> None:
    """A SIRET that is not ours is a person's, and proposed for rejection since nothing is recycled any more."""
    decision = decide(invoice(recipient_siret="99901006900014"), snapshot(recipient=None))
    assert (decision.outcome, decision.reason) == (Outcome.REVIEW, R.REC_SIRET_UNKNOWN)
    assert decision.review_queue is Queue.FINANCE
    assert (decision.proposed_action, decision.portal_reason) == (Action.REJECT, "SIRET_ERR")
    assert stated(decision, R.REC_SIRET_UNKNOWN) == {"siret": "99901006900014"}
    assert decision.recipient_siret is decision.service_code is None
    recycling = decide(None, snapshot(recipient=None), policy("[portal]\nrecycling = true"))
    assert (recycling.proposed_action, recycling.portal_reason) == (Action.RECYCLE, "SIRET_ERR")


def test_row_12_no_recipient_at_all() -> None:
    """An invoice without a recipient is no one's."""
    decision = decide(invoice(recipient_siret=None), snapshot(recipient=None))
    assert decision.reason is R.REC_SIRET_UNKNOWN
    assert stated(decision, R.REC_SIRET_UNKNOWN) == {"siret": ""}


def test_row_13_closed() -> None:
    """A budget that is closed takes no invoices."""
    known = snapshot(commitment(), recipient=Recipient(siret=MAIN, name="Cars", active=False))
    decision = decide(None, known)
    assert (decision.outcome, decision.reason) == (Outcome.REVIEW, R.REC_SIRET_INACTIVE)
    assert (decision.proposed_action, decision.portal_reason) == (Action.REJECT, "SIRET_ERR")
    assert stated(decision, R.REC_SIRET_INACTIVE) == {"siret": MAIN, "name": "Cars"}
    assert decision.recipient_siret == MAIN


def test_all_agrees() -> None:
    """Where everything agrees, the decision says where, by what, until when, and on what basis."""
    decision = decide()
    assert (decision.outcome, decision.reason, decision.warnings) == (Outcome.ROUTED, R.OK, ())
    assert (decision.recipient_siret, decision.service_code) == (MAIN, "DIRINFRA")
    assert decision.commitment == commitment()
    assert decision.commitments == (commitment(),)
    assert decision.payment_deadline == dt.date(2026, 12, 24)
    assert decision.reference_as_of == NOW - dt.timedelta(hours=1)
    assert decision.policy_version == POLICY.version
    assert decision.review_queue is decision.waiting_until is decision.linked_to is decision.destination is None
    assert (decision.proposed_action, decision.portal_reason) == (Action.NONE, None)
    assert decision.candidates == decision.supersedes == ()


def test_nothing_to_say_is_ok() -> None:
    """A decision without any finding says that all is well."""
    read = invoice(None, billing_framework="A2", commitment_number=None, service_code=None)
    decision = decide(read, snapshot(recipient=BODY))
    assert codes(decision.findings) == [R.FRM_ALREADY_PAID, R.ENG_MISSING_OPTIONAL]


def test_labels_travel() -> None:
    """The labels of the commitment travel with the decision, once each."""
    decision = decide(None, snapshot(commitment(labels=("spaser:social", "spaser:local", "spaser:social"))))
    assert decision.labels == ("spaser:social", "spaser:local")


@pytest.mark.parametrize(
    ("received", "deadline"), [(None, dt.date(2026, 12, 24)), (dt.date(2026, 11, 5), dt.date(2026, 12, 5))]
)
def test_payment_clock(received: dt.date | None, deadline: dt.date) -> None:
    """The portal's date wins over ours; the days are the policy's."""
    assert decide(invoice(reception_date=received)).payment_deadline == deadline
    assert payment_deadline(invoice(reception_date=received), NOW, 0) == (received or NOW.date())
    longer = decide(invoice(reception_date=received), chosen=policy("[payment]\ndays = 31"))
    assert longer.payment_deadline == deadline + dt.timedelta(days=1)

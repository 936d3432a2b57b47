"""Proposals towards the portal, and the legal guard over them."""

from decimal import Decimal

import pytest

from rules.findings import ReasonCode
from rules.portal import NOTHING, Proposal, motif, propose
from rules.table import Action, row_of
from tests.unit.rules.build import POLICY, commitment, decide, invoice, past, policy, snapshot

R, A = ReasonCode, Action


@pytest.mark.parametrize(
    ("code", "action", "reason"),
    [
        (R.INT_AMOUNTS_INCONSISTENT, A.SUSPEND, None),
        (R.DUP_SAME_NUMBER_YEAR, A.REJECT, "DOUBLON"),
        (R.REC_SIRET_UNKNOWN, A.REJECT, "SIRET_ERR"),
        (R.REC_SIRET_INACTIVE, A.REJECT, "SIRET_ERR"),
        (R.ENG_MISSING_REQUIRED, A.SUSPEND, "EJ_ERR"),
        (R.ENG_PLACEHOLDER, A.SUSPEND, "EJ_ERR"),
        (R.ENG_NOT_FOUND, A.REJECT, "EJ_ERR"),
        (R.ENG_NOT_FOUND_CANDIDATES, A.INTERNAL_REROUTE, "EJ_ERR"),
        (R.SUP_SUBCONTRACTOR_UNDECLARED, A.REJECT, "ST_CT_NON_DECLAR"),
        (R.SVC_MISSING, A.REJECT, "SE_ERR"),
        (R.SVC_UNKNOWN, A.REJECT, "SE_ERR"),
        (R.SVC_CONFLICT, A.INTERNAL_REROUTE, None),
        (R.SVC_UNKNOWN_OVERRIDDEN, A.INTERNAL_REROUTE, None),
        (R.AMT_OVER_REMAINING, A.NONE, None),
        (R.ENG_CLOSED, A.NONE, None),
        (R.OK, A.NONE, None),
    ],
)
def test_default_proposals(code: ReasonCode, action: Action, reason: str | None) -> None:
    """What the default policy proposes for each reason, on works as elsewhere."""
    assert propose(row_of(code), POLICY, works=False) == Proposal(action, reason)
    assert propose(row_of(code), POLICY, works=True) == Proposal(action, reason)


def test_no_default_proposal_is_illegal() -> None:
    """By default no reason goes with an action that does not admit it."""
    for code in ReasonCode:
        action, reason = propose(row_of(code), POLICY, works=True)
        assert action is not A.RECYCLE
        assert action is not A.SUSPEND or reason in {*POLICY.portal.allowed[A.SUSPEND], None}
        assert action is not A.REJECT or reason


RECYCLED = {R.REC_SIRET_UNKNOWN, R.REC_SIRET_INACTIVE, R.ENG_NOT_FOUND, R.SVC_MISSING}


def test_recycling() -> None:
    """Where recycling still exists, it is what is proposed for a routing fault, and nothing else changes."""
    chosen = policy("[portal]\nrecycling = true")
    for code in ReasonCode:
        before, after = propose(row_of(code), POLICY, works=False), propose(row_of(code), chosen, works=False)
        assert after == (before._replace(action=A.RECYCLE) if code in RECYCLED else before)


REJECTING = policy(
    '[portal.actions]\nAMT_OVER_REMAINING = "reject"\nINT_AMOUNTS_INCONSISTENT = "reject"\n'
    'CRN_EXCEEDS_ORIGIN = "reject"\nENG_CLOSED = "reject"'
)


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (R.AMT_OVER_REMAINING, "MONTANT_ERR"),
        (R.INT_AMOUNTS_INCONSISTENT, "CALCUL_ERR"),
        (R.CRN_EXCEEDS_ORIGIN, None),
        (R.ENG_CLOSED, "MARCHE_TERM"),
    ],
)
def test_amounts_on_works_are_never_rejected(code: ReasonCode, reason: str | None) -> None:
    """Whatever a body chooses, an amount on works is no ground for rejection."""
    assert propose(row_of(code), REJECTING, works=False) == Proposal(A.REJECT, reason)
    barred = code is not R.ENG_CLOSED
    assert propose(row_of(code), REJECTING, works=True) == (NOTHING if barred else Proposal(A.REJECT, reason))


def test_works_in_a_decision() -> None:
    """The guard looks at the cadre of the invoice."""
    known = snapshot(commitment(remaining=Decimal(1)))
    assert decide(invoice(), known, REJECTING).proposed_action is A.REJECT
    works = decide(invoice(billing_framework="A4"), known, REJECTING)
    assert (works.reason, works.proposed_action, works.portal_reason) == (R.AMT_OVER_REMAINING, A.NONE, None)


def test_numbers_never_given() -> None:
    """A wrong number is no ground for rejection where the buyer gave none; other proposals stay."""
    chosen = policy("[portal]\norder_numbers_given = false")
    assert propose(row_of(R.ENG_NOT_FOUND), chosen, works=False) == NOTHING
    assert propose(row_of(R.ENG_MISSING_REQUIRED), chosen, works=False) == Proposal(A.SUSPEND, "EJ_ERR")
    assert propose(row_of(R.SVC_MISSING), chosen, works=False) == Proposal(A.REJECT, "SE_ERR")
    decision = decide(invoice(commitment_number="X-9"), snapshot(), chosen)
    assert (decision.reason, decision.proposed_action, decision.portal_reason) == (R.ENG_NOT_FOUND, A.NONE, None)


def test_reasons_that_an_action_does_not_admit() -> None:
    """A suspension loses such a reason, a rejection is not proposed; an action without a list admits all."""
    chosen = policy('[portal.allowed]\nreject = ["SE_ERR"]\nsuspend = ["CALCUL_ERR"]')
    assert propose(row_of(R.SVC_MISSING), chosen, works=False) == Proposal(A.REJECT, "SE_ERR")
    assert propose(row_of(R.ENG_NOT_FOUND), chosen, works=False) == NOTHING
    assert propose(row_of(R.INT_AMOUNTS_INCONSISTENT), chosen, works=False) == Proposal(A.SUSPEND, "CALCUL_ERR")
    assert propose(row_of(R.ENG_MISSING_REQUIRED), chosen, works=False) == Proposal(A.SUSPEND, None)


def test_a_body_may_propose_nothing() -> None:
    """A body may take back what the table proposes."""
    chosen = policy('[portal.actions]\nDUP_SAME_NUMBER_YEAR = "none"')
    decision = decide(invoice(), snapshot(commitment(), past=(past(invoice_number="F-1"),)), chosen)
    assert (decision.proposed_action, decision.portal_reason) == (A.NONE, None)


def test_a_routed_invoice_may_carry_a_proposal() -> None:
    """The first row that proposes something is the proposal of a routed invoice; one that ends has its own only."""
    read = invoice(service_code="NOWHERE", payee_id="x")
    assert decide(read).proposed_action is A.INTERNAL_REROUTE
    closed = decide(read, snapshot(commitment(status="closed")))
    assert (closed.reason, closed.proposed_action) == (R.ENG_CLOSED, A.NONE)


@pytest.mark.parametrize(
    ("text", "most", "cut"),
    [
        ("motif", 255, "motif"),
        ("é" * 255, 255, "é" * 255),
        ("é" * 256, 255, "é" * 254 + "…"),
        ("abc def", 5, "abc…"),
        ("abcdef", 5, "abcd…"),
        ("abcdef", 1, "…"),
        ("abcdef", 0, ""),
        ("e\u0301" * 3, 3, "ééé"),
        ("abq\u0302x", 4, "ab…"),
        ("\u0302\u0302\u0302", 2, "…"),
    ],
)
def test_motif(text: str, most: int, cut: str) -> None:
    """A motif is cut by characters, not bytes, and a letter keeps its accent or goes with it."""
    assert motif(text, policy(f"[portal]\nmotif_max_characters = {most}")) == cut

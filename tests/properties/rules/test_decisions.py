"""What holds of every decision, whatever the reference data and the invoice."""

import dataclasses
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from rules.decision import Decision, Outcome
from rules.findings import ReasonCode
from rules.model import Commitment, Invoice, Snapshot
from rules.table import POSITION, Action, Effect, row_of
from tests.properties.rules.worlds import commitments, invoices, worlds
from tests.unit.rules.build import CULTURE, DIRINFRA, KEY, LAB, MAIN, POLICY, PRINTER, decide

R = ReasonCode
_USABLE = {DIRINFRA.code, CULTURE.code}
_MAY_BECOME_AMBIGUOUS = {R.ENG_AMBIGUOUS, R.ENG_MATCH_DISAMBIGUATED_BY_SUPPLIER, R.ENG_MULTI_SPLIT}


@given(invoices(), worlds())
def test_routed_names_a_place(read: Invoice, known: Snapshot) -> None:
    """A routed invoice goes to a usable service of its recipient, or to a destination of its own."""
    decision = decide(read, known)
    if decision.outcome is Outcome.ROUTED:
        assert decision.service_code in _USABLE or decision.destination == "already_paid"
        assert decision.recipient_siret == MAIN
    else:
        assert decision.destination is None


@given(invoices(), worlds())
def test_only_commitments_of_the_recipient(read: Invoice, known: Snapshot) -> None:
    """A commitment is never chosen for another recipient's invoice."""
    decision = decide(read, known)
    assert {c.recipient_siret for c in decision.commitments} <= {MAIN}
    assert {r.recipient_siret for r in decision.reservations} <= {MAIN}
    other = dataclasses.replace(known, recipient=None)
    assert decide(read, other).commitments == ()


@given(invoices(), worlds(), st.randoms(use_true_random=False))
def test_the_order_of_the_rows_means_nothing(read: Invoice, known: Snapshot, chance: object) -> None:
    """Reference data and the past in another order give the same decision."""

    def shuffled(rows: tuple[object, ...]) -> tuple[object, ...]:
        mixed = list(rows)
        chance.shuffle(mixed)  # type: ignore[attr-defined]
        return tuple(mixed)

    names = ("commitments", "services", "past", "contract_parties")
    mixed = dataclasses.replace(known, **{name: shuffled(getattr(known, name)) for name in names})
    assert decide(read, mixed) == decide(read, known)


def _without_candidates(decision: Decision) -> Decision:
    return dataclasses.replace(decision, candidates=())


@given(invoices(), worlds(), commitments())
def test_unrelated_commitments_change_nothing(read: Invoice, known: Snapshot, other: Commitment) -> None:
    """A commitment of another number, contract and supplier changes no decision at all."""
    unrelated = dataclasses.replace(other, number="ZZ-778899", contract_number="Q-55", supplier_id=PRINTER)
    if read.supplier_id is not None and read.supplier_id.value == PRINTER:
        return
    more = dataclasses.replace(known, commitments=(*known.commitments, unrelated))
    assert decide(read, more) == decide(read, known)


@given(invoices(), worlds(), commitments())
def test_another_suppliers_commitment_only_makes_ambiguous(read: Invoice, known: Snapshot, other: Commitment) -> None:
    """A commitment of a stranger with a like number leaves the commitment chosen, or makes the form ambiguous."""
    if read.supplier_id is not None and read.supplier_id.value == PRINTER:
        return
    stranger = dataclasses.replace(other, supplier_id=PRINTER, contract_number=None)
    if any(_key(c) == _key(stranger) for c in known.commitments):
        return
    more = dataclasses.replace(known, commitments=(*known.commitments, stranger))
    before, after = decide(read, known), decide(read, more)
    if before.commitments and before.match_rung and stranger not in after.commitments:
        ambiguous = _MAY_BECOME_AMBIGUOUS & {finding.code for finding in after.findings}
        assert ambiguous or _without_candidates(after) == _without_candidates(before)


@given(invoices(), worlds(), commitments())
def test_another_budgets_commitment_only_makes_ambiguous(read: Invoice, known: Snapshot, other: Commitment) -> None:
    """A commitment of another budget changes no choice other than by making a form ambiguous."""
    foreign = dataclasses.replace(other, recipient_siret=LAB)
    if any(_key(c) == _key(foreign) for c in known.commitments):
        return
    more = dataclasses.replace(known, commitments=(*known.commitments, foreign))
    before, after = decide(read, known), decide(read, more)
    ambiguous = _MAY_BECOME_AMBIGUOUS & {finding.code for finding in after.findings}
    assert ambiguous or after.commitments == before.commitments
    assert ambiguous or after.outcome is before.outcome


def _key(commitment: Commitment) -> tuple[object, ...]:
    return commitment.recipient_siret, commitment.number, commitment.fiscal_year


@given(invoices(), worlds())
def test_the_reason_is_the_first_row_that_ends(read: Invoice, known: Snapshot) -> None:
    """Findings stand in the order of the table, and the outcome is one that the reason's row can give."""
    decision = decide(read, known)
    positions = [POSITION[finding.code] for finding in decision.findings]
    assert positions == sorted(positions)
    codes = {finding.code for finding in decision.findings}
    assert set(decision.warnings) <= codes
    if decision.outcome is Outcome.ROUTED:
        assert decision.reason is (decision.warnings[0] if decision.warnings else R.OK)
        assert decision.review_queue is None
    else:
        assert decision.reason in codes
        assert row_of(decision.reason).effect is not Effect.CONTINUE
        assert (decision.review_queue is not None) is (decision.outcome is Outcome.REVIEW)
    assert (decision.waiting_until is not None) is (decision.outcome is Outcome.WAITING)


@given(invoices(), worlds())
def test_only_routed_invoices_reserve(read: Invoice, known: Snapshot) -> None:
    """What is reserved is the invoice's own, on the one commitment it is routed to; a credit note gives back."""
    decision = decide(read, known)
    for reserved in decision.reservations:
        assert decision.outcome is Outcome.ROUTED
        assert decision.commitment is not None
        assert (reserved.number, reserved.fiscal_year) == (decision.commitment.number, decision.commitment.fiscal_year)
        assert reserved.invoice_key == KEY
        assert (reserved.amount < Decimal(0)) is read.is_credit_note
    assert decision.commitment is None or decision.commitments == (decision.commitment,)


@given(invoices(), worlds())
def test_proposals_are_admitted(read: Invoice, known: Snapshot) -> None:
    """Nothing is recycled, nothing is rejected without a reason, and nobody is blamed by old data."""
    decision = decide(read, known)
    assert decision.proposed_action is not Action.RECYCLE
    assert decision.proposed_action is not Action.REJECT or decision.portal_reason
    assert decision.portal_reason is None or decision.proposed_action is not Action.NONE
    if decision.proposed_action is Action.SUSPEND and decision.portal_reason:
        assert decision.portal_reason in POLICY.portal.allowed[Action.SUSPEND]
    if decision.outcome in {Outcome.WAITING, Outcome.DUPLICATE}:
        assert decision.proposed_action is Action.NONE


@given(invoices(), worlds())
def test_candidates_are_ranked(read: Invoice, known: Snapshot) -> None:
    """At most five, best first, equal points in one rank, each refused by a rule that can refuse."""
    candidates = decide(read, known).candidates
    assert len(candidates) <= 5
    points = [candidate.points for candidate in candidates]
    assert points == sorted(points, reverse=True)
    for candidate in candidates:
        assert candidate.rank == 1 + sum(better > candidate.points for better in points)
        assert candidate.points == sum(value for _, value in candidate.evidence)
        assert row_of(candidate.refused_by).effect is not Effect.CONTINUE

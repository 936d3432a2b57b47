"""Credit notes: rows 15 to 17."""

import datetime as dt
from decimal import Decimal

import pytest

from rules.decision import Outcome
from rules.findings import ReasonCode
from rules.model import Reservation
from rules.normalise import Rung
from rules.table import Action, Queue
from tests.unit.rules.build import (
    BODY,
    KEY,
    MAIN,
    NOW,
    codes,
    commitment,
    credit,
    decide,
    field,
    past,
    policy,
    snapshot,
    stated,
)

R = ReasonCode


def _previous(key: str, amount: object, **changes: object) -> object:
    values: dict[str, object] = {
        "invoice_number": f"A-{key}",
        "invoice_type": "381",
        "original_number": "F-0",
        "amount_incl_tax": Decimal(str(amount)) if amount is not None else None,
    }
    return past(key, **(values | changes))


@pytest.mark.parametrize("kind", ["261", "262", "381", "396", "502", "503"])
def test_row_15_inherits(kind: str) -> None:
    """A credit note takes commitment and service from its original, and gives the money back there."""
    read = credit("f-0 ", invoice_type=kind, service_code=None, commitment_number=None)
    decision = decide(read, snapshot(commitment(), past=(past(),)))
    assert (decision.outcome, decision.reason, decision.warnings) == (Outcome.ROUTED, R.OK, ())
    assert codes(decision.findings) == [R.CRN_ORIGIN_FOUND, R.SUP_SIRET_EQUAL]
    assert (decision.commitment, decision.service_code) == (commitment(), "DIRINFRA")
    assert decision.match_rung is None
    assert decision.linked_to == "cpro:0"
    assert stated(decision, R.CRN_ORIGIN_FOUND) == {"number": "F-0", "first": "cpro:0"}
    assert decision.reservations == (
        Reservation(
            invoice_key=KEY, recipient_siret=MAIN, number="2026-000101", fiscal_year=2026, amount=Decimal(-120)
        ),
    )


def test_row_15_signs_do_not_matter() -> None:
    """A credit note may be written with negative amounts; it gives back all the same."""
    amounts = {"amount_excl_tax": Decimal(-100), "amount_tax": Decimal(-20), "amount_incl_tax": Decimal(-120)}
    decision = decide(credit("F-0", **amounts), snapshot(commitment(), past=(past(),)))
    assert decision.reservations[0].amount == Decimal(-120)
    over = decide(credit("F-0", **amounts), snapshot(commitment(), past=(past(amount_incl_tax=Decimal(100)),)))
    assert over.reason is R.CRN_EXCEEDS_ORIGIN


def test_row_15_the_original_wins() -> None:
    """The commitment is the original's, whatever number the credit note gives itself."""
    other = commitment("2026-000102")
    decision = decide(credit("F-0", commitment_number="2026-000102"), snapshot(commitment(), other, past=(past(),)))
    assert decision.commitment == commitment()
    last_year = past(commitment_year=2025)
    both = snapshot(commitment(), commitment(fiscal_year=2025, carried_over=True), past=(last_year,))
    inherited = decide(credit("F-0"), both).commitment
    assert inherited is not None
    assert inherited.fiscal_year == 2025


def test_row_15_the_service_is_the_originals() -> None:
    """The original's service is inherited even where its commitment was made for another."""
    read = credit("F-0", service_code=None)
    decision = decide(read, snapshot(commitment(), past=(past(service_code="CULTURE"),)))
    assert (decision.outcome, decision.service_code) == (Outcome.ROUTED, "CULTURE")
    closed = decide(read, snapshot(commitment(), past=(past(service_code="PRESSE"),)))
    assert (closed.reason, closed.service_code) == (R.SVC_FROM_COMMITMENT, "DIRINFRA")
    given = decide(credit("F-0", service_code="CULTURE"), snapshot(commitment(), past=(past(),)))
    assert given.reason is R.SVC_CONFLICT
    unknown = decide(credit("F-0", service_code="X"), snapshot(past=(past(commitment_number=None),)))
    assert R.SVC_UNKNOWN_OVERRIDDEN in codes(unknown.findings)


def test_row_15_an_original_without_a_commitment() -> None:
    """Where the original had no commitment, the credit note's own number counts, or that none is needed."""
    original = past(commitment_number=None, commitment_year=None)
    assert decide(credit("F-0"), snapshot(commitment(), past=(original,))).match_rung is Rung.N0
    none = decide(credit("F-0", commitment_number=None, service_code=None), snapshot(past=(original,)))
    assert (none.outcome, none.service_code) == (Outcome.ROUTED, "DIRINFRA")
    assert R.ENG_MISSING_OPTIONAL in codes(none.findings)
    assert none.reservations == ()


def test_row_15_a_commitment_that_is_gone() -> None:
    """A commitment that the reference data has no more is not looked for under another number."""
    decision = decide(credit("F-0"), snapshot(past=(past(),)))
    assert (decision.outcome, decision.commitment, decision.service_code) == (Outcome.ROUTED, None, "DIRINFRA")
    foreign = decide(credit("F-0"), snapshot(commitment(recipient_siret="22990001400023"), past=(past(),)))
    assert foreign.commitment is None


def test_row_15_which_original() -> None:
    """The latest living invoice of that number is the original; credit notes and the invoice itself never are."""
    old = past("cpro:a", first_seen=NOW - dt.timedelta(days=60))
    new = past("cpro:b", first_seen=NOW - dt.timedelta(days=20))
    closed = past("cpro:c", first_seen=NOW - dt.timedelta(days=10), closed=True)
    for earlier in ((old, new, closed), (closed, new, old)):
        assert decide(credit("F-0"), snapshot(commitment(), past=earlier)).linked_to == "cpro:b"
    assert decide(credit("F-0"), snapshot(commitment(), past=(closed,))).linked_to == "cpro:c"
    for other in (past(invoice_type="381"), past(KEY), past(invoice_number=None)):
        decision = decide(credit("F-0"), snapshot(commitment(), past=(other,)), waiting_since=NOW)
        assert (decision.outcome, decision.reason) == (Outcome.WAITING, R.CRN_ORIGIN_UNKNOWN)


@pytest.mark.parametrize(
    ("amount", "earlier", "exceeds"),
    [
        (500, [], False),
        ("500.01", [], True),
        (300, [150, 50], False),
        (300, [150, -50], False),
        (300, [150, "50.01"], True),
        (300, [150, None], False),
    ],
)
def test_row_15_all_credits_together(amount: object, earlier: list[object], *, exceeds: bool) -> None:
    """The credit notes on one original may not exceed it together; up to its amount they may."""
    notes = tuple(_previous(f"n{n}", value) for n, value in enumerate(earlier))
    decision = decide(
        credit("F-0", amount_incl_tax=Decimal(str(amount)), amount_tax=None),
        snapshot(commitment(), past=(past(), *notes)),
    )
    assert (R.CRN_EXCEEDS_ORIGIN in codes(decision.findings)) is exceeds
    if exceeds:
        assert (decision.outcome, decision.reason) == (Outcome.REVIEW, R.CRN_EXCEEDS_ORIGIN)
        assert (decision.review_queue, decision.proposed_action) == (Queue.FINANCE, Action.NONE)
        assert stated(decision, R.CRN_EXCEEDS_ORIGIN) == {"credit": "500.01", "billed": "500.00"}
        assert decision.reservations == ()


@pytest.mark.parametrize(
    "changes",
    [{"closed": True}, {"original_number": "F-7"}, {"original_number": None}, {"invoice_type": "380"}],
)
def test_row_15_what_does_not_count(changes: dict[str, object]) -> None:
    """Rejected credit notes, those on other invoices, and invoices take nothing back."""
    known = snapshot(commitment(), past=(past(), _previous("n", 450, **changes)))
    assert R.CRN_EXCEEDS_ORIGIN not in codes(decide(credit("F-0"), known).findings)


def test_row_15_itself_does_not_count_twice() -> None:
    """A credit note that waited, or is sent again, does not add to itself."""
    waiting = _previous(KEY, 450, invoice_number="A-1")
    decision = decide(credit("F-0"), snapshot(commitment(), past=(past(), waiting)), waiting_since=NOW)
    assert R.CRN_EXCEEDS_ORIGIN not in codes(decision.findings)
    again = _previous("cpro:8", 450, invoice_number="A-1")
    decision = decide(credit("F-0", resubmission="Oui"), snapshot(commitment(), past=(past(), again)))
    assert R.CRN_EXCEEDS_ORIGIN not in codes(decision.findings)
    assert decision.linked_to == "cpro:8"


def test_row_15_unknown_amounts_are_not_compared() -> None:
    """Where an amount is not known, nothing is exceeded, and nothing given back."""
    known = snapshot(commitment(), past=(past(),))
    for amount in (None, field(None)):
        decision = decide(credit("F-0", amount_incl_tax=amount), known)
        assert (decision.outcome, decision.reservations) == (Outcome.ROUTED, ())
    no_total = snapshot(commitment(), past=(past(amount_incl_tax=None),))
    assert decide(credit("F-0", amount_incl_tax=Decimal(9999), amount_tax=None), no_total).outcome is Outcome.ROUTED


@pytest.mark.parametrize(("originals", "code"), [((), R.CRN_ORIGIN_NOT_GIVEN), (("A-1", " a-1"), R.CRN_ORIGIN_SELF)])
def test_row_16_no_original(originals: tuple[str, ...], code: ReasonCode) -> None:
    """A credit note without an original uses its own commitment, said so; without that a person looks."""
    earlier = (past("b", invoice_number="F-2"), past("a", invoice_number="F-1"), past("c", invoice_number=None))
    routed = decide(credit(*originals), snapshot(commitment(), past=earlier))
    assert (routed.outcome, routed.reason, routed.warnings) == (Outcome.ROUTED, R.OK, ())
    assert stated(routed, code) is not None
    assert routed.reservations[0].amount == Decimal(-120)
    assert routed.candidates == ()
    review = decide(credit(*originals, commitment_number=None), snapshot(commitment(), past=earlier))
    assert (review.outcome, review.reason, review.review_queue) == (Outcome.REVIEW, code, Queue.FINANCE)
    assert (review.proposed_action, review.portal_reason) == (Action.NONE, None)
    assert stated(review, code)["invoices"] == "F-1, F-2"
    assert [c.number for c in review.candidates] == ["2026-000101"]
    assert review.warnings == ()


def test_row_16_not_found_is_not_own() -> None:
    """A number that is not found is no commitment of its own."""
    decision = decide(credit(commitment_number="X-9"), snapshot(commitment()))
    assert decision.reason is R.CRN_ORIGIN_NOT_GIVEN
    assert R.ENG_NOT_FOUND_CANDIDATES in codes(decision.findings)


def test_row_16_at_most_five_invoices_are_named() -> None:
    """A person is offered a handful of the supplier's invoices."""
    earlier = tuple(past(f"p{n}", invoice_number=f"F-{n}") for n in range(7))
    decision = decide(credit(commitment_number=None), snapshot(past=earlier))
    assert stated(decision, R.CRN_ORIGIN_NOT_GIVEN)["invoices"] == "F-0, F-1, F-2, F-3, F-4"


def test_row_16_one_real_original_is_enough() -> None:
    """Its own number beside a real one is passed over; a note without a number names no itself."""
    assert decide(credit("A-1", "F-0"), snapshot(commitment(), past=(past(),))).linked_to == "cpro:0"
    nameless = decide(credit("F-0", invoice_number=None), snapshot(commitment(), past=(past(),)))
    assert nameless.linked_to == "cpro:0"


@pytest.mark.parametrize(
    ("since", "outcome", "until"),
    [
        (None, Outcome.WAITING, NOW + dt.timedelta(days=5)),
        (NOW - dt.timedelta(days=4), Outcome.WAITING, NOW + dt.timedelta(days=1)),
        (NOW - dt.timedelta(days=5), Outcome.REVIEW, None),
    ],
)
def test_row_17_unknown_original(since: dt.datetime | None, outcome: Outcome, until: dt.datetime | None) -> None:
    """A credit note waits five days for its original, then a person looks."""
    decision = decide(credit("F-8", "F-9"), snapshot(commitment()), waiting_since=since)
    assert (decision.outcome, decision.reason) == (outcome, R.CRN_ORIGIN_UNKNOWN)
    assert decision.waiting_until == until
    assert decision.review_queue is (Queue.FINANCE if until is None else None)
    assert stated(decision, R.CRN_ORIGIN_UNKNOWN) == {"number": "F-8, F-9"}
    assert decision.proposed_action is Action.NONE
    assert decision.reservations == ()
    shorter = decide(credit("F-9"), snapshot(commitment()), policy("[credit_notes]\nwait_days = 0"))
    assert shorter.outcome is Outcome.REVIEW


def test_the_first_original() -> None:
    """The first of the invoices that are named is what a credit note is remembered by."""
    assert credit("F-8", "F-9").original_invoice_number == field("F-8")
    assert credit().original_invoice_number is None


def test_an_invoice_has_no_original() -> None:
    """An invoice may name an earlier one; it is no credit note for that."""
    decision = decide(credit("F-9", invoice_type="380"), snapshot(commitment(), recipient=BODY))
    assert (decision.outcome, decision.reason) == (Outcome.ROUTED, R.OK)
    assert decision.reservations[0].amount == Decimal(120)

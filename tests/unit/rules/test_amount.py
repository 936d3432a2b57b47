"""Amounts: rows 42 to 45, and what is reserved."""

from decimal import Decimal

import pytest

from rules.decision import Outcome
from rules.findings import ReasonCode
from rules.model import AmountBasis, Recipient, Reservation
from rules.table import Action, Queue
from tests.unit.rules.build import (
    KEY,
    LAB,
    MAIN,
    codes,
    commitment,
    decide,
    field,
    invoice,
    policy,
    reservation,
    snapshot,
    stated,
)

R = ReasonCode


@pytest.mark.parametrize(
    ("remaining", "code", "over"),
    [
        ("1200.01", R.AMT_WITHIN_REMAINING, "0"),
        ("1200", R.AMT_EXACT_REMAINING, "0"),
        ("1199.99", R.AMT_OVER_TOLERATED, "0.01"),
        ("1195.00", R.AMT_OVER_TOLERATED, "5.00"),
        ("1194.99", R.AMT_OVER_REMAINING, "5.01"),
        ("0", R.AMT_OVER_REMAINING, "1200.00"),
        ("-1", R.AMT_OVER_REMAINING, "1201.00"),
    ],
)
def test_rows_42_to_44(remaining: str, code: ReasonCode, over: str) -> None:
    """What remains is compared to the cent, and five euros more are tolerated where they are within one per cent."""
    decision = decide(known=snapshot(commitment(remaining=Decimal(remaining))))
    told = stated(decision, code)
    assert told == {"billed": "1200.00", "remaining": remaining, "over": told["over"]}
    assert Decimal(told["over"]) == Decimal(over)
    if code is R.AMT_OVER_REMAINING:
        assert (decision.outcome, decision.reason) == (Outcome.REVIEW, code)
        assert (decision.review_queue, decision.proposed_action) == (Queue.SERVICE, Action.NONE)
        assert (decision.portal_reason, decision.reservations) == (None, ())
    else:
        assert decision.outcome is Outcome.ROUTED
        assert decision.reason is (code if code is R.AMT_OVER_TOLERATED else R.OK)
        assert decision.reservations[0].amount == Decimal(1200)


@pytest.mark.parametrize(
    ("billed", "remaining", "tolerated"),
    [("101.00", "100.00", True), ("101.01", "100.00", False), ("501", "500", True), ("505.01", "500", False)],
)
def test_row_43_both_limits(billed: str, remaining: str, *, tolerated: bool) -> None:
    """The tolerance is an amount and a share of what remains, and both must hold."""
    read = invoice(amount_incl_tax=Decimal(billed), amount_tax=None)
    decision = decide(read, snapshot(commitment(remaining=Decimal(remaining))))
    assert decision.reason is (R.AMT_OVER_TOLERATED if tolerated else R.AMT_OVER_REMAINING)
    none = policy("[amounts]\ntolerance_absolute = 0")
    assert decide(read, snapshot(commitment(remaining=Decimal(remaining))), none).reason is R.AMT_OVER_REMAINING


@pytest.mark.parametrize(("basis", "code"), [(AmountBasis.TTC, R.AMT_OVER_REMAINING), (AmountBasis.HT, R.OK)])
def test_basis_of_the_budget(basis: AmountBasis, code: ReasonCode) -> None:
    """A budget that commits without tax compares and reserves without tax."""
    recipient = Recipient(siret=MAIN, name="x", amount_basis=basis)
    decision = decide(known=snapshot(commitment(remaining=Decimal(1000)), recipient=recipient))
    assert decision.reason is code
    if basis is AmountBasis.HT:
        assert R.AMT_EXACT_REMAINING in codes(decision.findings)
        assert decision.reservations[0].amount == Decimal(1000)


def test_reservations_count() -> None:
    """What other invoices have taken since the import is not there any more; what credit notes gave back is."""
    known = commitment(remaining=Decimal(2000))
    taken = (reservation(900), reservation("-99.99", "cpro:8"), reservation(5, "cpro:7"))
    decision = decide(known=snapshot(known, reservations=taken))
    assert decision.reason is R.AMT_OVER_REMAINING
    assert stated(decision, R.AMT_OVER_REMAINING) == {"billed": "1200.00", "remaining": "1194.99", "over": "5.01"}


@pytest.mark.parametrize(
    "other",
    [
        reservation(900, KEY),
        reservation(900, number="2026-000102"),
        reservation(900, fiscal_year=2025),
        reservation(900, recipient_siret=LAB),
    ],
)
def test_reservations_that_do_not_count(other: Reservation) -> None:
    """An invoice's own reservation, and those on other commitments, take nothing from it."""
    decision = decide(known=snapshot(commitment(remaining=Decimal(1200)), reservations=(other,)))
    assert R.AMT_EXACT_REMAINING in codes(decision.findings)


def test_what_is_reserved() -> None:
    """A routed invoice reserves its amount on its very commitment."""
    assert decide().reservations == (
        Reservation(
            invoice_key=KEY, recipient_siret=MAIN, number="2026-000101", fiscal_year=2026, amount=Decimal("1200.00")
        ),
    )


@pytest.mark.parametrize(
    ("changes", "commitments"),
    [
        ({"commitment_number": None}, ()),
        ({"amount_incl_tax": None}, (commitment(),)),
        ({"amount_incl_tax": field(None)}, (commitment(),)),
        ({"amount_incl_tax": Decimal(0), "amount_tax": None}, (commitment(),)),
        ({"amount_incl_tax": Decimal(-1200), "amount_tax": None}, (commitment(),)),
    ],
)
def test_what_reserves_nothing(changes: dict[str, object], commitments: tuple[object, ...]) -> None:
    """No commitment, no known amount, or nothing to pay: nothing to reserve."""
    decision = decide(invoice(**changes), snapshot(*commitments))
    assert decision.outcome is Outcome.ROUTED
    assert decision.reservations == ()


def test_row_45_unknown() -> None:
    """Where what remains, or the amount, is not known, the invoice is routed with a word."""
    for decision in (
        decide(known=snapshot(commitment(remaining=None))),
        decide(invoice(amount_incl_tax=None)),
        decide(invoice(amount_incl_tax=field(None))),
    ):
        assert (decision.outcome, decision.reason) == (Outcome.ROUTED, R.AMT_UNKNOWN)
        assert stated(decision, R.AMT_UNKNOWN) == {"commitment": "2026-000101"}


@pytest.mark.parametrize(
    ("given", "committed", "expected"),
    [
        ("EUR", "EUR", None),
        ("eur", "EUR", None),
        ("EUR", "eur", None),
        (None, "EUR", None),
        ("CHF", "EUR", "EUR"),
        ("EUR", "CHF", "CHF"),
        (None, "CHF", "CHF"),
        ("CHF", "CHF", "EUR"),
    ],
)
def test_row_45_currency(given: str | None, committed: str, expected: str | None) -> None:
    """Another currency than the euro, or than the commitment's, is a person's."""
    decision = decide(invoice(currency=given), snapshot(commitment(currency=committed)))
    if expected is None:
        assert decision.reason is R.OK
        return
    assert (decision.outcome, decision.reason) == (Outcome.REVIEW, R.AMT_CURRENCY)
    assert (decision.review_queue, decision.proposed_action) == (Queue.FINANCE, Action.NONE)
    assert stated(decision, R.AMT_CURRENCY) == {"currency": given or "EUR", "expected": expected}
    assert not {R.AMT_WITHIN_REMAINING, R.AMT_UNKNOWN} & set(codes(decision.findings))


def test_row_45_currency_without_a_commitment() -> None:
    """The currency counts where there is no commitment, too."""
    decision = decide(invoice(currency="chf", commitment_number=None), snapshot())
    assert stated(decision, R.AMT_CURRENCY) == {"currency": "CHF", "expected": "EUR"}

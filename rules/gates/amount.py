"""Does what remains on the commitment cover it? Amounts are decimal and compared on the budget's own basis.

What remains is the reference data's figure less what invoices already routed have reserved since (rows 42 to 45).
"""

from collections.abc import Collection
from decimal import Decimal

from rules.case import Case
from rules.findings import Finding, ReasonCode, finding
from rules.model import Amount, AmountBasis, Commitment
from rules.policy import Amounts

EURO = "EUR"


def check_amount(
    case: Case, commitments: tuple[Commitment, ...], superseded: Collection[str] = frozenset()
) -> tuple[Finding, ...]:
    """The invoice against what remains, on all of its commitments together. Credit notes consume nothing.

    `superseded` are the keys of earlier attempts at this invoice, whose reservations it takes over.
    """
    foreign = _foreign(case, commitments)
    if foreign:
        return foreign
    if not commitments or case.invoice.is_credit_note:
        return ()
    billed = billed_amount(case)
    remaining = [available(case, c, superseded) for c in commitments]
    known = [amount for amount in remaining if amount is not None]
    if billed is None or len(known) < len(remaining):
        return (finding(ReasonCode.AMT_UNKNOWN, commitment=", ".join(c.number for c in commitments)),)
    left = sum(known, Decimal(0))
    code = _compare(billed, left, case.policy.amounts)
    return (finding(code, billed=billed, remaining=left, over=max(billed - left, Decimal(0))),)


def billed_amount(case: Case) -> Decimal | None:
    """What an invoice bills in the basis of its budget: taxes included or excluded. An unsure guess is not known."""
    recipient = case.snapshot.recipient
    excluded = recipient is not None and recipient.amount_basis is AmountBasis.HT
    amount: Amount | None = case.invoice.amount_excl_tax if excluded else case.invoice.amount_incl_tax
    return amount.value if amount and case.is_sure(amount) else None


def available(case: Case, commitment: Commitment, superseded: Collection[str] = frozenset()) -> Decimal | None:
    """What remains less what other invoices have reserved; an invoice's own reservation is not held against it."""
    if commitment.remaining is None:
        return None
    own = {case.invoice_key, *superseded}
    key = (commitment.recipient_siret, commitment.number, commitment.fiscal_year)
    reserved = (
        reservation.amount
        for reservation in case.snapshot.reservations
        if (reservation.recipient_siret, reservation.number, reservation.fiscal_year) == key
        and reservation.invoice_key not in own
    )
    return commitment.remaining - sum(reserved, Decimal(0))


def _foreign(case: Case, commitments: tuple[Commitment, ...]) -> tuple[Finding, ...]:
    """Row 45: a currency other than the euro, or other than the commitment's, needs a person."""
    currency = case.invoice.currency
    given = currency.value.upper() if currency else EURO
    expected = next((c.currency for c in commitments if c.currency.upper() != given), EURO)
    if given == expected:
        return ()
    return (finding(ReasonCode.AMT_CURRENCY, currency=given, expected=expected),)


def _compare(billed: Decimal, remaining: Decimal, limits: Amounts) -> ReasonCode:
    over = billed - remaining
    if over < 0:
        return ReasonCode.AMT_WITHIN_REMAINING
    if over == 0:
        return ReasonCode.AMT_EXACT_REMAINING
    tolerated = over <= limits.tolerance_absolute and over * 100 <= remaining * limits.tolerance_percent
    return ReasonCode.AMT_OVER_TOLERATED if tolerated else ReasonCode.AMT_OVER_REMAINING

"""Does what remains on the commitment cover it? Amounts are decimal and compared on the budget's own basis."""

from decimal import Decimal

from rules.case import Case
from rules.findings import Finding, ReasonCode, finding
from rules.model import Amount, AmountBasis, Commitment
from rules.policy import Amounts

EURO = "EUR"


def check_amount(case: Case, commitment: Commitment | None) -> tuple[Finding, ...]:
    """The invoice against what remains. Credit notes consume nothing."""
    expected = commitment.currency if commitment else EURO
    currency = case.invoice.currency
    if currency is not None and currency.value.upper() != expected:
        return (finding(ReasonCode.AMT_CURRENCY, currency=currency.value, expected=expected),)
    if commitment is None or case.invoice.is_credit_note:
        return ()
    billed, remaining = _billed(case), commitment.remaining
    if billed is None or remaining is None:
        return (finding(ReasonCode.AMT_UNKNOWN, commitment=commitment.number),)
    code = _compare(billed, remaining, case.policy.amounts)
    return (finding(code, billed=billed, remaining=remaining, over=max(billed - remaining, Decimal(0))),)


def _billed(case: Case) -> Decimal | None:
    recipient = case.snapshot.recipient
    excluded = recipient is not None and recipient.amount_basis is AmountBasis.HT
    amount: Amount | None = case.invoice.amount_excl_tax if excluded else case.invoice.amount_incl_tax
    return amount.value if amount else None


def _compare(billed: Decimal, remaining: Decimal, limits: Amounts) -> ReasonCode:
    over = billed - remaining
    if over < 0:
        return ReasonCode.AMT_WITHIN_REMAINING
    if over == 0:
        return ReasonCode.AMT_EXACT_REMAINING
    tolerated = over <= limits.tolerance_absolute and over * 100 <= remaining * limits.tolerance_percent
    return ReasonCode.AMT_OVER_TOLERATED if tolerated else ReasonCode.AMT_OVER_REMAINING

"""Which invoice does a credit note take back? It inherits that invoice's commitment and service (rows 15 to 17)."""

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

from rules.case import Case
from rules.findings import Finding, ReasonCode, finding
from rules.model import PastInvoice
from rules.normalise import n1

_MOST_NAMED = 5  # invoices


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """The result of the credit-note gate: what was stated, and the original where it is known."""

    findings: tuple[Finding, ...] = ()
    invoice: PastInvoice | None = None


def find_origin(case: Case, superseded: Collection[str] = frozenset()) -> Origin:
    """Find the original (BT-25) of a credit note among the supplier's past invoices; an invoice has none.

    `superseded` are the keys of earlier attempts at this very credit note, which do not count beside it.
    """
    invoice = case.invoice
    if not invoice.is_credit_note:
        return Origin()
    if not invoice.original_invoice_numbers:
        return Origin(findings=(finding(ReasonCode.CRN_ORIGIN_NOT_GIVEN, invoices=_known(case)),))
    numbers = tuple(number.value for number in invoice.original_invoice_numbers)
    own = n1(invoice.invoice_number.value) if invoice.invoice_number else None
    others = tuple(number for number in numbers if n1(number) != own)
    if not others:
        return Origin(findings=(finding(ReasonCode.CRN_ORIGIN_SELF, number=numbers[0], invoices=_known(case)),))
    wanted = {n1(number) for number in others}
    found = [past for past in _originals(case) if n1(past.invoice_number or "") in wanted]
    if not found:
        return Origin(findings=(finding(ReasonCode.CRN_ORIGIN_UNKNOWN, number=", ".join(others)),))
    latest = max(found, key=lambda past: (not past.closed, past.first_seen, past.invoice_key))
    return _with(case, latest, superseded)


def _with(case: Case, original: PastInvoice, superseded: Collection[str]) -> Origin:
    """The credit notes on one original may not exceed it, all taken together."""
    found = finding(ReasonCode.CRN_ORIGIN_FOUND, number=original.invoice_number, first=original.invoice_key)
    amount, billed = case.invoice.amount_incl_tax, original.amount_incl_tax
    if amount is None or amount.value is None or billed is None or not case.is_sure(amount):
        return Origin(findings=(found,), invoice=original)
    credit = abs(amount.value) + _credited(case, original, superseded)
    if credit <= abs(billed):
        return Origin(findings=(found,), invoice=original)
    exceeds = finding(ReasonCode.CRN_EXCEEDS_ORIGIN, credit=credit, billed=abs(billed))
    return Origin(findings=(found, exceeds), invoice=original)


def _credited(case: Case, original: PastInvoice, superseded: Collection[str]) -> Decimal:
    """What other credit notes have already taken back of an original."""
    number = n1(original.invoice_number or "")
    return sum(
        (
            abs(past.amount_incl_tax)
            for past in case.snapshot.past
            if past.is_credit_note
            and not past.closed
            and past.original_number == number
            and past.invoice_key not in {case.invoice_key, *superseded}
            and past.amount_incl_tax is not None
        ),
        Decimal(0),
    )


def _originals(case: Case) -> tuple[PastInvoice, ...]:
    own = case.invoice_key
    return tuple(past for past in case.snapshot.past if not past.is_credit_note and past.invoice_key != own)


def _known(case: Case) -> str:
    """The supplier's invoices that are known, for a person to choose from."""
    numbers = sorted({past.invoice_number for past in _originals(case) if past.invoice_number})
    return ", ".join(numbers[:_MOST_NAMED])

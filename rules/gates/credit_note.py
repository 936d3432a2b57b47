"""Which invoice does a credit note take back? It inherits that invoice's commitment and service."""

from dataclasses import dataclass

from rules.case import Case
from rules.findings import Finding, ReasonCode, finding
from rules.model import PastInvoice
from rules.normalise import n1


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """The result of the credit-note gate: what was stated, and the original where it is known."""

    findings: tuple[Finding, ...] = ()
    invoice: PastInvoice | None = None


def find_origin(case: Case) -> Origin:
    """Find the original (BT-25) of a credit note among the supplier's past invoices; an invoice has none."""
    invoice = case.invoice
    if not invoice.is_credit_note:
        return Origin()
    if not invoice.original_invoice_numbers:
        return Origin(findings=(finding(ReasonCode.CRN_ORIGIN_NOT_GIVEN),))
    named = tuple(number.value for number in invoice.original_invoice_numbers)
    own = n1(invoice.invoice_number.value) if invoice.invoice_number else None
    others = tuple(number for number in named if n1(number) != own)
    if not others:
        return Origin(findings=(finding(ReasonCode.CRN_ORIGIN_SELF, number=named[0]),))
    wanted = {n1(number) for number in others}
    found = [p for p in case.snapshot.past if p.invoice_number and n1(p.invoice_number) in wanted]
    if not found:
        return Origin(findings=(finding(ReasonCode.CRN_ORIGIN_UNKNOWN, number=", ".join(others)),))
    return _with(case, max(found, key=lambda past: (past.first_seen, past.invoice_key)))


def _with(case: Case, original: PastInvoice) -> Origin:
    found = finding(ReasonCode.CRN_ORIGIN_FOUND, number=original.invoice_number, first=original.invoice_key)
    credit = case.invoice.amount_incl_tax.value if case.invoice.amount_incl_tax else None
    billed = original.amount_incl_tax
    if credit is None or billed is None or abs(credit) <= abs(billed):
        return Origin(findings=(found,), invoice=original)
    exceeds = finding(ReasonCode.CRN_EXCEEDS_ORIGIN, credit=abs(credit), billed=abs(billed))
    return Origin(findings=(found, exceeds), invoice=original)

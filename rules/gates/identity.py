"""Have we seen this invoice before? The same delivery, a new attempt, or another invoice like it (rows 4 to 8)."""

import datetime as dt
from dataclasses import dataclass

from rules.case import Case
from rules.findings import Finding, ReasonCode, finding
from rules.model import Invoice, PastInvoice
from rules.normalise import n1, plain

COMPLETED, RECYCLED, RESENT = "Complétée", "Recyclée", "Oui"
_RESUBMITTED = {plain(word): word for word in (COMPLETED, RECYCLED, RESENT)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """The result of the identity gate. `supersedes` are the keys of earlier attempts, or of what this replaces."""

    findings: tuple[Finding, ...] = ()
    supersedes: tuple[str, ...] = ()


def invoice_key(invoice: Invoice, document_sha256: str, index: int) -> str:
    """The name under which an invoice is known for ever: the portal's id, else the hash of its content.

    Only an invoice whose content could not be hashed is named by its place in the document.
    """
    if invoice.portal_invoice_id:
        return f"cpro:{invoice.portal_invoice_id.value}"
    return f"sha256:{invoice.content_hash}" if invoice.content_hash else unreadable_key(document_sha256, index)


def unreadable_key(document_sha256: str, index: int) -> str:
    """The name of what could not be read: the document and the place in it."""
    return f"document:{document_sha256}:{index}"


def check_identity(case: Case) -> Identity:
    """Compare with the past of this key, then with the supplier's other invoices.

    An invoice that waits is decided again, not delivered again: its own past says nothing then.
    """
    past = sorted(case.snapshot.past, key=lambda p: (p.first_seen, p.invoice_key), reverse=True)
    itself = next((p for p in past if p.invoice_key == case.invoice_key and case.waiting_since is None), None)
    if itself is not None and itself.content_hash == case.invoice.content_hash:
        return Identity(findings=(finding(ReasonCode.DUP_SAME_DELIVERY, first=itself.invoice_key),))
    others = tuple(p for p in past if p.invoice_key != case.invoice_key)
    twins = tuple(p for p in others if _same_number(case.invoice, p))
    if itself is not None or (_resubmission(case.invoice) and twins):
        identity = _attempt(case.invoice, itself, twins)
    else:
        identity = _repeated(case.invoice, _same_year(case.invoice, twins))
    return Identity(
        findings=identity.findings + _suspect(case, tuple(p for p in others if p not in twins)),
        supersedes=identity.supersedes,
    )


def _attempt(invoice: Invoice, itself: PastInvoice | None, twins: tuple[PastInvoice, ...]) -> Identity:
    """Row 5: a new attempt of the same lineage, under its own portal id or another.

    Only the word of the portal (Renvoi) makes attempts of invoices under other ids; without it they stay what they
    are: others with the same number.
    """
    same_year = _same_year(invoice, twins)
    lineage = (same_year or twins[:1]) if _resubmission(invoice) else ()
    code = ReasonCode.LIN_RECYCLED if _resubmission(invoice) == RECYCLED else ReasonCode.LIN_COMPLETED
    first = itself or lineage[0]
    stated = finding(code, first=first.invoice_key)
    keys = tuple(past.invoice_key for past in lineage)
    if lineage or not same_year:
        return Identity(findings=(stated,), supersedes=keys)
    repeated = _repeated(invoice, same_year)
    return Identity(findings=(stated, *repeated.findings), supersedes=repeated.supersedes)


def _repeated(invoice: Invoice, twins: tuple[PastInvoice, ...]) -> Identity:
    """Rows 6 and 7: the number of an earlier invoice of the year, alive or closed."""
    if not twins:
        return Identity()
    alive = tuple(past for past in twins if not past.closed)
    code = ReasonCode.DUP_SAME_NUMBER_YEAR if alive else ReasonCode.LIN_REISSUE
    number = invoice.invoice_number
    first = (alive or twins)[-1].invoice_key
    stated = finding(code, number=number.value if number else None, first=first)
    return Identity(findings=(stated,), supersedes=() if alive else tuple(past.invoice_key for past in twins))


def _suspect(case: Case, others: tuple[PastInvoice, ...]) -> tuple[Finding, ...]:
    """Row 8: another number, the same total, a date close by. A credit note is not suspect beside its invoice."""
    invoice, span = case.invoice, dt.timedelta(days=case.policy.duplicates.suspect_days)
    amount = invoice.amount_incl_tax.value if invoice.amount_incl_tax else None
    date = invoice.issue_date.value if invoice.issue_date else None
    if amount is None or date is None:
        return ()
    alike = next(
        (
            past
            for past in others
            if past.amount_incl_tax == amount
            and past.issue_date is not None
            and abs(past.issue_date - date) <= span
            and past.is_credit_note == invoice.is_credit_note
            and not past.closed
        ),
        None,
    )
    if alike is None:
        return ()
    return (finding(ReasonCode.DUP_SUSPECT, number=alike.invoice_number, amount=amount, first=alike.invoice_key),)


def _resubmission(invoice: Invoice) -> str | None:
    """What the portal says of a new attempt (Renvoi), whatever its case and accents; None for a first one."""
    return _RESUBMITTED.get(plain(invoice.resubmission.value)) if invoice.resubmission else None


def _same_number(invoice: Invoice, past: PastInvoice) -> bool:
    number = invoice.invoice_number
    if number is None or past.invoice_number is None:
        return False
    return n1(number.value) == n1(past.invoice_number)


def _same_year(invoice: Invoice, twins: tuple[PastInvoice, ...]) -> tuple[PastInvoice, ...]:
    """Same seller (the snapshot holds no other), same N1 number, same year of issue: BR-FR-CO-02."""
    year = invoice.exercise
    return tuple(p for p in twins if year is None or p.issue_date is None or p.issue_date.year == year)

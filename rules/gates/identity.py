"""Have we seen this invoice before? The same delivery, a new attempt, or another invoice under the same number."""

from rules.case import Case
from rules.findings import Finding, ReasonCode, finding
from rules.model import Invoice, PastInvoice
from rules.normalise import n1

COMPLETED, RECYCLED = "Complétée", "Recyclée"


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


def check_identity(case: Case) -> tuple[Finding, ...]:
    """Compare with the past: same key and content is the same delivery; same key alone a new attempt."""
    itself = next((past for past in case.snapshot.past if past.invoice_key == case.invoice_key), None)
    if itself is not None and case.waiting_since is None:
        return (_seen_again(case.invoice, itself),)
    twin = next((past for past in case.snapshot.past if _same_number_and_year(case, past)), None)
    if twin is None:
        return ()
    number = case.invoice.invoice_number
    return (finding(ReasonCode.DUP_SAME_NUMBER_YEAR, number=number.value if number else None, first=twin.invoice_key),)


def _seen_again(invoice: Invoice, past: PastInvoice) -> Finding:
    if past.content_hash == invoice.content_hash:
        return finding(ReasonCode.DUP_SAME_DELIVERY, first=past.invoice_key)
    renvoi = invoice.resubmission.value if invoice.resubmission else ""
    code = ReasonCode.LIN_RECYCLED if renvoi == RECYCLED else ReasonCode.LIN_COMPLETED
    return finding(code, first=past.invoice_key)


def _same_number_and_year(case: Case, past: PastInvoice) -> bool:
    """Same seller (the snapshot holds no other), same N1 number, same year of issue: BR-FR-CO-02."""
    invoice = case.invoice
    if past.invoice_key == case.invoice_key or not (invoice.invoice_number and past.invoice_number):
        return False
    if n1(invoice.invoice_number.value) != n1(past.invoice_number):
        return False
    date = invoice.issue_date.value if invoice.issue_date else None
    return date is None or past.issue_date is None or date.year == past.issue_date.year

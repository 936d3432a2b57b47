"""Which commitment pays for it? By its number, or through the original invoice of a credit note."""

from rules.case import Case
from rules.findings import ReasonCode, finding
from rules.gates.credit_note import Origin
from rules.match import Match, match_number
from rules.model import PastInvoice


def match_commitment(case: Case, origin: Origin) -> Match:
    """The commitment of the invoice, with what was found on the way."""
    if origin.invoice is not None:
        return _inherited(case, origin.invoice)
    number = case.invoice.commitment_number
    if number is not None:
        return match_number(case, number.value)
    missing = ReasonCode.ENG_MISSING_REQUIRED if _is_required(case) else ReasonCode.ENG_MISSING_OPTIONAL
    return Match(findings=(finding(missing),))


def _inherited(case: Case, original: PastInvoice) -> Match:
    """The original's commitment, as it was matched then; none if the original had none."""
    key = (original.commitment_number, original.commitment_year)
    commitment = next((c for c in case.own_commitments() if (c.number, c.fiscal_year) == key), None)
    return Match(findings=(), commitment=commitment)


def _is_required(case: Case) -> bool:
    """The service's own flag wins over the recipient's (Chorus Pro asks at both levels)."""
    recipient = case.snapshot.recipient
    given = case.invoice.service_code
    service = case.service(given.value) if given else None
    if service is not None and service.commitment_required is not None:
        return service.commitment_required
    return recipient is not None and recipient.commitment_required

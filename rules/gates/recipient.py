"""Is the invoice for us? One SIRET names one budget of the body."""

from rules.case import Case
from rules.findings import Finding, ReasonCode, finding


def check_recipient(case: Case) -> tuple[Finding, ...]:
    """The recipient must be one of the body's own SIRETs, and active."""
    given = case.invoice.recipient_siret
    recipient = case.snapshot.recipient
    if recipient is None:
        return (finding(ReasonCode.REC_SIRET_UNKNOWN, siret=given.value if given else None),)
    if not recipient.active:
        return (finding(ReasonCode.REC_SIRET_INACTIVE, siret=recipient.siret, name=recipient.name),)
    return ()

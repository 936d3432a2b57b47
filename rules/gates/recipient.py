"""Is the invoice for us? One SIRET names one budget of the body."""

from rules.case import Case
from rules.findings import Finding, ReasonCode, finding
from rules.trust import Condition, told


def check_recipient(case: Case) -> tuple[Finding, ...]:
    """The recipient must be one of the body's own SIRETs, and active; one read from a page must be sure besides."""
    given = case.invoice.recipient_siret
    recipient = case.snapshot.recipient
    if given is not None and not case.is_sure(given):
        failed = (Condition.CONFIDENCE,) if recipient else (Condition.CONFIDENCE, Condition.FOUND)
        return (finding(ReasonCode.REC_READ_UNSURE, siret=given.value, **told(given.seen, failed)),)
    if recipient is None:
        return (finding(ReasonCode.REC_SIRET_UNKNOWN, siret=given.value if given else None),)
    if not recipient.active:
        return (finding(ReasonCode.REC_SIRET_INACTIVE, siret=recipient.siret, name=recipient.name),)
    return ()

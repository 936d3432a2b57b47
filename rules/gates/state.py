"""Does the commitment still take invoices?"""

from rules.findings import Finding, ReasonCode, finding
from rules.model import Commitment, CommitmentStatus


def check_state(commitment: Commitment | None) -> tuple[Finding, ...]:
    """A closed or cancelled commitment needs a person."""
    if commitment is None or commitment.status is CommitmentStatus.OPEN:
        return ()
    return (finding(ReasonCode.ENG_CLOSED, commitment=commitment.number, status=commitment.status),)

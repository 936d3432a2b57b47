"""Does the commitment still take invoices? Its state, then its exercise (rows 35 to 37)."""

from rules.case import Case
from rules.findings import Finding, ReasonCode, finding
from rules.model import Commitment, CommitmentStatus


def check_state(case: Case, commitment: Commitment) -> tuple[Finding, ...]:
    """A closed or cancelled commitment needs a person; so does one of a past exercise that was not carried over."""
    return (*_status(commitment), *_exercise(case, commitment))


def _status(commitment: Commitment) -> tuple[Finding, ...]:
    if commitment.status is CommitmentStatus.OPEN:
        return ()
    return (finding(ReasonCode.ENG_CLOSED, commitment=commitment.number, status=commitment.status),)


def _exercise(case: Case, commitment: Commitment) -> tuple[Finding, ...]:
    if not case.is_over(commitment):
        return ()
    code = ReasonCode.ENG_CARRIED_OVER if commitment.carried_over else ReasonCode.ENG_EXERCISE_CLOSED
    return (finding(code, commitment=commitment.number, year=commitment.fiscal_year),)

"""Can the reference data be blamed? What is not found in old data waits for the next import."""

from rules.case import Case
from rules.findings import Finding, ReasonCode, finding

FAILED_LOOKUPS = frozenset({ReasonCode.ENG_NOT_FOUND, ReasonCode.SVC_UNKNOWN})


def check_freshness(case: Case, findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """A lookup that failed in stale reference data proves nothing against the supplier."""
    failed = next((f for f in findings if f.code in FAILED_LOOKUPS), None)
    if failed is None or not case.stale:
        return ()
    as_of = case.snapshot.as_of
    return (finding(ReasonCode.REF_STALE, as_of=as_of.isoformat() if as_of else None, looked_up=failed.code),)

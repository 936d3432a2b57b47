"""Can the reference data be blamed? What is not found in old data waits for the next import (row 14)."""

from rules.case import Case
from rules.findings import Finding, ReasonCode, finding

_R = ReasonCode
# A lookup that failed, and the value without which it proves nothing of the kind.
_FAILED_LOOKUPS = {
    _R.REC_SIRET_UNKNOWN: "siret",
    _R.ENG_NOT_FOUND: "number",
    _R.ENG_NOT_FOUND_CANDIDATES: "number",
    _R.ENG_MULTI_SPLIT: "missing",
    _R.SUP_SUBCONTRACTOR_UNDECLARED: "contract",
    _R.SVC_UNKNOWN: "given",
}
_PARTED = ", "


def check_freshness(case: Case, findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """A lookup that failed in stale reference data proves nothing against the supplier."""
    failed = dict.fromkeys(f.code for f in findings if f.value(_FAILED_LOOKUPS.get(f.code, "")))
    if not failed or not case.stale:
        return ()
    as_of = case.snapshot.as_of
    return (finding(_R.REF_STALE, as_of=as_of.isoformat() if as_of else None, looked_up=_PARTED.join(failed)),)


def excused(findings: tuple[Finding, ...]) -> frozenset[ReasonCode]:
    """The failed lookups that stale reference data accounts for: they end nothing of their own."""
    stale = next((f for f in findings if f.code is _R.REF_STALE), None)
    return frozenset(map(ReasonCode, (stale.value("looked_up") or "").split(_PARTED))) if stale else frozenset()

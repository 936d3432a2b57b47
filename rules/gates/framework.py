"""What kind of document is it? The billing framework (cadre de facturation) decides the path (rows 9 to 11)."""

from rules.case import Case
from rules.findings import Finding, ReasonCode, finding
from rules.frameworks import FrameworkClass, is_works


def check_framework(case: Case) -> tuple[Finding, ...]:
    """Already paid, out of scope, or works; the ordinary invoice needs no word."""
    given = case.invoice.billing_framework
    code = given.value if given else None
    stated = {
        ReasonCode.FRM_ALREADY_PAID: case.framework is FrameworkClass.ALREADY_PAID,
        ReasonCode.FRM_OUT_OF_SCOPE: case.framework is FrameworkClass.OUT_OF_SCOPE,
        ReasonCode.FRM_WORKS: is_works(code),
    }
    return tuple(finding(reason, framework=code) for reason, holds in stated.items() if holds)

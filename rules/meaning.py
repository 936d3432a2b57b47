"""What a finding means for one decision: its row of the table, as the policy, the other findings and time bend it."""

import datetime as dt
from dataclasses import dataclass

from rules.findings import Finding, ReasonCode, Severity
from rules.gates.freshness import excused
from rules.model import Invoice
from rules.policy import KeyCheck, OnConflict, Policy
from rules.table import Action, Effect, Row, row_of
from rules.trust import rests_on_guess

R = ReasonCode
MATCHED = frozenset(
    {
        R.ENG_FROM_MARKET,
        R.ENG_MATCH_DISAMBIGUATED_BY_SUPPLIER,
        R.ENG_MATCH_EXACT,
        R.ENG_MATCH_NORMALISED,
        R.ENG_MATCH_SWAPPED_FIELD,
        R.ENG_MULTI_SAME_SERVICE,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What bends the rows: all that was stated of the invoice, the policy, the moment, and when it began to wait.

    `invoice` is None where none could be read.
    """

    stated: tuple[Finding, ...]
    policy: Policy
    now: dt.datetime
    began: dt.datetime
    invoice: Invoice | None = None

    def states(self, codes: frozenset[ReasonCode]) -> bool:
        """Whether one of the codes was stated."""
        return any(f.code in codes for f in self.stated)

    def rests_on_guess(self, code: ReasonCode) -> bool:
        """Whether a reason rests on a value that was read from a page."""
        return rests_on_guess(code, self.invoice)


def meaning(code: ReasonCode, around: Circumstances) -> Row:
    """The row of a code in these circumstances."""
    row = row_of(code)
    if row.effect is Effect.WAITING and patience(code, around) <= around.now:
        return row._replace(effect=Effect.REVIEW)
    if code in excused(around.stated):
        return row._replace(effect=Effect.CONTINUE, action=Action.NONE)
    if _is_tolerated(code, around):
        return row._replace(effect=Effect.CONTINUE, severity=Severity.WARNING)
    if code in {R.CRN_ORIGIN_SELF, R.CRN_ORIGIN_NOT_GIVEN} and around.states(MATCHED):
        return row._replace(effect=Effect.CONTINUE, severity=Severity.INFO)  # row 16 continues without a warning
    return row


def patience(code: ReasonCode, around: Circumstances) -> dt.datetime:
    """Until when a reason may keep an invoice waiting."""
    days = around.policy.credit_notes.wait_days if code is R.CRN_ORIGIN_UNKNOWN else 0
    hours = around.policy.reference.wait_hours if code is R.REF_STALE else 0
    return around.began + dt.timedelta(days=days, hours=hours)


def _is_tolerated(code: ReasonCode, around: Circumstances) -> bool:
    """Errors that a body has chosen to see as warnings; and a wrong key that may be our own reading of a page."""
    if code is R.IDN_KEY_INVALID:
        return around.policy.identifiers.key_check is KeyCheck.WARNING or around.rests_on_guess(code)
    return code is R.SVC_CONFLICT and around.policy.services.on_conflict is OnConflict.COMMITMENT

"""The decision table: what each reason code means for an invoice. Read from top to bottom.

The order of the rows is the order of the gates. Among the rows that apply to an invoice, the first one that ends the
decision (its effect is not CONTINUE) gives the outcome and is the primary reason; a decision in which no row ends is
ROUTED. Every gate is evaluated all the same, so that a reviewer sees every problem at once.

Each row names the rows of the written decision table (docs: 1 to 47) that it implements; a row without any stands
for a case that the written table leaves to us. The portal reason that goes with a proposed action is not here: it is
a table of the policy, because the national lists change and disagree.
"""

from enum import StrEnum
from typing import NamedTuple

from rules.findings import ReasonCode, Severity


class Gate(StrEnum):
    """The gates, in the order in which they are asked."""

    READING = "reading"
    IDENTITY = "identity"
    FRAMEWORK = "framework"
    RECIPIENT = "recipient"  # and whether the parties are named by identifiers that can exist
    FRESHNESS = "freshness"
    CREDIT_NOTE = "credit_note"
    COMMITMENT = "commitment"
    SUPPLIER = "supplier"
    STATE = "state"
    SERVICE = "service"
    AMOUNT = "amount"
    CONCLUSION = "conclusion"


class Effect(StrEnum):
    """What a row does to the decision."""

    CONTINUE = "continue"
    REVIEW = "review"
    WAITING = "waiting"
    DUPLICATE = "duplicate"
    QUARANTINE = "quarantine"


class Queue(StrEnum):
    """Who looks at an invoice under review."""

    FINANCE = "finance"
    SERVICE = "service"
    CONTRACTS = "contracts"
    SPECIAL = "special"


class Action(StrEnum):
    """What is proposed towards the portal. Nothing is ever sent by a decision alone."""

    NONE = "none"
    INTERNAL_REROUTE = "internal_reroute"
    RECYCLE = "recycle"
    SUSPEND = "suspend"
    REJECT = "reject"


class Row(NamedTuple):
    """One row of the table."""

    gate: Gate
    code: ReasonCode
    severity: Severity
    effect: Effect = Effect.CONTINUE
    queue: Queue | None = None
    action: Action = Action.NONE
    rows: tuple[int, ...] = ()


_INFO, _WARNING, _ERROR = Severity.INFO, Severity.WARNING, Severity.ERROR
_G, _R, _E, _Q, _A = Gate, ReasonCode, Effect, Queue, Action

ROWS: tuple[Row, ...] = (
    Row(_G.READING, _R.INT_MALFORMED, _ERROR, _E.QUARANTINE, rows=(1,)),
    Row(_G.READING, _R.INT_UNSAFE, _ERROR, _E.QUARANTINE, rows=(1,)),
    Row(_G.READING, _R.INT_TOO_LARGE, _ERROR, _E.QUARANTINE, rows=(1,)),
    Row(_G.READING, _R.INT_NOT_AN_INVOICE, _ERROR, _E.QUARANTINE),
    Row(_G.READING, _R.INT_NO_STRUCTURED_DATA, _ERROR, _E.QUARANTINE),
    Row(_G.READING, _R.INT_UNKNOWN_VALUE, _WARNING, rows=(2,)),
    Row(_G.READING, _R.INT_VALUE_UNREADABLE, _WARNING),
    Row(_G.READING, _R.INT_VALUE_MISSING, _WARNING),
    Row(_G.READING, _R.INT_VALUE_REPEATED, _WARNING),
    Row(_G.READING, _R.INT_SCHEMA, _INFO),
    Row(_G.READING, _R.INT_REPAIRED, _INFO),
    Row(_G.READING, _R.INT_ATTACHMENT_UNREADABLE, _WARNING),
    Row(_G.READING, _R.INT_DIVERGENCE, _WARNING),
    Row(_G.READING, _R.INT_READ_FROM_PAGE, _WARNING),
    Row(_G.READING, _R.INT_PAGE_DIVERGENCE, _WARNING),
    Row(_G.READING, _R.INT_AMOUNTS_INCONSISTENT, _ERROR, _E.REVIEW, _Q.FINANCE, _A.SUSPEND, rows=(3,)),
    Row(_G.IDENTITY, _R.DUP_SAME_DELIVERY, _INFO, _E.DUPLICATE, rows=(4,)),
    Row(_G.IDENTITY, _R.LIN_COMPLETED, _INFO, rows=(5,)),
    Row(_G.IDENTITY, _R.LIN_RECYCLED, _INFO, rows=(5,)),
    Row(_G.IDENTITY, _R.DUP_SAME_NUMBER_YEAR, _ERROR, _E.REVIEW, _Q.FINANCE, _A.REJECT, rows=(6,)),
    Row(_G.IDENTITY, _R.LIN_REISSUE, _INFO, rows=(7,)),
    Row(_G.IDENTITY, _R.DUP_SUSPECT, _WARNING, rows=(8,)),
    Row(_G.FRAMEWORK, _R.FRM_ALREADY_PAID, _INFO, rows=(9,)),
    Row(_G.FRAMEWORK, _R.FRM_OUT_OF_SCOPE, _ERROR, _E.REVIEW, _Q.SPECIAL, rows=(10,)),
    Row(_G.FRAMEWORK, _R.FRM_WORKS, _INFO, rows=(11,)),
    Row(_G.RECIPIENT, _R.REC_SIRET_REPEATED, _ERROR, _E.REVIEW, _Q.FINANCE),
    Row(_G.RECIPIENT, _R.REC_SIRET_UNKNOWN, _ERROR, _E.REVIEW, _Q.FINANCE, _A.RECYCLE, rows=(12,)),
    Row(_G.RECIPIENT, _R.REC_SIRET_INACTIVE, _ERROR, _E.REVIEW, _Q.FINANCE, _A.RECYCLE, rows=(13,)),
    Row(_G.RECIPIENT, _R.REC_READ_UNSURE, _ERROR, _E.REVIEW, _Q.FINANCE),
    Row(_G.RECIPIENT, _R.IDN_KEY_INVALID, _ERROR, _E.REVIEW, _Q.FINANCE),
    Row(_G.FRESHNESS, _R.REF_STALE, _WARNING, _E.WAITING, _Q.FINANCE, rows=(14,)),
    Row(_G.CREDIT_NOTE, _R.CRN_ORIGIN_FOUND, _INFO, rows=(15,)),
    Row(_G.CREDIT_NOTE, _R.CRN_EXCEEDS_ORIGIN, _ERROR, _E.REVIEW, _Q.FINANCE, rows=(15,)),
    Row(_G.CREDIT_NOTE, _R.CRN_ORIGIN_SELF, _WARNING, _E.REVIEW, _Q.FINANCE, rows=(16,)),
    Row(_G.CREDIT_NOTE, _R.CRN_ORIGIN_NOT_GIVEN, _WARNING, _E.REVIEW, _Q.FINANCE, rows=(16,)),
    Row(_G.CREDIT_NOTE, _R.CRN_ORIGIN_UNKNOWN, _WARNING, _E.WAITING, _Q.FINANCE, rows=(17,)),
    Row(_G.COMMITMENT, _R.ENG_FROM_MARKET, _WARNING, rows=(18,)),
    Row(_G.COMMITMENT, _R.ENG_MISSING_REQUIRED, _ERROR, _E.REVIEW, _Q.SERVICE, _A.SUSPEND, rows=(19,)),
    Row(_G.COMMITMENT, _R.ENG_PLACEHOLDER, _ERROR, _E.REVIEW, _Q.SERVICE, _A.SUSPEND, rows=(19,)),
    Row(_G.COMMITMENT, _R.ENG_MISSING_OPTIONAL, _INFO, rows=(20,)),
    Row(_G.COMMITMENT, _R.ENG_MATCH_EXACT, _INFO, rows=(21,)),
    Row(_G.COMMITMENT, _R.ENG_MATCH_NORMALISED, _INFO, rows=(21, 22)),
    Row(_G.COMMITMENT, _R.ENG_MATCH_SWAPPED_FIELD, _WARNING, rows=(23,)),
    Row(_G.COMMITMENT, _R.ENG_MATCH_DISAMBIGUATED_BY_SUPPLIER, _INFO, rows=(24,)),
    Row(_G.COMMITMENT, _R.ENG_AMBIGUOUS, _ERROR, _E.REVIEW, _Q.FINANCE, rows=(24,)),
    Row(_G.COMMITMENT, _R.ENG_NOT_FOUND, _ERROR, _E.REVIEW, _Q.FINANCE, _A.RECYCLE, rows=(25,)),
    Row(_G.COMMITMENT, _R.ENG_NOT_FOUND_CANDIDATES, _ERROR, _E.REVIEW, _Q.FINANCE, _A.INTERNAL_REROUTE, rows=(26,)),
    Row(_G.COMMITMENT, _R.ENG_MULTI_SAME_SERVICE, _INFO, rows=(27,)),
    Row(_G.COMMITMENT, _R.ENG_MULTI_SPLIT, _ERROR, _E.REVIEW, _Q.FINANCE, rows=(28,)),
    Row(_G.COMMITMENT, _R.ENG_READ_UNSURE, _ERROR, _E.REVIEW, _Q.FINANCE),
    Row(_G.SUPPLIER, _R.SUP_SIRET_EQUAL, _INFO, rows=(29,)),
    Row(_G.SUPPLIER, _R.SUP_SIREN_EQUAL, _WARNING, rows=(30,)),
    Row(_G.SUPPLIER, _R.SUP_UNKNOWN, _INFO),
    Row(_G.SUPPLIER, _R.SUP_COCONTRACTOR, _INFO, rows=(31,)),
    Row(_G.SUPPLIER, _R.SUP_SUBCONTRACTOR_DECLARED, _INFO, rows=(31,)),
    Row(_G.SUPPLIER, _R.SUP_SUBCONTRACTOR_UNDECLARED, _ERROR, _E.REVIEW, _Q.CONTRACTS, _A.REJECT, rows=(32,)),
    Row(_G.SUPPLIER, _R.SUP_MISMATCH, _ERROR, _E.REVIEW, _Q.FINANCE, rows=(33,)),
    Row(_G.SUPPLIER, _R.SUP_READ_UNSURE, _ERROR, _E.REVIEW, _Q.FINANCE),
    Row(_G.SUPPLIER, _R.SUP_FACTOR, _WARNING, rows=(34,)),
    Row(_G.SUPPLIER, _R.SUP_BANK_CHANGED, _WARNING, rows=(34,)),
    Row(_G.STATE, _R.ENG_CLOSED, _ERROR, _E.REVIEW, _Q.SERVICE, rows=(35,)),
    Row(_G.STATE, _R.ENG_CARRIED_OVER, _INFO, rows=(36,)),
    Row(_G.STATE, _R.ENG_EXERCISE_CLOSED, _ERROR, _E.REVIEW, _Q.FINANCE, rows=(37,)),
    Row(_G.SERVICE, _R.SVC_GIVEN, _INFO),
    Row(_G.SERVICE, _R.SVC_FROM_COMMITMENT, _WARNING, rows=(38,)),
    Row(_G.SERVICE, _R.SVC_MISSING, _ERROR, _E.REVIEW, _Q.FINANCE, _A.RECYCLE, rows=(39,)),
    Row(_G.SERVICE, _R.SVC_DEFAULT, _WARNING, rows=(39,)),
    Row(_G.SERVICE, _R.SVC_UNKNOWN_OVERRIDDEN, _WARNING, action=_A.INTERNAL_REROUTE, rows=(40,)),
    Row(_G.SERVICE, _R.SVC_UNKNOWN, _ERROR, _E.REVIEW, _Q.FINANCE, _A.REJECT),
    Row(_G.SERVICE, _R.SVC_CONFLICT, _ERROR, _E.REVIEW, _Q.SERVICE, _A.INTERNAL_REROUTE, rows=(41,)),
    Row(_G.SERVICE, _R.SVC_READ_OVERRIDDEN, _WARNING),
    Row(_G.SERVICE, _R.SVC_READ_UNSURE, _ERROR, _E.REVIEW, _Q.FINANCE),
    Row(_G.AMOUNT, _R.AMT_WITHIN_REMAINING, _INFO, rows=(42,)),
    Row(_G.AMOUNT, _R.AMT_EXACT_REMAINING, _INFO, rows=(42,)),
    Row(_G.AMOUNT, _R.AMT_OVER_TOLERATED, _WARNING, rows=(43,)),
    Row(_G.AMOUNT, _R.AMT_OVER_REMAINING, _ERROR, _E.REVIEW, _Q.SERVICE, rows=(44,)),
    Row(_G.AMOUNT, _R.AMT_CURRENCY, _ERROR, _E.REVIEW, _Q.FINANCE, rows=(45,)),
    Row(_G.AMOUNT, _R.AMT_UNKNOWN, _WARNING, rows=(45,)),
    # nothing ends: ROUTED (46); with the list of the warnings, where there are any (47)
    Row(_G.CONCLUSION, _R.OK, _INFO, rows=(46, 47)),
)

POSITION: dict[ReasonCode, int] = {row.code: position for position, row in enumerate(ROWS)}


def row_of(code: ReasonCode) -> Row:
    """The row of a reason code."""
    return ROWS[POSITION[code]]

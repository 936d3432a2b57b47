"""The decision table: what each reason code means for an invoice. Read from top to bottom.

The order of the rows is the order of the gates. Among the rows that apply to an invoice, the first one that ends the
decision (its effect is not CONTINUE) gives the outcome and is the primary reason; a decision in which no row ends is
ROUTED. Every gate is evaluated all the same, so that a reviewer sees every problem at once.

The portal reason that goes with a proposed action is not here: it is a table of the policy, because the national
lists change and disagree.
"""

from enum import StrEnum
from typing import NamedTuple

from rules.findings import ReasonCode, Severity


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

    code: ReasonCode
    severity: Severity
    effect: Effect = Effect.CONTINUE
    queue: Queue | None = None
    action: Action = Action.NONE


_INFO, _WARNING, _ERROR = Severity.INFO, Severity.WARNING, Severity.ERROR
_R = ReasonCode

ROWS: tuple[Row, ...] = (
    # reading the document
    Row(_R.INT_MALFORMED, _ERROR, Effect.QUARANTINE),
    Row(_R.INT_UNSAFE, _ERROR, Effect.QUARANTINE),
    Row(_R.INT_TOO_LARGE, _ERROR, Effect.QUARANTINE),
    Row(_R.INT_NOT_AN_INVOICE, _ERROR, Effect.QUARANTINE),
    Row(_R.INT_NO_STRUCTURED_DATA, _ERROR, Effect.QUARANTINE),
    Row(_R.INT_UNKNOWN_VALUE, _WARNING),
    Row(_R.INT_VALUE_UNREADABLE, _WARNING),
    Row(_R.INT_VALUE_MISSING, _WARNING),
    Row(_R.INT_VALUE_REPEATED, _WARNING),
    Row(_R.INT_SCHEMA, _INFO),
    Row(_R.INT_REPAIRED, _INFO),
    Row(_R.INT_ATTACHMENT_UNREADABLE, _WARNING),
    Row(_R.INT_DIVERGENCE, _WARNING),
    Row(_R.INT_AMOUNTS_INCONSISTENT, _ERROR, Effect.REVIEW, Queue.FINANCE, Action.SUSPEND),
    # the invoice and its past
    Row(_R.DUP_SAME_DELIVERY, _INFO, Effect.DUPLICATE),
    Row(_R.LIN_COMPLETED, _INFO),
    Row(_R.LIN_RECYCLED, _INFO),
    Row(_R.DUP_SAME_NUMBER_YEAR, _ERROR, Effect.REVIEW, Queue.FINANCE, Action.REJECT),
    # the recipient
    Row(_R.REC_SIRET_REPEATED, _ERROR, Effect.REVIEW, Queue.FINANCE),
    Row(_R.REC_SIRET_UNKNOWN, _ERROR, Effect.REVIEW, Queue.FINANCE, Action.RECYCLE),
    Row(_R.REC_SIRET_INACTIVE, _ERROR, Effect.REVIEW, Queue.FINANCE, Action.RECYCLE),
    Row(_R.IDN_KEY_INVALID, _ERROR, Effect.REVIEW, Queue.FINANCE),
    Row(_R.REF_STALE, _WARNING, Effect.WAITING, Queue.FINANCE),
    # credit notes
    Row(_R.CRN_ORIGIN_FOUND, _INFO),
    Row(_R.CRN_EXCEEDS_ORIGIN, _ERROR, Effect.REVIEW, Queue.FINANCE),
    Row(_R.CRN_ORIGIN_SELF, _WARNING, Effect.REVIEW, Queue.FINANCE),
    Row(_R.CRN_ORIGIN_NOT_GIVEN, _WARNING, Effect.REVIEW, Queue.FINANCE),
    Row(_R.CRN_ORIGIN_UNKNOWN, _WARNING, Effect.WAITING, Queue.FINANCE),
    # the commitment
    Row(_R.ENG_MISSING_REQUIRED, _ERROR, Effect.REVIEW, Queue.SERVICE, Action.SUSPEND),
    Row(_R.ENG_MISSING_OPTIONAL, _INFO),
    Row(_R.ENG_MATCH_EXACT, _INFO),
    Row(_R.ENG_MATCH_NORMALISED, _INFO),
    Row(_R.ENG_MATCH_DISAMBIGUATED_BY_SUPPLIER, _INFO),
    Row(_R.ENG_AMBIGUOUS, _ERROR, Effect.REVIEW, Queue.FINANCE),
    Row(_R.ENG_NOT_FOUND, _ERROR, Effect.REVIEW, Queue.FINANCE, Action.RECYCLE),
    # the supplier
    Row(_R.SUP_SIRET_EQUAL, _INFO),
    Row(_R.SUP_SIREN_EQUAL, _WARNING),
    Row(_R.SUP_UNKNOWN, _INFO),
    Row(_R.SUP_MISMATCH, _ERROR, Effect.REVIEW, Queue.FINANCE),
    # the commitment's state
    Row(_R.ENG_CLOSED, _ERROR, Effect.REVIEW, Queue.SERVICE),
    # the service
    Row(_R.SVC_GIVEN, _INFO),
    Row(_R.SVC_FROM_COMMITMENT, _WARNING),
    Row(_R.SVC_MISSING, _ERROR, Effect.REVIEW, Queue.FINANCE, Action.RECYCLE),
    Row(_R.SVC_UNKNOWN_OVERRIDDEN, _WARNING, action=Action.INTERNAL_REROUTE),
    Row(_R.SVC_UNKNOWN, _ERROR, Effect.REVIEW, Queue.FINANCE, Action.REJECT),
    Row(_R.SVC_CONFLICT, _ERROR, Effect.REVIEW, Queue.SERVICE, Action.INTERNAL_REROUTE),
    # the amount
    Row(_R.AMT_WITHIN_REMAINING, _INFO),
    Row(_R.AMT_EXACT_REMAINING, _INFO),
    Row(_R.AMT_OVER_TOLERATED, _WARNING),
    Row(_R.AMT_OVER_REMAINING, _ERROR, Effect.REVIEW, Queue.SERVICE),
    Row(_R.AMT_CURRENCY, _ERROR, Effect.REVIEW, Queue.FINANCE),
    Row(_R.AMT_UNKNOWN, _WARNING),
    # nothing to say
    Row(_R.OK, _INFO),
)

POSITION: dict[ReasonCode, int] = {row.code: position for position, row in enumerate(ROWS)}


def row_of(code: ReasonCode) -> Row:
    """The row of a reason code."""
    return ROWS[POSITION[code]]

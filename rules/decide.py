"""From findings to a decision: the table gives each finding its meaning, the first row that ends gives the outcome."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from rules.findings import Finding, ReasonCode, Severity, finding
from rules.frameworks import is_works
from rules.model import Commitment, Reservation, Service
from rules.normalise import Rung
from rules.policy import KeyCheck, OnConflict, Policy
from rules.table import POSITION, Action, Effect, Queue, Row, row_of

R = ReasonCode
_MATCHED = frozenset({R.ENG_MATCH_EXACT, R.ENG_MATCH_NORMALISED, R.ENG_MATCH_DISAMBIGUATED_BY_SUPPLIER})
_NEVER_REJECTED_ON_WORKS = frozenset({R.INT_AMOUNTS_INCONSISTENT, R.AMT_OVER_REMAINING})


class Outcome(StrEnum):
    """The five ways a decision can end."""

    ROUTED = "ROUTED"
    REVIEW = "REVIEW"
    WAITING = "WAITING"
    DUPLICATE = "DUPLICATE"
    QUARANTINED = "QUARANTINED"


_OUTCOMES = {
    Effect.REVIEW: Outcome.REVIEW,
    Effect.WAITING: Outcome.WAITING,
    Effect.DUPLICATE: Outcome.DUPLICATE,
    Effect.QUARANTINE: Outcome.QUARANTINED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A commitment that a reviewer may choose, with the first rule that kept it from being chosen."""

    number: str
    recipient_siret: str
    fiscal_year: int | None
    service_code: str | None
    points: int
    rank: int  # equal for ties
    evidence: tuple[tuple[str, int], ...]  # code and points
    refused_by: ReasonCode


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What was decided about one invoice, and everything that led to it."""

    outcome: Outcome
    reason: ReasonCode
    findings: tuple[Finding, ...]  # in the order of the table
    warnings: tuple[ReasonCode, ...]
    recipient_siret: str | None
    service_code: str | None
    commitment: Commitment | None
    match_rung: Rung | None
    candidates: tuple[Candidate, ...]
    review_queue: Queue | None
    proposed_action: Action
    portal_reason: str | None
    payment_deadline: dt.date
    waiting_until: dt.datetime | None
    policy_version: str
    reference_as_of: dt.datetime | None
    linked_to: str | None = None  # the key of an earlier invoice that this one repeats, corrects or takes back
    destination: str | None = None  # where a routed invoice goes that no service pays
    commitments: tuple[Commitment, ...] = ()  # all of them; `commitment` is set when there is exactly one
    labels: tuple[str, ...] = ()
    reservations: tuple[Reservation, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What the gates brought together."""

    findings: tuple[Finding, ...]
    payment_deadline: dt.date
    recipient_siret: str | None = None
    service: Service | None = None
    commitment: Commitment | None = None
    match_rung: Rung | None = None
    candidates: tuple[Candidate, ...] = ()
    billing_framework: str | None = None
    reference_as_of: dt.datetime | None = None


def decide(evidence: Evidence, policy: Policy, now: dt.datetime, waiting_since: dt.datetime | None) -> Decision:
    """Conclude. The primary reason is the first row that ends; of a routed invoice, its first warning, or OK."""
    stated = tuple(sorted(dict.fromkeys(evidence.findings), key=lambda f: POSITION[f.code]))
    began = waiting_since or now
    rows = tuple(_meaning(f.code, stated, policy, expired=_patience(f.code, policy, began) <= now) for f in stated)
    ending = next((row for row in rows if row.effect is not Effect.CONTINUE), None)
    warnings = tuple(dict.fromkeys(row.code for row in rows if row.severity is Severity.WARNING))
    if ending is None:
        reason, acting = _routed(warnings, rows)
    else:
        reason, acting = ending.code, ending
    outcome = _OUTCOMES[ending.effect] if ending else Outcome.ROUTED
    action = _action(acting, policy, works=is_works(evidence.billing_framework))
    return Decision(
        outcome=outcome,
        reason=reason,
        findings=stated or (finding(R.OK),),
        warnings=warnings,
        recipient_siret=evidence.recipient_siret,
        service_code=evidence.service.code if evidence.service else None,
        commitment=evidence.commitment,
        match_rung=evidence.match_rung,
        candidates=evidence.candidates,
        review_queue=ending.queue if ending and outcome is Outcome.REVIEW else None,
        proposed_action=action,
        portal_reason=policy.portal.reasons.get(acting.code) if acting and action is not Action.NONE else None,
        payment_deadline=evidence.payment_deadline,
        waiting_until=_patience(reason, policy, began) if outcome is Outcome.WAITING else None,
        policy_version=policy.version,
        reference_as_of=evidence.reference_as_of,
        linked_to=next((first for f in stated if (first := f.value("first"))), None),
        commitments=(evidence.commitment,) if evidence.commitment else (),
        labels=evidence.commitment.labels if evidence.commitment else (),
    )


def severity_in(decision: Decision, code: ReasonCode) -> Severity:
    """How a reader of this decision should take one of its findings."""
    return Severity.WARNING if code in decision.warnings else row_of(code).severity


def _routed(warnings: tuple[ReasonCode, ...], rows: tuple[Row, ...]) -> tuple[ReasonCode, Row | None]:
    acting = next((row for row in rows if row.action is not Action.NONE), None)
    return (warnings[0] if warnings else R.OK), acting


def _meaning(code: ReasonCode, stated: tuple[Finding, ...], policy: Policy, *, expired: bool) -> Row:
    """The row of a code, as the policy, the other findings and the time that has passed bend it."""
    row = row_of(code)
    if row.effect is Effect.WAITING and expired:
        return row._replace(effect=Effect.REVIEW)
    if code is R.IDN_KEY_INVALID and policy.identifiers.key_check is KeyCheck.WARNING:
        return row._replace(effect=Effect.CONTINUE, severity=Severity.WARNING)
    if code is R.SVC_CONFLICT and policy.services.on_conflict is OnConflict.COMMITMENT:
        return row._replace(effect=Effect.CONTINUE, severity=Severity.WARNING)
    own_commitment = any(f.code in _MATCHED for f in stated)
    if code in {R.CRN_ORIGIN_SELF, R.CRN_ORIGIN_NOT_GIVEN} and own_commitment:
        return row._replace(effect=Effect.CONTINUE)
    return row


def _patience(code: ReasonCode, policy: Policy, began: dt.datetime) -> dt.datetime:
    """Until when a reason may keep an invoice waiting."""
    days = policy.credit_notes.wait_days if code is R.CRN_ORIGIN_UNKNOWN else 0
    hours = policy.reference.wait_hours if code is R.REF_STALE else 0
    return began + dt.timedelta(days=days, hours=hours)


def _action(acting: Row | None, policy: Policy, *, works: bool) -> Action:
    """The proposal of a row. Recycling ended with the reform; amounts on works are never a ground for rejection."""
    action = acting.action if acting else Action.NONE
    if action is Action.RECYCLE and not policy.portal.recycling:
        action = Action.REJECT
    if works and acting is not None and acting.code in _NEVER_REJECTED_ON_WORKS and action is Action.REJECT:
        return Action.NONE
    return action

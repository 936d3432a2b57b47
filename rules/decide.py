"""From findings to a decision: the table gives each finding its meaning, the first row that ends gives the outcome."""

import datetime as dt
from dataclasses import dataclass
from typing import NamedTuple

from rules.decision import Candidate, Decision, Outcome
from rules.findings import ReasonCode, Severity, finding
from rules.frameworks import is_works
from rules.meaning import Circumstances, meaning, patience
from rules.model import Commitment, Reservation, Service
from rules.normalise import Rung
from rules.portal import NOTHING, Proposal, propose
from rules.table import Action, Effect, Queue, Row, row_of

__all__ = ["Candidate", "Decision", "Evidence", "Outcome", "decide", "severity_in"]

R = ReasonCode
ALREADY_PAID = "already_paid"
_OUTCOMES = {
    Effect.REVIEW: Outcome.REVIEW,
    Effect.WAITING: Outcome.WAITING,
    Effect.DUPLICATE: Outcome.DUPLICATE,
    Effect.QUARANTINE: Outcome.QUARANTINED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What the gates brought together, besides the findings. `reservations` hold if the invoice is routed."""

    payment_deadline: dt.date
    recipient_siret: str | None = None
    service: Service | None = None
    commitment: Commitment | None = None
    commitments: tuple[Commitment, ...] = ()
    match_rung: Rung | None = None
    candidates: tuple[Candidate, ...] = ()
    reservations: tuple[Reservation, ...] = ()
    supersedes: tuple[str, ...] = ()
    billing_framework: str | None = None
    reference_as_of: dt.datetime | None = None


class _Conclusion(NamedTuple):
    """How it ends, and what is proposed."""

    outcome: Outcome
    reason: ReasonCode
    queue: Queue | None
    proposal: Proposal


def decide(evidence: Evidence, around: Circumstances) -> Decision:
    """Conclude. The primary reason is the first row that ends; of a routed invoice its first warning, or OK."""
    rows = tuple(meaning(f.code, around) for f in around.stated)
    warnings = _warnings(rows)
    end = _conclude(rows, warnings, around, works=is_works(evidence.billing_framework))
    routed = end.outcome is Outcome.ROUTED
    return Decision(
        outcome=end.outcome,
        reason=end.reason,
        findings=around.stated or (finding(R.OK),),
        warnings=warnings,
        recipient_siret=evidence.recipient_siret,
        service_code=evidence.service.code if evidence.service else None,
        commitment=evidence.commitment,
        match_rung=evidence.match_rung,
        candidates=evidence.candidates,
        review_queue=end.queue,
        proposed_action=end.proposal.action,
        portal_reason=end.proposal.reason,
        payment_deadline=evidence.payment_deadline,
        waiting_until=patience(end.reason, around) if end.outcome is Outcome.WAITING else None,
        policy_version=around.policy.version,
        reference_as_of=evidence.reference_as_of,
        linked_to=_linked_to(around),
        destination=ALREADY_PAID if routed and around.states(frozenset({R.FRM_ALREADY_PAID})) else None,
        commitments=evidence.commitments,
        labels=tuple(dict.fromkeys(label for c in evidence.commitments for label in c.labels)),
        reservations=evidence.reservations if routed else (),
        supersedes=evidence.supersedes,
    )


def severity_in(decision: Decision, code: ReasonCode) -> Severity:
    """How a reader of this decision should take one of its findings: nothing that let an invoice pass is an error."""
    if code in decision.warnings:
        return Severity.WARNING
    return Severity.INFO if decision.outcome is Outcome.ROUTED else row_of(code).severity


def _warnings(rows: tuple[Row, ...]) -> tuple[ReasonCode, ...]:
    """The rows that only warn; one that ends is the reason, or one more of them."""
    warning = (row.code for row in rows if row.severity is Severity.WARNING and row.effect is Effect.CONTINUE)
    return tuple(dict.fromkeys(warning))


def _conclude(
    rows: tuple[Row, ...], warnings: tuple[ReasonCode, ...], around: Circumstances, *, works: bool
) -> _Conclusion:
    """The first row that ends decides, with its proposal; where none does, the first that proposes something."""
    ending = next((row for row in rows if row.effect is not Effect.CONTINUE), None)
    acting = ending or next((row for row in rows if row.action is not Action.NONE), None)
    proposal = NOTHING
    if acting:
        proposal = propose(acting, around.policy, works=works, guess=around.rests_on_guess(acting.code))
    if ending is None:
        return _Conclusion(Outcome.ROUTED, warnings[0] if warnings else R.OK, None, proposal)
    queue = ending.queue if ending.effect is Effect.REVIEW else None
    return _Conclusion(_OUTCOMES[ending.effect], ending.code, queue, proposal)


def _linked_to(around: Circumstances) -> str | None:
    """The earlier invoice that a finding names; one that merely looks alike comes last."""
    links = sorted(around.stated, key=lambda f: f.code is R.DUP_SUSPECT)
    return next((first for f in links if (first := f.value("first"))), None)

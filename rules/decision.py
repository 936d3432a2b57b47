"""What is decided about one invoice."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from rules.findings import Finding, ReasonCode
from rules.model import Commitment, Reservation
from rules.normalise import Rung
from rules.table import Action, Queue


class Outcome(StrEnum):
    """The five ways a decision can end."""

    ROUTED = "ROUTED"
    REVIEW = "REVIEW"
    WAITING = "WAITING"
    DUPLICATE = "DUPLICATE"
    QUARANTINED = "QUARANTINED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A commitment that a reviewer may choose, with the first rule that kept it from being chosen."""

    number: str
    recipient_siret: str
    fiscal_year: int | None
    service_code: str | None
    points: int
    rank: int  # equal for ties
    evidence: tuple[tuple[str, int], ...]  # `EvidenceCode` and points
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
    reservations: tuple[Reservation, ...] = ()  # what a routed invoice takes; a credit note takes a negative amount
    supersedes: tuple[str, ...] = ()  # keys of earlier attempts, whose reservations this decision takes over

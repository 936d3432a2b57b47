"""Proposals on their way to the portal: with a person's consent, or that of the policy, and never otherwise.

A status is read before it is set, its targets are asked for, and the call is made once. Where no answer comes, the
status is read again before a second attempt, so nothing is set twice. Everything is written down before it is done.
"""

import datetime as dt
import json
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import structlog
from sqlalchemy import Engine

from rules.findings import Finding, ReasonCode
from rules.policy import Policy
from rules.portal import motif
from rules.sentences import Sentences
from rules.table import Action
from worker import metrics
from worker.errors import PermanentError, TransientError, WorkerError
from worker.portal import FunctionalError, Portal
from worker.portal.answers import INCONSISTENT_STATUS
from worker.portal.client import Settle
from worker.ports import Clock
from worker.records import primary_of
from worker.store import sendings
from worker.store.availability import database_faults
from worker.store.engine import reading
from worker.store.locks import turn
from worker.store.sendings import Sending
from worker.watch import loggable
from worker.wire import disclosure

log = structlog.get_logger(__name__)

STATUSES = {Action.REJECT: "REJETEE", Action.SUSPEND: "SUSPENDUE", Action.RECYCLE: "A_RECYCLER"}
BY_POLICY = "policy"
_ATTEMPTS = 2  # at one call, each after the status was read
_MOST_UNANSWERED = 5  # automatic sendings, before a person has to look
_PAUSE = dt.timedelta(minutes=10)
# What the supplier wrote, and sums of it. The rest of a sentence's values is the body's own, or another supplier's.
_SUPPLIERS = (
    disclosure.WRITTEN | disclosure.OF_A_FIELD | {"billed", "field", "gross", "net", "page_number", "tax"}
) - {"expected"}


class Result(StrEnum):
    """What became of a sending."""

    SENT = "sent"
    ALREADY = "already"  # the portal has that status, whoever set it
    MOVED = "moved"  # the invoice is no longer where the decision saw it
    NOT_ALLOWED = "not_allowed"  # the portal admits no such status from the present one
    REFUSED = "refused"  # the portal says no for another reason
    UNANSWERED = "unanswered"  # nobody knows; the status is read before the next attempt


SUCCESSES = frozenset({Result.SENT, Result.ALREADY})


class NothingToSend(PermanentError):
    """The decision in force proposes nothing to the portal, or the invoice did not come from there."""

    code = "NOTHING_TO_SEND"


class BeingSent(TransientError):
    """Another process sends about this invoice at the moment. Look at it with `explain`."""

    code = "BEING_SENT"


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What would be sent."""

    invoice_key: str
    decision_number: int
    reason: str
    portal_invoice_id: str
    status: str
    motif: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What was sent, and what the portal has now."""

    result: Result
    status_before: str | None = None
    status_after: str | None = None
    code: str | None = None


class Sender:
    """Sends proposals. `fr` has the sentences that suppliers read."""

    def __init__(self, client: Portal, engine: Engine, clock: Clock, policy: Policy, fr: Sentences) -> None:
        self._client, self._engine, self._clock = client, engine, clock
        self._policy, self._fr = policy, fr

    def proposal(self, invoice_key: str) -> Proposal:
        """What the decision in force proposes to send. Raises `NothingToSend`."""
        with reading(self._engine) as connection:
            latest = sendings.latest_decision(connection, invoice_key)
            portal_id = sendings.portal_id_of(connection, invoice_key, latest.delivery_id)
            outdated = portal_id is not None and sendings.is_outdated(connection, portal_id)
        record = json.loads(latest.record)
        decision = record["decision"]
        status = STATUSES.get(Action(decision["proposed_action"]))
        if status is None or (record.get("resolution") or {}).get("chosen"):
            raise NothingToSend(f"{invoice_key}: its decision proposes nothing to the portal")
        if portal_id is None:
            raise NothingToSend(f"{invoice_key}: it has no id of the portal")
        if outdated:
            raise NothingToSend(f"{invoice_key}: the portal has a newer version, which is not decided yet")
        policy = self._policy.for_recipient(decision["recipient_siret"])
        return Proposal(
            invoice_key=invoice_key,
            decision_number=latest.decision_number,
            reason=latest.reason,
            portal_invoice_id=portal_id,
            status=status,
            motif=motif(self._said(decision), policy),
        )

    def send(self, proposal: Proposal, by: str) -> Outcome:
        """Send a proposal; what became of it. Raises `BeingSent`; a portal that is away is a result."""
        with database_faults(), turn(self._engine, f"send {proposal.invoice_key}") as is_ours:
            if not is_ours:
                raise BeingSent(f"{proposal.invoice_key} is being sent by another process")
            with self._engine.begin() as connection:
                number = sendings.begin(connection, self._begun(proposal, by))
            outcome = self._settle(proposal)
            with self._engine.begin() as connection:
                sendings.end(
                    connection, number, outcome.result, outcome.status_before, outcome.status_after, outcome.code,
                    self._clock.now(),
                )  # fmt: skip
                if outcome.result in SUCCESSES:
                    sendings.close(connection, proposal.invoice_key, proposal.status)
        metrics.PORTAL_SENDINGS.labels(outcome.result.value).inc()
        log.info(
            "proposal_sent",
            invoice_key=loggable(proposal.invoice_key),
            status=proposal.status,
            result=outcome.result.value,
        )
        return outcome

    def send_automatic(self) -> int:
        """Send what the policy names, of the decisions that were made by this policy; how many were tried."""
        versions = frozenset({self._policy.version})
        tried = 0
        with database_faults(), turn(self._engine, "send automatic") as is_ours:
            if not is_ours or not _names_any(self._policy):
                return 0
            with reading(self._engine) as connection:
                keys = sendings.candidates(connection, versions)
            for key in keys:
                if self._is_automatic(key) and self._is_due(key):
                    tried += 1
                    if self.send(self.proposal(key), BY_POLICY).result is Result.UNANSWERED:
                        return tried  # the portal is away for the others too
        return tried

    def _is_automatic(self, key: str) -> bool:
        try:
            self.proposal(key)
        except NothingToSend:
            return False
        with reading(self._engine) as connection:
            latest = sendings.latest_decision(connection, key)
        record = json.loads(latest.record)
        policy = self._policy.for_recipient(record["decision"]["recipient_siret"])
        pair = (ReasonCode(latest.reason), Action(record["decision"]["proposed_action"]))
        return pair in policy.portal.automatic and "resolution" not in record

    def _is_due(self, key: str) -> bool:
        with reading(self._engine) as connection:
            past = sendings.of_invoice(connection, key)
        return not past or (
            len(past) < _MOST_UNANSWERED and self._clock.now() - past[-1].begun_at >= _PAUSE
        )  # fmt: skip

    def _settle(self, proposal: Proposal) -> Outcome:
        before: str | None = None
        try:
            for _ in range(_ATTEMPTS):
                status = self._client.status(proposal.portal_invoice_id)
                before = before or status
                if (told := self._told(proposal, before, status)) is not None:
                    return Outcome(result=told, status_before=before, status_after=status)
                if (done := self._attempt(proposal, before)) is not None:
                    return done
            after = self._client.status(proposal.portal_invoice_id)
        except FunctionalError as error:
            return Outcome(result=Result.REFUSED, status_before=before, code=error.number)
        except WorkerError as error:
            return Outcome(result=Result.UNANSWERED, status_before=before, code=error.code)
        result = Result.SENT if after == proposal.status else Result.UNANSWERED
        return Outcome(result=result, status_before=before, status_after=after)

    def _told(self, proposal: Proposal, before: str | None, status: str | None) -> Result | None:
        """What the present status says: that it is done, or cannot be done; None: it may be tried."""
        if status == proposal.status:
            return Result.ALREADY if before == status else Result.SENT  # by the attempt that got no answer
        if status != before:
            return Result.MOVED
        return Result.NOT_ALLOWED if status is None or proposal.status not in self._client.targets(status) else None

    def _attempt(self, proposal: Proposal, before: str | None) -> Outcome | None:
        """Set the status once; None where no answer came."""
        try:
            self._client.settle(Settle(proposal.portal_invoice_id, proposal.status, proposal.motif))
        except FunctionalError as error:
            if (error.endpoint, error.number) != INCONSISTENT_STATUS:
                return Outcome(result=Result.REFUSED, status_before=before, code=error.number)
            after = self._client.status(proposal.portal_invoice_id)
            result = Result.ALREADY if after == proposal.status else Result.MOVED
            return Outcome(result=result, status_before=before, status_after=after, code=error.number)
        except TransientError as error:
            log.warning("status_unanswered", invoice_key=loggable(proposal.invoice_key), error=error.code)
            return None
        return Outcome(result=Result.SENT, status_before=before, status_after=proposal.status)

    def _begun(self, proposal: Proposal, by: str) -> Sending:
        return Sending(
            invoice_key=proposal.invoice_key,
            decision_number=proposal.decision_number,
            portal_invoice_id=proposal.portal_invoice_id,
            wanted_status=proposal.status,
            motif=proposal.motif,
            sent_by=by,
            begun_at=self._clock.now(),
        )

    def _said(self, decision: dict[str, Any]) -> str:
        """What the supplier reads: what is wrong and what to do, without what only concerns the body."""
        primary = primary_of(decision)
        kept = Finding(primary.code, tuple((name, text) for name, text in primary.values if name in _SUPPLIERS))
        return " ".join(filter(None, (self._fr.say(kept), self._fr.remedy(kept))))


def _names_any(policy: Policy) -> bool:
    return any(one.portal.automatic for one in (policy, *policy.recipients.values()))

"""The order of the stages, on one screen.

    receive:  file -> document store -> inbox row                             (an invoice is safe from here on)
    process:  inbox row -> document -> readings (extract) -> for each invoice, in one transaction:
                  lookup -> snapshot -> rules.assess -> decision + reservation + outbox row
    settle:   invoices that wait, decided again

A second execution of the same delivery finds its decisions and changes nothing. What was decided is counted and logged
once it is committed (`worker.watch`). The relay takes the events from the
outbox (`worker.queueing.relay`).
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

from sqlalchemy import Connection, Engine

from rules.assess import assess, assess_unreadable
from rules.case import Case
from rules.decide import Decision, Outcome
from rules.findings import ReasonCode
from rules.gates.identity import invoice_key, unreadable_key
from rules.lookup import lookup
from rules.model import Invoice, Unreadable
from rules.policy import Policy
from rules.sentences import Sentences
from worker.events import Event, decision_event, event_id
from worker.extract.reader import Extractor, Reading
from worker.ports import Clock, DocumentStore
from worker.records import record_of
from worker.store import decisions, inbox, outbox, snapshots
from worker.store.decisions import Recorded
from worker.store.engine import reading as reading_transaction
from worker.store.inbox import Delivery
from worker.store.locks import lock_for_decision
from worker.tracing import NO_TRACING, Step, Tracing
from worker.watch import Decided, Observer, Stopwatch, Watch

_ATTEMPTS = frozenset({ReasonCode.LIN_COMPLETED, ReasonCode.LIN_RECYCLED})

_DECIDED_AT_ONCE = frozenset({Outcome.ROUTED, Outcome.DUPLICATE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Pipeline:
    """Everything that stands between a delivery and its events. Safe to share between threads."""

    engine: Engine
    documents: DocumentStore
    extractor: Extractor
    policy: Policy
    fr: Sentences
    en: Sentences
    clock: Clock
    source: str
    watch: Watch = field(default_factory=Observer)
    tracing: Tracing = NO_TRACING

    def receive(self, delivery: Delivery) -> bool:
        """Take a delivery into the inbox; False if it is there already. The caller queues it next."""
        with self.engine.begin() as connection:
            return inbox.add(connection, delivery, queued_at=self.clock.now())

    def process(self, delivery_id: str) -> None:
        """Decide every invoice of a delivery, each in its own transaction. Raises `WorkerError`, `OSError`."""
        with reading_transaction(self.engine) as connection:
            delivery = inbox.get(connection, delivery_id)
            if inbox.is_finished(connection, delivery_id):
                return
        with self.tracing.span(Step.PROCESS, parent=lambda: delivery.traceparent):
            self._process(delivery)

    def _process(self, delivery: Delivery) -> None:
        stages = Stopwatch(self.tracing.stage)
        for position, reading in enumerate(self._readings(delivery)):
            stages.ends("extract")
            decided = None
            with self.engine.begin() as connection:
                self._lock(connection, delivery, position, reading)
                if decisions.at(connection, delivery.delivery_id, position) is None:
                    decided = self._decide(connection, delivery, position, reading, stages)
            stages.ends("record")
            if decided is not None:
                self._tell(decided)
            stages = Stopwatch(self.tracing.stage)
        with self.engine.begin() as connection:
            inbox.finish(connection, delivery.delivery_id, self.clock.now())

    def settle(self, key: str) -> Recorded | None:
        """Decide an invoice that waits again; None if it does not wait any more.

        The decision in force is returned. If it goes on waiting, that is the one it had: there is nothing new to say.
        """
        with reading_transaction(self.engine) as connection:
            latest = decisions.in_force(connection, key)
            delivery = inbox.get(connection, latest.delivery_id)
        with self.tracing.span(Step.SETTLE, parent=lambda: delivery.traceparent):
            return self._settle(key, latest, delivery)

    def _settle(self, key: str, latest: Recorded, delivery: Delivery) -> Recorded | None:
        stages = Stopwatch(self.tracing.stage)
        reading = next(islice(self._readings(delivery), latest.position, None))
        stages.ends("extract")
        with self.engine.begin() as connection:
            self._lock(connection, delivery, latest.position, reading)
            past = decisions.standing(connection, key)
            if past is None or past.outcome != Outcome.WAITING:
                return None
            decided = self._decide(connection, delivery, latest.position, reading, stages, past.waiting_since)
        if decided is None:
            return latest
        stages.ends("record")
        self._tell(decided)
        return decided.recorded

    def _tell(self, decided: Decided) -> None:
        """Say what was decided, now that it is committed."""
        recorded = decided.recorded
        self.watch.decided(decided)
        self.tracing.decided(recorded.outcome, recorded.reason, recorded.event_id)

    def _readings(self, delivery: Delivery) -> Iterator[Reading]:
        return self.extractor.read(self.documents.open(delivery.document))

    def _lock(self, connection: Connection, delivery: Delivery, position: int, reading: Reading) -> None:
        """Keep out everybody whose decision could change this one, before anything is read."""
        recipient = None if isinstance(reading, Unreadable) else lookup(reading).recipient_siret
        lock_for_decision(connection, delivery.delivery_id, _key(delivery, position, reading), recipient)

    def _decide(
        self,
        connection: Connection,
        delivery: Delivery,
        position: int,
        reading: Reading,
        stages: Stopwatch,
        waiting_since: dt.datetime | None = None,
    ) -> Decided | None:
        """Decide one invoice; write down the decision, what it reserves and its event. None: it goes on waiting."""
        now = self.clock.now()
        key = _key(delivery, position, reading)
        decision = self._assess(connection, delivery, reading, key, now, waiting_since, stages)
        if waiting_since is not None and decision.outcome is Outcome.WAITING:
            return None
        past = decisions.standing(connection, key)
        number = past.decision_number + 1 if past else 0
        invoice = None if isinstance(reading, Unreadable) else reading
        recorded = Recorded(
            invoice_key=key,
            decision_number=number,
            delivery_id=delivery.delivery_id,
            position=position,
            decided_at=now,
            outcome=decision.outcome,
            reason=decision.reason,
            policy_version=decision.policy_version,
            event_id=event_id(key, number),
            record=record_of(invoice, decision),
        )
        first_seen = past.first_seen if past else _first_seen(connection, decision, delivery)
        event = self._event(recorded, delivery, invoice, decision, first_seen)
        outbox.put(connection, event, now)
        link = decisions.record(connection, recorded, first_seen, invoice, decision)  # last: others wait for the chain
        return Decided(
            recorded=recorded,
            link=link,
            delivery=delivery,
            reading=reading,
            decision=decision,
            is_settled=waiting_since is not None,
            seconds=stages.seconds,
        )

    def _event(
        self,
        recorded: Recorded,
        delivery: Delivery,
        invoice: Invoice | None,
        decision: Decision,
        first_seen: dt.datetime,
    ) -> Event:
        return decision_event(
            source=self.source,
            invoice_key=recorded.invoice_key,
            decision_number=recorded.decision_number,
            delivery_id=delivery.delivery_id,
            document_sha256=delivery.document.sha256,
            position=recorded.position,
            decided_at=recorded.decided_at,
            first_seen=first_seen,
            invoice=invoice,
            decision=decision,
            fr=self.fr,
            en=self.en,
            traceparent=self.tracing.current(),
        )

    def _assess(
        self,
        connection: Connection,
        delivery: Delivery,
        reading: Reading,
        key: str,
        now: dt.datetime,
        waiting_since: dt.datetime | None,
        stages: Stopwatch,
    ) -> Decision:
        available = delivery.made_available_at or delivery.received_at
        if isinstance(reading, Unreadable):
            return assess_unreadable(reading, self.policy, now, available)
        for candidates in (False, True):  # what a person may choose from is only fetched when a person has to
            case = Case(
                invoice=reading,
                invoice_key=key,
                snapshot=snapshots.take(connection, reading, key, candidates=candidates),
                policy=self.policy,
                now=now,
                waiting_since=waiting_since,
            )
            stages.ends("snapshot")  # with the wait for others who decide on the same recipient
            decision = assess(case, available)
            stages.ends("assess")
            if decision.outcome in _DECIDED_AT_ONCE:
                break
        return decision


def _key(delivery: Delivery, position: int, reading: Reading) -> str:
    if isinstance(reading, Unreadable):
        return unreadable_key(delivery.document.sha256, position)
    return invoice_key(reading, delivery.document.sha256, position)


def _first_seen(connection: Connection, decision: Decision, delivery: Delivery) -> dt.datetime:
    """When an invoice that is new under its key was first seen: a new attempt of an earlier one inherits its age."""
    is_attempt = any(stated.code in _ATTEMPTS for stated in decision.findings)
    earlier = decisions.first_sight(connection, decision.supersedes) if is_attempt else None
    return min(earlier or delivery.received_at, delivery.received_at)

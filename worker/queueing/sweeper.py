"""The sweeper: what was received and is neither done nor under way is queued again; who waits is asked again.

This is what makes the queue mere transport: whatever it loses, the inbox still has. Several sweepers may run.
"""

import datetime as dt
from collections.abc import Callable

import structlog
from sqlalchemy import Engine

from worker import metrics
from worker.errors import TransientError
from worker.pipeline import Pipeline
from worker.queueing.topology import PROCESS
from worker.store import decisions, inbox
from worker.store.availability import database_faults
from worker.store.engine import reading
from worker.store.locks import turn
from worker.watch import loggable

log = structlog.get_logger(__name__)

_BATCH = 100
_MOST_SWEEPS = 10  # of one delivery: it ends its workers, for whoever lives through a failure writes it down
_OVERLAP = dt.timedelta(minutes=1)  # a decision is visible when its transaction ends, after the moment it names
_NEVER_FINISHED = "NEVER_FINISHED"
_BACKLOG = 1000  # with more messages in the queue, what is old waits there and is not lost


class Sweeper:
    """One sweeper. `enqueue` hands a delivery to the queue, `ready` says how many messages wait there."""

    def __init__(
        self,
        pipeline: Pipeline,
        enqueue: Callable[[str], object],
        ready: Callable[[], int],
        stuck_after: dt.timedelta,
    ) -> None:
        self._pipeline = pipeline
        self._enqueue = enqueue
        self._ready = ready
        self._stuck_after = stuck_after
        self._settled_at: dt.datetime | None = None

    @property
    def _engine(self) -> Engine:
        return self._pipeline.engine

    def step(self) -> None:
        """Everything once. Raises `TransientError`."""
        with database_faults():
            self.sweep()
            self.settle()

    def sweep(self) -> int:
        """Queue again what is stuck; how many deliveries. Raises `TransientError`."""
        total = 0
        while self._ready() <= _BACKLOG and (stuck := self._claim()):
            for delivery_id in stuck:
                log.warning("delivery_swept", delivery_id=delivery_id)
                self._enqueue(delivery_id)
            metrics.SWEPT.inc(len(stuck))
            total += len(stuck)
        return total

    def _claim(self) -> list[str]:
        now = self._pipeline.clock.now()
        queued_before = now - self._stuck_after
        with self._engine.begin() as connection:
            hopeless = inbox.give_up_swept(connection, _MOST_SWEEPS, queued_before, now)
            stuck = inbox.claim_stuck(connection, queued_before, now, _BATCH)
        for delivery_id in hopeless:
            metrics.DEAD_LETTERS.labels(PROCESS, _NEVER_FINISHED).inc()
            log.error("delivery_given_up", delivery_id=delivery_id, error=_NEVER_FINISHED)
        return stuck

    def settle(self) -> int:
        """Decide again the invoices that wait and are due; how many were tried. Raises `TransientError`."""
        with turn(self._engine, "settle") as is_ours:
            if not is_ours:
                return 0
            now = self._pipeline.clock.now()
            with reading(self._engine) as connection:
                keys = decisions.due(connection, now, self._settled_at and self._settled_at - _OVERLAP)
            for key in keys:
                self._settle(key)
            self._settled_at = now
            return len(keys)

    def _settle(self, key: str) -> None:
        """One invoice that cannot be decided must not keep the others waiting, whatever the reason."""
        try:
            with database_faults():
                self._pipeline.settle(key)
        except TransientError:
            raise
        except Exception as error:  # noqa: BLE001
            reason = metrics.reason_of(error)
            log.error("settling_failed", invoice_key=loggable(key), error=reason, exception=type(error).__name__)  # noqa: TRY400

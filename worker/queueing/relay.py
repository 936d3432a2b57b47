"""The relay: takes events out of the outbox, in order, and marks them when they are confirmed.

A crash between the confirmation and the mark sends an event again, with the same id: consumers deduplicate on it.

Several relays may run. One publishes at a time, which keeps the events of an invoice in order whichever relay sends
them; with rows locked instead (SKIP LOCKED), two relays would race with two events of one invoice. One relay sends
many times what the workers decide, so nothing is lost by taking turns.
"""

import time
from collections.abc import Callable

import structlog
from sqlalchemy import Engine

from worker import metrics
from worker.ports import Clock, EventsRefused, OutboundEvent, Publisher
from worker.store import outbox
from worker.store.engine import reading
from worker.store.locks import turn

log = structlog.get_logger(__name__)

BATCH = 50
RETRY_REFUSED_SECONDS = 10.0
_MOST_HELD = 500  # invoices; with more, nobody listens, and everything waits


class Relay:
    """One relay. Events that no queue took stay, with those of the same invoice behind them, and are tried again."""

    def __init__(
        self, engine: Engine, publisher: Publisher, clock: Clock, elapsed: Callable[[], float] = time.monotonic
    ) -> None:
        self._engine = engine
        self._publisher = publisher
        self._clock = clock
        self._elapsed = elapsed
        self._held: set[str] = set()
        self._held_until = 0.0

    def drain(self, is_stopping: Callable[[], bool] = lambda: False) -> int:
        """Publish everything that waits; the number of events, 0 while another relay has its turn.

        Raises `TransientError` if the publisher cannot.
        """
        total = 0
        while not is_stopping():
            with turn(self._engine, "relay") as is_ours:
                sent = self._batch() if is_ours else None
            if sent is None:
                break
            total += sent
        return total

    def _batch(self) -> int | None:
        """Publish the next events; how many went through, None when nothing is left to try."""
        if self._elapsed() >= self._held_until:
            self._held.clear()
        if len(self._held) > _MOST_HELD:
            return None
        with reading(self._engine) as connection:
            events = outbox.unsent(connection, BATCH, self._held)
        if not events:
            return None
        refused: set[OutboundEvent] = set()
        try:
            self._publisher.publish(events)
        except EventsRefused as refusal:
            refused = set(refusal.refused)
            self._hold(refused)
        sent = [event for event in events if event not in refused]
        with self._engine.begin() as connection:
            outbox.mark_sent(connection, [event.id for event in sent], self._clock.now())
        for event in sent:
            metrics.EVENTS_PUBLISHED.labels(event.type).inc()
        return len(sent)

    def _hold(self, refused: set[OutboundEvent]) -> None:
        if not self._held:
            self._held_until = self._elapsed() + RETRY_REFUSED_SECONDS
        self._held.update(event.subject for event in refused)
        for event in refused:
            metrics.EVENTS_UNROUTABLE.labels(event.type).inc()
        log.error("events_unroutable", events=len(refused), types=sorted({event.type for event in refused}))


def drain(engine: Engine, publisher: Publisher, clock: Clock) -> int:
    """Publish everything that waits; the number of events. Raises `TransientError` if the publisher cannot."""
    return Relay(engine, publisher, clock).drain()

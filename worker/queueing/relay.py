"""The relay: takes events out of the outbox, in order, and marks them when they are confirmed.

A crash between the confirmation and the mark sends an event again, with the same id: consumers deduplicate on it.
"""

from sqlalchemy import Engine

from worker.ports import Clock, Publisher
from worker.store import outbox
from worker.store.engine import reading

BATCH = 50


def drain(engine: Engine, publisher: Publisher, clock: Clock) -> int:
    """Publish everything that waits; the number of events. Raises `TransientError` if the publisher cannot."""
    total = 0
    while True:
        with reading(engine) as connection:
            events = outbox.unsent(connection, BATCH)
        if not events:
            return total
        publisher.publish(events)
        with engine.begin() as connection:
            outbox.mark_sent(connection, [event.id for event in events], clock.now())
        total += len(events)

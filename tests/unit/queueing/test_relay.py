"""The relay over an outbox in SQLite: what is refused waits, and does not hold up the others."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.manifest import NOW
from worker.bootstrap import open_store
from worker.clock import FixedClock
from worker.errors import TransientError
from worker.events import Event
from worker.ports import EventsRefused, OutboundEvent
from worker.queueing.relay import BATCH, RETRY_REFUSED_SECONDS, Relay
from worker.store import outbox


class Choosy:
    """Refuses the events of some subjects, and remembers the others."""

    def __init__(self) -> None:
        self.sent: list[str] = []
        self.refuses: set[str] = set()
        self.calls = 0

    def publish(self, events: Sequence[OutboundEvent]) -> None:
        """Take or refuse each."""
        self.calls += 1
        self.sent += [event.id for event in events if event.subject not in self.refuses]
        if refused := [event for event in events if event.subject in self.refuses]:
            raise EventsRefused(refused)


class Time:
    """Passes when told."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        """The moment."""
        return self.now


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    """An empty store."""
    made = open_store(tmp_path, durable=False)
    yield made
    made.dispose()


def _put(engine: Engine, *events: tuple[str, str]) -> None:
    with engine.begin() as connection:
        for event_id, subject in events:
            outbox.put(connection, Event(event_id, "invoice.routed.v1", subject, "{}"), NOW)


def _pending(engine: Engine) -> int:
    with engine.connect() as connection:
        return outbox.pending(connection)


def test_refused_events_wait_with_those_of_their_invoice(engine: Engine) -> None:
    """The others are sent; after a while all are tried again, in order."""
    publisher, time = Choosy(), Time()
    relay = Relay(engine, publisher, FixedClock(NOW), time)
    publisher.refuses = {"a"}
    _put(engine, ("1", "a"), ("2", "b"), ("3", "a"))
    assert relay.drain() == 1
    _put(engine, ("4", "a"), ("5", "c"))
    assert relay.drain() == 1
    assert publisher.sent == ["2", "5"]
    calls = publisher.calls
    assert relay.drain() == 0
    assert publisher.calls == calls  # nobody is asked again and again
    publisher.refuses.clear()
    time.now += RETRY_REFUSED_SECONDS
    assert relay.drain() == 3
    assert publisher.sent == ["2", "5", "1", "3", "4"]
    assert _pending(engine) == 0


def test_when_nobody_listens_everything_waits(engine: Engine) -> None:
    """With no queue bound at all the relay stops trying before it has gone through the whole outbox."""
    publisher = Choosy()
    publisher.refuses = {str(number) for number in range(2000)}
    _put(engine, *((str(number), str(number)) for number in range(2000)))
    assert Relay(engine, publisher, FixedClock(NOW)).drain() == 0
    assert publisher.calls <= 500 / BATCH + 2
    assert _pending(engine) == 2000


def test_a_failure_marks_nothing(engine: Engine) -> None:
    """While the broker is away the events stay, and no later one overtakes them."""

    class Away:
        def publish(self, events: Sequence[OutboundEvent]) -> None:
            raise TransientError("away")

    _put(engine, ("1", "a"))
    with pytest.raises(TransientError):
        Relay(engine, Away(), FixedClock(NOW)).drain()
    assert _pending(engine) == 1


def test_a_relay_stops_between_batches(engine: Engine) -> None:
    """Asked to stop, it finishes the batch and no more."""
    publisher = Choosy()
    _put(engine, *((str(number), "a") for number in range(3 * BATCH)))
    assert Relay(engine, publisher, FixedClock(NOW)).drain(lambda: publisher.calls > 0) == BATCH

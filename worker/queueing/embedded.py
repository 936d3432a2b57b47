"""The queue of embedded mode: dramatiq's in-memory broker with one worker thread in this process."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager

import dramatiq
from dramatiq.brokers.stub import StubBroker

from worker.queueing.actors import PROCESS_QUEUE, ProcessActor, Processor, middleware, register
from worker.queueing.retries import Journal

_POLL_MS = 10


class NoJournal:
    """For runs in which somebody waits for each delivery and sees what became of it."""

    def postponed(self, delivery_id: str, delay: dt.timedelta) -> None:
        """Do nothing."""

    def gave_up(self, delivery_id: str, reason: str) -> None:
        """Do nothing."""


class EmbeddedQueue:
    """Hands deliveries to the pipeline one at a time, in the order in which they came."""

    def __init__(self, broker: StubBroker, actor: ProcessActor) -> None:
        self._broker = broker
        self._actor = actor

    def process(self, delivery_id: str) -> None:
        """Queue one delivery and wait until it is done. Raises what the pipeline raised."""
        self._actor.send(delivery_id)
        self._broker.join(PROCESS_QUEUE, fail_fast=True)


def embedded_broker(journal: Journal) -> StubBroker:
    """A broker in memory. What waits in it is lost with the process; the sweeper queues it again."""
    broker = StubBroker(middleware=middleware(journal))
    broker.emit_after("process_boot")
    return broker


def embedded_worker(broker: StubBroker) -> dramatiq.Worker:
    """The one worker of a broker in memory. SQLite has one writer, so more threads would only wait."""
    return dramatiq.Worker(broker, worker_threads=1, worker_timeout=_POLL_MS)


@contextmanager
def embedded_queue(processor: Processor) -> Iterator[EmbeddedQueue]:
    """A queue with its worker running, stopped at the end."""
    broker = embedded_broker(NoJournal())
    actor = register(broker, processor)
    worker = embedded_worker(broker)
    worker.start()
    try:
        yield EmbeddedQueue(broker, actor)
    finally:
        worker.stop()
        broker.close()

"""The queue of embedded mode: dramatiq's in-memory broker with one worker thread in this process."""

from collections.abc import Iterator
from contextlib import contextmanager

import dramatiq
from dramatiq.brokers.stub import StubBroker
from dramatiq.middleware import Retries

from worker.queueing.actors import PROCESS_QUEUE, Processor, register

_POLL_MS = 10


class EmbeddedQueue:
    """Hands deliveries to the pipeline one at a time, in the order in which they came."""

    def __init__(self, broker: StubBroker, actor: "dramatiq.Actor[[str], None]") -> None:
        self._broker = broker
        self._actor = actor

    def process(self, delivery_id: str) -> None:
        """Queue one delivery and wait until it is done. Raises what the pipeline raised."""
        self._actor.send(delivery_id)
        self._broker.join(PROCESS_QUEUE, fail_fast=True)


@contextmanager
def embedded_queue(processor: Processor) -> Iterator[EmbeddedQueue]:
    """A queue with its worker running, stopped at the end."""
    broker = StubBroker(middleware=[Retries()])
    actor = register(broker, processor)
    broker.emit_after("process_boot")
    worker = dramatiq.Worker(broker, worker_threads=1, worker_timeout=_POLL_MS)
    worker.start()
    try:
        yield EmbeddedQueue(broker, actor)
    finally:
        worker.stop()
        broker.close()

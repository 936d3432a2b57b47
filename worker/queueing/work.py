"""The work queue, as those see it who put deliveries on it."""

from typing import Any

from dramatiq import Broker
from dramatiq.errors import BrokerConnectionError

from worker.queueing.actors import PROCESS_QUEUE, ProcessActor
from worker.queueing.broker import SafeBroker
from worker.queueing.connection import BrokerUnavailable, told
from worker.tracing import NO_TRACING, TRACEPARENT, Step, Tracing


class WorkQueue:
    """Deliveries on their way to a worker. For any thread."""

    def __init__(self, broker: Broker, actor: ProcessActor, tracing: Tracing = NO_TRACING) -> None:
        self._broker = broker
        self._actor = actor
        self._tracing = tracing

    def put(self, delivery_id: str) -> None:
        """Queue a delivery; the broker has it when this returns. Raises `BrokerUnavailable`."""
        try:
            with self._tracing.span(Step.QUEUE, PROCESS_QUEUE) as own:
                options: dict[str, Any] = {} if own is None else {TRACEPARENT: own}
                self._actor.send_with_options(args=(delivery_id,), **options)
        except BrokerConnectionError as error:
            raise BrokerUnavailable(f"queueing a delivery: {told(error)}") from error

    def ready(self) -> int:
        """How many deliveries wait for a worker. Raises `BrokerUnavailable`."""
        if not isinstance(self._broker, SafeBroker):
            queues: dict[str, Any] = self._broker.queues
            return int(queues[PROCESS_QUEUE].qsize())
        try:
            return self._broker.ready(PROCESS_QUEUE)
        except BrokerConnectionError as error:
            raise BrokerUnavailable(f"asking for the queue: {told(error)}") from error

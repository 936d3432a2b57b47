"""The work queue, as those see it who put deliveries on it."""

from typing import Any

from dramatiq import Broker
from dramatiq.errors import BrokerConnectionError

from worker.queueing.actors import PROCESS_QUEUE, ProcessActor
from worker.queueing.broker import SafeBroker
from worker.queueing.connection import BrokerUnavailable, told


class WorkQueue:
    """Deliveries on their way to a worker. For any thread."""

    def __init__(self, broker: Broker, actor: ProcessActor) -> None:
        self._broker = broker
        self._actor = actor

    def put(self, delivery_id: str) -> None:
        """Queue a delivery; the broker has it when this returns. Raises `BrokerUnavailable`."""
        try:
            self._actor.send(delivery_id)
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

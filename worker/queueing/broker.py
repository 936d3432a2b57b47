"""dramatiq's RabbitMQ broker, with what can lose or block messages in 2.2.1 closed.

* An acknowledgement stays with the connection that brought the message: delivery tags start again on the next one, and
  a late acknowledgement would remove another message.
* A message that dramatiq would choke on is refused before it sees it (`worker.queueing.decoding`).
* Queues are declared as `worker.queueing.topology` says; every publication is confirmed.

It leans on names with an underscore, so the version of dramatiq is pinned to the minor and `tests/integration` runs
this against a real broker.
"""
# mypy: disable-error-code="no-untyped-call"
# dramatiq annotates its RabbitMQ module in part only

from typing import Any

import pika
import structlog
from dramatiq import MessageProxy
from dramatiq.brokers.rabbitmq import RabbitmqBroker, _RabbitmqConsumer, _RabbitmqMessage
from dramatiq.errors import ConnectionClosed
from dramatiq.message import Message
from dramatiq.middleware import Middleware
from pika.exceptions import AMQPChannelError, AMQPConnectionError

from worker import metrics
from worker.errors import MessageMalformed
from worker.queueing import topology
from worker.queueing.connection import handshakes, told
from worker.queueing.decoding import decode

log = structlog.get_logger(__name__)

_ATTEMPTS = 2


class SafeBroker(RabbitmqBroker):
    """The broker of the service."""

    def __init__(self, parameters: pika.URLParameters, middleware: list[Middleware]) -> None:
        super().__init__(confirm_delivery=True, middleware=middleware)
        self.parameters = parameters

    @property
    def consumer_class(self) -> type["SafeConsumer"]:
        return SafeConsumer

    @property
    def connection(self) -> pika.BlockingConnection:
        """The connection of this thread, made when there is none. Raises `AMQPConnectionError`."""
        with handshakes(self.parameters):
            made: pika.BlockingConnection = super().connection
        return made

    @connection.deleter
    def connection(self) -> None:
        RabbitmqBroker.connection.fdel(self)  # type: ignore[attr-defined]

    def actor_queues(self) -> dict[str, str]:
        """The queue of each actor."""
        return {name: actor.queue_name for name, actor in self.actors.items()}

    def ready(self, queue_name: str) -> int:
        """How many messages of a queue wait. Raises `ConnectionClosed`."""
        try:
            return topology.ready(self.channel, queue_name)
        except (AMQPConnectionError, AMQPChannelError) as error:
            del self.connection
            raise ConnectionClosed(error) from None

    def _ensure_queue(self, canonical_queue_name: str) -> None:
        """Make the queues that are missing, once, and again when dramatiq has found one gone."""
        for attempt in range(1, _ATTEMPTS + 1):
            if canonical_queue_name not in self.queues_pending:
                return
            try:
                topology.ensure(self.connection)
                self.queues_pending.discard(canonical_queue_name)
            except (AMQPConnectionError, AMQPChannelError) as error:
                del self.connection
                if attempt == _ATTEMPTS:
                    raise ConnectionClosed(error) from None


class SafeConsumer(_RabbitmqConsumer):
    """A consumer that answers only for the messages it brought."""

    def __init__(self, broker: SafeBroker, queue_name: str, prefetch: int, timeout: int) -> None:
        self.is_ended = False
        try:
            with handshakes(broker.parameters):
                super().__init__(broker, queue_name, prefetch, timeout)
        except AMQPConnectionError as error:
            raise ConnectionClosed(error) from None

    @property
    def is_open(self) -> bool:
        """Whether messages come in and can be acknowledged."""
        return not self.is_ended and self.connection.is_open and self.channel.is_open

    def __next__(self) -> "Delivered | None":
        """The next message, None when none came in time. Raises `ConnectionClosed`."""
        try:
            method, _, body = next(self.iterator)
        except (AssertionError, AMQPConnectionError, AMQPChannelError) as error:
            self.is_ended = True
            if getattr(error, "reply_code", None) == topology.NOT_FOUND:
                self.broker.queues_pending.update(self.broker.queues)
            raise ConnectionClosed(error) from None
        if method is None:
            return None
        try:
            message = decode(body, self.queue_name, self.broker.actor_queues())
        except MessageMalformed as fault:
            log.error("message_refused", queue=self.queue_name, reason=str(fault), size=len(body))  # noqa: TRY400  one line
            metrics.DEAD_LETTERS.labels(self.queue_name, fault.code).inc()
            self._nack(method.delivery_tag)
            return None
        self.known_tags.add(method.delivery_tag)
        return Delivered(self, method.redelivered, method.delivery_tag, message)

    def ack(self, message: MessageProxy) -> None:
        """Acknowledge a message; one of another connection, or of a closed one, comes again anyway."""
        self._answer(super().ack, message)

    def nack(self, message: MessageProxy) -> None:
        """Dead-letter a message, under the same condition."""
        self._answer(super().nack, message)

    def close(self) -> None:
        """Close the connection; the broker takes back what was not acknowledged."""
        self.is_ended = True
        super().close()

    def _answer(self, answer: Any, message: MessageProxy) -> None:
        if getattr(message, "consumer", None) is not self:
            log.warning("late_answer_dropped", message_id=message.message_id, queue=self.queue_name)
            return
        try:
            answer(message)
        except ConnectionClosed as error:
            log.warning("answer_lost", message_id=message.message_id, queue=self.queue_name, error=told(error))


class Delivered(_RabbitmqMessage):
    """A message that knows which consumer brought it."""

    def __init__(self, consumer: SafeConsumer, redelivered: bool, tag: int, message: Message[None]) -> None:  # noqa: FBT001
        super().__init__(redelivered, tag, message)
        self.consumer = consumer

    @property
    def is_stale(self) -> bool:
        """Whether it can no longer be acknowledged."""
        return not self.consumer.is_open

"""The intake queue `invoices.received`: each message becomes an inbox row, or a dead letter with the reason on it.

A message is acknowledged when its row is committed. While the database or the document store is away, the message at
hand is kept and tried again, and no other one is taken: returning it would count as one of its twenty deliveries.
"""

from dataclasses import replace
from functools import partial
from threading import Event
from typing import Any

import pika
import structlog
from pika import BasicProperties
from pika.adapters.blocking_connection import BlockingChannel
from pika.exceptions import AMQPError, NackError, UnroutableError
from pika.spec import Basic

from worker import metrics
from worker.errors import PermanentError, TransientError
from worker.intake.message import Reader, trace_of
from worker.intake.receiver import Receiver
from worker.queueing import topology
from worker.queueing.connection import BrokerUnavailable, close, connect, told
from worker.queueing.headers import CODE_HEADER, ID_HEADER, REASON_HEADER, SOURCE_HEADER
from worker.tracing import NO_TRACING, Step, Tracing

log = structlog.get_logger(__name__)

_PREFETCH = 16
_POLL_SECONDS = 0.5
_LONGEST_PAUSE_SECONDS = 10.0
_LARGEST_PROPERTIES = 64 * 1024  # bytes; half of a frame
_LONGEST_HEADER = 200  # characters, as an identifier


class IntakeConsumer:
    """Consumes the intake queue, in one thread."""

    def __init__(
        self, parameters: pika.URLParameters, reader: Reader, receiver: Receiver, tracing: Tracing = NO_TRACING
    ) -> None:
        self._parameters = parameters
        self._reader = reader
        self._receiver = receiver
        self._tracing = tracing
        self._channel: BlockingChannel | None = None

    @property
    def is_consuming(self) -> bool:
        """Whether messages come in."""
        channel = self._channel
        return channel is not None and channel.is_open and bool(channel.consumer_tags)

    def run(self, stopping: Event) -> None:
        """Take messages until told to stop. Raises `BrokerUnavailable` when the connection is lost."""
        try:
            connection = connect(self._parameters)
            try:
                topology.ensure(connection)
                self._channel = connection.channel()
                self._channel.confirm_delivery()
                self._channel.basic_qos(prefetch_count=_PREFETCH)
                self._consume(connection, self._channel, stopping)
            finally:
                self._channel = None
                close(connection)
        except (AMQPError, OSError) as error:
            raise BrokerUnavailable(f"the intake: {told(error)}") from error

    def _consume(self, connection: pika.BlockingConnection, channel: BlockingChannel, stopping: Event) -> None:
        for method, properties, body in channel.consume(topology.RECEIVED, inactivity_timeout=_POLL_SECONDS):
            if stopping.is_set():
                return
            if method is None or properties is None or body is None:
                continue
            pause = 1.0
            while not self._handled(channel, method, properties, body):
                connection.sleep(pause)  # answers heartbeats
                pause = min(pause * 2, _LONGEST_PAUSE_SECONDS)
                if stopping.is_set():
                    return
        raise BrokerUnavailable("the intake: the broker ended the consumer")

    def _handled(
        self, channel: BlockingChannel, method: Basic.Deliver, properties: BasicProperties, body: bytes
    ) -> bool:
        """Take one message in, or refuse it. False: something is away, to be tried again."""
        try:
            with self._tracing.span(Step.RECEIVE, topology.RECEIVED, parent=partial(trace_of, properties, body)) as own:
                delivery = self._reader.delivery(properties, body)
                self._receiver.take(replace(delivery, traceparent=own))
        except (TransientError, OSError) as error:
            log.warning("intake_paused", error=metrics.reason_of(error), exception=type(error).__name__)
            return False
        except Exception as fault:  # noqa: BLE001  no message may stop the intake, whatever is wrong with it
            self._refuse(channel, method, properties, body, fault)
            return True
        channel.basic_ack(method.delivery_tag)
        return True

    def _refuse(
        self,
        channel: BlockingChannel,
        method: Basic.Deliver,
        properties: BasicProperties,
        body: bytes,
        fault: Exception,
    ) -> None:
        """Move a message to the dead letters, with the reason. Without a confirmation the broker moves it itself."""
        reason = str(fault) if isinstance(fault, PermanentError) else f"a fault of ours: {type(fault).__name__}"
        code = metrics.reason_of(fault)
        log.error("message_refused", queue=topology.RECEIVED, reason=reason, error=code, size=len(body))
        metrics.DEAD_LETTERS.labels(topology.RECEIVED, code).inc()
        properties.headers = {**_kept(properties), REASON_HEADER: reason, CODE_HEADER: code}
        properties.delivery_mode = pika.DeliveryMode.Persistent.value
        properties.expiration = properties.user_id = None  # dead letters stay; the broker checks the sender's name
        try:
            channel.basic_publish("", topology.RECEIVED_DEAD, body, properties, mandatory=True)
        except (UnroutableError, NackError):
            channel.basic_nack(method.delivery_tag, requeue=False)
        else:
            channel.basic_ack(method.delivery_tag)


def _kept(properties: BasicProperties) -> dict[str, Any]:
    """The sender's headers, as far as ours fit beside them: all properties of a message share one frame.

    One frame too large would end the connection, and with it the intake, each time the message comes.
    """
    headers: dict[str, Any] = properties.headers or {}
    if sum(map(len, properties.encode())) <= _LARGEST_PROPERTIES:
        return headers
    return {name: value for name in (ID_HEADER, SOURCE_HEADER) if _is_short(value := headers.get(name))}


def _is_short(value: object) -> bool:
    return isinstance(value, str) and len(value) <= _LONGEST_HEADER

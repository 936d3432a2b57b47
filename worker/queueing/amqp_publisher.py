"""Events to the topic exchange `invoice.events`: persistent, mandatory, each one confirmed."""

from collections.abc import Sequence

import pika
from pika import BasicProperties
from pika.adapters.blocking_connection import BlockingChannel
from pika.exceptions import AMQPError, NackError, UnroutableError

from worker.events import CONTENT_TYPE
from worker.ports import EventsRefused, OutboundEvent
from worker.queueing import topology
from worker.queueing.connection import BrokerUnavailable, close, connect, told
from worker.tracing import NO_TRACING, TRACEPARENT, Step, Tracing

_APPLICATION = "aiguilleur"


class AmqpPublisher:
    """Publishes over one connection, which is made when it is needed. For one thread."""

    def __init__(self, parameters: pika.URLParameters, tracing: Tracing = NO_TRACING) -> None:
        self._parameters = parameters
        self._tracing = tracing
        self._connection: pika.BlockingConnection | None = None
        self._channel: BlockingChannel | None = None

    @property
    def is_connected(self) -> bool:
        """Whether the connection is open, as far as this side knows."""
        return self._connection is not None and self._connection.is_open

    def publish(self, events: Sequence[OutboundEvent]) -> None:
        """Publish one after the other. What follows a refused event of the same subject is not tried.

        Raises `EventsRefused`, `BrokerUnavailable`.
        """
        refused: list[OutboundEvent] = []
        subjects: set[str] = set()
        try:
            channel = self._open()
            for event in events:
                if event.subject in subjects or not self._sent(channel, event):
                    refused.append(event)
                    subjects.add(event.subject)
        except (AMQPError, OSError) as error:
            self.close()
            raise BrokerUnavailable(f"publishing events: {told(error)}") from error
        if refused:
            raise EventsRefused(refused)

    def connect(self) -> None:
        """Be ready to publish. Raises `BrokerUnavailable`."""
        try:
            self._open()
        except (AMQPError, OSError) as error:
            self.close()
            raise BrokerUnavailable(f"connecting: {told(error)}") from error

    def keep_alive(self) -> None:
        """Answer heartbeats while there is nothing to publish; a connection that is gone is forgotten."""
        if self._connection is not None:
            try:
                self._connection.process_data_events(0)
            except (AMQPError, OSError):
                self.close()

    def close(self) -> None:
        """Close the connection; the next publication makes another one."""
        if self._connection is not None:
            close(self._connection)
        self._connection = self._channel = None

    def _open(self) -> BlockingChannel:
        if self._connection is None or self._channel is None or not self._channel.is_open:
            self.close()
            self._connection = connect(self._parameters)
            topology.ensure(self._connection)
            self._channel = self._connection.channel()
            self._channel.confirm_delivery()
        return self._channel

    def _sent(self, channel: BlockingChannel, event: OutboundEvent) -> bool:
        """Whether a queue took the event."""
        place = f"{topology.EVENTS}:{event.type}"
        try:
            with self._tracing.span(Step.PUBLISH, place, parent=lambda: event.traceparent, message_id=event.id) as own:
                properties = _properties(event, own or event.traceparent)
                channel.basic_publish(topology.EVENTS, event.type, event.body.encode(), properties, mandatory=True)
        except (UnroutableError, NackError):
            return False
        return True


def _properties(event: OutboundEvent, traceparent: str | None) -> BasicProperties:
    return BasicProperties(
        content_type=CONTENT_TYPE,
        delivery_mode=pika.DeliveryMode.Persistent.value,
        message_id=event.id,
        type=event.type,
        app_id=_APPLICATION,
        headers=None if traceparent is None else {TRACEPARENT: traceparent},
    )

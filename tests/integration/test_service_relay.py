"""The relay and its publisher on a real broker: what nobody takes stays, and keeps its invoice's order."""

import json
from collections.abc import Iterator

import pika
import pytest

from tests.running import eventually
from tests.services.rabbitmq import RabbitMQ
from worker.ports import EventsRefused, OutboundEvent
from worker.queueing import topology
from worker.queueing.amqp_publisher import AmqpPublisher
from worker.queueing.connection import BrokerUnavailable, parameters

ROUTED, REVIEW = "invoice.routed.v1", "invoice.review.v1"


def _event(number: int, kind: str, subject: str) -> OutboundEvent:
    return OutboundEvent(f"id-{number}", kind, json.dumps({"id": number}), subject)


@pytest.fixture
def url(rabbitmq: RabbitMQ) -> str:
    """An empty virtual host."""
    return rabbitmq.fresh_vhost()


@pytest.fixture
def publisher(url: str) -> Iterator[AmqpPublisher]:
    """A publisher, closed at the end."""
    made = AmqpPublisher(parameters(url))
    yield made
    made.close()


def _bind(url: str, queue: str, key: str, arguments: dict[str, object] | None = None) -> None:
    connection = pika.BlockingConnection(parameters(url))
    topology.ensure(connection)
    channel = connection.channel()
    channel.queue_declare(queue, durable=True, arguments=arguments)
    channel.queue_bind(queue, topology.EVENTS, key)
    connection.close()


def _bodies(url: str, queue: str) -> list[int]:
    connection = pika.BlockingConnection(parameters(url))
    channel = connection.channel()
    found = []
    while True:
        method, _, body = channel.basic_get(queue, auto_ack=True)
        if method is None:
            connection.close()
            return found
        found.append(json.loads(body)["id"])


def test_events_that_no_queue_takes_are_told(url: str, publisher: AmqpPublisher) -> None:
    """The events of other invoices go out; those behind a refused one of the same invoice do not."""
    _bind(url, "routed", ROUTED)
    events = [_event(1, REVIEW, "a"), _event(2, ROUTED, "a"), _event(3, ROUTED, "b")]
    with pytest.raises(EventsRefused) as refusal:
        publisher.publish(events)
    assert refusal.value.refused == events[:2]
    assert _bodies(url, "routed") == [3]
    _bind(url, "all", "invoice.#")
    publisher.publish(events[:2])
    assert _bodies(url, "all") == [1, 2]


def test_events_that_a_full_queue_refuses_are_told(url: str, publisher: AmqpPublisher) -> None:
    """A queue that refuses publications is no place where an event is safe."""
    _bind(url, "full", "invoice.#", {"x-max-length": 0, "x-overflow": "reject-publish"})
    with pytest.raises(EventsRefused):
        publisher.publish([_event(1, ROUTED, "a")])


def test_a_broker_that_goes_away_is_transient(url: str, publisher: AmqpPublisher, rabbitmq: RabbitMQ) -> None:
    """A publication while the broker is down fails as such, and the next one works once it is back."""
    _bind(url, "all", "invoice.#", {"x-queue-type": "quorum"})
    publisher.publish([_event(1, ROUTED, "a")])
    rabbitmq.stop()
    try:
        publisher._parameters.connection_attempts = 1
        with pytest.raises(BrokerUnavailable):
            publisher.publish([_event(2, ROUTED, "a")])
        publisher.keep_alive()
        assert not publisher.is_connected
    finally:
        rabbitmq.start()
    publisher.publish([_event(2, ROUTED, "a")])
    eventually(lambda: publisher.is_connected)
    assert _bodies(url, "all") == [1, 2]

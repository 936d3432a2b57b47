"""The queues on a real broker: as the code says, as deployment says, and what happens where they differ."""

import json
from collections.abc import Iterator
from pathlib import Path

import pika
import pytest

from tests.services.rabbitmq import RabbitMQ
from worker.contracts import asyncapi
from worker.queueing import topology
from worker.queueing.connection import parameters

DEFINITIONS = Path(__file__).parents[2] / "deploy" / "rabbitmq" / "definitions.json"


@pytest.fixture
def connection(rabbitmq: RabbitMQ) -> Iterator[pika.BlockingConnection]:
    """A connection to an empty virtual host."""
    opened = pika.BlockingConnection(parameters(rabbitmq.fresh_vhost()))
    yield opened
    opened.close()


def test_deployment_and_code_agree() -> None:
    """`definitions.json` is what the code declares, to the letter."""
    assert json.loads(DEFINITIONS.read_text(encoding="utf-8")) == topology.definitions()


def test_the_contract_names_the_same_queue_and_exchange() -> None:
    """The AsyncAPI document speaks of what is declared."""
    assert (asyncapi.QUEUE, asyncapi.EXCHANGE) == (topology.RECEIVED, topology.EVENTS)


def test_an_empty_broker_is_told_and_filled(connection: pika.BlockingConnection) -> None:
    """Everything missing is named; after declaring, nothing is, and declaring again changes nothing."""
    assert len(topology.faults(connection)) == len(topology.QUEUES) + 1
    topology.ensure(connection)
    topology.ensure(connection)
    assert topology.faults(connection) == []


def test_what_the_operator_made_is_used_and_told(connection: pika.BlockingConnection) -> None:
    """A queue with other arguments is no reason to stop, and is named by the check."""
    connection.channel().queue_declare(topology.PROCESS, durable=True)
    topology.ensure(connection)
    assert topology.faults(connection) == ["queue invoices.process has other arguments than definitions.json"]


def test_dead_letters_stay(connection: pika.BlockingConnection) -> None:
    """No queue of ours lets a message expire, and the ones that lead on lead to a queue of ours."""
    names = {queue.name for queue in topology.QUEUES}
    for queue in topology.QUEUES:
        assert "x-message-ttl" not in queue.arguments
        assert queue.arguments.get("x-dead-letter-routing-key", queue.name) in names


def test_a_message_that_ends_its_worker_ends_as_a_dead_letter(connection: pika.BlockingConnection) -> None:
    """After twenty deliveries without an answer a message is a dead letter, and counted as one."""
    topology.ensure(connection)
    channel = connection.channel()
    channel.confirm_delivery()
    channel.basic_publish("", topology.PROCESS, b"x", mandatory=True)
    for _ in range(21):
        method, _, _ = channel.basic_get(topology.PROCESS)
        assert method is not None
        channel.basic_nack(method.delivery_tag, requeue=True)
    connection.sleep(0.5)
    assert topology.ready(channel, topology.PROCESS) == 0
    assert topology.ready(channel, topology.PROCESS_DEAD) == 1

"""The queues and the exchange, as the broker must have them.

`deploy/rabbitmq/definitions.json` says the same for deployment (a test holds the two together); a worker that starts on
an empty broker declares them itself. The queues that hold invoices are quorum queues: they keep acknowledgements over a
crash of the broker, and end the round of a message that kills its worker. Dead letters never expire.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any, NamedTuple

from pika.adapters.blocking_connection import BlockingChannel, BlockingConnection
from pika.exceptions import ChannelClosedByBroker

RECEIVED = "invoices.received"
RECEIVED_DEAD = "invoices.received.dead"
PROCESS = "invoices.process"
PROCESS_DELAYED = "invoices.process.DQ"  # dramatiq's name for what waits to be tried again
PROCESS_DEAD = "invoices.process.XQ"  # dramatiq's name for dead letters
EVENTS = "invoice.events"

DEAD_LETTERS = {RECEIVED_DEAD: RECEIVED, PROCESS_DEAD: PROCESS}  # where each came from

_DELIVERY_LIMIT = 20  # everything prefetched by a worker that dies is counted, so a small limit would hit neighbours
_LOOKS = 1_000_000  # RabbitMQ 4 drops a dead letter after 20 looks at it, unless told otherwise
NOT_FOUND, _DIFFERENT = 404, 406  # reply codes of AMQP
_NOT_AS_ASKED = frozenset({NOT_FOUND, _DIFFERENT})
_QUORUM = {"x-queue-type": "quorum"}


class Queue(NamedTuple):
    """A durable queue and its arguments."""

    name: str
    arguments: dict[str, Any]


def _dead_lettering_to(target: str) -> dict[str, Any]:
    return {"x-dead-letter-exchange": "", "x-dead-letter-routing-key": target}


def _work(target: str) -> dict[str, Any]:
    """A queue whose dead letters are moved with a confirmation, which asks for `reject-publish`."""
    safe = {"x-dead-letter-strategy": "at-least-once", "x-overflow": "reject-publish"}
    return {**_QUORUM, "x-delivery-limit": _DELIVERY_LIMIT, **_dead_lettering_to(target), **safe}


QUEUES = (
    Queue(RECEIVED, _work(RECEIVED_DEAD)),
    Queue(RECEIVED_DEAD, {**_QUORUM, "x-delivery-limit": _LOOKS}),
    Queue(PROCESS, _work(PROCESS_DEAD)),
    Queue(PROCESS_DELAYED, _dead_lettering_to(PROCESS_DEAD)),  # classic: its messages are held, not worked on
    Queue(PROCESS_DEAD, {**_QUORUM, "x-delivery-limit": _LOOKS}),
)


def arguments_of(name: str) -> dict[str, Any]:
    """The arguments of one of our queues. Raises `KeyError` for another one."""
    return dict({queue.name: queue.arguments for queue in QUEUES}[name])


def ensure(connection: BlockingConnection) -> None:
    """Make what is missing; what is there is taken as the operator made it (`faults` says where it differs)."""
    with _channel(connection) as channel:
        channel.exchange_declare(EVENTS, exchange_type="topic", durable=True)
    for queue in QUEUES:
        if not _exists(connection, queue.name):
            with _channel(connection) as channel:
                channel.queue_declare(queue.name, durable=True, arguments=queue.arguments)


def faults(connection: BlockingConnection) -> list[str]:
    """What is missing on the broker, or not as it must be. Nothing is made."""
    found = []
    if _refusal(connection, lambda channel: channel.exchange_declare(EVENTS, passive=True)):
        found.append(f"no exchange {EVENTS}")
    for queue in QUEUES:
        if not _exists(connection, queue.name):
            found.append(f"no queue {queue.name}")
        elif _refusal(connection, partial(_declare, queue)):
            found.append(f"queue {queue.name} has other arguments than definitions.json")
    return found


def ready(channel: BlockingChannel, name: str) -> int:
    """How many messages of a queue wait for a consumer. Raises `ChannelClosedByBroker` where there is no such queue."""
    return int(channel.queue_declare(name, passive=True).method.message_count)


def definitions() -> dict[str, Any]:
    """The same for `rabbitmqctl import_definitions`, in the virtual host `/`."""
    place = {"vhost": "/", "durable": True, "auto_delete": False}
    return {
        "exchanges": [{"name": EVENTS, **place, "type": "topic", "internal": False, "arguments": {}}],
        "queues": [{"name": queue.name, **place, "arguments": queue.arguments} for queue in QUEUES],
    }


@contextmanager
def _channel(connection: BlockingConnection) -> Iterator[BlockingChannel]:
    channel = connection.channel()
    try:
        yield channel
    finally:
        if channel.is_open:
            channel.close()


def _declare(queue: Queue, channel: BlockingChannel) -> None:
    channel.queue_declare(queue.name, durable=True, arguments=queue.arguments)


def _exists(connection: BlockingConnection, name: str) -> bool:
    return not _refusal(connection, lambda channel: channel.queue_declare(name, passive=True))


def _refusal(connection: BlockingConnection, ask: Callable[[BlockingChannel], object]) -> bool:
    """Whether the broker refuses a question, as not found or as not the same. It closes the channel then."""
    try:
        with _channel(connection) as channel:
            ask(channel)
    except ChannelClosedByBroker as refusal:
        if refusal.reply_code in _NOT_AS_ASKED:
            return True
        raise
    return False

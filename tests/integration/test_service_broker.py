"""dramatiq on a real broker with our broker class: what version 2.2.1 loses or blocks on must not be lost or block."""

import datetime as dt
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote

import dramatiq
import pika
import pytest

from tests.running import eventually
from tests.services.rabbitmq import RabbitMQ
from worker.errors import DocumentMissing, TransientError
from worker.queueing import topology
from worker.queueing.actors import middleware, register
from worker.queueing.broker import SafeBroker
from worker.queueing.connection import parameters

THREADS = 4


class Journal:
    """Remembers what became of deliveries."""

    def __init__(self) -> None:
        self.notes: list[tuple[str, str]] = []

    def postponed(self, delivery_id: str, delay: dt.timedelta) -> None:
        """Remember."""
        self.notes.append((delivery_id, "postponed"))

    def gave_up(self, delivery_id: str, reason: str) -> None:
        """Remember."""
        self.notes.append((delivery_id, reason))


class Bench:
    """A broker, a worker and a processor that the test gives."""

    def __init__(self, url: str, process: Callable[[str], None]) -> None:
        self.url = url
        self.done: list[str] = []
        self.journal = Journal()
        self._process = process
        self.broker = SafeBroker(parameters(url), middleware(self.journal))
        self.actor = register(self.broker, self)
        self.worker = dramatiq.Worker(self.broker, worker_threads=THREADS, worker_timeout=100)
        self.worker.queue_prefetch = THREADS

    def process(self, delivery_id: str) -> None:
        """What the actor calls."""
        self._process(delivery_id)
        self.done.append(delivery_id)

    def ready(self, queue: str) -> int:
        """How many messages wait in a queue."""
        connection = pika.BlockingConnection(parameters(self.url))
        try:
            return topology.ready(connection.channel(), queue)
        finally:
            connection.close()

    def publish(self, bodies: list[bytes]) -> None:
        """Put raw messages on the work queue."""
        connection = pika.BlockingConnection(parameters(self.url))
        channel = connection.channel()
        channel.confirm_delivery()
        for body in bodies:
            channel.basic_publish("", topology.PROCESS, body, mandatory=True)
        connection.close()

    def threads_alive(self) -> bool:
        """Whether every thread of the worker lives."""
        return all(thread.is_alive() for thread in (*self.worker.workers, *self.worker.consumers.values()))


@contextmanager
def bench(rabbitmq: RabbitMQ, process: Callable[[str], None] = lambda _: None) -> Iterator[Bench]:
    """A bench whose worker runs."""
    made = Bench(rabbitmq.fresh_vhost(), process)
    made.broker.declare_queue(topology.PROCESS, ensure=True)
    made.worker.start()
    try:
        yield made
    finally:
        made.worker.stop(timeout=10_000)
        made.broker.close()


def _message(**changes: Any) -> bytes:
    good = {"queue_name": topology.PROCESS, "actor_name": "process_delivery", "args": ["d"], "kwargs": {},
            "options": {}, "message_id": "m", "message_timestamp": 1}  # fmt: skip
    return json.dumps(good | changes).encode()


def test_every_message_is_worked_on_once(rabbitmq: RabbitMQ) -> None:
    """Without faults, as many executions as messages, and nothing is left."""
    with bench(rabbitmq) as made:
        for number in range(100):
            made.actor.send(f"d-{number}")
        eventually(lambda: len(made.done) == 100)
        assert sorted(made.done) == sorted({f"d-{number}" for number in range(100)})
        eventually(lambda: made.ready(topology.PROCESS) == 0)


@pytest.mark.parametrize(
    "bad",
    [
        [b"\x00\xff%PDF"],
        [b"[1,2]"],
        [_message(actor_name="nope")],
        [_message(options=None)],
        [_message(actor_name=["x"])],
        [_message(queue_name="elsewhere", message_id=str(number)) for number in range(THREADS)],
        [_message(args=[1, 2, 3])],
        [_message(options={"throws": "x"}, message_id=str(number)) for number in range(THREADS)],
    ],
    ids=["bytes", "list", "actor", "no-options", "actor-list", "queue", "arguments", "throws"],
)
def test_a_malformed_message_stops_nobody(rabbitmq: RabbitMQ, bad: list[bytes]) -> None:
    """What dramatiq chokes on becomes a dead letter, and the good messages around it are worked on."""
    with bench(rabbitmq) as made:
        made.publish([_message(args=["before"]), *bad, _message(args=["after"])])
        eventually(lambda: sorted(made.done) == ["after", "before"])
        eventually(lambda: made.ready(topology.PROCESS_DEAD) == len(bad))
        assert made.threads_alive()


def test_a_retry_that_is_refused_is_a_dead_letter(rabbitmq: RabbitMQ) -> None:
    """When the copy for the next attempt cannot be queued, the message is kept: dramatiq alone would lose it."""

    def fail(_: str) -> None:
        raise TransientError("away")

    with bench(rabbitmq, fail) as made:
        vhost = quote(parameters(made.url).virtual_host)
        refusal = {"pattern": r"\.DQ$", "definition": {"max-length": 0, "overflow": "reject-publish"}}
        rabbitmq.api("PUT", f"policies/{vhost}/refuse", refusal | {"apply-to": "queues"})
        time.sleep(1)  # the policy reaches the queue
        for number in range(20):
            made.actor.send(f"d-{number}")
        eventually(lambda: made.ready(topology.PROCESS_DEAD) == 20)
        assert made.ready(topology.PROCESS_DELAYED) == 0


def test_a_transient_failure_waits_and_a_permanent_one_does_not(rabbitmq: RabbitMQ) -> None:
    """The one goes to the delay queue, the other to the dead letters, and both are noted."""

    def fail(delivery_id: str) -> None:
        raise {"t": TransientError, "p": DocumentMissing, "b": KeyError, "d": OSError}[delivery_id]("x")

    with bench(rabbitmq, fail) as made:
        for delivery_id in "tpbd":
            made.actor.send(delivery_id)
        eventually(lambda: len(made.journal.notes) == 4)
        assert sorted(made.journal.notes) == [
            ("b", "UNEXPECTED"), ("d", "postponed"), ("p", "DOCUMENT_MISSING"), ("t", "postponed"),
        ]  # fmt: skip
        eventually(lambda: made.ready(topology.PROCESS_DEAD) == 2)


def test_a_late_acknowledgement_removes_nothing(rabbitmq: RabbitMQ) -> None:
    """Work that ends after its connection was lost must not acknowledge another message on the next connection."""
    release = threading.Event()
    begun: list[str] = []

    def slow(delivery_id: str) -> None:
        begun.append(delivery_id)
        if len(begun) <= THREADS:
            release.wait(30)

    with bench(rabbitmq, slow) as made:
        wanted = {f"d-{number}" for number in range(20)}
        for delivery_id in sorted(wanted):
            made.actor.send(delivery_id)
        eventually(lambda: len(begun) == THREADS)
        first = dict(made.worker.consumers)[topology.PROCESS].consumer
        drop_connections(rabbitmq, made.url)
        eventually(lambda: made.worker.consumers[topology.PROCESS].consumer is not first)
        release.set()
        eventually(lambda: set(made.done) == wanted)
        eventually(lambda: made.ready(topology.PROCESS) == 0)
        # the four at hand were delivered again, since their first acknowledgement counted for nothing
        eventually(lambda: len(made.done) == len(wanted) + THREADS)
        assert made.threads_alive()


def test_a_worker_outlives_its_broker(rabbitmq: RabbitMQ) -> None:
    """After the broker was killed and started again, waiting messages are worked on, and new ones too."""
    with bench(rabbitmq) as made:
        made.actor.send("before")
        eventually(lambda: made.done == ["before"])
        rabbitmq.kill()
        rabbitmq.start()
        made.actor.send("after")
        eventually(lambda: "after" in made.done, 40)


def drop_connections(rabbitmq: RabbitMQ, url: str) -> int:
    """Close every connection of a virtual host from the broker's side; how many there were."""
    vhost = quote(parameters(url).virtual_host)
    eventually(lambda: bool(rabbitmq.api("GET", f"vhosts/{vhost}/connections")))  # the list lags some seconds
    connections = rabbitmq.api("GET", f"vhosts/{vhost}/connections")
    for connection in connections:
        rabbitmq.api("DELETE", f"connections/{quote(connection['name'])}")
    return len(connections)

"""The service as its tests run it: real processes on a broker and a database of their own."""

import datetime as dt
import json
import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pika
from sqlalchemy import Engine, func, select

from tests.manifest import NOW
from tests.places import FIXTURES
from tests.services.local import wait_until
from worker.messages import DeliveryMessage, DocumentRef, encode
from worker.ports import DocumentStore
from worker.queueing import topology
from worker.queueing.connection import parameters
from worker.queueing.tls import Tls
from worker.store import schema
from worker.store.documents import FolderDocuments
from worker.store.engine import migrate, open_engine
from worker.store.reference import import_folder

_NO_TLS = Tls()
AUDIT = "test.events"  # a queue that takes every event
_PERSISTENT = 2
_RECEIVED = dt.datetime(2026, 11, 24, 8, tzinfo=dt.UTC)


@dataclass
class Place:
    """Where a service runs: its virtual host, its database, its documents, its folder for logs."""

    broker_url: str
    database_url: str
    folder: Path
    engine: Engine
    documents: DocumentStore
    tls: Tls = _NO_TLS
    served: list["Served"] = field(default_factory=list)

    @property
    def vhost(self) -> str:
        """The name of its virtual host."""
        return self.broker_url.rpartition("/")[2]

    def environment(self, **more: str) -> dict[str, str]:
        """The environment of a process of the service."""
        return {
            **os.environ,
            "AIGUILLEUR_DATABASE_URL": self.database_url,
            "AIGUILLEUR_BROKER_URL": self.broker_url,
            "AIGUILLEUR_DOCUMENTS_URL": (self.folder / "documents").as_uri(),
            "AIGUILLEUR_METRICS_ADDRESS": "127.0.0.1:0",
            **({"AIGUILLEUR_BROKER_CA": str(self.tls.ca)} if self.tls.ca else {}),
            **more,
        }

    def serve(self, *options: str, environment: dict[str, str] | None = None, log: str | None = None) -> "Served":
        """Start `aiguilleur serve`; its log goes to a file of its own, or is added to the one of that name."""
        file = self.folder / (log or f"serve-{len(self.served)}.log")
        served = Served(file, _start("serve", *options, log=file, environment=environment or self.environment()))
        self.served.append(served)
        return served

    def run(self, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
        """Run another command to its end; `more` are further variables of its environment."""
        return subprocess.run(
            [sys.executable, "-m", "worker", *arguments], env=self.environment(**more), capture_output=True, text=True,
            check=False, timeout=60,
        )  # fmt: skip

    @contextmanager
    def channel(self) -> Iterator[Any]:
        """A channel with confirms."""
        connection = pika.BlockingConnection(parameters(self.broker_url, self.tls))
        try:
            opened = connection.channel()
            opened.confirm_delivery()
            yield opened
        finally:
            connection.close()

    def announce(self, content: bytes, delivery_id: str, received_at: dt.datetime = _RECEIVED) -> bytes:
        """Put a document into the store, as a sender does; the message that announces it."""
        path = self.folder / f"incoming-{delivery_id.replace('/', '_')}"
        path.write_bytes(content)
        kept = self.documents.keep(path)
        path.unlink()
        reference = DocumentRef(uri=kept.uri, sha256=kept.sha256, size=kept.size, media_type="application/xml")
        return encode(
            DeliveryMessage(
                schema_version=1, delivery_id=delivery_id, source="test", document=reference,
                received_at=received_at,
            )
        )  # fmt: skip

    def send(self, body: bytes, *, content_type: str = "application/json", headers: Any = None) -> None:
        """Publish one message to the intake queue, confirmed."""
        properties = pika.BasicProperties(content_type=content_type, delivery_mode=_PERSISTENT, headers=headers)
        with self.channel() as channel:
            channel.basic_publish("", topology.RECEIVED, body, properties, mandatory=True)

    def ready(self, queue: str) -> int:
        """How many messages wait in a queue."""
        with self.channel() as channel:
            return topology.ready(channel, queue)

    def taken(self, queue: str) -> list[tuple[Any, bytes]]:
        """Everything in a queue, taken out of it: properties and body."""
        found = []
        with self.channel() as channel:
            channel.basic_qos(prefetch_count=500)
            for method, properties, body in channel.consume(queue, inactivity_timeout=0.5):
                if method is None:
                    break
                found.append((properties, body))
                channel.basic_ack(method.delivery_tag)
            channel.cancel()
        return found

    def count(self, table: Any, *conditions: Any) -> int:
        """How many rows of a table fulfil conditions."""
        with self.engine.connect() as connection:
            return connection.execute(select(func.count()).select_from(table).where(*conditions)).scalar_one()

    def unfinished(self) -> int:
        """How many deliveries of the inbox are not finished."""
        return self.count(schema.deliveries, schema.deliveries.c.finished_at.is_(None))

    def unsent(self) -> int:
        """How many events are not confirmed."""
        return self.count(schema.outbox, schema.outbox.c.sent_at.is_(None))


@dataclass
class Served:
    """A running `aiguilleur serve`."""

    log: Path
    process: subprocess.Popen[bytes]

    def lines(self) -> list[dict[str, Any]]:
        """Its log, entry by entry."""
        text = self.log.read_text(encoding="utf-8", errors="replace")
        return [json.loads(line) for line in text.splitlines() if line.startswith("{")]

    def logged(self, event: str) -> list[dict[str, Any]]:
        """The entries of one event."""
        return [line for line in self.lines() if line["event"] == event]

    def answer(self, path: str) -> tuple[int, str]:
        """What its health endpoint says."""
        port = self.logged("service_started")[0]["port"]
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=15) as response:
                return response.status, response.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def wait_ready(self, seconds: float = 30) -> None:
        """Wait until it says that it can work."""
        ready = wait_until(
            lambda: (
                self.process.poll() is not None
                or bool(self.logged("service_started") and self.answer("/readyz")[0] == 200)
            ),
            seconds,
        )
        assert ready, self.tail()
        assert self.process.poll() is None, self.tail()

    def tail(self) -> str:
        """The end of its log."""
        return self.log.read_text(encoding="utf-8", errors="replace")[-4000:]

    def stop(self, number: int = signal.SIGTERM, seconds: float = 40) -> int:
        """Send a signal and wait; the exit code."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self.process.wait(seconds)


@contextmanager
def place(
    broker_url: str, database_url: str, folder: Path, *, reference: bool = True, tls: Tls = _NO_TLS
) -> Iterator[Place]:
    """An empty place with the reference data of the fixtures and a queue that hears every event."""
    engine = open_engine(database_url)
    migrate(engine)
    if reference:
        import_folder(engine, FIXTURES / "reference", now=NOW)
    made = Place(broker_url, database_url, folder, engine, FolderDocuments(folder / "documents"), tls)
    connection = pika.BlockingConnection(parameters(broker_url, tls))
    topology.ensure(connection)
    channel = connection.channel()
    channel.queue_declare(AUDIT, durable=True, arguments={"x-queue-type": "quorum"})
    channel.queue_bind(AUDIT, topology.EVENTS, "invoice.#")
    connection.close()
    try:
        yield made
    finally:
        for served in made.served:
            if served.process.poll() is None:
                served.process.kill()
                served.process.wait(30)
        engine.dispose()


def eventually(is_true: Callable[[], bool], seconds: float = 30) -> None:
    """Fail if a condition does not come true in time."""
    assert wait_until(is_true, seconds)


def _start(*arguments: str, log: Path, environment: dict[str, str]) -> subprocess.Popen[bytes]:
    with log.open("ab") as out:
        return subprocess.Popen(
            [sys.executable, "-m", "worker", *arguments], env=environment, stdin=subprocess.DEVNULL, stdout=out,
            stderr=out, start_new_session=True,
        )  # fmt: skip

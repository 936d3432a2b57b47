"""A service that works under the eyes of Prometheus, on servers that can be taken away."""

import contextlib
import datetime as dt
import json
import os
import random
import shutil
import signal
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.faults.feed import Feed
from tests.faults.fleet import Fleet
from tests.faults.watching import Watcher, address, ports_for, watched
from tests.observability.hurry import FACTOR
from tests.places import FIXTURES
from tests.running import Place, eventually, place
from tests.services.local import wait_until
from tests.services.postgres import PostgreSQL
from tests.services.rabbitmq import RabbitMQ
from tests.services.s3 import CREDENTIALS, S3
from worker.queueing import topology
from worker.store import schema
from worker.store.documents.s3 import S3Documents
from worker.store.reference import import_folder

# Every role by itself, so that each can be taken away alone; two entries work.
WORKERS = ("worker-a", "worker-b")
ROLES = {
    "intake": ("--role", "intake"),
    "exporter": ("--role", "exporter"),
    "relay": ("--role", "relay,sweeper"),
    **dict.fromkeys(WORKERS, ("--role", "worker", "--threads", "2")),
}
# The settings are times too: their defaults, divided like the rules.
_SETTINGS = {"AIGUILLEUR_STUCK_MINUTES": f"{5 / FACTOR:.4f}", "AIGUILLEUR_SWEEP_SECONDS": f"{30 / FACTOR:.2f}"}
_COUNT_MS = 250
_ENDLESS = 1_000_000
_SENT_EVERY_SECONDS = 0.25
_WARM_SECONDS = 8
_SETTLE_SECONDS = 120
_LAST_SECONDS = 6  # for what waits to be scraped and evaluated
_REVIEWED = FIXTURES / "invoices" / "pivot" / "commitment-not-found"


@dataclass
class Servers:
    """The servers of the scenes, each started once."""

    rabbitmq: RabbitMQ
    postgres: PostgreSQL
    s3: S3


@dataclass
class Scene:
    """A run: the service, its sender, and who watches."""

    servers: Servers
    place: Place
    fleet: Fleet
    feed: Feed
    watcher: Watcher
    _ending: threading.Event

    def hold(self, seconds: float) -> None:
        """Let time go by."""
        time.sleep(seconds)

    def rest(self) -> None:
        """Send nothing more from here on."""
        self._ending.set()

    def finish(self) -> None:
        """Let everything that was sent be decided and told."""
        self._ending.set()
        self.feed.end()
        self.feed.join(60)
        settled = wait_until(
            lambda: (
                self.place.ready(topology.RECEIVED) == 0
                and self.place.count(schema.deliveries) >= len(self.feed.sent)
                and self.place.count(schema.deliveries, schema.deliveries.c.finished_at.is_(None)) == self.given_up()
                and self.place.unsent() == 0
            ),
            _SETTLE_SECONDS,
        )
        assert settled, f"{self.place.unfinished()} unfinished, {self.place.unsent()} unsent"
        time.sleep(_LAST_SECONDS)

    def given_up(self) -> int:
        """How many deliveries wait for a person."""
        return self.place.count(schema.deliveries, schema.deliveries.c.failed_at.is_not(None))

    def work_at_hand(self, deliveries: int) -> contextlib.AbstractContextManager[None]:
        """Fill the queue of the work while the workers stand still; they go on at the end of the context."""
        return self._still(deliveries)

    @contextlib.contextmanager
    def _still(self, deliveries: int) -> Iterator[None]:
        for name in WORKERS:
            self.fleet.tell_all(name, signal.SIGSTOP)
        try:
            before = len(self.feed.sent)
            self.feed.release(deliveries)
            eventually(lambda: len(self.feed.sent) >= before + deliveries)
            eventually(lambda: self.place.count(schema.deliveries) >= before + deliveries)
            yield
        finally:
            for name in WORKERS:
                self.fleet.tell_all(name, signal.SIGCONT)


@contextlib.contextmanager
def servers() -> Iterator[Servers]:
    """All servers, for one scene after the other. Raises `ServerMissing`."""
    with RabbitMQ(count_ms=_COUNT_MS) as rabbitmq, PostgreSQL() as postgres, S3() as s3:
        yield Servers(rabbitmq, postgres, s3)


@contextlib.contextmanager
def scene(on: Servers, seed: int = 1, *, in_s3: bool = False) -> Iterator[Scene]:
    """A service of its own that works, and has been watched for a while."""
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="aiguilleur-alerts-")))
        broker_url = on.rabbitmq.fresh_vhost()
        made = stack.enter_context(place(broker_url, on.postgres.fresh_database(), folder, reference=False))
        import_fresh(made)
        ports = ports_for(dict.fromkeys(ROLES, 1))
        documents = stack.enter_context(_in_s3(made, on.s3)) if in_s3 else {}
        settings = {name: {**_SETTINGS, **documents, **address(ports[name])} for name in ROLES}
        fleet = Fleet(made, ROLES, settings)
        fleet.start()
        stack.callback(fleet.close)
        fleet.wait_ready()
        feed = Feed(made, _ENDLESS, random.Random(seed), received_at=lambda: dt.datetime.now(dt.UTC))
        feed.start()
        ending = threading.Event()
        threading.Thread(target=_keep_sending, args=(feed, ending), daemon=True).start()
        stack.callback(ending.set)
        eventually(lambda: made.count(schema.decisions) > 0)
        watcher = stack.enter_context(watched(made, ports, on.rabbitmq))
        time.sleep(_WARM_SECONDS)
        yield Scene(on, made, fleet, feed, watcher, ending)


def import_fresh(service: Place, times: int = 2) -> Path:
    """Import the reference data of the fixtures as of this minute; twice, so that its change is known. The folder."""
    folder = service.folder / "reference"
    if not folder.exists():
        shutil.copytree(FIXTURES / "reference", folder)
    now = dt.datetime.now(dt.UTC)
    (folder / "reference.toml").write_text(f'as_of = "{(now - dt.timedelta(seconds=5)).isoformat()}"\n', "utf-8")
    for _ in range(times):
        import_folder(service.engine, folder, now=now)
    return folder


def reviewed(service: Place) -> str:
    """Have an invoice that waits for a person; its key."""
    (file,) = _REVIEWED.iterdir()
    service.send(service.announce(file.read_bytes(), "reviewed", dt.datetime.now(dt.UTC)))
    listed = ""

    def is_listed() -> bool:
        nonlocal listed
        listed = service.run("review", "list", "--json").stdout
        return bool(listed.strip())

    eventually(is_listed)
    return str(json.loads(listed.splitlines()[0])["invoice_key"])


def resolve(service: Place, key: str) -> None:
    """Decide as a person does: that makes an event, whatever the broker does."""
    done = service.run("review", "resolve", key, "--by", "tests", "--none")
    assert done.returncode == 0, done.stderr


def _keep_sending(feed: Feed, ending: threading.Event) -> None:
    while not ending.wait(_SENT_EVERY_SECONDS):
        feed.release(1)


@contextlib.contextmanager
def _in_s3(made: Place, s3: S3) -> Iterator[dict[str, str]]:
    """Documents in a bucket instead of a folder; the settings that say so."""
    before = {name: os.environ.get(name) for name in CREDENTIALS}
    os.environ.update(CREDENTIALS)
    prefix = made.folder.name
    made.documents = S3Documents(s3.bucket, prefix, s3.url)
    try:
        yield {"AIGUILLEUR_DOCUMENTS_URL": f"s3://{s3.bucket}/{prefix}", "AIGUILLEUR_S3_ENDPOINT": s3.url}
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value

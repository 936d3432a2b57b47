"""What breaks: each fault is done, lasts a while, and is mended."""

import contextlib
import json
import os
import random
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pika

from tests.faults.fleet import Fleet
from tests.running import AUDIT, Place
from tests.services.local import ServerFailed
from tests.services.postgres import PostgreSQL
from tests.services.rabbitmq import RabbitMQ
from worker.queueing import topology
from worker.queueing.connection import parameters

_HELD_SECONDS = 4.0
POISON_WORK = 7


def _work(**changes: Any) -> bytes:
    good = {"queue_name": topology.PROCESS, "actor_name": "process_delivery", "args": ["d-0"], "kwargs": {},
            "options": {}, "message_id": "poison", "message_timestamp": 1}  # fmt: skip
    return json.dumps(good | changes).encode()


_POISON = {
    topology.PROCESS: [
        b"\x00\xff%PDF",
        b"[1,2]",
        _work(actor_name="nope"),
        _work(options=None),
        _work(actor_name=["x"]),
        _work(queue_name="elsewhere"),
        _work(args=[1, 2, 3]),
    ],
    topology.RECEIVED: [b"\x00\xff%PDF", b"[1,2]", b"null", b"{}", b'{"specversion":"1.0"}', b"x" * 70_000],
}


@dataclass
class Breaker:
    """Does the faults of a run."""

    place: Place
    fleet: Fleet
    rabbitmq: RabbitMQ
    postgres: PostgreSQL
    chance: random.Random
    poisoned: int = 0

    @property
    def faults(self) -> dict[str, Callable[[], None]]:
        """Every fault by its name."""
        fleet = self.fleet
        return {
            "worker-sigkill": lambda: fleet.tell_child("workers", signal.SIGKILL, self.chance),
            "group-sigkill": lambda: fleet.tell_all("workers", signal.SIGKILL),
            "workers-sigterm": lambda: fleet.tell("workers", signal.SIGTERM),
            "group-sigterm": lambda: fleet.tell_all("workers", signal.SIGTERM),
            "relay-sigkill": lambda: fleet.tell(self.chance.choice(("relay-a", "relay-b")), signal.SIGKILL),
            "relays-sigkill": lambda: [fleet.tell(name, signal.SIGKILL) for name in ("relay-a", "relay-b")] and None,
            "intake-sigkill": lambda: fleet.tell("intake", signal.SIGKILL),
            "broker-restart": self.rabbitmq.restart,
            "broker-sigkill": self._kill_broker,
            "drop-connections": self._drop_connections,
            "drop-then-kill": self._drop_then_kill,
            "database-restart": self.postgres.restart,
            "database-sigkill": self._kill_database,
            "retries-refused": lambda: self._refuse(topology.PROCESS_DELAYED),
            "work-refused": lambda: self._refuse(topology.PROCESS),
            "events-unroutable": self._unbind,
            "memory-alarm": self._alarm,
            "disk-full": self._fill_disk,
            "poison": self._poison,
        }

    def _kill_broker(self) -> None:
        self.rabbitmq.kill()
        self.rabbitmq.start()

    def _kill_database(self) -> None:
        self.postgres.kill()
        self.postgres.start()

    def _drop_connections(self) -> None:
        for connection in self.rabbitmq.api("GET", "connections"):
            with contextlib.suppress(ServerFailed):  # it has just closed by itself
                self.rabbitmq.api("DELETE", f"connections/{quote(connection['name'])}")

    def _drop_then_kill(self) -> None:
        self._drop_connections()
        time.sleep(4)
        self.fleet.tell_all("workers", signal.SIGKILL)

    def _refuse(self, queue: str) -> None:
        """Have the broker refuse what is published to a queue, and make sure that something wants to be."""
        vhost = quote(parameters(self.place.broker_url).virtual_host)
        policy = {"pattern": f"^{queue}$", "apply-to": "queues", "priority": 1}
        definition = {"max-length": 0, "overflow": "reject-publish"}
        self.rabbitmq.api("PUT", f"policies/{vhost}/refuse", policy | {"definition": definition})
        if queue == topology.PROCESS_DELAYED:
            self.postgres.restart()  # what is at hand fails, and asks for another attempt
        time.sleep(_HELD_SECONDS)
        self.rabbitmq.api("DELETE", f"policies/{vhost}/refuse")

    def _unbind(self) -> None:
        with self._channel() as channel:
            channel.queue_unbind(AUDIT, topology.EVENTS, "invoice.#")
        time.sleep(_HELD_SECONDS)
        with self._channel() as channel:
            channel.queue_bind(AUDIT, topology.EVENTS, "invoice.#")

    def _alarm(self) -> None:
        """Too little memory: the broker reads nothing more from those who publish."""
        self.rabbitmq.ctl("set_vm_memory_high_watermark", "0.00001")
        time.sleep(2 * _HELD_SECONDS)
        self.rabbitmq.ctl("set_vm_memory_high_watermark", "0.4")

    def _fill_disk(self) -> None:
        filler = self.place.folder / "documents" / "filler"
        with contextlib.suppress(OSError), filler.open("wb") as out:
            while True:
                out.write(b"x" * (1 << 16))
        time.sleep(_HELD_SECONDS)
        filler.unlink()

    def _poison(self) -> None:
        with self._channel() as channel:
            for queue, bodies in _POISON.items():
                for body in bodies:
                    channel.basic_publish("", queue, body, pika.BasicProperties(delivery_mode=2), mandatory=True)
                    self.poisoned += 1

    @contextlib.contextmanager
    def _channel(self) -> Iterator[Any]:
        with self.place.channel() as channel:
            yield channel


@contextlib.contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[bool]:
    """A file system of its own for documents, that can be filled; False where it may not be mounted."""
    folder.mkdir(parents=True, exist_ok=True)
    mounted = (
        os.geteuid() == 0
        and not subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)], check=False, capture_output=True
        ).returncode
    )
    try:
        yield mounted
    finally:
        if mounted:
            subprocess.run(["umount", "--lazy", str(folder)], check=False)

"""The processes of the service under test, and who starts them again when they end, as systemd would."""

import os
import random
import signal
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path

from tests.running import Place, Served
from tests.services.local import wait_until

ROLES = {
    "workers": ("--role", "worker", "--processes", "2", "--threads", "4"),
    "intake": ("--role", "intake"),
    "relay-a": ("--role", "relay,sweeper"),
    "relay-b": ("--role", "relay,sweeper"),
    "exporter": ("--role", "exporter"),
}
PROCESSES = {"workers": 2}  # where an entry has more than one that tells its metrics
_PAUSE_SECONDS = 0.5
_ENVIRONMENT = {"AIGUILLEUR_STUCK_MINUTES": "0.25", "AIGUILLEUR_SWEEP_SECONDS": "3"}


@dataclass
class Fleet:
    """Keeps one process for each entry of `roles` running until it is closed.

    `settings` are further variables of the environment, by entry.
    """

    place: Place
    roles: Mapping[str, Sequence[str]] = field(default_factory=lambda: ROLES)
    settings: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    starts: int = 0
    _held: set[str] = field(default_factory=set)
    _running: dict[str, Served] = field(default_factory=dict)
    _closing: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def start(self) -> None:
        """Start all, and keep them running."""
        for name in self.roles:
            self._start(name)
        self._thread = threading.Thread(target=self._keep, daemon=True)
        self._thread.start()

    def tell(self, name: str, number: signal.Signals) -> None:
        """Signal the first process of an entry."""
        self._running[name].process.send_signal(number)

    def tell_all(self, name: str, number: signal.Signals) -> None:
        """Signal an entry with all its children at once, as systemd does without `KillMode=mixed`."""
        pid = self._running[name].process.pid
        for each in (*_children(pid), pid):
            _signal(each, number)

    def tell_child(self, name: str, number: signal.Signals, chance: random.Random) -> None:
        """Signal one child of an entry."""
        if children := _children(self._running[name].process.pid):
            _signal(chance.choice(children), number)

    @contextmanager
    def kept_down(self, *names: str) -> Iterator[None]:
        """Kill entries, and start them again only at the end."""
        self._held.update(names)
        for name in names:
            self.tell_all(name, signal.SIGKILL)
        try:
            yield
        finally:
            self._held.difference_update(names)

    def wait_ready(self, *names: str) -> None:
        """Wait until the present processes of entries can work."""
        for name in names or self.roles:
            served = self._running[name]
            assert wait_until(lambda served=served: _is_ready(served), 60), served.tail()  # type: ignore[misc]

    def restarted(self, name: str, number: signal.Signals) -> None:
        """Signal an entry, and wait until its next process can work."""
        before = self._running[name]
        self.tell_all(name, number)
        assert wait_until(lambda: self._running[name] is not before, 60), before.tail()
        self.wait_ready(name)

    def close(self) -> list[int]:
        """Stop all gracefully; their exit codes."""
        self._closing.set()
        if self._thread is not None:
            self._thread.join(10)
        for served in self._running.values():
            served.process.send_signal(signal.SIGTERM)
        return [_ended(served.process) for served in self._running.values()]

    def _start(self, name: str) -> None:
        self._running[name] = self.place.serve(
            *self.roles[name],
            environment=self.place.environment(**{**_ENVIRONMENT, **self.settings.get(name, {})}),
            log=f"{name}.log",
        )
        self.starts += 1

    def _keep(self) -> None:
        while not self._closing.wait(_PAUSE_SECONDS):
            for name, served in list(self._running.items()):
                if name not in self._held and served.process.poll() is not None:
                    self._start(name)


def _is_ready(served: Served) -> bool:
    if served.process.poll() is not None:
        return False
    try:
        return served.answer("/readyz")[0] == HTTPStatus.OK
    except (IndexError, OSError):  # it does not listen yet
        return False


def _ended(process: subprocess.Popen[bytes]) -> int:
    try:
        return process.wait(45)
    except subprocess.TimeoutExpired:
        process.kill()
        return process.wait(10)


def _children(pid: int) -> list[int]:
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()]
    except FileNotFoundError:
        return []


def _signal(pid: int, number: signal.Signals) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        time.sleep(0)  # it has just ended by itself

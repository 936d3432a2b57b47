"""The processes of the service under test, and who starts them again when they end, as systemd would."""

import os
import random
import signal
import subprocess
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

from tests.running import Place, Served

ROLES = {
    "workers": ("--role", "worker", "--processes", "2", "--threads", "4"),
    "intake": ("--role", "intake"),
    "relay-a": ("--role", "relay,sweeper"),
    "relay-b": ("--role", "relay,sweeper"),
}
_PAUSE_SECONDS = 0.5
_ENVIRONMENT = {"AIGUILLEUR_STUCK_MINUTES": "0.25", "AIGUILLEUR_SWEEP_SECONDS": "3"}


@dataclass
class Fleet:
    """Keeps one process for each entry of `ROLES` running until it is closed."""

    place: Place
    starts: int = 0
    _running: dict[str, Served] = field(default_factory=dict)
    _closing: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def start(self) -> None:
        """Start all, and keep them running."""
        for name in ROLES:
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
            *ROLES[name], environment=self.place.environment(**_ENVIRONMENT), log=f"{name}.log"
        )
        self.starts += 1

    def _keep(self) -> None:
        while not self._closing.wait(_PAUSE_SECONDS):
            for name, served in list(self._running.items()):
                if served.process.poll() is not None:
                    self._start(name)


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

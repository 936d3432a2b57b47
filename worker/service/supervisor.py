"""Several processes of the service under one: started together, stopped together.

A child that ends by itself ends the others too, with exit code 1: whoever started the supervisor starts all again.
Children are in sessions of their own, so that a signal to the supervisor's group does not reach them twice; when the
supervisor is killed they notice and stop (`is_orphan`).
"""

import os
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import NamedTuple

import structlog

from worker.service.process import StopSignals

log = structlog.get_logger(__name__)

_WATCH_SECONDS = 0.2
GRACE_SECONDS = 5.0  # beyond a child's own bound
_SUPERVISOR = "AIGUILLEUR_SUPERVISOR"


def is_orphan() -> Callable[[], bool]:
    """A question for a child: is the supervisor gone? Never, for a process that has none."""
    supervisor = os.environ.get(_SUPERVISOR)
    return lambda: supervisor is not None and os.getppid() != int(supervisor)


class Child(NamedTuple):
    """A process to start: its command, and what is particular in its environment."""

    command: Sequence[str]
    environment: Mapping[str, str]


def supervise(wanted: Sequence[Child], signals: StopSignals, stop_seconds: float) -> int:
    """Run the children until asked to stop, or until one ends; the exit code."""
    stopping = signals.event
    environment = {**os.environ, _SUPERVISOR: str(os.getpid())}
    children = [
        subprocess.Popen(child.command, env={**environment, **child.environment}, start_new_session=True)  # noqa: S603
        for child in wanted
    ]
    signals.at_once = partial(_kill, children)
    log.info("children_started", pids=[child.pid for child in children])
    while not stopping.wait(_WATCH_SECONDS):
        if any(child.poll() is not None for child in children):
            break
    ended = [child.pid for child in children if child.poll() is not None]
    if ended:
        log.critical("child_ended", pids=ended)
    is_clean = _stop(children, stop_seconds + GRACE_SECONDS)
    return 0 if is_clean and not ended else 1


def _kill(children: Sequence[subprocess.Popen[bytes]]) -> None:
    for child in children:
        child.kill()


def _stop(children: Sequence[subprocess.Popen[bytes]], seconds: float) -> bool:
    """Ask all to stop, and kill who does not; whether all stopped as asked."""
    for child in children:
        if child.poll() is None:
            child.terminate()
    deadline = time.monotonic() + seconds
    for child in children:
        try:
            child.wait(max(deadline - time.monotonic(), 0))
        except subprocess.TimeoutExpired:
            log.critical("child_killed", pid=child.pid)
            child.kill()
            child.wait()
    return all(child.returncode == 0 for child in children)

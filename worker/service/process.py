"""One process of the service: starts its parts, watches them, and stops them when asked.

The first SIGTERM or SIGINT stops gracefully within a bound, the second one at once. A part that dies ends the process
with exit code 1, for whoever started it to start it again: a process without its threads would look healthy.
"""

import os
import signal
from collections.abc import Callable, Sequence
from threading import Event, Timer
from types import FrameType

import structlog

from worker.service.health import HealthServer, Probes
from worker.service.parts import Part, stop_all
from worker.settings import Address

log = structlog.get_logger(__name__)

FAILED = 1
STOP_SECONDS = 30.0
_WATCH_SECONDS = 1.0


class StopSignals:
    """Turns the first signal into an event, and the second one into the end of the process, after `at_once`."""

    def __init__(self) -> None:
        self.event = Event()
        self.at_once: Callable[[], object] = lambda: None
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._receive)

    def _receive(self, number: int, _frame: FrameType | None) -> None:
        if self.event.is_set():
            self.at_once()
            os._exit(128 + number)
        self.event.set()


class Process:
    """The parts of one process. `checks` are asked for readiness, and say what is wrong.

    Parts stop in the order given: first what takes work in, last what sends results out.
    """

    def __init__(
        self,
        parts: Sequence[Part],
        checks: Sequence[Callable[[], list[str]]],
        address: Address,
        stop_seconds: float = STOP_SECONDS,
        orphaned: Callable[[], bool] = lambda: False,
    ) -> None:
        self._parts = list(parts)
        self._checks = checks
        self._health = HealthServer(address, Probes(self._deaths, self._obstacles))
        self._stop_seconds = stop_seconds
        self._orphaned = orphaned

    def run(self, stopping: Event) -> int:
        """Run until asked to stop, or until a part dies; the exit code."""
        self._health.start()
        for part in self._parts:
            part.start()
        log.info("service_started", parts=[part.name for part in self._parts], port=self._health.port)
        code = self._watch(stopping)
        bound = Timer(self._stop_seconds, self._exit_late)
        bound.daemon = True
        bound.start()
        is_clean = stop_all(self._parts, self._stop_seconds)
        bound.cancel()
        self._health.close()
        log.info("service_stopped", clean=is_clean)
        return code if is_clean else FAILED

    def _watch(self, stopping: Event) -> int:
        while not stopping.wait(_WATCH_SECONDS):
            if deaths := self._deaths():
                log.critical("part_died", deaths=deaths)
                return FAILED
            if self._orphaned():
                log.warning("supervisor_gone")
                break
        log.info("service_stopping", seconds=self._stop_seconds)
        return 0

    def _deaths(self) -> list[str]:
        health = [] if self._health.is_alive() else ["health: its thread has ended"]
        return [*(death for part in self._parts for death in part.deaths()), *health]

    def _obstacles(self) -> list[str]:
        faults = [fault for check in self._checks for fault in check()]
        return [*faults, *(obstacle for part in self._parts for obstacle in part.obstacles())]

    def _exit_late(self) -> None:
        log.critical("stop_took_too_long", seconds=self._stop_seconds)
        os._exit(FAILED)

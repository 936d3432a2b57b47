"""A process and its parts: what counts as dead, what as unable, and how it ends."""

import time
import urllib.error
import urllib.request
from collections.abc import Callable
from threading import Event, Thread

import pytest

from tests.services.local import wait_until
from worker.errors import ConfigurationError, TransientError
from worker.service.health import HealthServer, Probes
from worker.service.parts import Loop
from worker.service.process import FAILED, Process
from worker.settings import Address

ANYWHERE = Address("127.0.0.1", 0)


def _get(port: int, path: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


def test_health_tells_dead_from_unable() -> None:
    """A dead thread is neither alive nor ready; an obstacle is alive and not ready."""
    deaths: list[str] = []
    obstacles: list[str] = []
    server = HealthServer(ANYWHERE, Probes(lambda: deaths, lambda: obstacles))
    server.start()
    try:
        assert _get(server.port, "/healthz") == _get(server.port, "/readyz") == (200, "ok\n")
        obstacles.append("broker: away")
        assert _get(server.port, "/healthz")[0] == 200
        assert _get(server.port, "/readyz") == (503, "broker: away\n")
        deaths.append("worker: gone")
        assert _get(server.port, "/healthz") == (503, "worker: gone\n")
        assert _get(server.port, "/metrics")[0] == 200
        assert _get(server.port, "/else")[0] == 404
    finally:
        server.close()


def test_an_address_that_is_taken_is_named() -> None:
    """Two processes cannot share an address."""
    server = HealthServer(ANYWHERE, Probes(list, list))
    server.start()
    with pytest.raises(ConfigurationError, match="AIGUILLEUR_METRICS_ADDRESS"):
        HealthServer(Address("127.0.0.1", server.port), Probes(list, list))
    server.close()


def _loop(step: Callable[[Event], object]) -> Loop:
    return Loop("part", step, every=0.01)


def test_a_transient_failure_is_an_obstacle_until_it_passes() -> None:
    """The loop goes on, and says what is wrong meanwhile."""
    failures = [TransientError("away")]

    def step(_: Event) -> None:
        if failures:
            raise failures[0]

    part = _loop(step)
    part.start()
    assert wait_until(lambda: part.obstacles() == ["part: TRANSIENT"], 5)
    assert part.deaths() == []
    failures.clear()
    assert wait_until(lambda: part.obstacles() == [], 5)
    part.stop(5)
    assert part.deaths() == []


def test_a_part_that_crashes_ends_the_process() -> None:
    """Any other error ends the thread, and the process with exit code 1 after stopping the others."""
    stopped = Event()
    healthy = Loop("healthy", lambda _: None, 0.01, after=stopped.set)

    def crash(_: Event) -> None:
        raise KeyError("bug")

    process = Process([_loop(crash), healthy], [], ANYWHERE, stop_seconds=5)
    assert process.run(Event()) == FAILED
    assert stopped.is_set()


def test_a_process_stops_when_asked() -> None:
    """Every part finishes its step, and the exit code is 0."""
    stopping, finished = Event(), []

    def step(_: Event) -> None:
        time.sleep(0.2)
        finished.append(1)

    process = Process([_loop(step)], [], ANYWHERE, stop_seconds=5)
    Thread(target=lambda: (time.sleep(0.3), stopping.set()), daemon=True).start()
    assert process.run(stopping) == 0
    assert finished


def test_an_orphan_stops() -> None:
    """A child whose supervisor is gone stops by itself."""
    process = Process([_loop(lambda _: None)], [], ANYWHERE, stop_seconds=5, orphaned=lambda: True)
    assert process.run(Event()) == 0

"""The parts of a process: each has its threads, says whether they live, and whether they can work."""

import time
from collections.abc import Callable
from threading import Event, Thread
from typing import Protocol

import structlog
from dramatiq import Worker
from dramatiq.worker import ConsumerThread

from worker.errors import TransientError
from worker.metrics import WORKER_THREADS_ALIVE, reason_of
from worker.queueing.topology import PROCESS, PROCESS_DELAYED

log = structlog.get_logger(__name__)

_FIRST_PAUSE_SECONDS, _LONGEST_PAUSE_SECONDS = 0.5, 10.0


class Part(Protocol):
    """What a process runs."""

    @property
    def name(self) -> str:
        """The name, as logs and health show it."""
        ...

    def start(self) -> None:
        """Start the threads."""
        ...

    def stop(self, seconds: float) -> None:
        """Finish what is at hand, within a time."""
        ...

    def deaths(self) -> list[str]:
        """The threads that ended without being asked. The process cannot go on then."""
        ...

    def obstacles(self) -> list[str]:
        """Why no work can be done at the moment. It may pass."""
        ...


class Loop:
    """A thread that does one step again and again. A step that fails for a while is repeated, with growing pauses.

    `step` gets the event that asks to stop. Any error but a transient one ends the thread.
    """

    def __init__(
        self,
        name: str,
        step: Callable[[Event], object],
        every: float,
        obstacles: Callable[[], list[str]] = list,
        after: Callable[[], object] = lambda: None,
    ) -> None:
        self.name = name
        self._step = step
        self._every = every
        self._obstacles = obstacles
        self._after = after
        self._stopping = Event()
        self._failing: str | None = None
        self._thread = Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def stop(self, seconds: float) -> None:
        """Ask the thread to stop, and wait."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(max(seconds, 0))

    def deaths(self) -> list[str]:
        """The thread, if it ended by itself."""
        return [] if self._stopping.is_set() or self._thread.is_alive() else [f"{self.name}: its thread has ended"]

    def obstacles(self) -> list[str]:
        """The error of the latest step, and what the part itself says."""
        return ([f"{self.name}: {self._failing}"] if self._failing else []) + self._obstacles()

    def _run(self) -> None:
        pause = _FIRST_PAUSE_SECONDS
        try:
            while not self._stopping.is_set():
                try:
                    self._step(self._stopping)
                except TransientError as error:
                    self._failing = error.code
                    log.warning("step_failed", part=self.name, error=error.code, detail=str(error), pause=pause)
                    self._stopping.wait(pause)
                    pause = min(pause * 2, _LONGEST_PAUSE_SECONDS)
                else:
                    self._failing, pause = None, _FIRST_PAUSE_SECONDS
                    self._stopping.wait(self._every)
        except Exception as error:
            log.critical("part_crashed", part=self.name, error=reason_of(error), exc_info=True)
        finally:
            self._after()


class WorkerPart:
    """dramatiq's worker: threads that work and threads that consume."""

    name = "worker"

    def __init__(self, worker: Worker, prefetch: int) -> None:
        self._worker = worker
        worker.queue_prefetch = prefetch  # dramatiq takes twice the threads: more neighbours of a message that kills

    def start(self) -> None:
        """Start consuming."""
        self._worker.start()
        WORKER_THREADS_ALIVE.set_function(lambda: sum(thread.is_alive() for thread in self._worker.workers))

    def stop(self, seconds: float) -> None:
        """Finish the deliveries at hand; those not begun go back to the broker."""
        self._worker.stop(timeout=int(max(seconds, 0) * 1000))

    def deaths(self) -> list[str]:
        """Threads that have ended."""
        threads = [*self._worker.workers, *self._worker.consumers.values()]
        dead = sum(not thread.is_alive() for thread in threads)
        return [f"worker: {dead} of {len(threads)} threads have ended"] if dead else []

    def obstacles(self) -> list[str]:
        """Queues that are not consumed."""
        consumers = self._worker.consumers
        return [
            f"worker: no consumer on {name}" for name in (PROCESS, PROCESS_DELAYED) if not _consumes(consumers, name)
        ]


def _consumes(threads: dict[str, ConsumerThread], name: str) -> bool:
    consumer = threads[name].consumer if name in threads else None
    return consumer is not None and bool(getattr(consumer, "is_open", True))


def stop_all(parts: list[Part], seconds: float) -> bool:
    """Stop parts one after the other within a time; whether they made it."""
    deadline = time.monotonic() + seconds
    for part in parts:
        part.stop(deadline - time.monotonic())
    return time.monotonic() < deadline

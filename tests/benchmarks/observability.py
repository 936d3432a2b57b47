"""What metrics and logs cost on the hot path: the same deliveries with the watch and without it, in turns.

The pipeline runs on SQLite without disk flushes, so that the work they are compared with is as cheap as it can be; the
log is written as the service writes it, JSON to a file. Processor time is measured, which neighbours disturb least.
"""

import dataclasses
import logging
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.app import started
from tests.benchmarks.service import document
from tests.places import FIXTURES
from worker.bootstrap import Embedded
from worker.replay import Replay
from worker.service import logs
from worker.store.inbox import Delivery
from worker.watch import Decided, NoWatch, Observer, Watch

DELIVERIES, ROUNDS, REPEATS = 80, 11, 5000
_LIMIT = 0.05


class Keeper:
    """Keeps what it is told."""

    def __init__(self) -> None:
        self.decided_ones: list[Decided] = []

    def decided(self, decided: Decided) -> None:
        """Keep."""
        self.decided_ones.append(decided)


def run() -> Iterator[str]:
    """The lines of the report."""
    yield f"observability: {DELIVERIES} deliveries (pivots with PDFs, CII, UBL, Factur-X), {ROUNDS} rounds in turns"
    with tempfile.TemporaryDirectory(prefix="bench-") as folder, _logging(Path(folder, "log")):
        files = [_written(Path(folder), number) for number in range(DELIVERIES)]
        _seconds(files, NoWatch())  # warms caches up
        pairs = [(_seconds(files, NoWatch()), _seconds(files, Observer())) for _ in range(ROUNDS)]
        off, on = (min(column) / DELIVERIES for column in zip(*pairs, strict=True))
        ratio = statistics.median(on / off for off, on in pairs)
        yield f"  processor time of a delivery, best round: {off * 1e3:.2f} ms without, {on * 1e3:.2f} ms with"
        yield f"  with / without: {on / off:.3f} of the best rounds, {ratio:.3f} the median of all"
        own = _own(files[:10])
        share = own / off
        verdict = "below" if share < _LIMIT else "NOT below"
        yield f"  metrics and log of one decision alone: {own * 1e6:.0f} µs, {share:.2%} of a delivery ({verdict} 5 %)"


class _logging:  # noqa: N801  a context manager
    """The log of the service, to a file."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> None:
        logs.configure()
        handler = logging.FileHandler(self._path)
        handler.setFormatter(logging.getLogger().handlers[0].formatter)
        logging.getLogger().handlers[:] = [handler]

    def __exit__(self, *_: object) -> None:
        logging.getLogger().handlers.pop().close()


def _seconds(files: Sequence[Path], watch: Watch) -> float:
    """How long the deliveries take, from inbox to outbox, in an empty store."""
    with started(FIXTURES / "reference") as made:
        app = dataclasses.replace(made, pipeline=dataclasses.replace(made.pipeline, watch=watch))
        deliveries = _received(app, files)
        began = time.process_time()
        for delivery in deliveries:
            app.pipeline.process(delivery.delivery_id)
        return time.process_time() - began


def _received(app: Embedded, files: Sequence[Path]) -> list[Delivery]:
    maker = Replay(app, _Nobody())
    deliveries = []
    for file in files:
        delivery = maker._delivery(file, app.documents.keep(file))
        app.pipeline.receive(delivery)
        deliveries.append(delivery)
    return deliveries


def _own(files: Sequence[Path]) -> float:
    """The seconds of the watch itself, for one decision."""
    keeper = Keeper()
    _seconds(files, keeper)
    observer = Observer()
    began = time.process_time()
    for number in range(REPEATS):
        observer.decided(keeper.decided_ones[number % len(keeper.decided_ones)])
    return (time.process_time() - began) / REPEATS


def _written(folder: Path, number: int) -> Path:
    path = folder / f"{number}.document"
    path.write_bytes(document(number))
    return path


class _Nobody:
    def publish(self, events: object) -> None:
        """Do nothing."""

"""What metrics, logs and traces cost on the hot path: the same deliveries with them and without, in turns.

The pipeline runs on SQLite without disk flushes, so that the work they are compared with is as cheap as it can be; the
log is written as the service writes it, JSON to a file. Processor time is measured, which neighbours disturb least.
Traces go to a collector in a process of its own; sending them is in what is measured.
"""

import dataclasses
import logging
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.app import started
from tests.benchmarks.service import document
from tests.places import FIXTURES
from tests.services.local import HOST, ServerFailed, free_port, listens, wait_until
from worker.bootstrap import Embedded
from worker.replay import Replay
from worker.service import logs
from worker.service.otel import exporting_spans
from worker.store.inbox import Delivery
from worker.tracing import NO_TRACING, Step, Tracing
from worker.watch import Decided, NoWatch, Observer, Stopwatch, Watch

DELIVERIES, ROUNDS, REPEATS = 80, 11, 5000
_SINK = """
import http.server, sys
class Sink(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()
    def log_message(self, *_):
        pass
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Sink).serve_forever()
"""
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
        yield f"  tracing that is off, its calls for one invoice alone: {_off() * 1e6:.1f} µs"
        with _sink() as endpoint:
            traced = [(_seconds(files, NoWatch()), _traced(files, endpoint)) for _ in range(ROUNDS)]
        off, on = (min(column) / DELIVERIES for column in zip(*traced, strict=True))
        ratio = statistics.median(on / off for off, on in traced)
        yield f"  traces: {off * 1e3:.2f} ms without, {on * 1e3:.2f} ms with; {ratio:.3f} the median of all"


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


def _seconds(files: Sequence[Path], watch: Watch, tracing: Tracing = NO_TRACING) -> float:
    """How long the deliveries take, from inbox to outbox, in an empty store."""
    with started(FIXTURES / "reference") as made:
        app = dataclasses.replace(made, pipeline=dataclasses.replace(made.pipeline, watch=watch, tracing=tracing))
        deliveries = _received(app, files)
        began = time.process_time()
        for delivery in deliveries:
            app.pipeline.process(delivery.delivery_id)
        return time.process_time() - began


def _traced(files: Sequence[Path], endpoint: str) -> float:
    """The same with traces, until the last one is sent."""
    os.environ["OTEL_EXPORTER_OTLP_ENDPOINT"] = endpoint
    with exporting_spans("rabbitmq") as tracing:
        took = _seconds(files, NoWatch(), tracing)
        sending = time.process_time()
    return took + time.process_time() - sending


def _off() -> float:
    """The seconds of the calls that an untraced pipeline makes for one invoice."""
    stages = Stopwatch(NO_TRACING.stage)
    began = time.process_time()
    for _ in range(REPEATS):
        with NO_TRACING.span(Step.PROCESS, parent=lambda: None):
            for _ in range(4):
                stages._tell("extract", 0.0)
            NO_TRACING.current()
            NO_TRACING.decided("ROUTED", "OK", "id")
    return (time.process_time() - began) / REPEATS


@contextmanager
def _sink() -> Iterator[str]:
    """The address of a collector that forgets what it gets."""
    port = free_port()
    process = subprocess.Popen([sys.executable, "-c", _SINK, str(port)])
    try:
        if not wait_until(lambda: listens(port), 10):
            raise ServerFailed("the collector does not listen")
        yield f"http://{HOST}:{port}"
    finally:
        process.kill()
        process.wait(10)


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

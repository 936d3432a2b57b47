"""The application as the tests start it: embedded, at a moment that stands still, with fakes through the same door."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from tests.manifest import NOW
from worker.bootstrap import Embedded, embedded
from worker.clock import FixedClock
from worker.errors import TransientError
from worker.ports import OutboundEvent
from worker.replay import Replay, Replayed
from worker.settings import Settings
from worker.store.engine import migrate, open_engine
from worker.store.reference import import_folder


class ListPublisher:
    """Keeps what it is given. `refuse_next` makes it refuse that many batches first, as an absent broker would."""

    def __init__(self, refuse_next: int = 0) -> None:
        self.events: list[OutboundEvent] = []
        self.refuse_next = refuse_next

    def publish(self, events: Sequence[OutboundEvent]) -> None:
        """Keep all, or refuse all."""
        if self.refuse_next:
            self.refuse_next -= 1
            raise TransientError("the broker is away; it is tried again")
        self.events.extend(events)


@contextmanager
def started(reference: Path | None, folder: Path | None = None, *, database: str | None = None) -> Iterator[Embedded]:
    """The application with reference data, in an empty store; on the database of a URL instead of its own.

    Scans are not read: what comes out must not depend on whether Tesseract is installed.
    """
    with embedded(Settings(ocr=False), folder, clock=FixedClock(NOW)) as app, _on(app, database) as placed:
        if reference is not None:
            import_folder(placed.engine, reference, now=NOW)
        yield placed


@contextmanager
def _on(app: Embedded, database: str | None) -> Iterator[Embedded]:
    if database is None:
        yield app
        return
    engine = open_engine(database, durable=False)
    try:
        migrate(engine)
        yield replace(app, engine=engine, pipeline=replace(app.pipeline, engine=engine))
    finally:
        engine.dispose()


def replayed(app: Embedded, files: Iterable[Path], publisher: ListPublisher | None = None) -> list[Replayed]:
    """The decisions on files, in order."""
    run = Replay(app, publisher or ListPublisher())
    return [decision for decisions in run.run(files) for decision in decisions]

"""Replaying files through the whole pipeline, in the order given: what `aiguilleur replay` does.

Each file is received as a delivery, queued, decided, and its events relayed before the next one is taken, so that a
later file always meets the decisions on the earlier ones.
"""

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from worker.bootstrap import Embedded
from worker.document import Document
from worker.extract.detect import Kind, detect
from worker.ports import Publisher, StoredDocument
from worker.queueing.embedded import EmbeddedQueue, embedded_queue
from worker.queueing.relay import drain
from worker.store import decisions, inbox
from worker.store.decisions import Recorded
from worker.store.engine import reading
from worker.store.inbox import Delivery

SOURCE = "replay"
_NAMESPACE = uuid.UUID("9a6a4f4e-2e0c-4c5b-9a52-1f4f6f0b7c10")
_MEDIA_TYPES = {Kind.PDF: "application/pdf", Kind.XML: "application/xml", Kind.ZIP: "application/zip"}


@dataclass(frozen=True, slots=True)
class Replayed:
    """A decision on an invoice of a file."""

    file: Path
    decision: Recorded


class Replay:
    """One run over files. `files` remembers which delivery came from which file."""

    def __init__(self, app: Embedded, publisher: Publisher) -> None:
        self._app = app
        self._publisher = publisher
        self._files: dict[str, Path] = {}

    def run(self, files: Iterable[Path]) -> Iterator[list[Replayed]]:
        """The decisions on each file, as soon as they are made. Raises `OSError` for a file that cannot be opened."""
        with embedded_queue(self._app.pipeline) as queue:
            for file in files:
                yield self._file(queue, file)

    def settle(self) -> Iterator[Replayed]:
        """Decide the invoices that wait once more."""
        with reading(self._app.engine) as connection:
            keys = decisions.waiting(connection)
        for key in keys:
            decision = self._app.pipeline.settle(key)
            self._relay()
            if decision is not None and decision.delivery_id in self._files:
                yield Replayed(self._files[decision.delivery_id], decision)

    def _file(self, queue: EmbeddedQueue, file: Path) -> list[Replayed]:
        delivery = self._delivery(file, self._app.documents.keep(file))
        self._files[delivery.delivery_id] = file
        self._app.pipeline.receive(delivery)
        queue.process(delivery.delivery_id)
        self._relay()
        with reading(self._app.engine) as connection:
            made = decisions.of_delivery(connection, delivery.delivery_id)
        return [Replayed(file, decision) for decision in made]

    def _delivery(self, file: Path, stored: StoredDocument) -> Delivery:
        """The id tells the deliveries of one store apart, and is the same in each replay from an empty store."""
        with reading(self._app.engine) as connection:
            number = inbox.count(connection)
        return Delivery(
            delivery_id=str(uuid.uuid5(_NAMESPACE, f"{number}/{stored.sha256}")),
            source=SOURCE,
            document=stored,
            media_type=_MEDIA_TYPES.get(detect(Document(path=file).head()), "application/octet-stream"),
            received_at=self._app.pipeline.clock.now(),
        )

    def _relay(self) -> None:
        drain(self._app.engine, self._publisher, self._app.pipeline.clock)

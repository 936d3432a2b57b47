"""The doors between the pipeline and the world. Adapters stand behind them; tests bring fakes with state."""

import datetime as dt
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import NamedTuple, Protocol

from worker.document import Document
from worker.errors import TransientError


class EmbeddedFile(NamedTuple):
    """A file embedded in a PDF."""

    name: str
    data: bytes


class PdfContent(NamedTuple):
    """What a PDF carries: its embedded files that may be XML, and whether it had to be repaired to be read."""

    files: tuple[EmbeddedFile, ...]
    repaired: bool = False


class PdfReader(Protocol):
    """Opens PDFs. A port of its own, because PDF libraries crash and swell: the reader may live in another process."""

    def read(self, data: bytes) -> PdfContent:
        """The embedded files of a PDF. Raises `ExtractionError` where it cannot be opened."""
        ...


class StoredDocument(NamedTuple):
    """Where a document is kept, and what proves that it is the same. `size` is in bytes."""

    uri: str
    sha256: str
    size: int


class DocumentStore(Protocol):
    """Keeps the bytes of deliveries, by content."""

    def keep(self, path: Path) -> StoredDocument:
        """Keep the bytes of a file; they are on disk when this returns.

        Raises `OSError` if the file cannot be read, `TransientError` if the store does not take it.
        """
        ...

    def open(self, stored: StoredDocument) -> Document:
        """The document, proven to be the one that was kept. Hold it as long as it is read: a copy of it may go then.

        Raises `DocumentMissing`, `DocumentAltered`, or `TransientError` if the store is away.
        """
        ...


class OutboundEvent(NamedTuple):
    """An event on its way out: its id, its type (the routing key), and its body, a CloudEvent in structured JSON.

    Events of one `subject`, an invoice key, keep their order.
    """

    id: str
    type: str
    body: str
    subject: str
    traceparent: str | None = None  # of the decision, where that was traced


class EventsRefused(TransientError):
    """No queue took some events. Bind a queue to the exchange for their types; they are sent again until then."""

    code = "EVENTS_REFUSED"

    def __init__(self, refused: Collection[OutboundEvent]) -> None:
        super().__init__(f"no queue took {len(refused)} events of {', '.join(sorted({e.type for e in refused}))}")
        self.refused = refused


class Publisher(Protocol):
    """Hands events to whoever listens."""

    def publish(self, events: Sequence[OutboundEvent]) -> None:
        """Publish all, in this order; they are safe when this returns. Raises `TransientError` if any is not.

        `EventsRefused` tells which; the others are safe then.
        """
        ...


class Clock(Protocol):
    """The time. Injected, so that waiting can be tested."""

    def now(self) -> dt.datetime:
        """The present moment, with its time zone."""
        ...

"""The doors between the pipeline and the world. Adapters stand behind them; tests bring fakes with state."""

import datetime as dt
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import NamedTuple, Protocol

from rules.model import Box
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


class Word(NamedTuple):
    """A word of a page and its box, in points from the top left corner of its page."""

    text: str
    left: float
    top: float
    right: float
    bottom: float


class Page(NamedTuple):
    """A page of a PDF: its number (from 1), its size in points, its words, and the cells of its ruled tables.

    `ruled` tells that lines are drawn on it, so that it may have cells though none were looked for. Text that lies on
    its side is stood up by `turns` quarter turns, clockwise; size and boxes are those of after that.
    """

    number: int
    width: float
    height: float
    words: tuple[Word, ...]
    cells: tuple[Box, ...] = ()
    turns: int = 0
    ruled: bool = False
    slope: float = 0.0  # by how much lines fell to the right before they were levelled


class Pages(NamedTuple):
    """The pages of a PDF that were read, and how many it has."""

    read: tuple[Page, ...]
    total: int


class Picture(NamedTuple):
    """A rendered page: eight-bit grey pixels row by row, or a PNG, and its size in pixels."""

    data: bytes
    width: int
    height: int


class PdfReader(Protocol):
    """Opens PDFs. A port of its own, because PDF libraries crash and swell: the reader may live in another process.

    Every method raises `ExtractionError` where the PDF cannot be opened, or costs more than the limits allow.
    """

    def read(self, data: bytes) -> PdfContent:
        """The embedded files of a PDF."""
        ...

    def pages(self, data: bytes) -> Pages:
        """The words of its first and last pages, quickly."""
        ...

    def cells(self, data: bytes, number: int) -> tuple[Box, ...]:
        """The cells of the ruled tables of one page, in the coordinates of its words."""
        ...

    def render(self, data: bytes, number: int, dpi: int) -> Picture:
        """A page as a picture, in PNG."""
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

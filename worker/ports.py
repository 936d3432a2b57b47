"""The doors between the pipeline and the world. Adapters stand behind them; tests bring fakes with state."""

import datetime as dt
from typing import NamedTuple, Protocol


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


class Clock(Protocol):
    """The time. Injected, so that waiting can be tested."""

    def now(self) -> dt.datetime:
        """The present moment, with its time zone."""
        ...

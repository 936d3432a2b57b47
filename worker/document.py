"""A document as handed to extraction: its bytes, in memory or on disk."""

import io
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

HEAD_BYTES = 4096


@dataclass(frozen=True, slots=True)
class Document:
    """Bytes to read invoices from: given directly, or the path of a file that is read as late as possible."""

    data: bytes | None = None
    path: Path | None = None

    @property
    def size(self) -> int:
        """Size in bytes."""
        if self.data is not None:
            return len(self.data)
        return self._file().stat().st_size

    def head(self) -> bytes:
        """The first bytes, enough to recognise the format."""
        if self.data is not None:
            return self.data[:HEAD_BYTES]
        with self._file().open("rb") as stream:
            return stream.read(HEAD_BYTES)

    def read(self) -> bytes:
        """All bytes."""
        return self.data if self.data is not None else self._file().read_bytes()

    def open(self) -> BinaryIO:
        """A stream of the bytes, for readers that never hold all of them."""
        return io.BytesIO(self.data) if self.data is not None else self._file().open("rb")

    def _file(self) -> Path:
        if self.path is None:
            message = "a document needs bytes or a path"
            raise ValueError(message)
        return self.path

"""Where events go in embedded mode: a file with one event a line, or nowhere."""

import os
from collections.abc import Sequence
from pathlib import Path

from worker.ports import OutboundEvent


class FilePublisher:
    """Appends events to a file, one JSON document a line."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def publish(self, events: Sequence[OutboundEvent]) -> None:
        """Append all and flush them to disk. Raises `OSError`."""
        with self._path.open("a", encoding="utf-8") as stream:
            stream.writelines(f"{event.body}\n" for event in events)
            stream.flush()
            os.fsync(stream.fileno())


class NoPublisher:
    """For runs whose events nobody listens to: they count as delivered, and stay in the database."""

    def publish(self, events: Sequence[OutboundEvent]) -> None:
        """Do nothing."""

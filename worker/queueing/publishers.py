"""Where events go in embedded mode: a file with one event a line, a folder of files, a stream, or nowhere."""

import os
import tempfile
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TextIO

from worker.errors import TransientError
from worker.ports import OutboundEvent
from worker.tracing import NO_TRACING, Step, Tracing


class EventsNotWritten(TransientError):
    """The folder of events cannot be written to. Look at its space and rights; it is tried again."""

    code = "EVENTS_NOT_WRITTEN"


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


class FolderPublisher:
    """Writes each event to a file of its own, `<id>.json`. A name stands for the whole event: a reader sees no part.

    A repeat has the same id, so it replaces the file by the same content.
    """

    def __init__(self, folder: Path, tracing: Tracing = NO_TRACING) -> None:
        self._folder = folder
        self._tracing = tracing

    def publish(self, events: Sequence[OutboundEvent]) -> None:
        """Write all; they are on disk when this returns."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            for event in events:
                with self._tracing.span(Step.WRITE, parent=partial(_trace_of, event), message_id=event.id):
                    self._write(event)
            _sync(self._folder)
        except OSError as error:
            raise EventsNotWritten(f"the events folder {self._folder}: {error.strerror}") from error

    def _write(self, event: OutboundEvent) -> None:
        handle, name = tempfile.mkstemp(dir=self._folder, prefix=".incoming-")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as out:
                out.write(event.body + "\n")
                out.flush()
                os.fsync(out.fileno())
            Path(name).chmod(0o640)
            Path(name).replace(self._folder / f"{event.id}.json")
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise


class StreamPublisher:
    """Writes events to a stream such as standard output, one JSON document a line."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def publish(self, events: Sequence[OutboundEvent]) -> None:
        """Write all and flush."""
        self._stream.writelines(f"{event.body}\n" for event in events)
        self._stream.flush()


class NoPublisher:
    """For runs whose events nobody listens to: they count as delivered, and stay in the database."""

    def publish(self, events: Sequence[OutboundEvent]) -> None:
        """Do nothing."""


def _trace_of(event: OutboundEvent) -> str | None:
    return event.traceparent


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

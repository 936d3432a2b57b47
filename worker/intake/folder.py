"""The drop folder of embedded mode: each file in it is a delivery.

A file is taken when it is complete: unchanged for two seconds, which one that was renamed into the folder usually is at
once. It is moved to `done/` when its inbox row is committed.
"""

import stat
import time
import uuid
from collections.abc import Callable
from pathlib import Path

import structlog

from worker.document import Document
from worker.extract.detect import Kind, detect
from worker.intake.receiver import Receiver
from worker.ports import Clock, DocumentStore
from worker.store.inbox import Delivery
from worker.tracing import NO_TRACING, Step, Tracing

log = structlog.get_logger(__name__)

SOURCE = "folder"
DONE = "done"
_UNFINISHED = (".part", ".tmp", ".filepart", ".crdownload", "~")
_SETTLE_SECONDS = 2.0
_MEDIA_TYPES = {Kind.PDF: "application/pdf", Kind.XML: "application/xml", Kind.ZIP: "application/zip"}
_NAMESPACE = uuid.UUID("1d4b7c0e-0d0c-4f0e-8a35-3a1b4f6f2f57")

_State = tuple[int, int]  # size, time of change


class DropFolder:
    """Watches one folder."""

    def __init__(
        self,
        folder: Path,
        documents: DocumentStore,
        receiver: Receiver,
        clock: Clock,
        elapsed: Callable[[], float] = time.monotonic,
        tracing: Tracing = NO_TRACING,
    ) -> None:
        self._folder = folder
        self._documents = documents
        self._receiver = receiver
        self._clock = clock
        self._elapsed = elapsed
        self._tracing = tracing
        self._seen: dict[Path, tuple[_State, float]] = {}
        (folder / DONE).mkdir(parents=True, exist_ok=True)

    def take_complete(self) -> int:
        """Take the files that are complete, by name; how many. One that cannot be read is left for the next time."""
        present = {path: state for path in sorted(self._folder.iterdir()) if (state := _state(path)) is not None}
        self._seen = {path: seen for path, seen in self._seen.items() if path in present}
        return sum(self._took(path) for path, state in present.items() if self._is_complete(path, state))

    def _is_complete(self, path: Path, state: _State) -> bool:
        known, since = self._seen.get(path, (None, 0.0))
        if known != state:
            self._seen[path] = (state, self._elapsed())
            return time.time() - state[1] / 1e9 >= _SETTLE_SECONDS
        return self._elapsed() - since >= _SETTLE_SECONDS

    def _took(self, path: Path) -> bool:
        try:
            with self._tracing.span(Step.TAKE) as own:
                self._take(path, own)
        except OSError as error:
            log.warning("file_left", error=type(error).__name__, number=error.errno)
            return False
        self._seen.pop(path, None)
        return True

    def _take(self, path: Path, traceparent: str | None) -> None:
        changed = path.stat().st_mtime_ns
        stored = self._documents.keep(path)
        # the same file after a crash is the same delivery; the same file dropped again is another one
        delivery_id = str(uuid.uuid5(_NAMESPACE, f"{path.name}/{changed}/{stored.sha256}"))
        self._receiver.take(
            Delivery(
                delivery_id=delivery_id,
                source=SOURCE,
                document=stored,
                media_type=_MEDIA_TYPES.get(detect(Document(path=path).head()), "application/octet-stream"),
                received_at=self._clock.now(),
                traceparent=traceparent,
            )
        )
        path.replace(self._folder / DONE / f"{delivery_id}-{path.name}")


def _state(path: Path) -> _State | None:
    """Size and time of change of a file that may be a delivery; None for another entry, or one that is gone."""
    if path.name.startswith(".") or path.name.endswith(_UNFINISHED):
        return None
    try:
        status = path.lstat()
    except FileNotFoundError:
        return None
    return (status.st_size, status.st_mtime_ns) if stat.S_ISREG(status.st_mode) else None

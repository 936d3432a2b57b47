"""The EDI folder: flows of Chorus Pro as the transfer software leaves them.

A flow is one XML without its suffix, or a gzipped tar of several. Its name is `XXXXXXXX_YYYYYY_<25 characters>`; the
last block is the flow's id. A file is taken when it is complete: its name does not say that it is under way, and its
size and time have been the same for some seconds. Each document in it is a delivery of its own. A flow goes to
`archive/` when all its rows are committed, or where it holds no invoices (a report, the directory), and to
`quarantine/`, with a note, where it cannot be unpacked; it is never deleted. A flow that is taken again after a kill,
or sent again, gives the same deliveries.
"""

import gzip
import hashlib
import json
import re
import stat
import tarfile
import tempfile
import time
import uuid
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, NamedTuple

import structlog

from worker.document import HEAD_BYTES, Document
from worker.errors import MessageMalformed
from worker.extract.detect import Kind, detect
from worker.intake.receiver import Receiver
from worker.ports import Clock, DocumentStore
from worker.store.inbox import Delivery
from worker.tracing import NO_TRACING, Step, Tracing

log = structlog.get_logger(__name__)

SOURCE = "edi"
ARCHIVE, QUARANTINE = "archive", "quarantine"
FLOW_NAME = re.compile(r"(?P<interface>[A-Z0-9]{8})_(?P<sender>[A-Z0-9]{6})_(?P<flow>[A-Za-z0-9]{25})(?:\..{1,20})?")
_UNFINISHED = (".part", ".tmp", ".filepart", ".writing", ".crdownload", "~")
_SETTLE_SECONDS = 5.0
_NAMESPACE = uuid.UUID("6a0f8f0e-5d0c-4f9c-9a41-9a3a7f0f5a77")
_MOST_MEMBERS, _MOST_BYTES, _MOST_MEMBER_BYTES = 500, 2 << 30, 256 << 20  # a flow of 1 GB and 500 invoices at most
_CHUNK = 1 << 20
_GZIP = b"\x1f\x8b"
_TAR_MAGIC, _TAR_MAGIC_AT = b"ustar", 257
_MEDIA_TYPES = {Kind.XML: "application/xml", Kind.ZIP: "application/zip"}
_NOT_INVOICES = re.compile(rb"<(?:\w+:)?CPPStatut\b|<(?:\w+:)?CPPFluxStatuts\b|<(?:\w+:)?CPPAnnuaire")

_State = tuple[int, int]  # size, time of change


class FlowRefused(Exception):
    """A flow that cannot be unpacked safely. `reason` is a word of ours; nothing of its content."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Member(NamedTuple):
    """One document of a flow: its place in it, from 0, and the file that it was unpacked to."""

    position: int
    path: Path


class EdiFolder:
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
        self._folder, self._documents, self._receiver = folder, documents, receiver
        self._clock, self._elapsed, self._tracing = clock, elapsed, tracing
        self._seen: dict[Path, tuple[_State, float]] = {}
        for name in (ARCHIVE, QUARANTINE):
            (folder / name).mkdir(parents=True, exist_ok=True)

    def take_complete(self) -> int:
        """Take the flows that are complete, by name; how many. Raises `TransientError` where our own side is away."""
        present = {path: state for path in sorted(self._folder.iterdir()) if (state := _state(path)) is not None}
        self._seen = {path: seen for path, seen in self._seen.items() if path in present}
        return sum(self._took(path) for path, state in present.items() if self._is_complete(path, state))

    def _is_complete(self, path: Path, state: _State) -> bool:
        known, since = self._seen.get(path, (None, 0.0))
        if known != state:
            self._seen[path] = (state, self._elapsed())
            return False
        return self._elapsed() - since >= _SETTLE_SECONDS

    def _took(self, path: Path) -> bool:
        try:
            with self._tracing.span(Step.TAKE) as own:
                self._take(path, own)
        except (FlowRefused, MessageMalformed) as refused:
            reason = refused.reason if isinstance(refused, FlowRefused) else refused.code
            self._put_aside(path, reason)
        except OSError as error:
            log.warning("flow_left", error=type(error).__name__, number=error.errno)
            return False
        self._seen.pop(path, None)
        return True

    def _take(self, path: Path, traceparent: str | None) -> None:
        with unpacked(path) as members:
            deliveries = [self._delivery(path, member, traceparent) for member in members]
        # all of it is in the document store before any row is written: a flow is refused as a whole
        for delivery in deliveries:
            if delivery is not None:
                self._receiver.take(delivery)
        self._move(path, ARCHIVE)
        log.info("flow_taken", documents=sum(delivery is not None for delivery in deliveries))

    def _delivery(self, path: Path, member: Member, traceparent: str | None) -> Delivery | None:
        """The delivery of one document; None for a report or another message that is no invoice."""
        with member.path.open("rb") as stream:
            if _NOT_INVOICES.search(stream.read(HEAD_BYTES)):
                log.info("flow_not_of_invoices")
                return None
        stored = self._documents.keep(member.path)
        # the same flow with the same content is the same delivery, however often it is sent
        name = f"{flow_id(path.name) or path.name}/{member.position}/{stored.sha256}"
        return Delivery(
            delivery_id=str(uuid.uuid5(_NAMESPACE, name)),
            source=SOURCE,
            document=stored,
            media_type=_MEDIA_TYPES.get(detect(Document(path=member.path).head()), "application/octet-stream"),
            received_at=self._clock.now(),
            traceparent=traceparent,
        )

    def _put_aside(self, path: Path, reason: str) -> None:
        log.error("flow_quarantined", reason=reason)
        placed = self._move(path, QUARANTINE)
        note = {"reason": reason, "at": self._clock.now().isoformat(), "file": path.name}
        placed.with_name(f"{placed.name}.why.json").write_text(json.dumps(note) + "\n", encoding="utf-8")

    def _move(self, path: Path, place: str) -> Path:
        """Move a flow aside. Another one of its name is kept: the fingerprint tells them apart."""
        target = self._folder / place / path.name
        if target.exists():
            target = target.with_name(f"{path.name}.{_fingerprint(path)[:16]}")
        path.replace(target)
        return target


def flow_id(name: str) -> str | None:
    """The flow's id in the name of a file: the last block of 25 characters; None where the name has another form."""
    matched = FLOW_NAME.fullmatch(name)
    return matched["flow"] if matched else None


@contextmanager
def unpacked(path: Path) -> Iterator[list[Member]]:
    """The documents of a flow, as files that go with the block. Raises `FlowRefused`, `OSError`."""
    with path.open("rb") as stream:
        head = stream.read(512)
    is_tar = head[_TAR_MAGIC_AT : _TAR_MAGIC_AT + len(_TAR_MAGIC)] == _TAR_MAGIC
    if not head:
        raise FlowRefused("EMPTY")
    if not head.startswith(_GZIP) and not is_tar:
        yield [Member(0, path)]
        return
    with tempfile.TemporaryDirectory(prefix="aiguilleur-") as folder:
        yield list(_members(path, Path(folder)))


def _members(path: Path, folder: Path) -> Iterator[Member]:
    """The members of an archive, read as a stream: names are never used as paths, links are never followed."""
    total, count = 0, 0
    try:
        with tarfile.open(path, "r|*") as archive:
            for entry in archive:
                count += 1
                if count > _MOST_MEMBERS:
                    raise FlowRefused("TOO_MANY_MEMBERS")
                if entry.isdir():
                    continue
                source = archive.extractfile(entry) if entry.isreg() else None
                if source is None:
                    raise FlowRefused("NOT_A_PLAIN_FILE")
                target = folder / str(count)
                total += _copy(source, target, min(_MOST_MEMBER_BYTES, _MOST_BYTES - total))
                if not _is_signature(entry.name):
                    yield Member(count - 1, target)
    except (tarfile.TarError, gzip.BadGzipFile, EOFError, zlib.error, UnicodeError):
        raise FlowRefused("DAMAGED_ARCHIVE") from None
    if count == 0:
        raise FlowRefused("EMPTY")


def _copy(source: IO[bytes], target: Path, most: int) -> int:
    size = 0
    with target.open("wb") as out:
        while chunk := source.read(_CHUNK):
            size += len(chunk)
            if size > most:
                raise FlowRefused("TOO_LARGE")
            out.write(chunk)
    return size


def _is_signature(name: str) -> bool:
    """Whether a member is the optional XAdES signature of the flow, by its name."""
    last = name.rpartition("/")[2].lower()
    return last.endswith((".p7s", ".sig", ".xades")) or "signature" in last


def _fingerprint(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _state(path: Path) -> _State | None:
    """Size and time of change of a file that may be a flow; None for another entry, or one that is gone."""
    if path.name.startswith(".") or path.name.lower().endswith(_UNFINISHED):
        return None
    try:
        status = path.lstat()
    except FileNotFoundError:
        return None
    return (status.st_size, status.st_mtime_ns) if stat.S_ISREG(status.st_mode) else None

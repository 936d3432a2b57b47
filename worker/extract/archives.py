"""ZIP archives with one file in them: how the portal packs attachments and downloads. Bounded, never written out."""

import io
import zipfile
import zlib
from typing import BinaryIO, NamedTuple

from worker.errors import DocumentMalformed, DocumentUnsafe, LimitExceeded
from worker.extract.limits import MEBIBYTE, Limits

_ENCRYPTED = 0x1
_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})  # the others cannot be unpacked within a bound
_FAULTS = (zipfile.BadZipFile, zlib.error, NotImplementedError, OSError, RuntimeError, ValueError)


class Member(NamedTuple):
    """The one file of an archive."""

    name: str
    data: bytes


class ArchiveBomb(DocumentUnsafe):
    """An archive unpacks to far more than its size explains. Never open it by hand."""

    code = "ARCHIVE_BOMB"


class SeveralMembers(DocumentMalformed):
    """An archive holds no file, or more than one. One document at a time is expected."""


class _Bounded(io.BytesIO):
    """An archive of which no more than `most` bytes are read at once while its directory is."""

    def __init__(self, data: bytes, most: int) -> None:
        super().__init__(data)
        self.most: int | None = most

    def read(self, size: int | None = -1, /) -> bytes:
        """The next bytes. Raises `DocumentUnsafe` where the directory is too long."""
        content = super().read(size)
        if self.most is not None and len(content) > self.most:
            raise DocumentUnsafe("a ZIP whose directory is far longer than that of one file")
        return content


def only_member(data: bytes, limits: Limits, most: int | None = None) -> Member:
    """Unpack the one file of a ZIP, at most `most` bytes (else as an attachment). Raises an `ExtractionError`.

    Whatever `most` says, no more than `limits.zip_bytes` are unpacked, because they are held in memory.
    """
    source = _Bounded(data, limits.zip_directory_bytes)
    try:
        with zipfile.ZipFile(source) as archive:
            source.most = None
            entries = [entry for entry in archive.infolist() if not entry.filename.endswith("/")]
            if len(entries) != 1:
                raise SeveralMembers(f"a ZIP of {len(entries)} files; exactly one is expected")
            return _unpack(
                archive, entries[0], len(data), limits, min(most or limits.attachment_bytes, limits.zip_bytes)
            )
    except _FAULTS as error:
        raise DocumentMalformed(f"a ZIP that cannot be opened: {error}") from None


def _unpack(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, size: int, limits: Limits, most: int) -> Member:
    name = entry.filename
    if "/" in name or "\\" in name or "\0" in name or name in {"", ".", ".."}:
        raise DocumentUnsafe("a ZIP whose file name is a path; it could be written outside its folder")
    if entry.flag_bits & _ENCRYPTED:
        raise DocumentMalformed("a ZIP locked with a password; ask the supplier for one without")
    if entry.compress_type not in _METHODS:
        raise DocumentMalformed("a ZIP packed by a method other than Deflate; ask for an ordinary one")
    packed = min(entry.compress_size, size)  # an entry may claim more bytes than its archive has
    explained = max(MEBIBYTE, packed * limits.zip_ratio)
    try:
        with archive.open(entry) as stream:
            return Member(name, _bounded(stream, explained, most))  # type: ignore[arg-type]
    except EOFError:
        raise DocumentUnsafe("a ZIP that claims more bytes than it has; do not open it by hand") from None


def _bounded(stream: BinaryIO, explained: int, most: int) -> bytes:
    content = _read(stream, min(explained, most) + 1)
    if len(content) > explained:
        raise ArchiveBomb(f"a ZIP that unpacks to more than {explained:,} bytes, which its size does not explain")
    if len(content) > most:
        raise LimitExceeded(f"a ZIP that unpacks to more than {most:,} bytes, which is the limit")
    return content


def _read(stream: BinaryIO, most: int) -> bytes:
    """At most so many bytes, piece by piece: `read` of them all holds them twice for a while."""
    content = io.BytesIO()
    while (left := most - content.tell()) and (piece := stream.read(min(left, MEBIBYTE))):
        content.write(piece)
    return content.getvalue()

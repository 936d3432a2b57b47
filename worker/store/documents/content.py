"""The content of documents: fingerprints, and the proof that a document is what was received."""

import errno
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from worker.errors import DocumentAltered, DocumentMissing, TransientError
from worker.ports import StoredDocument

CHUNK = 1 << 20
_NO_SUCH_FILE = frozenset((errno.ENOENT, errno.ENOTDIR, errno.ENAMETOOLONG, errno.ELOOP))


def fingerprint(path: Path) -> tuple[str, int]:
    """The SHA-256 of a file in hexadecimal, and its size. Raises `OSError`."""
    with path.open("rb") as stream:
        return fingerprint_of(stream)


def fingerprint_of(stream: IO[bytes]) -> tuple[str, int]:
    """The SHA-256 of a stream in hexadecimal, and its size."""
    digest, size = hashlib.sha256(), 0
    while chunk := stream.read(CHUNK):
        digest.update(chunk)
        size += len(chunk)
    return digest.hexdigest(), size


def prove(stored: StoredDocument, sha256: str, size: int) -> None:
    """Raise `DocumentAltered` if what was read is not what was received."""
    if (sha256, size) != (stored.sha256, stored.size):
        raise DocumentAltered(f"the document {stored.uri} is not what was received; restore it, then requeue")


def missing(stored: StoredDocument) -> DocumentMissing:
    """The error for a document that is not there."""
    return DocumentMissing(f"the document {stored.uri} is not in the store; restore it, then requeue")


@contextmanager
def writing_to(place: str) -> Iterator[None]:
    """Raises `TransientError` where a disk does not take what is written to it: full, read-only, failing."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise TransientError(
            f"{place} cannot be written ({reason}): free space there or repair it; it is tried again"
        ) from error


@contextmanager
def reading_of(stored: StoredDocument) -> Iterator[None]:
    """Raises `DocumentMissing` where there is no such file, `TransientError` where a disk does not give it."""
    try:
        yield
    except OSError as error:
        if error.errno in _NO_SUCH_FILE:
            raise missing(stored) from None
        reason = error.strerror or type(error).__name__
        raise TransientError(
            f"the document {stored.uri} cannot be read ({reason}): repair the disk or the rights; it is tried again"
        ) from error

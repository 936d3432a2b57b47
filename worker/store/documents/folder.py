"""Documents in a local folder, and documents that stay where they are.

A document is written to a temporary name, flushed to disk, and only then given its name.
"""

import os
import shutil
import stat
import tempfile
from pathlib import Path
from typing import IO

from worker.document import Document
from worker.ports import StoredDocument
from worker.store.documents.addresses import content_address, in_folder
from worker.store.documents.content import CHUNK, fingerprint, missing, prove, reading_of, writing_to


class FolderDocuments:
    """A content-addressed folder. The URI of a document is its path below the folder: `ab/abcdef…`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.absolute()
        self._folder.mkdir(parents=True, exist_ok=True)

    def keep(self, path: Path) -> StoredDocument:
        """Copy a file into the folder; nothing is written if its content is there already.

        Raises `OSError` if the file cannot be read, `TransientError` if the folder cannot be written.
        """
        sha256, size = fingerprint(path)
        kept = StoredDocument(content_address(sha256), sha256, size)
        target = self._folder / kept.uri
        with path.open("rb") as source, writing_to("the document store"):
            if not target.parent.exists():
                target.parent.mkdir(exist_ok=True)
                _sync_folder(self._folder)
            if not _holds(target, sha256):
                _write(source, target)
            _sync_folder(target.parent)  # also when another thread has just written it
        return kept

    def open(self, stored: StoredDocument) -> Document:
        """The document at the URI, proven by its hash.

        Raises `DocumentMissing` (`DocumentPlaceRefused` for a URI that leads elsewhere), `DocumentAltered`, or
        `TransientError` if the disk is away.
        """
        return _proven(in_folder(stored.uri, self._folder), stored)


class DocumentsInPlace:
    """Documents that stay where the operator has them: nothing is copied. The URI is the path as it was given."""

    def keep(self, path: Path) -> StoredDocument:
        """Fingerprint a file."""
        return StoredDocument(str(path), *fingerprint(path))

    def open(self, stored: StoredDocument) -> Document:
        """The file, proven to be unchanged since."""
        return _proven(Path(stored.uri), stored)


def _proven(path: Path, stored: StoredDocument) -> Document:
    with reading_of(stored):
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):
            raise missing(stored)
        if found.st_size != stored.size:
            prove(stored, "", found.st_size)  # a file of another size need not be read
        prove(stored, *fingerprint(path))
    return Document(path=path)


def _holds(target: Path, sha256: str) -> bool:
    """Whether a document is in its place and whole. One that rotted is written again."""
    try:
        return fingerprint(target)[0] == sha256
    except FileNotFoundError:
        return False


def _write(source: IO[bytes], target: Path) -> None:
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=".incoming-")
    try:
        with os.fdopen(handle, "wb") as out:
            shutil.copyfileobj(source, out, CHUNK)
            out.flush()
            os.fsync(out.fileno())
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

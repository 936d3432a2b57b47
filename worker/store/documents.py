"""Where documents are kept: a folder that names each file by its content, or the files where they stand.

A document is written to a temporary name, flushed to disk, and only then given its name, so that a name always
stands for the whole content. Reading proves the content again.
"""

import hashlib
import os
import shutil
import tempfile
from pathlib import Path

from worker.errors import DocumentAltered, DocumentMissing
from worker.document import Document
from worker.ports import StoredDocument

_CHUNK = 1 << 20


class FolderDocuments:
    """A content-addressed folder. The URI of a document is its path below the folder: `ab/abcdef…`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def keep(self, path: Path) -> StoredDocument:
        """Copy a file into the folder; nothing is written if its content is there already."""
        sha256, size = _fingerprint(path)
        uri = f"{sha256[:2]}/{sha256}"
        target = self._folder / uri
        if not target.exists():
            target.parent.mkdir(exist_ok=True)
            self._write(path, target)
        return StoredDocument(uri, sha256, size)

    def open(self, stored: StoredDocument) -> Document:
        """The document at the URI, proven by its hash."""
        return _proven(self._folder / stored.uri, stored)

    def _write(self, source: Path, target: Path) -> None:
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=".incoming-")
        try:
            with os.fdopen(handle, "wb") as out, source.open("rb") as stream:
                shutil.copyfileobj(stream, out, _CHUNK)
                out.flush()
                os.fsync(out.fileno())
            Path(name).replace(target)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
        _sync_folder(target.parent)


class DocumentsInPlace:
    """Documents that stay where the operator has them: nothing is copied. The URI is the path as it was given."""

    def keep(self, path: Path) -> StoredDocument:
        """Fingerprint a file."""
        return StoredDocument(str(path), *_fingerprint(path))

    def open(self, stored: StoredDocument) -> Document:
        """The file, proven to be unchanged since."""
        return _proven(Path(stored.uri), stored)


def _proven(path: Path, stored: StoredDocument) -> Document:
    try:
        sha256, _ = _fingerprint(path)
    except FileNotFoundError:
        raise DocumentMissing(f"the document {stored.uri} is not in the store; restore it, then requeue") from None
    if sha256 != stored.sha256:
        raise DocumentAltered(f"the document {stored.uri} is not what was received; restore it, then requeue")
    return Document(path=path)


def _fingerprint(path: Path) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)
            size += len(chunk)
    return digest.hexdigest(), size


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

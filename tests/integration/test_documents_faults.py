"""Document stores when something is wrong: a disk that is full, a server that is away, a write that stops half way."""

import os
import resource
import sys
import tempfile
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ResponseStreamingError

from tests.services.local import HOST, free_port
from tests.services.s3 import CREDENTIALS, S3
from worker.errors import ConfigurationError, DocumentMissing, TransientError
from worker.store.documents import FolderDocuments, documents_from_url
from worker.store.documents.s3 import S3Documents

CONTENT = os.urandom(300_000)
NAME = sha256(CONTENT).hexdigest()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "invoice.pdf"
    path.write_bytes(CONTENT)
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "documents"


@pytest.fixture
def in_s3(s3: S3, monkeypatch: pytest.MonkeyPatch) -> S3Documents:
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    documents = documents_from_url(f"s3://{s3.bucket}/{os.urandom(4).hex()}", s3_endpoint=s3.url)
    assert isinstance(documents, S3Documents)
    return documents


@contextmanager
def _room(size: int) -> Iterator[None]:
    """Files of this process cannot grow beyond a size, as on a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def _files(folder: Path) -> list[str]:
    return [path.name for path in folder.rglob("*") if path.is_file()]


def test_a_full_disk_leaves_no_half_document(folder: Path, file: Path) -> None:
    """A write that finds no room leaves nothing behind, says what to do, and succeeds when there is room again."""
    documents = FolderDocuments(folder)
    with _room(100_000), pytest.raises(TransientError, match=r"the document store cannot be written .*: free space"):
        documents.keep(file)
    assert _files(folder) == []
    assert documents.open(documents.keep(file)).read() == CONTENT


def test_a_document_under_its_name_is_whole(folder: Path, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever stops a write before its last step, no file has the name of a document."""
    documents = FolderDocuments(folder)

    def stopped(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", stopped)
        (folder / NAME[:2]).mkdir()
        with pytest.raises(KeyboardInterrupt):
            documents.keep(file)
    assert _files(folder) == []
    documents.keep(file)
    assert _files(folder) == [NAME]


def test_everything_is_flushed_before_it_counts_as_kept(
    folder: Path, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The new folder's name, the file and the file's name are on disk when a document counts as kept."""
    flushed: list[str] = []
    fsync = os.fsync

    def noted(descriptor: int) -> None:
        flushed.append(Path(f"/proc/self/fd/{descriptor}").readlink().name)
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", noted)
    FolderDocuments(folder).keep(file)
    assert ["file" if name.startswith(".incoming-") else name for name in flushed] == ["documents", "file", NAME[:2]]


def test_a_document_that_rotted_is_healed_by_the_same_bytes(folder: Path, file: Path) -> None:
    """When the same invoice comes again, its document is written again if it is not what it was."""
    documents = FolderDocuments(folder)
    kept = documents.keep(file)
    (folder / kept.uri).write_bytes(b"rot")
    assert documents.keep(file) == kept
    assert documents.open(kept).read() == CONTENT


def test_a_pipe_in_the_store_holds_nobody_up(folder: Path, file: Path) -> None:
    """What is no regular file is no document, and is not opened: a pipe would never end."""
    documents = FolderDocuments(folder)
    kept = documents.keep(file)
    (folder / kept.uri).unlink()
    os.mkfifo(folder / kept.uri)
    with pytest.raises(DocumentMissing):
        documents.open(kept)


def test_a_disk_that_cannot_be_read_is_tried_again(folder: Path, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A document on a failing disk is not lost and not altered: it is away."""
    documents = FolderDocuments(folder)
    kept = documents.keep(file)

    def failing(*_: object) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr("worker.store.documents.folder.fingerprint", failing)
    with pytest.raises(TransientError, match=r"cannot be read .Input/output error.: repair the disk"):
        documents.open(kept)


def test_nothing_in_the_bucket_is_overwritten(s3: S3, in_s3: S3Documents, file: Path) -> None:
    """What stands under a name stays there."""
    file.write_bytes(os.urandom(1000))
    kept = in_s3.keep(file)
    held = [item["Key"] for item in s3.client.list_objects_v2(Bucket=s3.bucket)["Contents"]]
    (key,) = [key for key in held if key.endswith(f"/{kept.uri}")]
    s3.client.put_object(Bucket=s3.bucket, Key=key, Body=b"other")
    assert in_s3.keep(file) == kept
    assert s3.client.get_object(Bucket=s3.bucket, Key=key)["Body"].read() == b"other"


def test_a_document_travels_with_its_checksum(in_s3: S3Documents, file: Path) -> None:
    """The server is told the SHA-256 of what it must have received, so that it refuses anything else."""
    sent: list[str] = []

    def noted(request: Any, **_: object) -> None:
        checksum = request.headers["x-amz-checksum-sha256"]
        sent.append(b64decode(checksum).hex())

    in_s3._client.meta.events.register("before-send.s3.PutObject", noted)
    assert [in_s3.keep(file).sha256] == sent


def test_the_temporary_file_goes_with_the_document(in_s3: S3Documents, file: Path) -> None:
    """A document from S3 stands in a temporary file as long as somebody holds it, and no longer."""
    document = in_s3.open(in_s3.keep(file))
    assert document.path is not None
    place = Path(str(document.path))
    assert place.read_bytes() == CONTENT
    del document
    assert not place.exists()


def test_no_room_for_the_temporary_file(in_s3: S3Documents, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A document that cannot be fetched for want of a place is tried again."""
    kept = in_s3.keep(file)
    monkeypatch.setattr(tempfile, "tempdir", str(file))
    with pytest.raises(TransientError, match="the folder of temporary files cannot be written"):
        in_s3.open(kept)


def test_a_bucket_that_is_away_is_tried_again(s3: S3, in_s3: S3Documents, file: Path) -> None:
    """A server that is down and a bucket that is not there are no lost documents."""
    kept = in_s3.keep(file)
    nobody = f"http://{HOST}:{free_port()}"
    for endpoint, reason in ((s3.url, "NoSuchBucket"), (nobody, "EndpointConnectionError")):
        documents = documents_from_url("s3://nowhere", s3_endpoint=endpoint)
        with pytest.raises(TransientError, match=rf"\({reason}\): check the bucket"):
            documents.keep(file)
        with pytest.raises(TransientError, match=reason):
            documents.open(kept)


def test_an_answer_that_breaks_off_is_tried_again(
    in_s3: S3Documents, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A connection that is lost while a document is fetched is no altered document."""
    kept = in_s3.keep(file)

    def lost(*_: object) -> bytes:
        raise ResponseStreamingError(error="IncompleteRead")

    monkeypatch.setattr("botocore.response.StreamingBody.read", lost)
    with pytest.raises(TransientError, match="ResponseStreamingError"):
        in_s3.open(kept)


@pytest.mark.parametrize("endpoint", ["", "s3.example.org", "ftp://s3.example.org"])
def test_a_wrong_endpoint_is_a_setting_to_correct(endpoint: str) -> None:
    """An endpoint without its scheme is refused at the start, by the name of its setting."""
    with pytest.raises(ConfigurationError, match="AIGUILLEUR_S3_ENDPOINT"):
        documents_from_url("s3://documents", s3_endpoint=endpoint)


def test_without_the_extra_s3_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """An installation without boto3 names the extra that brings it."""
    monkeypatch.delitem(sys.modules, "worker.store.documents.s3", raising=False)
    monkeypatch.setitem(sys.modules, "boto3", None)
    with pytest.raises(ConfigurationError, match=r"install aiguilleur\[s3\]"):
        documents_from_url("s3://documents")

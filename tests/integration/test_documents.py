"""Both document stores behind their port: what is kept, what is proven, and what is never opened."""

import hashlib
import os
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from tests.app import started
from tests.manifest import NOW
from tests.places import FIXTURES
from tests.services.s3 import CREDENTIALS, S3
from worker.errors import ConfigurationError, DocumentAltered, DocumentMissing
from worker.ports import DocumentStore, StoredDocument
from worker.store import schema
from worker.store.documents import DocumentPlaceRefused, documents_from_url
from worker.store.documents.addresses import in_bucket, in_folder
from worker.store.engine import reading
from worker.store.inbox import Delivery

CONTENT = b"<invoice/>" * 1000
SHA256 = hashlib.sha256(CONTENT).hexdigest()
MIXED = FIXTURES / "invoices" / "pivot" / "several-mixed-fates" / "invoice.xml"
HOSTILE = [
    "../secret", "ab/../../secret", "..", ".", "", "ab//cd", "ab/", "/etc/passwd", "//host/share", "ab\\..\\secret",
    "file:///etc/passwd", "file:///", "file://host/etc/passwd", "file:/etc/passwd", "file:etc/passwd",
    "file:///%2e%2e/secret", "file:///{inside}/%2e%2e/secret", "file:///{inside}/../secret", "file:///{inside}",
    "file:///{inside}/a%2fb", "file:///{inside}/a%00b", "file:///{inside}/%ff", "file:///{inside}-beside/secret",
    "s3://other/place/secret", "s3://documents/place/../secret", "s3://documents/elsewhere/secret", "s3://documents",
    "s3://documents/place/%2e%2e/secret", "s3://user@documents/place/secret", "s3:///place/secret", "S3://documents/x",
    "http://127.0.0.1/secret", "https://documents/place/secret", "ftp://host/secret", "data:,secret",
    "ab%2f..%2fsecret",
    "ab/secret?versionId=1", "ab/secret#1", "ab\x00/secret", "ab/se\ncret", "a/" * 600 + "b",
]  # fmt: skip


@dataclass(frozen=True)
class Kit:
    """A store under test, and a way to write into it behind its back; `root` is the absolute URI of its beginning."""

    documents: DocumentStore
    put: Callable[[str, bytes], None]
    root: str


@pytest.fixture(params=["folder", "s3"])
def kit(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Kit:
    if request.param == "s3":
        return _on_s3(request.getfixturevalue("s3"), monkeypatch)
    folder = tmp_path / "documents"

    def put(uri: str, data: bytes) -> None:
        place = folder / uri
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)

    return Kit(documents_from_url(f"file:{folder}"), put, f"file://{folder}/")


def _on_s3(server: S3, monkeypatch: pytest.MonkeyPatch) -> Kit:
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    place = f"place/{os.urandom(4).hex()}"

    def put(uri: str, data: bytes) -> None:
        server.client.put_object(Bucket=server.bucket, Key=f"{place}/{uri}", Body=data)

    root = f"s3://{server.bucket}/{place}/"
    return Kit(documents_from_url(root, s3_endpoint=server.url), put, root)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "invoice.xml"
    path.write_bytes(CONTENT)
    return path


def test_content_is_kept_once_under_its_hash(kit: Kit, file: Path, tmp_path: Path) -> None:
    """Two files of the same bytes are one document, named by its SHA-256 and readable when the originals are gone."""
    copy = tmp_path / "copy.xml"
    copy.write_bytes(CONTENT)
    first, second = kit.documents.keep(file), kit.documents.keep(copy)
    file.unlink()
    copy.unlink()
    assert first == second == StoredDocument(f"{SHA256[:2]}/{SHA256}", SHA256, len(CONTENT))
    document = kit.documents.open(first)
    assert (document.read(), document.size, document.head()[:10]) == (CONTENT, len(CONTENT), CONTENT[:10])


def test_an_empty_document_is_kept(kit: Kit, tmp_path: Path) -> None:
    """A file without a byte is a document too: what is wrong with it is for the extraction to say."""
    empty = tmp_path / "empty"
    empty.touch()
    assert kit.documents.open(kit.documents.keep(empty)).read() == b""


def test_a_sender_may_name_what_it_put_there(kit: Kit) -> None:
    """A document that a sender put into the store is found by its relative path and by its absolute URI."""
    kit.put("2026/11/a b.xml", CONTENT)
    for uri in ("2026/11/a b.xml", f"{kit.root}2026/11/a%20b.xml"):
        assert kit.documents.open(StoredDocument(uri, SHA256, len(CONTENT))).read() == CONTENT


@pytest.mark.parametrize("rot", [b"x" * len(CONTENT), CONTENT[:-1], b""])
def test_an_altered_document_is_never_read(kit: Kit, file: Path, rot: bytes) -> None:
    """Other bytes under the name of a document are noticed, whether or not there are as many."""
    stored = kit.documents.keep(file)
    kit.put(stored.uri, rot)
    with pytest.raises(DocumentAltered, match="restore it, then requeue"):
        kit.documents.open(stored)


@pytest.mark.parametrize("uri", ["ab/none", "ab", "none", "n" * 300])
def test_a_document_that_is_not_there_is_missing(kit: Kit, uri: str) -> None:
    """A name without a document, be it a folder's or too long for one, is an error that says what to do."""
    kit.put("ab/other", CONTENT)
    with pytest.raises(DocumentMissing, match="restore it, then requeue"):
        kit.documents.open(StoredDocument(uri, SHA256, len(CONTENT)))


@pytest.mark.parametrize("uri", HOSTILE)
def test_a_hostile_address_is_refused_by_what_it_says(kit: Kit, uri: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """An address that leads out of the store is refused before a file or a connection is opened."""

    def opened(*arguments: object, **_: object) -> None:
        pytest.fail(f"opened {arguments}")

    monkeypatch.setattr("worker.store.documents.folder._proven", opened)
    monkeypatch.setattr("botocore.client.BaseClient._make_api_call", opened)
    inside = kit.root.partition("://")[2].strip("/")
    with pytest.raises(DocumentPlaceRefused) as raised:
        kit.documents.open(StoredDocument(uri.replace("{inside}", inside), SHA256, len(CONTENT)))
    assert isinstance(raised.value, DocumentMissing)
    assert "secret" not in str(raised.value)


@given(uri=st.one_of(st.text(), st.text("./%2eF\\:@~ab")))
def test_no_address_leads_out(uri: str) -> None:
    """Whatever an address says, it is refused or stays below the folder and below the prefix."""
    folder = Path("/store/documents")
    for address in (uri, f"file:///store/documents/{uri}", f"s3://bucket/in/{uri}"):
        try:
            place = in_folder(address, folder)
        except DocumentPlaceRefused:
            place = folder / "refused"
        assert Path(os.path.normpath(place)).is_relative_to(folder)
        assert ".." not in place.parts
        try:
            key = in_bucket(address, "bucket", "in/")
        except DocumentPlaceRefused:
            key = "in/refused"
        assert key.startswith("in/")
        assert not {"", ".", ".."} & set(key.split("/"))


def test_several_keep_the_same_at_once(kit: Kit, file: Path) -> None:
    """Several intakes that keep the same bytes at the same moment all succeed, and the document is whole."""
    barrier, kept = threading.Barrier(6), []

    def keep() -> None:
        barrier.wait(30)
        kept.append(kit.documents.keep(file))

    threads = [threading.Thread(target=keep) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(kept) == 6
    assert kit.documents.open(kept[0]).read() == CONTENT


def test_a_file_that_cannot_be_read_is_the_callers_fault(kit: Kit, tmp_path: Path) -> None:
    """A file that is not there is an `OSError`, not a fault of the store."""
    with pytest.raises(FileNotFoundError):
        kit.documents.keep(tmp_path / "none")


def test_the_pipeline_reads_from_either(kit: Kit) -> None:
    """A delivery is decided from the document in the store, whichever it is."""
    with started(FIXTURES / "reference") as app:
        pipeline = replace(app.pipeline, documents=kit.documents)
        kept = kit.documents.keep(MIXED)
        pipeline.receive(
            Delivery(
                delivery_id="d-1", source="test", document=kept, media_type="application/xml", received_at=NOW
            )
        )  # fmt: skip
        pipeline.process("d-1")
        with reading(app.engine) as connection:
            assert connection.execute(select(func.count()).select_from(schema.decisions)).scalar_one() == 4


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("ftp://host/x", "file:/folder or s3://bucket/prefix"),
        ("", "file:/folder or s3://bucket/prefix"),
        ("file:relative", "an absolute path"),
        ("file://host/x", "an absolute path"),
        ("file:/dev/null/x", "Not a directory"),
        ("s3://", "bucket's name"),
        ("s3://user:password@bucket/x", "bucket's name"),
        ("s3://bucket/a/../b", "bucket's name"),
    ],
)
def test_a_wrong_address_of_the_store_is_a_setting_to_correct(url: str, says: str) -> None:
    """A store that cannot be is refused at the start, with what was expected."""
    with pytest.raises(ConfigurationError, match=says) as raised:
        documents_from_url(url)
    assert "password" not in str(raised.value)

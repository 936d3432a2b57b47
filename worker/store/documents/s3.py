"""Documents in a bucket of S3, or of a server that speaks like it. Needs the extra `s3`.

A document is written under its content's name, on the condition that nothing is there, with its checksum: the server
refuses what it did not receive whole. It is read through a temporary file, which goes when the document does.
"""

import hashlib
import os
import tempfile
import weakref
from base64 import b64encode
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path, PosixPath
from typing import IO, Any

import boto3
from botocore.client import Config
from botocore.exceptions import BotoCoreError, ClientError

from worker.document import Document
from worker.errors import TransientError
from worker.ports import StoredDocument
from worker.store.documents.addresses import content_address, in_bucket
from worker.store.documents.content import CHUNK, fingerprint_of, missing, prove, writing_to

_KEPT_ALREADY = "PreconditionFailed"
_NOT_THERE = frozenset(("NoSuchKey", "404"))
_CONNECTIONS = 32


class S3Documents:
    """A bucket, or what is below a prefix of it. The URI of a document is its key below the prefix: `ab/abcdef…`."""

    def __init__(self, bucket: str, prefix: str = "", endpoint: str | None = None) -> None:
        self._bucket = bucket
        self._prefix = f"{prefix.strip('/')}/" if prefix.strip("/") else ""
        self._client = _client(endpoint)

    def keep(self, path: Path) -> StoredDocument:
        """Put a file into the bucket; nothing is overwritten if its content is there already.

        Raises `OSError` if the file cannot be read, `TransientError` if the bucket does not take it.
        """
        with path.open("rb") as source:
            sha256, size = fingerprint_of(source)
            source.seek(0)
            kept = StoredDocument(content_address(sha256), sha256, size)
            with _told():
                self._put(in_bucket(kept.uri, self._bucket, self._prefix), source, kept)
        return kept

    def open(self, stored: StoredDocument) -> Document:
        """The document at the URI, in a temporary file, proven by its hash.

        Raises `DocumentMissing` (`DocumentPlaceRefused` for a URI that leads elsewhere), `DocumentAltered`, or
        `TransientError` if the bucket or the disk is away.
        """
        key = in_bucket(stored.uri, self._bucket, self._prefix)
        with _told():
            try:
                answer = self._client.get_object(Bucket=self._bucket, Key=key)
            except ClientError as error:
                if _code(error) in _NOT_THERE:
                    raise missing(stored) from None
                raise
            with closing(answer["Body"]) as body:  # entering it would give the stream below, with other errors
                prove(stored, stored.sha256, answer["ContentLength"])  # another size need not be fetched
                return _fetched(body, stored)

    def _put(self, key: str, source: IO[bytes], kept: StoredDocument) -> None:
        try:
            self._client.put_object(
                Bucket=self._bucket,
                Key=key,
                Body=source,
                ContentLength=kept.size,
                ChecksumSHA256=b64encode(bytes.fromhex(kept.sha256)).decode(),
                IfNoneMatch="*",
            )
        except ClientError as error:
            if _code(error) != _KEPT_ALREADY:
                raise


class _TemporaryFile(PosixPath):
    """A path whose file is removed when nobody holds the path any more."""

    @classmethod
    def created(cls) -> tuple[int, "_TemporaryFile"]:
        handle, name = tempfile.mkstemp(prefix="aiguilleur-document-")
        path = cls(name)
        weakref.finalize(path, Path(name).unlink, missing_ok=True)
        return handle, path


def _fetched(body: Any, stored: StoredDocument) -> Document:
    """The bytes of an answer in a temporary file, proven."""
    digest, size = hashlib.sha256(), 0
    with writing_to("the folder of temporary files"):
        handle, path = _TemporaryFile.created()
        with os.fdopen(handle, "wb") as out:
            for chunk in _chunks(body):
                digest.update(chunk)
                size += out.write(chunk)
    prove(stored, digest.hexdigest(), size)
    return Document(path=path)


def _chunks(body: Any) -> Iterator[bytes]:
    """What the server sends. A connection that breaks here is no fault of the disk."""
    while True:
        try:
            chunk = body.read(CHUNK)
        except OSError as error:
            raise _unavailable(type(error).__name__) from error
        if not chunk:
            return
        yield chunk


@contextmanager
def _told() -> Iterator[None]:
    """Raises `TransientError` for what the server or the way to it refuses, in words that name no document."""
    try:
        yield
    except ClientError as error:
        raise _unavailable(_code(error)) from error
    except BotoCoreError as error:
        raise _unavailable(type(error).__name__) from error


def _unavailable(reason: str) -> TransientError:
    return TransientError(
        f"the document store on S3 does not answer as it should ({reason}): check the bucket, the credentials and the "
        "network; it is tried again"
    )


def _code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", "unknown"))


def _client(endpoint: str | None) -> Any:
    config = Config(
        retries={"mode": "standard", "max_attempts": 3},
        connect_timeout=5,
        read_timeout=30,
        max_pool_connections=_CONNECTIONS,
        request_checksum_calculation="when_required",  # ours is given; other servers do not know the default one
        response_checksum_validation="when_required",
        s3={"addressing_style": "path"} if endpoint else {},
    )
    region = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION")
    return boto3.client("s3", endpoint_url=endpoint, region_name=region or "us-east-1", config=config)

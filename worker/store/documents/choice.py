"""Which document store an address means."""

import re
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

from worker.errors import ConfigurationError
from worker.ports import DocumentStore
from worker.store.documents.folder import FolderDocuments

_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_ENDPOINT_SCHEMES = frozenset(("http", "https"))


def documents_from_url(url: str, *, s3_endpoint: str | None = None) -> DocumentStore:
    """The store at `file:/folder` or `s3://bucket/prefix`; `s3_endpoint` is the address of an S3 that is not Amazon's.

    Raises `ConfigurationError`.
    """
    parts = urlsplit(url)
    if parts.scheme == "file":
        return _folder(parts)
    if parts.scheme == "s3":
        return _bucket(parts, s3_endpoint)
    raise ConfigurationError("the document store: expected file:/folder or s3://bucket/prefix")


def _folder(parts: SplitResult) -> DocumentStore:
    folder = Path(unquote(parts.path))
    if parts.netloc not in {"", "localhost"} or parts.query or parts.fragment or not folder.is_absolute():
        raise ConfigurationError("the document store: expected file:/folder, an absolute path of this machine")
    try:
        return FolderDocuments(folder)
    except OSError as error:
        raise ConfigurationError(f"the document store: {folder}: {error.strerror}; make it or let us write") from None


def _bucket(parts: SplitResult, endpoint: str | None) -> DocumentStore:
    prefix = unquote(parts.path).strip("/")
    if _BUCKET.fullmatch(parts.netloc) is None or parts.query or parts.fragment or _leads_astray(prefix):
        raise ConfigurationError("the document store: expected s3://bucket/prefix, with the bucket's name in full")
    if endpoint is not None and (urlsplit(endpoint).scheme not in _ENDPOINT_SCHEMES or not urlsplit(endpoint).netloc):
        raise ConfigurationError("AIGUILLEUR_S3_ENDPOINT: expected https://host or https://host:port")
    try:
        from worker.store.documents.s3 import S3Documents  # noqa: PLC0415  boto3 is an extra
    except ModuleNotFoundError:
        raise ConfigurationError("documents on S3 need boto3: install aiguilleur[s3]") from None
    return S3Documents(parts.netloc, prefix, endpoint)


def _leads_astray(prefix: str) -> bool:
    return any(segment in {"", ".", ".."} for segment in prefix.split("/")) if prefix else False

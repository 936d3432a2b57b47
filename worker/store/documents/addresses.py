"""What the URI of a document may say. It is judged by its text alone, before anything is opened.

A URI comes from whoever sends a message. It may name what is in the store and nothing else: no way up, no other folder,
bucket, host or scheme, no character that a file system or a server would read as something else.
"""

import re
from pathlib import Path
from urllib.parse import unquote

from worker.errors import DocumentMissing

_FILE, _S3 = "file:///", "s3://"
_SEGMENT = re.compile(r"(?!\.{1,2}$)[^\x00-\x1f\x7f/\\]+")
_PLAIN_SEGMENT = re.compile(r"(?!\.{1,2}$)[^\x00-\x1f\x7f/\\:%?#]+")  # no scheme, no escape
_LONGEST = 1024  # characters, what a message may hold


class DocumentPlaceRefused(DocumentMissing):
    """A delivery points to a place outside the document store, which is never opened. Look at who sent it."""

    code = "DOCUMENT_PLACE_REFUSED"

    def __init__(self) -> None:
        super().__init__("the address of the document leads out of the document store; it was not opened")


def content_address(sha256: str) -> str:
    """The URI of a document that is kept by its content."""
    return f"{sha256[:2]}/{sha256}"


def in_folder(uri: str, folder: Path) -> Path:
    """The place of a document below an absolute folder. Raises `DocumentPlaceRefused`."""
    _refuse_endless(uri)
    if not uri.startswith(_FILE):
        return folder.joinpath(*_relative(uri))
    place = Path("/", *_decoded(uri.removeprefix(_FILE)))
    if folder not in place.parents:
        raise DocumentPlaceRefused
    return place


def in_bucket(uri: str, bucket: str, prefix: str) -> str:
    """The key of a document in a bucket, below a prefix that is empty or ends with a slash.

    Raises `DocumentPlaceRefused`.
    """
    _refuse_endless(uri)
    if not uri.startswith(_S3):
        return prefix + "/".join(_relative(uri))
    named, _, path = uri.removeprefix(_S3).partition("/")
    key = "/".join(_decoded(path))
    if named != bucket or not key.startswith(prefix):
        raise DocumentPlaceRefused
    return key


def _refuse_endless(uri: str) -> None:
    if len(uri) > _LONGEST:
        raise DocumentPlaceRefused


def _relative(uri: str) -> list[str]:
    return _segments(uri.split("/"), _PLAIN_SEGMENT)


def _decoded(path: str) -> list[str]:
    """The segments of a path without their escapes; an escaped slash does not make a segment."""
    try:
        segments = [unquote(segment, errors="strict") for segment in path.split("/")]
    except UnicodeDecodeError:
        raise DocumentPlaceRefused from None
    return _segments(segments, _SEGMENT)


def _segments(segments: list[str], allowed: re.Pattern[str]) -> list[str]:
    if any(allowed.fullmatch(segment) is None for segment in segments):
        raise DocumentPlaceRefused
    return segments

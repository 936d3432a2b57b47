"""Hardened XML parsing: no DTD, no entity, no network, bounded size."""

import threading
from collections.abc import Iterator
from typing import Any, BinaryIO

from lxml import etree

from worker.document import HEAD_BYTES
from worker.errors import DocumentMalformed, DocumentUnsafe, LimitExceeded
from worker.extract.limits import Limits

# libxml2 refuses a text node over 10 MB unless told otherwise; only a document that is as large can hold one.
_TEXT_NODE_LIMIT = 10_000_000
_MARK = b"\xef\xbb\xbf"
_MARKS_AND_BLANKS = _MARK + b" \t\r\n"
_parsers = threading.local()


def parser_options(*, huge: bool) -> dict[str, Any]:
    """The options under which every XML document is parsed, whole or streamed."""
    return {
        "resolve_entities": False,
        "load_dtd": False,
        "no_network": True,
        "huge_tree": huge,
        "remove_comments": True,
        "remove_pis": True,
    }


def parse(data: bytes, limits: Limits) -> etree._Element:
    """The root element of a document. Raises an `ExtractionError` that names the fault and its place."""
    if len(data) > limits.xml_bytes:
        raise LimitExceeded(f"an XML document of {len(data):,} bytes; the limit is {limits.xml_bytes:,}")
    try:
        root = etree.fromstring(data, _parser(huge=len(data) > _TEXT_NODE_LIMIT))
    except etree.XMLSyntaxError as error:
        if start := _beginning(data):
            return parse(data[start:], limits)
        raise malformed(error) from None
    refuse_dtd(root)
    return root


def stream(source: BinaryIO, tag: str) -> Iterator[etree._Element]:
    """The elements of one name, each as soon as it is complete; it is emptied when the next one is asked for.

    Raises an `ExtractionError` where the document breaks off or is damaged, after the elements that were whole.
    """
    source.seek(_beginning(source.read(HEAD_BYTES)))
    try:
        for _, element in etree.iterparse(source, events=("end",), tag=tag, **parser_options(huge=True)):
            refuse_dtd(element)
            yield element
            _forget(element)
    except etree.XMLSyntaxError as error:
        raise malformed(error) from None


def _beginning(data: bytes) -> int:
    """Where the XML declaration is, which must come first: blank lines and further marks before it harm nobody."""
    start = len(data) - len(data.lstrip(_MARKS_AND_BLANKS))
    return start - len(_MARK) if data[:start].endswith(_MARK) else start


def _forget(element: etree._Element) -> None:
    """Free an element and the siblings before it: a file with thousands of them stays small in memory."""
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


def refuse_dtd(element: etree._Element) -> None:
    """No invoice needs a DOCTYPE; entity attacks do."""
    if element.getroottree().docinfo.internalDTD is not None:
        raise DocumentUnsafe("it declares a DOCTYPE, which no invoice format uses; entities could hide in it")


def malformed(error: etree.XMLSyntaxError) -> DocumentMalformed | DocumentUnsafe:
    """The error for XML that is not well-formed, or whose entities the parser stopped from multiplying."""
    what = (error.msg or "no reason given").splitlines()[0]
    if "entity amplification" in what:
        return DocumentUnsafe("it declares entities that multiply without end; no invoice format uses any")
    return DocumentMalformed(f"XML that is not well-formed: {what}")


def _parser(*, huge: bool) -> etree.XMLParser:
    """One parser a thread and size: a shared one would make the threads wait for each other."""
    name = "huge" if huge else "plain"
    parser: etree.XMLParser | None = getattr(_parsers, name, None)
    if parser is None:
        parser = etree.XMLParser(**parser_options(huge=huge))
        setattr(_parsers, name, parser)
    return parser

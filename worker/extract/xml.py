"""Hardened XML parsing: no DTD, no entity, no network, bounded size."""

import re
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

# The encodings of supplier software. Others can hide markup from whoever counts or looks at bytes (UTF-7, EBCDIC).
_ENCODING = re.compile(
    rb"utf-?8|utf-?16(?:[bl]e)?|(?:us-)?ascii|iso[-_]?8859-?\d{1,2}|latin-?\d|(?:windows|cp)-?125\d", re.IGNORECASE
)
_DECLARED = re.compile(rb"""<\?xml[^>]*?\sencoding\s*=\s*["']([^"'>]*)""")
_WIDE_OR_EBCDIC = (b"\xff\xfe\0\0", b"\0\0\xfe\xff", b"<\0\0\0", b"\0\0\0<", b"\x4c\x6f\xa7\x94")
_SHOWN = 40  # characters of an encoding that nobody knows


_DEFAULT = Limits()


def parser_options(*, huge: bool) -> dict[str, Any]:
    """The options under which every XML document is parsed, whole or streamed."""
    return {
        "resolve_entities": False,
        "load_dtd": False,
        "no_network": True,
        "huge_tree": huge,
        "remove_comments": True,
        "remove_pis": True,
        "remove_blank_text": True,  # half of a tree is the blanks between its elements
    }


def parse(data: bytes, limits: Limits) -> etree._Element:
    """The root element of a document. Raises an `ExtractionError` that names the fault and its place."""
    if len(data) > limits.xml_bytes:
        raise LimitExceeded(f"an XML document of {len(data):,} bytes; the limit is {limits.xml_bytes:,}")
    _refuse_encoding(data[:HEAD_BYTES])
    _Marks(limits.xml_marks).add(data)
    try:
        root = etree.fromstring(data, _parser(huge=len(data) > _TEXT_NODE_LIMIT))
    except etree.XMLSyntaxError as error:
        if start := _beginning(data):
            return parse(data[start:], limits)
        raise malformed(error) from None
    refuse_dtd(root)
    return root


def stream(source: BinaryIO, tag: str, limits: Limits = _DEFAULT) -> Iterator[etree._Element]:
    """The elements of one name, each as soon as it is complete; it is emptied when the next one is asked for.

    Raises an `ExtractionError` where the document breaks off, is damaged, or goes beyond the limits before the next
    element is complete; after the elements that were whole.
    """
    head = source.read(HEAD_BYTES)
    _refuse_encoding(head)
    source.seek(_beginning(head))
    bounded = _Bounded(source, limits)
    try:
        for _, element in etree.iterparse(bounded, events=("end",), tag=tag, **parser_options(huge=True)):
            refuse_dtd(element)
            bounded.start_again()
            yield element
            _forget(element)
    except etree.XMLSyntaxError as error:
        raise malformed(error) from None


class _Marks:
    """Counts what becomes a node of a tree, without parsing: every element, attribute and end needs a `<` or a `=`."""

    def __init__(self, most: int) -> None:
        self._most = most
        self.count = 0

    def add(self, data: bytes) -> None:
        """Count on. Raises `LimitExceeded`."""
        self.count += data.count(b"<") + data.count(b"=")
        if self.count > self._most:
            raise LimitExceeded(f"an XML document with more than {self._most:,} elements and attributes in one invoice")


class _Bounded:
    """A stream that gives only so much for one element. What is read ahead counts for the next one."""

    def __init__(self, source: BinaryIO, limits: Limits) -> None:
        self._source = source
        self._limits = limits
        self.start_again()

    def start_again(self) -> None:
        """An element is complete."""
        self._marks = _Marks(self._limits.xml_marks)
        self._bytes = 0

    def read(self, size: int) -> bytes:
        """The next bytes. Raises `LimitExceeded`."""
        data = self._source.read(size)
        self._marks.add(data)
        self._bytes += len(data)
        if self._bytes > self._limits.xml_bytes:
            raise LimitExceeded(f"a pivot with more than {self._limits.xml_bytes:,} bytes for one invoice")
        return data


def _refuse_encoding(head: bytes) -> None:
    """Raise `DocumentMalformed` for an encoding that no supplier's software writes."""
    declared = _DECLARED.search(head.replace(b"\0", b""))
    if head.startswith(_WIDE_OR_EBCDIC):
        raise DocumentMalformed("XML in UTF-32 or EBCDIC, which no invoice is; ask for UTF-8")
    if declared and not _ENCODING.fullmatch(declared[1]):
        name = declared[1][:_SHOWN].decode("ascii", errors="replace")
        raise DocumentMalformed(
            f"XML that is not well-formed: it declares the encoding “{name}”, which no invoice uses; ask for UTF-8"
        )


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

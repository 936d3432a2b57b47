"""Hardened XML parsing: no DTD, no entity, no network, bounded size."""

import threading

from lxml import etree

from worker.errors import DocumentMalformed, DocumentUnsafe, LimitExceeded
from worker.extract.limits import Limits

# libxml2 refuses a text node over 10 MB unless told otherwise; only a document that is as large can hold one.
_TEXT_NODE_LIMIT = 10_000_000
_parsers = threading.local()


def parser_options(*, huge: bool) -> dict[str, bool]:
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
        if data[:1].isspace():  # an XML declaration must come first; a blank line before it harms nobody
            return parse(data.lstrip(), limits)
        raise malformed(error) from None
    refuse_dtd(root)
    return root


def refuse_dtd(element: etree._Element) -> None:
    """No invoice needs a DOCTYPE; entity attacks do."""
    if element.getroottree().docinfo.internalDTD is not None:
        raise DocumentUnsafe("it declares a DOCTYPE, which no invoice format uses; entities could hide in it")


def malformed(error: etree.XMLSyntaxError) -> DocumentMalformed:
    """The error for XML that is not well-formed."""
    what = (error.msg or "no reason given").splitlines()[0]
    return DocumentMalformed(f"XML that is not well-formed: {what}")


def _parser(*, huge: bool) -> etree.XMLParser:
    """One parser a thread and size: a shared one would make the threads wait for each other."""
    name = "huge" if huge else "plain"
    parser: etree.XMLParser | None = getattr(_parsers, name, None)
    if parser is None:
        parser = etree.XMLParser(**parser_options(huge=huge))
        setattr(_parsers, name, parser)
    return parser

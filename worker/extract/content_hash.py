"""The hash of an invoice's content: the same for the same invoice, however its XML was laid out or wrapped."""

import hashlib
from collections.abc import Iterable

from lxml import etree


def content_hash(element: etree._Element, skipped: str = "", parts: Iterable[str] = ()) -> str:
    """SHA-256, hexadecimal, over the names and texts of all elements in document order.

    Attributes, comments, prefixes and outer blanks do not count. Elements named `skipped` count without their text;
    `parts` are added instead (the digests of decoded attachments).
    """
    digest = hashlib.sha256()
    for node in element.iter(etree.Element):
        text = "" if node.tag == skipped else (node.text or "").strip()
        digest.update(f"{node.tag}\0{text}\0".encode())
    for part in parts:
        digest.update(part.encode())
    return digest.hexdigest()

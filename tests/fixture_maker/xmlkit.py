"""A few lines over lxml that let the shape of a document be read in the code that builds it.

Every vocabulary (CII, UBL, pivot...) makes a `Maker` with its namespaces; `ram("ram:ID", "123", schemeID="0009")` is
then an element. A child that is None is left out, and `maybe` leaves out an element that would have no content, which
is what all these formats mean by "absent".
"""

from collections.abc import Mapping

from lxml import etree

# lxml has no public name for its element type.
Child = etree._Element | str | None
Element = etree._Element


class Maker:
    """Builds elements whose names are written with a prefix, as in the documents themselves."""

    def __init__(self, namespaces: Mapping[str, str]) -> None:
        """Take the namespaces by prefix; the prefix "" is the default namespace."""
        self._namespaces = dict(namespaces)
        self._nsmap: dict[str | None, str] = {prefix or None: uri for prefix, uri in namespaces.items()}

    def _qualified(self, name: str) -> str:
        prefix, colon, local = name.rpartition(":")
        uri = self._namespaces.get(prefix)
        if colon and uri is None:
            raise KeyError(prefix)
        return f"{{{uri}}}{local}" if uri else local

    def __call__(self, name: str, *children: Child, **attributes: str) -> Element:
        """Make an element with that name, these children (elements or text, in order) and attributes."""
        element = etree.Element(self._qualified(name), nsmap=self._nsmap)  # type: ignore[arg-type]  # stubs forget the default namespace
        for key, value in attributes.items():
            element.set(key, value)
        for child in children:
            if isinstance(child, str):
                _append_text(element, child)
            elif child is not None:
                element.append(child)
        return element

    def maybe(self, name: str, *children: Child, **attributes: str) -> Element | None:
        """Make the element, or None when it would have no content at all."""
        return self(name, *children, **attributes) if any(child is not None for child in children) else None


def _append_text(element: Element, text: str) -> None:
    if len(element):
        element[-1].tail = (element[-1].tail or "") + text
    else:
        element.text = (element.text or "") + text


def document(root: Element) -> bytes:
    """Indented UTF-8 bytes with a declaration, as most suppliers' software writes them."""
    etree.cleanup_namespaces(root, keep_ns_prefixes=["xsi"])
    etree.indent(root, space="  ")
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8") + b"\n"


def rewrite(content: bytes, *changes: tuple[str, str]) -> bytes:
    """Replace texts in a UTF-8 document, each exactly once: a case then shows what is odd about it."""
    text = content.decode("utf-8")
    for old, new in changes:
        if text.count(old) != 1:
            raise ValueError(f"{old!r} occurs {text.count(old)} times, expected once")
        text = text.replace(old, new)
    return text.encode("utf-8")


def with_prefixes(content: bytes, prefixes: Mapping[str, str]) -> bytes:
    """Rename the namespace prefixes of a document ("" makes a namespace the default one)."""
    text = content.decode("utf-8")
    for old, new in prefixes.items():
        colon = f"{new}:" if new else ""
        for opening in ("<", "</"):
            text = text.replace(f"{opening}{old}:", f"{opening}{colon}")
        text = text.replace(f"xmlns:{old}=", f"xmlns:{new}=" if new else "xmlns=")
    return text.encode("utf-8")

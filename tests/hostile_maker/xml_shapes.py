"""XML that is well-formed and far too much of something, and XML that stops too early."""

import base64
from collections.abc import Callable, Iterator
from dataclasses import replace

from tests.fixture_maker.pivot import Piece
from tests.hostile_maker import good
from tests.hostile_maker.model import MALFORMED, QUARANTINED, READ, TOO_LARGE, Hostile, large, read, refused

_FAMILY = "xml-shapes"
_DEEP = "libxml2 stops at 256 levels, at 2048 where a large document allows more."
_MANY = "The number of elements is bounded before a tree is built, because a tree takes far more room than its text."
_MOST_VALUES = 200
_PLACES = {"cii": b"</rsm:CrossIndustryInvoice>", "ubl": b"</Invoice>", "pivot": b"</CPPFacturePivotUnitaire>"}


def cases() -> Iterator[Hostile]:
    """Depth, attributes, elements, names, texts; the small forms and the large ones."""
    for syntax in _PLACES:
        yield refused(
            _FAMILY, f"depth-5000-{syntax}.xml", "5,000 elements inside each other",
            lambda s=syntax: _inside(s, b"<a>" * 5_000 + b"</a>" * 5_000), MALFORMED, _DEEP,
        )  # fmt: skip
        yield large(refused(
            _FAMILY, f"depth-1000000-{syntax}.xml", "a million elements inside each other",
            lambda s=syntax: _inside(s, b"<a>" * 1_000_000 + b"</a>" * 1_000_000), MALFORMED, _DEEP,
        ))  # fmt: skip
        yield large(refused(
            _FAMILY, f"elements-5000000-{syntax}.xml", "five million empty elements in 20 MB",
            lambda s=syntax: _inside(s, b"<a/>" * 5_000_000), TOO_LARGE, _MANY,
        ))  # fmt: skip
        yield large(read(
            _FAMILY, f"attributes-1000000-{syntax}.xml", "a million attributes on one element",
            lambda s=syntax: _inside(s, _attributes(1_000_000)), "Just within what is bounded.",
        ))  # fmt: skip
        yield large(read(
            _FAMILY, f"attributes-spread-{syntax}.xml", "two million attributes, ten an element",
            lambda s=syntax: _inside(s, _attributes(10) * 200_000), "Just within what is bounded.",
        ))  # fmt: skip
        yield large(refused(
            _FAMILY, f"attributes-3000000-{syntax}.xml", "three million attributes, ten an element",
            lambda s=syntax: _inside(s, _attributes(10) * 300_000), TOO_LARGE,
            "Attributes are counted as elements are.",
        ))  # fmt: skip
        yield large(read(
            _FAMILY, f"elements-2400000-{syntax}.xml", "as many elements and texts as are let through",
            lambda s=syntax: _inside(s, b"<a/>x" * 2_400_000), "The most that a tree may take.",
        ))  # fmt: skip
        yield read(
            _FAMILY, f"attributes-2000-{syntax}.xml", "two thousand attributes on one element",
            lambda s=syntax: _inside(s, _attributes(2_000)), "Unknown attributes say nothing.",
        )  # fmt: skip
        yield read(
            _FAMILY, f"prefixes-2000-{syntax}.xml", "two thousand namespaces declared on one element",
            lambda s=syntax: _inside(
                s, b"<a " + b" ".join(b'xmlns:p%d="urn:%d"' % (n, n) for n in range(2_000)) + b"/>"
            ),
            "Unknown namespaces say nothing.",
        )  # fmt: skip
        yield read(
            _FAMILY, f"prefixes-nested-{syntax}.xml", "namespaces declared again on two hundred levels",
            lambda s=syntax: _inside(s, _nested_prefixes(200)), "Unknown namespaces say nothing.",
        )  # fmt: skip
        yield read(
            _FAMILY, f"name-40000-{syntax}.xml", "an element name of 40,000 characters",
            lambda s=syntax: _inside(s, b"<%b/>" % (b"a" * 40_000)), "It is reported cut, and says nothing.",
        )  # fmt: skip
        yield large(refused(
            _FAMILY, f"name-5000000-{syntax}.xml", "an element name of 5 MB",
            lambda s=syntax: _inside(s, b"<%b/>" % (b"a" * 5_000_000)), MALFORMED, "libxml2 bounds names.",
        ) if syntax != "pivot" else read(
            _FAMILY, f"name-5000000-{syntax}.xml", "an element name of 5 MB",
            lambda s=syntax: _inside(s, b"<%b/>" % (b"a" * 5_000_000)), "It is reported cut, and says nothing.",
        ))  # fmt: skip
        yield large(read(
            _FAMILY, f"comments-1000000-{syntax}.xml", "a million comments",
            lambda s=syntax: _inside(s, b"<!---->" * 1_000_000), "Comments are thrown away while parsing.",
        ))  # fmt: skip
        yield large(read(
            _FAMILY, f"text-11000000-{syntax}.xml", "a text of 11 MB in an unknown element",
            lambda s=syntax: _inside(s, b"<a>" + b"A" * 11_000_000 + b"</a>"), "It is a text, and nobody asks for it.",
        ))  # fmt: skip
        yield large(Hostile(
            _FAMILY, f"text-100000000-{syntax}.xml", "a text of 100 MB in an unknown element",
            lambda s=syntax: _inside(s, b"<a>" + b"A" * 100_000_000 + b"</a>"), READ,
            why="Within what an invoice may have.",
        ))  # fmt: skip
        for size, is_large in ((20_000, False), (10_000_000, True)):
            made = refused(
                _FAMILY, f"number-{size}-{syntax}.xml", f"an invoice number of {size:,} characters",
                lambda s=syntax, n=size: good.with_number(good.SYNTAXES[s](), "9" * n),
                TOO_LARGE, "No index, event or screen is made for a number of that length.",
            )  # fmt: skip
            yield large(made) if is_large else made
    yield from _contents()


def _contents() -> Iterator[Hostile]:
    yield refused(
        _FAMILY, "siret-20000-cii.xml", "an identifier of 20,000 characters",
        lambda: good.cii_xml().replace(good.BILL.recipient_siret.encode(), b"1" * 20_000), TOO_LARGE,
        "No index, event or screen is made for an identifier of that length.",
    )  # fmt: skip
    yield read(
        _FAMILY, "attribute-value-200000-cii.xml", "a scheme of 200,000 characters",
        lambda: _inside("cii", b'<a schemeID="%b"/>' % (b"A" * 200_000)), "Nobody asks for it.",
    )  # fmt: skip
    yield large(refused(
        _FAMILY, "lines-100000-cii.xml", "an invoice of 100,000 lines", lambda: _with_lines(100_000), TOO_LARGE,
        "Its tree would take more room than a worker has; a person looks at it.",
    ))  # fmt: skip
    yield large(read(
        _FAMILY, "lines-40000-cii.xml", "an invoice of 40,000 lines", lambda: _with_lines(40_000),
        "Long, and within what is read.",
    ))  # fmt: skip
    yield large(read(
        _FAMILY, "schema-faults-40000-cii.xml", "40,000 lines, each with a fault of the schema",
        lambda: _with_lines(40_000).replace(b">C62<", b">x<").replace(b"<ram:TypeCode>VAT", b"<ram:TypeCode>\xc3\xa9"),
        "The first faults are reported.",
    ))  # fmt: skip
    for name, (made, count) in _many_numbers().items():
        case = (
            read(_FAMILY, f"{name}.xml", name.replace("-", " "), made, "Within what is compared.")
            if count <= _MOST_VALUES
            else refused(
                _FAMILY, f"{name}.xml", name.replace("-", " "), made, TOO_LARGE,
                "Each number is compared with many: their number is bounded.",
            )
        )  # fmt: skip
        yield large(case)
    yield large(read(
        _FAMILY, "attachments-10000-damaged-pivot.xml", "an invoice with 10,000 damaged attachments",
        lambda: good.pivot_with(*(Piece(f"{n}.txt", b"", raw="§") for n in range(10_000))),
        "The first are reported.", finding="INT_ATTACHMENT_UNREADABLE",
    ))  # fmt: skip
    yield large(read(
        _FAMILY, "lines-100000-pivot.xml", "a pivot whose invoice has 100,000 lines",
        lambda: _with_pivot_lines(100_000), "Long, and within what may be sent: read as any other.",
    ))  # fmt: skip
    yield large(read(
        _FAMILY, "attachments-10000-pivot.xml", "an invoice with 10,000 attachments",
        lambda: good.pivot_with(*(Piece(f"{n}.txt", b"%d" % n, zip_entry=None) for n in range(10_000))),
        "Each is small and opened in its turn.",
    ))  # fmt: skip
    yield large(refused(
        _FAMILY, "envelope-5000000-pivot.xml", "five million empty elements before the first invoice of a pivot",
        lambda: good.pivot_xml().replace(b"<CPPFactures", b"<a/>" * 5_000_000 + b"<CPPFactures", 1), TOO_LARGE, _MANY,
    ))  # fmt: skip
    yield large(read(
        _FAMILY, "text-100000000-attachment-spaced.xml", "an attachment whose base64 has a blank after every digit",
        lambda: _spaced(20_000_000), "Blanks in base64 are allowed; taking them out must not take room.",
    ))  # fmt: skip
    yield refused(
        _FAMILY, "values-repeated-cii.xml", "two thousand different order numbers",
        lambda: good.cii_xml().replace(
            b"</ram:BuyerOrderReferencedDocument>",
            b"</ram:BuyerOrderReferencedDocument>"
            + b"".join(
                b"<ram:BuyerOrderReferencedDocument><ram:IssuerAssignedID>X-%d</ram:IssuerAssignedID>"
                b"</ram:BuyerOrderReferencedDocument>" % n
                for n in range(2_000)
            ),
        ), TOO_LARGE, "Each number is compared with many: their number is bounded.",
    )  # fmt: skip
    yield read(
        _FAMILY, "unknown-values-pivot.xml", "five thousand elements that no schema knows",
        lambda: _inside("pivot", b"".join(b"<Inconnu%d/>" % n for n in range(5_000))), "What is new is reported.",
        finding="INT_UNKNOWN_VALUE",
    )  # fmt: skip
    yield read(
        _FAMILY, "schema-faults-cii.xml", "ten thousand faults of the schema",
        lambda: _inside("cii", b"<rsm:Inconnu/>" * 10_000), "The first faults are reported.", finding="INT_SCHEMA",
    )  # fmt: skip
    yield refused(
        _FAMILY, "pivot-without-invoices.xml", "a pivot that announces two billion invoices and has none",
        lambda: b'<?xml version="1.0"?><CPPFacturePivot><CPPFactures Compteur="2000000000"/></CPPFacturePivot>',
        MALFORMED, "What is announced is not believed.",
    )  # fmt: skip
    yield large(Hostile(
        _FAMILY, "invoices-1000-pivot.xml", "a pivot of a thousand times the same invoice",
        lambda: _repeated(1_000), READ, why="One by one; the others are duplicates of the first.",
    ))  # fmt: skip


def _many_numbers() -> dict[str, tuple[Callable[[], bytes], int]]:
    """Numbers beyond number: what is looked up grows with them."""
    order, origin = "ram:BuyerOrderReferencedDocument", "ram:InvoiceReferencedDocument"
    places = {order: f"</{order}>", origin: "</ram:ApplicableHeaderTradeSettlement>"}
    long = "-".join("A1" for _ in range(80))

    def made(element: str, count: int, number: Callable[[int], str]) -> bytes:
        content = "".join(
            f"<{element}><ram:IssuerAssignedID>{number(n)}</ram:IssuerAssignedID></{element}>" for n in range(count)
        )
        place = places[element].encode()
        after = element == order
        return good.cii_xml().replace(
            place, (place if after else b"") + content.encode() + (b"" if after else place), 1
        )

    def on_lines(count: int, number: Callable[[int], str]) -> bytes:
        content = _with_lines(1)
        mark = b"<ram:SpecifiedLineTradeAgreement>"
        start, end = content.index(b"<ram:IncludedSupplyChain"), content.rindex(b"</ram:IncludedSupplyChain")
        end = content.index(b">", end) + 1
        line = content[start:end]
        lines = (
            line.replace(
                mark,
                mark + f"<{order}><ram:IssuerAssignedID>{number(n)}</ram:IssuerAssignedID></{order}>".encode(),
            )
            for n in range(count)
        )
        return content[:start] + b"".join(lines) + content[end:].replace(good.BILL.commitment.encode(), b"")

    return {
        "orders-of-40000-lines-cii": (lambda: on_lines(40_000, lambda n: f"X-{n}"), 40_000),
        "orders-of-200-lines-cii": (lambda: on_lines(200, lambda n: f"X-{n}"), 200),
        "orders-long-of-2000-lines-cii": (lambda: on_lines(2_000, lambda n: f"{n}-{long}"), 2_000),
        "orders-long-of-200-lines-cii": (lambda: on_lines(200, lambda n: f"{n}-{long}"), 200),
        "order-long-cii": (lambda: good.cii_xml().replace(good.BILL.commitment.encode(), long.encode()), 1),
        "origins-40000-cii": (lambda: made(origin, 40_000, lambda n: f"X-{n}"), 40_000),
        "origins-200-cii": (lambda: made(origin, 200, lambda n: f"X-{n}"), 200),
        "orders-40000-cii": (lambda: made(order, 40_000, lambda n: f"X-{n}"), 40_000),
        "identifiers-40000-cii": (_many_identifiers, 1),
    }


def _many_identifiers() -> bytes:
    mark = b"<ram:BuyerTradeParty>"
    ids = b"".join(b'<ram:GlobalID schemeID="0009">%014d</ram:GlobalID>' % n for n in range(40_000))
    return good.cii_xml().replace(mark, mark + ids).replace(b"<ram:SellerTradeParty>", b"<ram:SellerTradeParty>" + ids)


def truncated(step: int = 1024) -> Iterator[Hostile]:
    """One invoice of each syntax, cut at every kilobyte."""
    for syntax, make in (*good.SYNTAXES.items(), ("facturx", good.facturx_pdf)):
        whole = make()
        is_pdf = syntax == "facturx"
        complete = whole.index(b"endstream", whole.index(b"/EmbeddedFile ")) if is_pdf else len(whole)
        for end in range(step, len(whole), step):
            cut = Hostile(
                "truncated", f"{syntax}-{end:06d}.{'pdf' if is_pdf else 'xml'}",
                f"a transfer of {syntax} that stopped after {end:,} bytes", lambda c=whole, e=end: c[:e],
                QUARANTINED, MALFORMED, "What is cut is never completed by guesses.", is_large=True,
            )  # fmt: skip
            if end > complete:
                why = "The invoice in it is whole; only the tables of the PDF are missing."
                cut = replace(cut, outcome=READ, reason="", finding="INT_REPAIRED", why=why)
            yield cut


def _inside(syntax: str, content: bytes) -> bytes:
    end = _PLACES[syntax]
    return good.SYNTAXES[syntax]().replace(end, content + end)


def _attributes(count: int) -> bytes:
    return b"<a " + b" ".join(b'a%d=""' % n for n in range(count)) + b"/>"


def _nested_prefixes(levels: int) -> bytes:
    opening = b"".join(b'<p%d:a xmlns:p%d="urn:%d">' % (n, n, n) for n in range(levels))
    return opening + b"".join(b"</p%d:a>" % n for n in reversed(range(levels)))


def _with_lines(count: int) -> bytes:
    content = good.cii_xml()
    mark = b"</ram:IncludedSupplyChainTradeLineItem>"
    start, end = content.index(b"<ram:IncludedSupplyChainTradeLineItem>"), content.rindex(mark) + len(mark)
    return content[:start] + content[start:end] * count + content[end:]


def _with_pivot_lines(count: int) -> bytes:
    content = good.pivot_xml()
    start, end = content.index(b"<Ligne "), content.rindex(b"</Ligne>") + len(b"</Ligne>")
    return content[:start] + content[start:end] * count + content[end:]


def _repeated(count: int) -> bytes:
    content = good.pivot_xml()
    mark = b"</CPPFacturePivotUnitaire>"
    start, end = content.index(b"<CPPFacturePivotUnitaire"), content.index(mark) + len(mark)
    return content[:start] + content[start:end] * count + content[end:]


def _spaced(size: int) -> bytes:
    digits = base64.b64encode(b"\1" * size).decode()
    return good.pivot_with(Piece("a.bin", b"", raw=" ".join(digits)))

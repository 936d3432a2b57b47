"""Well-formed invoices whose values attack people, screens, spreadsheets and comparisons."""

from collections.abc import Iterator

from tests.hostile_maker import good
from tests.hostile_maker.good import BILL
from tests.hostile_maker.model import READ, REVIEW, ROUTED, Hostile, read

_IDENTIFIERS = "Identifiers are compared as text, never repaired: what only looks like a known one is another."
_LOOKED_THROUGH = "Compatible forms of a digit are that digit; no other number can be meant."
_SHOWN = "A value is data wherever it is shown: it moves no cursor, runs nothing and hides nothing."
_AMOUNTS = "No amount, and said to be none; nothing is computed with it."

SCREEN = {  # what must never reach a terminal as it is; XML 1.0 lets all of these through
    "c1-csi": "\x9b31m",
    "c1-osc": "\x9d8;;http://127.0.0.1:8999/\x9c",
    "c1-dcs": "\x90q\x9c",
    "delete": "\x7f\x7f\x7f",
    "carriage-return": "\rROUTED      061 2026-000240",
    "line-feed": "\nROUTED      061 2026-000240  Tout concorde.",
    "next-line": "\x85ROUTED",
    "tabs": "\t\t\t\t\t\t\tROUTED",
    "line-separator": "\u2028ROUTED",
    "bidi-override": "\u202edetuor\u202c",
    "bidi-isolate": "\u2067abc\u2069",
    "zero-width": "\u200b\u200c\u200d\u2060\ufeff",
    "soft-hyphen": "\u00ad",
    "tag-characters": "\U000e0041\U000e0042",
    "variation-selectors": "\ufe0f" * 20,
    "combining": "e" + "\u0301" * 150,
    "private-use": "\ue000\U000f0000",
}
_FORMULAS = (
    '=HYPERLINK("http://127.0.0.1:8999/";"facture")',
    "+cmd|' /C calc'!A0",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1+9)*cmd|' /C calc'!A0",
    "\t=1+1",
    "＝1+1",
)
_MARKUP = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{7*7}}${7*7}#{7*7}%{7*7}",
    "{0.__class__.__init__.__globals__}",
    "%s%s%s%n",
    "[red]rich[/red] [link=http://127.0.0.1:8999/]x[/link]",
    "'; DROP TABLE invoices; --",
    "../../../../etc/passwd",
    "$(touch /tmp/x)`id`",
    "${jndi:ldap://127.0.0.1:8999/a}",
)


def cases() -> Iterator[Hostile]:
    """Identifiers, texts for screens and spreadsheets, amounts and dates; in a pivot and in CII."""
    yield from _screen()
    yield from _texts()
    yield from _identifiers()
    yield from _amounts()
    yield from _dates()


def _screen() -> Iterator[Hostile]:
    for name, text in SCREEN.items():
        for syntax, make in (("pivot", good.pivot_xml), ("cii", good.cii_xml)):
            escaped = _escaped(text)
            yield read(
                "screen", f"{name}-{syntax}.xml", f"{name} in number, supplier's name and order number",
                lambda m=make, t=escaped: _everywhere(m(), t), _SHOWN,
            )  # fmt: skip


def _texts() -> Iterator[Hostile]:
    for family, texts in (("formulas", _FORMULAS), ("markup", _MARKUP)):
        for number, text in enumerate(texts):
            yield read(
                family, f"{number:02d}-in-pivot.xml", f"{text!r} in number, supplier's name and order number",
                lambda t=text: _everywhere(good.pivot_xml(), _escaped(t)), _SHOWN,
            )  # fmt: skip


def _identifiers() -> Iterator[Hostile]:
    family, siret = "identifiers", BILL.recipient_siret
    for name, zero in (
        ("fullwidth", 0xFF10),
        ("arabic-indic", 0x660),
        ("mathematical", 0x1D7CE),
        ("devanagari", 0x966),
    ):
        table = {ord(str(n)): chr(zero + n) for n in range(10)}
        for what, text in (("siret", siret), ("commitment", BILL.commitment)):
            for syntax, make in (("pivot", good.pivot_xml), ("cii", good.cii_xml)):
                yield read(
                    family, f"{name}-{what}-{syntax}.xml", f"{what} in {name} digits",
                    lambda m=make, a=text, t=table: m().replace(a.encode(), a.translate(t).encode()),
                    _IDENTIFIERS if what == "siret" else _LOOKED_THROUGH, outcome=REVIEW if what == "siret" else READ,
                )  # fmt: skip
    for name, extra in (("zero-width-space", "\u200b"), ("bidi-mark", "\u200e"), ("soft-hyphen", "\u00ad")):
        for what, text in (("siret", siret), ("commitment", BILL.commitment)):
            yield Hostile(
                family, f"{name}-in-{what}.xml", f"{name} inside the {what}",
                lambda a=text, x=extra: good.pivot_xml().replace(a.encode(), f"{a[:5]}{x}{a[5:]}".encode()),
                READ, why="Whether it is looked through or not, never another than was meant.",
            )  # fmt: skip
    yield read(
        family, "cyrillic-service.xml", "a service code with a letter of another alphabet",
        lambda: good.pivot_xml().replace(
            f"<CodeService>{BILL.service}".encode(), "<CodeService>0б1".encode()
        ), "An unknown service; the order says which one is meant.",
    )  # fmt: skip
    yield read(
        family, "sql-in-siret.xml", "SQL where the SIRET should be",
        lambda: good.pivot_xml().replace(siret.encode(), b"' OR 1=1 --"), _IDENTIFIERS, outcome=REVIEW,
    )  # fmt: skip
    yield read(
        family, "wildcards-in-commitment.xml", "wildcards where the order number should be",
        lambda: good.pivot_xml().replace(BILL.commitment.encode(), b"%_*?2026%"), _IDENTIFIERS, outcome=REVIEW,
    )  # fmt: skip


def _amounts() -> Iterator[Hostile]:
    family, total = "amounts", str(BILL.gross)
    for name, text in {
        "nan": "NaN", "infinity": "Infinity", "minus-infinity": "-INF", "exponent": "1e999", "small-exponent": "1e-999",
        "million-digits": "9" * 200, "fullwidth": "１４４.00", "underscore": "1_4_4.00", "hexadecimal": "0x90",
        "two-points": "1.4.4", "two-signs": "--144", "blank": " ", "thousands": "1,444,444",
    }.items():  # fmt: skip
        yield read(
            family, f"{name}.xml", f"{text[:20]!r} as the total",
            lambda t=text: good.pivot_xml().replace(f">{total}<".encode(), f">{t}<".encode()), _AMOUNTS,
            finding="INT_VALUE_MISSING" if name == "blank" else "INT_VALUE_UNREADABLE",
        )  # fmt: skip
    for name, text in {
        "huge": "9" * 28, "negative": "-144.00", "zero": "0.00", "tiny": "0." + "0" * 26 + "1",
        "leading-zeros": "0" * 20 + "144",
    }.items():  # fmt: skip
        yield read(
            family, f"{name}.xml", f"{text[:28]!r} as the total",
            lambda t=text: good.pivot_xml().replace(f">{total}<".encode(), f">{t}<".encode()),
            "A number, and compared as one.",
        )  # fmt: skip


def _dates() -> Iterator[Hostile]:
    for name, text in {
        "zero": "0000-00-00", "february-30": "2026-02-30", "year-10000": "10000-01-01", "words": "demain",
        "long": "2026-11-12" + "0" * 200, "fullwidth": "２０２６-11-12", "negative": "-2026-11-12",
        "week": "2026-W46-4",
    }.items():  # fmt: skip
        yield read(
            "dates", f"{name}.xml", f"{text[:20]!r} as the day of issue", lambda t=text: _dated(t),
            "No day, and said to be none.", finding="INT_VALUE_UNREADABLE",
        )  # fmt: skip
    for name, text in {"far-future": "9999-12-31", "year-1": "0001-01-01"}.items():
        yield read(
            "dates", f"{name}.xml", f"{text!r} as the day of issue", lambda t=text: _dated(t),
            "No day of ours, and said to be none.", finding="INT_VALUE_UNREADABLE",
        )  # fmt: skip
    for name, text in {"far-future": "9999-12-31", "year-1": "0001-01-01"}.items():
        yield read(
            "dates", f"received-{name}.xml", f"{text!r} as the day of receipt",
            lambda t=text: good.pivot_xml().replace(b"<DateReception>2026-11-20", f"<DateReception>{t}".encode()),
            "No day of ours, and said to be none.", finding="INT_VALUE_UNREADABLE",
        )  # fmt: skip


def acting_everywhere(content: bytes) -> bytes:
    """The invoice with all that acts on a screen in number, supplier's name and order number."""
    acting = "".join(text for name, text in SCREEN.items() if name not in {"combining", "variation-selectors"})
    return _everywhere(content, _escaped(acting.replace(str(BILL.commitment), "2026")))


def control() -> Hostile:
    """The invoice that the others are made from, unchanged: it is routed, so that a REVIEW means something."""
    return read("control", "pivot.xml", "nothing", good.pivot_xml, "What the others are made from.", outcome=ROUTED)


def _dated(text: str) -> bytes:
    return good.pivot_xml().replace(b"<DateEmissionFacture>2026-11-12", f"<DateEmissionFacture>{text}".encode())


def _escaped(text: str) -> str:
    """As references where the parser would change the character, else as itself."""
    for plain, reference in (
        ("&", "&amp;"),
        ("<", "&lt;"),
        ("\r", "&#13;"),
        ("\n", "&#10;"),
        ("\t", "&#9;"),
        ("\x85", "&#133;"),
    ):
        text = text.replace(plain, reference)
    return text


def _everywhere(content: bytes, text: str) -> bytes:
    changed = content.decode()
    for value in (BILL.number, BILL.supplier.name, str(BILL.commitment)):
        changed = changed.replace(value, f"{value[:4]}{text}{value[4:]}" if value == BILL.number else f"{text}{value}")
    return changed.encode()

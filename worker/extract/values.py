"""From the text of an element to a value, keeping the text and the place.

Identifiers stay text. Money becomes `Decimal`, never float. What cannot be understood keeps its raw text, has no
value, and is reported by a finding.
"""

import datetime as dt
import re
from collections.abc import Iterable
from decimal import Decimal

from lxml import etree

from rules.findings import Finding, ReasonCode, finding
from rules.model import Amount, Day, Field, Text
from worker.errors import LimitExceeded
from worker.extract.limits import YEARS

_XS_DATE = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:Z|[+-]\d\d:\d\d|T[\d:.]+(?:Z|[+-]\d\d:\d\d)?)?", re.ASCII)
MOST_CHARACTERS = 250  # of a field: two of 4 bytes each fit a row of PostgreSQL's indexes; the portal's have 100
MOST_VALUES = 200  # different ones of a field: each order is compared with each commitment of the supplier
_MOST_DIGITS = 28  # of an amount: what decimal arithmetic keeps exactly; more is no amount but an attack
_MOST_TOLD = 20  # of values that differ
_COMPACT_DATE_LENGTHS = {None: 8, "102": 8, "203": 12, "204": 14}


class Values:
    """Reads the fields of one invoice and gathers the findings made on the way."""

    __slots__ = ("_found", "_paths", "findings")

    def __init__(self, found: dict[str, list[etree._Element]], paths: dict[str, str]) -> None:
        self._found = found
        self._paths = paths
        self.findings: list[Finding] = []

    def elements(self, name: str) -> list[etree._Element]:
        """The elements of a field, in document order; none is an empty list."""
        return self._found.get(name, _NONE)

    def path(self, name: str) -> str:
        """Where a field stands."""
        return self._paths[name]

    def texts(self, name: str) -> tuple[Text, ...]:
        """Every value of a field that is not blank. Raises `LimitExceeded` for more different ones than are read."""
        texts = tuple(_texts(self._found.get(name, _NONE), self._paths[name]))
        if len(texts) > MOST_VALUES and (count := len({text.value for text in texts})) > MOST_VALUES:
            raise LimitExceeded(f"{count:,} different values at {self._paths[name]}; the limit is {MOST_VALUES}")
        return texts

    def text(self, name: str) -> Text | None:
        """The one value of a field. Several different ones are a finding; the first is kept."""
        elements = self._found.get(name)
        if elements is None:
            return None
        if len(elements) != 1:
            return self.only(name, self.texts(name))
        return text_of(elements[0], self._paths[name])

    def only(self, name: str, texts: tuple[Text, ...]) -> Text | None:
        """The first of several texts, with a finding if they differ."""
        if not texts:
            return None
        different = dict.fromkeys(text.value for text in texts)
        if len(different) > 1:
            kept = texts[0].value
            values = ", ".join(tuple(different)[:_MOST_TOLD])
            self.findings.append(finding(ReasonCode.INT_VALUE_REPEATED, field=name, values=values, kept=kept))
        return texts[0]

    def of_scheme(self, name: str, scheme: str) -> Text | None:
        """The first value of a field whose `schemeID` is the one given."""
        wanted = (element for element in self.elements(name) if element.get("schemeID") == scheme)
        return next(iter(_texts(wanted, self._paths[name])), None)

    def text_at(self, element: etree._Element | None, name: str, step: str) -> Text | None:
        """The text of an element found one step below a field."""
        return None if element is None else text_of(element, f"{self._paths[name]}/{step}")

    def replace(self, name: str, elements: list[etree._Element], path: str) -> None:
        """Take a field from elsewhere, if it stands there."""
        if elements:
            self._found[name] = elements
            self._paths = {**self._paths, name: path}

    def amount(self, name: str) -> Amount | None:
        """An amount of money."""
        return self.to_amount(name, self.text(name))

    def amount_in(self, name: str, currency: Text | None) -> Amount | None:
        """An amount that may be stated in several currencies (BT-110, BT-111): the one in the invoice's own.

        Where none names that currency, the first without any currency, else the first.
        """
        elements = self.elements(name)
        if len(elements) > 1 and currency is not None:
            own = [e for e in elements if e.get("currencyID") == currency.value]
            bare = [e for e in elements if e.get("currencyID") is None]
            elements = own or bare or elements[:1]
        return self.to_amount(name, self.only(name, tuple(_texts(elements, self._paths[name]))))

    def to_amount(self, name: str, text: Text | None) -> Amount | None:
        """The decimal value of a text; a finding where it is none."""
        if text is None:
            return None
        value = decimal_of(text.value)
        if value is None:
            self._unreadable(name, text.value)
        return Field(text.raw, value, text.source)

    def day(self, name: str) -> Day | None:
        """A date: ISO 8601, or digits with a UNTDID 2379 format (102 where none is written)."""
        elements = self._found.get(name)
        text = self.text(name)
        if text is None or elements is None:
            return None
        kept = next(element for element in elements if element.text == text.raw)
        value = date_of(text.value, (kept.get("format") or "").strip() or None)
        if value is None:
            self._unreadable(name, text.value)
        return Field(text.raw, value, text.source)

    def require(self, **fields: object) -> None:
        """State each field that is absent though every invoice must have it."""
        self.findings.extend(
            finding(ReasonCode.INT_VALUE_MISSING, field=name) for name, field in fields.items() if field is None
        )

    def _unreadable(self, name: str, text: str) -> None:
        self.findings.append(finding(ReasonCode.INT_VALUE_UNREADABLE, field=name, value=text))


_NONE: list[etree._Element] = []


def text_of(element: etree._Element, source: str) -> Text | None:
    """The text of an element without outer blanks, or None if nothing is left. Raises `LimitExceeded`."""
    raw = element.text
    if raw is None:
        return None
    value = bounded(raw, source).strip()
    return Field(raw, value, source) if value else None


def bounded(text: str, source: str) -> str:
    """The text of a field, which is refused where it is longer than any index, event or screen is made for."""
    if len(text) > MOST_CHARACTERS and len(text.strip()) > MOST_CHARACTERS:
        raise LimitExceeded(f"a value of {len(text.strip()):,} characters at {source}; the limit is {MOST_CHARACTERS}")
    return text


def plain_text(element: etree._Element | None) -> str | None:
    """The text of an element without outer blanks, cut if it is long; None where there is nothing in it."""
    return (element.text or "").strip()[:MOST_CHARACTERS] or None if element is not None else None


def decoded_size(base64_text: str | None) -> int:
    """How many bytes a base64 text decodes to, told from its length."""
    digits = "".join((base64_text or "").split())
    return max(0, len(digits) * 3 // 4 - (len(digits) - len(digits.rstrip("="))))


def _texts(elements: Iterable[etree._Element], source: str) -> Iterable[Text]:
    return (text for element in elements if (text := text_of(element, source)) is not None)


def decimal_of(text: str) -> Decimal | None:
    """A decimal number with a point (xs:decimal) or a single comma, of 28 digits at most; None for anything else."""
    digits = text[1:] if text[:1] in {"+", "-"} else text
    if digits.count(",") == 1 and "." not in digits:
        digits = digits.replace(",", ".")
        text = text.replace(",", ".")
    bare = digits.replace(".", "", 1)
    return Decimal(text) if len(bare) <= _MOST_DIGITS and bare.isascii() and bare.isdigit() else None


def date_of(text: str, code: str | None) -> dt.date | None:
    """A date of our times from `2026-11-24` (with or without zone or time) or `20261124`.

    `code` is its format by UNTDID 2379: 102, 203 or 204.
    """
    try:
        if text.isascii() and text.isdigit():
            if _COMPACT_DATE_LENGTHS.get(code) != len(text):
                return None
            day: dt.date | None = dt.date(int(text[:4]), int(text[4:6]), int(text[6:8]))
        else:
            match = _XS_DATE.fullmatch(text)
            day = dt.date(*map(int, match.groups())) if match else None
    except ValueError:
        return None
    return day if day is not None and day.year in YEARS else None

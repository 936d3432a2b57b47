"""The values that stand beside labels: what each may look like, and what it means.

Each reader takes the text where a value should begin and says what it is and how much of the text it is made of, or
None. Precision first: a wrong commitment is worse than none.
"""

import datetime as dt
import re
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, NamedTuple

from rules.identifiers import SIRET_LENGTH, siret_fault
from worker.extract.limits import YEARS
from worker.extract.page.lines import folded

LEAST_DIGITS = 3  # of a commitment or contract number
_LONGEST = 30
_SHORT = 9  # of a code of two words: more is the name of a service
_YEARS = range(1990, 2100)


class Value(NamedTuple):
    """A value as text (`YYYY-MM-DD`, `1234.56`, or an identifier), and where it begins and ends in what was read."""

    text: str
    start: int
    end: int
    strong: bool = True  # its form alone says that it is no word or year by chance


Reader = Callable[[str], Value | None]

_LEAD = re.compile(r"[\s:=.>|#/)–—-]*(?:(?:n\s?[°º]|no\.?(?=\s)|num(?:éro|ero)?\.?(?=\s))[\s:.]*)?", re.IGNORECASE)
_DATED = re.compile(r"(?:du|en date du|daté du|of|dated)\s+[\d./-]{6,10}[\s,:]*(?:(?:n\s?[°º]|N\s?[°º]|[Nn]o)[\s:.]*)?")
_TOKEN = re.compile(r"[A-Za-z0-9À-ÿ][A-Za-z0-9À-ÿ/_.\-]*[A-Za-z0-9À-ÿ]|[A-Za-z0-9]")
_DATE_LIKE = re.compile(r"\d{1,2}[./-]\d{1,2}[./-](?:\d{4}|\d{2})|\d{4}-\d{2}-\d{2}")
_AMOUNT_LIKE = re.compile(r"\d+[.,]\d{2}(?:\s?(?:€|EUR))?")
_OTHERS = (
    re.compile(r"0\d(?:[ .]\d\d){4}"),
    re.compile(r"FR ?[0-9A-Z]{2} ?\d{3} ?\d{3} ?\d{3}"),
    re.compile(r"(?:CO|PR|SH)\d{4}-\d{4,5}"),
)
_GROUPED_SIRET = re.compile(r"\d{3}[ .]\d{3}[ .]\d{3}[ .]\d{5}(?!\d)")
_GOES_ON = re.compile(r" \d+(?![\d./-])")  # behind a short number: it is cut in two, and no part of it is right
_MOST_OTHERS = 4
_ANOTHER = re.compile(r"(?:\s*[,;&+]\s*|\s+et\s+|\s)([A-Z0-9][A-Z0-9/_.\-]*[A-Z0-9])(?![\w.,]*\w)")
_MONEY_BEHIND = re.compile(r"[.,]\d|\s?(?:€|EUR\b|euros?\b)")
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_./\-]*", re.ASCII)
_SECOND = re.compile(r" [A-Z0-9][A-Z0-9_.\-]*\s*(?=$|\()", re.ASCII)


def lead(text: str) -> int:
    """How many characters stand before a value: signs, blanks, a number sign, the date of an order."""
    leading = _LEAD.match(text)
    place = leading.end() if leading else 0
    dated = _DATED.match(text, place)
    return dated.end() if dated else place


def number(text: str) -> Value | None:
    """The number of a commitment, an order or a contract: one token with digits, or several short ones."""
    start = lead(text)
    tokens = list(_TOKEN.finditer(text, start))
    if not tokens or tokens[0].start() != start:
        return None
    grouped = _grouped(text, tokens)
    last = tokens[grouped - 1]
    value = "".join(token.group() for token in tokens[:grouped])
    if (
        not _is_number(value)
        or _MONEY_BEHIND.match(text, last.end())
        or _GROUPED_SIRET.match(text, start)
        or (not _is_strong(value) and _GOES_ON.match(text, last.end()))
        or _is_of_another_kind(value, text[start : last.end()])
    ):
        return None
    others = _others(text, last.end())
    if others:  # all are told, parted by commas: which of them is meant is a question for a person
        return Value(", ".join((value, *(other.text for other in others))), start, others[-1].end, strong=False)
    return Value(value, start, last.end(), strong=_is_strong(value))


def _others(text: str, end: int) -> list[Value]:
    """The numbers that follow another one of their kind, parted by a blank, a comma or “et”."""
    found: list[Value] = []
    while len(found) < _MOST_OTHERS and (match := _ANOTHER.match(text, end)):
        value = match.group(1)
        if not (_is_number(value) and _is_strong(value)) or _is_of_another_kind(value, value):
            break
        found.append(Value(value, match.start(1), match.end(1)))
        end = match.end(1)
    return found


def _is_of_another_kind(value: str, written: str) -> bool:
    """Whether a number is a SIRET, a telephone or VAT number, or one that Dolibarr gives to its own orders."""
    if value.isdigit() and len(value) == SIRET_LENGTH and siret_fault(value) is None:
        return True
    begins = value.split("-", 1)[0].upper()
    return begins in _NO_CODES or any(pattern.fullmatch(written.strip()) for pattern in _OTHERS)


def _grouped(text: str, tokens: list[re.Match[str]]) -> int:
    """How many tokens make the number: digits written in groups, or letters with digits behind them."""
    words = [token.group() for token in tokens[:6]]
    adjacent = 1
    while adjacent < len(words) and text[tokens[adjacent - 1].end() : tokens[adjacent].start()] == " ":
        adjacent += 1
    words = words[:adjacent]
    digits = 0
    head = 1 if words[0].isalpha() and words[0].isupper() and len(words[0]) <= 5 else 0  # noqa: PLR2004
    while head + digits < len(words) and words[head + digits].isdigit() and len(words[head + digits]) <= 4:  # noqa: PLR2004
        digits += 1
    if (
        head
        and not digits
        and adjacent > 1
        and any(c.isdigit() for c in words[1])
        and not _DATE_LIKE.fullmatch(words[1])
    ):
        return 2
    if digits >= 2 or (head and digits):  # noqa: PLR2004
        return head + digits
    if len(words) > 2 and words[0].isdigit() and int(words[0]) in _YEARS and words[1].isupper() and words[2].isdigit():  # noqa: PLR2004
        return 3  # "2026 BC 00412"
    return 1


def _is_number(value: str) -> bool:
    digits = sum(c.isdigit() for c in value)
    return (
        digits >= (LEAST_DIGITS if value.isdigit() or len(value) < 6 else 2)  # noqa: PLR2004
        and len(value) <= _LONGEST
        and not _DATE_LIKE.fullmatch(value)
        and not _AMOUNT_LIKE.fullmatch(value)
        and sum(c.islower() for c in value) <= 2  # noqa: PLR2004  "2026bc12" passes, "21janvier" does not
    )


def _is_strong(value: str) -> bool:
    """Whether it is no year, no postal code, no quantity."""
    if value.isdigit():
        return len(value) >= 6  # noqa: PLR2004
    return len(value) >= 5  # noqa: PLR2004


def service(text: str) -> Value | None:
    """A service code: a token in capitals, or with a digit or a sign in it; two such tokens if nothing follows them."""
    start = lead(text)
    match = _CODE.match(text, start)
    if not match or _goes_on(text, match.end()):
        return None
    value = match.group().rstrip("./-_")
    second = _SECOND.match(text, match.end())
    if second and not any(c.isdigit() for c in value):
        both = text[start : second.end()].rstrip()
        short = both.replace(" ", "").isalpha() and len(both) <= _SHORT and both.isupper()
        value = both if short or any(c.isdigit() for c in second.group()) else value
    if len(value) < 2 or len(value) > _LONGEST or value.upper() in _NO_CODES or _DATE_LIKE.fullmatch(value):  # noqa: PLR2004
        return None
    telling = any(c.isdigit() for c in value) or any(sign in value for sign in "-_.")
    if not (telling or value.isupper()):
        return None
    alone = text[start + len(value) :].strip(" .,;:)")[:1] in {"", "|"}
    if any(c.islower() for c in value) and not (_fits(value) and alone):
        return None
    return Value(value, start, start + len(value), strong=telling)


def _fits(value: str) -> bool:
    """Whether a token in small letters is a code and no word: "labo-admin", "Parc.Sud", "sg01"."""
    parts = re.split(r"[-_./]", value)
    return all(parts) and not (len(parts) == 1 and not any(c.isdigit() for c in value))


_NO_CODES = frozenset(
    {"N", "NO", "LE", "LA", "DE", "DU", "DES", "ET", "SIRET", "TVA", "EJ", "CODE", "SERVICE", "DATE", "TEL"}
    | {"CHORUS", "PRO", "BP", "CS", "HT", "TTC", "SIREN", "RCS", "IBAN", "BIC", "APE", "NAF", "FAX", "CP", "RM", "RIB"},
)


def invoice_number(text: str) -> Value | None:
    """The supplier's number of the invoice: one token with a digit, or letters and digits parted by blanks."""
    start = lead(text)
    tokens = list(_TOKEN.finditer(text, start))
    if not tokens or tokens[0].start() != start:
        return None
    grouped = _grouped(text, tokens)
    value = " ".join(token.group() for token in tokens[:grouped])
    bare = value.replace(" ", "")
    if tokens[0].group().upper() in _NO_CODES or _is_of_another_kind(bare, value):
        return None
    if not any(c.isdigit() for c in bare) or _DATE_LIKE.fullmatch(bare) or _AMOUNT_LIKE.fullmatch(bare):
        return None
    if len(bare) > _LONGEST or sum(c.islower() for c in bare) > 4:  # noqa: PLR2004
        return None
    strong = len(bare) >= 4 and not (bare.isdigit() and int(bare) in _YEARS)  # noqa: PLR2004
    return Value(value, start, tokens[grouped - 1].end(), strong=strong)


def _goes_on(text: str, end: int) -> bool:
    return end < len(text) and (text[end].isalnum() or text[end] in "'’")


# dates

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "janvier janv jan january enero januar",
            "fevrier fevr fev feb february febrero februar",
            "mars mar march marzo marz",
            "avril avr april apr abril",
            "mai may mayo",
            "juin jun june junio juni",
            "juillet juil jul july julio juli",
            "aout aou august aug agosto",
            "septembre sept sep september septiembre",
            "octobre oct october octubre oktober okt",
            "novembre nov november noviembre",
            "decembre dec december diciembre dezember dez",
        ),
        start=1,
    )
    for name in names.split()
}
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
DATE = re.compile(
    rf"(?<![\d/.])(?:(?P<y>\d{{4}})[-/.](?P<m>\d{{1,2}})[-/.](?P<d>\d{{1,2}})"
    rf"|(?P<a>\d{{1,2}}) ?(?P<sign>[/.\-]) ?(?P<b>\d{{1,2}}) ?(?P=sign) ?(?P<year>\d{{4}}|\d{{2}})"
    rf"|(?P<day>\d{{1,2}})(?:er|\.|st|nd|rd|th)?[ -](?:de )?(?P<month>{_MONTH})\.?[ -](?:de )?(?P<in>\d{{4}}|\d{{2}})"
    rf"|(?P<en>{_MONTH})\.? (?P<on>\d{{1,2}})(?:st|nd|rd|th)?,? (?P<then>\d{{4}}))(?![\d/])"
)


def date(text: str, *, month_first: bool = False) -> Value | None:
    """A date at the beginning of a text, as `YYYY-MM-DD`."""
    plain = folded(text)
    start = lead(text)
    for prefix in ("le ", "du ", "the ", "of "):
        if plain.startswith(prefix, start):
            start += len(prefix)
    match = DATE.match(plain, start)
    day = date_in(match, month_first=month_first) if match else None
    return Value(day.isoformat(), start, match.end()) if match and day else None


def date_in(match: re.Match[str], *, month_first: bool = False) -> dt.date | None:
    """The day that a match of `DATE` names; French order, unless the page writes the month first."""
    try:
        day = _day_in(match.groupdict(), month_first=month_first)
    except ValueError:
        return None
    return day if day.year in YEARS else None


def _day_in(part: dict[str, Any], *, month_first: bool) -> dt.date:
    if part["y"]:
        return dt.date(int(part["y"]), int(part["m"]), int(part["d"]))
    if part["month"]:
        return dt.date(_year(part["in"]), _MONTHS[part["month"]], int(part["day"]))
    if part["en"]:
        return dt.date(int(part["then"]), _MONTHS[part["en"]], int(part["on"]))
    day, month = int(part["a"]), int(part["b"])
    if month_first and part["sign"] != ".":  # points are never written with the month first
        day, month = month, day
    return dt.date(_year(part["year"]), month, day)


def _year(digits: str) -> int:
    return int(digits) + (2000 if len(digits) == 2 else 0)  # noqa: PLR2004


# amounts

_CENT = Decimal("0.01")
_MOST_DIGITS = 20  # before the comma: more is no amount, and decimal arithmetic does not round beyond 28 in all

AMOUNT = re.compile(
    r"(?<![\w.,/])(?P<sign>[-−–+(]\s?)?(?:€\s?|EUR\s?)?"
    r"(?P<whole>\d{1,3}(?P<sep>[ .'’\u00a0\u202f\u2009])\d{3}(?:(?P=sep)\d{3})*|\d{1,3}(?:,\d{3})+(?=\.\d)|\d+)"
    r"(?P<cents>[.,]\d{2,4})?"
    r"(?P<after>\s?-(?=\s|$|€))?(?![\d]|[.,]\d|\s?%)"
)


def amounts_in(text: str) -> list[Value]:
    """The amounts of money in a text, as `1234.56`; whole numbers only with a currency beside them."""
    found = []
    for match in AMOUNT.finditer(text):
        near = text[max(0, match.start() - 4) : match.start()] + match.group() + text[match.end() : match.end() + 5]
        if match["cents"] is None and not re.search(r"€|EUR", near):
            continue
        negative = (match["sign"] or "").strip() in {"-", "−", "–", "("} or bool(match["after"])
        whole = re.sub(r"\D", "", match["whole"])
        if len(whole) > _MOST_DIGITS:
            continue
        exact = Decimal(f"{'-' if negative else ''}{whole}.{(match['cents'] or '.00')[1:]}")
        value = str(exact.quantize(_CENT, ROUND_HALF_UP))
        found.append(Value(value, match.start(), match.end(), strong=match["cents"] is not None))
    return found


def money(text: str) -> Decimal:
    """The decimal of an amount's text."""
    return Decimal(text)

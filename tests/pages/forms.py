"""How identifiers, amounts and dates are written on paper, and which form a text has."""

import datetime as dt
import re
from collections.abc import Callable, Mapping
from decimal import Decimal

NBSP, NNBSP = "\u00a0", "\u202f"
MINUS = "\u2212"

_MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre",
    "décembre",
)  # fmt: skip
_SHORT = ("janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc.")


def _grouped(siret: str, blank: str) -> str:
    return blank.join((siret[:3], siret[3:6], siret[6:9], siret[9:]))


SIRETS: Mapping[str, Callable[[str], str]] = {
    "spaces": lambda siret: _grouped(siret, " "),
    "nbsp": lambda siret: _grouped(siret, NBSP),
    "nnbsp": lambda siret: _grouped(siret, NNBSP),
    "9+5": lambda siret: f"{siret[:9]} {siret[9:]}",
    "joined": str,
    "dots": lambda siret: _grouped(siret, "."),
}


def _day(date: dt.date) -> str:
    return "1er" if date.day == 1 else str(date.day)


DATES: Mapping[str, Callable[[dt.date], str]] = {
    "slashes": lambda date: f"{date:%d/%m/%Y}",
    "dots": lambda date: f"{date:%d.%m.%Y}",
    "dashes-yy": lambda date: f"{date:%d-%m-%y}",
    "long": lambda date: f"{_day(date)} {_MONTHS[date.month - 1]} {date.year}",
    "short-month": lambda date: f"{_day(date)} {_SHORT[date.month - 1]} {date.year}",
    "iso": lambda date: date.isoformat(),
}

# blank between thousands, decimal sign, before, after
AMOUNTS: Mapping[str, tuple[str, str, str, str]] = {
    "space": (" ", ",", "", ""),
    "space-euro": (" ", ",", "", " €"),
    "nbsp-euro": (NBSP, ",", "", f"{NBSP}€"),
    "nnbsp-euro": (NNBSP, ",", "", f"{NBSP}€"),
    "dot": (".", ",", "", ""),
    "dot-eur": (".", ",", "", " EUR"),
    "none": ("", ",", "", ""),
    "none-euro": ("", ",", "", "€"),
    "point": ("", ".", "", ""),
    "space-point-eur": (" ", ".", "", " EUR"),
    "euro-before": (" ", ",", "€ ", ""),
}


def amount(value: Decimal, form: str, minus: str = "-") -> str:
    """Write an amount of euros with two decimals; `minus` stands before all of it."""
    thousands, decimals, before, after = AMOUNTS[form]
    whole, cents = f"{abs(value):,.2f}".split(".")
    sign = minus if value < 0 else ""
    return f"{sign}{before}{whole.replace(',', thousands)}{decimals}{cents}{after}"


_KINDS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "siret": (
        ("spaces", r"\d{3} \d{3} \d{3} \d{5}"),
        ("nbsp", rf"\d{{3}}{NBSP}\d{{3}}{NBSP}\d{{3}}{NBSP}\d{{5}}"),
        ("nnbsp", rf"\d{{3}}{NNBSP}\d{{3}}{NNBSP}\d{{3}}{NNBSP}\d{{5}}"),
        ("9+5", r"\d{9} \d{5}"),
        ("joined", r"\d{14}"),
        ("dots", r"\d{3}\.\d{3}\.\d{3}\.\d{5}"),
    ),
    "date": (
        ("slashes", r"\d\d/\d\d/\d{4}"),
        ("dots", r"\d\d\.\d\d\.\d{4}"),
        ("dashes-yy", r"\d\d-\d\d-\d\d"),
        ("iso", r"\d{4}-\d\d-\d\d"),
        ("long", r"\S+ [a-zéû]+ \d{4}"),
        ("short-month", r"\S+ [a-zéû]+\. \d{4}"),
    ),
    "amount": (
        ("thousands-space", r".*\d \d{3}[.,].*"),
        ("thousands-nbsp", rf".*\d{NBSP}\d{{3}}[.,].*"),
        ("thousands-nnbsp", rf".*\d{NNBSP}\d{{3}}[.,].*"),
        ("thousands-dot", r".*\d\.\d{3},.*"),
        ("thousands-joined", r".*\d{4}[.,].*"),
        ("decimal-point", r".*\d\.\d\d\D*"),
        ("decimal-comma", r".*\d,\d\d\D*"),
        ("euro-before", r".*€ ?\d.*"),
        ("euro-after", r".*\d.?€"),
        ("eur", r".*EUR"),
        ("bare", rf"[-{MINUS}]? ?[\d., {NBSP}{NNBSP}]+"),
        ("negative", rf"[-{MINUS}].*"),
    ),
}


def forms_of(kind: str, text: str) -> set[str]:
    """Name every form of `kind` (siret, date, amount) that a printed text has, as `kind:form`."""
    return {f"{kind}:{form}" for form, pattern in _KINDS[kind] if re.fullmatch(pattern, text)}

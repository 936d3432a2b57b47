"""The vocabulary of the reference files: the text of one cell to its value.

A reader returns the value, or raises `CellFault` with what is wrong and what to do. Cells come without outer blanks
and never empty: an empty cell is a value that was not given, and is nobody's fault unless a row needs it.
"""

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from rules.identifiers import SIREN_LENGTH, SIRET_LENGTH, KeyFault, compact, siren_fault, siret_fault
from rules.model import AmountBasis, CommitmentStatus, IdType

MAX_IDENTIFIER = 200  # characters; Chorus Pro carries 100 at most, and an index cannot hold texts of any length
MAX_TEXT = 2000
_MAX_DIGITS = 18
_GROUP = "[ \N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}\N{THIN SPACE}]"
_MONEY = re.compile(
    rf"(?P<sign>[+-]?){_GROUP}?(?P<whole>\d{{1,3}}(?:{_GROUP}\d{{3}})+|\d*)(?:(?P<mark>[.,])(?P<part>\d+))?", re.ASCII
)
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_YEAR = re.compile(r"[12]\d{3}", re.ASCII)
_CURRENCY = re.compile(r"[A-Z]{3}")
_SPOILT = re.compile(r"\d(?:[.,]\d*)?E\+?\d+", re.ASCII | re.IGNORECASE)
_THOUSANDTHS = 3

_BOOLEANS = {
    **dict.fromkeys(("true", "1", "oui", "o", "vrai"), True),
    **dict.fromkeys(("false", "0", "non", "n", "faux"), False),
}
# CHORUS 1.2: the numbers that the pivot uses for the kinds of identifier
_ID_TYPES: Mapping[str, IdType] = {
    **{kind.value: kind for kind in IdType},
    "1": IdType.SIRET,
    "2": IdType.UE_HORS_FRANCE,
    "3": IdType.HORS_UE,
    "4": IdType.RIDET,
    "5": IdType.TAHITI,
    "6": IdType.AUTRE,
    "7": IdType.PARTICULIER,
}
_ROLES = ("holder", "cocontractor", "subcontractor")


class CellFault(Exception):
    """A cell cannot be understood. The message says what is wrong and what to do; it never leaves this package."""


class Read(NamedTuple):
    """An identifier as understood, and the remarks that it calls for."""

    value: str
    notices: tuple[str, ...] = ()


def identifier(text: str) -> str:
    """A number or a code: kept as text, character for character."""
    return _bounded(text, MAX_IDENTIFIER)


def words(text: str) -> str:
    """A name or labels."""
    return _bounded(text, MAX_TEXT)


def boolean(text: str) -> bool:
    """`true`, `1`, `oui` (also `o`, `vrai`) and their opposites, in any case."""
    value = _BOOLEANS.get(text.lower())
    if value is None:
        raise CellFault(f"{_shown(text)} is no boolean: write true or false")
    return value


def day(text: str) -> dt.date:
    """An ISO 8601 date, `2026-11-20`."""
    try:
        if _DATE.fullmatch(text):
            return dt.date.fromisoformat(text)
    except ValueError:
        raise CellFault(f"{_shown(text)} is not in the calendar: correct the date") from None
    raise CellFault(f"{_shown(text)} is no date: write it as YYYY-MM-DD")


def year(text: str) -> int:
    """A fiscal year of four digits."""
    if not _YEAR.fullmatch(text):
        raise CellFault(f"{_shown(text)} is no fiscal year: write four digits, such as 2026")
    return int(text)


def money(text: str) -> tuple[Decimal, bool]:
    """An amount, exactly, in the row's currency; and whether its comma could have been meant for thousands.

    A point or a comma parts the decimals; blanks, also U+00A0 and U+202F, may part thousands.
    """
    match = _MONEY.fullmatch(text)
    if match is None or not (match["whole"] or match["part"]):
        raise CellFault(f"{_shown(text)} is no amount: write digits and one decimal point or comma, such as 1234.50")
    whole, part = re.sub(_GROUP, "", match["whole"]), match["part"] or ""
    if len(whole) > _MAX_DIGITS or len(part) > _MAX_DIGITS:
        raise CellFault(f"{_shown(text)} has too many digits for an amount: correct it")
    doubtful = match["mark"] == "," and len(part) == _THOUSANDTHS
    return Decimal(f"{match['sign']}{whole or '0'}" + (f".{part}" if part else "")), doubtful


def currency(text: str) -> str:
    """An ISO 4217 code."""
    code = text.upper()
    if not _CURRENCY.fullmatch(code):
        raise CellFault(f"{_shown(text)} is no currency: write its ISO 4217 code, such as EUR")
    return code


def status(text: str) -> CommitmentStatus:
    """Whether a commitment is open, closed or cancelled."""
    try:
        return CommitmentStatus(text.lower())
    except ValueError:
        raise CellFault(f"{_shown(text)} is no status: write {_choices(CommitmentStatus)}") from None


def amount_basis(text: str) -> AmountBasis:
    """The total that a budget's commitments are counted in."""
    try:
        return AmountBasis(text.lower())
    except ValueError:
        raise CellFault(f"{_shown(text)} is no amount basis: write {_choices(AmountBasis)}") from None


def role(text: str) -> str:
    """What a party does in a contract: `holder`, `cocontractor` or `subcontractor`."""
    if text.lower() not in _ROLES:
        raise CellFault(f"{_shown(text)} is no role: write {_choices(_ROLES)}")
    return text.lower()


def id_type(text: str) -> IdType:
    """A kind of identifier: 1 to 7, or its API name (CHORUS 1.2)."""
    kind = _ID_TYPES.get(text.upper())
    if kind is None:
        raise CellFault(f"{_shown(text)} is no type of identifier: write 1 to 7, or a name such as SIRET")
    return kind


@lru_cache(maxsize=1 << 14)
def siret(text: str) -> Read:
    """A SIRET as its 14 digits. A leading zero that a spreadsheet dropped is put back (CHORUS 5.3)."""
    digits, padded = _padded(text, SIRET_LENGTH)
    if len(digits) != SIRET_LENGTH:
        raise CellFault(f"{_shown(text)} is no SIRET: it has 14 digits{_spoilt(text)}")
    if set(digits) == {"0"}:
        raise CellFault("fourteen zeros name nobody: write the SIRET")
    return Read(digits, _remarks("SIRET", siret_fault(digits), padded=padded))


@lru_cache(maxsize=1 << 14)
def siren(text: str) -> Read:
    """A SIREN as its 9 digits. A leading zero that a spreadsheet dropped is put back."""
    digits, padded = _padded(text, SIREN_LENGTH)
    if len(digits) != SIREN_LENGTH:
        raise CellFault(f"{_shown(text)} is no SIREN: it has 9 digits{_spoilt(text)}")
    return Read(digits, _remarks("SIREN", siren_fault(digits), padded=padded))


def _padded(text: str, length: int) -> tuple[str, bool]:
    digits = compact(text)
    if not (digits.isascii() and digits.isdigit()):
        return "", False
    return (digits.zfill(length), True) if len(digits) == length - 1 else (digits, False)


def _remarks(name: str, key: KeyFault | None, *, padded: bool) -> tuple[str, ...]:
    found = []
    if padded:
        found.append(f"a leading zero was put back: the {name} was one digit short, as spreadsheets make it")
    if key is not None:
        found.append(f"the {name} has a wrong key; it was taken as it is")
    return tuple(found)


def _spoilt(text: str) -> str:
    return ". A spreadsheet has rounded it: export the column as text" if _SPOILT.fullmatch(text) else ""


def _bounded(text: str, limit: int) -> str:
    if len(text) > limit:
        raise CellFault(f"{_shown(text)} is longer than {limit} characters: shorten it")
    if "\0" in text:
        raise CellFault(f"{_shown(text)} holds a NUL character: remove it")
    return text


def _choices(values: Iterable[str]) -> str:
    names = [str(value) for value in values]
    return f"{', '.join(names[:-1])} or {names[-1]}"


def _shown(text: str) -> str:
    return repr(text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…")


_SHOWN = 40

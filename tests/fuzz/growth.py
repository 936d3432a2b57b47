"""Whether time grows with the size of what is read: the same pattern, four times as often, may take no more than that.

A regular expression that tries every end for every beginning takes sixteen times as long.
"""

import re
import time
from collections.abc import Callable
from functools import partial

from tests.fuzz.findings import TooSlow
from tests.fuzz.pages import page_of
from worker.extract.accounts import ibans_in
from worker.extract.page import columns, days, labels, lines, parties, values
from worker.extract.page.compare import squeezed
from worker.extract.page.lines import MOST_CHARACTERS, folded
from worker.extract.pdf import read_pages
from worker.extract.profiles import profile_of
from worker.extract.values import date_of, decimal_of

_TIMES = 4
_MOST = 9.0  # times as long; twice the share, and the noise of a shared machine
_NOTICED_OF_TEXT, _NOTICED_OF_PAGES = 0.05, 0.25  # seconds: what takes less does not matter
_CHARACTERS = MOST_CHARACTERS // _TIMES

# what labels and values are made of; most bytes of an input name one of these
ALPHABET = (
    *(" ", "  ", "\t", ".", ",", "-", "/", ":", "(", ")", "°", "'", "_", "#", "€", "=", "|", "+", "\u00a0"),
    *("0", "1", "12", "2026", "n°", "no", "num", "numero ", "ref ", "code ", "de ", "du ", "la ", "d'"),
    *("total ", "montant ", "net ", "a ", "payer ", "ht", "ttc", "t.", "h.", "tva", "t.v.a.", "incl", "excl"),
    *("facture ", "avoir ", "engagement ", "juridique ", "bon ", "commande ", "service ", "siret ", "marche "),
    *("date ", "le ", "rcs ", "r.c.s. ", "siren ", "fr", "FR", "FR76", "A", "É", "e", "mars ", "1er "),
)

_SEARCHED = (  # what is searched for in whole lines
    *(values.DATE, values.AMOUNT, days._HEADS_LETTER, parties._SIRET, parties._VAT, parties._OTHER_VAT),
    *(parties._REGISTER, parties._REGISTER_AFTER, *parties._CUES.values(), lines._SEVEN_DIGITS),
)


def _all(pattern: re.Pattern[str], text: str) -> object:
    return sum(1 for _ in pattern.finditer(text))


READERS: dict[str, Callable[[str], object]] = {
    "labels": labels.labels_in.__wrapped__,
    "number": values.number,
    "service": values.service,
    "invoice number": values.invoice_number,
    "date": values.date,
    "amounts": values.amounts_in,
    "folded": folded.__wrapped__,
    "translation": columns.translation,
    "ibans": lambda text: list(ibans_in(text)),
    "profile": profile_of.__wrapped__,
    "decimal": decimal_of,
    "day": lambda text: date_of(text, None),
    "lead": values.lead,
    "squeezed": squeezed,
    **{pattern.pattern[:20]: partial(_all, pattern) for pattern in _SEARCHED},
}


def texts_grow(data: bytes) -> None:
    """Every reader of text on a pattern: a head, a unit that is repeated, a tail. Raises `TooSlow`."""
    if len(data) < 3:
        return
    names = list(READERS)
    name = names[data[0] % len(names)]
    read = READERS[name]
    head, unit, tail = (_text(part) for part in _parted(data[2:], data[1]))
    if unit:
        _grows(
            lambda times: read(head + unit * (times * (_CHARACTERS // len(unit) + 1)) + tail),
            name,
            f"{head!r} {unit!r} {tail!r}",
            _NOTICED_OF_TEXT,
        )


def pages_grow(data: bytes) -> None:
    """The pages that repeat a block of words. Raises `TooSlow`."""
    block = data[: 4 * 24]
    words = len(block) // 4
    if words:
        _grows(
            lambda times: _read_page(block, times * (500 // words + 1)),
            "page",
            f"a block of {words} words",
            _NOTICED_OF_PAGES,
        )


def _read_page(block: bytes, repeat: int) -> object:
    labels.labels_in.cache_clear()
    return read_pages([page_of(block, repeat=repeat)], ("22400001800016",))


def _grows(work: Callable[[int], object], what: str, pattern: str, noticed: float) -> None:
    larger = _seconds(work, _TIMES)
    if larger < noticed:
        return
    smaller = min(_seconds(work, 1) for _ in range(2))
    larger = min(larger, _seconds(work, _TIMES))
    if larger >= noticed and larger > _MOST * smaller:
        raise TooSlow(what, f"{smaller:.3f} s, {_TIMES} times as much {larger:.3f} s: {pattern}")


def _seconds(work: Callable[[int], object], times: int) -> float:
    started = time.process_time()
    work(times)
    return time.process_time() - started


def _parted(data: bytes, where: int) -> tuple[bytes, bytes, bytes]:
    first = where % 4
    last = max(first, len(data) - where // 4 % 4)
    return data[:first], data[first:last][:12], data[last:]


def _text(data: bytes) -> str:
    return "".join(ALPHABET[byte] if byte < len(ALPHABET) else chr(byte) for byte in data)

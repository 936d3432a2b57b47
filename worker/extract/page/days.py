"""The date of issue (BT-2): labelled, else the one that heads a letter; never a due date or a delivery's.

Pages from abroad may write the month first. Where one of the page's dates can only be read that way, all are; where
none tells, the French order holds.
"""

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from rules.model import Box
from worker.extract.page.labels import Found, Label, labels_in
from worker.extract.page.lines import WIDE, folded
from worker.extract.page.search import Search, Sheet, Sighting
from worker.extract.page.values import DATE, Reader, Value, date, date_in

_WEEKDAY = r"(?:(?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche) )?"
_HEADS_LETTER = re.compile(
    rf"\s*(?:(?:fait )?(?:a )?[a-z' -]{{2,40}}, *(?:le |du )?|(?:fait )?(?:a [a-z' -]{{2,30}} )?le ){_WEEKDAY}"
)
_BEFORE_DATE = re.compile(r"(?:(?:^|\s)(?:du|le|date|of|dated)|[-,(/|:])\s*$")
_NEAR = 40  # characters behind the number of the invoice
_APART = 2  # heights: a gap before which something else ends


class Day(NamedTuple):
    """A date of the page that may be the date of issue."""

    day: dt.date
    page: int
    box: Box
    words: str
    rule: str


def issue_date(sheets: Sequence[Sheet]) -> tuple[Day | None, bool]:
    """The date of issue, and whether other dates stand beside labels as good as its own."""
    month_first = _is_month_first(sheets)

    def read(text: str) -> Value | None:
        return date(text, month_first=month_first)

    told = _labelled(sheets, Label.INVOICE_DATE, read)
    behind = list(_behind_number(sheets, month_first=month_first))
    if not told and behind:
        return behind[0], len({one.day for one in behind}) > 1
    told = told or _labelled(sheets, Label.DATE, read)
    if told:
        return _day(told[0]), len({one.value for one in told}) > 1
    days = list(_of_letter(sheets, month_first=month_first))
    if days:
        return days[0], len({one.day for one in days}) > 1
    lone = {day.day: day for day in _unlabelled(sheets, month_first=month_first)}
    return (next(iter(lone.values())), False) if len(lone) == 1 else (None, False)


def _labelled(sheets: Sequence[Sheet], label: Label, read: Reader) -> list[Sighting]:
    return [one for sheet in sheets for one in Search(sheet, read).sightings(label)]


def _day(seen: Sighting) -> Day:
    rule = f"{seen.label.value} {seen.how.value}"
    return Day(dt.date.fromisoformat(seen.value), seen.page, seen.box, seen.words, rule)


def _is_month_first(sheets: Sequence[Sheet]) -> bool:
    """Whether some date makes sense only with the month first, and none only with the day first."""
    numeric = [match for sheet in sheets for _, match in sheet.dates if match["a"] and match["sign"] == "/"]
    month_first = any(int(m["b"]) > 12 >= int(m["a"]) for m in numeric)  # noqa: PLR2004
    day_first = any(int(m["a"]) > 12 >= int(m["b"]) for m in numeric)  # noqa: PLR2004
    return month_first and not day_first


def _behind_number(sheets: Sequence[Sheet], *, month_first: bool) -> Iterator[Day]:
    """“Facture n° 123 du 12/11/2026”, on one line or on two."""
    for sheet in sheets:
        for row, match in sheet.dates:
            day = date_in(match, month_first=month_first)
            if day and _follows_number(sheet, row, match.start()):
                box = sheet.lines[row].box(match.start(), match.end())
                yield Day(day, sheet.page.number, box, match.group(), "behind number")


def _follows_number(sheet: Sheet, row: int, start: int) -> bool:
    line = sheet.lines[row]
    if not _BEFORE_DATE.search(line.folded[:start]):
        return False
    segment = line.folded.rfind(WIDE, 0, start) + 1
    last = max(
        (f for f in sheet.labels[row] if segment <= f.start and f.end <= start), key=lambda f: f.end, default=None
    )
    if last is not None:
        named = _names_invoice(line.folded, last) or last.start == 0
        return last.label is Label.NUMBER and named and start - last.end <= _NEAR
    alone = line.folded[segment:start].strip() in {"du", "le", "date"}
    above = sheet.lines[row - 1] if row else None
    return (
        alone
        and above is not None
        and line.top - above.bottom < max(line.height, 1.0)
        and any(
            f.label is Label.NUMBER and (_names_invoice(above.folded, f) or f.start == 0) for f in sheet.labels[row - 1]
        )
    )


def _names_invoice(text: str, label: Found) -> bool:
    """Whether a label of the number is more than “n°”."""
    return not label.plain or text[label.start : label.end].strip(" .°:") not in {"n", "no", "numero"}


def _of_letter(sheets: Sequence[Sheet], *, month_first: bool) -> Iterator[Day]:
    """“Mont-de-Marsan, le 12 novembre 2026”, or “Le 12/11/2026”."""
    for sheet in sheets[:1]:
        for row, match in sheet.dates:
            line = sheet.lines[row]
            start = line.index_at(match.start())
            index = max((i for i in range(start + 1) if i == 0 or line.gap_before(i) > _APART), default=0)
            head = line.folded[line.start_of(index) : match.start()]
            day = date_in(match, month_first=month_first)
            if day and _HEADS_LETTER.fullmatch(head) and not labels_in(head) and _is_short(head):
                yield Day(day, sheet.page.number, line.box(match.start(), match.end()), match.group(), "letter")


def _is_short(head: str) -> bool:
    return len(head.split()) <= 6  # noqa: PLR2004


def _unlabelled(sheets: Sequence[Sheet], *, month_first: bool) -> Iterator[Day]:
    """Dates that stand alone in their segment on the first page, with no label before or above them."""
    for sheet in sheets[:1]:
        for row, line in enumerate(sheet.lines):
            for segment in line.segments:
                text = re.sub(rf"^(?:le )?{_WEEKDAY}", "", folded(segment.text)).strip(" :.")
                match = DATE.fullmatch(text)
                day = date_in(match, month_first=month_first) if match else None
                box = Box(segment[0].left, line.top, segment[-1].right, line.bottom)
                if day and not _is_labelled(sheet, row, box):
                    yield Day(day, sheet.page.number, box, segment.text, "alone")


def _is_labelled(sheet: Sheet, row: int, box: Box) -> bool:
    """Whether a label stands before a box on its line, or above it."""
    line, above = sheet.lines[row], sheet.lines[row - 1] if row else None
    before = any(line.box(f.start, f.end).right <= box.left for f in sheet.labels[row])
    if before or above is None or line.top - above.bottom > 2 * line.height:
        return before
    places = (above.box(f.start, f.end) for f in sheet.labels[row - 1])
    return any(place.left < box.right and box.left < place.right for place in places)

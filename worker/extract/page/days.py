"""The date of issue (BT-2): labelled, else the one that heads a letter; never a due date or a delivery's.

Pages from abroad may write the month first. Where one of the page's dates can only be read that way, all are; where
none tells, the French order holds.
"""

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from rules.model import Box
from worker.extract.page.labels import Label, labels_in
from worker.extract.page.lines import folded
from worker.extract.page.search import Search, Sheet, Sighting
from worker.extract.page.values import DATE, Value, date, date_in

_HEADS_LETTER = re.compile(r"(?:^|,\s*|\s)(?:fait )?(?:a [a-z' -]{2,30} )?(?:en date du |le |du )$")
_SIGNS = re.compile(r"[\s:,.\-]*$")


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

    for labels in ((Label.INVOICE_DATE,), (Label.DATE,)):
        seen = [one for sheet in sheets for one in Search(sheet, read).sightings(*labels)]
        if seen:
            return _day(seen[0], labels[0]), len({one.value for one in seen}) > 1
    for found in (_behind_number(sheets, month_first=month_first), _of_letter(sheets, month_first=month_first)):
        days = list(found)
        if days:
            return days[0], len({one.day for one in days}) > 1
    lone = {day.day: day for day in _unlabelled(sheets, month_first=month_first)}
    return (next(iter(lone.values())), False) if len(lone) == 1 else (None, False)


def _day(seen: Sighting, label: Label) -> Day:
    rule = f"{label.value} {seen.how.value}"
    return Day(dt.date.fromisoformat(seen.value), seen.page, seen.box, seen.words, rule)


def _is_month_first(sheets: Sequence[Sheet]) -> bool:
    """Whether some date makes sense only with the month first, and none only with the day first."""
    numeric = [
        m for sheet in sheets for line in sheet.lines for m in DATE.finditer(line.folded) if m["a"] and m["sign"] == "/"
    ]
    month_first = any(int(m["b"]) > 12 >= int(m["a"]) for m in numeric)  # noqa: PLR2004
    day_first = any(int(m["a"]) > 12 >= int(m["b"]) for m in numeric)  # noqa: PLR2004
    return month_first and not day_first


def _behind_number(sheets: Sequence[Sheet], *, month_first: bool) -> Iterator[Day]:
    """“Facture n° 123 du 12/11/2026”."""
    for sheet in sheets:
        for line, labels in zip(sheet.lines, sheet.labels, strict=True):
            starts = [label.end for label in labels if label.label is Label.NUMBER]
            for match in DATE.finditer(line.folded):
                before = line.folded[: match.start()]
                near = any(0 <= match.start() - end <= 40 for end in starts)  # noqa: PLR2004
                day = date_in(match, month_first=month_first)
                if day and near and before.rstrip(" :").endswith((" du", " le", "date", "-", ",", "(")):
                    yield Day(
                        day, sheet.page.number, line.box(match.start(), match.end()), match.group(), "behind number"
                    )


def _of_letter(sheets: Sequence[Sheet], *, month_first: bool) -> Iterator[Day]:
    """“Mont-de-Marsan, le 12 novembre 2026”, or “Le 12/11/2026”."""
    for sheet in sheets[:1]:
        for line in sheet.lines:
            for match in DATE.finditer(line.folded):
                start = line.index_at(match.start())
                segment = line.folded[: match.start()]
                index = max((i for i in range(start + 1) if i == 0 or line.gap_before(i) > 2), default=0)
                head = segment[line.start_of(index) :]
                day = date_in(match, month_first=month_first)
                if day and _HEADS_LETTER.search(head) and not labels_in(head) and _is_short(head):
                    yield Day(day, sheet.page.number, line.box(match.start(), match.end()), match.group(), "letter")


def _is_short(head: str) -> bool:
    return len(head.split()) <= 6  # noqa: PLR2004


def _unlabelled(sheets: Sequence[Sheet], *, month_first: bool) -> Iterator[Day]:
    """Dates that stand alone in their segment on the first page."""
    for sheet in sheets[:1]:
        for line in sheet.lines:
            for segment in line.segments:
                text = folded(segment.text)
                match = DATE.fullmatch(text.removeprefix("le ").strip(" :."))
                day = date_in(match, month_first=month_first) if match else None
                if day:
                    box = Box(segment[0].left, line.top, segment[-1].right, line.bottom)
                    yield Day(day, sheet.page.number, box, segment.text, "alone")

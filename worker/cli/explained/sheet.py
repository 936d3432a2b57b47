"""The pages of the document with the boxes over them. Each box is a link to the row of its value."""

import base64
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from worker.cli.explained.labels import Labels, level
from worker.cli.explained.markup import Html, element, joined
from worker.cli.explained.reading import Otherwise, Row, Seen
from worker.extract.shown import Shown, ShownPage

_MARGIN = 1.5  # points around a box, so that it does not cut its words
_TAG = 11.0  # points: the size of the number at a box
_ROOM = 24.0  # points that it needs behind the box; else it stands before it
_THIRDS = 3


class Mark(NamedTuple):
    """A box on a page: its number, the row it leads to, what it is in words, and how it is drawn."""

    number: int
    name: str
    text: str
    style: str  # the level of the confidence, or `otherwise`
    seen: Seen


def marks_of(rows: Sequence[Row], differences: Sequence[Otherwise], shown: Shown | None, labels: Labels) -> list[Mark]:
    """The boxes on the pages that are shown."""
    pages = {page.number: page for page in shown.pages} if shown else {}
    marks = [
        _of_row(row, row.number, row.seen, pages[row.seen.page], labels)
        for row in rows
        if row.seen and row.number and row.seen.page in pages
    ]
    return marks + [_of_difference(one, pages[one.seen.page], labels) for one in differences if one.seen.page in pages]


def place_of(seen: Seen, page: ShownPage | None, labels: Labels) -> str:
    """Where something stands, in words: the page, and the part of it where its size is known."""
    told = labels.word("on_page", page=seen.page)
    if page is None:
        return told
    row = ("top", "middle", "bottom")[_third((seen.top + seen.bottom) / 2, page.height)]
    column = ("left", "middle", "right")[_third((seen.left + seen.right) / 2, page.width)]
    return f"{told}, {labels.of('positions', f'{row}_{column}')}"


def sheets(shown: Shown, marks: Sequence[Mark], labels: Labels) -> Html:
    """The pages one below the other."""
    figures = (
        _figure(page, shown.total, [m for m in marks if m.seen.page == page.number], labels) for page in shown.pages
    )
    missing = sorted(set(range(1, shown.total + 1)) - {page.number for page in shown.pages})
    note = element("p", labels.word("not_shown", pages=_ranges(missing)), class_="note") if missing else None
    return joined(_legend(marks, labels), *figures, note)


def _of_row(row: Row, number: int, seen: Seen, page: ShownPage, labels: Labels) -> Mark:
    confidence = seen.confidence or 0.0
    text = labels.word(
        "box",
        number=number,
        field=labels.of("fields", row.field),
        value=row.raw,
        place=place_of(seen, page, labels),
        confidence=labels.confidence(confidence),
    )
    return Mark(number, row.name, text, level(confidence), seen)


def _of_difference(one: Otherwise, page: ShownPage, labels: Labels) -> Mark:
    field, place = labels.of("fields", one.field), place_of(one.seen, page, labels)
    text = labels.word("box_otherwise", number=one.number, field=field, place=place)
    return Mark(one.number, one.name, text, "otherwise", one.seen)


def _third(middle: float, whole: float) -> int:
    return max(0, min(_THIRDS - 1, int(middle * _THIRDS / whole))) if whole else 0


def _ranges(numbers: Sequence[int]) -> str:
    """Numbers with runs drawn together: `4–9, 12`."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs)


def _legend(marks: Sequence[Mark], labels: Labels) -> Html | None:
    """What the frames mean: the ones in use."""
    used = [style for style in ("sure", "likely", "doubtful", "otherwise") if style in {m.style for m in marks}]
    if not used:
        return None
    items = (
        element("li", element("span", class_=f"swatch {style}", aria_hidden="true"), _meaning(style, labels))
        for style in used
    )
    return element("ul", *items, class_="legend", aria_label=labels.word("legend"))


def _meaning(style: str, labels: Labels) -> str:
    if style == "otherwise":
        return labels.word("otherwise")
    return labels.word("trust", level=labels.of("levels", style))


def _figure(page: ShownPage, total: int, marks: Sequence[Mark], labels: Labels) -> Html:
    data = base64.b64encode(page.png).decode("ascii")
    image = element(
        "img", src=Html(f"data:image/png;base64,{data}"), alt=labels.word("alt", page=page.number), class_="picture"
    )
    boxes = (
        element("ul", *_boxes(page, marks), aria_label=labels.word("alt_boxes", page=page.number)) if marks else None
    )
    return element(
        "figure",
        element("div", image, boxes, class_="paper"),
        element("figcaption", labels.word("page", page=page.number, total=total)),
        id=f"page-{page.number}",
        class_="page",
        style=f"--ratio:{page.width / page.height:.4f}",
    )


def _boxes(page: ShownPage, marks: Sequence[Mark]) -> Iterator[Html]:
    """The boxes in reading order, each with its number; numbers that would lie on each other stand side by side."""
    taken: list[tuple[float, float]] = []
    for mark in sorted(marks, key=lambda mark: (mark.seen.top, mark.seen.left)):
        place = (mark.seen.right, mark.seen.top)
        aside = sum(abs(x - place[0]) < _TAG and abs(y - place[1]) < _TAG / 2 for x, y in taken)
        taken.append(place)
        side = "tag" if _has_room(mark.seen, page, marks) else "tag before"
        tag = element("span", str(mark.number), class_=side, style=f"--aside:{aside}", aria_hidden="true")
        link = element(
            "a", tag,
            id=f"box-{mark.name}", href=f"#read-{mark.name}", class_=f"box {mark.style}", style=_style(mark.seen, page),
            aria_label=mark.text, title=mark.text,
        )  # fmt: skip
        yield element("li", link)


def _has_room(seen: Seen, page: ShownPage, marks: Sequence[Mark]) -> bool:
    """Whether the number of a box may stand behind it: on the page, and on no other box."""
    return page.width - seen.right >= _ROOM and not any(
        seen.right <= other.seen.left < seen.right + _ROOM
        and other.seen.top < seen.bottom
        and seen.top < other.seen.bottom
        for other in marks
    )


def _style(seen: Seen, page: ShownPage) -> str:
    """The place of a box in percent of its page, which holds on every screen and on paper."""
    left, right = _within(seen.left - _MARGIN, page.width), _within(seen.right + _MARGIN, page.width)
    top, bottom = _within(seen.top - _MARGIN, page.height), _within(seen.bottom + _MARGIN, page.height)
    return f"left:{left:.2f}%;top:{top:.2f}%;width:{max(right - left, 0):.2f}%;height:{max(bottom - top, 0):.2f}%"


def _within(edge: float, whole: float) -> float:
    return min(max(edge / whole * 100, 0.0), 100.0)

"""The pages of one invoice while they are drawn: places in millimetres from the top left corner.

The sheet notes every field that is printed, and that is the truth of a case: a field that a layout leaves out cannot be
asked for.
"""

import datetime as dt
import re
import string
import unicodedata
from collections.abc import Callable, Sequence
from decimal import Decimal
from random import Random

from reportlab.lib.units import mm

from tests.pages import forms, paper
from tests.pages.facts import Facts
from tests.pages.paper import FONTS, Look, Page, Run
from tests.pages.truth import FIELDS, Truth

_KINDS = {"siret": "siret", "supplier": "siret", "date": "date", "ttc": "amount", "ht": "amount", "tva": "amount"}
_FAR = 60  # mm between a label and its value that the eye needs a line to bridge

Column = tuple[str, float, float, str]  # title, left edge, width, alignment l or r
Cell = tuple[str, str, float]  # label, text or @field, width


class Sheet:
    """The pages of one invoice while they are drawn."""

    def __init__(self, facts: Facts, look: Look, rng: Random) -> None:
        paper.load_fonts()
        self.facts, self.look, self.rng = facts, look, rng
        self.pages = [Page()]
        self.traits: set[str] = set()
        self.printed: dict[str, str] = {}
        self._siret = forms.SIRETS[rng.choice(look.sirets)]
        self._date = forms.DATES[rng.choice(look.dates)]
        self._amount = rng.choice(look.amounts)
        self._spaced = rng.random() < 0.2

    # what is written

    @property
    def size(self) -> tuple[float, float]:
        """Width and height of the paper as it is read, in points."""
        return paper.size(self.look)

    def money(self, value: Decimal) -> str:
        """An amount in this invoice's form; on a credit note with the sign turned."""
        return forms.amount(-value if self.facts.credit else value, self._amount, self.look.minus)

    def day(self, date: dt.date) -> str:
        """A date in this invoice's form."""
        return self._date(date)

    def siret(self, digits: str) -> str:
        """A SIRET in this invoice's form."""
        return self._siret(digits)

    def show(self, name: str) -> str | None:
        """Say how a field is printed, and note that it is; None where this invoice does not have it."""
        text = self._shown(name)
        if text is not None:
            if self.look.font != "Vera":  # the standard fonts have no narrow blank
                text = text.replace(forms.NNBSP, forms.NBSP)
            self.printed.setdefault(FIELDS[name], text)
            if name in _KINDS:
                self.traits |= forms.forms_of(_KINDS[name], text)
        return text

    def has(self, name: str) -> bool:
        """Whether this invoice has that field to print; asking does not note it."""
        return self._shown(name) is not None

    def _shown(self, name: str) -> str | None:
        facts = self.facts
        match name:
            case "siret" | "supplier":
                digits = facts.siret if name == "siret" else _own_siret(facts)
                return digits and self._siret(digits)
            case "date":
                return self._date(facts.date)
            case "ttc" | "ht" | "tva":
                value: Decimal = getattr(facts, name)
                return self.money(value)
            case "ej" if facts.ej and self._spaced and len(facts.ej) == 10 and facts.ej.isdigit():
                self.traits.add("value:commitment-in-groups")
                return f"{facts.ej[:2]} {facts.ej[2:6]} {facts.ej[6:]}"
            case _:
                own: str | None = getattr(facts, name)
                return own

    def label(self, text: str) -> str:
        """A label as this program writes it: its apostrophe, its degree sign, upper case, without accents."""
        look = self.look
        text = text.replace("'", look.apostrophe).replace("°", look.degree)
        if look.bare:
            text = "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
        if look.upper:
            text = text.upper()
        if look.ligatures and ("fi" in text or "fl" in text):
            self.traits.add("font:ligature")
            text = text.replace("fi", "\ufb01").replace("fl", "\ufb02")
        return text

    # where it is written

    def put(
        self, x: float, y: float, text: str, *, size: float | None = None, bold: bool = False, align: str = "l",
        role: str = "text", mode: str | None = None, grey: float = 0, width: float | None = None,
    ) -> Run:  # fmt: skip
        """Write a text with its left (or right: align r, or middle: c) end at x; shrunk until `width` mm hold it."""
        size = size or self.look.size
        mode = mode or self.look.mode
        if mode == "spaced":
            self.traits.add("text:letter-spaced")
        if self.look.font != "Vera":
            text = text.replace(forms.NNBSP, forms.NBSP)
        run = Run(left=0, base=y * mm, text=text, font=FONTS[self.look.font][bold], size=size, mode=mode)
        while width is not None and run.width > width * mm and size > 4:
            size -= 0.25
            run = Run(left=0, base=y * mm, text=text, font=run.font, size=size, mode=mode)
        left = x * mm - run.width * {"l": 0, "c": 0.5, "r": 1}[align]
        placed = Run(
            left=left, base=y * mm, text=text, font=run.font, size=size, role=role, mode=mode, grey=grey
        )  # fmt: skip
        if text:
            self.pages[-1].runs.append(placed)
        return placed

    def name(self, x: float, y: float, text: str, **how: object) -> Run:
        """Write a label."""
        text = self.label(text)
        self._note_label(text)
        return self.put(x, y, text, role="label", **how)  # type: ignore[arg-type]

    def value(self, x: float, y: float, spec: str, **how: object) -> bool:
        """Write `@field`, or a text that is none; False where there is nothing to write."""
        text = self.show(spec[1:]) if spec.startswith("@") else spec
        if text:
            self.put(x, y, text, role="value", **how)  # type: ignore[arg-type]
        return bool(text)

    def line(self, x: float, y: float, template: str, **how: object) -> bool:
        """Write one text with fields in it ({number}); nothing where this invoice lacks one of them."""
        parts = list(string.Formatter().parse(template))
        names = [name for _, name, _, _ in parts if name]
        if not all(self.has(name) for name in names):
            return False
        written = "".join(self.label(text) + ((self.show(name) or "") if name else "") for text, name, _, _ in parts)
        self._note_label(self.label(template))
        self.put(x, y, written, **how)  # type: ignore[arg-type]
        return True

    def pair(
        self, x: float, y: float, label: str, spec: str, *, to: float | None = None, right: float | None = None,
        under: float | None = None, keep: bool = False, bold: bool = False, colon: bool = True,
        size: float | None = None,
    ) -> bool:  # fmt: skip
        """Write a label and its value: after it, at `to`, right-aligned at `right`, or `under` mm below.

        Where the value is missing the label is left out too, unless `keep`.
        """
        if spec.startswith("@") and not self.has(spec[1:]):
            if keep:
                self.traits.add("place:label-without-value")
                self.name(x, y, label + (self.look.colon if colon else ""), bold=bold, size=size)
            return keep
        text = label + (self.look.colon if colon and under is None else "")
        run = self.name(x, y, text, bold=bold, size=size)
        end = (run.left + run.width) / mm
        if under is not None:
            self.traits.add("place:below")
            return self.value(x, y + under, spec, size=size)
        if right is not None:
            if right - end > _FAR:
                self.traits.add("place:far-right")
            return self.value(right, y, spec, align="r", size=size, bold=bold)
        self.traits.add("place:column" if to else "place:right")
        return self.value(to or end + 1.2, y, spec, size=size)

    def stack(self, x: float, y: float, pairs: Sequence[tuple[str, str]], leading: float = 5, **how: object) -> float:
        """Write pairs one below the other, closing up where one is missing; says where the next would stand."""
        for label, spec in pairs:
            if self.pair(x, y, label, spec, **how):  # type: ignore[arg-type]
                y += leading
        return y

    def block(self, x: float, y: float, texts: Sequence[str], *, leading: float = 4.6, first: bool = True,
        width: float = 0,
              size: float | None = None, align: str = "l", grey: float = 0) -> float:  # fmt: skip
        """Write lines one below the other, the first bold, all within `width` mm; says where the next would be."""
        width = width or self.size[0] / mm - x - 8 if align == "l" else None
        for row, text in enumerate(texts):
            self.put(x, y, text, bold=first and row == 0, size=size, align=align, grey=grey, width=width)
            y += leading
        return y

    def grid(self, x: float, y: float, cells: Sequence[Cell], *, height: float = 6, ruled: bool = True,
             dark: bool = False, align: str = "c", size: float | None = None) -> float:  # fmt: skip
        """Write a row of labels and the row of their values below; a missing value leaves its cell empty."""
        self.traits |= {"place:header-row", "lines:ruled" if ruled else "lines:none"}
        total = sum(width for _, _, width in cells)
        if dark:
            self.fill(x, y, total, height, 0.25)
        for label, spec, width in cells:
            place = x + {"l": 1.5, "c": width / 2, "r": width - 1.5}[align]
            how = {"align": align, "width": width - 3, "size": size}
            self.name(place, y + height * 0.68, label, grey=1 if dark else 0, bold=True, **how)
            if not self.value(place, y + height * 1.68, spec, **how) and spec:
                self.traits.add("place:empty-cell")
            if ruled:
                self.box(x, y, width, 2 * height)
            x += width
        if ruled:
            self.rule(x - total, y + height, x)
        return y + 2 * height

    def cell(self, x: float, y: float, width: float, height: float, label: str, spec: str) -> None:
        """Draw a box with its label small in the corner and the value below it."""
        self.traits |= {"place:cell", "lines:ruled"}
        self.box(x, y, width, height)
        self.name(x + 1.2, y + 3, label, size=6.5, grey=0.25, width=width - 2)
        if not self.value(x + 1.2, y + height - 2, spec, width=width - 2.4) and spec:
            self.traits.add("place:empty-cell")

    def rows(
        self, y: float, columns: Sequence[Column], rows: Sequence[Sequence[str]], *, bottom: float = 250,
        leading: float = 6, ruled: bool = False, again: Callable[[int], float] | None = None, size: float | None = None,
        dark: bool = False,
    ) -> float:  # fmt: skip
        """Write a table; where the page is full, `again` opens the next one and says where to go on."""
        y = top = self._titles(y, columns, leading, size, dark=dark)
        for number, row in enumerate(rows):
            if y + leading > bottom and again:
                self._frame(columns, top - leading, y, ruled=ruled)
                y = top = self._titles(again(number), columns, leading, size, dark=dark)
            for (_, left, width, align), text in zip(columns, row, strict=True):
                end = left + (width - 1 if align == "r" else 1)
                self.put(end, y + leading * 0.68, text, align=align, size=size, width=width - 2)
            y += leading
        self._frame(columns, top - leading, y, ruled=ruled)
        return y

    def _titles(self, y: float, columns: Sequence[Column], leading: float, size: float | None, *, dark: bool) -> float:
        left, (_, last, width, _) = columns[0][1], columns[-1]
        if dark:
            self.fill(left, y, last + width - left, leading, 0.3)
        for title, start, wide, align in columns:
            end = start + (wide - 1 if align == "r" else 1)
            self.name(end, y + leading * 0.68, title, align=align, bold=True, size=size, width=wide - 2, grey=dark)
        return y + leading

    def _frame(self, columns: Sequence[Column], top: float, bottom: float, *, ruled: bool) -> None:
        self.traits.add("lines:ruled" if ruled else "lines:none")
        if ruled:
            for _, left, width, _ in columns:
                self.box(left, top, width, bottom - top)

    # lines, boxes, pages

    def rule(self, x: float, y: float, to: float, weight: float = 0.5) -> None:
        """Draw a horizontal line."""
        self.pages[-1].shapes.append(("rule", (x * mm, y * mm, to * mm), weight))

    def box(self, x: float, y: float, width: float, height: float) -> None:
        """Draw a rectangle."""
        self.pages[-1].shapes.append(("box", (x * mm, y * mm, width * mm, height * mm), 0.5))

    def fill(self, x: float, y: float, width: float, height: float, grey: float = 0.88) -> None:
        """Paint a rectangle grey (0 black, 1 white)."""
        self.pages[-1].shapes.append(("fill", (x * mm, y * mm, width * mm, height * mm), grey))

    def stamp(self, x: float, y: float, text: str, *, angle: float = 24, size: float = 34, grey: float = 0.72) -> None:
        """Stamp a word askew over whatever stands there."""
        self.traits.add("page:stamp")
        font = FONTS[self.look.font][1]
        self.pages[-1].runs.insert(
            0, Run(left=x * mm, base=y * mm, text=text, font=font, size=size, role="stamp", grey=grey, angle=angle)
        )

    def next_page(self) -> None:
        """Go to a new page."""
        self.traits.add("page:several")
        self.pages.append(Page())

    # what came of it

    def truth(self) -> Truth:
        """The answer: the fields that were noted."""
        facts = self.facts
        full = {
            "recipient_siret": facts.siret, "service_code": facts.service, "commitment_number": facts.ej,
            "contract_number": facts.contract, "supplier_siret": _own_siret(facts), "invoice_number": facts.number,
            "issue_date": facts.date.isoformat(), "amount_incl_tax": f"{facts.ttc:.2f}",
            "amount_excl_tax": f"{facts.ht:.2f}", "amount_tax": f"{facts.tva:.2f}",
        }  # fmt: skip
        answers = {name: text if name in self.printed else None for name, text in full.items()}
        return Truth(invoice_type="381" if facts.credit else "380", printed=dict(self.printed), **answers)

    def pdf(self) -> bytes:
        """Draw everything."""
        return paper.pdf(self.pages, self.look, self.rng)

    def faults(self) -> list[str]:
        """Say which texts lie over each other or beyond the edge of the paper (stamps may)."""
        return paper.faults(self.pages, self.look)

    def _note_label(self, text: str) -> None:
        marks = {
            "label:apostrophe-straight": "'", "label:apostrophe-typographic": "’", "label:ordinal-sign": "º",
            "label:degree-sign": "°", "label:degree-after-blank": "n °", "label:nbsp-colon": "\u00a0:",
        }  # fmt: skip
        if re.search(r"\bN[oO]\b", text):
            self.traits.add("label:no-for-number")
        self.traits |= {trait for trait, mark in marks.items() if mark in text}
        if text.isupper() and len(text) > 4:
            self.traits.add("label:upper-case")
        if self.look.bare:
            self.traits.add("label:without-accents")


def _own_siret(facts: Facts) -> str | None:
    foreign = facts.supplier.country != "FR"
    return None if foreign or facts.siren_only else facts.supplier.siret


__all__ = ["Cell", "Column", "Look", "Sheet"]

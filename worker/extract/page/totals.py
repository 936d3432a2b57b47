"""The totals of an invoice: what the page calls them, and what adds up.

A page shows many amounts: lines, totals by rate, deposits, balances. The total is the one that its label names and that
is the sum of net and VAT (BT-109 + BT-110 = BT-112); where several add up, the largest, for parts are smaller than the
whole.
"""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import product
from typing import NamedTuple

from rules.model import Box
from worker.extract.page.labels import Found, Label
from worker.extract.page.lines import Line
from worker.extract.page.search import Search, Sheet
from worker.extract.page.values import Value, amounts_in

_CENT = Decimal("0.02")
_HIGHEST_RATE = Decimal("0.2005")  # of French VAT, and a rounding
_MOST_SIZES = 40  # amounts of a page that are tried in pairs
_MOST = 12  # candidates of a kind that are tried together
_KINDS = (Label.EXCL_TAX, Label.TAX, Label.INCL_TAX, Label.DUE)
_NO_VAT = (
    "tva non applicable",
    "293 b",
    "293b",
    "exoneration de tva",
    "autoliquidation",
    "exonere de tva",
    "reverse charge",
)


class Sum(NamedTuple):
    """An amount beside its label."""

    amount: Decimal
    page: int
    box: Box
    words: str
    plain: bool = False  # beside an everyday word


class Total(NamedTuple):
    """A total that was found: where, and how well it is supported."""

    seen: Sum
    support: str  # adds up | repeated | labelled


class Totals(NamedTuple):
    """The totals of an invoice; None where the page does not say."""

    excl_tax: Total | None = None
    tax: Total | None = None
    incl_tax: Total | None = None
    due: Total | None = None


def stated(sheets: Sequence[Sheet]) -> list[tuple[Label, Sum]]:
    """The amounts that stand beside the label of a total."""
    return [one for sheet in sheets for one in _labelled(sheet)]


def totals(sheets: Sequence[Sheet], sums: Iterable[tuple[Label, Sum]], *, is_credit_note: bool) -> Totals:
    """The totals among what is stated. Those of a credit note are given without their sign, as XML states them."""
    found: dict[Label, list[Sum]] = {kind: [] for kind in _KINDS}
    for kind, one in sums:
        found[kind].append(one._replace(amount=abs(one.amount)) if is_credit_note else one)
    due = _last(found[Label.DUE])
    adding = _adding_up(found)
    if adding:
        net, tax, gross = adding
        return Totals(
            excl_tax=Total(net, "adds up") if net else None,
            tax=Total(tax, "adds up") if tax else None,
            incl_tax=Total(gross, "adds up"),
            due=Total(due, "labelled") if due else None,
        )
    return _without_sum(sheets, found, due)


def _without_sum(sheets: Sequence[Sheet], found: dict[Label, list[Sum]], due: Sum | None) -> Totals:
    net, tax, gross = (_last(found[kind]) for kind in _KINDS[:3])
    if (gross is None or gross.plain) and _is_without_vat(sheets):
        gross = due or net or gross
    if gross is None and due is not None:
        gross = due
    support = "labelled"
    if gross is None:
        gross = _unlabelled_sum(sheets)
    if gross is not None:
        same = [one for kind in _KINDS for one in found[kind] if one.amount == gross.amount]
        if len({(one.page, one.box.top) for one in same}) > 1:
            support = "repeated"
        elif gross.plain:
            support = "plain"
    return Totals(
        Total(net, "labelled") if net else None,
        Total(tax, "labelled") if tax else None,
        Total(gross, support) if gross else None,
        Total(due, "labelled") if due else None,
    )


def _adding_up(found: dict[Label, list[Sum]]) -> tuple[Sum | None, Sum | None, Sum] | None:
    """Net, VAT and gross that add up; the largest gross of all."""
    nets, taxes = found[Label.EXCL_TAX][-_MOST:], found[Label.TAX][-_MOST:]
    grosses = found[Label.INCL_TAX][-_MOST:] + found[Label.DUE][-_MOST:]
    best: tuple[Sum | None, Sum | None, Sum] | None = None
    together = _together(taxes)
    for net, tax, gross in product(nets, [*taxes, *together], grosses):
        adds = abs(net.amount + tax.amount - gross.amount) <= _CENT and gross.amount != 0
        if adds and (best is None or abs(gross.amount) > abs(best[2].amount)):
            best = (net, None if tax in together and tax not in taxes else tax, gross)
    return best


def _together(taxes: list[Sum]) -> list[Sum]:
    """The VAT of several rates added up."""
    distinct = list({(one.page, one.box.top): one for one in taxes}.values())
    if not 1 < len(distinct) <= 4:  # noqa: PLR2004
        return []
    return [distinct[-1]._replace(amount=sum((one.amount for one in distinct), Decimal()))]


def _last(sums: list[Sum]) -> Sum | None:
    """The one that stands last, for totals follow what they sum up; beside an everyday word where there is no other."""
    told = [one for one in sums if not one.plain and one.amount] or [one for one in sums if one.amount]
    return told[-1] if told else None


def _unlabelled_sum(sheets: Sequence[Sheet]) -> Sum | None:
    """The largest amount that is the sum of two others, as net and VAT may be, on a page that names a total."""
    best: Sum | None = None
    for sheet in sheets:
        if not any(label.label in {Label.INCL_TAX, Label.DUE} for labels in sheet.labels for label in labels):
            continue
        seen = {one.amount: one for one in _all_amounts(sheet) if one.amount > 0}
        sizes = sorted(seen)[-_MOST_SIZES:]
        for net, tax in product(sizes, sizes):
            gross = seen.get(net + tax)
            if gross and tax <= net * _HIGHEST_RATE and (best is None or gross.amount > best.amount):
                best = gross
    return best


def _all_amounts(sheet: Sheet) -> Iterator[Sum]:
    for line in sheet.lines:
        for amount in amounts_in(line.text):
            box = line.box(amount.start, amount.end)
            yield Sum(
                Decimal(amount.text), sheet.page.number, box, line.text[amount.start : amount.end].strip(), plain=True
            )


def _is_without_vat(sheets: Sequence[Sheet]) -> bool:
    return any(words in line.folded for sheet in sheets for line in sheet.lines for words in _NO_VAT)


def _labelled(sheet: Sheet) -> Iterator[tuple[Label, Sum]]:
    beneath = {kind: Search(sheet, _amount) for kind in _KINDS}
    for row, (line, labels) in enumerate(zip(sheet.lines, sheet.labels, strict=True)):
        for position, label in enumerate(labels):
            if label.label not in _KINDS:
                continue
            amounts = _behind(line, labels, position)
            if amounts:
                chosen = amounts[-1] if label.label is Label.TAX else amounts[0]
                yield from _row_of_totals(sheet, line, label, amounts) or [
                    (label.label, _sum(sheet, line, label, chosen))
                ]
                continue
            seen = beneath[label.label].beneath(row, position)
            if seen:
                yield label.label, Sum(Decimal(seen.value), seen.page, seen.box, seen.words, label.plain)


def _row_of_totals(sheet: Sheet, line: Line, label: Found, amounts: list[Value]) -> list[tuple[Label, Sum]]:
    """“Total 100,00 20,00 120,00”: net, VAT and gross in one row."""
    if len(amounts) != 3:  # noqa: PLR2004
        return []
    net, tax, gross = (_sum(sheet, line, label, amount) for amount in amounts)
    if abs(net.amount - tax.amount - gross.amount) <= _CENT and tax.amount:
        return [(label.label, gross)]  # cumulated, before, this month
    if abs(net.amount + tax.amount - gross.amount) > _CENT:
        return []
    return [(Label.EXCL_TAX, net), (Label.TAX, tax), (Label.INCL_TAX, gross)]


def _behind(line: Line, labels: Sequence[Found], position: int) -> list[Value]:
    label = labels[position]
    ends = (f.start for f in labels[position + 1 :] if not f.plain or _is_kind(line.folded[f.start : f.end]))
    end = next(ends, len(line.text))
    return amounts_in(line.text[label.end : end])


def _is_kind(words: str) -> bool:
    return words.replace(".", "") in {"ht", "ttc"}


def _sum(sheet: Sheet, line: Line, label: Found, amount: Value) -> Sum:
    start, end = label.end + amount.start, label.end + amount.end
    words = line.text[start:end].strip()
    return Sum(Decimal(amount.text), sheet.page.number, line.box(start, end), words, label.plain)


def _amount(text: str) -> Value | None:
    amounts = amounts_in(text)
    return amounts[0] if len(amounts) == 1 else None

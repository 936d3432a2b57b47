"""An invoice read from its pages, where there is no XML to read: every value a guess, with its evidence.

PDFium's words come first. Where a label stands without its value, the ruled tables of its page are looked for: their
cells tell what belongs together (`again`).
"""

import datetime as dt
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from rules.model import Box, Field, IdType, Invoice, PageEvidence, PartyId, Syntax, Text
from worker.extract.page import confidence, parties
from worker.extract.page.days import issue_date
from worker.extract.page.labels import Found, Label
from worker.extract.page.lines import Line, lines_of
from worker.extract.page.parties import Identified, Role
from worker.extract.page.search import Search, Sheet, Sighting
from worker.extract.page.totals import Total, Totals, stated, totals
from worker.extract.page.values import Reader, invoice_number, number, service
from worker.ports import Page

INVOICE, CREDIT_NOTE = "380", "381"  # UNTDID 1001
_TITLE = 6  # words of a line that is a title
_LABELLED: dict[str, tuple[Reader, tuple[Label, ...]]] = {  # the first label that is seen gives the value
    "invoice_number": (invoice_number, (Label.NUMBER,)),
    "service_code": (service, (Label.SERVICE,)),
    "commitment_number": (number, (Label.COMMITMENT, Label.ORDER, Label.REFERENCE)),
    "contract_number": (number, (Label.CONTRACT,)),
}


@dataclass(frozen=True, slots=True)
class PageReading:
    """What the pages say, and the pages on which some label stands without its value."""

    invoice: Invoice
    unanswered: tuple[int, ...] = ()
    sheets: tuple[Sheet, ...] = ()


def read_pages(
    pages: Sequence[Page], recipients: Collection[str] = frozenset(), syntax: Syntax = Syntax.PAGE
) -> PageReading:
    """The invoice that some pages show. `recipients` are the SIRETs of the body itself, where they are known."""
    sheets = tuple(Sheet.of(page, lines_of(page)) for page in pages)
    reading = _Reading(sheets, recipients, scanned=syntax is Syntax.SCAN)
    return PageReading(replace(reading.invoice(), syntax=syntax), tuple(sorted(reading.unanswered)), sheets)


def again(first: PageReading, cells: Mapping[int, tuple[Box, ...]]) -> PageReading:
    """A reading with what the cells of ruled tables, by number of the page, tell of the numbers that it lacks."""
    sheets = tuple(sheet.with_cells(cells.get(sheet.page.number, ())) for sheet in first.sheets)
    reading = _Reading(sheets, (), scanned=False)
    lacking = [name for name in _LABELLED if getattr(first.invoice, name) is None]
    found: dict[str, Any] = {name: reading.labelled(name) for name in lacking}
    return replace(first, invoice=replace(first.invoice, **found))


def is_empty(invoice: Invoice) -> bool:
    """Whether nothing was read that makes a page an invoice: neither a number nor a total nor a party."""
    return not any((invoice.invoice_number, invoice.amount_incl_tax, invoice.supplier_id, invoice.recipient_siret))


class _Reading:
    """One invoice's fields, each from all pages."""

    def __init__(self, sheets: Sequence[Sheet], recipients: Collection[str], *, scanned: bool) -> None:
        self._sheets = sheets
        self._recipients = recipients
        self._scanned = scanned
        self.unanswered: set[int] = set()

    def invoice(self) -> Invoice:
        identified = parties.sirets(self._sheets, self._recipients)
        sums = stated(self._sheets)
        is_credit = is_credit_note(self._sheets) or _gives_back(totals(self._sheets, sums, is_credit_note=False))
        amounts = totals(self._sheets, sums, is_credit_note=is_credit)
        vat = parties.vat_number(self._sheets)
        supplier = self._supplier(identified, vat)
        invoice = Invoice(
            syntax=Syntax.PAGE,
            invoice_number=self.labelled("invoice_number"),
            issue_date=self._issue_date(),
            invoice_type=self._type(CREDIT_NOTE if is_credit else INVOICE),
            currency=self._currency(),
            recipient_siret=self._recipient(identified),
            service_code=self.labelled("service_code"),
            commitment_number=self.labelled("commitment_number"),
            contract_number=self.labelled("contract_number"),
            supplier_vat=self._vat(vat, 0.97) if vat else None,
            amount_excl_tax=self._amount(amounts.excl_tax),
            amount_tax=self._amount(amounts.tax),
            amount_incl_tax=self._amount(amounts.incl_tax),
            amount_due=self._amount(amounts.due),
        )
        if supplier is None:
            return invoice
        identifier, id_type = supplier
        party = PartyId(identifier.value, id_type, identifier.source)
        return replace(invoice, supplier_id=identifier, supplier_id_type=id_type, supplier_ids=(party,))

    # numbers

    def labelled(self, name: str) -> Text | None:
        """A field that labels tell, by the first of them that has a value; else the pages with a bare one are noted."""
        read, labels = _LABELLED[name]
        bare: set[int] = set()
        for label in labels:
            seen: list[Sighting] = []
            for sheet in self._sheets:
                search = Search(sheet, read)
                seen += search.sightings(label)
                bare |= {sheet.page.number} if search.unanswered > search.empty else set()
            told = [one for one in seen if not one.plain or (label is Label.NUMBER and _names_it(one))] or seen
            if told:
                return self._best(told)
        self.unanswered |= bare
        return None

    def _best(self, seen: Sequence[Sighting]) -> Text:
        """The one that is best supported; several different ones contest each other."""
        trust = {one: self._trust(one, contested=False) for one in seen}
        times = Counter(one.value for one in seen)
        best = max(seen, key=lambda one: (_names_it(one), trust[one], times[one.value]))
        alike = [one for one in seen if _names_it(one) == _names_it(best)]
        rivals = {one.value for one in alike if trust[one] >= trust[best] - 0.015}
        contested = len(rivals) > 1
        rule = f"{best.label.value} {best.how.value}"
        return self._field(best.value, best.page, best.box, best.words, rule, self._trust(best, contested=contested))

    def _trust(self, one: Sighting, *, contested: bool) -> float:
        several = "," in one.value
        return confidence.of_number(
            one.label, one.how, strong=one.strong, plain=one.plain, contested=contested or several
        )

    # dates, types, amounts

    def _issue_date(self) -> Field[dt.date | None] | None:
        day, contested = issue_date(self._sheets)
        if day is None:
            return None
        sure = confidence.LIKELY if day.rule in {"letter", "alone"} else confidence.SURE
        trust = min(sure, confidence.DOUBTFUL) if contested and day.rule != "letter" else sure
        text = self._field(day.day.isoformat(), day.page, day.box, day.words, day.rule, trust)
        return Field(text.raw, day.day, text.source, text.seen)

    def _type(self, code: str) -> Text:
        return Field(code, code, "page 1")

    def _currency(self) -> Text | None:
        for sheet in self._sheets:
            for line in sheet.lines:
                if "€" in line.text or "eur" in line.folded:
                    return Field("EUR", "EUR", f"page {sheet.page.number}")
        return None

    def _amount(self, total: Total | None) -> Field[Decimal | None] | None:
        if total is None:
            return None
        trust = {"adds up": 0.98, "repeated": 0.95, "plain": 0.7}.get(total.support, 0.9)
        seen = total.seen
        text = self._field(format(seen.amount, "f"), seen.page, seen.box, seen.words, total.support, trust)
        return Field(text.raw, seen.amount, text.source, text.seen)

    # parties

    def _recipient(self, identified: Sequence[Identified]) -> Text | None:
        return self._party([one for one in identified if one.role is Role.RECIPIENT])

    def _supplier(self, identified: Sequence[Identified], vat: parties.VatNumber | None) -> tuple[Text, str] | None:
        siret = self._party([one for one in identified if one.role is Role.SUPPLIER])
        if siret:
            return siret, IdType.SIRET.value
        for siren, box, page, words in parties.supplier_sirens(self._sheets):
            return self._field(siren, page, box, words, "register", confidence.SURE), IdType.SIREN.value
        if vat and not vat.value.startswith("FR"):
            return self._vat(vat, confidence.LIKELY), IdType.UE_HORS_FRANCE.value
        return None

    def _vat(self, vat: parties.VatNumber, trust: float) -> Text:
        return self._field(vat.value, vat.page, vat.box, vat.words, "vat number", trust)

    def _party(self, candidates: Sequence[Identified]) -> Text | None:
        if not candidates:
            return None
        order = {"listed": 3, "labelled": 2, "register": 2, "headed": 2, "block": 1, "left over": 0}
        best = max(candidates, key=lambda one: (not one.seat, order[one.why], one.margin, one.keyed))
        rivals = {one.value for one in candidates if order[one.why] == order[best.why] and one.seat == best.seat}
        trust = {"listed": 0.99, "labelled": 0.985, "register": 0.985, "headed": 0.98, "left over": 0.93}.get(best.why)
        if trust is None:
            trust = 0.975 if best.margin >= 1.5 and best.role is Role.SUPPLIER else 0.94  # noqa: PLR2004
        if not best.keyed:
            trust *= 0.97
        if len(rivals) > 1:
            trust = min(trust, confidence.DOUBTFUL if best.why != "block" else 0.8)
        return self._field(best.value, best.page, best.box, best.words, f"siret {best.why}", trust)

    def _shown(self, number: int, box: Box) -> Box:
        """A box as the page is shown, where its text had to be stood up, or levelled, to be read."""
        page = next(sheet.page for sheet in self._sheets if sheet.page.number == number)
        fall = page.slope * (box.left + box.right) / 2
        box = box._replace(top=box.top + fall, bottom=box.bottom + fall)
        width, height = page.width, page.height
        for _ in range(page.turns):
            box = Box(box.top, width - box.right, box.bottom, width - box.left)
            width, height = height, width
        return box

    def _field(self, value: str, page: int, box: Box, words: str, rule: str, trust: float) -> Text:
        trust = confidence.scanned(trust, value) if self._scanned else round(trust, 3)
        place = Box(*(round(edge, 1) for edge in self._shown(page, box)))
        where = f"page {page} [{' '.join(format(edge, 'g') for edge in place)}]"
        return Field(value, value, where, PageEvidence(page, place, words, rule, trust))


def _names_it(seen: Sighting) -> bool:
    """Whether a label of the number names the invoice: a note or a statement may have a number of its own."""
    return seen.label is not Label.NUMBER or any(
        word in seen.named for word in ("factur", "avoir", "invoice", "rechnung")
    )


def _gives_back(amounts: Totals) -> bool:
    """Whether the total is negative."""
    total = amounts.incl_tax
    return total is not None and total.support == "adds up" and total.seen.amount < 0


def _is_title(line: Line, label: Found) -> bool:
    """Whether a line is a title: short, and nothing behind the word but a number, or all in capitals."""
    behind = line.folded[label.end :].strip()
    plainly = not behind or behind[0] in ":(-–" or any(c.isdigit() for c in behind) or line.text.isupper()
    return len(line.words) <= _TITLE and plainly


def is_credit_note(sheets: Sequence[Sheet]) -> bool:
    """Whether the pages call themselves a credit note: in a label of the number, or in a title."""
    for sheet in sheets:
        for line, labels in zip(sheet.lines, sheet.labels, strict=True):
            for label in labels:
                words = line.folded[label.start : label.end]
                named = label.label is Label.NUMBER and any(w in words for w in ("avoir", "credit", "gutschrift"))
                if named and (not label.plain or _is_title(line, label)):
                    return True
    return False

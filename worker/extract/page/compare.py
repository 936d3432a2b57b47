"""The visible page against the data behind it: a difference is how fraud and mix-ups show.

A false alarm is worse than none, for soon nobody reads them. So a value of the data that stands anywhere on the page is
right, whatever else stands there; and where it does not, only another value that is read with confidence is told.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from rules.findings import Finding, ReasonCode, finding
from rules.identifiers import SIREN_LENGTH, compact, supplier_siren
from rules.model import Account, Field, Invoice, Text
from worker.extract.accounts import ibans_in
from worker.extract.page.search import Sheet
from worker.extract.page.values import amounts_in, date_in

_SURE = 0.95
_NUMBERS = ("invoice_number", "service_code", "commitment_number", "contract_number")
_AMOUNTS = ("amount_excl_tax", "amount_tax", "amount_incl_tax")
_NO_SIGNS = re.compile(r"[^0-9A-Z]")


def divergences(data: Invoice, page: Invoice, sheets: Sequence[Sheet]) -> tuple[Finding, ...]:
    """What the page says otherwise than the data, with both values and the place."""
    visible = _Visible(sheets)
    found = (
        *_of_numbers(data, page, visible),
        *_of_date(data, page, visible),
        *_of_amounts(data, page, visible),
        *_of_parties(data, page, visible),
        *_of_account(data, visible),
    )
    return tuple(found)


@dataclass(frozen=True)
class _Visible:
    """Everything that stands on the pages."""

    sheets: Sequence[Sheet]

    def holds(self, text: str) -> bool:
        """Whether a text stands somewhere, signs and blanks aside, on one line or running over two."""
        wanted = squeezed(text)
        return (
            not wanted
            or any(wanted in squeezed(" ".join(line.text for line in s.lines)) for s in self.sheets)
            or any(wanted in squeezed("".join(word.text for word in s.page.words)) for s in self.sheets)
        )

    def amounts(self) -> frozenset[Decimal]:
        """All amounts, without their signs."""
        lines = (line.text for sheet in self.sheets for line in sheet.lines)
        return frozenset(abs(Decimal(amount.text)) for text in lines for amount in amounts_in(text))

    def dates(self) -> Iterator[object]:
        """All dates, in either order of day and month."""
        for sheet in self.sheets:
            for _, match in sheet.dates:
                yield from (date_in(match), date_in(match, month_first=True))

    def accounts(self) -> dict[Account, str]:
        """All IBANs with their places."""
        return {
            account: f"page {sheet.page.number}"
            for sheet in self.sheets
            for line in sheet.lines
            for account, _, _ in ibans_in(line.text.upper())
        }


def squeezed(text: str) -> str:
    """A text without anything but letters and digits, in capitals."""
    return _NO_SIGNS.sub("", text.upper())


def _of_numbers(data: Invoice, page: Invoice, visible: _Visible) -> Iterator[Finding]:
    for name in _NUMBERS:
        ours: Text | None = getattr(data, name)
        theirs: Text | None = getattr(page, name)
        if not (ours and theirs and _sure(theirs)) or squeezed(ours.value) == squeezed(theirs.value):
            continue
        if not visible.holds(ours.value):
            yield _difference(name, ours.value, theirs.value, theirs.source)


def _of_date(data: Invoice, page: Invoice, visible: _Visible) -> Iterator[Finding]:
    ours, theirs = data.issue_date, page.issue_date
    if ours and ours.value and theirs and _sure(theirs) and ours.value not in set(visible.dates()):
        yield _difference("issue_date", ours.value.isoformat(), theirs.raw, theirs.source)


def _of_amounts(data: Invoice, page: Invoice, visible: _Visible) -> Iterator[Finding]:
    shown = visible.amounts()
    for name in _AMOUNTS:
        ours: Field[Decimal | None] | None = getattr(data, name)
        theirs: Field[Decimal | None] | None = getattr(page, name)
        if not (ours and ours.value is not None and theirs and theirs.value is not None and _sure(theirs)):
            continue
        if abs(ours.value) not in shown and abs(abs(ours.value) - abs(theirs.value)) > Decimal("0.01"):
            yield _difference(name, ours.raw.strip(), theirs.raw, theirs.source)


def _of_parties(data: Invoice, page: Invoice, visible: _Visible) -> Iterator[Finding]:
    ours, theirs = data.recipient_siret, page.recipient_siret
    differ = ours and theirs and _sure(theirs) and compact(ours.value) != compact(theirs.value)
    if differ and ours and theirs and not visible.holds(compact(ours.value)):
        yield _difference("recipient_siret", ours.value, theirs.value, theirs.source)
    siren, read = supplier_siren(data), page.supplier_id
    shown = supplier_siren(page)
    if siren and shown and read and _sure(read) and siren != shown and not visible.holds(siren):
        given = data.supplier_id.value if data.supplier_id else siren
        yield _difference("supplier_id", given[: max(SIREN_LENGTH, len(given))], read.value, read.source)


def _of_account(data: Invoice, visible: _Visible) -> Iterator[Finding]:
    shown = visible.accounts()
    if data.accounts and shown and not set(data.accounts) & shown.keys():
        account, place = next(iter(shown.items()))
        yield _difference("account", f"…{data.accounts[0].ending}", f"…{account.ending}", place)


def _sure(field: Field[Any]) -> bool:
    return field.seen is not None and field.seen.confidence >= _SURE


def _difference(name: str, data: str, page: str, place: str) -> Finding:
    return finding(ReasonCode.INT_PAGE_DIVERGENCE, field=name, data=data, page=page, place=place)

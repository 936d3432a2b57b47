"""The supplier's original inside a pivot: it fills what the header leaves empty and is compared with what it says.

The header is what the portal routed and validated, so it wins; a difference is a finding that names both values.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

from rules.findings import Finding, ReasonCode, finding
from rules.identifiers import compact, is_siret_shaped, siren_of, supplier_siren
from rules.model import Field, Invoice, Text
from rules.normalise import n1, service_form

_FILLED = (
    "service_code",
    "commitment_number",
    "contract_number",
    "supplier_vat",
    "payee_id",
    "amount_tax",
)
_FILLED_LISTS = ("original_invoice_numbers", "line_commitment_numbers")


def _siret(text: str) -> str | None:
    return compact(text) if is_siret_shaped(text) else None


_TEXTS: dict[str, Callable[[str], str | None]] = {
    "invoice_number": n1,
    "recipient_siret": _siret,
    "service_code": service_form,
    "commitment_number": n1,
    "contract_number": n1,
    "currency": n1,
}
_AMOUNTS = ("amount_excl_tax", "amount_incl_tax")


def complete(header: Invoice, original: Invoice, place: str) -> Invoice:
    """The header with what only the original says, and a finding for each contradiction.

    `place` names the attachment; sources of filled fields are `place#path`.
    """
    differences = tuple(_differences(header, original))
    filled: dict[str, Any] = {
        name: _moved(value, place)
        for name in _FILLED
        if getattr(header, name) is None and (value := getattr(original, name)) is not None
    }
    filled |= {
        name: tuple(_moved(value, place) for value in values)
        for name in _FILLED_LISTS
        if not getattr(header, name) and (values := getattr(original, name))
    }
    return replace(header, findings=header.findings + differences, **filled)


def _moved(field: Field[Any], place: str) -> Field[Any]:
    return field._replace(source=f"{place}#{field.source}")


def _differences(header: Invoice, original: Invoice) -> Iterator[Finding]:
    for name, form in _TEXTS.items():
        ours: Text | None = getattr(header, name)
        theirs: Text | None = getattr(original, name)
        if ours and theirs and _differ(form(ours.value), form(theirs.value)):
            yield _difference(name, ours.value, theirs.value)
    for name in _AMOUNTS:
        ours_amount: Field[Decimal | None] | None = getattr(header, name)
        theirs_amount: Field[Decimal | None] | None = getattr(original, name)
        if ours_amount and theirs_amount and _differ(_size(ours_amount.value), _size(theirs_amount.value)):
            yield _difference(name, ours_amount.raw.strip(), theirs_amount.raw.strip())
    ours_day, theirs_day = header.issue_date, original.issue_date
    if ours_day and theirs_day and _differ(ours_day.value, theirs_day.value):
        yield _difference("issue_date", ours_day.raw.strip(), theirs_day.raw.strip())
    yield from _other_supplier(header, original)


def _size(amount: Decimal | None) -> Decimal | None:
    """Credit notes are written with either sign, so only the size is compared."""
    return None if amount is None else abs(amount)


def _other_supplier(header: Invoice, original: Invoice) -> Iterator[Finding]:
    if not (header.supplier_id and original.supplier_id):
        return
    ours = siren_of(header.supplier_id.value, header.supplier_id_type)
    if _differ(ours, supplier_siren(original)):
        yield _difference("supplier_id", header.supplier_id.value, original.supplier_id.value)


def _differ(ours: object | None, theirs: object | None) -> bool:
    return ours is not None and theirs is not None and ours != theirs


def _difference(name: str, ours: str, theirs: str) -> Finding:
    return finding(ReasonCode.INT_DIVERGENCE, field=name, header=ours, original=theirs)

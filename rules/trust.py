"""What a value that was read from a page may do. It is a guess, however good, and says so (`PageEvidence`).

* A guess is only relied on where its confidence reaches the policy's threshold and, for a number that leads to a
  commitment, where supplier and recipient agree as well (`Condition` names what must hold).
* A guess never stands against structured data: it fills what data leaves empty.
* No guess is a ground for turning an invoice away: nothing is proposed to the portal for a reason that rests on one.

Raising the confidence of a guess that leads somewhere may only help: whatever is routed with an unsure one is routed
with a sure one. (Amounts are the exception: an amount that is believed may be too high.)
"""

from collections.abc import Iterable
from decimal import ROUND_DOWN, Decimal
from enum import StrEnum
from typing import Any

from rules.findings import ReasonCode
from rules.model import Field, Invoice, PageEvidence, Syntax, Text
from rules.table import ROWS, Gate

GUESSED_WHOLE = frozenset({Syntax.PAGE, Syntax.SCAN})
FIELDS = (
    *("invoice_number", "issue_date", "invoice_type", "billing_framework", "currency", "recipient_siret"),
    *("service_code", "commitment_number", "contract_number", "line_commitment_numbers", "supplier_id"),
    *("supplier_vat", "supplier_name", "payee_id", "amount_excl_tax", "amount_tax", "amount_incl_tax", "amount_due"),
    *("original_invoice_numbers", "portal_invoice_id", "resubmission", "reception_date"),
)
_STEP = Decimal("0.001")


class Condition(StrEnum):
    """What must hold before a guess is relied on. `rules/reasons` has the words for each that fails."""

    AUTOMATIC = "automatic"  # the policy admits guesses at all
    CONFIDENCE = "confidence"  # at the threshold or above
    FOUND = "found"  # in the reference data
    SUPPLIER = "supplier"  # agrees with the commitment's
    RECIPIENT = "recipient"  # is one of ours, active, and itself sure
    COMMITMENT = "commitment"  # says nothing else


R = ReasonCode
_SUPPLIER = frozenset({"supplier_id", "supplier_vat"})
_AMOUNTS = frozenset({"amount_excl_tax", "amount_tax", "amount_incl_tax"})
# What leads to a commitment and a service, or keeps from them: the type, the date and the invoice's own number do too.
_ROUTE = _SUPPLIER | {
    *("commitment_number", "line_commitment_numbers", "contract_number", "original_invoice_numbers", "service_code"),
    *("recipient_siret", "billing_framework", "invoice_type", "issue_date", "invoice_number"),
}
_ROUTING = frozenset({Gate.COMMITMENT, Gate.SUPPLIER, Gate.STATE, Gate.SERVICE})
# The fields that a reason rests on; those of a gate of the route rest on all of the route, any other on everything.
_RESTS_ON: dict[ReasonCode, frozenset[str]] = {
    R.INT_AMOUNTS_INCONSISTENT: _AMOUNTS,
    R.DUP_SAME_NUMBER_YEAR: _SUPPLIER | {"invoice_number", "issue_date"},
    R.REC_SIRET_UNKNOWN: frozenset({"recipient_siret"}),
    R.REC_SIRET_INACTIVE: frozenset({"recipient_siret"}),
    R.IDN_KEY_INVALID: _SUPPLIER,
} | {row.code: _ROUTE for row in ROWS if row.gate in _ROUTING}


def is_guess(invoice: Invoice, field: Field[Any] | None) -> bool:
    """Whether a value was read from a page; all of an invoice that has nothing but a page."""
    return field is not None and (field.seen is not None or invoice.syntax in GUESSED_WHOLE)


def is_sure(invoice: Invoice, field: Field[Any] | None, threshold: Decimal) -> bool:
    """Whether a value may be relied on: it is data, or a guess whose confidence reaches the threshold."""
    if field is None or not is_guess(invoice, field):
        return True
    return field.seen is not None and field.seen.confidence >= float(threshold)


def guessed(invoice: Invoice) -> tuple[str, ...]:
    """The names of the fields that were read from a page, in the order of the list."""
    return tuple(name for name in FIELDS if any(is_guess(invoice, field) for field in _fields(invoice, name)))


def rests_on_guess(code: ReasonCode, invoice: Invoice | None) -> bool:
    """Whether a reason rests on a guess. Of an invoice that has nothing but a page, each does: what is absent, too."""
    if invoice is None:
        return False
    if invoice.syntax in GUESSED_WHOLE:
        return True
    names = frozenset(guessed(invoice))
    return bool(names & _RESTS_ON.get(code, names))


def least_sure(fields: Iterable[Text]) -> PageEvidence | None:
    """The weakest evidence of several guesses; None if none of them says on which page it was seen."""
    return min((f.seen for f in fields if f.seen is not None), key=lambda seen: seen.confidence, default=None)


def told(seen: PageEvidence | None, failed: Iterable[Condition] = ()) -> dict[str, object]:
    """What a finding tells of a guess: its page, its confidence, and what failed."""
    return {
        "page_number": seen.page if seen else None,
        "confidence": as_text(seen.confidence) if seen else None,
        "failed": ", ".join(failed),
    }


def as_text(confidence: float) -> str:
    """A confidence from 0 to 1 in plain notation, never rounded up: 0.9499 is shown below a threshold of 0.95."""
    return format(Decimal(repr(confidence)).quantize(_STEP, ROUND_DOWN).normalize(), "f")


def _fields(invoice: Invoice, name: str) -> tuple[Field[Any], ...]:
    found = getattr(invoice, name)
    if found is None:
        return ()
    return (found,) if isinstance(found, Field) else tuple(found)

"""What to fetch before deciding: the keys under which reference data and past invoices are stored.

The shell asks for these, fills a `Snapshot`, and only then calls the rules. The keys are coarse enough to bring back
all that could match (and so all that could be ambiguous), and each is one equality on an indexed column.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from rules.exercises import exercise_keys, exercises_of
from rules.identifiers import compact, supplier_key
from rules.model import Invoice
from rules.normalise import n1, number_key
from rules.several import halves, parts

_MOST_ORIGINALS = 1000  # of one credit note; a database takes no query with tens of thousands of values


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookup:
    """The keys of one invoice."""

    recipient_siret: str | None
    commitment_keys: tuple[str, ...]  # of the numbers of commitments, in any recipient of the body
    contract_keys: tuple[str, ...]  # of the contract numbers of commitments, and of contract parties
    supplier_key: str | None
    invoice_number: str | None  # N1
    original_numbers: tuple[str, ...]  # N1


def lookup(invoice: Invoice) -> Lookup:
    """The keys under which everything that concerns this invoice is stored.

    A commitment number and a contract number may stand in each other's field, so each is looked up as both.
    """
    written = (invoice.commitment_number, *invoice.line_commitment_numbers)
    numbers = tuple(dict.fromkeys(number.value for number in written if number))
    contract = (invoice.contract_number.value,) if invoice.contract_number else ()
    years = exercises_of(invoice)
    single = (key for number in _singles(numbers) for key in exercise_keys(number, years))
    return Lookup(
        recipient_siret=compact(invoice.recipient_siret.value) if invoice.recipient_siret else None,
        commitment_keys=_distinct((*single, *map(number_key, contract))),
        contract_keys=_distinct(map(number_key, (*contract, *numbers))),
        supplier_key=supplier_key(invoice),
        invoice_number=n1(invoice.invoice_number.value) if invoice.invoice_number else None,
        original_numbers=tuple(dict.fromkeys(n1(n.value) for n in invoice.original_invoice_numbers[:_MOST_ORIGINALS])),
    )


def _singles(numbers: Iterable[str]) -> tuple[str, ...]:
    """Every number that the fields may hold: each as a whole, and what it may be made of."""
    found: dict[str, None] = {}
    for number in numbers:
        pairs = (half for pair in halves(number) for half in pair)
        found |= dict.fromkeys((number, *parts(number), *pairs))
    return tuple(found)


def _distinct(keys: Iterable[str]) -> tuple[str, ...]:
    return tuple(key for key in dict.fromkeys(keys) if key)

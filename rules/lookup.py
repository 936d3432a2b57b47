"""What to fetch before deciding: the keys under which reference data and past invoices are stored.

The shell asks for these, fills a `Snapshot`, and only then calls the rules. Every key is coarse enough to bring back
all that could match (and so all that could be ambiguous), and is one equality on an indexed column.
"""

from dataclasses import dataclass

from rules.identifiers import compact, supplier_key
from rules.model import Invoice
from rules.normalise import n1, number_key


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookup:
    """The keys of one invoice."""

    recipient_siret: str | None
    commitment_keys: tuple[str, ...]
    contract_keys: tuple[str, ...]
    supplier_key: str | None
    invoice_number: str | None  # N1
    original_numbers: tuple[str, ...]  # N1


def lookup(invoice: Invoice) -> Lookup:
    """The keys under which everything that concerns this invoice is stored."""
    numbers = (invoice.commitment_number, *invoice.line_commitment_numbers)
    keys = dict.fromkeys(number_key(number.value) for number in numbers if number)
    return Lookup(
        recipient_siret=compact(invoice.recipient_siret.value) if invoice.recipient_siret else None,
        commitment_keys=tuple(key for key in keys if key),
        contract_keys=(number_key(invoice.contract_number.value),) if invoice.contract_number else (),
        supplier_key=supplier_key(invoice),
        invoice_number=n1(invoice.invoice_number.value) if invoice.invoice_number else None,
        original_numbers=tuple(dict.fromkeys(n1(number.value) for number in invoice.original_invoice_numbers)),
    )

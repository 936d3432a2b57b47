"""What a reader is asked for, and the answer."""

from collections.abc import Mapping
from dataclasses import dataclass

TUNE, MEASURE = "tune", "measure"

# How layouts name a field, and how the truth names it.
FIELDS: Mapping[str, str] = {
    "siret": "recipient_siret",
    "service": "service_code",
    "ej": "commitment_number",
    "contract": "contract_number",
    "supplier": "supplier_siret",
    "number": "invoice_number",
    "date": "issue_date",
    "ttc": "amount_incl_tax",
    "ht": "amount_excl_tax",
    "tva": "amount_tax",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """The fields of one invoice as its XML would state them; None for what is not printed on any page.

    Dates are ISO; amounts have two decimals and a point, and are positive on a credit note (`invoice_type` "381") even
    where the page prints them negative. `printed` has each field as the page shows it, when several times: first.
    """

    recipient_siret: str | None
    service_code: str | None
    commitment_number: str | None
    contract_number: str | None
    supplier_siret: str | None
    invoice_number: str | None
    invoice_type: str
    issue_date: str | None
    amount_incl_tax: str | None
    amount_excl_tax: str | None
    amount_tax: str | None
    printed: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One invoice: its page or pages as PDF, and what is printed on them. `traits` names the difficulties in it."""

    name: str
    layout: str
    part: str
    truth: Truth
    traits: frozenset[str]
    pdf: bytes

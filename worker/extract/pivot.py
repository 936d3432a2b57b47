"""CPPFacturePivot, the portal's own file: V1_20 to V2_02 with one tolerant reader, streamed invoice by invoice.

Paths after the portal's XSDs. The element order and the optional elements differ between versions; nothing here
depends on either, nor on a namespace, a version attribute or a schema location.
"""

from collections.abc import Iterator
from decimal import Decimal
from itertools import islice

from lxml import etree

from rules.findings import Finding, ReasonCode, finding
from rules.model import Amount, Field, Invoice, Syntax, Text
from worker.extract.accounts import accounts
from worker.extract.attachments import Opened
from worker.extract.descent import Table
from worker.extract.parties import Identifier
from worker.extract.values import Values

UNIT = "CPPFacturePivotUnitaire"
_MOST_ALIKE = 20  # findings of one kind about one invoice: a person reads no more, and events carry them
_UNITS = f"CPPFacturePivot/CPPFactures/{UNIT}"

_TABLE = Table(
    "",
    {
        "supplier_id_type": "Fournisseur/TypeIdentifiant",
        "supplier_id": "Fournisseur/Identifiant",
        "supplier_name": "Fournisseur/RaisonSociale",
        "account": "Fournisseur/ReferenceBancaire/Compte",
        "recipient_siret": "Debiteur/Identifiant",
        "service_code": "Debiteur/CodeService",
        "invoice_number": "DonneesFacture/Id",
        "portal_invoice_id": "DonneesFacture/IdCPRO",
        "resubmission": "DonneesFacture/Renvoi",
        "original_invoice_number": "DonneesFacture/IdFactureOrigine",
        "invoice_type": "DonneesFacture/Type",
        "billing_framework": "DonneesFacture/Cadre",
        "issue_date": "DonneesFacture/DateEmissionFacture",
        "reception_date": "DonneesFacture/DateReception",
        "currency": "DonneesFacture/Devise",
        "amount_excl_tax": "DonneesFacture/Montants/MontantHT",
        "amount_incl_tax": "DonneesFacture/Montants/MontantTTC",
        "amount_due": "DonneesFacture/Montants/MontantNetAPayer",
        "amount_tax": "DonneesFacture/TVAs/TVA/MontantTVA",
        "commitment_number": "DonneesFacture/Engagement/NumeroEngagement",
        "contract_number": "DonneesFacture/Engagement/NumeroMarche",
    },
    {},
)

# What the schemas allow, so that a word that is new is noticed instead of skipped.
_CHILDREN: dict[str, frozenset[str]] = {
    ".": frozenset({"Fournisseur", "Debiteur", "DonneesFacture", "PJ", "CycleDeValidation"}),
    "Fournisseur": frozenset(
        {"TypeIdentifiant", "Identifiant", "RaisonSociale", "CodePays", "ReferenceBancaire", "ModeEmission"}
    ),
    "Debiteur": frozenset({"TypeIdentifiant", "Identifiant", "Nom", "CodeService", "NomService"}),
    "DonneesFacture": frozenset(
        {
            "Id",
            "IdCPRO",
            "Renvoi",
            "IdFactureOrigine",
            "Type",
            "Cadre",
            "DateEmissionFacture",
            "DateLivraison",
            "ModePaiement",
            "DateReception",
            "DateMiseADispositionMOE",
            "Devise",
            "Montants",
            "TVAs",
            "Engagement",
            "Lignes",
        }
    ),
    "DonneesFacture/Montants": frozenset({"MontantHT", "MontantTTC", "MontantNetAPayer"}),
    "DonneesFacture/Engagement": frozenset({"NumeroMarche", "NumeroEngagement"}),
}
_VALUES = {
    "invoice_type": frozenset({"380", "381"}),
    "resubmission": frozenset({"Non", "Oui", "Complétée", "Recyclée"}),
    "supplier_id_type": frozenset("1234567"),
}


def read_header(unit: etree._Element, position: int, opened: tuple[Opened, ...]) -> Invoice:
    """One invoice of a pivot by its header. `position` counts from 0 and is told in the sources, from 1."""
    prefix = f"/{_UNITS}[{position + 1}]"
    values = Values(_TABLE.collect(unit), {name: f"{prefix}{path[1:]}" for name, path in _TABLE.paths.items()})
    sender = _supplier(values)
    number, day, total = values.text("invoice_number"), values.day("issue_date"), values.amount("amount_incl_tax")
    recipient = values.text("recipient_siret")
    values.require(invoice_number=number, issue_date=day, amount_incl_tax=total, recipient_siret=recipient)
    values.findings.extend(tuple(islice(_unknown(values, unit, prefix), _MOST_ALIKE)))
    values.findings.extend(islice((o.finding for o in opened if o.finding), _MOST_ALIKE))
    return Invoice(
        syntax=Syntax.PIVOT,
        invoice_number=number,
        issue_date=day,
        invoice_type=values.text("invoice_type"),
        billing_framework=values.text("billing_framework"),
        currency=values.text("currency"),
        recipient_siret=recipient,
        service_code=values.text("service_code"),
        commitment_number=values.text("commitment_number"),
        contract_number=values.text("contract_number"),
        supplier_id=sender.text if sender else None,
        supplier_id_type=sender.type if sender else None,
        supplier_ids=(sender.id,) if sender else (),
        supplier_name=values.text("supplier_name"),
        accounts=accounts(values.texts("account")),
        amount_excl_tax=values.amount("amount_excl_tax"),
        amount_tax=_total_tax(values),
        amount_incl_tax=total,
        amount_due=values.amount("amount_due"),
        original_invoice_numbers=values.texts("original_invoice_number"),
        portal_invoice_id=values.text("portal_invoice_id"),
        resubmission=values.text("resubmission"),
        reception_date=values.day("reception_date"),
        attachments=tuple(o.attachment for o in opened),
        findings=tuple(dict.fromkeys(values.findings)),  # last: reading fills it, twice where a field is read twice
    )


def _supplier(values: Values) -> Identifier | None:
    """The supplier; `TypeIdentifiant` 1 to 7 is the scheme of its one identifier."""
    text, kind = values.text("supplier_id"), values.text("supplier_id_type")
    if text is None:
        return None
    return Identifier(text, kind.value if kind else None, legal=True)


def _total_tax(values: Values) -> Amount | None:
    """The pivot states VAT by rate only: the one amount as written, or the sum of several."""
    texts = values.texts("amount_tax")
    if len(texts) <= 1:
        return values.to_amount("amount_tax", texts[0] if texts else None)
    amounts = [values.to_amount("amount_tax", text) for text in texts]
    known = [amount.value for amount in amounts if amount is not None and amount.value is not None]
    if len(known) != len(texts):
        return None
    total = sum(known, Decimal(0))
    return Field(f"{total:f}", total, texts[0].source)


def _unknown(values: Values, unit: etree._Element, prefix: str) -> Iterator[Finding]:
    """Elements and values that no version of the schema knows: upstream has moved."""
    for path, known in _CHILDREN.items():
        for parent in unit.iterfind(path):
            for child in parent:
                if child.tag not in known:
                    place = prefix if path == "." else f"{prefix}/{path}"
                    yield finding(ReasonCode.INT_UNKNOWN_VALUE, field=place, value=child.tag)
    for name, allowed in _VALUES.items():
        text: Text | None = values.text(name)
        if text is not None and text.value not in allowed:
            yield finding(ReasonCode.INT_UNKNOWN_VALUE, field=name, value=text.value)

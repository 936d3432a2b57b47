"""UBL 2.1 Invoice and CreditNote: Peppol BIS and the reform (EN 16931-3-2), and Chorus Pro's E1 of the portal.

E1 writes schemes in `schemeName`, the service in `AccountingContact` and the cadre in an extension.
"""

import re

from lxml import etree

from rules.model import Attachment, Invoice, Syntax, Text
from worker.extract.descent import Table
from worker.extract.en16931 import PER_LINE, assemble
from worker.extract.parties import Identifier, identifiers
from worker.extract.values import Values, decoded_size, plain_text

INVOICE = "urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"
CREDIT_NOTE = "urn:oasis:names:specification:ubl:schema:xsd:CreditNote-2"
_CAC = "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
_CBC = "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"
_EXT = "urn:oasis:names:specification:ubl:schema:xsd:CommonExtensionComponents-2"
_NAMESPACES = {"cac": _CAC, "cbc": _CBC, "ext": _EXT}

_SELLER = "cac:AccountingSupplierParty/cac:Party"
_BUYER = "cac:AccountingCustomerParty/cac:Party"
_TOTALS = "cac:LegalMonetaryTotal"


def _table(root: str, kind: str, line: str) -> Table:
    return Table(
        root,
        {
            "guideline": "cbc:CustomizationID",
            "billing_framework": "cbc:ProfileID",
            "extensions": "ext:UBLExtensions",
            "invoice_number": "cbc:ID",
            "issue_date": "cbc:IssueDate",
            "invoice_type": kind,
            "currency": "cbc:DocumentCurrencyCode",
            "buyer_reference": "cbc:BuyerReference",
            "service_contact": "cac:AccountingCustomerParty/cac:AccountingContact/cbc:ID",
            "seller_id": f"{_SELLER}/cac:PartyIdentification/cbc:ID",
            "seller_legal_id": f"{_SELLER}/cac:PartyLegalEntity/cbc:CompanyID",
            "supplier_name": f"{_SELLER}/cac:PartyLegalEntity/cbc:RegistrationName",
            "seller_tax": f"{_SELLER}/cac:PartyTaxScheme",
            "buyer_id": f"{_BUYER}/cac:PartyIdentification/cbc:ID",
            "buyer_legal_id": f"{_BUYER}/cac:PartyLegalEntity/cbc:CompanyID",
            "buyer_address": f"{_BUYER}/cbc:EndpointID",
            "payee_id": "cac:PayeeParty/cac:PartyIdentification/cbc:ID",
            "payee_legal_id": "cac:PayeeParty/cac:PartyLegalEntity/cbc:CompanyID",
            "account": "cac:PaymentMeans/cac:PayeeFinancialAccount/cbc:ID",
            "commitment_number": "cac:OrderReference/cbc:ID",
            "contract_number": "cac:ContractDocumentReference/cbc:ID",
            "attachments": "cac:AdditionalDocumentReference",
            "line_commitment_number": f"{line}/cac:OrderLineReference/cac:OrderReference/cbc:ID",
            "amount_excl_tax": f"{_TOTALS}/cbc:TaxExclusiveAmount",
            "amount_tax": "cac:TaxTotal/cbc:TaxAmount",
            "amount_incl_tax": f"{_TOTALS}/cbc:TaxInclusiveAmount",
            "amount_due": f"{_TOTALS}/cbc:PayableAmount",
            "original_invoice_number": "cac:BillingReference/cac:InvoiceDocumentReference/cbc:ID",
        },
        _NAMESPACES,
        per_line=PER_LINE,
    )


_TABLES = {
    Syntax.UBL_INVOICE: _table("Invoice", "cbc:InvoiceTypeCode", "cac:InvoiceLine"),
    Syntax.UBL_CREDIT_NOTE: _table("CreditNote", "cbc:CreditNoteTypeCode", "cac:CreditNoteLine"),
}
_CADRE = re.compile(r"\s*[ABMS]\d{1,2}\s*")
_OTHER_REFERENCES = frozenset({"50", "130"})  # BT-11 and BT-18 share the element of BG-24


def read(root: etree._Element, syntax: Syntax, within: str = "") -> Invoice:
    """The invoice of a UBL document; `within` names the file inside a PDF that it came from."""
    table = _TABLES[syntax]
    values = Values(table.collect(root), table.paths)
    values.replace("billing_framework", _cadre_of_portal(values), f"{values.path('extensions')}//CategoryCode")
    return assemble(
        values,
        syntax=syntax,
        within=within,
        seller=_party(values, "seller"),
        buyer=_party(values, "buyer"),
        payee=_party(values, "payee"),
        supplier_vat=_vat(values),
        service_code=values.text("service_contact") or values.text("buyer_reference"),
        attachments=tuple(
            _attachment(element) for element in values.elements("attachments") if _is_attachment(element)
        ),
    )


def _party(values: Values, who: str) -> list[Identifier]:
    """BT-29, BT-46 or BT-60, then BT-30, BT-47 or BT-61."""
    return [
        *identifiers(values.elements(f"{who}_id"), values.path(f"{who}_id")),
        *identifiers(values.elements(f"{who}_legal_id"), values.path(f"{who}_legal_id"), legal=True),
    ]


def _cadre_of_portal(values: Values) -> list[etree._Element]:
    """The cadre in an E1 document of the portal: any `CategoryCode` of an extension."""
    extensions = values.elements("extensions")
    codes = (code for extension in extensions for code in extension.iter("{*}CategoryCode"))
    return [code for code in codes if _CADRE.fullmatch(code.text or "")]


def _vat(values: Values) -> Text | None:
    """BT-31: the tax registration whose scheme is VAT."""
    for registration in values.elements("seller_tax"):
        if plain_text(registration.find(f"{{{_CAC}}}TaxScheme/{{{_CBC}}}ID")) in {"VAT", None}:
            return values.text_at(registration.find(f"{{{_CBC}}}CompanyID"), "seller_tax", "cbc:CompanyID")
    return None


def _is_attachment(element: etree._Element) -> bool:
    code = plain_text(element.find(f"{{{_CBC}}}DocumentTypeCode"))
    return code not in _OTHER_REFERENCES or element.find(f"{{{_CAC}}}Attachment") is not None


def _attachment(element: etree._Element) -> Attachment:
    """BG-24; `kind` is Chorus Pro's 01 (the invoice itself) or 02, where the portal wrote it."""
    content = element.find(f"{{{_CAC}}}Attachment/{{{_CBC}}}EmbeddedDocumentBinaryObject")
    name = content.get("filename") if content is not None else None
    return Attachment(
        name=name or plain_text(element.find(f"{{{_CBC}}}ID")),
        description=plain_text(element.find(f"{{{_CBC}}}DocumentDescription")),
        media_type=content.get("mimeCode") if content is not None else None,
        kind=plain_text(element.find(f"{{{_CBC}}}DocumentType")),
        size=decoded_size(content.text) if content is not None else None,
    )

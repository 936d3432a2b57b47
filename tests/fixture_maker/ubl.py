"""UBL 2.1: Invoice and CreditNote, as Chorus Pro's own flow (E1) writes them and as accredited platforms do.

`historical` puts the SIRETs under `schemeName="1"`, the service into the accounting contact and the cadre into an
extension. `reform` uses the identifiers of EN 16931 with the schemes 0009 (SIRET) and 0224 (service).
"""

import base64
from collections.abc import Sequence

from tests.fixture_maker.bill import Bill, Line
from tests.fixture_maker.cii import NOTES, Attachment
from tests.fixture_maker.parties import HUB_SIRET, Supplier
from tests.fixture_maker.xmlkit import Child, Element, Maker, document

_OASIS = "urn:oasis:names:specification:ubl:schema:xsd:"
_COMMON = {
    "cac": f"{_OASIS}CommonAggregateComponents-2",
    "cbc": f"{_OASIS}CommonBasicComponents-2",
    "ext": f"{_OASIS}CommonExtensionComponents-2",
    "aife": "urn:AIFE:Facture:Extension",
}
_INVOICE = Maker({"": f"{_OASIS}Invoice-2", **_COMMON})
_CREDIT_NOTE = Maker({"": f"{_OASIS}CreditNote-2", **_COMMON})
_CUSTOMIZATION = "urn:cen.eu:en16931:2017"


def historical(bill: Bill) -> bytes:
    """Write a bill as the structured flow E1 of Chorus Pro carries it: always an Invoice, even for a credit note."""
    e = _INVOICE
    cadre = e("aife:FactureExtension", e("aife:CategoryCode", bill.cadre))
    extension = e("ext:UBLExtensions", e("ext:UBLExtension", e("ext:ExtensionContent", cadre)))
    supplier = e("cac:Party", _name_id(e, bill.supplier.identifier), *_identity(e, bill.supplier))
    customer = e(
        "cac:Party",
        _name_id(e, bill.recipient_siret),
        e("cac:PartyName", e("cbc:Name", bill.budget.name)),
    )
    contact = e.maybe("cac:AccountingContact", e.maybe("cbc:ID", bill.service))
    root = e(
        "Invoice",
        extension,
        e("cbc:UBLVersionID", "2.1"),
        e("cbc:ID", bill.number),
        e("cbc:IssueDate", bill.issued.isoformat()),
        e("cbc:InvoiceTypeCode", bill.kind),
        e("cbc:DocumentCurrencyCode", bill.currency),
        *_references(e, bill, contract_kind="Marché public"),
        e("cac:AccountingSupplierParty", supplier),
        e("cac:AccountingCustomerParty", customer, contact),
        *_money(e, bill),
        *(_line(e, bill, line, position) for position, line in enumerate(bill.lines, 1)),
    )
    return document(root)


def reform(
    bill: Bill,
    *,
    service_as_reference: bool = False,
    through_hub: bool = False,
    also_siret: str | None = None,
    attachments: Sequence[Attachment] = (),
) -> bytes:
    """Write a bill as EN 16931 does; a 381 becomes a CreditNote.

    With `service_as_reference` the service stands in BT-10, as in Peppol files; with `through_hub` the electronic
    address is the SIRET of the relaying platform, which is not the recipient's.
    """
    credit = bill.kind == "381"
    e = _CREDIT_NOTE if credit else _INVOICE
    endpoint = (HUB_SIRET, "0009") if through_hub else (f"{bill.recipient_siret[:9]}_{bill.recipient_siret}", "0225")
    service = None if service_as_reference else bill.service
    ids = [("0009", bill.recipient_siret), ("0009", also_siret), ("0224", service)]
    due = None if credit else e("cbc:DueDate", bill.due.isoformat())
    root = e(
        "CreditNote" if credit else "Invoice",
        e("cbc:CustomizationID", _CUSTOMIZATION),
        e("cbc:ProfileID", bill.cadre),
        e("cbc:ID", bill.number),
        e("cbc:IssueDate", bill.issued.isoformat()),
        due,
        e("cbc:CreditNoteTypeCode" if credit else "cbc:InvoiceTypeCode", bill.kind),
        *(e("cbc:Note", f"#{code}#{text}") for code, text in NOTES),
        e("cbc:DocumentCurrencyCode", bill.currency),
        e.maybe("cbc:BuyerReference", bill.service) if service_as_reference else None,
        *_references(e, bill),
        *(_attachment(e, attachment) for attachment in attachments),
        e("cac:AccountingSupplierParty", _seller(e, bill.supplier)),
        e("cac:AccountingCustomerParty", _buyer(e, bill, endpoint, [(s, value) for s, value in ids if value])),
        *_money(e, bill),
        *(_line(e, bill, line, position) for position, line in enumerate(bill.lines, 1)),
    )
    return document(root)


def _references(e: Maker, bill: Bill, contract_kind: str | None = None) -> tuple[Child, ...]:
    origin = e.maybe("cac:InvoiceDocumentReference", e.maybe("cbc:ID", bill.origin))
    kind = e.maybe("cbc:DocumentTypeCode", contract_kind)
    contract = e("cac:ContractDocumentReference", e("cbc:ID", bill.contract), kind) if bill.contract else None
    return (
        e.maybe("cac:OrderReference", e.maybe("cbc:ID", bill.commitment)),
        e.maybe("cac:BillingReference", origin),
        contract,
    )


def _attachment(e: Maker, attachment: Attachment) -> Element:
    encoded = base64.b64encode(attachment.content).decode("ascii")
    return e(
        "cac:AdditionalDocumentReference",
        e("cbc:ID", attachment.name),
        e("cbc:DocumentDescription", attachment.kind),
        e(
            "cac:Attachment",
            e(
                "cbc:EmbeddedDocumentBinaryObject",
                encoded,
                mimeCode=attachment.media_type,
                filename=attachment.name,
            ),
        ),
    )


def _name_id(e: Maker, siret: str) -> Element:
    return e("cac:PartyIdentification", e("cbc:ID", siret, schemeName="1"))


def _identity(e: Maker, supplier: Supplier, *legal: Child) -> tuple[Element, ...]:
    return (
        e("cac:PartyName", e("cbc:Name", supplier.name)),
        e(
            "cac:PostalAddress",
            e("cbc:StreetName", supplier.street),
            e("cbc:CityName", supplier.city),
            e("cbc:PostalZone", supplier.postcode),
            e("cac:Country", e("cbc:IdentificationCode", supplier.country)),
        ),
        e("cac:PartyTaxScheme", e("cbc:CompanyID", supplier.vat_number), _vat(e)),
        e("cac:PartyLegalEntity", e("cbc:RegistrationName", supplier.name), *legal),
    )


def _seller(e: Maker, supplier: Supplier) -> Element:
    return e(
        "cac:Party",
        e("cbc:EndpointID", supplier.siren, schemeID="0225"),
        e("cac:PartyIdentification", e("cbc:ID", supplier.identifier, schemeID="0009")),
        *_identity(e, supplier, e("cbc:CompanyID", supplier.siren, schemeID="0002")),
    )


def _buyer(e: Maker, bill: Bill, endpoint: tuple[str, str], ids: Sequence[tuple[str, str]]) -> Element:
    siren = e("cbc:CompanyID", bill.recipient_siret[:9], schemeID="0002")
    return e(
        "cac:Party",
        e("cbc:EndpointID", endpoint[0], schemeID=endpoint[1]),
        *(e("cac:PartyIdentification", e("cbc:ID", value, schemeID=scheme)) for scheme, value in ids),
        e("cac:PartyName", e("cbc:Name", bill.budget.name)),
        e("cac:PostalAddress", e("cac:Country", e("cbc:IdentificationCode", "FR"))),
        e("cac:PartyLegalEntity", e("cbc:RegistrationName", bill.budget.name), siren),
    )


def _vat(e: Maker) -> Element:
    return e("cac:TaxScheme", e("cbc:ID", "VAT"))


def _category(e: Maker, tag: str, bill: Bill) -> Element:
    return e(tag, e("cbc:ID", "S"), e("cbc:Percent", str(bill.vat_rate)), _vat(e))


def _money(e: Maker, bill: Bill) -> tuple[Element, ...]:
    def amount(name: str, value: object) -> Element:
        return e(f"cbc:{name}", str(value), currencyID=bill.currency)

    account = e("cac:PayeeFinancialAccount", e("cbc:ID", bill.supplier.iban))
    return (
        e("cac:PaymentMeans", e("cbc:PaymentMeansCode", "30"), account),
        e(
            "cac:TaxTotal",
            amount("TaxAmount", bill.vat),
            e(
                "cac:TaxSubtotal",
                amount("TaxableAmount", bill.net),
                amount("TaxAmount", bill.vat),
                _category(e, "cac:TaxCategory", bill),
            ),
        ),
        e(
            "cac:LegalMonetaryTotal",
            amount("LineExtensionAmount", bill.net),
            amount("TaxExclusiveAmount", bill.net),
            amount("TaxInclusiveAmount", bill.gross),
            amount("PayableAmount", bill.gross),
        ),
    )


def _line(e: Maker, bill: Bill, line: Line, position: int) -> Element:
    credit = e is _CREDIT_NOTE
    return e(
        "cac:CreditNoteLine" if credit else "cac:InvoiceLine",
        e("cbc:ID", str(position)),
        e("cbc:CreditedQuantity" if credit else "cbc:InvoicedQuantity", str(line.quantity), unitCode="C62"),
        e("cbc:LineExtensionAmount", str(line.net), currencyID=bill.currency),
        e("cac:Item", e("cbc:Name", line.label), _category(e, "cac:ClassifiedTaxCategory", bill)),
        e("cac:Price", e("cbc:PriceAmount", str(line.price), currencyID=bill.currency)),
    )

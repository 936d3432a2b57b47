"""UN/CEFACT Cross Industry Invoice (D16B, D22B, Factur-X, ZUGFeRD 2) and its ancestor ZUGFeRD 1.

Paths after EN 16931-3-3 and Chorus Pro's annotated samples. One reader serves both vocabularies: only the names differ.
"""

from lxml import etree

from rules.model import Attachment, Invoice, Syntax
from worker.extract.descent import Table
from worker.extract.en16931 import PER_LINE, assemble
from worker.extract.parties import Identifier, identifiers
from worker.extract.values import Values, decoded_size, plain_text

RSM = "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100"
_RAM = "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100"
_UDT = "urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100"
ZUGFERD1 = "urn:ferd:CrossIndustryDocument:invoice:1p0"
_RAM12 = "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:12"
_UDT15 = "urn:un:unece:uncefact:data:standard:UnqualifiedDataType:15"

_CONTEXT = "rsm:ExchangedDocumentContext"
_TRADE = "rsm:SupplyChainTradeTransaction"
_AGREEMENT = f"{_TRADE}/ram:ApplicableHeaderTradeAgreement"
_SETTLEMENT = f"{_TRADE}/ram:ApplicableHeaderTradeSettlement"
_TOTALS = f"{_SETTLEMENT}/ram:SpecifiedTradeSettlementHeaderMonetarySummation"

_CII = Table(
    "rsm:CrossIndustryInvoice",
    {
        "guideline": f"{_CONTEXT}/ram:GuidelineSpecifiedDocumentContextParameter/ram:ID",
        "billing_framework": f"{_CONTEXT}/ram:BusinessProcessSpecifiedDocumentContextParameter/ram:ID",
        "invoice_number": "rsm:ExchangedDocument/ram:ID",
        "invoice_type": "rsm:ExchangedDocument/ram:TypeCode",
        "issue_date": "rsm:ExchangedDocument/ram:IssueDateTime/udt:DateTimeString",
        "issue_moment": "rsm:ExchangedDocument/ram:IssueDateTime/udt:DateTime",
        "buyer_reference": f"{_AGREEMENT}/ram:BuyerReference",
        "seller_id": f"{_AGREEMENT}/ram:SellerTradeParty/ram:ID",
        "seller_global_id": f"{_AGREEMENT}/ram:SellerTradeParty/ram:GlobalID",
        "seller_legal_id": f"{_AGREEMENT}/ram:SellerTradeParty/ram:SpecifiedLegalOrganization/ram:ID",
        "supplier_name": f"{_AGREEMENT}/ram:SellerTradeParty/ram:Name",
        "seller_tax_id": f"{_AGREEMENT}/ram:SellerTradeParty/ram:SpecifiedTaxRegistration/ram:ID",
        "buyer_id": f"{_AGREEMENT}/ram:BuyerTradeParty/ram:ID",
        "buyer_global_id": f"{_AGREEMENT}/ram:BuyerTradeParty/ram:GlobalID",
        "buyer_legal_id": f"{_AGREEMENT}/ram:BuyerTradeParty/ram:SpecifiedLegalOrganization/ram:ID",
        "buyer_address": f"{_AGREEMENT}/ram:BuyerTradeParty/ram:URIUniversalCommunication/ram:URIID",
        "commitment_number": f"{_AGREEMENT}/ram:BuyerOrderReferencedDocument/ram:IssuerAssignedID",
        "contract_number": f"{_AGREEMENT}/ram:ContractReferencedDocument/ram:IssuerAssignedID",
        "attachments": f"{_AGREEMENT}/ram:AdditionalReferencedDocument",
        "line_commitment_number": (
            f"{_TRADE}/ram:IncludedSupplyChainTradeLineItem/ram:SpecifiedLineTradeAgreement"
            "/ram:BuyerOrderReferencedDocument/ram:IssuerAssignedID"
        ),
        "payee_id": f"{_SETTLEMENT}/ram:PayeeTradeParty/ram:ID",
        "payee_global_id": f"{_SETTLEMENT}/ram:PayeeTradeParty/ram:GlobalID",
        "payee_legal_id": f"{_SETTLEMENT}/ram:PayeeTradeParty/ram:SpecifiedLegalOrganization/ram:ID",
        "account": (
            f"{_SETTLEMENT}/ram:SpecifiedTradeSettlementPaymentMeans/ram:PayeePartyCreditorFinancialAccount/ram:IBANID"
        ),
        "currency": f"{_SETTLEMENT}/ram:InvoiceCurrencyCode",
        "amount_excl_tax": f"{_TOTALS}/ram:TaxBasisTotalAmount",
        "amount_tax": f"{_TOTALS}/ram:TaxTotalAmount",
        "amount_incl_tax": f"{_TOTALS}/ram:GrandTotalAmount",
        "amount_due": f"{_TOTALS}/ram:DuePayableAmount",
        "original_invoice_number": f"{_SETTLEMENT}/ram:InvoiceReferencedDocument/ram:IssuerAssignedID",
    },
    {"rsm": RSM, "ram": _RAM, "udt": _UDT},
    per_line=PER_LINE,
)

_CONTEXT1 = "rsm:SpecifiedExchangedDocumentContext"
_TRADE1 = "rsm:SpecifiedSupplyChainTradeTransaction"
_AGREEMENT1 = f"{_TRADE1}/ram:ApplicableSupplyChainTradeAgreement"
_SETTLEMENT1 = f"{_TRADE1}/ram:ApplicableSupplyChainTradeSettlement"
_TOTALS1 = f"{_SETTLEMENT1}/ram:SpecifiedTradeSettlementMonetarySummation"

_ZUGFERD1 = Table(
    "rsm:CrossIndustryDocument",
    {
        "guideline": f"{_CONTEXT1}/ram:GuidelineSpecifiedDocumentContextParameter/ram:ID",
        "billing_framework": f"{_CONTEXT1}/ram:BusinessProcessSpecifiedDocumentContextParameter/ram:ID",
        "invoice_number": "rsm:HeaderExchangedDocument/ram:ID",
        "invoice_type": "rsm:HeaderExchangedDocument/ram:TypeCode",
        "issue_date": "rsm:HeaderExchangedDocument/ram:IssueDateTime/udt:DateTimeString",
        "buyer_reference": f"{_AGREEMENT1}/ram:BuyerReference",
        "seller_id": f"{_AGREEMENT1}/ram:SellerTradeParty/ram:ID",
        "seller_global_id": f"{_AGREEMENT1}/ram:SellerTradeParty/ram:GlobalID",
        "seller_legal_id": f"{_AGREEMENT1}/ram:SellerTradeParty/ram:SpecifiedLegalOrganization/ram:ID",
        "supplier_name": f"{_AGREEMENT1}/ram:SellerTradeParty/ram:Name",
        "seller_tax_id": f"{_AGREEMENT1}/ram:SellerTradeParty/ram:SpecifiedTaxRegistration/ram:ID",
        "buyer_id": f"{_AGREEMENT1}/ram:BuyerTradeParty/ram:ID",
        "buyer_global_id": f"{_AGREEMENT1}/ram:BuyerTradeParty/ram:GlobalID",
        "buyer_legal_id": f"{_AGREEMENT1}/ram:BuyerTradeParty/ram:SpecifiedLegalOrganization/ram:ID",
        "commitment_number": f"{_AGREEMENT1}/ram:BuyerOrderReferencedDocument/ram:ID",
        "contract_number": f"{_AGREEMENT1}/ram:ContractReferencedDocument/ram:ID",
        "attachments": f"{_AGREEMENT1}/ram:AdditionalReferencedDocument",
        "line_commitment_number": (
            f"{_TRADE1}/ram:IncludedSupplyChainTradeLineItem/ram:SpecifiedSupplyChainTradeAgreement"
            "/ram:BuyerOrderReferencedDocument/ram:ID"
        ),
        "payee_id": f"{_SETTLEMENT1}/ram:PayeeTradeParty/ram:ID",
        "payee_global_id": f"{_SETTLEMENT1}/ram:PayeeTradeParty/ram:GlobalID",
        "payee_legal_id": f"{_SETTLEMENT1}/ram:PayeeTradeParty/ram:SpecifiedLegalOrganization/ram:ID",
        "account": (
            f"{_SETTLEMENT1}/ram:SpecifiedTradeSettlementPaymentMeans/ram:PayeePartyCreditorFinancialAccount/ram:IBANID"
        ),
        "currency": f"{_SETTLEMENT1}/ram:InvoiceCurrencyCode",
        "amount_excl_tax": f"{_TOTALS1}/ram:TaxBasisTotalAmount",
        "amount_tax": f"{_TOTALS1}/ram:TaxTotalAmount",
        "amount_incl_tax": f"{_TOTALS1}/ram:GrandTotalAmount",
        "amount_due": f"{_TOTALS1}/ram:DuePayableAmount",
        "original_invoice_number": f"{_SETTLEMENT1}/ram:InvoiceReferencedDocument/ram:ID",
    },
    {"rsm": ZUGFERD1, "ram": _RAM12, "udt": _UDT15},
    per_line=PER_LINE,
)

_TABLES = {Syntax.CII: (_CII, f"{{{_RAM}}}"), Syntax.ZUGFERD1: (_ZUGFERD1, f"{{{_RAM12}}}")}
_VAT_SCHEME = "VA"
_SUPPORTING_DOCUMENT = "916"


def read(root: etree._Element, syntax: Syntax, within: str = "") -> Invoice:
    """The invoice of a CII or ZUGFeRD 1 document; `within` names the file inside a PDF that it came from."""
    table, ram = _TABLES[syntax]
    values = Values(table.collect(root), table.paths)
    return assemble(
        values,
        syntax=syntax,
        within=within,
        seller=_party(values, "seller"),
        buyer=_party(values, "buyer"),
        payee=_party(values, "payee"),
        supplier_vat=values.of_scheme("seller_tax_id", _VAT_SCHEME),
        service_code=values.text("buyer_reference"),
        attachments=tuple(
            _attachment(element, ram) for element in values.elements("attachments") if _is_attachment(element, ram)
        ),
    )


def _party(values: Values, who: str) -> list[Identifier]:
    """BT-29, BT-46 or BT-60 with and without a scheme, then BT-30, BT-47 or BT-61."""
    return [
        *identifiers(values.elements(f"{who}_id"), values.path(f"{who}_id")),
        *identifiers(values.elements(f"{who}_global_id"), values.path(f"{who}_global_id")),
        *identifiers(values.elements(f"{who}_legal_id"), values.path(f"{who}_legal_id"), legal=True),
    ]


def _is_attachment(element: etree._Element, ram: str) -> bool:
    """BG-24 shares its element with references (BT-17, BT-18): its code is 916 or absent, or it holds a file."""
    code = plain_text(element.find(f"{ram}TypeCode"))
    return code in {None, _SUPPORTING_DOCUMENT} or element.find(f"{ram}AttachmentBinaryObject") is not None


def _attachment(element: etree._Element, ram: str) -> Attachment:
    content = element.find(f"{ram}AttachmentBinaryObject")
    reference = element.find(f"{ram}IssuerAssignedID")
    name = content.get("filename") if content is not None else None
    return Attachment(
        name=name or plain_text(reference if reference is not None else element.find(f"{ram}ID")),
        description=plain_text(element.find(f"{ram}Name")),
        media_type=content.get("mimeCode") if content is not None else None,
        kind=plain_text(element.find(f"{ram}TypeCode")),
        size=decoded_size(content.text) if content is not None else None,
    )

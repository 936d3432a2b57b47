"""The supplier's document inside the pivot, by simple means: one page of PDF, UBL 2.1, CII D16B, or both in one."""

import io
import zlib
from collections.abc import Iterable
from xml.sax.saxutils import escape

from worker.fake_portal.model import ID_TYPES, Form, Invoice, Piece, Structure

PDF, XML = "application/pdf", "application/xml"
_FACTURX = "factur-x.xml"
_FONTS = b"<< /F1 5 0 R >>"
_LEFT, _TOP, _LEADING = 60, 780, 20  # points


def pieces(invoice: Invoice, structure: Structure) -> tuple[Piece, ...]:
    """What the supplier deposited, the invoice itself first; of an XML, the portal's own readable copy too (§1.3)."""
    name = "".join(c if c.isalnum() else "-" for c in invoice.number)
    page = pdf(_lines(invoice, structure))
    match invoice.form:
        case Form.PDF:
            return (Piece(f"{name}.pdf", page, "01", PDF, "Facture PDF"),)
        case Form.FACTURX:
            both = pdf(_lines(invoice, structure), attached=cii(invoice, structure))
            return (Piece(f"{name}.pdf", both, "01", PDF, "DUPLICATA_FACTUR-X"),)
        case Form.UBL:
            written = ubl(invoice, structure)
        case Form.CII:
            written = cii(invoice, structure)
    return (
        Piece(f"{name}.xml", written, "01", XML, "Facture XML"),
        Piece(f"PJ00_{name}.pdf", page, "02", PDF, "Facture PDF"),
    )


def _lines(invoice: Invoice, structure: Structure) -> list[str]:
    return [
        f"{'AVOIR' if invoice.credit_note else 'FACTURE'} {invoice.number}",
        f"Date : {invoice.issued:%d/%m/%Y}",
        f"{invoice.supplier.name}, {ID_TYPES[invoice.supplier.id_type]} {invoice.supplier.identifier}",
        f"À : {structure.name}, SIRET {structure.siret}",
        f"Code service : {invoice.service_code or ''}",
        f"N° d'engagement : {invoice.commitment_number or ''}",
        f"N° de marché : {invoice.contract_number or ''}",
        f"Total HT {invoice.net}   TVA {invoice.tax}   TTC {invoice.gross} {invoice.currency}",
    ]


def pdf(lines: Iterable[str], attached: bytes | None = None) -> bytes:
    """Draw the lines on one page; `attached` goes in as `factur-x.xml` (name tree and /AF), without XMP."""
    shown = "\n".join(f"({_pdf_text(line)}) Tj T*" for line in lines)
    content = f"BT /F1 12 Tf {_LEADING} TL {_LEFT} {_TOP} Td\n{shown}\nET".encode("cp1252", "replace")
    names = f"/Names << /EmbeddedFiles << /Names [({_FACTURX}) 6 0 R] >> >> /AF [6 0 R]" if attached else ""
    objects = [
        f"<< /Type /Catalog /Pages 2 0 R {names} >>".encode(),
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font %s >> >>" % _FONTS,
        _stream(content),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    if attached:
        objects += [
            f"<< /Type /Filespec /F ({_FACTURX}) /UF ({_FACTURX}) /AFRelationship /Alternative"
            " /EF << /F 7 0 R /UF 7 0 R >> >>".encode(),
            _stream(attached, "/Type /EmbeddedFile /Subtype /text#2Fxml"),
        ]
    return _assembled(objects)


def _pdf_text(text: str) -> str:
    return text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")


def _stream(content: bytes, entries: str = "") -> bytes:
    packed = zlib.compress(content)
    return b"<< %s /Filter /FlateDecode /Length %d >>\nstream\n%s\nendstream" % (entries.encode(), len(packed), packed)


def _assembled(objects: list[bytes]) -> bytes:
    out = io.BytesIO()
    out.write(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    places = []
    for number, body in enumerate(objects, 1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    out.writelines(b"%010d 00000 n \n" % place for place in places)
    out.write(b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start))
    return out.getvalue()


def _maybe(template: str, value: str | None) -> str:
    return template.format(escape(value)) if value else ""


def cii(invoice: Invoice, structure: Structure) -> bytes:
    """Write CII D16B with the conventions of Chorus Pro: SIRET by schemeID 1, service in BuyerReference (§6.2)."""
    supplier = invoice.supplier
    scheme = {"1": "1", "2": "2", "3": "ETR", "4": "4", "5": "5"}.get(supplier.id_type, "ETR")
    service = _maybe("<ram:BuyerReference>{}</ram:BuyerReference>", invoice.service_code)
    order = _maybe(
        "<ram:BuyerOrderReferencedDocument><ram:IssuerAssignedID>{}</ram:IssuerAssignedID>"
        "</ram:BuyerOrderReferencedDocument>",
        invoice.commitment_number,
    )
    contract = _maybe(
        "<ram:ContractReferencedDocument><ram:IssuerAssignedID>{}</ram:IssuerAssignedID>"
        "</ram:ContractReferencedDocument>",
        invoice.contract_number,
    )
    origin = _maybe(
        "<ram:InvoiceReferencedDocument><ram:IssuerAssignedID>{}</ram:IssuerAssignedID></ram:InvoiceReferencedDocument>",
        invoice.original_number,
    )
    un = "urn:un:unece:uncefact:data:standard"
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<rsm:CrossIndustryInvoice xmlns:rsm="{un}:CrossIndustryInvoice:100" xmlns:ram="{un}:\
ReusableAggregateBusinessInformationEntity:100" xmlns:udt="{un}:UnqualifiedDataType:100">
<rsm:ExchangedDocumentContext><ram:BusinessProcessSpecifiedDocumentContextParameter><ram:ID>{invoice.framework}</ram:ID>\
</ram:BusinessProcessSpecifiedDocumentContextParameter><ram:GuidelineSpecifiedDocumentContextParameter>\
<ram:ID>urn:cen.eu:en16931:2017</ram:ID></ram:GuidelineSpecifiedDocumentContextParameter></rsm:ExchangedDocumentContext>
<rsm:ExchangedDocument><ram:ID>{escape(invoice.number)}</ram:ID><ram:TypeCode>{381 if invoice.credit_note else 380}\
</ram:TypeCode><ram:IssueDateTime><udt:DateTimeString format="102">{invoice.issued:%Y%m%d}</udt:DateTimeString>\
</ram:IssueDateTime></rsm:ExchangedDocument>
<rsm:SupplyChainTradeTransaction>
<ram:IncludedSupplyChainTradeLineItem><ram:AssociatedDocumentLineDocument><ram:LineID>1</ram:LineID>\
</ram:AssociatedDocumentLineDocument><ram:SpecifiedTradeProduct><ram:Name>Prestation</ram:Name>\
</ram:SpecifiedTradeProduct><ram:SpecifiedLineTradeAgreement><ram:NetPriceProductTradePrice>\
<ram:ChargeAmount>{invoice.net}</ram:ChargeAmount></ram:NetPriceProductTradePrice></ram:SpecifiedLineTradeAgreement>\
<ram:SpecifiedLineTradeDelivery><ram:BilledQuantity unitCode="C62">1</ram:BilledQuantity>\
</ram:SpecifiedLineTradeDelivery><ram:SpecifiedLineTradeSettlement><ram:ApplicableTradeTax>\
<ram:TypeCode>VAT</ram:TypeCode><ram:CategoryCode>S</ram:CategoryCode>\
<ram:RateApplicablePercent>{invoice.tax_rate}</ram:RateApplicablePercent></ram:ApplicableTradeTax>\
<ram:SpecifiedTradeSettlementLineMonetarySummation><ram:LineTotalAmount>{invoice.net}</ram:LineTotalAmount>\
</ram:SpecifiedTradeSettlementLineMonetarySummation></ram:SpecifiedLineTradeSettlement>\
</ram:IncludedSupplyChainTradeLineItem>
<ram:ApplicableHeaderTradeAgreement>{service}
<ram:SellerTradeParty><ram:Name>{escape(supplier.name)}</ram:Name><ram:SpecifiedLegalOrganization>\
<ram:ID schemeID="{scheme}">{escape(supplier.identifier)}</ram:ID></ram:SpecifiedLegalOrganization>\
</ram:SellerTradeParty>
<ram:BuyerTradeParty><ram:Name>{escape(structure.name)}</ram:Name><ram:SpecifiedLegalOrganization>\
<ram:ID schemeID="1">{structure.siret}</ram:ID></ram:SpecifiedLegalOrganization></ram:BuyerTradeParty>
{order}{contract}</ram:ApplicableHeaderTradeAgreement>
<ram:ApplicableHeaderTradeDelivery/>
<ram:ApplicableHeaderTradeSettlement><ram:InvoiceCurrencyCode>{invoice.currency}</ram:InvoiceCurrencyCode>
<ram:ApplicableTradeTax><ram:CalculatedAmount>{invoice.tax}</ram:CalculatedAmount><ram:TypeCode>VAT</ram:TypeCode>\
<ram:BasisAmount>{invoice.net}</ram:BasisAmount><ram:CategoryCode>S</ram:CategoryCode>\
<ram:RateApplicablePercent>{invoice.tax_rate}</ram:RateApplicablePercent></ram:ApplicableTradeTax>
<ram:SpecifiedTradeSettlementHeaderMonetarySummation><ram:LineTotalAmount>{invoice.net}</ram:LineTotalAmount>\
<ram:TaxBasisTotalAmount>{invoice.net}</ram:TaxBasisTotalAmount>\
<ram:TaxTotalAmount currencyID="{invoice.currency}">{invoice.tax}</ram:TaxTotalAmount>\
<ram:GrandTotalAmount>{invoice.gross}</ram:GrandTotalAmount><ram:DuePayableAmount>{invoice.gross}</ram:DuePayableAmount>\
</ram:SpecifiedTradeSettlementHeaderMonetarySummation>{origin}</ram:ApplicableHeaderTradeSettlement>
</rsm:SupplyChainTradeTransaction>
</rsm:CrossIndustryInvoice>
""".encode()


def ubl(invoice: Invoice, structure: Structure) -> bytes:
    """Write UBL 2.1 with the conventions of Chorus Pro: service in AccountingContact, 381 as an Invoice (§6.3)."""
    supplier = invoice.supplier
    service = _maybe("<cac:AccountingContact><cbc:ID>{}</cbc:ID></cac:AccountingContact>", invoice.service_code)
    order = _maybe("<cac:OrderReference><cbc:ID>{}</cbc:ID></cac:OrderReference>", invoice.commitment_number)
    contract = _maybe(
        "<cac:ContractDocumentReference><cbc:ID>{}</cbc:ID></cac:ContractDocumentReference>", invoice.contract_number
    )
    origin = _maybe(
        "<cac:BillingReference><cac:InvoiceDocumentReference><cbc:ID>{}</cbc:ID></cac:InvoiceDocumentReference>"
        "</cac:BillingReference>",
        invoice.original_number,
    )
    oasis = "urn:oasis:names:specification:ubl:schema:xsd"
    money = f'currencyID="{invoice.currency}"'
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<Invoice xmlns="{oasis}:Invoice-2" xmlns:cac="{oasis}:CommonAggregateComponents-2" \
xmlns:cbc="{oasis}:CommonBasicComponents-2">
<cbc:ProfileID>{invoice.framework}</cbc:ProfileID><cbc:ID>{escape(invoice.number)}</cbc:ID>\
<cbc:IssueDate>{invoice.issued}</cbc:IssueDate><cbc:InvoiceTypeCode>{381 if invoice.credit_note else 380}\
</cbc:InvoiceTypeCode><cbc:DocumentCurrencyCode>{invoice.currency}</cbc:DocumentCurrencyCode>
{order}{origin}{contract}
<cac:AccountingSupplierParty><cac:Party><cac:PartyIdentification><cbc:ID schemeName="{supplier.id_type}">\
{escape(supplier.identifier)}</cbc:ID></cac:PartyIdentification><cac:PartyName><cbc:Name>{escape(supplier.name)}\
</cbc:Name></cac:PartyName></cac:Party></cac:AccountingSupplierParty>
<cac:AccountingCustomerParty><cac:Party><cac:PartyIdentification><cbc:ID schemeName="1">{structure.siret}</cbc:ID>\
</cac:PartyIdentification><cac:PartyName><cbc:Name>{escape(structure.name)}</cbc:Name></cac:PartyName></cac:Party>\
{service}</cac:AccountingCustomerParty>
<cac:TaxTotal><cbc:TaxAmount {money}>{invoice.tax}</cbc:TaxAmount></cac:TaxTotal>
<cac:LegalMonetaryTotal><cbc:TaxExclusiveAmount {money}>{invoice.net}</cbc:TaxExclusiveAmount>\
<cbc:TaxInclusiveAmount {money}>{invoice.gross}</cbc:TaxInclusiveAmount>\
<cbc:PayableAmount {money}>{invoice.gross}</cbc:PayableAmount></cac:LegalMonetaryTotal>
<cac:InvoiceLine><cbc:ID>1</cbc:ID><cbc:InvoicedQuantity>1</cbc:InvoicedQuantity><cbc:LineExtensionAmount {money}>\
{invoice.net}</cbc:LineExtensionAmount><cac:Item><cbc:Name>Prestation</cbc:Name></cac:Item></cac:InvoiceLine>
</Invoice>
""".encode()

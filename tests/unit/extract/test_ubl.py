"""UBL: every field of Invoice and CreditNote, as platforms write them and as the portal does."""

from decimal import Decimal

import pytest

from rules.findings import ReasonCode
from rules.model import Attachment, IdType, Syntax
from tests.fixture_maker import cii, ubl
from tests.fixture_maker.xmlkit import rewrite, with_prefixes
from tests.unit.extract.samples import BILL, BUYER, CREDIT_NOTE, SELLER, UBL, UBL_REFORM, invoice, plain, told

COMMON = {
    "invoice_number": "LV-2026-0042",
    "issue_date": BILL.issued,
    "billing_framework": "A1",
    "currency": "EUR",
    "recipient_siret": BUYER,
    "service_code": "SAAM D5",
    "commitment_number": "2026-000217",
    "contract_number": "MAPA-2025/18",
    "line_commitment_numbers": (),
    "supplier_id": SELLER,
    "supplier_id_type": IdType.SIRET,
    "supplier_vat": BILL.supplier.vat_number,
    "supplier_name": "Logiciels Ventadour",
    "amount_excl_tax": Decimal("1250.00"),
    "amount_tax": Decimal("250.00"),
    "amount_incl_tax": Decimal("1500.00"),
    "amount_due": Decimal("1500.00"),
    "attachments": (),
}


@pytest.mark.parametrize(
    ("document", "syntax", "kind", "profile"),
    [
        (UBL, Syntax.UBL_INVOICE, "380", None),
        (UBL_REFORM, Syntax.UBL_INVOICE, "380", "EN 16931"),
        (CREDIT_NOTE, Syntax.UBL_CREDIT_NOTE, "381", "EN 16931"),
        (ubl.historical(BILL.but(kind="381")), Syntax.UBL_INVOICE, "381", None),
        (ubl.reform(BILL, service_as_reference=True), Syntax.UBL_INVOICE, "380", "EN 16931"),
    ],
    ids=["portal", "platform", "credit note", "portal's credit note", "peppol"],
)
def test_every_field(document, syntax, kind, profile):
    """Every field is read from where its circuit puts it, and nothing is found wrong."""
    read = invoice(document)
    assert plain(read, *COMMON) == COMMON
    assert (read.syntax, read.invoice_type.value, read.profile) == (syntax, kind, profile)
    assert read.is_credit_note is (kind == "381")
    assert [number.value for number in read.original_invoice_numbers] == ["LV-2026-0041"]
    assert read.findings == ()


def test_prefixes():
    """Only namespaces count, whatever prefixes a document gives them."""
    assert invoice(with_prefixes(UBL_REFORM, {"cac": "cbc2", "cbc": "n"})) == invoice(UBL_REFORM)


def test_place_of_the_framework():
    """The portal's framework stands in an extension and says so; a platform's stands in the profile."""
    assert invoice(UBL).billing_framework.source == "/Invoice/ext:UBLExtensions//CategoryCode"
    assert invoice(UBL_REFORM).billing_framework.source == "/Invoice/cbc:ProfileID"
    assert invoice(CREDIT_NOTE).billing_framework.source == "/CreditNote/cbc:ProfileID"


def test_framework_in_both_places():
    """Where both are given, the portal's extension wins over the profile, which then names an interface."""
    version = "<cbc:UBLVersionID>2.1</cbc:UBLVersionID>"
    both = rewrite(UBL, (version, f"{version}<cbc:ProfileID>FEN0105A</cbc:ProfileID>"))
    assert invoice(both).billing_framework.value == "A1"


def test_place_of_the_service():
    """The service is the buyer's accounting contact, else the buyer reference, else the identifier of the reform."""
    assert invoice(UBL).service_code.source.endswith("/cac:AccountingContact/cbc:ID")
    assert invoice(ubl.reform(BILL, service_as_reference=True)).service_code.source == "/Invoice/cbc:BuyerReference"
    assert invoice(UBL_REFORM).service_code.source.endswith("/cac:PartyIdentification/cbc:ID")
    assert invoice(ubl.reform(BILL.but(service=None))).service_code is None
    currency = "<cbc:DocumentCurrencyCode>EUR</cbc:DocumentCurrencyCode>"
    both = rewrite(UBL, (currency, f"{currency}<cbc:BuyerReference>Mme Durand</cbc:BuyerReference>"))
    assert invoice(both).service_code.value == "SAAM D5"


@pytest.mark.parametrize(("document", "line"), [(UBL_REFORM, "InvoiceLine"), (CREDIT_NOTE, "CreditNoteLine")])
def test_line_orders(document, line):
    """The order numbers of the lines are read in both kinds of document."""
    order = (
        "<cac:OrderLineReference><cac:OrderReference><cbc:ID>{}</cbc:ID></cac:OrderReference></cac:OrderLineReference>"
    )
    end = f"</cac:{line}>"
    read = invoice(rewrite(document, (end, order.format("B-7") + order.format("A-1") + end)))
    assert [number.value for number in read.line_commitment_numbers] == ["B-7", "A-1"]


VAT = f"<cbc:CompanyID>{BILL.supplier.vat_number}</cbc:CompanyID>"


def taxed(*registrations):
    """The VAT number of a supplier with these tax registrations, as (scheme, number)."""
    begin, end = UBL_REFORM.index(b"<cac:PartyTaxScheme>"), UBL_REFORM.index(b"</cac:PartyTaxScheme>")
    shown = "".join(
        f"<cac:PartyTaxScheme><cbc:CompanyID>{number}</cbc:CompanyID>"
        + (f"<cac:TaxScheme><cbc:ID>{scheme}</cbc:ID></cac:TaxScheme>" if scheme else "")
        + "</cac:PartyTaxScheme>"
        for scheme, number in registrations
    )
    return invoice(UBL_REFORM[:begin] + shown.encode() + UBL_REFORM[end + len(b"</cac:PartyTaxScheme>") :]).supplier_vat


@pytest.mark.parametrize(
    ("registrations", "number"),
    [
        ([("VAT", "FR1")], "FR1"),
        ([("LOC", "17"), ("VAT", "FR1")], "FR1"),
        ([(None, "FR1")], "FR1"),
        ([("LOC", "17")], None),
        ([("VAT", " ")], None),
        ([], None),
    ],
)
def test_vat_number(registrations, number):
    """Of several tax registrations the one of VAT is meant; a registration without a scheme is taken for it."""
    found = taxed(*registrations)
    assert (found.value if found else None) == number
    assert found is None or found.source.endswith("/cac:PartyTaxScheme/cbc:CompanyID")


def test_vat_registration_without_a_number():
    """A tax registration that holds no number gives none."""
    assert invoice(rewrite(UBL_REFORM, (VAT, ""))).supplier_vat is None


def test_second_currency():
    """Of two VAT totals the one in the currency of the invoice is read."""
    other = '<cac:TaxTotal><cbc:TaxAmount currencyID="CHF">232.50</cbc:TaxAmount></cac:TaxTotal>'
    read = invoice(rewrite(UBL_REFORM, ("<cac:TaxTotal>", f"{other}<cac:TaxTotal>")))
    assert read.amount_tax.value == Decimal("250.00")
    assert read.findings == ()


def test_attachment():
    """An attachment is described by its name, its description, its media type and its decoded size."""
    piece = cii.Attachment("plan.pdf", "Plan", "application/pdf", b"content")
    (attachment,) = invoice(ubl.reform(BILL, attachments=(piece,))).attachments
    assert (attachment.name, attachment.description, attachment.size) == ("plan.pdf", "Plan", 7)
    assert attachment.media_type == "application/pdf"


FILE = (
    "<cbc:EmbeddedDocumentBinaryObject mimeCode='application/zip' filename='f.zip'>MTIz"
    "</cbc:EmbeddedDocumentBinaryObject>"
)


@pytest.mark.parametrize(
    ("inner", "attachment"),
    [
        ("<cbc:ID>R</cbc:ID>", Attachment("R", None, None, None, None)),
        ("<cbc:ID>R</cbc:ID><cbc:DocumentTypeCode>130</cbc:DocumentTypeCode>", None),
        ("<cbc:ID>R</cbc:ID><cbc:DocumentTypeCode>50</cbc:DocumentTypeCode>", None),
        (
            "<cbc:ID>R</cbc:ID><cbc:DocumentTypeCode>130</cbc:DocumentTypeCode><cac:Attachment/>",
            Attachment("R", None, None, None, None),
        ),
        (
            f"<cbc:ID>R</cbc:ID><cbc:DocumentType>01</cbc:DocumentType><cac:Attachment>{FILE}</cac:Attachment>",
            Attachment("f.zip", None, "application/zip", "01", 3),
        ),
        ("<cac:Attachment/>", Attachment(None, None, None, None, None)),
    ],
    ids=["link", "object", "project", "object with a file", "portal", "no name"],
)
def test_additional_documents(inner, attachment):
    """The element of attachments also holds references to a project or an object, which are none without a file."""
    place = "<cac:AccountingSupplierParty>"
    added = f"<cac:AdditionalDocumentReference>{inner}</cac:AdditionalDocumentReference>{place}"
    assert invoice(rewrite(UBL_REFORM, (place, added))).attachments == ((attachment,) if attachment else ())


@pytest.mark.parametrize("root", ["Invoice", "CreditNote"])
def test_nothing_in_it(root):
    """A document without anything in it says what is missing."""
    read = invoice(f"<{root} xmlns='urn:oasis:names:specification:ubl:schema:xsd:{root}-2'/>".encode())
    missing = [values["field"] for values in told(read, ReasonCode.INT_VALUE_MISSING)]
    assert missing == ["invoice_number", "issue_date", "amount_incl_tax"]

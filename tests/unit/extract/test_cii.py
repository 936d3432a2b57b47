"""Cross Industry Invoice: every field in both circuits, and what real files do to them."""

from decimal import Decimal

import pytest

from rules.findings import ReasonCode
from rules.model import Attachment, Field, IdType, Syntax
from tests.fixture_maker import cii
from tests.fixture_maker.bill import Line
from tests.fixture_maker.xmlkit import rewrite, with_prefixes
from tests.unit.extract.samples import BILL, BUYER, CII, CII_REFORM, SELLER, invoice, plain, told

COMMON = {
    "syntax": Syntax.CII,
    "within": "",
    "invoice_number": "LV-2026-0042",
    "issue_date": BILL.issued,
    "invoice_type": "380",
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
    "portal_invoice_id": None,
    "resubmission": None,
    "reception_date": None,
    "attachments": (),
}

FILE = "<ram:AttachmentBinaryObject mimeCode='a/b' filename='f.b'>MTIzNDU=</ram:AttachmentBinaryObject>"


@pytest.mark.parametrize(
    ("document", "profile", "identifiers"),
    [
        (CII, None, (SELLER,)),
        (CII_REFORM, "EN 16931", (SELLER, SELLER[:9])),
        (cii.historical(BILL, cii.BASIC_WL, scheme="0002"), "BASIC WL", (SELLER,)),
        (cii.historical(BILL, cii.BASIC), "BASIC", (SELLER,)),
        (cii.reform(BILL, cii.EXTENDED), "EXTENDED", (SELLER, SELLER[:9])),
        (cii.reform(BILL, cii.CTC_FR), "EXTENDED-CTC-FR", (SELLER, SELLER[:9])),
        (cii.reform(BILL, cii.XRECHNUNG), "XRECHNUNG", (SELLER, SELLER[:9])),
    ],
    ids=["chorus", "en16931", "basic wl", "basic", "extended", "ctc-fr", "xrechnung"],
)
def test_every_field(document, profile, identifiers):
    """Every field is read from where its circuit and profile put it, and nothing is found wrong."""
    read = invoice(document)
    assert plain(read, *COMMON) == COMMON
    assert read.profile == profile
    assert tuple(party.value for party in read.supplier_ids) == identifiers
    assert [number.value for number in read.original_invoice_numbers] == ["LV-2026-0041"]
    assert read.original_invoice_number.value == "LV-2026-0041"
    assert len(read.content_hash) == 64
    assert read.findings == ()


def test_minimum():
    """The poorest profile gives what it may carry and no contract."""
    read = invoice(cii.historical(BILL, cii.MINIMUM, scheme="0002"))
    expected = {name: COMMON[name] for name in ("recipient_siret", "service_code", "commitment_number", "amount_due")}
    assert plain(read, *expected) == expected
    assert (read.profile, read.contract_number, read.original_invoice_numbers) == ("MINIMUM", None, ())


@pytest.mark.parametrize(
    "prefixes", [{"ram": "", "rsm": "x"}, {"ram": "rsm", "rsm": "udt", "udt": "ram"}, {"rsm": ""}, {"udt": "ns0"}]
)
def test_prefixes(prefixes):
    """Only namespaces count, whatever prefixes a document gives them."""
    step = {old: f"p{number}" for number, old in enumerate(prefixes)}
    odd = with_prefixes(with_prefixes(CII_REFORM, step), {new: prefixes[old] for old, new in step.items()})
    assert invoice(odd) == invoice(CII_REFORM)


@pytest.mark.parametrize("kind", ["381", "380"])
def test_credit_note(kind):
    """A credit note is known by its type, and its amounts are read with the sign they have."""
    read = invoice(cii.historical(BILL.but(kind=kind)))
    assert read.is_credit_note is (kind == "381")
    assert read.amount_incl_tax.value == Decimal("1500.00")


def test_line_orders():
    """The order numbers of the lines are read in order, repeats included."""
    lines = tuple(Line(f"Poste {n}", 1, Decimal(1), order=order) for n, order in enumerate(("B-2", "A-1", None, "B-2")))
    read = invoice(cii.reform(BILL.but(lines=lines, commitment=None), cii.CTC_FR))
    assert [number.value for number in read.line_commitment_numbers] == ["B-2", "A-1", "B-2"]
    assert read.commitment_number is None


@pytest.mark.parametrize("blank", ["<ram:ID/>", "<ram:ID></ram:ID>", "<ram:ID> </ram:ID>", ""])
def test_empty_framework(blank):
    """An absent, an empty and a blank billing framework are the same."""
    assert invoice(rewrite(CII, ("<ram:ID>A1</ram:ID>", blank))).billing_framework is None


def test_texts_as_written():
    """A value keeps its text as written, and its place."""
    read = invoice(rewrite(CII, (">SAAM D5<", ">\n\tSAAM D5 <")))
    path = "/rsm:CrossIndustryInvoice/rsm:SupplyChainTradeTransaction/ram:ApplicableHeaderTradeAgreement"
    assert read.service_code == Field("\n\tSAAM D5 ", "SAAM D5", f"{path}/ram:BuyerReference")


def test_repeated_number():
    """A field that stands twice with two values is told, and the first is kept."""
    twice = "<ram:BuyerReference>SAAM D5</ram:BuyerReference>"
    read = invoice(rewrite(CII, (twice, f"{twice}<ram:BuyerReference>061</ram:BuyerReference>")))
    assert read.service_code.value == "SAAM D5"
    assert told(read, ReasonCode.INT_VALUE_REPEATED) == [
        {"field": "buyer_reference", "values": "SAAM D5, 061", "kept": "SAAM D5"}
    ]


def test_several_originals():
    """A credit note may name several invoices."""
    reference = "<ram:IssuerAssignedID>LV-2026-0041</ram:IssuerAssignedID>"
    read = invoice(
        rewrite(CII, (f"{reference}", f"{reference}<ram:IssuerAssignedID>LV-2026-0040</ram:IssuerAssignedID>"))
    )
    assert [number.value for number in read.original_invoice_numbers] == ["LV-2026-0041", "LV-2026-0040"]
    assert told(read, ReasonCode.INT_VALUE_REPEATED) == []


def test_nothing_in_it():
    """An invoice without anything in it says what is missing."""
    namespace = "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100"
    read = invoice(f"<CrossIndustryInvoice xmlns='{namespace}'/>".encode())
    missing = [values["field"] for values in told(read, ReasonCode.INT_VALUE_MISSING)]
    assert missing == ["invoice_number", "issue_date", "amount_incl_tax"]
    assert plain(read, "supplier_id", "recipient_siret", "currency", "profile") == dict.fromkeys(
        ("supplier_id", "recipient_siret", "currency", "profile")
    )


def test_only_the_vat_registration():
    """Of several tax registrations the one of VAT is meant."""
    vat = f'<ram:ID schemeID="VA">{BILL.supplier.vat_number}</ram:ID>'
    read = invoice(rewrite(CII, (vat, f'<ram:ID schemeID="FC">123</ram:ID>{vat}')))
    assert read.supplier_vat.value == BILL.supplier.vat_number
    assert invoice(rewrite(CII, (vat, '<ram:ID schemeID="FC">123</ram:ID>'))).supplier_vat is None


def test_attachment_of_the_portal():
    """An attachment is described by its name, its kind and its decoded size."""
    piece = cii.Attachment("facture.pdf", "01", "application/pdf", b"content")
    assert invoice(cii.historical(BILL, attachments=(piece,))).attachments == (
        Attachment("facture.pdf", "01", "application/pdf", None, 7),
    )


def document(inner, name="R"):
    """An additional document with that name and content."""
    return f"<ram:IssuerAssignedID>{name}</ram:IssuerAssignedID>{inner}"


@pytest.mark.parametrize(
    ("inner", "attachment"),
    [
        (document(""), Attachment("R", None, None, None, None)),
        (document("<ram:TypeCode>916</ram:TypeCode>"), Attachment("R", None, None, "916", None)),
        (document("<ram:TypeCode>50</ram:TypeCode>"), None),
        (document("<ram:TypeCode>130</ram:TypeCode>"), None),
        (document(f"<ram:TypeCode>130</ram:TypeCode>{FILE}"), Attachment("f.b", None, "a/b", "130", 5)),
        (document("<ram:AttachmentBinaryObject/>"), Attachment("R", None, None, None, 0)),
        ("<ram:Name>Note</ram:Name>", Attachment(None, "Note", None, None, None)),
    ],
    ids=["bare link", "link", "tender", "object", "object with a file", "empty file", "no name"],
)
def test_additional_documents(inner, attachment):
    """The element of attachments also holds references to a tender or an object, which are none without a file."""
    place = "</ram:ContractReferencedDocument>"
    added = f"{place}<ram:AdditionalReferencedDocument>{inner}</ram:AdditionalReferencedDocument>"
    assert invoice(rewrite(CII, (place, added))).attachments == ((attachment,) if attachment else ())


def test_without_optional_references():
    """What a bill does not say is None, never an empty text."""
    bare = BILL.but(service=None, commitment=None, contract=None, origin=None, cadre=None)
    names = ("service_code", "commitment_number", "contract_number", "original_invoice_number", "billing_framework")
    assert plain(invoice(cii.historical(bare)), *names) == dict.fromkeys(names)

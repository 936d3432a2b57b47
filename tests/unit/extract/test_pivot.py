"""The portal's own file: every field of its header, in all versions with one reader."""

from decimal import Decimal

import pytest

from rules.findings import ReasonCode
from rules.model import Attachment, IdType, Syntax
from tests.fixture_maker import parties, pdf, pivot
from tests.fixture_maker.xmlkit import rewrite
from tests.unit.extract.samples import BILL, BUYER, CII, LETTER, PAGE, PIVOT, SELLER, flow, invoice, plain, told

FULL = flow(BILL.but(portal_id="4711", resubmission="Recyclée"))
EXPECTED = {
    "syntax": Syntax.PIVOT,
    "profile": None,
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
    "supplier_id": SELLER,
    "supplier_id_type": IdType.SIRET,
    "supplier_vat": None,
    "supplier_name": "Logiciels Ventadour",
    "amount_excl_tax": Decimal("1250.00"),
    "amount_tax": Decimal("250.00"),
    "amount_incl_tax": Decimal("1500.00"),
    "amount_due": Decimal("1500.00"),
    "portal_invoice_id": "4711",
    "resubmission": "Recyclée",
    "reception_date": BILL.received,
    "attachments": (Attachment("facture.pdf", None, "application/pdf", "01", len(PAGE)),),
}


def test_every_field():
    """Every field of the header is read, and nothing is found wrong."""
    read = invoice(FULL)
    assert plain(read, *EXPECTED) == EXPECTED
    assert [number.value for number in read.original_invoice_numbers] == ["LV-2026-0041"]
    assert len(read.content_hash) == 64
    assert read.findings == ()


def test_first_version():
    """A file of the first version, with nothing that later ones added, is read alike."""
    bill = BILL.but(contract=None, commitment=None, service=None, origin=None)
    early = flow(bill, pieces=(pivot.Piece("facture.pdf", pdf.page(bill)),))
    names = ("portal_invoice_id", "resubmission", "service_code", "commitment_number", "contract_number")
    read = invoice(early)
    assert plain(read, *names) == dict.fromkeys(names)
    assert (read.original_invoice_numbers, read.findings) == ((), ())


@pytest.mark.parametrize(
    ("path", "name"),
    [("DonneesFacture/Id", "invoice_number"), ("DonneesFacture/Engagement/NumeroMarche", "contract_number")],
)
def test_places(path, name):
    """The place of a field tells which unit of the file it stands in, counted from one."""
    read = invoice(PIVOT)
    assert getattr(read, name).source == f"/CPPFacturePivot/CPPFactures/CPPFacturePivotUnitaire[1]/{path}"


@pytest.mark.parametrize(
    ("kind", "identifier", "known"),
    [
        ("1", SELLER, IdType.SIRET),
        ("2", "BE0999001218", IdType.UE_HORS_FRANCE),
        ("3", "KR123", IdType.HORS_UE),
        ("4", "0123456", IdType.RIDET),
        ("5", "012345", IdType.TAHITI),
        ("6", "EN COURS", IdType.AUTRE),
        ("7", "DURAND", IdType.PARTICULIER),
    ],
)
def test_supplier(kind, identifier, known):
    """The kind of the supplier's identifier is the portal's own number."""
    supplier = parties.Supplier("Nom", identifier, "", "", "", "", kind)
    read = invoice(flow(BILL.but(supplier=supplier), pieces=(pivot.Piece("a.txt", b"a"),)))
    assert (read.supplier_id.value, read.supplier_id_type, len(read.supplier_ids)) == (identifier, known, 1)
    assert read.findings == ()


@pytest.mark.parametrize("kind", ["8", "0224", "SIRET?", "SEPA"])
def test_unknown_kind_of_supplier(kind):
    """A kind that no version knows stands as written and is told, whatever it is."""
    read = invoice(PIVOT.replace(b"<TypeIdentifiant>1<", f"<TypeIdentifiant>{kind}<".encode(), 1))
    assert (read.supplier_id.value, read.supplier_id_type) == (SELLER, kind)
    assert told(read, ReasonCode.INT_UNKNOWN_VALUE) == [{"field": "supplier_id_type", "value": kind}]


def test_no_supplier():
    """A supplier without identifier breaks nothing."""
    read = invoice(PIVOT.replace(f"<Identifiant>{SELLER}</Identifiant>".encode(), b"<Identifiant/>"))
    assert (read.supplier_id, read.supplier_id_type, read.supplier_ids) == (None, None, ())


@pytest.mark.parametrize(("identifier", "known"), [(SELLER, IdType.SIRET), (SELLER[:9], IdType.SIREN), ("C-17", None)])
def test_supplier_without_its_kind(identifier, known):
    """Where the kind is not given, the shape of the identifier tells it."""
    bare = PIVOT.replace(b"<TypeIdentifiant>1</TypeIdentifiant>", b"", 1).replace(SELLER.encode(), identifier.encode())
    assert (invoice(bare).supplier_id.value, invoice(bare).supplier_id_type) == (identifier, known)


@pytest.mark.parametrize(
    ("rates", "raw", "value"),
    [
        ([], None, None),
        (["250.00"], "250.00", "250.00"),
        ([" 250,00 "], " 250,00 ", "250.00"),
        (["200.00", "50.5"], "250.50", "250.50"),
        (["200.00", "-200.00"], "0.00", "0.00"),
        (["0.0000001", "-0.0000001"], "0.0000000", "0"),
        (["un", "50.5"], None, None),
    ],
)
def test_vat_by_rate(rates, raw, value):
    """The VAT is the one amount as written, or the sum of several; with one that is no number there is no sum."""
    shown = "".join(f"<TVA><MontantTVA>{rate}</MontantTVA></TVA>" for rate in rates)
    begin, end = PIVOT.index(b"<TVAs>"), PIVOT.index(b"</TVAs>")
    read = invoice(PIVOT[: begin + 6] + shown.encode() + PIVOT[end:])
    assert (read.amount_tax.raw if read.amount_tax else None) == raw
    assert (read.amount_tax.value if read.amount_tax else None) == (Decimal(value) if value else None)
    unreadable = [values["value"] for values in told(read, ReasonCode.INT_VALUE_UNREADABLE)]
    assert unreadable == [rate for rate in rates if rate == "un"]


@pytest.mark.parametrize(
    ("old", "new", "values"),
    [
        ("<Type>380<", "<Type>386<", {"field": "invoice_type", "value": "386"}),
        ("<Renvoi>Recyclée<", "<Renvoi>Peut-être<", {"field": "resubmission", "value": "Peut-être"}),
        ("<Lignes>", "<Nouveau/><Lignes>", {"field": "DonneesFacture", "value": "Nouveau"}),
        ("<PJ ", "<Nouveau/><PJ ", {"field": "", "value": "Nouveau"}),
        ("<Montants>", "<Montants><MontantX/>", {"field": "DonneesFacture/Montants", "value": "MontantX"}),
    ],
)
def test_unknown(old, new, values):
    """Elements and values that no version of the schema knows are told: upstream has moved."""
    assert FULL.decode().count(old) == 1
    (found,) = told(invoice(rewrite(FULL, (old, new))), ReasonCode.INT_UNKNOWN_VALUE)
    prefix = "/CPPFacturePivot/CPPFactures/CPPFacturePivotUnitaire[1]"
    if "/" in found["field"]:
        found["field"] = found["field"].removeprefix(prefix).removeprefix("/")
    assert found == values


@pytest.mark.parametrize("word", ["Non", "Oui", "Complétée", "Recyclée"])
def test_known_resubmissions(word):
    """The four words for a resubmission are known."""
    read = invoice(flow(BILL.but(resubmission=word)))
    assert (read.resubmission.value, read.findings) == (word, ())


def test_repeated_once():
    """A value that stands twice is told once, however often it is looked at."""
    read = invoice(rewrite(PIVOT, ("<Type>380</Type>", "<Type>380</Type><Type>999</Type>")))
    assert read.invoice_type.value == "380"
    assert len(read.findings) == 1


@pytest.mark.parametrize("nothing", ["<CodeService/>", "<CodeService></CodeService>", "<CodeService>\n </CodeService>"])
def test_empty_elements(nothing):
    """An empty element is an absent one, where no original says what belongs there."""
    empty = rewrite(
        flow(BILL, pieces=(pivot.Piece("lettre.pdf", LETTER),)),
        ("<CodeService>SAAM D5</CodeService>", nothing),
        ("<NumeroMarche>MAPA-2025/18</NumeroMarche>", "<NumeroMarche/>"),
        ("<IdFactureOrigine>LV-2026-0041</IdFactureOrigine>", "<IdFactureOrigine/>"),
    )
    read = invoice(empty)
    assert (read.service_code, read.contract_number, read.original_invoice_numbers) == (None, None, ())
    assert read.findings == ()


@pytest.mark.parametrize(
    ("element", "name"),
    [
        ("<CodeService>SAAM D5</CodeService>", "service_code"),
        ("<NumeroMarche>MAPA-2025/18</NumeroMarche>", "contract_number"),
        ("<NumeroEngagement>2026-000217</NumeroEngagement>", "commitment_number"),
    ],
)
def test_filled_by_the_page(element, name):
    """A service, contract or commitment that the header leaves empty is taken from the page of a plain original."""
    told_by_header = getattr(invoice(PIVOT), name)
    read = invoice(rewrite(PIVOT, (element, "")))
    assert getattr(read, name).value == told_by_header.value
    assert getattr(read, name).source.startswith("facture.pdf#page 1 [")
    assert getattr(read, name).seen.confidence > 0
    assert read.findings == ()


def test_missing():
    """What every invoice must have is told where it is absent."""
    bare = b"<CPPFacturePivot><CPPFactures><CPPFacturePivotUnitaire/></CPPFactures></CPPFacturePivot>"
    missing = [values["field"] for values in told(invoice(bare), ReasonCode.INT_VALUE_MISSING)]
    assert missing == ["invoice_number", "issue_date", "amount_incl_tax", "recipient_siret"]


def test_original_inside():
    """The supplier's own invoice fills what the header leaves empty, and is named as the place."""
    data = flow(BILL.but(commitment=None), pieces=(pivot.Piece("facture.xml", CII, media_type=pivot.XML),))
    read = invoice(data)
    assert read.commitment_number.value == "2026-000217"
    assert read.commitment_number.source.startswith("facture.xml#/rsm:CrossIndustryInvoice/")
    assert read.supplier_vat.value == BILL.supplier.vat_number
    assert read.syntax is Syntax.PIVOT
    assert told(read, ReasonCode.INT_DIVERGENCE) == []

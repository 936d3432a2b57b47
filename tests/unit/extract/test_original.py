"""The supplier's own invoice beside the header of the pivot: what it fills, and what is told where they differ."""

import datetime as dt
from decimal import Decimal

import pytest

from rules.findings import ReasonCode, finding
from rules.model import Field, IdType, Invoice, PartyId, Syntax
from tests.unit.extract.samples import BUYER, SELLER
from worker.extract.original import complete

LATE = dt.date(2026, 11, 12)


def text(value):
    """A text as the header or the original gives it."""
    return Field(value, value, "/x")


def amount(value):
    """An amount; one that is no number has no value."""
    digits = value.strip().removeprefix("-").replace(".", "")
    return Field(value, Decimal(value.strip()) if digits.isdigit() else None, "/x")


def header(**fields):
    """A pivot's header."""
    return Invoice(syntax=Syntax.PIVOT, **fields)


def original(**fields):
    """The supplier's own invoice."""
    return Invoice(syntax=Syntax.CII, **fields)


def differences(ours, theirs):
    """The contradictions that are told, as (field, header, original)."""
    told = complete(ours, theirs, "facture.xml").findings
    assert {f.code for f in told} <= {ReasonCode.INT_DIVERGENCE}
    return [(f.value("field"), f.value("header"), f.value("original")) for f in told]


@pytest.mark.parametrize("name", ["service_code", "commitment_number", "contract_number", "supplier_vat", "amount_tax"])
def test_fills(name):
    """What the header leaves empty comes from the original, and its place says so."""
    value = amount("20.00") if name == "amount_tax" else text("X-1")
    filled = getattr(complete(header(), original(**{name: value}), "facture.xml"), name)
    assert filled == Field(value.raw, value.value, "facture.xml#/x")


@pytest.mark.parametrize("name", ["service_code", "commitment_number", "contract_number", "supplier_vat", "amount_tax"])
def test_header_stands(name):
    """What the header says is never replaced."""
    make = amount if name == "amount_tax" else text
    ours = header(**{name: make("1")})
    assert getattr(complete(ours, original(**{name: make("2")}), "f"), name) == make("1")


@pytest.mark.parametrize("name", ["original_invoice_numbers", "line_commitment_numbers"])
def test_lists(name):
    """A list comes whole from the original where the header has none, and not at all where it has one."""
    theirs = original(**{name: (text("A"), text("B"))})
    filled = getattr(complete(header(), theirs, "f"), name)
    assert [(value.value, value.source) for value in filled] == [("A", "f#/x"), ("B", "f#/x")]
    ours = header(**{name: (text("C"),)})
    assert getattr(complete(ours, theirs, "f"), name) == (text("C"),)


@pytest.mark.parametrize(
    "name", ["invoice_number", "issue_date", "recipient_siret", "currency", "supplier_name", "amount_incl_tax"]
)
def test_never_filled(name):
    """What makes an invoice the one that the portal routed is never taken from the original."""
    theirs = original(**{name: Field("20261112", LATE, "/x") if name == "issue_date" else text("1")})
    assert getattr(complete(header(), theirs, "f"), name) is None


@pytest.mark.parametrize(
    ("name", "ours", "theirs", "differs"),
    [
        ("invoice_number", "F-1", "F-2", True),
        ("invoice_number", "F-1", " f-1", False),
        ("invoice_number", "0012", "12", True),
        ("recipient_siret", BUYER, SELLER, True),
        ("recipient_siret", BUYER, f"{BUYER[:9]} {BUYER[9:]}", False),
        ("recipient_siret", BUYER, BUYER[:9], False),
        ("recipient_siret", BUYER, "inconnu", False),
        ("service_code", "SAAM D5", "saam  d5", False),
        ("service_code", "SAAM D5", "SAAMD5", True),
        ("service_code", "061", "61", True),
        ("commitment_number", "2026-000217", "2026-000218", True),
        ("commitment_number", "2026-000217", "2026 -000217", False),
        ("contract_number", "MAPA/1", "MAPA-1", True),
        ("currency", "EUR", "CHF", True),
        ("currency", "EUR", "eur", False),
        ("billing_framework", "A1", "S1", False),
        ("supplier_name", "Ventadour", "Logiciels Ventadour", False),
    ],
)
def test_texts(name, ours, theirs, differs):
    """Two texts differ if their forms do; what has two vocabularies, or is written as one likes, is not compared."""
    expected = [(name, ours, theirs)] if differs else []
    assert differences(header(**{name: text(ours)}), original(**{name: text(theirs)})) == expected


@pytest.mark.parametrize("name", ["amount_excl_tax", "amount_incl_tax"])
@pytest.mark.parametrize(
    ("ours", "theirs", "differs"),
    [
        ("120.00", "120", False),
        ("120.00", "-120.00", False),
        ("-120.00", "120.00", False),
        ("120.00", "120.01", True),
        ("120.00", "cent", False),
        (" 120.00\n", " 99.00 ", True),
    ],
)
def test_amounts(name, ours, theirs, differs):
    """Amounts differ by their size, as credit notes are written with either sign; an unreadable one tells nothing."""
    expected = [(name, ours.strip(), theirs.strip())] if differs else []
    assert differences(header(**{name: amount(ours)}), original(**{name: amount(theirs)})) == expected


def test_days():
    """Two readable dates of issue that differ are told as they were written."""
    ours = header(issue_date=Field("2026-11-12", LATE, "/x"))
    assert differences(ours, original(issue_date=Field("20261112", LATE, "/y"))) == []
    assert differences(ours, original(issue_date=Field("20261132", None, "/y"))) == []
    later = original(issue_date=Field(" 20261113 ", LATE + dt.timedelta(days=1), "/y"))
    assert differences(ours, later) == [("issue_date", "2026-11-12", "20261113")]


def seller(make, value, kind, *others):
    """An invoice of a supplier; `others` are further identifiers, as (value, type)."""
    ids = tuple(PartyId(v, t, "/s") for v, t in ((value, kind), *others))
    return make(supplier_id=text(value), supplier_id_type=kind, supplier_ids=ids)


@pytest.mark.parametrize(
    ("theirs", "kind", "differs"),
    [
        (SELLER, IdType.SIRET, False),
        (SELLER[:9], IdType.SIREN, False),
        (SELLER[:9] + "00099", IdType.SIRET, False),
        (BUYER, IdType.SIRET, True),
        (BUYER[:9], IdType.SIREN, True),
        ("C-17", None, False),
        ("BE0999001218", IdType.UE_HORS_FRANCE, False),
    ],
)
def test_supplier(theirs, kind, differs):
    """Suppliers differ by their SIREN; another establishment is the same firm, and without a SIREN nothing is told."""
    expected = [("supplier_id", SELLER, theirs)] if differs else []
    assert differences(seller(header, SELLER, IdType.SIRET), seller(original, theirs, kind)) == expected


def test_supplier_by_any_identifier():
    """The SIREN may stand in any identifier of the original, or in its VAT number."""
    ours = seller(header, SELLER, IdType.SIRET)
    assert differences(ours, seller(original, "C-17", None, (SELLER[:9], IdType.SIREN))) == []
    assert differences(ours, seller(original, "C-17", None, (BUYER[:9], IdType.SIREN))) != []


@pytest.mark.parametrize("side", [header, original])
def test_supplier_on_one_side(side):
    """A supplier that only one of them names is no contradiction."""
    known, empty = seller(side, SELLER, IdType.SIRET), (original if side is header else header)()
    assert differences(*((known, empty) if side is header else (empty, known))) == []


def test_several_differences():
    """Every contradiction is told, after the header's own findings, and the original's findings stay out."""
    own, foreign = finding(ReasonCode.INT_SCHEMA, message="a"), finding(ReasonCode.INT_SCHEMA, message="b")
    ours = header(invoice_number=text("1"), currency=text("EUR"), findings=(own,))
    theirs = original(invoice_number=text("2"), currency=text("CHF"), findings=(foreign,))
    read = complete(ours, theirs, "f").findings
    assert read[0] == own
    assert [f.value("field") for f in read[1:]] == ["invoice_number", "currency"]

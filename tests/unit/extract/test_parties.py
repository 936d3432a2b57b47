"""Identifiers of parties: which scheme means which kind, and which of a supplier's is the best."""

import pytest
from lxml import etree

from rules.model import Field, IdType
from tests.fixture_maker import parties
from tests.unit.extract.samples import BILL, CII, CII_REFORM, UBL, UBL_REFORM, invoice
from worker.extract.parties import identifiers, supplier

SIRET, SIREN = BILL.supplier.identifier, BILL.supplier.siren
PLACE = "/a/id"


def given(*written, legal=False):
    """Identifiers from (scheme, text); the scheme may be None."""
    elements = []
    for scheme, text in written:
        element = etree.Element("id")
        element.text = text
        if scheme is not None:
            element.set("schemeID", scheme)
        elements.append(element)
    return identifiers(elements, PLACE, legal=legal)


@pytest.mark.parametrize(
    ("scheme", "text", "legal", "kind"),
    [
        ("0009", SIRET, False, IdType.SIRET),
        ("0009", "oops", False, IdType.SIRET),
        ("1", SIRET, True, IdType.SIRET),
        ("SIRET", SIRET, False, IdType.SIRET),
        ("0002", SIREN, True, IdType.SIREN),
        ("0002", SIRET, True, IdType.SIRET),
        ("SIREN", SIREN, False, IdType.SIREN),
        ("0223", "BE0999001218", False, IdType.UE_HORS_FRANCE),
        ("2", "BE0999001218", True, IdType.UE_HORS_FRANCE),
        ("0227", "KR123", False, IdType.HORS_UE),
        ("3", "KR123", True, IdType.HORS_UE),
        ("ETR", "KR123", True, IdType.HORS_UE),
        ("0228", "0123456", False, IdType.RIDET),
        ("4", "0123456", True, IdType.RIDET),
        ("RIDET", "0123456", True, IdType.RIDET),
        ("0229", "012345", False, IdType.TAHITI),
        ("5", "012345", True, IdType.TAHITI),
        ("6", "EN COURS", True, IdType.AUTRE),
        ("0226", "DURAND", False, IdType.PARTICULIER),
        ("7", "DURAND", True, IdType.PARTICULIER),
        ("0231", SIREN, False, "0231"),
        ("GLN", "3012345678900", False, "GLN"),
        (None, SIRET, False, IdType.SIRET),
        (None, SIRET, True, IdType.SIRET),
        (None, f"{SIRET[:9]} {SIRET[9:]}", False, IdType.SIRET),
        (None, SIREN, True, IdType.SIREN),
        (None, SIREN, False, None),
        (None, "C-1017", True, None),
        ("", SIREN, True, IdType.SIREN),
    ],
)
def test_kinds(scheme, text, legal, kind):
    """The scheme tells the kind in both circuits; without one the shape does; an unknown scheme stands as written."""
    (identifier,) = given((scheme, text), legal=legal)
    assert identifier.type == kind
    assert identifier.id == (text, kind, PLACE)


def test_scheme_by_name():
    """The portal's own UBL writes the scheme as a name."""
    (identifier,) = identifiers([etree.fromstring(f"<id schemeName='1'>{SIRET}</id>")], PLACE)
    assert (identifier.scheme, identifier.type) == ("1", IdType.SIRET)


def test_blank_and_creditor_ids():
    """Blank identifiers are none, and the creditor id of a direct debit identifies no party."""
    assert given((None, " "), ("0009", None), ("SEPA", "FR72ZZZ123456")) == []


def test_text_stays():
    """An identifier keeps leading zeros, inner blanks and letters, and the text as written."""
    (identifier,) = given(("0009", " 002 345 678 00019\n"))
    assert identifier.text == Field(" 002 345 678 00019\n", "002 345 678 00019", PLACE)


@pytest.mark.parametrize(
    ("written", "order"),
    [
        ([("0002", SIREN), ("0009", SIRET)], [SIRET, SIREN]),
        ([("GLN", "301"), ("0002", SIREN)], [SIREN, "301"]),
        ([("GLN", "301"), (None, "C-1"), ("0009", SIRET)], [SIRET, "301", "C-1"]),
        ([("0223", "BE0999001218"), ("GLN", "301")], ["BE0999001218", "301"]),
        ([("0224", "CODE"), ("GLN", "301")], ["301"]),
        ([("0224", "CODE")], []),
        ([], []),
    ],
)
def test_best_first(written, order):
    """A supplier's SIRET comes first, then its SIREN, then the others as they stand; a routing code is none of them."""
    assert [identifier.text.value for identifier in supplier(given(*written))] == order


@pytest.mark.parametrize("document", [CII, CII_REFORM, UBL, UBL_REFORM], ids=["cii", "cii-reform", "ubl", "ubl-reform"])
def test_supplier_of_both_circuits(document):
    """Both circuits give the supplier's SIRET, its type and its VAT number."""
    read = invoice(document)
    assert (read.supplier_id.value, read.supplier_id_type) == (SIRET, IdType.SIRET)
    assert read.supplier_ids[0].value == SIRET
    assert read.supplier_vat.value == BILL.supplier.vat_number
    assert read.supplier_name.value == "Logiciels Ventadour"


def test_only_a_siren():
    """A supplier that gives nothing but its SIREN is known by it."""
    read = invoice(UBL_REFORM.replace(f'schemeID="0009">{SIRET}'.encode(), b'schemeID="SEPA">FR72ZZZ123456'))
    assert (read.supplier_id.value, read.supplier_id_type) == (SIREN, IdType.SIREN)
    assert [party.value for party in read.supplier_ids] == [SIREN]


def test_no_supplier():
    """Without any identifier there is no supplier's identifier, and nothing breaks."""
    read = invoice(CII.replace(f'<ram:ID schemeID="1">{SIRET}</ram:ID>'.encode(), b"<ram:ID/>"))
    assert (read.supplier_id, read.supplier_id_type, read.supplier_ids) == (None, None, ())
    assert parties.SOFTWARE.vat_number == read.supplier_vat.value

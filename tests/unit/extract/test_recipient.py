"""Who an invoice is for: the SIRET and the service code, wherever the two circuits put them."""

import pytest
from lxml import etree

from rules.findings import ReasonCode
from rules.model import Field
from tests.fixture_maker import cii, parties, ubl
from tests.unit.extract.samples import BILL, BUYER, invoice, told
from worker.extract.parties import Recipient, identifiers

SIREN, OTHER = BUYER[:9], parties.GARAGE.siret


def recipient(*written, legal=(), address=None):
    """A recipient from (scheme, text) of its identifiers, of its legal registration and its electronic address."""

    def elements(pairs):
        for scheme, text in pairs:
            element = etree.Element("id", **({"schemeID": scheme} if scheme else {}))
            element.text = text
            yield element

    given = [*identifiers([*elements(written)], "/46"), *identifiers([*elements(legal)], "/47", legal=True)]
    return Recipient(given, Field(address, address.strip(), "/49") if address else None)


def siret_of(found):
    """The SIRET of a recipient, as text."""
    return found.siret.value if found.siret else None


@pytest.mark.parametrize("scheme", ["1", "0002", "SIRET", "SIREN", None])
def test_siret_as_legal_registration(scheme):
    """In the historical circuit the SIRET is BT-47, under 1, 0002 or no scheme at all."""
    assert siret_of(recipient(legal=[(scheme, BUYER)])) == BUYER


@pytest.mark.parametrize("scheme", ["0009", "1", None])
def test_siret_as_identifier(scheme):
    """In the reform the SIRET is BT-46 under 0009, beside a SIREN that is not taken for one."""
    found = recipient((scheme, BUYER), ("0224", "061"), legal=[("0002", SIREN)])
    assert (siret_of(found), found.service_code.value, found.findings) == (BUYER, "061", [])
    assert found.siret.source == "/46"


@pytest.mark.parametrize(
    ("written", "legal"),
    [
        ([], []),
        ([], [("0002", SIREN)]),
        ([], [(None, SIREN)]),
        ([(None, "CLIENT-17")], []),
        ([("GLN", BUYER)], []),
        ([("0224", BUYER)], []),
        ([], [("0002", "ABCDEFGHIJKLMN")]),
    ],
)
def test_no_siret(written, legal):
    """A SIREN, a customer number and identifiers of other schemes are no SIRET."""
    assert siret_of(recipient(*written, legal=legal)) is None


@pytest.mark.parametrize(
    ("scheme", "text"),
    [("0009", "2299000110001"), ("1", "00000000000000"), ("0002", BUYER[:13]), ("0002", f"{BUYER}7"), ("1", "?")],
)
def test_meant_as_siret(scheme, text):
    """What is announced as a SIRET is kept as written, also with a digit too few or too many."""
    assert siret_of(recipient(legal=[(scheme, text)])) == text


def test_two_sirets():
    """Two SIRETs are a finding that names both, and the legal registration is kept."""
    found = recipient(("0009", OTHER), legal=[("1", BUYER)])
    assert siret_of(found) == BUYER
    (finding,) = found.findings
    assert finding.code is ReasonCode.REC_SIRET_REPEATED
    assert dict(finding.values) == {"field": "recipient_siret", "values": f"{BUYER}, {OTHER}", "kept": BUYER}


def test_first_of_two_identifiers():
    """Of two SIRETs of the same standing the first is kept."""
    assert siret_of(recipient(("0009", OTHER), ("0009", BUYER))) == OTHER


def test_same_siret_twice():
    """One SIRET that is written twice, with blanks or without, is one recipient."""
    assert recipient(("0009", BUYER), legal=[("0002", f"{BUYER[:9]} {BUYER[9:]}")]).findings == []


@pytest.mark.parametrize(
    ("codes", "findings"),
    [(["061"], 0), (["061", "061"], 0), (["SAAM D5", "saam  d5"], 0), (["061", "61"], 1), (["LABO-1", "LABO1"], 1)],
)
def test_several_service_codes(codes, findings):
    """Service codes that differ by more than case and blanks are told, and the first is kept."""
    found = recipient(*(("0224", code) for code in codes))
    assert found.service_code.value == codes[0]
    assert [finding.code for finding in found.findings] == [ReasonCode.INT_VALUE_REPEATED] * findings


@pytest.mark.parametrize(
    ("address", "siret", "code"),
    [
        (f"{SIREN}_{BUYER}", BUYER, None),
        (f"{SIREN}_{BUYER}_SAAM_D5", BUYER, "SAAM_D5"),
        (f" {SIREN}_{BUYER}_061\n", BUYER, "061"),
        (SIREN, None, None),
        (f"{SIREN}_FACTURES", None, None),
        (parties.HUB_SIRET, None, None),
        (BUYER, None, None),
        (f"{SIREN}_{BUYER}_", None, None),
        ("factures@haute-lande.example", None, None),
    ],
)
def test_electronic_address(address, siret, code):
    """An address of the directory gives SIRET and code; a platform's or any other address names no recipient."""
    found = recipient(address=address)
    assert siret_of(found) == siret
    assert (found.address_code.value if found.address_code else None) == code
    assert found.siret is None or found.siret == Field(address, siret, "/49")


def test_address_fills_only_gaps():
    """What the identifiers say wins over the address."""
    found = recipient(("0009", BUYER), ("0224", "061"), address=f"{OTHER[:9]}_{OTHER}_MAGASIN")
    assert (siret_of(found), found.service_code.value) == (BUYER, "061")


def test_service_code_of_the_reform_wins():
    """The service code of BT-46 wins over a buyer reference, which then may be anything."""
    assert invoice(cii.reform(BILL, buyer_reference="Mme Durand")).service_code.value == "SAAM D5"


def test_relayed_by_a_platform():
    """The SIRET of the platform that relays is not the recipient's, and the service code of Peppol is BT-10."""
    read = invoice(ubl.reform(BILL, through_hub=True, service_as_reference=True))
    assert (read.recipient_siret.value, read.service_code.value) == (BUYER, "SAAM D5")
    assert told(read, ReasonCode.REC_SIRET_REPEATED) == []


@pytest.mark.parametrize("maker", [cii, ubl], ids=["cii", "ubl"])
def test_two_sirets_in_a_document(maker):
    """An invoice for two recipients says so."""
    assert told(invoice(maker.reform(BILL, also_siret=OTHER)), ReasonCode.REC_SIRET_REPEATED) == [
        {"field": "recipient_siret", "values": f"{BUYER}, {OTHER}", "kept": BUYER}
    ]

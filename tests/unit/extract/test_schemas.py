"""Schemas: a fault is told and never refuses."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from lxml import etree

from rules.findings import ReasonCode
from rules.model import Syntax
from tests.fixture_maker import cii
from tests.fixture_maker.xmlkit import rewrite
from tests.unit.extract.samples import (
    BILL,
    CII_REFORM,
    CREDIT_NOTE,
    SINGLE,
    UBL_REFORM,
    ZUGFERD1,
    extractor,
    invoice,
    told,
)
from worker.document import Document
from worker.extract.limits import Limits
from worker.extract.schemas import schema_findings

UNKNOWN = b"<ram:Unknown/>"
FAULTY = CII_REFORM.replace(b"<ram:TypeCode>380", UNKNOWN + b"<ram:TypeCode>380")


@pytest.mark.parametrize("document", SINGLE.values(), ids=SINGLE)
def test_valid(document):
    """The ordinary invoice of each syntax follows its schema."""
    assert told(invoice(document), ReasonCode.INT_SCHEMA) == []


@pytest.mark.parametrize(
    "profile", [cii.MINIMUM, cii.BASIC_WL, cii.BASIC, cii.EN16931, cii.XRECHNUNG, cii.EXTENDED, cii.CTC_FR, cii.CHORUS]
)
def test_profiles(profile):
    """Each profile is held against a schema of its own, and a word that none knows is told."""
    document = cii.historical(BILL, profile, scheme="0002")
    root, name = etree.fromstring(document), invoice(document).profile
    assert schema_findings(root, Syntax.CII, name, 5) == ()
    etree.SubElement(root, "unknown")
    (found,) = schema_findings(root, Syntax.CII, name, 5)
    assert "unknown" in found.value("message")


def test_profile_matters():
    """What one profile allows, a poorer one does not."""
    root = etree.fromstring(CII_REFORM)
    assert schema_findings(root, Syntax.CII, "EN 16931", 5) == ()
    assert schema_findings(root, Syntax.CII, "MINIMUM", 5) != ()


@pytest.mark.parametrize(
    ("document", "old"),
    [
        (CII_REFORM, "<ram:BuyerTradeParty>"),
        (UBL_REFORM, "<cac:AccountingCustomerParty>"),
        (CREDIT_NOTE, "<cac:AccountingCustomerParty>"),
        (ZUGFERD1, "<ram:BuyerTradeParty>"),
    ],
    ids=["cii", "ubl", "ubl-credit-note", "zugferd1"],
)
def test_fault(document, old):
    """A document that breaks its schema is read as well as one that does not, and the fault and its line are told."""
    faulty = rewrite(document, (old, f"<unknown/>{old}"))
    read = invoice(faulty)
    (values,) = told(read, ReasonCode.INT_SCHEMA)
    line = faulty[: faulty.index(b"<unknown/>")].count(b"\n") + 1
    assert values["message"].startswith(f"line {line}: ")
    assert "unknown" in values["message"]
    assert (read.invoice_number.value, read.amount_incl_tax.value) == (BILL.number, BILL.gross)


def test_most_faults():
    """No more faults are told than the limit says."""
    faults = CII_REFORM.replace(b"<ram:ChargeAmount>", b"<ram:ChargeAmount>x").replace(b"Amount>1250.00", b"Amount>x")
    many = len(told(invoice(faults, Limits(schema_faults=100)), ReasonCode.INT_SCHEMA))
    assert many > 2
    assert len(told(invoice(faults, Limits(schema_faults=2)), ReasonCode.INT_SCHEMA)) == 2


def test_switched_off():
    """Where schemas are not checked, no fault is told."""
    (read,) = extractor(check_schemas=False).read(Document(data=FAULTY))
    assert read.findings == ()
    assert told(invoice(FAULTY), ReasonCode.INT_SCHEMA) != []


def test_no_schema():
    """A syntax without a schema has no faults."""
    assert schema_findings(etree.fromstring("<a/>"), Syntax.PIVOT, None, 5) == ()


def test_threads():
    """Threads that check at the same time get each their own faults."""
    documents = [FAULTY, CII_REFORM, UBL_REFORM, FAULTY.replace(UNKNOWN, b"<ram:Other/>")] * 25
    alone = [[finding.values for finding in invoice(document).findings] for document in documents[:4]] * 25
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda document: [f.values for f in invoice(document).findings], documents))
    assert together == alone

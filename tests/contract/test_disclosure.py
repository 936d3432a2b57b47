"""What leaves in an event: no name of a natural person, no bank details, no text of the document."""

import json
import tomllib
from pathlib import Path

import pytest

from rules.decide import Outcome
from rules.findings import ReasonCode, finding
from rules.model import Commitment, IdType, PartyId
from rules.sentences import placeholders
from tests.contract import examples
from worker.wire import disclosure

R = ReasonCode
NAME = "Jeanne Durand"
IBAN = "FR7630006000011234567890189"


def reason_of(stated, billed=None, **changes):
    """The first reason of an event with that finding."""
    decided = examples.decision(Outcome.REVIEW, stated, **changes)
    return json.loads(examples.event(decided, billed or examples.invoice()).body)["data"]["reasons"][0]


def test_every_value_is_classified():
    """Every value that a sentence shows is in exactly one class: whoever adds one decides if it may leave."""
    used = set()
    for language in ("fr", "en"):
        table = tomllib.loads(Path(f"rules/reasons/{language}.toml").read_text(encoding="utf-8"))
        used |= {name for sentence in table["sentences"].values() for name in placeholders(sentence)}
    leaving = (disclosure.OWN, disclosure.WRITTEN, disclosure.OF_A_FIELD, disclosure.NAMES, disclosure.MESSAGES)
    classes = (*leaving, disclosure.PLACES, disclosure.WITHHELD)
    assert used - frozenset().union(*classes) == set()
    assert sum(map(len, classes)) == len(frozenset().union(*classes))


@pytest.mark.parametrize(
    "stated",
    [
        finding(R.SVC_UNKNOWN, given=NAME),  # BT-10 is "buyer reference"
        finding(R.SVC_UNKNOWN_OVERRIDDEN, given=f"Mme {NAME}", service="0012"),
        finding(R.ENG_NOT_FOUND, number=f"Commande de Mme {NAME} du 3 mai"),
        finding(R.SUP_MISMATCH, given=f"US {NAME}", expected="12345678200010"),  # HORS_UE: country and name
        finding(R.REC_SIRET_UNKNOWN, siret=NAME),
        finding(R.INT_SCHEMA, message=f"line 3: Element 'Name': '{NAME}' is not valid"),
        finding(R.INT_MALFORMED, message=f"XML that is not well-formed: mismatch: {NAME}"),
        finding(R.INT_ATTACHMENT_UNREADABLE, name=f"facture {NAME}.pdf", message=f"not valid base64: {NAME}"),
        finding(R.INT_VALUE_UNREADABLE, field="issue_date", value=NAME),
        finding(R.INT_VALUE_REPEATED, field="supplier_name", values=f"{NAME}, X", kept=NAME),
        finding(R.INT_DIVERGENCE, field="service_code", header=NAME, original="12"),
        finding(R.INT_PAGE_DIVERGENCE, field="service_code", data=NAME, page=NAME, place=f"{NAME}.pdf#page 1"),
        finding(R.INT_PAGE_DIVERGENCE, field="account", data="…3000", page="…3000", place="page 1"),
        finding(R.ENG_READ_UNSURE, number=f"Mme {NAME}", page_number="1", confidence="0.9", failed="found"),
        finding(R.SUP_READ_UNSURE, given=NAME, expected="1", page_number="1", confidence="0.9", failed="confidence"),
        finding(R.ENG_NOT_FOUND, number=IBAN),
        finding(R.ENG_NOT_FOUND, number="FR76 3000 6000 0112 3456 7890 189"),
        finding(R.SUP_MISMATCH, given="1", expected="2", payee_name=NAME),  # a value nobody has classified
    ],
    ids=lambda stated: stated.code.value,
)
def test_names_and_accounts_stay(stated):
    """No value and no sentence carries a person's name or an account, whichever field it was written into."""
    told = json.dumps(reason_of(stated), ensure_ascii=False)
    assert "Durand" not in told
    assert "3000" not in told
    assert "–" in told or "payee_name" not in told


@pytest.mark.parametrize(
    ("stated", "values"),
    [
        (finding(R.ENG_NOT_FOUND, number="EJ 2026-0012"), {"number": "EJ 2026-0012"}),
        (finding(R.ENG_NOT_FOUND, number="Commande n° 45/2026"), {"number": "Commande n° 45/2026"}),
        (finding(R.SVC_UNKNOWN, given="SAM D5"), {"given": "SAM D5"}),
        (finding(R.SVC_CONFLICT, given="FINANCES", expected="VOIRIE"), {"given": "FINANCES", "expected": "VOIRIE"}),
        (finding(R.REC_SIRET_INACTIVE, siret="22400001800016", name="Budget annexe des laboratoires"),
         {"siret": "22400001800016", "name": "Budget annexe des laboratoires"}),
        (finding(R.AMT_CURRENCY, currency="USD", expected="EUR"), {"currency": "USD", "expected": "EUR"}),
        (finding(R.SVC_READ_UNSURE, given="D5", page_number="1", confidence="0.9", failed="confidence"),
         {"given": "D5", "page_number": "1", "confidence": "0.9", "failed": "confidence"}),
        (finding(R.INT_PAGE_DIVERGENCE, field="invoice_number", data="F-1", page="F-7", place="f.pdf#page 1"),
         {"field": "invoice_number", "data": "F-1", "page": "F-7", "place": "attachment#page 1"}),
        (finding(R.AMT_OVER_REMAINING, billed="12.00", remaining="10.00", over="2.00"),
         {"billed": "12.00", "remaining": "10.00", "over": "2.00"}),
        (finding(R.INT_VALUE_UNREADABLE, field="issue_date", value="31/02/2026"),
         {"field": "issue_date", "value": "31/02/2026"}),
        (finding(R.INT_UNKNOWN_VALUE, field="billing_framework", value="ZZ"),
         {"field": "billing_framework", "value": "ZZ"}),
        (finding(R.INT_MALFORMED, message="a PDF locked with a password; ask the supplier for one without"),
         {"message": "a PDF locked with a password; ask the supplier for one without"}),
        (finding(R.INT_MALFORMED, message="XML that is not well-formed: Entity 'x'"),
         {"message": "XML that is not well-formed"}),
    ],
)  # fmt: skip
def test_codes_leave(stated, values):
    """What a reviewer needs does leave: codes, numbers, amounts, the body's own names, our own words."""
    assert reason_of(stated)["values"] == values


@pytest.mark.parametrize("known", [IdType.PARTICULIER])
def test_private_persons_have_no_identifier(known):
    """Of a private person (type 7) no identifier leaves, not even a number."""
    number = "1850775123456"
    billed = examples.invoice(
        supplier_id=examples.text(number),
        supplier_id_type=known,
        supplier_ids=(PartyId(number, known, "/Invoice/Seller"),),
    )
    stated = (
        finding(R.SUP_MISMATCH, given=number, expected=number),
        finding(R.INT_DIVERGENCE, field="supplier_id", header=number, original=number),
    )
    assert number not in examples.event(examples.decision(Outcome.REVIEW, *stated), billed).body


def test_private_person_of_a_commitment():
    """The supplier of a commitment may be a private person as well."""
    number = "1850775123456"
    owed = Commitment(number="1", recipient_siret=examples.SIRET, supplier_id=number, supplier_id_type="PARTICULIER")
    stated = finding(R.SUP_MISMATCH, given="12345678200010", expected=number)
    assert reason_of(stated, commitment=owed)["values"] == {}
    assert reason_of(stated, commitments=(owed, examples.COMMITMENT))["values"] == {}


def test_service_codes_leave_beside_private_persons():
    """That a supplier is a private person says nothing about service codes."""
    billed = examples.invoice(supplier_id_type=IdType.PARTICULIER)
    assert reason_of(finding(R.SVC_UNKNOWN, given="D5"), billed)["values"] == {"given": "D5"}


@pytest.mark.parametrize(
    ("value", "kind", "leaves"),
    [
        ("12345678200010", IdType.SIRET, True),
        ("ATU12345678", IdType.UE_HORS_FRANCE, True),
        ("US ACME DURAND CO", IdType.HORS_UE, False),
        ("US 98", IdType.HORS_UE, True),
        ("Durand", IdType.AUTRE, False),
        ("123456", IdType.PARTICULIER, False),
    ],
)
def test_supplier_identifier(value, kind, leaves):
    """The supplier's identifier leaves unless it names somebody; its kind always does."""
    billed = examples.invoice(supplier_id=examples.text(value), supplier_id_type=kind)
    summary = json.loads(examples.event(examples.decision(), billed).body)["data"]["invoice"]
    assert summary["supplier_id"] == (value if leaves else None)
    assert summary["supplier_id_type"] == kind


def test_names_of_attachments_stay():
    """Where a field was read is told without the file name that the supplier chose."""
    billed = examples.invoice(commitment_number=examples.text("1", f"facture {NAME}.pdf#/Invoice/Order"))
    sources = json.loads(examples.event(examples.decision(), billed).body)["data"]["sources"]
    assert sources["commitment_number"] == "attachment#/Invoice/Order"
    assert sources["invoice_number"] == "/Invoice/ID"

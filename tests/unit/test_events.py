"""Events: one for each decision, the same bytes each time, readable by any CloudEvents library."""

import datetime as dt
import json
import uuid
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from rules.decide import Evidence, Outcome, decide
from rules.findings import ReasonCode, finding
from rules.meaning import Circumstances
from rules.model import Box, Field, PageEvidence, Service, Syntax
from rules.policy import load as load_policy
from tests.contract import examples
from worker.contracts.files import schema
from worker.events import CONTENT_TYPE, EVENT_TYPES, Choice, event_id

R = ReasonCode


def data_of(event):
    """The data of an event."""
    return json.loads(event.body)["data"]


@pytest.mark.parametrize("kind", EVENT_TYPES)
def test_another_library_reads_it(kind):
    """The CloudEvents library reads each event, with the attributes that its type promises."""
    event = examples.events()[kind]
    read = JSONFormat().read(CloudEvent, event.body.encode())
    assert (read.get_id(), read.get_type(), read.get_subject()) == (event.id, event.type, event.subject)
    assert read.get_specversion() == "1.0"
    assert read.get_source() == "/aiguilleur"
    assert read.get_time() == examples.MOMENT
    assert read.get_datacontenttype() == "application/json"
    assert read.get_dataschema()
    assert read.get_data() == json.loads(event.body)["data"]
    assert JSONFormat().get_content_type() == CONTENT_TYPE


def test_one_type_for_each_outcome():
    """Each outcome has its own type, and reviews have one more."""
    types = [examples.event(examples.decision(outcome), examples.invoice()).type for outcome in Outcome]
    assert (*types, "invoice.review-resolved.v1") == EVENT_TYPES
    assert len(set(EVENT_TYPES)) == 6


@given(key=st.text(min_size=1), number=st.integers(min_value=0), other=st.tuples(st.text(min_size=1), st.integers(0)))
def test_id_is_a_function_of_key_and_number(key, number, other):
    """The id is the same whenever it is asked for, and another for every other decision."""
    assert event_id(key, number) == event_id(key, number)
    assert uuid.UUID(event_id(key, number)).version == 5
    assert (event_id(key, number) == event_id(*other)) == ((key, number) == other)


def test_id_is_for_ever():
    """Ids do not change between versions: consumers remember them."""
    assert event_id("cpro:4712", 0) == "757c2d3c-5b08-5c5e-a910-d50d71002432"


def test_same_decision_same_bytes():
    """Two runs give the same bytes, and only the decision counts: another source keeps the id."""
    first, again = examples.events(), examples.events()
    assert first == again
    elsewhere = examples.event(examples.decision(), examples.invoice(), source="/elsewhere")
    assert elsewhere.id == first["invoice.routed.v1"].id


def test_body_is_compact_utf8():
    """The body is compact and not escaped to ASCII, and its attributes stand in a fixed order."""
    body = examples.events()["invoice.routed.v1"].body
    assert "FA-é-001" in body
    assert body == json.dumps(json.loads(body), ensure_ascii=False, separators=(",", ":"))
    assert list(json.loads(body)) == [
        *("specversion", "id", "source", "type", "subject", "time", "datacontenttype", "dataschema", "data")
    ]


def test_moments_are_utc():
    """Every moment is told in UTC with a Z, whatever zone it was given in; one without a zone is refused."""
    event = json.loads(examples.event(examples.decision(Outcome.WAITING), examples.invoice()).body)
    assert event["time"] == event["data"]["decided_at"] == "2026-11-24T08:00:00Z"
    assert event["data"]["waiting_until"] == "2026-11-25T08:00:00Z"
    with pytest.raises(ValueError, match="timezone"):
        examples.event(examples.decision(), examples.invoice(), decided_at=dt.datetime(2026, 1, 1))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("value", "written"),
    [("1200.00", "1200.00"), ("-0.50", "-0.50"), ("1E+3", "1000"), ("1E-7", "0.0000001"), ("5.", "5"), (".5", "0.5")],
)
def test_amounts_are_plain_decimals(value, written):
    """Amounts are text in plain notation with the digits that were written, never numbers and never exponents."""
    billed = examples.invoice(amount_due=Field(value, Decimal(value), "/Total"))
    assert data_of(examples.event(examples.decision(), billed))["invoice"]["amount_due"] == written


def test_what_is_absent_is_null():
    """Every field is there; what the invoice does not say, or what could not be understood, is null."""
    billed = examples.invoice(invoice_number=None, amount_due=Field("beaucoup", None, "/Total"))
    data = data_of(examples.event(examples.decision(), billed))
    assert data["invoice"]["invoice_number"] is None
    assert data["invoice"]["amount_due"] is None
    assert "invoice_number" not in data["sources"]
    assert data["sources"]["amount_due"] == "/Total"


def test_identifiers_are_verbatim():
    """Identifiers keep their zeros and inner blanks; one that is too long is null, because cut it would be another."""
    billed = examples.invoice(invoice_number=examples.text("00 12"), contract_number=examples.text("9" * 501))
    summary = data_of(examples.event(examples.decision(service_code="0012"), billed))["invoice"]
    assert summary["invoice_number"] == "00 12"
    assert summary["contract_number"] is None


def test_reasons_tell_severity_and_sentences():
    """A reason has the severity that this decision gives it, and the sentence in both languages with its values."""
    stated = finding(R.SVC_CONFLICT, given="0011", expected="0012")
    decided = examples.decision(Outcome.ROUTED, stated, warnings=(R.SVC_CONFLICT,))
    data = data_of(examples.event(decided, examples.invoice()))
    (reason,) = data["reasons"]
    assert (data["reason"], data["warnings"], reason["severity"]) == ("SVC_CONFLICT", ["SVC_CONFLICT"], "warning")
    assert reason["values"] == {"given": "0011", "expected": "0012"}
    for language in ("fr", "en"):
        assert reason[language] == examples.sentences(language).say(stated)


def test_route_and_candidates():
    """Commitment, labels and candidates are told as in the reference data, the evidence with its points."""
    routed = data_of(examples.event(examples.decision(), examples.invoice()))
    assert (routed["commitment_number"], routed["commitment_year"]) == ("2026-0012", 2026)
    assert routed["commitments"] == [{"number": "2026-0012", "fiscal_year": 2026, "service_code": "0012"}]
    assert (routed["labels"], routed["match_rung"]) == (["spaser:social"], "N1")
    review = data_of(examples.event(examples.decision(Outcome.REVIEW), examples.invoice()))
    assert [candidate["rank"] for candidate in review["candidates"]] == [1, 2]
    assert review["candidates"][0]["evidence"][0] == {"code": "SUPPLIER_SIRET", "points": 40}
    assert review["candidates"][0]["refused_by"] == "ENG_NOT_FOUND"


def test_several_commitments_have_no_first():
    """With several commitments none is the one: the number is null and the list has them all."""
    decided = examples.decision(commitment=None, commitments=(examples.COMMITMENT, examples.COMMITMENT))
    data = data_of(examples.event(decided, examples.invoice()))
    assert data["commitment_number"] is None
    assert len(data["commitments"]) == 2


def test_resolution():
    """A reviewer's choice is told in the fields that routed events use; without a comment there is no such field."""
    chosen = data_of(examples.resolved())
    assert (chosen["resolution"], chosen["commitment_number"], chosen["service_code"]) == (
        "chosen",
        "2026-0013",
        "0012",
    )
    assert "comment" not in chosen
    none = data_of(examples.resolved(choice=None, accepted_rank=None, comment="Rien ne va."))
    assert (none["resolution"], none["commitment_number"], none["comment"]) == ("none", None, "Rien ne va.")


@pytest.mark.parametrize(
    "changes",
    [
        {"choice": Choice(None, 2026, None)},
        {"choice": Choice(None, 2026, "0012")},
        {"choice": None},
        {"resolved_by": ""},
        {"resolved_by": "finance\n"},
        {"accepted_rank": 0},
        {"comment": ""},
        {"comment": "x" * 2001},
    ],
)
def test_wrong_resolutions_are_refused(changes):
    """What does not fit the schema is refused before there is an event."""
    with pytest.raises(ValueError, match="ResolvedData") as caught:
        examples.resolved(**{"comment": "Mme Durand", **changes})
    assert "Durand" not in str(caught.value)


def test_routes_lead_somewhere():
    """A routed decision without service and destination is a fault of the rules, and makes no event."""
    with pytest.raises(ValueError, match="goes to a service"):
        examples.event(examples.decision(service_code=None), examples.invoice())
    to_payments = examples.decision(service_code=None, destination="already_paid")
    assert data_of(examples.event(to_payments, examples.invoice()))["destination"] == "already_paid"


@pytest.mark.parametrize("code", R)
def test_whatever_is_decided_makes_a_valid_event(code):
    """Each row of the decision table, on its own, gives an event of the type of its outcome that fits the schema."""
    policy = load_policy(Path("rules/policies/default.toml").read_text(encoding="utf-8"))
    evidence = Evidence(
        payment_deadline=dt.date(2026, 12, 24),
        recipient_siret=examples.SIRET,
        service=Service(recipient_siret=examples.SIRET, code="0012", name="Routes"),
    )
    around = Circumstances(
        stated=(finding(code, looked_up=R.SVC_UNKNOWN),), policy=policy, now=examples.MOMENT, began=examples.MOMENT
    )
    decided = decide(evidence, around)
    if decided.outcome is Outcome.DUPLICATE:
        decided = replace(decided, linked_to="cpro:4711")
    event = examples.event(decided, examples.invoice())
    Draft202012Validator(schema(event.type)).validate(json.loads(event.body))
    assert event.type == f"invoice.{decided.outcome.lower()}.v1"


texts = st.text(max_size=600)
fields = st.none() | texts.map(examples.text)
amounts = st.none() | st.decimals(allow_nan=False, allow_infinity=False).map(lambda d: Field(str(d), d, "/x"))


@given(
    st.fixed_dictionaries(
        {
            **dict.fromkeys(
                ("invoice_number", "billing_framework", "currency", "contract_number", "supplier_id"), fields
            ),
            **dict.fromkeys(("amount_excl_tax", "amount_due"), amounts),
            "supplier_id_type": st.none() | texts,
            "profile": st.none() | texts,
            "issue_date": st.none() | st.dates().map(lambda day: Field(str(day), day, "/x")),
        }
    ),
    st.sampled_from(R),
    st.dictionaries(st.sampled_from(["number", "given", "value", "field", "message", "name", "commitment"]), texts),
)
def test_whatever_was_read_makes_a_valid_event(said, code, values):
    """Nothing that a document may say keeps its event from being made, and the event fits its schema."""
    decided = examples.decision(Outcome.REVIEW, finding(code, **values))
    event = examples.event(decided, examples.invoice(**said))
    Draft202012Validator(schema(event.type)).validate(json.loads(event.body.encode()))


def test_confidence_of_what_was_read_from_a_page():
    """An event tells how sure each value is that was seen on a page; nothing of data, nor of what was assumed."""
    seen = PageEvidence(2, Box(1.0, 2.0, 3.0, 4.0), "Facture n° F-1", "labelled", 0.97)
    mixed = examples.invoice(invoice_number=Field("F-1", "F-1", "page 2", seen))
    assert data_of(examples.event(examples.decision(), mixed))["confidence"] == {"invoice_number": 0.97}
    assert data_of(examples.event(examples.decision(), examples.invoice()))["confidence"] == {}
    page = data_of(examples.event(examples.decision(), replace(mixed, syntax=Syntax.SCAN)))
    assert (page["invoice"]["syntax"], page["confidence"]) == ("scan", {"invoice_number": 0.97})

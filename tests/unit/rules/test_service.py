"""The service: rows 38 to 41, and the rows that the written table lacks."""

import datetime as dt

import pytest

from rules.decide import severity_in
from rules.decision import Outcome
from rules.findings import ReasonCode, Severity
from rules.model import Recipient, Service
from rules.table import Action, Queue
from tests.unit.rules.build import (
    LAB,
    MAIN,
    NOW,
    OFFICE,
    codes,
    commitment,
    decide,
    invoice,
    policy,
    snapshot,
    stated,
)

R = ReasonCode
DEFAULT = policy(f'[recipients.{MAIN}.services]\ndefault_service = "culture"')


def test_given() -> None:
    """The service given is the commitment's, however it is written."""
    decision = decide(invoice(service_code=" dirinfra "))
    assert (decision.outcome, decision.reason, decision.service_code) == (Outcome.ROUTED, R.OK, "DIRINFRA")
    assert stated(decision, R.SVC_GIVEN) == {"service": "DIRINFRA"}


@pytest.mark.parametrize("service_code", [None, "PRESSE", "NOWHERE"])
def test_a_commitment_of_no_usable_service(service_code: str | None) -> None:
    """A commitment without a usable service leaves the invoice's own."""
    decision = decide(invoice(service_code="CULTURE"), snapshot(commitment(service_code=service_code)))
    assert (decision.outcome, decision.reason, decision.service_code) == (Outcome.ROUTED, R.OK, "CULTURE")
    absent = decide(invoice(service_code=None), snapshot(commitment(service_code=service_code)))
    assert absent.reason is R.SVC_MISSING


def test_row_38_from_the_commitment() -> None:
    """A missing service is the commitment's, said so."""
    decision = decide(invoice(service_code=None), snapshot(commitment(service_code="dirinfra")))
    assert (decision.outcome, decision.reason) == (Outcome.ROUTED, R.SVC_FROM_COMMITMENT)
    assert (decision.service_code, decision.warnings) == ("DIRINFRA", (R.SVC_FROM_COMMITMENT,))
    assert decision.proposed_action is Action.NONE
    assert stated(decision, R.SVC_FROM_COMMITMENT) == {"service": "DIRINFRA"}


@pytest.mark.parametrize(
    "flags",
    [{}, {"service_required": True}, {"service_or_commitment_required": True}],
    ids=["none", "service", "either"],
)
def test_row_39_missing(flags: dict[str, bool]) -> None:
    """Without a service and a commitment there is nobody to route to, whatever the budget requires."""
    known = snapshot(recipient=Recipient(siret=MAIN, name="x", **flags))
    decision = decide(invoice(service_code=None, commitment_number=None), known)
    assert (decision.outcome, decision.reason) == (Outcome.REVIEW, R.SVC_MISSING)
    assert (decision.review_queue, decision.service_code) == (Queue.FINANCE, None)
    assert (decision.proposed_action, decision.portal_reason) == (Action.REJECT, "SE_ERR")


def test_row_39_default() -> None:
    """A body may name the service that gets what names none, for one budget."""
    read = invoice(service_code=None, commitment_number=None)
    decision = decide(read, snapshot(), DEFAULT)
    assert (decision.outcome, decision.reason) == (Outcome.ROUTED, R.SVC_DEFAULT)
    assert (decision.service_code, decision.warnings) == ("CULTURE", (R.SVC_DEFAULT,))
    assert stated(decision, R.SVC_DEFAULT) == {"service": "CULTURE"}
    closed = policy('[services]\ndefault_service = "PRESSE"')
    assert decide(read, snapshot(), closed).reason is R.SVC_MISSING
    wrong = decide(invoice(service_code="X", commitment_number=None), snapshot(), DEFAULT)
    assert wrong.reason is R.SVC_UNKNOWN
    with_commitment = decide(invoice(service_code=None), snapshot(commitment()), DEFAULT)
    assert with_commitment.reason is R.SVC_FROM_COMMITMENT


@pytest.mark.parametrize(
    ("flags", "outcome"),
    [
        ({}, Outcome.ROUTED),
        ({"service_required": True}, Outcome.REVIEW),
        ({"service_or_commitment_required": True}, Outcome.REVIEW),
    ],
)
def test_row_39_already_paid(flags: dict[str, bool], outcome: Outcome) -> None:
    """What is already paid has somewhere to go without a service, unless one is required."""
    known = snapshot(recipient=Recipient(siret=MAIN, name="x", **flags))
    decision = decide(invoice(service_code=None, commitment_number=None, billing_framework="A2"), known)
    assert decision.outcome is outcome
    assert decision.destination == ("already_paid" if outcome is Outcome.ROUTED else None)
    assert decision.service_code is None
    works = decide(invoice(service_code=None, commitment_number=None, billing_framework="A4"), known)
    assert works.reason is R.SVC_MISSING
    nobody = decide(invoice(service_code=None, billing_framework="A2"), snapshot(recipient=None))
    assert R.SVC_MISSING in codes(nobody.findings)


@pytest.mark.parametrize("given", ["PRESSE", "NOWHERE"])
def test_row_40_overridden(given: str) -> None:
    """An unknown or closed service gives way to the commitment's, and is proposed to be changed inside."""
    decision = decide(invoice(service_code=given))
    assert (decision.outcome, decision.reason) == (Outcome.ROUTED, R.SVC_UNKNOWN_OVERRIDDEN)
    assert (decision.service_code, decision.proposed_action) == ("DIRINFRA", Action.INTERNAL_REROUTE)
    assert decision.portal_reason is None
    assert stated(decision, R.SVC_UNKNOWN_OVERRIDDEN) == {"given": given, "service": "DIRINFRA"}


@pytest.mark.parametrize("given", ["PRESSE", "NOWHERE", "DIR INFRA", "LABO"])
def test_unknown(given: str) -> None:
    """An unknown service and no commitment: nobody to route to."""
    elsewhere = Service(recipient_siret=LAB, code="LABO", name="x")
    decision = decide(invoice(service_code=given, commitment_number=None), snapshot(services=(elsewhere,)))
    assert (decision.outcome, decision.reason) == (Outcome.REVIEW, R.SVC_UNKNOWN)
    assert (decision.review_queue, decision.service_code) == (Queue.FINANCE, None)
    assert (decision.proposed_action, decision.portal_reason) == (Action.REJECT, "SE_ERR")
    assert stated(decision, R.SVC_UNKNOWN) == {"given": given}


@pytest.mark.parametrize(
    ("first", "last", "usable"),
    [
        (None, None, True),
        (NOW.date(), NOW.date(), True),
        (NOW.date() + dt.timedelta(days=1), None, False),
        (None, NOW.date() - dt.timedelta(days=1), False),
    ],
)
def test_validity(first: dt.date | None, last: dt.date | None, *, usable: bool) -> None:
    """A service is usable within its dates, both days included."""
    service = Service(recipient_siret=MAIN, code="S", name="x", valid_from=first, valid_to=last)
    decision = decide(invoice(service_code="S", commitment_number=None), snapshot(services=(service,)))
    assert (decision.service_code == "S") is usable


def test_row_41_conflict() -> None:
    """A known service that is not the commitment's is a person's choice, unless the body has chosen."""
    read = invoice(service_code="CULTURE")
    decision = decide(read)
    assert (decision.outcome, decision.reason) == (Outcome.REVIEW, R.SVC_CONFLICT)
    assert (decision.review_queue, decision.service_code) == (Queue.SERVICE, "CULTURE")
    assert (decision.proposed_action, decision.portal_reason) == (Action.INTERNAL_REROUTE, None)
    assert stated(decision, R.SVC_CONFLICT) == {"given": "CULTURE", "expected": "DIRINFRA"}
    assert severity_in(decision, R.SVC_CONFLICT) is Severity.ERROR
    chosen = decide(read, chosen=policy('[services]\non_conflict = "commitment"'))
    assert (chosen.outcome, chosen.reason, chosen.service_code) == (Outcome.ROUTED, R.SVC_CONFLICT, "DIRINFRA")
    assert severity_in(chosen, R.SVC_CONFLICT) is Severity.WARNING
    assert chosen.proposed_action is Action.INTERNAL_REROUTE


def test_services_of_others_and_doubles() -> None:
    """Another budget's service is none of this one; of two written alike the choice does not depend on their order."""
    doubles = tuple(Service(recipient_siret=MAIN, code=code, name="x") for code in ("info", "INFO"))
    foreign = Service(recipient_siret=LAB, code="Info", name="x")
    read = invoice(service_code="inFo", commitment_number=None)
    for services in ((foreign, *doubles), (*reversed(doubles), foreign)):
        assert decide(read, snapshot(services=services)).service_code == "INFO"
    assert decide(read, snapshot(services=(foreign,))).service_code is None


def test_all_problems_are_seen_at_once() -> None:
    """Every gate is asked though the first has already decided."""
    known = snapshot(commitment(status="closed", fiscal_year=2024, remaining=None))
    decision = decide(invoice(OFFICE, service_code="CULTURE", currency="CHF"), known)
    assert codes(decision.findings) == [
        R.ENG_MATCH_EXACT,
        R.SUP_MISMATCH,
        R.ENG_CLOSED,
        R.ENG_EXERCISE_CLOSED,
        R.SVC_CONFLICT,
        R.AMT_CURRENCY,
    ]
    assert decision.reason is R.SUP_MISMATCH

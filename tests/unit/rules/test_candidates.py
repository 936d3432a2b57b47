"""Candidates: what speaks for them, their order, and the first rule that refuses each."""

import datetime as dt
from decimal import Decimal

import pytest

from rules.candidates import MOST_SHOWN
from rules.decision import Candidate, Outcome
from rules.evidence import POINTS, EvidenceCode
from rules.findings import ReasonCode
from rules.model import Commitment, Invoice
from tests.unit.rules.build import (
    LAB,
    MAIN,
    NOW,
    OFFICE,
    ROADS_2,
    commitment,
    credit,
    decide,
    invoice,
    party,
    past,
    policy,
    reservation,
    snapshot,
)
from tests.unit.rules.test_matching import STRICT

R, E = ReasonCode, EvidenceCode
# A commitment for which nothing speaks but what a test adds: another supplier, service, amount and time.
BLANK = {"supplier_id": OFFICE, "service_code": None, "remaining": None, "fiscal_year": None}
LOOKING = invoice(commitment_number="4500012345", contract_number="M-7")


def test_points() -> None:
    """The points are those of the written table."""
    assert {code.value: points for code, points in POINTS.items()} == {
        "SUPPLIER_SIRET": 40,
        "SUPPLIER_SIREN": 25,
        "SUPPLIER_DECLARED": 25,
        "NUMBER_CLOSE": 25,
        "NUMBER_TAIL": 15,
        "NUMBER_CONTAINED": 10,
        "CONTRACT_EQUAL": 25,
        "AMOUNT_EXACT": 20,
        "AMOUNT_FITS": 5,
        "SERVICE_EQUAL": 15,
        "PERIOD": 5,
        "LAST_ROUTED": 10,
        "NOT_OPEN": -30,
    }


def _only(read: Invoice, known: Commitment, **changes: object) -> Candidate:
    (candidate,) = decide(read, snapshot(known, **changes)).candidates
    return candidate


def _evidence(read: Invoice, known: Commitment, **changes: object) -> list[EvidenceCode]:
    found = _only(read, known, **changes)
    assert found.points == sum(points for _, points in found.evidence)
    assert all(points == POINTS[EvidenceCode(code)] for code, points in found.evidence)
    return [EvidenceCode(code) for code, _ in found.evidence]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"supplier_id": invoice().supplier_id.value}, [E.SUPPLIER_SIRET]),  # type: ignore[union-attr]
        ({"supplier_id": ROADS_2}, [E.SUPPLIER_SIREN]),
        ({"number": "4500012346"}, [E.NUMBER_CLOSE]),
        ({"number": "9912345"}, [E.NUMBER_TAIL]),
        ({"number": "00123"}, []),
        ({"number": "450001"}, [E.NUMBER_CONTAINED]),
        ({"contract_number": "m 7"}, [E.CONTRACT_EQUAL]),
        ({"contract_number": "M-8"}, []),
    ],
)
def test_ties(changes: dict[str, object], expected: list[EvidenceCode]) -> None:
    """Supplier, number or contract tie a commitment to the invoice; without one of them it is not shown."""
    known = commitment(**({"number": "X-1"} | BLANK | changes))
    if expected:
        assert _evidence(LOOKING, known) == expected
    else:
        assert decide(LOOKING, snapshot(known)).candidates == ()


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"remaining": Decimal(1200)}, [E.AMOUNT_EXACT]),
        ({"remaining": Decimal("1200.01")}, [E.AMOUNT_FITS]),
        ({"remaining": Decimal("1199.99")}, []),
        ({"service_code": "dirinfra "}, [E.SERVICE_EQUAL]),
        ({"service_code": "CULTURE"}, []),
        ({"valid_from": dt.date(2026, 11, 2)}, [E.PERIOD]),
        ({"valid_from": dt.date(2026, 1, 1), "valid_to": dt.date(2026, 11, 2)}, [E.PERIOD]),
        ({"valid_from": dt.date(2026, 11, 3)}, []),
        ({"valid_from": dt.date(2026, 1, 1), "valid_to": dt.date(2026, 11, 1)}, []),
        ({"valid_to": dt.date(2026, 12, 1)}, []),
        ({"status": "closed"}, [E.NOT_OPEN]),
        ({"fiscal_year": 2025}, [E.NOT_OPEN]),
        ({"fiscal_year": 2025, "carried_over": True}, []),
        ({"fiscal_year": 2025, "carried_over": True, "status": "cancelled"}, [E.NOT_OPEN]),
    ],
)
def test_what_adds_points(changes: dict[str, object], expected: list[EvidenceCode]) -> None:
    """Amount, service, time and state speak for or against a commitment that is tied to the invoice."""
    known = commitment(**({"number": "X-1"} | BLANK | {"supplier_id": "99901001000018"} | changes))
    assert _evidence(LOOKING, known) == [E.SUPPLIER_SIRET, *expected]


def test_what_is_not_known_adds_nothing() -> None:
    """Without a date, an amount or a service nothing is added for them."""
    known = commitment("X-1", valid_from=dt.date(2026, 1, 1))
    read = invoice(commitment_number="4500012345", issue_date=None, amount_incl_tax=None, service_code=None)
    assert _evidence(read, known) == [E.SUPPLIER_SIRET]
    reserved = (reservation(4000, number="X-1"),)
    assert E.AMOUNT_FITS not in _evidence(LOOKING, commitment("X-1"), reservations=reserved)


def test_declared() -> None:
    """A declared party counts as such, in the cadre that says so."""
    known = commitment("X-1", contract_number="M-7", **{k: v for k, v in BLANK.items() if k != "supplier_id"})
    for cadre, role in (("A9", "subcontractor"), ("A12", "cocontractor")):
        read = invoice(OFFICE, commitment_number="4500012345", billing_framework=cadre)
        assert _evidence(read, known, contract_parties=(party(role),)) == [E.SUPPLIER_DECLARED]


@pytest.mark.parametrize(
    ("earlier", "added"),
    [
        ((past(),), True),
        ((past(first_seen=NOW - dt.timedelta(days=365)),), True),
        ((past(first_seen=NOW - dt.timedelta(days=365, seconds=1)),), False),
        ((past(outcome="REVIEW"),), False),
        ((past(commitment_year=2025),), False),
        ((past(commitment_number="B-2"),), False),
        ((past(), past("cpro:n", commitment_number="B-2", first_seen=NOW)), False),
        ((past(), past("cpro:n", commitment_number="B-2", first_seen=NOW, outcome="REVIEW")), True),
        ((past(), past("cpro:1", commitment_number="B-2", first_seen=NOW)), True),
        ((), False),
    ],
)
def test_last_routed(earlier: tuple[object, ...], *, added: bool) -> None:
    """The supplier's last routed invoice of twelve months speaks for the commitment it went to."""
    evidence = _evidence(LOOKING, commitment(), past=earlier)
    assert (E.LAST_ROUTED in evidence) is added


def test_last_routed_is_of_this_recipient() -> None:
    """Another budget's commitment of the same number is not where the last invoice went."""
    evidence = _evidence(LOOKING, commitment(recipient_siret=LAB), past=(past(),))
    assert E.LAST_ROUTED not in evidence
    nobody = decide(LOOKING, snapshot(commitment(), recipient=None, past=(past(),)))
    assert E.LAST_ROUTED not in [code for code, _ in nobody.candidates[0].evidence]


def test_order_ranks_and_the_cut() -> None:
    """The best come first, ties have one rank, and no more than five are shown."""
    known = [
        commitment("D-1", supplier_id=ROADS_2),
        commitment("C-1", remaining=Decimal(1200)),
        commitment("A-1", fiscal_year=2027),
        commitment("A-1"),
        commitment("B-1", status="closed"),
        commitment("B-2"),
        commitment("E-1", supplier_id=OFFICE),
    ]
    shown = decide(invoice(commitment_number="4500012345"), snapshot(*known)).candidates
    assert [(c.number, c.fiscal_year, c.points, c.rank) for c in shown] == [
        ("C-1", 2026, 75, 1),
        ("A-1", 2026, 60, 2),
        ("A-1", 2027, 60, 2),
        ("B-2", 2026, 60, 2),
        ("D-1", 2026, 45, 5),
    ]
    assert len(shown) == MOST_SHOWN == 5
    assert decide(invoice(commitment_number="4500012345"), snapshot(*reversed(known))).candidates == shown
    assert shown[0] == Candidate(
        number="C-1",
        recipient_siret=MAIN,
        fiscal_year=2026,
        service_code="DIRINFRA",
        points=75,
        rank=1,
        evidence=(("SUPPLIER_SIRET", 40), ("AMOUNT_EXACT", 20), ("SERVICE_EQUAL", 15)),
        refused_by=R.ENG_NOT_FOUND,
    )


def test_nothing_in_favour_is_not_shown() -> None:
    """A commitment with more against it than for it is not offered; one that was meant is."""
    closed = commitment("X-1", **(BLANK | {"supplier_id": ROADS_2}), status="closed")
    assert decide(LOOKING, snapshot(closed)).candidates == ()
    meant = commitment("4500012345", **(BLANK | {"supplier_id": OFFICE}), status="closed")
    (candidate,) = decide(invoice(ROADS_2, commitment_number="4500012345"), snapshot(meant)).candidates
    assert (candidate.points, candidate.refused_by) == (-5, R.SUP_MISMATCH)


@pytest.mark.parametrize(
    ("changes", "refused_by"),
    [
        ({}, R.ENG_MISSING_REQUIRED),
        ({"status": "closed"}, R.ENG_CLOSED),
        ({"fiscal_year": 2025}, R.ENG_EXERCISE_CLOSED),
        ({"fiscal_year": 2025, "carried_over": True}, R.ENG_MISSING_REQUIRED),
        ({"service_code": "CULTURE"}, R.SVC_CONFLICT),
        ({"remaining": Decimal(1)}, R.AMT_OVER_REMAINING),
        ({"currency": "CHF"}, R.AMT_CURRENCY),
        ({"remaining": Decimal(1), "status": "closed", "service_code": "CULTURE"}, R.ENG_CLOSED),
        ({"supplier_id": OFFICE, "contract_number": "M-7", "status": "closed"}, R.SUP_MISMATCH),
        ({"recipient_siret": LAB}, R.ENG_NOT_FOUND),
    ],
)
def test_first_failing_rule(changes: dict[str, object], refused_by: ReasonCode) -> None:
    """Where no number is given, the later gates are asked of each candidate; if all pass, the number is missing."""
    other = commitment("Y-1")  # two open ones, so that the contract does not decide
    known = commitment(**({"number": "X-1", "contract_number": "M-7"} | changes))
    read = invoice(commitment_number=None)
    candidates = decide(read, snapshot(known, other, recipient=STRICT)).candidates
    by_number = {c.number: c.refused_by for c in candidates}
    if refused_by is R.SUP_MISMATCH:
        read = invoice(commitment_number=None, contract_number="M-7")
        by_number = {c.number: c.refused_by for c in decide(read, snapshot(known, other, recipient=STRICT)).candidates}
    assert by_number == {"X-1": refused_by, "Y-1": R.ENG_MISSING_REQUIRED}


def test_first_failing_rule_follows_the_policy() -> None:
    """What a body only warns of refuses no candidate."""
    known = snapshot(commitment(service_code="CULTURE"), recipient=STRICT)
    chosen = policy('[services]\non_conflict = "commitment"')
    (candidate,) = decide(invoice(commitment_number=None), known, chosen).candidates
    assert candidate.refused_by is R.ENG_MISSING_REQUIRED


def test_first_failing_rule_of_a_number_that_is_given() -> None:
    """A candidate that is not the number given fails by that, whatever else is wrong with it."""
    decision = decide(LOOKING, snapshot(commitment(status="closed")))
    assert [c.refused_by for c in decision.candidates] == [R.ENG_NOT_FOUND]


def test_ambiguous_hits() -> None:
    """Of hits that are not chosen between, those that would pass are ambiguous, others fail for their own reason."""
    known = snapshot(
        commitment("B-2"), commitment("B/2", status="closed"), commitment("B.2", supplier_id=OFFICE), commitment("X-1")
    )
    decision = decide(invoice(commitment_number="B2"), known)
    assert {c.number: c.refused_by for c in decision.candidates} == {
        "B-2": R.ENG_AMBIGUOUS,
        "B/2": R.ENG_CLOSED,
        "B.2": R.SUP_MISMATCH,
        "X-1": R.ENG_NOT_FOUND,
    }


@pytest.mark.parametrize(
    ("read", "known", "reason"),
    [
        (invoice(OFFICE), commitment(), R.SUP_MISMATCH),
        (invoice(OFFICE, billing_framework="A9"), commitment(contract_number="M-7"), R.SUP_SUBCONTRACTOR_UNDECLARED),
        (invoice(), commitment(status="closed"), R.ENG_CLOSED),
        (invoice(), commitment(fiscal_year=2025), R.ENG_EXERCISE_CLOSED),
        (invoice(), commitment(remaining=Decimal(1)), R.AMT_OVER_REMAINING),
    ],
)
def test_a_matched_commitment_that_is_refused(read: Invoice, known: Commitment, reason: ReasonCode) -> None:
    """The commitment that was meant is shown with what is wrong with it, beside the others."""
    supplier = read.supplier_id
    assert supplier is not None
    other = commitment("X-1", supplier_id=supplier.value)
    decision = decide(read, snapshot(known, other))
    assert decision.reason is reason
    assert {c.number: c.refused_by for c in decision.candidates} == {
        "2026-000101": reason,
        "X-1": R.ENG_NOT_FOUND,
    }


def test_a_commitment_from_the_market_that_is_refused() -> None:
    """The number of a contract is not compared with the numbers of commitments."""
    read = invoice(commitment_number=None, contract_number="2026-000102")
    on_market = commitment(contract_number="2026-000102", remaining=Decimal(1))
    decision = decide(read, snapshot(on_market, commitment("X-1"), recipient=STRICT))
    assert decision.reason is R.AMT_OVER_REMAINING
    assert {c.number: (c.refused_by, [code for code, _ in c.evidence]) for c in decision.candidates} == {
        "2026-000101": (R.AMT_OVER_REMAINING, ["SUPPLIER_SIRET", "CONTRACT_EQUAL", "SERVICE_EQUAL"]),
        "X-1": (R.ENG_NOT_FOUND, ["SUPPLIER_SIRET", "AMOUNT_FITS", "SERVICE_EQUAL"]),
    }


def test_several_commitments_of_which_one_is_refused() -> None:
    """One of several that would pass alone is refused for what stops them all."""
    known = snapshot(commitment("A-1"), commitment("A-2", status="closed"))
    decision = decide(invoice(commitment_number="A-1;A-2"), known)
    assert decision.reason is R.ENG_CLOSED
    assert {c.refused_by for c in decision.candidates} == {R.ENG_CLOSED}
    split = snapshot(commitment("A-1"), commitment("A-2", service_code="CULTURE"))
    decision = decide(invoice(commitment_number="A-1;A-2"), split)
    assert {c.number: c.refused_by for c in decision.candidates} == {"A-1": R.ENG_MULTI_SPLIT, "A-2": R.SVC_CONFLICT}


def test_credit_notes() -> None:
    """A credit note that needs a choice is offered the supplier's commitments; one that inherits shows it."""
    decision = decide(credit(commitment_number=None), snapshot(commitment()))
    assert [(c.number, c.refused_by) for c in decision.candidates] == [("2026-000101", R.CRN_ORIGIN_NOT_GIVEN)]
    inherits = snapshot(commitment(status="closed"), commitment("X-1"), past=(past(),))
    decision = decide(credit("F-0"), inherits)
    assert decision.reason is R.ENG_CLOSED
    assert {c.number: c.refused_by for c in decision.candidates} == {
        "2026-000101": R.ENG_CLOSED,
        "X-1": R.ENG_NOT_FOUND,
    }
    again = past("cpro:8", invoice_number="A-1")
    taken = (reservation(5000, "cpro:8"),)
    known = snapshot(commitment(), past=(again,), reservations=taken)
    (candidate,) = decide(credit(commitment_number=None, resubmission="Oui"), known).candidates
    assert "AMOUNT_FITS" in [code for code, _ in candidate.evidence]


@pytest.mark.parametrize(
    "decision",
    [
        decide(),
        decide(invoice(service_code="CULTURE")),
        decide(invoice(currency="CHF")),
        decide(invoice(amount_incl_tax=Decimal(1))),
        decide(known=snapshot(commitment(), past=(past(invoice_number="F-1"),))),
        decide(credit(), snapshot(commitment())),
    ],
)
def test_nobody_has_to_choose(decision: object) -> None:
    """Where the commitment is not in question, none is offered."""
    assert decision.candidates == ()  # type: ignore[attr-defined]


def test_stale_candidates_stay_until_the_end() -> None:
    """A choice that waits for the import shows its candidates, refused by what failed."""
    old = NOW - dt.timedelta(days=9)
    known = snapshot(commitment(contract_number="M-7", supplier_id=OFFICE), as_of=old)
    decision = decide(invoice(billing_framework="A9"), known)
    assert decision.outcome is Outcome.WAITING
    assert [(c.number, c.refused_by) for c in decision.candidates] == [("2026-000101", R.SUP_SUBCONTRACTOR_UNDECLARED)]

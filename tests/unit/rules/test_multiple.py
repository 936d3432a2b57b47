"""Several commitments on one invoice: rows 27 and 28."""

from decimal import Decimal

import pytest

from rules.decision import Outcome
from rules.findings import ReasonCode
from rules.model import Commitment
from rules.normalise import Rung
from rules.table import Action, Queue
from tests.unit.rules.build import LAB, OFFICE, codes, commitment, decide, invoice, policy, snapshot, stated

R = ReasonCode
A, B = commitment("4500012345", labels=("x", "y")), commitment("4500012346", labels=("y", "z"))


@pytest.mark.parametrize(
    "written",
    [
        "4500012345, 4500012346",
        "EJ 4500012345 ; EJ 4500012346",
        "4500012345 et 4500012346",
        "4500012345\n4500012346",
        "4500012345 & N/A & 4500012346",
        "4500012345/4500012346",
        "4500012345 - 4500012346",
    ],
)
def test_row_27_one_field(written: str) -> None:
    """Several numbers of one service and one supplier are routed together; finance splits the amount."""
    decision = decide(invoice(commitment_number=written), snapshot(A, B))
    assert (decision.outcome, decision.reason, decision.warnings) == (Outcome.ROUTED, R.OK, ())
    assert (decision.commitment, decision.commitments) == (None, (A, B))
    assert (decision.service_code, decision.match_rung) == ("DIRINFRA", Rung.N5)
    assert decision.labels == ("x", "y", "z")
    assert decision.reservations == ()
    assert decision.proposed_action is Action.NONE
    assert codes(decision.findings) == [
        R.ENG_MULTI_SAME_SERVICE,
        R.SUP_SIRET_EQUAL,
        R.SVC_GIVEN,
        R.AMT_WITHIN_REMAINING,
    ]
    told = stated(decision, R.ENG_MULTI_SAME_SERVICE)
    assert (told["commitments"], told["missing"]) == ("4500012345 (2026), 4500012346 (2026)", "")


def test_row_27_on_the_lines() -> None:
    """Different numbers on the lines are several numbers, on the coarsest of their rungs."""
    lines = ["4500012345", "EJ 4500012346", "4500012345"]
    decision = decide(invoice(commitment_number=None, line_commitment_numbers=lines), snapshot(A, B))
    assert (decision.outcome, decision.commitments, decision.match_rung) == (Outcome.ROUTED, (A, B), Rung.N2)
    assert stated(decision, R.ENG_MULTI_SAME_SERVICE)["number"] == "4500012345, EJ 4500012346"


def test_row_27_amounts_are_taken_together() -> None:
    """What remains on all of them has to cover the invoice, as no split could otherwise."""
    first, second = commitment("A-1", remaining=Decimal(700)), commitment("A-2", remaining=Decimal(500))
    read = invoice(commitment_number="A-1;A-2")
    assert R.AMT_EXACT_REMAINING in codes(decide(read, snapshot(first, second)).findings)
    short = commitment("A-2", remaining=Decimal(400))
    decision = decide(read, snapshot(first, short))
    assert (decision.outcome, decision.reason) == (Outcome.REVIEW, R.AMT_OVER_REMAINING)
    assert stated(decision, R.AMT_OVER_REMAINING)["over"] == "100.00"
    unknown = decide(read, snapshot(first, commitment("A-2", remaining=None)))
    assert (unknown.outcome, unknown.reason) == (Outcome.ROUTED, R.AMT_UNKNOWN)
    assert stated(unknown, R.AMT_UNKNOWN) == {"commitment": "A-1, A-2"}


def test_row_27_each_is_looked_at() -> None:
    """One that is closed stops them all; the service may come from them."""
    closed = commitment("4500012346", status="closed")
    decision = decide(invoice(commitment_number="4500012345,4500012346"), snapshot(A, closed))
    assert (decision.outcome, decision.reason) == (Outcome.REVIEW, R.ENG_CLOSED)
    assert decision.commitments == (A, closed)
    no_service = decide(invoice(commitment_number="4500012345,4500012346", service_code=None), snapshot(A, B))
    assert (no_service.reason, no_service.service_code) == (R.SVC_FROM_COMMITMENT, "DIRINFRA")
    stranger = decide(invoice(OFFICE, commitment_number="4500012345,4500012346"), snapshot(A, B))
    assert stranger.reason is R.SUP_MISMATCH
    assert codes(stranger.findings).count(R.SUP_MISMATCH) == 1


@pytest.mark.parametrize(
    ("written", "second", "missing"),
    [
        ("4500012345, 4500012346", commitment("4500012346", service_code="CULTURE"), ""),
        ("4500012345, 4500012346", commitment("4500012346", service_code=None), ""),
        ("4500012345, 4500012346", commitment("4500012346", supplier_id=OFFICE), ""),
        ("4500012345, 77-1", B, "77-1"),
        ("4500012345, 4500012346", commitment("4500012346", recipient_siret=LAB), "4500012346"),
    ],
)
def test_row_28_split(written: str, second: Commitment, missing: str) -> None:
    """Different services or suppliers, or one that is not found, are for a person."""
    decision = decide(invoice(commitment_number=written), snapshot(A, second))
    assert (decision.outcome, decision.reason) == (Outcome.REVIEW, R.ENG_MULTI_SPLIT)
    assert (decision.review_queue, decision.proposed_action) == (Queue.FINANCE, Action.NONE)
    assert decision.commitments == ((A,) if missing else (A, second))
    assert decision.commitment is None
    assert stated(decision, R.ENG_MULTI_SPLIT)["missing"] == missing
    assert stated(decision, R.ENG_MULTI_SPLIT)["number"] == written.replace(";", ",")
    assert not {R.AMT_WITHIN_REMAINING, R.AMT_UNKNOWN} & set(codes(decision.findings))
    assert decision.reservations == ()
    assert A.number in {c.number for c in decision.candidates}


def test_row_28_an_ambiguous_one() -> None:
    """One that may mean several is as good as not found; if no other is found, it is ambiguous."""
    known = snapshot(A, commitment("B-2"), commitment("B/2"))
    decision = decide(invoice(commitment_number="4500012345;B2"), known)
    assert decision.reason is R.ENG_MULTI_SPLIT
    assert stated(decision, R.ENG_MULTI_SPLIT)["missing"] == "B2"
    assert decide(invoice(commitment_number="B2;77"), known).reason is R.ENG_AMBIGUOUS


@pytest.mark.parametrize("written", ["4500012345;", "4500012345, EJ 4500012345", "4500012345 + N/A", "; 4500012345"])
def test_several_that_are_one(written: str) -> None:
    """A list that names one commitment is that commitment's number, on rung N5."""
    decision = decide(invoice(commitment_number=written), snapshot(A, B))
    assert (decision.outcome, decision.reason) == (Outcome.ROUTED, R.OK)
    assert (decision.commitment, decision.commitments, decision.match_rung) == (A, (A,), Rung.N5)
    assert R.ENG_MATCH_NORMALISED in codes(decision.findings)
    assert set(stated(decision, R.ENG_MATCH_NORMALISED)["number"].split(", ")) <= {"4500012345", "EJ 4500012345"}
    assert decision.reservations[0].number == "4500012345"


@pytest.mark.parametrize("written", ["77;78", "4500012345/77", "77/4500012346", "N/A;SANS", "4500012345 77"])
def test_no_list_at_all(written: str) -> None:
    """Where none of a list is known, or only one half, the number is simply not found."""
    decision = decide(invoice(commitment_number=written), snapshot(A, B))
    assert decision.reason is R.ENG_NOT_FOUND_CANDIDATES
    assert stated(decision, R.ENG_NOT_FOUND_CANDIDATES)["number"] == written


def test_lines_of_which_none_is_known() -> None:
    """Lines that name nothing known are not found together."""
    lines = ["77", "78"]
    decision = decide(invoice(commitment_number=None, line_commitment_numbers=lines), snapshot(A))
    assert stated(decision, R.ENG_NOT_FOUND_CANDIDATES) == {"number": "77, 78", "count": "1"}


def test_a_number_with_a_comma_is_one() -> None:
    """A number that stands in the reference data as it is written is not taken apart."""
    whole = commitment("4500012345,4500012346")
    decision = decide(invoice(commitment_number="4500012345,4500012346"), snapshot(A, B, whole))
    assert (decision.commitment, decision.match_rung) == (whole, Rung.N0)


def test_can_be_switched_off() -> None:
    """A body that wants one number per invoice does not look for several in a field."""
    off = decide(
        invoice(commitment_number="4500012345,4500012346"), snapshot(A, B), policy("[matching]\nseveral=false")
    )
    assert off.reason is R.ENG_NOT_FOUND_CANDIDATES

"""Which commitment: rows 18 to 26, the ladder, and what keeps it from collisions."""

import dataclasses
import datetime as dt

import pytest

from rules.decision import Outcome
from rules.findings import ReasonCode
from rules.model import Commitment, IdType, Recipient, Service
from rules.normalise import Rung
from rules.table import Action, Queue
from tests.unit.rules.build import (
    LAB,
    MAIN,
    OFFICE,
    PRINTER,
    ROADS,
    ROADS_2,
    codes,
    commitment,
    credit,
    decide,
    invoice,
    party,
    past,
    policy,
    snapshot,
    stated,
)

R = ReasonCode
STRICT = Recipient(siret=MAIN, name="x", commitment_required=True)


@pytest.mark.parametrize(
    ("written", "stored", "rung"),
    [
        ("2026-000101", "2026-000101", Rung.N0),
        (" 2026-000101", "2026-000101", Rung.N1),
        ("bc26/0042", "BC26/0042", Rung.N1),
        ("2026 000101", "2026-000101", Rung.N2),
        ("EJ n° 2026-000101", "2026-000101", Rung.N2),
        ("2026.000101", "EJ 2026/000101", Rung.N2),
        ("EJ L26-0001", "L26-0001", Rung.N2),
        ("rh 7", "cde-rh-7", Rung.N2),
        ("4500012345", "0004500012345", Rung.N3),
        ("BC42", "0042", Rung.N3),
        ("L-0026", "L26", Rung.N3),
        ("101", "2026-000101", Rung.N4),
        ("26-000101", "2026-000101", Rung.N4),
        ("2026-101", "000101", Rung.N4),
        ("2025-9914", "9914", Rung.N4),
    ],
)
def test_rows_21_and_22_the_ladder(written: str, stored: str, rung: Rung) -> None:
    """A number is recognised on the lowest rung where it is found, and the rung is told."""
    year = 2025 if "2025" in written else 2026
    known = commitment(stored, fiscal_year=year, carried_over=True)
    decision = decide(invoice(commitment_number=written), snapshot(known))
    code = R.ENG_MATCH_EXACT if rung is Rung.N0 else R.ENG_MATCH_NORMALISED
    assert (decision.outcome, decision.reason) == (Outcome.ROUTED, R.OK)
    assert (decision.commitment, decision.match_rung) == (known, rung)
    assert stated(decision, code) == {"number": written, "commitment": stored, "rung": rung.value}


@pytest.mark.parametrize(
    "changes",
    [
        {"supplier_id": ROADS_2},
        {"supplier_id": OFFICE},
        {"supplier_id": None},
        {"recipient_siret": LAB},
        {"number": "2024-000101", "fiscal_year": 2024},
        {"number": "2025-000101", "fiscal_year": 2026},
    ],
)
def test_row_22_n4_needs_this_very_supplier_and_exercise(changes: dict[str, object]) -> None:
    """An exercise is only looked over for this supplier's identifier, and for the exercises concerned."""
    known = commitment(**({"number": "2026-000101"} | changes))
    decision = decide(invoice(commitment_number="101"), snapshot(known))
    assert decision.reason in {R.ENG_NOT_FOUND, R.ENG_NOT_FOUND_CANDIDATES}
    assert decision.commitment is None


def test_row_22_n4_without_a_date() -> None:
    """Without a date there is no exercise to look over."""
    decision = decide(invoice(commitment_number="101", issue_date=None), snapshot(commitment()))
    assert decision.reason is R.ENG_NOT_FOUND_CANDIDATES


def test_row_22_n4_for_suppliers_of_other_kinds() -> None:
    """Any identifier will do that is equal in value and type."""
    known = commitment(supplier_id="BE0999", supplier_id_type=IdType.UE_HORS_FRANCE)
    read = invoice("be 0999", IdType.UE_HORS_FRANCE, commitment_number="101")
    assert decide(read, snapshot(known)).match_rung is Rung.N4


def test_row_22_n4_must_be_unique() -> None:
    """Two numbers that differ by the exercise are not chosen between, in one budget or in two."""
    other = commitment("101-26", supplier_id=OFFICE)
    decision = decide(invoice(commitment_number="101"), snapshot(commitment(), other))
    assert decision.reason is R.ENG_AMBIGUOUS
    assert stated(decision, R.ENG_AMBIGUOUS)["candidates"] == "101-26 (2026), 2026-000101 (2026)"
    foreign = commitment("26/101", recipient_siret=LAB)
    decision = decide(invoice(commitment_number="101"), snapshot(commitment(), foreign))
    assert decision.reason is R.ENG_AMBIGUOUS
    same = commitment(recipient_siret=LAB)
    assert decide(invoice(commitment_number="101"), snapshot(commitment(), same)).match_rung is Rung.N4
    strangers = (commitment(supplier_id=OFFICE), commitment("101-26", supplier_id=PRINTER))
    decision = decide(invoice(commitment_number="101"), snapshot(*strangers))
    assert decision.reason is R.ENG_NOT_FOUND


def test_row_22_n4_two_exercises_of_one_number() -> None:
    """Where one number exists in two exercises, the one that is over cannot be meant; if both live, a person looks."""
    last = commitment(number="000101", fiscal_year=2025)
    this = commitment(number="000101")
    decision = decide(invoice(commitment_number="2026-101"), snapshot(last, this))
    assert (decision.commitment, decision.match_rung) == (this, Rung.N4)
    carried = dataclasses.replace(last, carried_over=True)
    assert decide(invoice(commitment_number="2026-101"), snapshot(carried, this)).reason is R.ENG_AMBIGUOUS


@pytest.mark.parametrize(
    ("overlay", "written", "stored"),
    [
        ("leading_zeros = false", "BC42", "0042"),
        ("exercises = []", "101", "2026-000101"),
        ('exercises = ["26"]', "101", "2026-000101"),
        ("leading_zeros = false", "101", "2026-000101"),
        ("several = false", "2026-000101;", "2026-000101"),
        ("labels = []", "EJ 2026-000101", "2026-000101"),
    ],
)
def test_rungs_can_be_switched_off(overlay: str, written: str, stored: str) -> None:
    """A body that numbers otherwise switches a rung off."""
    read, known = invoice(commitment_number=written), snapshot(commitment(stored))
    assert decide(read, known).outcome is Outcome.ROUTED
    off = decide(read, known, policy(f"[matching]\n{overlay}"))
    assert (off.outcome, off.reason) == (Outcome.REVIEW, R.ENG_NOT_FOUND_CANDIDATES)


def test_row_22_exercises_without_zeros() -> None:
    """With N3 off, N4 still looks over an exercise, zeros counting."""
    known = snapshot(commitment("2026-000101"))
    chosen = policy("[matching]\nleading_zeros = false")
    assert decide(invoice(commitment_number="000101"), known, chosen).match_rung is Rung.N4


@pytest.mark.parametrize(
    ("other", "reason"),
    [
        (commitment("20260001-01"), R.ENG_AMBIGUOUS),
        (commitment("20260001-01", supplier_id=ROADS_2), R.ENG_AMBIGUOUS),
        (commitment("20260001-01", supplier_id=OFFICE), R.OK),
        (commitment("20260001-01", supplier_id=None), R.OK),
        (commitment("20260001-01", recipient_siret=LAB), R.ENG_AMBIGUOUS),
        (commitment("20260001-01", recipient_siret=LAB, supplier_id=OFFICE), R.OK),
        (commitment("2026-000101", recipient_siret=LAB), R.OK),
        (commitment(" 2026-000101", recipient_siret=LAB), R.OK),
        (commitment("2026000101", recipient_siret=LAB), R.ENG_AMBIGUOUS),
        (commitment("9926000101"), R.OK),
    ],
)
def test_row_24_collisions(other: Commitment, reason: ReasonCode) -> None:
    """A form that two numbers of the body share is only resolved by the supplier, and never to another budget."""
    decision = decide(invoice(commitment_number="2026000101"), snapshot(other, commitment()))
    assert decision.reason is reason
    assert decision.commitment == (commitment() if reason is R.OK else None)
    if reason is R.ENG_AMBIGUOUS:
        assert (decision.outcome, decision.review_queue) == (Outcome.REVIEW, Queue.FINANCE)
        assert (decision.proposed_action, decision.portal_reason) == (Action.NONE, None)
        assert decision.match_rung is None
        assert {c.refused_by for c in decision.candidates if c.recipient_siret == MAIN} == {R.ENG_AMBIGUOUS}


def test_row_24_told_apart_by_the_supplier() -> None:
    """Where the supplier leaves exactly one, the reason says so."""
    other = commitment("20260001-01", supplier_id=OFFICE)
    decision = decide(invoice(commitment_number="2026000101"), snapshot(other, commitment()))
    assert stated(decision, R.ENG_MATCH_DISAMBIGUATED_BY_SUPPLIER) == {
        "number": "2026000101",
        "chosen": "2026-000101",
        "count": "2",
        "rung": "N2",
    }
    assert decision.match_rung is Rung.N2
    assert R.ENG_MATCH_NORMALISED not in codes(decision.findings)


def test_row_24_the_supplier_leaves_another_budgets() -> None:
    """If the only one of this supplier is another budget's, nothing is chosen."""
    mine = commitment(supplier_id=OFFICE)
    foreign = commitment("20260001-01", recipient_siret=LAB)
    decision = decide(invoice(commitment_number="2026000101"), snapshot(mine, foreign))
    assert decision.reason is R.ENG_AMBIGUOUS
    assert stated(decision, R.ENG_AMBIGUOUS)["candidates"] == "2026-000101 (2026), 20260001-01 (2026)"


def test_row_24_a_declared_party_tells_apart() -> None:
    """A sub-contractor is told apart by the contract on which it is declared."""
    mine = commitment(contract_number="M-7")
    other = commitment("20260001-01", supplier_id=PRINTER)
    known = snapshot(other, mine, contract_parties=(party("subcontractor"),))
    decision = decide(invoice(OFFICE, commitment_number="2026000101", billing_framework="A9"), known)
    assert (decision.outcome, decision.commitment) == (Outcome.ROUTED, mine)


def test_the_lowest_rung_decides() -> None:
    """An exact number is not made ambiguous by coarser forms; an N2 form not by N3 ones."""
    others = (commitment("2026/000101"), commitment("2026000101", recipient_siret=LAB))
    assert decide(known=snapshot(*others, commitment())).match_rung is Rung.N0
    known = snapshot(commitment("BC-0042"), commitment("BC-042"))
    decision = decide(invoice(commitment_number="BC 042"), known)
    assert (decision.commitment, decision.match_rung) == (commitment("BC-042"), Rung.N2)
    assert decide(invoice(commitment_number="BC 42"), known).reason is R.ENG_AMBIGUOUS


@pytest.mark.parametrize("issued", [dt.date(2026, 1, 5), None])
def test_one_number_in_several_exercises(issued: dt.date | None) -> None:
    """An exercise that is over does not count beside a living one; two that live are ambiguous."""
    this = commitment(fiscal_year=2026)
    decision = decide(invoice(issue_date=issued), snapshot(commitment(fiscal_year=2025), this))
    assert (decision.outcome, decision.commitment) == (Outcome.ROUTED, this)
    both = snapshot(commitment(fiscal_year=2025, carried_over=True), this)
    assert decide(invoice(issue_date=issued), both).reason is R.ENG_AMBIGUOUS


def test_no_exercise_of_the_year() -> None:
    """Where none is of the year, the same number in two exercises is ambiguous."""
    both = (commitment(fiscal_year=2024), commitment(fiscal_year=2023), commitment("X-1", fiscal_year=None))
    decision = decide(known=snapshot(*both))
    assert decision.reason is R.ENG_AMBIGUOUS
    assert stated(decision, R.ENG_AMBIGUOUS) == {
        "number": "2026-000101",
        "candidates": "2026-000101 (2023), 2026-000101 (2024)",
    }
    yearless = (commitment("A1-2", fiscal_year=None), commitment("A-12", fiscal_year=None))
    decision = decide(invoice(commitment_number="A12"), snapshot(*yearless))
    assert stated(decision, R.ENG_AMBIGUOUS)["candidates"] == "A-12, A1-2"


@pytest.mark.parametrize(
    ("known", "reason", "action"),
    [
        ((commitment(supplier_id=OFFICE),), R.ENG_NOT_FOUND, Action.REJECT),
        ((commitment(recipient_siret=LAB),), R.ENG_NOT_FOUND, Action.REJECT),
        ((commitment(),), R.ENG_NOT_FOUND_CANDIDATES, Action.INTERNAL_REROUTE),
        ((commitment(supplier_id=ROADS_2),), R.ENG_NOT_FOUND_CANDIDATES, Action.INTERNAL_REROUTE),
    ],
)
def test_rows_25_and_26_not_found(known: tuple[Commitment, ...], reason: ReasonCode, action: Action) -> None:
    """It matters whether this supplier has a commitment at this recipient, or under that number at another."""
    decision = decide(invoice(commitment_number="4500012345"), snapshot(*known))
    assert (decision.outcome, decision.reason) == (Outcome.REVIEW, reason)
    assert decision.review_queue is Queue.FINANCE
    assert (decision.proposed_action, decision.portal_reason) == (action, "EJ_ERR")
    values = {"number": "4500012345"} | ({"count": "1"} if reason is R.ENG_NOT_FOUND_CANDIDATES else {})
    assert stated(decision, reason) == values
    assert decision.match_rung is None


def test_another_budgets_number_is_not_found_and_says_whose_it_is() -> None:
    """The number of another budget's commitment is as good as none; the candidates name that budget."""
    decision = decide(known=snapshot(commitment(recipient_siret=LAB)))
    assert (decision.reason, decision.proposed_action) == (R.ENG_NOT_FOUND_CANDIDATES, Action.INTERNAL_REROUTE)
    strangers = decide(known=snapshot(commitment(recipient_siret=LAB, supplier_id=OFFICE)))
    assert (strangers.reason, len(strangers.candidates)) == (R.ENG_NOT_FOUND, 1)
    (candidate,) = decision.candidates
    assert (candidate.recipient_siret, candidate.number, candidate.refused_by) == (LAB, "2026-000101", R.ENG_NOT_FOUND)


@pytest.mark.parametrize(
    ("service", "required"),
    [(None, True), ("DIRINFRA", True), ("CULTURE", False), ("PRESSE", True), ("X", True), ("MARCHES", True)],
)
def test_rows_19_and_20_missing(service: str | None, *, required: bool) -> None:
    """A usable service's own flag wins over its budget's; without one the budget's holds."""
    services = tuple(
        Service(recipient_siret=MAIN, code=code, name=code, active=code != "PRESSE", commitment_required=flag)
        for code, flag in (("DIRINFRA", None), ("CULTURE", False), ("PRESSE", False), ("MARCHES", True))
    )
    known = snapshot(services=services, recipient=STRICT)
    decision = decide(invoice(commitment_number=None, service_code=service), known)
    assert (R.ENG_MISSING_REQUIRED in codes(decision.findings)) is required
    assert (R.ENG_MISSING_OPTIONAL in codes(decision.findings)) is not required
    if required:
        assert (decision.outcome, decision.reason) == (Outcome.REVIEW, R.ENG_MISSING_REQUIRED)
        assert decision.review_queue is Queue.SERVICE
        assert (decision.proposed_action, decision.portal_reason) == (Action.SUSPEND, "EJ_ERR")
    else:
        assert (decision.outcome, decision.reason, decision.service_code) == (Outcome.ROUTED, R.OK, "CULTURE")
        assert decision.reservations == ()
    easy = decide(invoice(commitment_number=None, service_code="MARCHES"), snapshot(services=services))
    assert easy.reason is R.ENG_MISSING_REQUIRED


def test_a_credit_note_asks_by_the_service_it_inherits() -> None:
    """Whether a credit note needs a commitment is for the service of its original to say."""
    free = Service(recipient_siret=MAIN, code="LIBRE", name="x", commitment_required=False)
    origin = past(commitment_number=None, service_code="LIBRE")
    known = snapshot(services=(free,), recipient=STRICT, past=(origin,))
    decision = decide(credit("F-0", commitment_number=None, service_code=None), known)
    assert (decision.outcome, decision.service_code) == (Outcome.ROUTED, "LIBRE")


@pytest.mark.parametrize(
    "written",
    [
        *(
            "0",
            "0000",
            "-",
            "N/A",
            "n.a.",
            "NA",
            "SANS",
            "xxxx",
            "Néant",
            "NEANT",
            "?",
            "//",
            "EJ",
            "n°",
            "Bon de commande",
        ),
        *(MAIN, ROADS, "999 010 010 00018", "999010010", "229900014", "f-1", "F 1", "dirinfra", "Sans objet"),
    ],
)
def test_row_19_placeholders(written: str) -> None:
    """What stands for no number counts as missing: with its own reason where a number is required."""
    known = snapshot(commitment(), recipient=STRICT)
    decision = decide(invoice(commitment_number=written), known)
    assert (decision.outcome, decision.reason) == (Outcome.REVIEW, R.ENG_PLACEHOLDER)
    assert (decision.review_queue, decision.proposed_action) == (Queue.SERVICE, Action.SUSPEND)
    assert decision.portal_reason == "EJ_ERR"
    assert stated(decision, R.ENG_PLACEHOLDER) == {"number": written}
    free = decide(invoice(commitment_number=written), snapshot(commitment()))
    assert (free.outcome, free.reason) == (Outcome.ROUTED, R.OK)
    assert R.ENG_MISSING_OPTIONAL in codes(free.findings)
    assert free.commitment is None


@pytest.mark.parametrize("written", ["1", "99", "X1", "0X", "EJ7", "SANS1", "SIRET", "F-2", ROADS_2])
def test_what_is_no_placeholder(written: str) -> None:
    """A number that is merely odd is looked for."""
    decision = decide(invoice(commitment_number=written), snapshot(commitment(), recipient=STRICT))
    assert decision.reason is R.ENG_NOT_FOUND_CANDIDATES


@pytest.mark.parametrize(
    ("written", "found"), [("F-1", True), ("dirinfra", True), ("EJ", True), (ROADS, True), ("0", False), ("NA", False)]
)
def test_a_commitment_of_that_very_number(written: str, *, found: bool) -> None:
    """A number that is only suspicious is one all the same where a commitment bears it; a word for none never is."""
    known = snapshot(commitment(written.upper()), recipient=STRICT)
    decision = decide(invoice(commitment_number=written), known)
    assert decision.reason is (R.OK if found else R.ENG_PLACEHOLDER)
    foreign = snapshot(commitment(written.upper(), recipient_siret=LAB), recipient=STRICT)
    assert decide(invoice(commitment_number=written), foreign).reason is R.ENG_PLACEHOLDER


def test_placeholders_of_an_invoice_that_says_little() -> None:
    """Values that are absent make no placeholder."""
    read = invoice(None, invoice_number=None, service_code=None, recipient_siret=None, commitment_number="F-1")
    assert decide(read, snapshot(commitment(), recipient=STRICT)).reason is R.ENG_NOT_FOUND


def test_the_numbers_of_the_lines() -> None:
    """Without a number in the header, one and the same number on the lines is the number."""
    lines = ["2026-000101", "2026 000101", "N/A"]
    decision = decide(invoice(commitment_number=None, line_commitment_numbers=lines))
    assert (decision.commitment, decision.match_rung) == (commitment(), Rung.N0)
    decision = decide(invoice(commitment_number="0", line_commitment_numbers=lines))
    assert decision.commitment == commitment()
    decision = decide(invoice(line_commitment_numbers=["X-9"]))
    assert (decision.outcome, decision.commitment) == (Outcome.ROUTED, commitment())


def test_policies_of_a_budget_are_applied() -> None:
    """What a body chooses for one budget holds for that budget's invoices alone."""
    own = policy(f"[recipients.{MAIN}.matching]\nleading_zeros = false")
    other = policy(f"[recipients.{LAB}.matching]\nleading_zeros = false")
    read, known = invoice(commitment_number="BC42"), snapshot(commitment("0042"))
    assert decide(read, known, own).outcome is Outcome.REVIEW
    assert decide(read, known, other).outcome is Outcome.ROUTED
    assert decide(read, known, own).policy_version == own.version

"""Contract numbers: rows 18 and 23."""

import pytest

from rules.decision import Outcome
from rules.findings import ReasonCode
from rules.model import Commitment
from rules.normalise import Rung
from rules.table import Action
from tests.unit.rules.build import (
    LAB,
    OFFICE,
    ROADS_2,
    codes,
    commitment,
    decide,
    invoice,
    party,
    policy,
    snapshot,
    stated,
)
from tests.unit.rules.test_matching import STRICT

R = ReasonCode
ON_MARKET = commitment(contract_number="2024/TRX/07")


@pytest.mark.parametrize(
    ("written", "rung"),
    [("2024/TRX/07", Rung.N0), ("2024/trx/07", Rung.N1), ("Marché 2024 TRX 07", Rung.N2)],
)
def test_row_18_from_the_market(written: str, rung: Rung) -> None:
    """A required commitment that is missing is the contract's only open one of this supplier, said so."""
    read = invoice(commitment_number=None, contract_number=written)
    decision = decide(read, snapshot(ON_MARKET, recipient=STRICT))
    assert (decision.outcome, decision.reason) == (Outcome.ROUTED, R.ENG_FROM_MARKET)
    assert (decision.commitment, decision.match_rung) == (ON_MARKET, rung)
    assert decision.warnings == (R.ENG_FROM_MARKET,)
    assert decision.proposed_action is Action.NONE
    assert stated(decision, R.ENG_FROM_MARKET) == {
        "contract": written,
        "commitment": "2026-000101",
        "rung": rung.value,
    }
    placeholder = decide(
        invoice(commitment_number="N/A", contract_number=written), snapshot(ON_MARKET, recipient=STRICT)
    )
    assert placeholder.reason is R.ENG_FROM_MARKET


_B = {"number": "B-2", "contract_number": "2024/TRX/07"}


@pytest.mark.parametrize(
    ("others", "found"),
    [
        ((), True),
        ((commitment(**_B),), False),
        ((commitment(**_B, status="closed"),), True),
        ((commitment(**_B, status="cancelled"),), True),
        ((commitment(**_B, fiscal_year=2025),), True),
        ((commitment(**_B, fiscal_year=2025, carried_over=True),), False),
        ((commitment(**_B, supplier_id=OFFICE),), True),
        ((commitment(**_B, supplier_id=ROADS_2),), False),
        ((commitment(**_B, supplier_id=None),), True),
        ((commitment(**_B, recipient_siret=LAB),), True),
        ((commitment("B-2", contract_number="2024/TRX/08"),), True),
        ((commitment("B-2", contract_number=None),), True),
    ],
)
def test_row_18_exactly_one(others: tuple[Commitment, ...], *, found: bool) -> None:
    """Only open commitments of this supplier at this recipient count, and only one of them will do."""
    read = invoice(commitment_number=None, contract_number="2024/TRX/07")
    decision = decide(read, snapshot(ON_MARKET, *others, recipient=STRICT))
    assert decision.reason is (R.ENG_FROM_MARKET if found else R.ENG_MISSING_REQUIRED)
    assert decision.commitment == (ON_MARKET if found else None)


def test_row_18_only_where_required() -> None:
    """Where no commitment is required, the invoice goes to its service without one."""
    read = invoice(commitment_number=None, contract_number="2024/TRX/07")
    decision = decide(read, snapshot(ON_MARKET))
    assert (decision.outcome, decision.reason, decision.commitment) == (Outcome.ROUTED, R.OK, None)
    assert R.ENG_MISSING_OPTIONAL in codes(decision.findings)


def test_row_18_can_be_switched_off() -> None:
    """A body may want people to look instead."""
    read = invoice(commitment_number=None, contract_number="2024/TRX/07")
    off = decide(read, snapshot(ON_MARKET, recipient=STRICT), policy("[matching]\nfrom_market = false"))
    assert off.reason is R.ENG_MISSING_REQUIRED


def test_row_18_a_declared_party() -> None:
    """A declared sub-contractor finds the commitment of its contract."""
    known = snapshot(ON_MARKET, recipient=STRICT, contract_parties=(party("subcontractor", OFFICE, "2024/TRX/07"),))
    read = invoice(OFFICE, commitment_number=None, contract_number="2024/TRX/07", billing_framework="A9")
    assert decide(read, known).reason is R.ENG_FROM_MARKET


@pytest.mark.parametrize("number", [None, "N/A", "2024/TRX/07", "X-9"])
def test_row_23_a_commitment_in_the_contract_field(number: str | None) -> None:
    """A commitment number in the contract's field is recognised, said so, whether one is required or not."""
    read = invoice(commitment_number=number, contract_number="2026 000101")
    for recipient in (STRICT, snapshot().recipient):
        decision = decide(read, snapshot(ON_MARKET, recipient=recipient))
        assert (decision.outcome, decision.reason) == (Outcome.ROUTED, R.ENG_MATCH_SWAPPED_FIELD)
        assert (decision.commitment, decision.match_rung) == (ON_MARKET, Rung.N2)
        assert stated(decision, R.ENG_MATCH_SWAPPED_FIELD) == {
            "number": "2026 000101",
            "field": "contract_number",
            "commitment": "2026-000101",
            "rung": "N2",
        }


def test_row_23_a_contract_in_the_commitment_field() -> None:
    """A contract number in the commitment's field leads to its one open commitment of this supplier."""
    decision = decide(invoice(commitment_number="2024-TRX-07"), snapshot(ON_MARKET, commitment("B-2")))
    assert (decision.outcome, decision.reason) == (Outcome.ROUTED, R.ENG_MATCH_SWAPPED_FIELD)
    assert (decision.commitment, decision.match_rung) == (ON_MARKET, Rung.N2)
    assert stated(decision, R.ENG_MATCH_SWAPPED_FIELD)["field"] == "commitment_number"
    stranger = decide(invoice(OFFICE, commitment_number="2024-TRX-07"), snapshot(ON_MARKET))
    assert stranger.reason is R.ENG_NOT_FOUND


def test_row_23_several_on_the_contract() -> None:
    """A contract with several open commitments of this supplier leaves a choice."""
    other = commitment("B-2", contract_number="2024/TRX/07")
    decision = decide(invoice(commitment_number="2024/TRX/07"), snapshot(ON_MARKET, other))
    assert decision.reason is R.ENG_AMBIGUOUS
    assert stated(decision, R.ENG_AMBIGUOUS) == {
        "number": "2024/TRX/07",
        "candidates": "2026-000101 (2026), B-2 (2026)",
    }


def test_row_23_readings_that_disagree() -> None:
    """Where each field, read as the other, leads elsewhere, nothing is chosen."""
    read = invoice(commitment_number="2024/TRX/07", contract_number="B-2")
    decision = decide(read, snapshot(ON_MARKET, commitment("B-2")))
    assert decision.reason is R.ENG_AMBIGUOUS
    assert stated(decision, R.ENG_AMBIGUOUS) == {"number": "B-2", "candidates": "B-2 (2026), 2026-000101 (2026)"}


def test_row_23_an_ambiguous_contract_field() -> None:
    """A contract field that may mean several commitments means none."""
    known = snapshot(commitment("B-2"), commitment("B/2"))
    decision = decide(invoice(commitment_number="X-9", contract_number="B 2"), known)
    assert decision.reason is R.ENG_AMBIGUOUS


def test_row_23_a_real_contract_is_no_commitment() -> None:
    """A contract number that a contract bears is one, though a commitment should bear it too."""
    read = invoice(commitment_number=None, contract_number="M-7")
    known = snapshot(commitment("M-7"), commitment("B-2", contract_number="M7"))
    assert R.ENG_MISSING_OPTIONAL in codes(decide(read, known).findings)
    placeholder = decide(invoice(commitment_number=None, contract_number="F-1"), snapshot(commitment("F/1")))
    assert R.ENG_MISSING_OPTIONAL in codes(placeholder.findings)


def test_row_23_only_where_the_field_itself_fails() -> None:
    """A number found in its own field is not looked for in the other."""
    read = invoice(contract_number="B-2")
    decision = decide(read, snapshot(ON_MARKET, commitment("B-2")))
    assert (decision.commitment, decision.reason) == (ON_MARKET, R.OK)


def test_row_23_another_suppliers_commitment_is_reviewed() -> None:
    """A swapped number does not excuse another supplier."""
    decision = decide(invoice(OFFICE, commitment_number=None, contract_number="2026-000101"), snapshot(ON_MARKET))
    assert (decision.outcome, decision.reason) == (Outcome.REVIEW, R.SUP_MISMATCH)


def test_row_23_can_be_switched_off() -> None:
    """A body whose contracts are numbered like its commitments switches it off."""
    chosen = policy("[matching]\nswapped_fields = false")
    read = invoice(commitment_number="X-9", contract_number="2026-000101")
    assert decide(read, snapshot(ON_MARKET), chosen).reason is R.ENG_NOT_FOUND_CANDIDATES

"""Contract numbers (numéro de marché): what leads from one to a commitment, where it stands in its field or another."""

from rules.case import Case
from rules.findings import ReasonCode, finding
from rules.gates.supplier import AGREEING, agreement
from rules.match import Match, ambiguous, conclude, reach
from rules.model import Commitment, CommitmentStatus
from rules.normalise import Rung, forms
from rules.placeholders import is_placeholder

CONTRACT = "contract_number"  # the field, as findings name it


def contract_given(case: Case) -> str | None:
    """The contract number that the invoice gives, unless it is a placeholder."""
    given = case.invoice.contract_number
    return given.value if given and not is_placeholder(case, given.value) else None


def from_market(case: Case) -> Match | None:
    """Row 18: no commitment number, and the contract has exactly one open commitment of this supplier."""
    contract = contract_given(case)
    found = _open_ones(case, contract)
    if len(found) != 1 or not case.policy.matching.from_market:
        return None
    rung = _rung(case, contract, found[0])
    stated = finding(ReasonCode.ENG_FROM_MARKET, contract=contract, commitment=found[0].number, rung=rung)
    return Match(findings=(stated,), commitments=found, rung=rung, number=contract)


def from_swapped_fields(case: Case, number: str | None) -> Match | None:
    """Row 23: the contract field read as a commitment number, and the commitment field as a contract number.

    The contract field is not read so where it is the number of a contract of this recipient. Where both readings
    lead somewhere they must agree.
    """
    if not case.policy.matching.swapped_fields:
        return None
    of_contract = _open_ones(case, number)
    match = _contract_as_number(case)
    if match is None:
        return _number_as_contract(case, number, of_contract)
    if match.commitment and of_contract and match.commitment not in of_contract:
        return ambiguous(contract_given(case) or "", (match.commitment, *of_contract))
    return match


def _contract_as_number(case: Case) -> Match | None:
    contract = contract_given(case)
    reached = reach(case, contract) if contract and not _of_contract(case, contract) else None
    if contract is None or reached is None:
        return None
    match = conclude(case, contract, reached)
    return _swapped(contract, CONTRACT, match.commitment, reached.rung) if match.commitment else match


def _number_as_contract(case: Case, number: str | None, of_contract: tuple[Commitment, ...]) -> Match | None:
    if number is None or not of_contract:
        return None
    if len(of_contract) > 1:
        return ambiguous(number, of_contract)
    return _swapped(number, "commitment_number", of_contract[0], _rung(case, number, of_contract[0]))


def _swapped(number: str, field: str, commitment: Commitment, rung: Rung | None) -> Match:
    stated = finding(
        ReasonCode.ENG_MATCH_SWAPPED_FIELD, number=number, field=field, commitment=commitment.number, rung=rung
    )
    return Match(findings=(stated,), commitments=(commitment,), rung=rung, number=number)


def _open_ones(case: Case, contract: str | None) -> tuple[Commitment, ...]:
    """The commitments of a contract that still take invoices, and are this supplier's."""
    return tuple(
        c
        for c in _of_contract(case, contract)
        if c.status is CommitmentStatus.OPEN
        and (c.carried_over or not case.is_over(c))
        and agreement(case, c) in AGREEING
    )


def _of_contract(case: Case, contract: str | None) -> tuple[Commitment, ...]:
    return tuple(c for c in case.own_commitments() if _rung(case, contract, c))


def _rung(case: Case, contract: str | None, commitment: Commitment) -> Rung | None:
    """The lowest rung up to N2 on which a contract number is the commitment's."""
    if not contract or not commitment.contract_number:
        return None
    labels, own = case.policy.label_forms, commitment.contract_number
    rungs = (Rung.N0, Rung.N1, Rung.N2)
    return next((rung for rung in rungs if forms(contract, rung, labels) & forms(own, rung, labels)), None)

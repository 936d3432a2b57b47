"""The supplier: rows 29 to 34."""

import pytest

from rules.decision import Outcome
from rules.findings import ReasonCode
from rules.model import Account, Commitment, ContractParty, IdType, Invoice, PartyId
from rules.table import Action, Queue
from tests.unit.rules.build import (
    OFFICE,
    PRINTER,
    ROADS,
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

R = ReasonCode
ON_MARKET = commitment(contract_number="M-7")
WRONG_KEY = "99901001000019"


@pytest.mark.parametrize(
    ("read", "known", "code"),
    [
        (invoice(), commitment(), R.SUP_SIRET_EQUAL),
        (invoice("999 010 010 00018"), commitment(), R.SUP_SIRET_EQUAL),
        (invoice("be 0999", "UE_HORS_FRANCE"), commitment(supplier_id="BE0999", supplier_id_type="UE_HORS_FRANCE"),
         R.SUP_SIRET_EQUAL),
        (invoice("X", "HORS_UE", supplier_ids=(PartyId("X", "HORS_UE", ""), PartyId(ROADS, "SIRET", ""))), commitment(),
         R.SUP_SIRET_EQUAL),
        (invoice(ROADS_2), commitment(), R.SUP_SIREN_EQUAL),
        (invoice("999010010", IdType.SIREN), commitment(), R.SUP_SIREN_EQUAL),
        (invoice("X", "HORS_UE", supplier_vat="FR12999010010"), commitment(), R.SUP_SIREN_EQUAL),
        (invoice(), commitment(supplier_id="999010010", supplier_id_type=IdType.SIREN), R.SUP_SIREN_EQUAL),
        (invoice(), commitment(supplier_id=None, supplier_id_type=None), R.SUP_UNKNOWN),
        (invoice(), commitment(supplier_id="", supplier_id_type=IdType.SIRET), R.SUP_UNKNOWN),
        (invoice(OFFICE), commitment(), R.SUP_MISMATCH),
        (invoice(None), commitment(), R.SUP_MISMATCH),
        (invoice("BE0999", "HORS_UE"), commitment(supplier_id="BE0999", supplier_id_type="UE_HORS_FRANCE"),
         R.SUP_MISMATCH),
    ],
)  # fmt: skip
def test_rows_29_30_and_33(read: Invoice, known: Commitment, code: ReasonCode) -> None:
    """The same identifier, the same firm, an unnamed supplier, or another one."""
    decision = decide(read, snapshot(known))
    assert [c for c in codes(decision.findings) if c.startswith("SUP_")] == [code]
    given = read.supplier_id.value if read.supplier_id else ""
    assert stated(decision, code) == {"given": given, "expected": known.supplier_id or "", "contract": ""}
    if code is R.SUP_MISMATCH:
        assert (decision.outcome, decision.reason) == (Outcome.REVIEW, code)
        assert (decision.review_queue, decision.proposed_action) == (Queue.FINANCE, Action.NONE)
        assert decision.portal_reason is None
        assert decision.commitment == known
        assert decision.reservations == ()
    else:
        assert decision.outcome is Outcome.ROUTED
        assert decision.reason is (code if code is R.SUP_SIREN_EQUAL else R.OK)


@pytest.mark.parametrize("cadre", ["A12", "A13", "A14", "S6"])
def test_row_31_cocontractor(cadre: str) -> None:
    """A declared co-contractor bills on the commitment of the holder."""
    known = snapshot(ON_MARKET, contract_parties=(party("cocontractor"),))
    decision = decide(invoice(OFFICE, billing_framework=cadre), known)
    assert (decision.outcome, decision.reason) == (Outcome.ROUTED, R.OK)
    assert stated(decision, R.SUP_COCONTRACTOR) == {"given": OFFICE, "expected": ROADS, "contract": "M-7"}


@pytest.mark.parametrize("cadre", ["A9", "A10", "S3"])
def test_row_31_subcontractor(cadre: str) -> None:
    """A declared sub-contractor is paid directly on the commitment of the holder."""
    known = snapshot(ON_MARKET, contract_parties=(party("subcontractor"),))
    decision = decide(invoice(OFFICE, billing_framework=cadre), known)
    assert (decision.outcome, decision.reason) == (Outcome.ROUTED, R.OK)
    assert stated(decision, R.SUP_SUBCONTRACTOR_DECLARED) == {"given": OFFICE, "expected": ROADS, "contract": "M-7"}


@pytest.mark.parametrize(
    ("cadre", "declared", "code"),
    [
        ("A1", party("subcontractor"), R.SUP_MISMATCH),
        ("A1", party("cocontractor"), R.SUP_MISMATCH),
        ("A12", party("subcontractor"), R.SUP_MISMATCH),
        ("A12", party("holder"), R.SUP_MISMATCH),
        ("A12", party("cocontractor", PRINTER), R.SUP_MISMATCH),
        ("A12", party("cocontractor", contract="M-8"), R.SUP_MISMATCH),
        ("A12", party("cocontractor", contract="m 7"), R.SUP_COCONTRACTOR),
        ("A9", party("cocontractor"), R.SUP_SUBCONTRACTOR_UNDECLARED),
        ("A9", party("holder"), R.SUP_SUBCONTRACTOR_UNDECLARED),
        ("A9", party("subcontractor", PRINTER), R.SUP_SUBCONTRACTOR_UNDECLARED),
        ("A9", party("subcontractor", contract="M-8"), R.SUP_SUBCONTRACTOR_UNDECLARED),
        ("A9", party("subcontractor", "99901002800028"), R.SUP_SUBCONTRACTOR_DECLARED),
    ],
)
def test_row_31_role_and_cadre_go_together(cadre: str, declared: ContractParty, code: ReasonCode) -> None:
    """A declaration counts in its role, on its contract, for that firm."""
    decision = decide(invoice(OFFICE, billing_framework=cadre), snapshot(ON_MARKET, contract_parties=(declared,)))
    assert code in codes(decision.findings)


def test_row_31_the_contract_may_be_the_invoices() -> None:
    """Where the commitment names no contract, the invoice's counts; where it does, its own."""
    declared = (party("subcontractor"),)
    read = invoice(OFFICE, billing_framework="A9", contract_number="Marché M-7")
    assert decide(read, snapshot(commitment(), contract_parties=declared)).outcome is Outcome.ROUTED
    other = snapshot(commitment(contract_number="M-8"), contract_parties=declared)
    assert decide(read, other).reason is R.SUP_SUBCONTRACTOR_UNDECLARED


def test_row_31_the_holder_himself() -> None:
    """The holder of a commitment needs no declaration."""
    assert decide(invoice(billing_framework="A9")).reason is R.OK
    assert decide(invoice(ROADS_2, billing_framework="A12")).reason is R.SUP_SIREN_EQUAL


@pytest.mark.parametrize("known", [ON_MARKET, commitment(contract_number="M-7", supplier_id=None)])
def test_row_32_undeclared(known: Commitment) -> None:
    """A sub-contractor that nobody declared is for the contracts desk, even where the commitment names nobody."""
    decision = decide(invoice(OFFICE, billing_framework="A10"), snapshot(known))
    assert (decision.outcome, decision.reason) == (Outcome.REVIEW, R.SUP_SUBCONTRACTOR_UNDECLARED)
    assert decision.review_queue is Queue.CONTRACTS
    assert (decision.proposed_action, decision.portal_reason) == (Action.REJECT, "ST_CT_NON_DECLAR")
    assert stated(decision, R.SUP_SUBCONTRACTOR_UNDECLARED)["contract"] == "M-7"


@pytest.mark.parametrize(
    ("cadre", "contract", "declared", "code"),
    [
        ("A9", "M-7", party("subcontractor"), R.SUP_SUBCONTRACTOR_DECLARED),
        ("A9", "M-7", party("holder"), None),
        ("A9", "M-7", party("cocontractor"), R.SUP_SUBCONTRACTOR_UNDECLARED),
        ("A9", None, party("subcontractor"), R.SUP_SUBCONTRACTOR_UNDECLARED),
        ("A12", "M-7", party("cocontractor"), R.SUP_COCONTRACTOR),
        ("A12", "M-7", party("holder"), None),
        ("A1", "M-7", party("holder"), None),
        ("A1", None, party("holder"), None),
    ],
)
def test_without_a_commitment(
    cadre: str, contract: str | None, declared: ContractParty, code: ReasonCode | None
) -> None:
    """Without a commitment only the contract tells; a sub-contractor is not taken at its word."""
    read = invoice(OFFICE, commitment_number=None, billing_framework=cadre, contract_number=contract)
    decision = decide(read, snapshot(contract_parties=(declared,)))
    assert [c for c in codes(decision.findings) if c.startswith("SUP_")] == ([code] if code else [])
    if code is R.SUP_SUBCONTRACTOR_UNDECLARED:
        assert decision.reason is code
        assert stated(decision, code) == {"given": OFFICE, "expected": "", "contract": contract or ""}
    else:
        assert decision.outcome is Outcome.ROUTED


@pytest.mark.parametrize(
    ("payee", "factor"),
    [
        (None, False),
        (ROADS, False),
        ("999 010 010", False),
        (ROADS_2, False),
        ("FR12999010010", False),
        (OFFICE, True),
        ("Factor SA", True),
    ],
)
def test_row_34_factor(payee: str | None, *, factor: bool) -> None:
    """A payee that is not the supplier is worth a word to finance; another establishment is not."""
    decision = decide(invoice(payee_id=payee))
    assert decision.outcome is Outcome.ROUTED
    assert decision.reason is (R.SUP_FACTOR if factor else R.OK)
    if factor:
        assert stated(decision, R.SUP_FACTOR) == {"payee": payee, "given": ROADS}


def test_row_34_factor_of_a_supplier_without_siren() -> None:
    """Suppliers without a SIREN are compared by their identifiers; no supplier is no payee."""
    known = commitment(supplier_id="BE0999", supplier_id_type="UE_HORS_FRANCE")
    read = {"supplier": "BE0999", "supplier_type": "UE_HORS_FRANCE"}
    assert decide(invoice(**read, payee_id="be 0999"), snapshot(known)).reason is R.OK
    assert decide(invoice(**read, payee_id="BE0998"), snapshot(known)).reason is R.SUP_FACTOR
    nameless = decide(invoice(None, payee_id="BE0998"), snapshot(commitment(supplier_id=None)))
    assert stated(nameless, R.SUP_FACTOR) == {"payee": "BE0998", "given": ""}


@pytest.mark.parametrize(
    ("account", "accounts", "changed"),
    [(None, ("a",), False), ("a", ("b", "a"), False), ("c", ("a", "b"), True), ("c", (), False)],
)
def test_row_34_account(account: str | None, accounts: tuple[str, ...], *, changed: bool) -> None:
    """An account that is none of the known ones is worth a word; where none is known, nothing has changed."""
    given = (Account(account, "0001"),) if account else ()
    decision = decide(invoice(accounts=given), snapshot(commitment(), known_accounts=accounts))
    assert decision.outcome is Outcome.ROUTED
    assert decision.reason is (R.SUP_BANK_CHANGED if changed else R.OK)
    elsewhere = invoice(accounts=(Account("c", "0001"),), payee_id=OFFICE)
    both = decide(elsewhere, snapshot(commitment(), known_accounts=("a",)))
    assert both.warnings == (R.SUP_FACTOR, R.SUP_BANK_CHANGED)


@pytest.mark.parametrize(
    ("read", "known", "fault"),
    [
        (invoice(WRONG_KEY), snapshot(commitment()), "key"),
        (invoice(WRONG_KEY, commitment_number=None), snapshot(), "key"),
        (invoice("999010011", "SIREN", commitment_number=None), snapshot(), "key"),
        (invoice("9990100100001", commitment_number=None), snapshot(), "format"),
        (invoice("00000000000000", commitment_number=None), snapshot(), "zeros"),
        (invoice(commitment_number=None), snapshot(), None),
        (invoice("999010011", "HORS_UE", commitment_number=None), snapshot(), None),
        (invoice(None, commitment_number=None), snapshot(), None),
        (invoice(WRONG_KEY), snapshot(commitment(supplier_id=WRONG_KEY)), None),
        (
            invoice(WRONG_KEY, billing_framework="A9"),
            snapshot(
                commitment(contract_number="M-7", supplier_id=OFFICE),
                contract_parties=(party("subcontractor", WRONG_KEY),),
            ),
            None,
        ),
    ],
)
def test_key_of_the_supplier(read: Invoice, known: object, fault: str | None) -> None:
    """A wrong key needs a person, unless the reference data knows that very number."""
    decision = decide(read, known)
    assert (R.IDN_KEY_INVALID in codes(decision.findings)) is (fault is not None)
    if fault:
        assert (decision.outcome, decision.reason) == (Outcome.REVIEW, R.IDN_KEY_INVALID)
        given = read.supplier_id
        assert given is not None
        assert stated(decision, R.IDN_KEY_INVALID) == {"identifier": given.value, "fault": fault}
        tolerant = decide(read, known, policy('[identifiers]\nkey_check = "warning"'))
        assert (tolerant.outcome, tolerant.reason) == (Outcome.ROUTED, R.IDN_KEY_INVALID)
        assert R.IDN_KEY_INVALID in tolerant.warnings

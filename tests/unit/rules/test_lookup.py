"""The keys that the shell asks for."""

import datetime as dt

from rules.lookup import Lookup, lookup
from rules.normalise import number_key
from tests.unit.rules.build import MAIN, ROADS, invoice


def test_all_keys() -> None:
    """Everything that concerns an invoice is asked for under its stored form."""
    keys = lookup(
        invoice(
            issue_date=None,
            invoice_number=" f-1 ",
            recipient_siret="229 900 014 00015",
            contract_number="M-07/2",
            line_commitment_numbers=["B2"],
            original_invoice_numbers=["f-0", "F-0 ", "F-9"],
        )
    )
    assert keys == Lookup(
        recipient_siret=MAIN,
        commitment_keys=("22611", "226", "11", "2", "72"),
        contract_keys=("72", "22611", "2"),
        supplier_key="SIREN:999010010",
        invoice_number="F-1",
        original_numbers=("F-0", "F-9"),
    )


def test_thousands_of_originals() -> None:
    """However many originals a credit note names, no more are asked for than a database takes in one query."""
    keys = lookup(invoice(original_invoice_numbers=[f"F-{number}" for number in range(70_000)]))
    assert keys.original_numbers == tuple(f"F-{number}" for number in range(1000))


def test_nothing_to_ask() -> None:
    """An invoice that says nothing asks for nothing."""
    bare = invoice(
        None, issue_date=None, commitment_number=None, invoice_number=None, recipient_siret=None, service_code=None
    )
    assert lookup(bare) == Lookup(
        recipient_siret=None,
        commitment_keys=(),
        contract_keys=(),
        supplier_key=None,
        invoice_number=None,
        original_numbers=(),
    )


def test_exercises_parts_and_halves_have_keys() -> None:
    """A number is asked for with and without its exercise, in parts, and as two halves."""
    keys = lookup(invoice(commitment_number="2026-000101 ; 4500012345")).commitment_keys
    assert {number_key(n) for n in ("101", "2026-000101", "26/101", "2025-4500012345", "4500012345")} <= set(keys)
    keys = lookup(invoice(commitment_number="4500012345/77")).commitment_keys
    assert {number_key(n) for n in ("4500012345", "77", "4500012345/77", "2026-77")} <= set(keys)
    assert "" not in lookup(invoice(commitment_number="-", issue_date=dt.date(2026, 1, 1))).commitment_keys


def test_supplier_key_needs_no_siret() -> None:
    """A supplier of another kind is asked for by its type and identifier."""
    assert lookup(invoice("be 0999", "UE_HORS_FRANCE")).supplier_key == "UE_HORS_FRANCE:BE0999"
    assert lookup(invoice(ROADS)).supplier_key == "SIREN:999010010"

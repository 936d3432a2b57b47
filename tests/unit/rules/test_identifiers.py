"""Identifiers of parties: shapes, keys, and who is the same."""

import pytest

from rules.identifiers import (
    KeyFault,
    compact,
    is_siren_shaped,
    is_siret_shaped,
    party_key,
    same_identifier,
    siren_fault,
    siren_in,
    siren_of,
    siret_fault,
    supplier_key,
    supplier_siren,
)
from rules.model import IdType, PartyId
from tests.unit.rules.build import ROADS, field, invoice


@pytest.mark.parametrize(
    ("siret", "fault"),
    [
        (ROADS, None),
        ("999 010 010.00018", None),
        ("99901001000019", KeyFault.KEY),
        ("35600000000048", None),
        ("35600000043211", None),
        ("35600000043212", KeyFault.KEY),
        ("00000000000000", KeyFault.ZEROS),
        ("00000000000018", KeyFault.ZEROS),
        ("9990100100001", KeyFault.FORMAT),
        ("9990100100001A", KeyFault.FORMAT),
        ("٩٩٩٠١٠٠١٠٠٠٠١٨", KeyFault.FORMAT),
        ("99901001100018", KeyFault.KEY),
    ],
)
def test_siret(siret: str, fault: KeyFault | None) -> None:
    """A SIRET has 14 digits, a name in it, and a key; the postal operator's follow another sum."""
    assert siret_fault(siret) is fault


@pytest.mark.parametrize(
    ("siren", "fault"),
    [
        ("999010010", None),
        ("999 010 010", None),
        ("999010011", KeyFault.KEY),
        ("000000000", KeyFault.ZEROS),
        ("99901001", KeyFault.FORMAT),
        ("99901001A", KeyFault.FORMAT),
    ],
)
def test_siren(siren: str, fault: KeyFault | None) -> None:
    """A SIREN has 9 digits and a key."""
    assert siren_fault(siren) is fault


def test_shapes() -> None:
    """Blanks, dots and hyphens do not count in a shape; other digits than ASCII ones are none."""
    assert compact(" be-0999.001\u00a0218 ") == "BE0999001218"
    assert is_siret_shaped("999 010 010 00018")
    assert not is_siret_shaped("999010010")
    assert is_siren_shaped("999.010.010")
    assert not is_siren_shaped("٩٩٩٠١٠٠١٠")


@pytest.mark.parametrize(
    ("identifier", "id_type", "siren"),
    [
        (ROADS, IdType.SIRET, "999010010"),
        ("999 010 010", IdType.SIREN, "999010010"),
        ("FR12999010010", None, "999010010"),
        ("FR12999010010", IdType.UE_HORS_FRANCE, "999010010"),
        ("BE0999010010", IdType.UE_HORS_FRANCE, None),
        (ROADS, IdType.SIREN, None),
        ("999010010", IdType.SIRET, None),
        ("FR1299901001", None, None),
        ("", IdType.SIRET, None),
        (None, None, None),
    ],
)
def test_siren_of(identifier: str | None, id_type: str | None, siren: str | None) -> None:
    """The SIREN is read out of what is said to hold one."""
    assert siren_of(identifier, id_type) == siren


@pytest.mark.parametrize(
    ("identifier", "siren"),
    [(ROADS, "999010010"), ("999 010 010", "999010010"), ("FR12999010010", "999010010"), ("BE0999", None), ("", None)],
)
def test_siren_in(identifier: str, siren: str | None) -> None:
    """Where only the shape is known, the shape decides."""
    assert siren_in(identifier) == siren


def test_same_identifier() -> None:
    """Identifiers are the same in the same type only, however they are written."""
    assert same_identifier("be 0999", "2", "BE0999", "2")
    assert not same_identifier("BE0999", "2", "BE0999", "3")
    assert not same_identifier("BE0999", "2", "BE0998", "2")


def test_party_keys() -> None:
    """A party is known by its SIREN where it has one, else by type and identifier."""
    assert party_key(ROADS, IdType.SIRET) == "SIREN:999010010"
    assert party_key("be 0999", IdType.UE_HORS_FRANCE) == "UE_HORS_FRANCE:BE0999"
    assert party_key("X 1", None) == "?:X1"


def test_supplier_of_an_invoice() -> None:
    """The SIREN comes from any identifier, then from the VAT number; the key from the best of what is there."""
    both = (PartyId("X1", "HORS_UE", ""), PartyId(ROADS, IdType.SIRET, ""))
    assert supplier_siren(invoice("X1", "HORS_UE", supplier_ids=both)) == "999010010"
    assert supplier_key(invoice("X1", "HORS_UE", supplier_ids=both)) == "SIREN:999010010"
    assert supplier_siren(invoice(ROADS, supplier_ids=())) == "999010010"
    assert supplier_siren(invoice("X1", "HORS_UE", supplier_vat="FR12999010010")) == "999010010"
    assert supplier_siren(invoice("X1", "HORS_UE")) is None
    assert supplier_siren(invoice(None)) is None
    assert supplier_key(invoice("X1", "HORS_UE")) == "HORS_UE:X1"
    assert supplier_key(invoice(None, supplier_vat="be 0999")) == "VAT:BE0999"
    assert supplier_key(invoice(None)) is None
    assert field("x").raw == "x"

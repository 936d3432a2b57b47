"""Identifiers of parties: SIRET and SIREN with their keys, and what makes two of them the same party.

A SIRET has 14 digits: the SIREN of the legal entity (9) and a number for the establishment (5). Both carry a Luhn
key. La Poste's establishments (SIREN 356000000) are the exception: their digits add up to a multiple of five.
Fourteen zeros satisfy Luhn and name nobody.
"""

from collections.abc import Callable
from enum import StrEnum

from stdnum.exceptions import ValidationError
from stdnum.fr import siren as stdnum_siren
from stdnum.fr import siret as stdnum_siret

from rules.model import IdType, Invoice

SIRET_LENGTH = 14
SIREN_LENGTH = 9


class KeyFault(StrEnum):
    """What is wrong with a SIRET or SIREN."""

    FORMAT = "format"
    ZEROS = "zeros"
    KEY = "key"


def compact(identifier: str) -> str:
    """The identifier without blanks of any kind, dots or hyphens, in upper case: the form in which it is compared."""
    return "".join(identifier.split()).replace(".", "").replace("-", "").upper()


def is_siret_shaped(identifier: str) -> bool:
    """Whether it has 14 ASCII digits once compacted. The key is not looked at."""
    digits = compact(identifier)
    return len(digits) == SIRET_LENGTH and digits.isascii() and digits.isdigit()


def is_siren_shaped(identifier: str) -> bool:
    """Whether it has 9 ASCII digits once compacted. The key is not looked at."""
    digits = compact(identifier)
    return len(digits) == SIREN_LENGTH and digits.isascii() and digits.isdigit()


def siret_fault(identifier: str) -> KeyFault | None:
    """What is wrong with a SIRET, or None."""
    digits = compact(identifier)
    if not is_siret_shaped(digits):
        return KeyFault.FORMAT
    if set(digits[:SIREN_LENGTH]) == {"0"}:
        return KeyFault.ZEROS
    return _key_fault(stdnum_siret.validate, digits)


def siren_fault(identifier: str) -> KeyFault | None:
    """What is wrong with a SIREN, or None."""
    digits = compact(identifier)
    if not is_siren_shaped(digits):
        return KeyFault.FORMAT
    if set(digits) == {"0"}:
        return KeyFault.ZEROS
    return _key_fault(stdnum_siren.validate, digits)


def siren_of(identifier: str | None, id_type: str | None) -> str | None:
    """The SIREN inside a SIRET, a SIREN or a French VAT number (FR, two characters, SIREN); else None."""
    if not identifier:
        return None
    digits = compact(identifier)
    if id_type == IdType.SIRET and is_siret_shaped(digits):
        return digits[:SIREN_LENGTH]
    if id_type == IdType.SIREN and is_siren_shaped(digits):
        return digits
    if digits.startswith("FR") and is_siren_shaped(digits[4:]):
        return digits[4:]
    return None


def siren_in(identifier: str) -> str | None:
    """The SIREN inside an identifier of which only the shape is known; None where it has no shape of one."""
    digits = compact(identifier)
    if is_siret_shaped(digits) or is_siren_shaped(digits):
        return digits[:SIREN_LENGTH]
    return siren_of(digits, None)


def same_identifier(left: str, left_type: str | None, right: str, right_type: str | None) -> bool:
    """Whether two identifiers of the same type are equal, whatever blanks or case they were written with."""
    return left_type == right_type and compact(left) == compact(right)


def supplier_siren(invoice: Invoice) -> str | None:
    """The supplier's SIREN, from any of its identifiers (BT-29, BT-30, BT-31), or None."""
    for party in invoice.supplier_ids:
        if siren := siren_of(party.value, party.type):
            return siren
    if invoice.supplier_id and (siren := siren_of(invoice.supplier_id.value, invoice.supplier_id_type)):
        return siren
    return siren_of(invoice.supplier_vat.value, None) if invoice.supplier_vat else None


def party_key(identifier: str, id_type: str | None) -> str:
    """What identifies a party when two are compared: its SIREN where it has one, else the identifier with its type."""
    siren = siren_of(identifier, id_type)
    return f"{IdType.SIREN}:{siren}" if siren else f"{id_type or '?'}:{compact(identifier)}"


def supplier_key(invoice: Invoice) -> str | None:
    """The `party_key` of the supplier, from the best of its identifiers (BT-29, BT-30, BT-31); None without any.

    The rule of the reform: number, year of issue and seller SIREN make an invoice unique (XP Z12-012, BR-FR-CO-02).
    """
    if siren := supplier_siren(invoice):
        return f"{IdType.SIREN}:{siren}"
    if invoice.supplier_id:
        return party_key(invoice.supplier_id.value, invoice.supplier_id_type)
    return f"VAT:{compact(invoice.supplier_vat.value)}" if invoice.supplier_vat else None


def _key_fault(validate: Callable[[str], str], digits: str) -> KeyFault | None:
    """The key of a number of the right shape."""
    try:
        validate(digits)
    except ValidationError:
        return KeyFault.KEY
    return None

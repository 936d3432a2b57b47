"""Is the supplier the one the commitment was made with?"""

from enum import StrEnum

from rules.case import Case
from rules.findings import Finding, ReasonCode, finding
from rules.identifiers import same_identifier, siren_fault, siren_of, siret_fault, supplier_siren
from rules.model import Commitment, IdType, Invoice


class Agreement(StrEnum):
    """How far the supplier of an invoice agrees with that of a commitment."""

    SIRET = "siret"  # or, for suppliers without one, the same identifier of the same type
    SIREN = "siren"
    UNKNOWN = "unknown"  # the commitment names no supplier
    NONE = "none"


def agreement(invoice: Invoice, commitment: Commitment) -> Agreement:
    """Compare every identifier of the invoice's supplier with the commitment's."""
    if not commitment.supplier_id:
        return Agreement.UNKNOWN
    wanted, wanted_type = commitment.supplier_id, commitment.supplier_id_type
    if any(same_identifier(party.value, party.type, wanted, wanted_type) for party in invoice.supplier_ids):
        return Agreement.SIRET
    siren = siren_of(wanted, wanted_type)
    return Agreement.SIREN if siren is not None and siren == supplier_siren(invoice) else Agreement.NONE


_CODES = {
    Agreement.SIRET: ReasonCode.SUP_SIRET_EQUAL,
    Agreement.SIREN: ReasonCode.SUP_SIREN_EQUAL,
    Agreement.UNKNOWN: ReasonCode.SUP_UNKNOWN,
    Agreement.NONE: ReasonCode.SUP_MISMATCH,
}


def check_supplier(case: Case, commitment: Commitment | None) -> tuple[Finding, ...]:
    """The supplier against the commitment, and its key where the reference data does not vouch for the number."""
    if commitment is None:
        return _key(case.invoice)
    agreed = agreement(case.invoice, commitment)
    given = case.invoice.supplier_id
    stated = finding(_CODES[agreed], given=given.value if given else None, expected=commitment.supplier_id)
    return (stated,) if agreed is Agreement.SIRET else (stated, *_key(case.invoice))


def _key(invoice: Invoice) -> tuple[Finding, ...]:
    given = invoice.supplier_id
    if given is None:
        return ()
    check = {IdType.SIRET: siret_fault, IdType.SIREN: siren_fault}.get(invoice.supplier_id_type)  # type: ignore[call-overload]
    fault = check(given.value) if check else None
    return (finding(ReasonCode.IDN_KEY_INVALID, identifier=given.value, fault=fault),) if fault else ()

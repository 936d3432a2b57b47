"""What speaks for a commitment that a reviewer may choose: a closed list, each with its points.

Points order what a person looks at; they never decide. Planned instalments are not in the reference data, so they
give no points.
"""

from enum import StrEnum


class EvidenceCode(StrEnum):
    """One piece of evidence. `rules/reasons` has its sentence."""

    SUPPLIER_SIRET = "SUPPLIER_SIRET"
    SUPPLIER_SIREN = "SUPPLIER_SIREN"
    SUPPLIER_DECLARED = "SUPPLIER_DECLARED"
    NUMBER_CLOSE = "NUMBER_CLOSE"
    NUMBER_TAIL = "NUMBER_TAIL"
    NUMBER_CONTAINED = "NUMBER_CONTAINED"
    CONTRACT_EQUAL = "CONTRACT_EQUAL"
    AMOUNT_EXACT = "AMOUNT_EXACT"
    AMOUNT_FITS = "AMOUNT_FITS"
    SERVICE_EQUAL = "SERVICE_EQUAL"
    PERIOD = "PERIOD"
    LAST_ROUTED = "LAST_ROUTED"
    NOT_OPEN = "NOT_OPEN"


POINTS: dict[EvidenceCode, int] = {
    EvidenceCode.SUPPLIER_SIRET: 40,
    EvidenceCode.SUPPLIER_SIREN: 25,
    EvidenceCode.SUPPLIER_DECLARED: 25,
    EvidenceCode.NUMBER_CLOSE: 25,
    EvidenceCode.NUMBER_TAIL: 15,
    EvidenceCode.NUMBER_CONTAINED: 10,
    EvidenceCode.CONTRACT_EQUAL: 25,
    EvidenceCode.AMOUNT_EXACT: 20,
    EvidenceCode.AMOUNT_FITS: 5,
    EvidenceCode.SERVICE_EQUAL: 15,
    EvidenceCode.PERIOD: 5,
    EvidenceCode.LAST_ROUTED: 10,
    EvidenceCode.NOT_OPEN: -30,
}

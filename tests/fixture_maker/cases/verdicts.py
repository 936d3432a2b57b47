"""What a person decides by the table, with what it says of the queue, of the proposal to the portal and of its reason.

Read for the default policy: recycling is over, so that the rows that propose it propose a rejection. What the documents
leave open is left open here (see `Intended`).
"""

from tests.fixture_maker.model import Intended, duplicate, quarantined, review, routed, waiting

_EJ = "EJ_ERR"
_SE = "SE_ERR"

UNSAFE = quarantined("INT_UNSAFE").proposing("none")
TOTALS = review("INT_AMOUNTS_INCONSISTENT", "finance").proposing("suspend")
SAME_DELIVERY = duplicate("DUP_SAME_DELIVERY").proposing("none")
SAME_NUMBER = review("DUP_SAME_NUMBER_YEAR", "finance").proposing("reject", "DOUBLON")
OUT_OF_SCOPE = review("FRM_OUT_OF_SCOPE", "special").proposing("none")
SIRET_UNKNOWN = review("REC_SIRET_UNKNOWN", "finance").proposing("reject")
SIRET_INACTIVE = review("REC_SIRET_INACTIVE", "finance").proposing("reject", "SIRET_ERR")
STALE = waiting("REF_STALE").proposing("none")
EXCEEDS_ORIGIN = review("CRN_EXCEEDS_ORIGIN")
ORIGIN_SELF = review("CRN_ORIGIN_SELF")
ORIGIN_NOT_GIVEN = review("CRN_ORIGIN_NOT_GIVEN")
ORIGIN_UNKNOWN = waiting("CRN_ORIGIN_UNKNOWN").proposing("none")
MISSING = review("ENG_MISSING_REQUIRED", "service").because(_EJ)
PLACEHOLDER = review("ENG_PLACEHOLDER", "service").because(_EJ)
AMBIGUOUS = review("ENG_AMBIGUOUS").proposing("none")
NOT_FOUND = review("ENG_NOT_FOUND").proposing("reject", _EJ)
CANDIDATES = review("ENG_NOT_FOUND_CANDIDATES").proposing("internal_reroute", _EJ)
SPLIT = review("ENG_MULTI_SPLIT").proposing("none")
UNDECLARED = review("SUP_SUBCONTRACTOR_UNDECLARED", "contracts").proposing("reject", "ST_CT_NON_DECLAR")
MISMATCH = review("SUP_MISMATCH", "finance").proposing("none")
KEY_INVALID = review("IDN_KEY_INVALID")
CLOSED = review("ENG_CLOSED", "service").proposing("none")
EXERCISE_CLOSED = review("ENG_EXERCISE_CLOSED", "finance").proposing("none")
SERVICE_MISSING = review("SVC_MISSING", "finance").proposing("reject", _SE)
SERVICE_UNKNOWN = review("SVC_UNKNOWN", "finance").proposing("reject", _SE)
CONFLICT = review("SVC_CONFLICT").proposing("internal_reroute")
OVER = review("AMT_OVER_REMAINING", "service").proposing("none")
CURRENCY = review("AMT_CURRENCY").proposing("none")


def fine(service: str | None = None, commitment: str | None = None, *warnings: str) -> Intended:
    """Routed to this service on this commitment ("" for none), nothing proposed to the portal."""
    return routed(*warnings).to(service, commitment).proposing("none")


def several(service: str, *warnings: str) -> Intended:
    """Routed on several commitments at once, which the list of commitments names."""
    return fine(service, "", *warnings)


def overridden(service: str, commitment: str) -> Intended:
    """Routed to the commitment's service instead of the one that the invoice names."""
    return routed("SVC_UNKNOWN_OVERRIDDEN").to(service, commitment).proposing("internal_reroute")

"""Findings: facts stated about an invoice, each with a code of a closed list and the values compared.

A finding states; `rules.table` says what it means for the decision. The codes are public interface: consumers of
events and dashboards rely on them, so they are added, never renamed.
"""

from enum import StrEnum
from typing import NamedTuple

_LONGEST = 1_000  # characters of a value: sentences and events quote it, and suppliers write it


class Severity(StrEnum):
    """How a reader should take a finding. What it does to the decision stands in `rules.table`."""

    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class ReasonCode(StrEnum):
    """Why an invoice was decided as it was. `rules.table` gives the meaning, `rules/reasons` the sentences."""

    # reading the document
    INT_MALFORMED = "INT_MALFORMED"
    INT_UNSAFE = "INT_UNSAFE"
    INT_TOO_LARGE = "INT_TOO_LARGE"
    INT_NOT_AN_INVOICE = "INT_NOT_AN_INVOICE"
    INT_NO_STRUCTURED_DATA = "INT_NO_STRUCTURED_DATA"
    INT_UNKNOWN_VALUE = "INT_UNKNOWN_VALUE"
    INT_VALUE_UNREADABLE = "INT_VALUE_UNREADABLE"
    INT_VALUE_MISSING = "INT_VALUE_MISSING"
    INT_VALUE_REPEATED = "INT_VALUE_REPEATED"
    INT_SCHEMA = "INT_SCHEMA"
    INT_REPAIRED = "INT_REPAIRED"
    INT_ATTACHMENT_UNREADABLE = "INT_ATTACHMENT_UNREADABLE"
    INT_DIVERGENCE = "INT_DIVERGENCE"
    INT_AMOUNTS_INCONSISTENT = "INT_AMOUNTS_INCONSISTENT"
    INT_READ_FROM_PAGE = "INT_READ_FROM_PAGE"
    INT_PAGE_DIVERGENCE = "INT_PAGE_DIVERGENCE"
    # the invoice and its past
    DUP_SAME_DELIVERY = "DUP_SAME_DELIVERY"
    LIN_COMPLETED = "LIN_COMPLETED"
    LIN_RECYCLED = "LIN_RECYCLED"
    DUP_SAME_NUMBER_YEAR = "DUP_SAME_NUMBER_YEAR"
    LIN_REISSUE = "LIN_REISSUE"
    DUP_SUSPECT = "DUP_SUSPECT"
    # the billing framework
    FRM_ALREADY_PAID = "FRM_ALREADY_PAID"
    FRM_OUT_OF_SCOPE = "FRM_OUT_OF_SCOPE"
    FRM_WORKS = "FRM_WORKS"
    # the recipient
    REC_SIRET_REPEATED = "REC_SIRET_REPEATED"
    REC_SIRET_UNKNOWN = "REC_SIRET_UNKNOWN"
    REC_SIRET_INACTIVE = "REC_SIRET_INACTIVE"
    REC_READ_UNSURE = "REC_READ_UNSURE"
    IDN_KEY_INVALID = "IDN_KEY_INVALID"
    REF_STALE = "REF_STALE"
    # credit notes
    CRN_ORIGIN_FOUND = "CRN_ORIGIN_FOUND"
    CRN_EXCEEDS_ORIGIN = "CRN_EXCEEDS_ORIGIN"
    CRN_ORIGIN_SELF = "CRN_ORIGIN_SELF"
    CRN_ORIGIN_NOT_GIVEN = "CRN_ORIGIN_NOT_GIVEN"
    CRN_ORIGIN_UNKNOWN = "CRN_ORIGIN_UNKNOWN"
    # the commitment
    ENG_FROM_MARKET = "ENG_FROM_MARKET"
    ENG_MISSING_REQUIRED = "ENG_MISSING_REQUIRED"
    ENG_PLACEHOLDER = "ENG_PLACEHOLDER"
    ENG_MISSING_OPTIONAL = "ENG_MISSING_OPTIONAL"
    ENG_MATCH_EXACT = "ENG_MATCH_EXACT"
    ENG_MATCH_NORMALISED = "ENG_MATCH_NORMALISED"
    ENG_MATCH_DISAMBIGUATED_BY_SUPPLIER = "ENG_MATCH_DISAMBIGUATED_BY_SUPPLIER"
    ENG_MATCH_SWAPPED_FIELD = "ENG_MATCH_SWAPPED_FIELD"
    ENG_AMBIGUOUS = "ENG_AMBIGUOUS"
    ENG_NOT_FOUND = "ENG_NOT_FOUND"
    ENG_NOT_FOUND_CANDIDATES = "ENG_NOT_FOUND_CANDIDATES"
    ENG_MULTI_SAME_SERVICE = "ENG_MULTI_SAME_SERVICE"
    ENG_MULTI_SPLIT = "ENG_MULTI_SPLIT"
    ENG_READ_UNSURE = "ENG_READ_UNSURE"
    # the supplier
    SUP_SIRET_EQUAL = "SUP_SIRET_EQUAL"
    SUP_SIREN_EQUAL = "SUP_SIREN_EQUAL"
    SUP_UNKNOWN = "SUP_UNKNOWN"
    SUP_COCONTRACTOR = "SUP_COCONTRACTOR"
    SUP_SUBCONTRACTOR_DECLARED = "SUP_SUBCONTRACTOR_DECLARED"
    SUP_SUBCONTRACTOR_UNDECLARED = "SUP_SUBCONTRACTOR_UNDECLARED"
    SUP_MISMATCH = "SUP_MISMATCH"
    SUP_READ_UNSURE = "SUP_READ_UNSURE"
    SUP_FACTOR = "SUP_FACTOR"
    SUP_BANK_CHANGED = "SUP_BANK_CHANGED"
    # the commitment's state
    ENG_CLOSED = "ENG_CLOSED"
    ENG_CARRIED_OVER = "ENG_CARRIED_OVER"
    ENG_EXERCISE_CLOSED = "ENG_EXERCISE_CLOSED"
    # the service
    SVC_GIVEN = "SVC_GIVEN"
    SVC_FROM_COMMITMENT = "SVC_FROM_COMMITMENT"
    SVC_MISSING = "SVC_MISSING"
    SVC_DEFAULT = "SVC_DEFAULT"
    SVC_UNKNOWN = "SVC_UNKNOWN"
    SVC_UNKNOWN_OVERRIDDEN = "SVC_UNKNOWN_OVERRIDDEN"
    SVC_CONFLICT = "SVC_CONFLICT"
    SVC_READ_OVERRIDDEN = "SVC_READ_OVERRIDDEN"
    SVC_READ_UNSURE = "SVC_READ_UNSURE"
    # the amount
    AMT_WITHIN_REMAINING = "AMT_WITHIN_REMAINING"
    AMT_EXACT_REMAINING = "AMT_EXACT_REMAINING"
    AMT_OVER_TOLERATED = "AMT_OVER_TOLERATED"
    AMT_OVER_REMAINING = "AMT_OVER_REMAINING"
    AMT_CURRENCY = "AMT_CURRENCY"
    AMT_UNKNOWN = "AMT_UNKNOWN"
    # nothing to say
    OK = "OK"


class Finding(NamedTuple):
    """A reason code with the values that were compared, as (name, text) pairs for the sentence."""

    code: ReasonCode
    values: tuple[tuple[str, str], ...] = ()

    def value(self, name: str) -> str | None:
        """The value of that name, or None."""
        return next((text for key, text in self.values if key == name), None)


def finding(code: ReasonCode, **values: object) -> Finding:
    """A finding whose values are rendered as text, cut where they are long; None becomes an empty string."""
    return Finding(code, tuple((name, "" if value is None else _cut(str(value))) for name, value in values.items()))


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"

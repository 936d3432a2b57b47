"""The closed choices that a policy makes between named things."""

from enum import StrEnum


class KeyCheck(StrEnum):
    """How strictly the keys of SIRET and SIREN are taken. `warning` serves test environments with invented numbers."""

    ERROR = "error"
    WARNING = "warning"


class OnConflict(StrEnum):
    """What to do when the invoice names another service than its commitment."""

    REVIEW = "review"
    COMMITMENT = "commitment"

"""The profile of an invoice from its specification identifier (BT-24)."""

from functools import lru_cache

_BY_SEGMENT = {
    "minimum": "MINIMUM",
    "basicwl": "BASIC WL",
    "basic": "BASIC",
    "comfort": "COMFORT",
    "extended": "EXTENDED",
    "extended-ctc-fr": "EXTENDED-CTC-FR",
}
OTHER = "OTHER"


@lru_cache(maxsize=256)
def profile_of(guideline: str) -> str:
    """The name of a profile. The last segment decides, since sources write the rest of the URN in several ways."""
    urn = guideline.strip().lower()
    if "xrechnung" in urn:
        return "XRECHNUNG"
    if "peppol" in urn:
        return "PEPPOL"
    if urn == "urn:cen.eu:en16931:2017":
        return "EN 16931"
    return _BY_SEGMENT.get(urn.replace("#", ":").rpartition(":")[2], OTHER)

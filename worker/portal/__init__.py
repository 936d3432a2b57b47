"""The client of Chorus Pro's API over PISTE: what is asked, what is answered, and what can go wrong on the way."""

from worker.portal.client import Portal, Settle
from worker.portal.faults import (
    CircuitOpen,
    FunctionalError,
    PortalAccessDenied,
    PortalThrottled,
    PortalUnavailable,
    PortalUnreadable,
    RequestRefused,
    ResultTooLarge,
)
from worker.portal.transport import Access, Patience

__all__ = [
    "Access",
    "CircuitOpen",
    "FunctionalError",
    "Patience",
    "Portal",
    "PortalAccessDenied",
    "PortalThrottled",
    "PortalUnavailable",
    "PortalUnreadable",
    "RequestRefused",
    "ResultTooLarge",
    "Settle",
]

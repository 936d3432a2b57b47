"""What can go wrong between us and the portal, by what has to be done about it.

A functional error (HTTP 400 with a `codeRetour`) is the portal's answer to a question; a transport error is no answer.
No text of an error holds a credential, nor what the portal wrote about an invoice.
"""

from worker.errors import PermanentError, TransientError


class PortalUnavailable(TransientError):
    """No answer: the network, a time-out, a cut body, a 5xx. It is tried again; nobody knows whether it was done."""

    code = "PORTAL_UNAVAILABLE"


class PortalUnreadable(TransientError):
    """An answer that is none: a page instead of JSON, JSON cut short, bytes that are no document. It is tried again."""

    code = "PORTAL_UNREADABLE"


class PortalThrottled(TransientError):
    """The portal asks us to slow down. It is tried again after the time it names; lower AIGUILLEUR_PORTAL_RATE."""

    code = "PORTAL_THROTTLED"

    def __init__(self, message: str, after: float | None) -> None:
        super().__init__(message)
        self.after = after  # seconds, as the portal asked


class PortalAccessDenied(TransientError):
    """401 or 403: the client, the technical account or a subscription is wrong. An operator has to correct it."""

    code = "PORTAL_ACCESS_DENIED"


class CircuitOpen(TransientError):
    """The portal has failed too often in a row: it is left alone for a while."""

    code = "PORTAL_CIRCUIT_OPEN"


class FunctionalError(PermanentError):
    """The portal understood and says no. Codes are reused between services: the endpoint is part of the meaning."""

    code = "PORTAL_SAYS_NO"

    def __init__(self, endpoint: str, number: str) -> None:
        super().__init__(f"the portal answers {number} to {endpoint}; look it up in the portal's documentation")
        self.endpoint = endpoint
        self.number = number  # codeRetour, or the older form's code


class ResultTooLarge(PermanentError):
    """413, or a file beyond the portal's limit: it cannot be fetched this way. Download it by hand."""

    code = "PORTAL_TOO_LARGE"


class RequestRefused(PermanentError):
    """The portal does not take a request (404, 415 and the like). Check AIGUILLEUR_PORTAL_URL."""

    code = "PORTAL_REQUEST_REFUSED"

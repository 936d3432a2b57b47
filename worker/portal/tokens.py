"""The OAuth2 token: asked for when it is needed, renewed before it expires, never shown.

Time is counted on this machine's monotonic clock, so a clock that is wrong changes nothing.
"""

import time
from collections.abc import Callable
from threading import Lock

import httpx

from worker.portal.answers import parse
from worker.portal.faults import PortalAccessDenied, PortalThrottled, PortalUnavailable, PortalUnreadable

_MARGIN = 240.0  # seconds before the end, as other clients do
_UNKNOWN_LIFE = 300.0
_DENIED = frozenset({400, 401, 403})
_TOO_MANY, _SERVER, _OK = 429, 500, 200


class Tokens:
    """One token for all threads."""

    def __init__(
        self,
        http: httpx.Client,
        url: str,
        client_id: str,
        client_secret: str,
        elapsed: Callable[[], float] = time.monotonic,
    ) -> None:
        self._http, self._url, self._elapsed = http, url, elapsed
        self._form = {
            "grant_type": "client_credentials",
            "client_id": client_id,
            "client_secret": client_secret,
            "scope": "openid",
        }
        self._token: str | None = None
        self._until = 0.0
        self._lock = Lock()

    def __repr__(self) -> str:
        return "Tokens(…)"

    def current(self) -> str:
        """A token that lasts. Raises `TransientError`."""
        with self._lock:
            if self._token is None or self._elapsed() >= self._until:
                self._token, life = self._ask()
                self._until = self._elapsed() + life - min(_MARGIN, life / 2)
            return self._token

    def refused(self, token: str) -> None:
        """Forget a token that the portal did not take; one that another thread has renewed already stays."""
        with self._lock:
            if self._token == token:
                self._token = None

    def _ask(self) -> tuple[str, float]:
        try:
            answer = self._http.post(self._url, data=self._form, headers={"Accept": "application/json"})
        except (httpx.TransportError, httpx.DecodingError) as error:
            raise PortalUnavailable(f"the token server: {type(error).__name__}") from None
        if answer.status_code in _DENIED:
            raise PortalAccessDenied(
                f"the token server answers {answer.status_code}: check AIGUILLEUR_PORTAL_CLIENT_ID and its secret"
            )
        if answer.status_code == _TOO_MANY:
            raise PortalThrottled("the token server answers 429", None)
        if answer.status_code >= _SERVER:
            raise PortalUnavailable(f"the token server answers {answer.status_code}")
        if answer.status_code != _OK:
            raise PortalUnreadable(f"the token server answers {answer.status_code}")
        return _token(parse("token", answer.content))


def _token(answer: dict[str, object]) -> tuple[str, float]:
    token, life = answer.get("access_token"), answer.get("expires_in")
    if not isinstance(token, str) or not token.strip():
        raise PortalUnreadable("the token server gave no token")
    try:
        seconds = float(str(life))
    except ValueError:
        seconds = _UNKNOWN_LIFE
    return token, seconds if 0 < seconds < float("inf") else _UNKNOWN_LIFE

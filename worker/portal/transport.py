"""One call of the API: token and account in its headers, at our pace, tried again where that is safe.

What is tried again: no answer, an answer that is none, 429, 5xx. A 401 renews the token once. Functional errors are
answers and never tried again. A call that changes something on the portal is made once: only its caller can find out
whether it was done.
"""

import base64
import datetime as dt
import email.utils
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Self

import httpx
import stamina
import structlog

from worker import metrics
from worker.errors import WorkerError
from worker.metrics import reason_of
from worker.portal.answers import number_of, parse, settled
from worker.portal.faults import (
    CircuitOpen,
    PortalAccessDenied,
    PortalThrottled,
    PortalUnavailable,
    PortalUnreadable,
    RequestRefused,
    ResultTooLarge,
)
from worker.portal.pace import Circuit, TokenBucket
from worker.portal.tokens import Tokens

log = structlog.get_logger(__name__)

_MOST_BYTES = 256 << 20  # of an answer: 120 MB in base64, and room
_LONGEST_WAIT = 120.0  # seconds that a Retry-After may ask for within one call
_UNAUTHORIZED, _FORBIDDEN, _TOO_LARGE, _TOO_MANY = 401, 403, 413, 429
_ANSWERS = frozenset({200, 202, 400})
_SERVER, _REDIRECT = 500, range(300, 400)


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """Where the portal is and who we are. `url` ends with a slash."""

    url: str
    token_url: str
    client_id: str
    client_secret: str = field(repr=False)
    account: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long we wait and how often we try. Times are in seconds, `rate` is in calls a second."""

    rate: float = 5.0
    timeout: float = 60.0
    attempts: int = 4
    first_wait: float = 0.5
    longest_wait: float = 20.0


class Transport:
    """Calls endpoints. Safe to share between threads."""

    def __init__(
        self,
        access: Access,
        patience: Patience,
        circuit: Circuit | None = None,
        elapsed: Callable[[], float] = time.monotonic,
    ) -> None:
        self._http = httpx.Client(timeout=httpx.Timeout(patience.timeout), follow_redirects=False, trust_env=False)
        self._base = access.url.rstrip("/") + "/"
        pair = f"{access.account}:{access.password}".encode()
        self._account = base64.b64encode(pair).decode("ascii")
        self._tokens = Tokens(self._http, access.token_url, access.client_id, access.client_secret, elapsed)
        self._patience = patience
        self._bucket = TokenBucket(patience.rate)
        self._circuit = circuit or Circuit()

    def __repr__(self) -> str:
        return f"Transport({self._base})"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Give the connections back."""
        self._http.close()

    def call(self, endpoint: str, body: dict[str, Any], *, repeat: bool = True) -> dict[str, Any]:
        """The answer to a call. `repeat=False`: made once, for calls that change something.

        Raises `FunctionalError`, `ResultTooLarge`, `RequestRefused`, or a `TransientError`.
        """
        try:
            answer = self._repeated(endpoint, body) if repeat else self._once(endpoint, body)
        except WorkerError as error:
            metrics.PORTAL_CALLS.labels(endpoint, reason_of(error)).inc()
            raise
        finally:
            metrics.PORTAL_CIRCUIT_OPEN.set(self._circuit.is_open)
        metrics.PORTAL_CALLS.labels(endpoint, "answered").inc()
        return settled(endpoint, answer)

    def _repeated(self, endpoint: str, body: dict[str, Any]) -> dict[str, Any]:
        attempts = stamina.retry_context(
            on=_pause,
            attempts=self._patience.attempts,
            timeout=None,
            wait_initial=self._patience.first_wait,
            wait_max=self._patience.longest_wait,
            wait_jitter=self._patience.first_wait,
        )
        for attempt in attempts:
            with attempt:
                return self._once(endpoint, body)
        raise AssertionError  # pragma: no cover  stamina raises what the last attempt raised

    def _once(self, endpoint: str, body: dict[str, Any]) -> dict[str, Any]:
        self._circuit.enter()
        try:
            answer = self._authorised(endpoint, body)
        except (PortalUnavailable, PortalUnreadable):
            self._circuit.failed()
            raise
        except (PortalAccessDenied, PortalThrottled, RequestRefused, ResultTooLarge):
            self._circuit.succeeded()  # the portal is there
            raise
        self._circuit.succeeded()
        return answer

    def _authorised(self, endpoint: str, body: dict[str, Any]) -> dict[str, Any]:
        """One request; a token that is not taken is renewed once."""
        for renewed in (False, True):
            token = self._tokens.current()
            self._bucket.take()
            response, content = self._send(endpoint, body, token)
            if response.status_code != _UNAUTHORIZED:
                return _answer(endpoint, response, content)
            if not renewed:
                self._tokens.refused(token)
        raise PortalAccessDenied(
            f"{endpoint}: 401 with a fresh token; check AIGUILLEUR_PORTAL_ACCOUNT and its password (424 days)"
        )

    def _send(self, endpoint: str, body: dict[str, Any], token: str) -> tuple[httpx.Response, bytes]:
        headers = {
            "Authorization": f"Bearer {token}",
            "cpro-account": self._account,
            "Content-Type": "application/json;charset=utf-8",
            "Accept": "application/json;charset=utf-8",
        }
        content = bytearray()
        try:
            with self._http.stream("POST", self._base + endpoint, json=body, headers=headers) as response:
                for chunk in response.iter_bytes():
                    content += chunk
                    if len(content) > _MOST_BYTES:
                        raise ResultTooLarge(f"{endpoint}: more than {_MOST_BYTES} bytes; download it by hand")
        except (httpx.TransportError, httpx.DecodingError) as error:
            raise PortalUnavailable(f"{endpoint}: {type(error).__name__}") from None
        _watch_clock(response)
        return response, bytes(content)


def _answer(endpoint: str, response: httpx.Response, content: bytes) -> dict[str, Any]:
    status = response.status_code
    if status in _ANSWERS:
        answer = parse(endpoint, content)
        if status != 200 and number_of(answer) in {None, "0"}:  # noqa: PLR2004  HTTP's own number
            raise PortalUnreadable(f"{endpoint}: {status} without a functional code")
        return answer
    if status == _FORBIDDEN:
        raise PortalAccessDenied(f"{endpoint}: 403; subscribe to this API on PISTE and accept its terms")
    if status == _TOO_LARGE:
        raise ResultTooLarge(f"{endpoint}: 413; the result is beyond the portal's limit, download it by hand")
    if status == _TOO_MANY:
        raise PortalThrottled(f"{endpoint}: 429", _retry_after(response))
    if status >= _SERVER:
        after = _retry_after(response)
        if after is not None:
            raise PortalThrottled(f"{endpoint}: {status}, with a time to wait", after)
        raise PortalUnavailable(f"{endpoint}: {status}")
    if status in _REDIRECT:
        raise PortalUnreadable(f"{endpoint}: {status}, a page of login perhaps")
    raise RequestRefused(f"{endpoint}: {status}; check AIGUILLEUR_PORTAL_URL")


def _pause(error: Exception) -> bool | float:
    """Whether a failed attempt is made again: after the usual pause, or the one that the portal asked for."""
    if isinstance(error, PortalThrottled) and error.after is not None:
        metrics.PORTAL_RETRIES.labels(error.code).inc()
        return min(error.after, _LONGEST_WAIT)
    again = isinstance(error, PortalUnavailable | PortalUnreadable | PortalThrottled)
    if again:
        metrics.PORTAL_RETRIES.labels(reason_of(error)).inc()
    return again and not isinstance(error, CircuitOpen)


def _retry_after(response: httpx.Response) -> float | None:
    """Seconds to wait: a number, or a moment by the portal's own clock where it tells the time."""
    text = response.headers.get("retry-after", "").strip()
    if text.isascii() and text.isdigit():
        return float(text)
    moment, now = _http_date(text), _http_date(response.headers.get("date", ""))
    if moment is None:
        return None
    return max((moment - (now or dt.datetime.now(dt.UTC))).total_seconds(), 0.0)


def _watch_clock(response: httpx.Response) -> None:
    """Tell how far our clock is from the portal's."""
    theirs = _http_date(response.headers.get("date", ""))
    if theirs is not None:
        metrics.PORTAL_CLOCK_SKEW.set((dt.datetime.now(dt.UTC) - theirs).total_seconds())


def _http_date(text: str) -> dt.datetime | None:
    try:
        moment = email.utils.parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)

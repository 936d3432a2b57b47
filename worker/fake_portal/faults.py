"""How the portal misbehaves: which fault a request meets, by a seeded schedule, on demand, or in an outage."""

import datetime as dt
import random
from collections import Counter, deque
from collections.abc import Collection
from enum import StrEnum
from threading import Lock
from typing import NamedTuple


class Fault(StrEnum):
    """One way of not answering as asked. The comment says whether the call had its effect."""

    FILE_TOO_LARGE = "file_too_large"  # 400, 20001 GDP_MSG_11.022; no effect
    FILE_TOO_LARGE_OTHER = "file_too_large_other"  # 400, 20003; no effect
    ACCEPTED = "accepted"  # 202 without a body, declared and never explained; no effect
    TOKEN_GONE = "token_gone"  # noqa: S105 - 401, and the token is really gone; no effect
    FORBIDDEN = "forbidden"  # 403; no effect
    NOT_FOUND = "not_found"  # 404 of a gateway that lost its route; no effect
    UNSUPPORTED = "unsupported"  # 415; no effect
    TOO_LARGE = "too_large"  # 413; no effect
    TOO_MANY = "too_many"  # 429 with Retry-After in seconds; no effect
    TOO_MANY_DATE = "too_many_date"  # 429 with Retry-After as a date; no effect
    TOO_MANY_BARE = "too_many_bare"  # 429 with nothing; no effect
    SERVER_ERROR = "server_error"  # 500 with a JSON that says little; no effect
    BAD_GATEWAY_PAGE = "bad_gateway_page"  # 502 with an HTML page; no effect
    UNAVAILABLE = "unavailable"  # 503 with Retry-After; no effect
    GATEWAY_TIMEOUT = "gateway_timeout"  # 504, and the call had its effect
    PAGE_AS_SUCCESS = "page_as_success"  # 200 with an HTML page; no effect
    EMPTY_BODY = "empty_body"  # 200 with nothing; effect
    SLOW = "slow"  # the right answer, late; effect
    CUT = "cut"  # the connection ends in the middle of the body; effect
    SHORT_LENGTH = "short_length"  # Content-Length is too small: the JSON ends early; effect
    RESET_BEFORE = "reset_before"  # the connection is reset; no effect
    RESET_AFTER = "reset_after"  # the same, and the call had its effect
    REPEATED_ROW = "repeated_row"  # a list holds a row twice; effect
    SHIFTED_DOWN = "shifted_down"  # rows came in above: the page begins with the last row of the one before
    SHIFTED_UP = "shifted_up"  # rows went away above: the page lacks its first row
    UNKNOWN_VALUES = "unknown_values"  # a status and a field that nobody has heard of; effect
    CLOCK_SKEW = "clock_skew"  # the right answer; its Date is hours away; effect


NO_EFFECT = frozenset(
    {
        Fault.FILE_TOO_LARGE, Fault.FILE_TOO_LARGE_OTHER, Fault.ACCEPTED, Fault.TOKEN_GONE, Fault.FORBIDDEN,
        Fault.NOT_FOUND, Fault.UNSUPPORTED, Fault.TOO_LARGE, Fault.TOO_MANY, Fault.TOO_MANY_DATE, Fault.TOO_MANY_BARE,
        Fault.SERVER_ERROR, Fault.BAD_GATEWAY_PAGE, Fault.UNAVAILABLE, Fault.PAGE_AS_SUCCESS, Fault.RESET_BEFORE,
    }
)  # fmt: skip
ON_LISTS = frozenset({Fault.REPEATED_ROW, Fault.SHIFTED_DOWN, Fault.SHIFTED_UP, Fault.UNKNOWN_VALUES})
ON_DOWNLOADS = frozenset({Fault.TOO_LARGE, Fault.FILE_TOO_LARGE, Fault.FILE_TOO_LARGE_OTHER})
PERMANENT = frozenset({Fault.FORBIDDEN, Fault.NOT_FOUND, Fault.UNSUPPORTED}) | ON_DOWNLOADS
PASSING = frozenset(Fault) - PERMANENT  # what a client has to get over by itself
_DOWNLOAD, _TOKEN = "telecharger/", "oauth/token"
_SEARCH = "/rechercher"


class _Ordered(NamedTuple):
    fault: Fault
    path: str


class Faults:
    """The misbehaviour of one portal.

    `rate` is the share of requests that meet a fault, drawn from `kinds` by `seed`: the n-th request meets the same
    fault on every run, as far as its path can show it. `slow_seconds` is real time, `skew` an error of the clock.
    """

    def __init__(
        self,
        *,
        seed: int = 0,
        rate: float = 0.0,
        kinds: Collection[Fault] = PASSING,
        slow_seconds: float = 0.2,
        skew: dt.timedelta = dt.timedelta(hours=5),
    ) -> None:
        self.rate, self.slow_seconds, self.skew = rate, slow_seconds, skew
        self.played: Counter[Fault] = Counter()
        self._kinds = sorted(kinds)
        self._draw = random.Random(seed)  # noqa: S311 - a schedule, not a secret
        self._ordered: deque[_Ordered] = deque()
        self._outages: list[tuple[dt.datetime, dt.datetime]] = []
        self._lock = Lock()

    def order(self, fault: Fault, *, times: int = 1, path: str = "") -> None:
        """The next `times` requests whose path contains `path` meet this fault, before any schedule."""
        with self._lock:
            self._ordered.extend([_Ordered(fault, path)] * times)

    def outage(self, start: dt.datetime, end: dt.datetime) -> None:
        """Nothing is answered from `start` until before `end`, by the portal's clock."""
        with self._lock:
            self._outages.append((start, end))

    def is_out(self, now: dt.datetime) -> bool:
        """Whether this is an outage."""
        with self._lock:
            return any(start <= now < end for start, end in self._outages)

    def next(self, path: str) -> Fault | None:
        """The fault that this request meets."""
        with self._lock:
            fault = self._take(path) or self._drawn(path)
            if fault:
                self.played[fault] += 1
            return fault

    def _take(self, path: str) -> Fault | None:
        for ordered in self._ordered:
            if ordered.path in path:
                self._ordered.remove(ordered)
                return ordered.fault
        return None

    def _drawn(self, path: str) -> Fault | None:
        hit, kind = self._draw.random() < self.rate, self._draw.choice(self._kinds)
        return kind if hit and _can_show(kind, path) else None


def _can_show(kind: Fault, path: str) -> bool:
    if kind in ON_LISTS:
        return _SEARCH in path
    if kind in ON_DOWNLOADS:
        return _DOWNLOAD in path
    return kind != Fault.TOKEN_GONE or _TOKEN not in path

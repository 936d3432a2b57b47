"""How fast we ask, and when we stop asking: a token bucket and a circuit breaker, shared by threads."""

import time
from collections.abc import Callable
from threading import Lock

from worker.portal.faults import CircuitOpen

_FAILURES = 5  # in a row, before the circuit opens
_FIRST_REST, _LONGEST_REST = 30.0, 300.0  # seconds


class TokenBucket:
    """At most `rate` calls a second on average, and one second's worth at once. 0 lifts the limit."""

    def __init__(
        self,
        rate: float,
        elapsed: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        self._rate = rate
        self._most = max(rate, 1.0)
        self._tokens = self._most
        self._elapsed, self._sleep = elapsed, sleep
        self._at = elapsed()
        self._lock = Lock()

    def take(self) -> None:
        """Wait for a turn. Turns are given in the order in which they are asked for."""
        if self._rate <= 0:
            return
        with self._lock:
            now = self._elapsed()
            self._tokens = min(self._most, self._tokens + (now - self._at) * self._rate) - 1
            self._at = now
            wait = max(-self._tokens / self._rate, 0.0)
        if wait:
            self._sleep(wait)


class Circuit:
    """Opens after failures in a row, lets one call through after a rest, and closes with the first success.

    Each rest is twice as long as the one before it.
    """

    def __init__(
        self,
        failures: int = _FAILURES,
        rest: float = _FIRST_REST,
        longest: float = _LONGEST_REST,
        elapsed: Callable[[], float] = time.monotonic,
    ) -> None:
        self._most, self._first, self._longest, self._elapsed = failures, rest, longest, elapsed
        self._failed = 0
        self._rest = rest
        self._until: float | None = None
        self._lock = Lock()

    @property
    def is_open(self) -> bool:
        """Whether calls are refused, or the one that tries is still under way."""
        return self._until is not None

    def enter(self) -> None:
        """Ask to call. Raises `CircuitOpen` while the portal rests."""
        with self._lock:
            if self._until is None:
                return
            now = self._elapsed()
            if now < self._until:
                raise CircuitOpen(
                    f"the portal is left alone for {self._until - now:.0f} s more after failures in a row"
                )
            self._until = now + self._rest  # one tries; the others wait for its result

    def succeeded(self) -> None:
        """An answer came, whatever it says."""
        with self._lock:
            self._failed, self._rest, self._until = 0, self._first, None

    def failed(self) -> None:
        """No answer came."""
        with self._lock:
            self._failed += 1
            if self._until is not None:
                self._rest = min(self._rest * 2, self._longest)
            if self._failed >= self._most:
                self._until = self._elapsed() + self._rest

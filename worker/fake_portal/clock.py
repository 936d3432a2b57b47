"""The portal's own time: it starts where it is told, and passes when it is told, or by itself too."""

import datetime as dt
import time
from threading import Lock


class Clock:
    """A time that tests move. With `running`, it also passes as real time does. Always in UTC."""

    def __init__(self, start: dt.datetime, *, running: bool = False) -> None:
        self._start = start.astimezone(dt.UTC)
        self._moved = dt.timedelta()
        self._begin = time.monotonic() if running else None
        self._lock = Lock()

    def now(self) -> dt.datetime:
        """The present moment of the portal."""
        passed = 0.0 if self._begin is None else time.monotonic() - self._begin
        with self._lock:
            return self._start + self._moved + dt.timedelta(seconds=passed)

    def advance(self, by: dt.timedelta) -> None:
        """Let time pass."""
        with self._lock:
            self._moved += by

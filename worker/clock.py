"""The time: the real one, or one that stands still."""

import datetime as dt
from dataclasses import dataclass


class SystemClock:
    """The time of this machine, in UTC."""

    def now(self) -> dt.datetime:
        """The present moment."""
        return dt.datetime.now(dt.UTC)


@dataclass(frozen=True, slots=True)
class FixedClock:
    """A moment that does not pass: for replays that must give the same result twice."""

    moment: dt.datetime

    def now(self) -> dt.datetime:
        """The moment."""
        return self.moment

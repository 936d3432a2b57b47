"""What one document may cost altogether, in whatever process: its readers and Tesseract draw on the same account."""

import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol, runtime_checkable

from worker.errors import LimitExceeded
from worker.ports import PdfReader


class Budget:
    """Processor time for one document, in seconds; by default without an end. Of one thread at a time."""

    def __init__(self, seconds: float = math.inf) -> None:
        self._seconds = seconds
        self._spent = 0.0

    @property
    def left(self) -> float:
        """Seconds that are left."""
        return max(0.0, self._seconds - self._spent)

    def spend(self, seconds: float) -> None:
        """Take note of processor time used."""
        self._spent += seconds

    def exhaust(self) -> None:
        """Nothing more is spent on a document that brought its reader down."""
        self._spent = math.inf

    def check(self) -> None:
        """Raise `LimitExceeded` if nothing is left."""
        if not self.left:
            raise overdrawn(self._seconds)


@runtime_checkable
class Accountable(Protocol):
    """A reader that can keep account of what a document costs."""

    def within(self, budget: Budget) -> PdfReader:
        """The same reader for one document: all that is asked of it draws on its budget."""
        ...


def within(reader: PdfReader, budget: Budget) -> PdfReader:
    """A reader for one document; one in this process keeps no account."""
    return reader.within(budget) if isinstance(reader, Accountable) else reader


@contextmanager
def paid(budget: Budget, process: int) -> Iterator[None]:
    """Draw what a process works meanwhile on a budget; all of it, if it comes to a bad end or is gone."""
    before = processor_time(process)
    try:
        yield
    except BaseException:
        budget.exhaust()
        raise
    after = processor_time(process)
    if math.isfinite(after):
        budget.spend(after - before)
    else:
        budget.exhaust()


def overdrawn(seconds: float) -> LimitExceeded:
    """What to say of a document that costs too much."""
    return LimitExceeded(
        f"reading it took more than {seconds:g} s of processor time; if it is genuine, raise AIGUILLEUR_PDF_CPU_SECONDS"
    )


def processor_time(process: int) -> float:
    """Processor time of a process so far, in seconds; infinite where it is gone."""
    try:
        return time.clock_gettime(~process << 3 | 2)  # its clock, by clock_getcpuclockid(3) of Linux
    except OSError:
        return math.inf

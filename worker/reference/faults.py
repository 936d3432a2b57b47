"""What is wrong or remarkable in the reference files, with the place. Everything is gathered, nothing stops halfway.

A fault keeps the files from being imported. A notice does not: it says what was understood, ignored or supposed.
"""

from typing import NamedTuple

from worker.errors import ReferenceDataInvalid

MAX_FAULTS_KEPT = 100  # of each file


class Fault(NamedTuple):
    """One fault. `line` is the physical line of the file, from 1; None where the whole file is concerned."""

    file: str
    line: int | None
    column: str | None
    message: str

    def __str__(self) -> str:
        return f"{_place(self.file, self.line, self.column)}: {self.message}"


class Notice(NamedTuple):
    """One remark, and how many rows it holds for. `line` is the first of them."""

    file: str
    line: int | None
    column: str | None
    message: str
    rows: int = 1

    def __str__(self) -> str:
        more = f" ({self.rows} rows)" if self.rows > 1 else ""
        return f"{_place(self.file, self.line, self.column)}: {self.message}{more}"


class ReferenceFilesInvalid(ReferenceDataInvalid):
    """The reference files have faults; nothing was imported. Correct every fault named and import again.

    `faults` holds the first `MAX_FAULTS_KEPT` of each file, by file and line; `count` says how many there are in all.
    """

    def __init__(self, faults: tuple[Fault, ...], count: int) -> None:
        self.faults = faults
        self.count = count
        heading = f"the reference data has {_counted(count, 'fault')}; nothing was imported. Correct and import again:"
        rest = [f"  … and {count - len(faults)} more"] if count > len(faults) else []
        super().__init__("\n".join((heading, *(f"  {fault}" for fault in faults), *rest)))


class FaultLog:
    """Gathers faults and notices. Its size is bounded, however many rows are wrong.

    `count` is the number of faults. `incomplete` names the files of which a row is missing because it is at fault:
    what refers to such a row must not be blamed.
    """

    __slots__ = ("_faults", "_notices", "count", "incomplete")

    def __init__(self) -> None:
        self._faults: dict[str, list[Fault]] = {}
        self._notices: dict[tuple[str, str | None, str], tuple[int | None, int]] = {}
        self.count = 0
        self.incomplete: set[str] = set()

    def fault(self, file: str, line: int | None, column: str | None, message: str) -> None:
        """State a fault. The first `MAX_FAULTS_KEPT` of a file are kept in full, the others counted."""
        self.count += 1
        kept = self._faults.setdefault(file, [])
        if len(kept) < MAX_FAULTS_KEPT:
            kept.append(Fault(file, line, column, message))

    def lost(self, file: str, line: int | None, column: str | None, message: str) -> None:
        """State a fault that makes a row, or the whole file, unreadable."""
        self.fault(file, line, column, message)
        self.incomplete.add(file)

    def notice(self, file: str, line: int | None, column: str | None, message: str) -> None:
        """State a remark. Rows with the same message for the same column are counted together: name no values."""
        first, rows = self._notices.get((file, column, message), (line, 0))
        self._notices[file, column, message] = (first, rows + 1)

    @property
    def faults(self) -> tuple[Fault, ...]:
        """The faults kept, by file and line."""
        kept = (fault for faults in self._faults.values() for fault in faults)
        return tuple(sorted(kept, key=lambda fault: (fault.file, fault.line or 0)))

    @property
    def notices(self) -> tuple[Notice, ...]:
        """The remarks, in the order in which they were first made."""
        return tuple(
            Notice(file, line, column, message, rows) for (file, column, message), (line, rows) in self._notices.items()
        )

    def raise_if_faulty(self) -> None:
        """Raise `ReferenceFilesInvalid` with all faults, if there are any."""
        if self.count:
            raise ReferenceFilesInvalid(self.faults, self.count)


def _place(file: str, line: int | None, column: str | None) -> str:
    return ", ".join((file, *([f"line {line}"] if line else []), *([column] if column else [])))


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"

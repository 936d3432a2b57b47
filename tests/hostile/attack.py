"""One process under attack, asked from here: a file in, what became of it out."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.hostile_maker.model import QUARANTINED, READ, Hostile
from tests.places import ROOT

MEMORY = 1_000_000_000  # bytes: the peaks of the process, its readers and Tesseract together
SECONDS = 6.0  # of processor time of all of them


@dataclass(frozen=True, kw_only=True)
class Measured:
    """What became of one hostile file. Times in seconds, memory in bytes; `good` are the outcomes of good invoices."""

    outcome: str
    reason: str = ""
    findings: tuple[str, ...] = ()
    route: tuple[str | None, ...] = ()
    seconds: float = 0.0
    cpu: float = 0.0
    event_bytes: int = 0
    good: tuple[str, ...] = ()
    peak: int
    cpu_all: float
    left_processes: tuple[int, ...]
    left_files: tuple[str, ...]

    def faults(self, hostile: Hostile) -> list[str]:
        """What is not as it must be; nothing if all is well."""
        checks = {
            f"{self.outcome} {self.reason}, expected {hostile.outcome} {hostile.reason}": not self._as_expected(
                hostile
            ),
            f"no finding {hostile.finding}": bool(hostile.finding) and hostile.finding not in self.findings,
            f"good invoices afterwards: {', '.join(self.good)}": set(self.good) != {"ROUTED"},
            f"{self.peak / MEMORY:.2f} GB": self.peak > MEMORY,
            f"{self.cpu:.1f} s of processor time": self.cpu > SECONDS,
            f"processes left: {self.left_processes}": bool(self.left_processes),
            f"files left: {self.left_files}": bool(self.left_files),
        }
        return [fault for fault, is_so in checks.items() if is_so]

    def _as_expected(self, hostile: Hostile) -> bool:
        if hostile.outcome == READ:
            return self.outcome in {"ROUTED", "REVIEW", "WAITING", "DUPLICATE"}
        return self.outcome == hostile.outcome and (
            hostile.outcome != QUARANTINED or hostile.reason in {"", self.reason}
        )


class Subject:
    """The process under attack; a context manager that ends it."""

    def __init__(self, log: Path) -> None:
        self._log = log

    def __enter__(self) -> Self:
        path = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
        with self._log.open("wb") as errors:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.hostile.subject"],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, text=True, cwd=ROOT,
                env={**os.environ, "PYTHONPATH": path},
            )  # fmt: skip
        return self

    def attack(self, file: Path) -> Measured:
        """Hand over one file."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps({"file": str(file)}) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"the subject died; see {self._log}")
        return Measured(**{k: tuple(v) if isinstance(v, list) else v for k, v in json.loads(line).items()})

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._process.stdin
        self._process.stdin.close()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(10)
        assert self._process.stdout
        self._process.stdout.close()

"""Words from the picture of a page, by Tesseract: a process of its own, with a time limit, that leaves no files.

Tesseract and its French data are Debian packages (tesseract-ocr, tesseract-ocr-fra). It looks for sparse text (page
segmentation 11): the modes that look for columns tear labels from values, the one that looks for rows loses what stands
between rules. Which words make a line is told here, by their places.
"""

import contextlib
import csv
import math
import os
import resource
import select
import shutil
import signal
import statistics
import subprocess
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from worker.errors import DocumentUnsafe
from worker.extract.budget import Budget, overdrawn
from worker.extract.limits import MEBIBYTE
from worker.ports import Page, Picture, Word

DPI = 200  # enough for print of eight points; more costs time and reads no better
_POINTS_PER_INCH = 72
_LANGUAGE = "fra"
_SPARSE = "11"  # text wherever it stands, ruled or not: rows are put together here, from the places of words
_LEAST_CONFIDENCE = 20.0  # of a word, in percent: below it is dirt
_WORD_LEVEL = "5"
_TALLEST = 2.0  # median heights of its words: what is higher than that is no line of text
_LONG_ENOUGH = 10  # heights of a word: shorter lines do not tell how a page lies

_MEMORY = 512 * MEBIBYTE  # of address space; a page of print needs 100
_LARGEST_TABLE = 4 * MEBIBYTE  # a page of 3,000 words needs 0.2

MISSING = "install the packages tesseract-ocr and tesseract-ocr-fra to have scans read"


@lru_cache(maxsize=1)
def is_installed() -> bool:
    """Whether Tesseract and its French data are there."""
    program = shutil.which("tesseract")
    if program is None:
        return False
    listed = subprocess.run(  # noqa: S603  a program of the system, asked for its languages
        [program, "--list-langs"], capture_output=True, text=True, timeout=30, check=False
    )
    return _LANGUAGE in listed.stdout.split()


class Tesseract:
    """Reads pictures. Raises `DocumentUnsafe` where one takes longer than `seconds`."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds

    def page(self, picture: Picture, number: int, dpi: int = DPI, budget: Budget | None = None) -> Page:
        """The words of one picture, their boxes in points; raises `LimitExceeded` where the budget is overdrawn."""
        read = _rows(self._table(picture.data, dpi, budget or Budget()))
        slope = _slope(read)
        scale = _POINTS_PER_INCH / dpi
        words = tuple(_leveled(read, slope, scale))
        return Page(number, picture.width * scale, picture.height * scale, words, slope=slope)

    def _table(self, image: bytes, dpi: int, budget: Budget) -> str:
        """What Tesseract writes. Picture and table stand in memory, so that nobody waits for a pipe."""
        budget.check()
        left = budget.left
        command = ["tesseract", "stdin", "stdout", "-l", _LANGUAGE, "--psm", _SPARSE, "--dpi", str(dpi), "tsv"]
        with open(os.memfd_create("picture"), "w+b") as given, open(os.memfd_create("table"), "w+b") as table:  # noqa: PTH123
            given.write(image)
            given.seek(0)
            process = subprocess.Popen(  # noqa: S603  a fixed command
                command,
                stdin=given,
                stdout=table,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
                env={"PATH": os.environ.get("PATH", ""), "OMP_THREAD_LIMIT": "1", "LC_ALL": "C.UTF-8"},
            )
            code, used = _ended(process, left, self._seconds)
            budget.spend(used)
            if code == -signal.SIGXCPU:
                budget.exhaust()
                raise overdrawn(left)
            if code < 0:
                raise DocumentUnsafe(f"reading a scanned page ended Tesseract ({_signal_name(-code)})")
            table.seek(0)
            return table.read().decode("utf-8", errors="replace")


def _ended(process: "subprocess.Popen[bytes]", cpu_seconds: float, seconds: float) -> tuple[int, float]:
    """The exit code and the processor time of a process that is bounded from here on. Raises `DocumentUnsafe`."""
    waiting = select.poll()
    alive = os.pidfd_open(process.pid)
    try:
        _bound(process.pid, cpu_seconds)
        waiting.register(alive, select.POLLIN)
        is_late = not waiting.poll(seconds * 1000)
    finally:
        os.close(alive)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)  # it has ended, or has to
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if is_late:
        raise DocumentUnsafe(f"reading a scanned page took longer than {seconds:g} s")
    return process.returncode, usage.ru_utime + usage.ru_stime


def _bound(process: int, cpu_seconds: float) -> None:
    """Limit a process that has only just begun."""
    limits = {resource.RLIMIT_AS: _MEMORY, resource.RLIMIT_FSIZE: _LARGEST_TABLE, resource.RLIMIT_CORE: 0}
    for which, value in limits.items():
        resource.prlimit(process, which, (value, value))
    if math.isfinite(cpu_seconds):
        soft = math.ceil(cpu_seconds)
        resource.prlimit(process, resource.RLIMIT_CPU, (soft, soft + 1))  # SIGXCPU, which tells why


def _signal_name(number: int) -> str:
    return signal.Signals(number).name if number in set(signal.Signals) else str(number)


class _Row(NamedTuple):
    """A word in pixels, and the line that Tesseract puts it on."""

    text: str
    line: tuple[str, str, str]
    left: int
    top: int
    width: int
    height: int

    @property
    def middle(self) -> tuple[float, float]:
        return self.left + self.width / 2, self.top + self.height / 2


def _rows(table: str) -> list[_Row]:
    rows = csv.DictReader(table.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE)
    return [
        _Row(
            row["text"].strip(),
            (row["block_num"], row["par_num"], row["line_num"]),
            *(int(row[name]) for name in ("left", "top", "width", "height")),
        )
        for row in rows
        if row["level"] == _WORD_LEVEL and (row["text"] or "").strip() and float(row["conf"]) >= _LEAST_CONFIDENCE
    ]


def _slope(rows: list[_Row]) -> float:
    """By how much the lines of a page fall to the right: that of the middle one of those long enough to tell."""
    lines: dict[tuple[str, str, str], list[_Row]] = {}
    for row in rows:
        lines.setdefault(row.line, []).append(row)
    slopes = []
    for line in lines.values():
        (x0, y0), (x1, y1) = line[0].middle, line[-1].middle
        if x1 - x0 > _LONG_ENOUGH * line[0].height:
            slopes.append((y1 - y0) / (x1 - x0))
    return statistics.median(slopes) if slopes else 0.0


def _leveled(rows: list[_Row], slope: float, scale: float) -> Iterator[Word]:
    """Words in points, on a page whose lines are level; all words of a line are as high as the line.

    Tesseract measures the ink of each word, so that "nous" is half as high as "Août": gaps could not be compared.
    """
    lines: dict[tuple[str, str, str], list[_Row]] = {}
    for row in rows:
        lines.setdefault(row.line, []).append(row)
    for line in lines.values():
        tops = [row.top - slope * row.middle[0] for row in line]
        top, bottom = min(tops), max(top + row.height for top, row in zip(tops, line, strict=True))
        bottom = min(bottom, top + _TALLEST * statistics.median(row.height for row in line))
        for row in line:
            yield Word(row.text, row.left * scale, top * scale, (row.left + row.width) * scale, bottom * scale)

"""Words from the picture of a page, by Tesseract: a process of its own, with limits of its own, that leaves no files.

Tesseract and its French data are Debian packages (tesseract-ocr, tesseract-ocr-fra). It looks for sparse text (page
segmentation 11): the modes that look for columns tear labels from values, the one that looks for rows loses what stands
between rules. Which words make a line is told here, by their places.
"""

import contextlib
import csv
import math
import os
import selectors
import shutil
import signal
import statistics
import struct
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from worker.errors import (
    DocumentMalformed,
    DocumentUnsafe,
    ExtractionError,
    LimitExceeded,
    NoStructuredData,
    ReaderUnavailable,
)
from worker.extract.limits import MEBIBYTE, Limits
from worker.ports import Page, Picture, Word

DPI = 200  # enough for print of eight points; more costs time and reads no better
_POINTS_PER_INCH = 72
_LANGUAGE = "fra"
_SPARSE = "11"  # text wherever it stands, ruled or not: rows are put together here, from the places of words
_LEAST_CONFIDENCE = 20.0  # of a word, in percent: below it is dirt
_WORD_LEVEL = "5"
_TALLEST = 2.0  # median heights of its words: what is higher than that is no line of text
_LONG_ENOUGH = 10  # heights of a word: shorter lines do not tell how a page lies

_MEMORY = 1024 * MEBIBYTE  # of address space; a page of the most pixels needs some 200
_OPEN_FILES = 64
_MOST_FOR_A_WORD = 200  # bytes of the table: a line of numbers and the word
_CHUNK = 65_536
_PNG = struct.Struct(">8sI4sII")  # signature; length and name of the first part; width, height
_PNG_BEGIN = (b"\x89PNG\r\n\x1a\n", 13, b"IHDR")
_NOT_FOUND = (126, 127)  # exit codes of who starts another program

MISSING = "install the packages tesseract-ocr and tesseract-ocr-fra to have scans read"


@lru_cache(maxsize=1)
def is_installed() -> bool:
    """Whether Tesseract and its French data are there."""
    program = shutil.which("tesseract")
    if program is None:
        return False
    try:
        listed = subprocess.run(  # noqa: S603  a program of the system, asked for its languages
            [program, "--list-langs"], capture_output=True, text=True, timeout=30, check=False, env=_environment()
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return _LANGUAGE in listed.stdout.split()


class Tesseract:
    """Reads pictures, each in a process of its own whose memory, time, files and answer are bounded.

    `seconds` of wall time hold for one page; `limits` has those for a document. Raises `LimitExceeded` beyond them,
    `DocumentUnsafe` where a picture kills its reader, `DocumentMalformed` where none can be read,
    `NoStructuredData` where Tesseract is gone, `ReaderUnavailable` where the system starts no process.
    """

    def __init__(self, seconds: float, limits: Limits | None = None, memory: int = _MEMORY) -> None:
        self._seconds = seconds
        self._limits = limits or Limits()
        self._memory = memory

    def pages(self, draw: Callable[[int], Picture], numbers: Sequence[int]) -> tuple[Page, ...]:
        """The words of the first of these pages of one document and of the last, as many as may be read."""
        most = self._limits.scan_pages
        chosen = numbers if len(numbers) <= most else (*numbers[: most - 1], numbers[-1])
        deadline = time.monotonic() + self._limits.scan_seconds
        return tuple(self._page(draw(number), number, DPI, deadline) for number in chosen)

    def page(self, picture: Picture, number: int, dpi: int = DPI) -> Page:
        """The words of one picture, their boxes in points."""
        return self._page(picture, number, dpi, time.monotonic() + self._limits.scan_seconds)

    def _page(self, picture: Picture, number: int, dpi: int, deadline: float) -> Page:
        _check(picture, self._limits)
        read = self._rows(self._table(picture.data, dpi, deadline))
        slope = _slope(read)
        scale = _POINTS_PER_INCH / dpi
        words = tuple(_leveled(read, slope, scale))
        return Page(number, picture.width * scale, picture.height * scale, words, slope=slope)

    def _rows(self, table: str) -> "list[_Row]":
        try:
            rows = _rows(table)
        except (KeyError, TypeError, ValueError, csv.Error):
            raise DocumentUnsafe("Tesseract answered nonsense, as one does that a picture has taken over") from None
        if len(rows) > self._limits.page_words:
            raise LimitExceeded(f"a scanned page of {len(rows):,} words; the limit is {self._limits.page_words:,}")
        return rows

    def _table(self, image: bytes, dpi: int, deadline: float) -> str:
        until = min(deadline, time.monotonic() + self._seconds)
        with _in_memory(image) as picture, self._started(picture, dpi) as process:
            try:
                table = self._answer(process, until)
                code = process.wait(max(0.0, until - time.monotonic()))
            except (TimeoutError, subprocess.TimeoutExpired):
                raise self._too_slow(deadline) from None
            finally:
                if process.poll() is None:
                    os.killpg(process.pid, signal.SIGKILL)
        if code != 0:
            raise self._failed(code)
        return table.decode("utf-8", errors="replace")

    def _started(self, picture: int, dpi: int) -> "subprocess.Popen[bytes]":
        bounds = {
            "as": self._memory,
            "cpu": math.ceil(self._seconds) + 1,  # it ends by itself if nobody is left to end it
            "fsize": 0,
            "core": 0,
            "nofile": _OPEN_FILES,
        }
        limited = ("prlimit", *(f"--{name}={value}:{value}" for name, value in bounds.items()))
        command = ("tesseract", "stdin", "stdout", "-l", _LANGUAGE, "--psm", _SPARSE, "--dpi", str(dpi), "tsv")
        try:
            return subprocess.Popen(  # noqa: S603  a fixed command; the picture is its standard input
                (*limited, *command),
                stdin=picture,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                cwd="/",
                start_new_session=True,
                env=_environment(),
            )
        except OSError as error:
            raise ReaderUnavailable(f"Tesseract cannot be started by prlimit: {error.strerror}") from None

    def _answer(self, process: "subprocess.Popen[bytes]", until: float) -> bytes:
        """All that it says, until it has said too much. Raises `TimeoutError`, `LimitExceeded`."""
        most = self._limits.page_words * _MOST_FOR_A_WORD
        answer = bytearray()
        with selectors.DefaultSelector() as waiting:
            waiting.register(process.stdout or 0, selectors.EVENT_READ)
            while (left := until - time.monotonic()) > 0:
                for key, _ in waiting.select(left):
                    chunk = os.read(key.fd, _CHUNK)
                    if not chunk:
                        return bytes(answer)
                    answer += chunk
                if len(answer) > most:
                    raise LimitExceeded(f"Tesseract said more than {most:,} bytes of a scanned page")
        raise TimeoutError

    def _too_slow(self, deadline: float) -> LimitExceeded:
        if time.monotonic() >= deadline:
            return LimitExceeded(f"reading a scan took longer than {self._limits.scan_seconds:g} s")
        return LimitExceeded(
            f"reading a scanned page took longer than {self._seconds:g} s;"
            " if it is genuine, raise AIGUILLEUR_PDF_SECONDS"
        )

    def _failed(self, code: int) -> ExtractionError:
        if code in _NOT_FOUND:
            return NoStructuredData(f"a scan, without XML or text; {MISSING}")
        if code > 0:
            return DocumentMalformed(f"a scanned page that Tesseract cannot read (exit code {code})")
        if -code == signal.SIGXCPU:
            return LimitExceeded("reading a scanned page took too much processor time")
        return DocumentUnsafe(
            f"reading a scanned page killed Tesseract (signal {-code}): it attacks its reader, or needs more than"
            f" {self._memory // MEBIBYTE} MiB"
        )


def _environment() -> dict[str, str]:
    """No secret of the service; one thread, for other documents want theirs."""
    kept = {name: value for name in ("PATH", "TESSDATA_PREFIX") if (value := os.environ.get(name))}
    return {**kept, "OMP_THREAD_LIMIT": "1", "LC_ALL": "C.UTF-8"}


@contextlib.contextmanager
def _in_memory(data: bytes) -> Iterator[int]:
    """A file in memory, open at its beginning."""
    with os.fdopen(os.memfd_create("picture"), "w+b", buffering=0) as file:
        left = memoryview(data)
        while left:
            left = left[file.write(left) :]
        file.seek(0)
        yield file.fileno()


def _check(picture: Picture, limits: Limits) -> None:
    """A picture must be the PNG that it is said to be, and not too large: who drew it may have been taken over."""
    try:
        *begin, width, height = _PNG.unpack_from(picture.data)
    except struct.error:
        begin, width, height = [], 0, 0
    if tuple(begin) != _PNG_BEGIN or (width, height) != (picture.width, picture.height):
        raise DocumentUnsafe("the picture of a page is not what its reader says, as when a file has taken it over")
    if width * height > limits.pixels:
        raise LimitExceeded(f"a picture of {width:,} x {height:,} pixels; the limit is {limits.pixels:,} together")


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

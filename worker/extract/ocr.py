"""Words from the picture of a page, by Tesseract: a process of its own, with a time limit, that leaves no files.

Tesseract and its French data are Debian packages (tesseract-ocr, tesseract-ocr-fra). It looks for sparse text (page
segmentation 11): the modes that look for columns tear labels from values, the one that looks for rows loses what stands
between rules. Which words make a line is told here, by their places.
"""

import csv
import os
import shutil
import signal
import statistics
import subprocess
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from worker.errors import DocumentUnsafe
from worker.ports import Page, Picture, Word

DPI = 200  # enough for print of eight points; more costs time and reads no better
_POINTS_PER_INCH = 72
_LANGUAGE = "fra"
_SPARSE = "11"  # text wherever it stands, ruled or not: rows are put together here, from the places of words
_LEAST_CONFIDENCE = 20.0  # of a word, in percent: below it is dirt
_WORD_LEVEL = "5"
_TALLEST = 2.0  # median heights of its words: what is higher than that is no line of text
_LONG_ENOUGH = 10  # heights of a word: shorter lines do not tell how a page lies

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

    def page(self, picture: Picture, number: int, dpi: int = DPI) -> Page:
        """The words of one picture, their boxes in points."""
        read = _rows(self._table(picture.data, dpi))
        slope = _slope(read)
        scale = _POINTS_PER_INCH / dpi
        words = tuple(_leveled(read, slope, scale))
        return Page(number, picture.width * scale, picture.height * scale, words, slope=slope)

    def _table(self, image: bytes, dpi: int) -> str:
        command = ["tesseract", "stdin", "stdout", "-l", _LANGUAGE, "--psm", _SPARSE, "--dpi", str(dpi), "tsv"]
        with subprocess.Popen(  # noqa: S603  a fixed command; the picture goes in by the pipe
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            env={"PATH": os.environ.get("PATH", ""), "OMP_THREAD_LIMIT": "1", "LC_ALL": "C.UTF-8"},
        ) as process:
            try:
                table, _ = process.communicate(image, timeout=self._seconds)
            except subprocess.TimeoutExpired:
                raise DocumentUnsafe(f"reading a scanned page took longer than {self._seconds:g} s") from None
            finally:
                if process.poll() is None:
                    os.killpg(process.pid, signal.SIGKILL)
        return table.decode("utf-8", errors="replace")


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

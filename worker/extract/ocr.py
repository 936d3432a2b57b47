"""Words from the picture of a page, by Tesseract: a process of its own, with a time limit, that leaves no files.

Tesseract and its French data are Debian packages (tesseract-ocr, tesseract-ocr-fra). The whole width of a row is kept
together (page segmentation 6), because a label torn from its value is worth nothing.
"""

import csv
import os
import shutil
import signal
import subprocess
from functools import lru_cache

from worker.errors import DocumentUnsafe
from worker.ports import Page, Picture, Word

DPI = 200  # enough for print of eight points; more costs time and reads no better
_POINTS_PER_INCH = 72
_LANGUAGE = "fra"
_ROWS_KEPT = "6"  # one uniform block of text
_LEAST_CONFIDENCE = 20.0  # of a word, in percent: below it is dirt
_WORD_LEVEL = "5"

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
        scale = _POINTS_PER_INCH / dpi
        words = tuple(
            Word(text, left * scale, top * scale, (left + width) * scale, (top + height) * scale)
            for text, left, top, width, height in _words(self._table(picture.data, dpi))
        )
        return Page(number, picture.width * scale, picture.height * scale, words)

    def _table(self, image: bytes, dpi: int) -> str:
        command = ["tesseract", "stdin", "stdout", "-l", _LANGUAGE, "--psm", _ROWS_KEPT, "--dpi", str(dpi), "tsv"]
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


def _words(table: str) -> list[tuple[str, int, int, int, int]]:
    rows = csv.DictReader(table.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE)
    return [
        (row["text"].strip(), int(row["left"]), int(row["top"]), int(row["width"]), int(row["height"]))
        for row in rows
        if row["level"] == _WORD_LEVEL and (row["text"] or "").strip() and float(row["conf"]) >= _LEAST_CONFIDENCE
    ]

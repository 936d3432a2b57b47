"""Scans by a real Tesseract, and by programs in its place that hang, swell, fail or are not there."""

import contextlib
import io
import os
import stat
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from rules.findings import ReasonCode
from rules.model import Invoice, Syntax, Unreadable
from tests.fixture_maker import pdf
from tests.unit.extract.samples import BILL, extractor, refused, told
from worker.document import Document
from worker.errors import (
    DocumentMalformed,
    DocumentUnsafe,
    ExtractionError,
    LimitExceeded,
    NoStructuredData,
    ReaderUnavailable,
)
from worker.extract import ocr
from worker.extract.limits import MEBIBYTE, Limits
from worker.extract.ocr import Tesseract
from worker.extract.pdf_reader import InProcessPdfReader
from worker.ports import Picture

SCAN = pdf.scanned(BILL)
_HEADER = "level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext"


def drawn(width: int = 400, height: int = 300) -> Picture:
    """An empty page."""
    out = io.BytesIO()
    Image.new("L", (width, height), 255).save(out, "PNG")
    return Picture(out.getvalue(), width, height)


_WORDS = "\\tx" * 11  # where numbers are expected


Instead = Callable[[str], None]


@pytest.fixture
def instead(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Instead:
    """Puts a shell script in the place of Tesseract; everything else of the system stays where it is."""

    def put(script: str) -> None:
        program = tmp_path / "tesseract"
        program.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        program.chmod(program.stat().st_mode | stat.S_IXUSR)
        monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")

    return put


@pytest.mark.usefixtures("tesseract")
def test_scan() -> None:
    """A scan is read by a real Tesseract within its limits, and the fields say that they come from a page."""
    reader = extractor(tesseract=Tesseract(60, Limits()))
    (read,) = reader.read(Document(data=SCAN))
    assert isinstance(read, Invoice), read
    assert read.syntax is Syntax.SCAN
    assert read.invoice_number is not None
    assert read.invoice_number.value == BILL.number
    assert read.amount_incl_tax is not None
    assert read.amount_incl_tax.value == BILL.gross
    assert len(told(read, ReasonCode.INT_READ_FROM_PAGE)) == 1


@pytest.mark.usefixtures("tesseract")
def test_largest_picture() -> None:
    """A page of as many pixels as are allowed fits into the memory that Tesseract is given."""
    limits = Limits()
    page = InProcessPdfReader(limits).render(SCAN, 1, 500)
    assert limits.pixels * 0.9 < page.width * page.height <= limits.pixels
    words = {word.text for word in Tesseract(100, replace(limits, scan_seconds=100)).page(page, 1, 500).words}
    assert BILL.number in words


@pytest.mark.usefixtures("tesseract")
def test_too_little_memory() -> None:
    """A picture that needs more memory than Tesseract is given is refused, and takes nothing else with it."""
    large = InProcessPdfReader(Limits()).render(SCAN, 1, 500)
    with pytest.raises(ExtractionError, match="Tesseract"):
        Tesseract(60, memory=150 * MEBIBYTE).page(large, 1, 500)
    assert Tesseract(60).page(drawn(), 1).words == ()


def test_missing() -> None:
    """Without Tesseract a scan has no structured data, and the message says what to install."""
    assert "install the packages tesseract-ocr and tesseract-ocr-fra" in ocr.MISSING
    assert refused(SCAN) == (
        ReasonCode.INT_NO_STRUCTURED_DATA,
        f"a scan, without XML or text; {ocr.MISSING}",
    )


def test_gone_since(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A Tesseract that was removed under a running service is told like one that never was there."""
    (tmp_path / "prlimit").symlink_to("/usr/bin/prlimit")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NoStructuredData, match="install the packages tesseract-ocr and tesseract-ocr-fra"):
        Tesseract(20).page(drawn(), 1)


def test_nothing_can_be_started(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Where the system starts no process, no document is to blame: the delivery is tried again."""
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ReaderUnavailable, match="prlimit"):
        Tesseract(20).page(drawn(), 1)


def test_hanging(instead: Instead) -> None:
    """A Tesseract that hangs is killed after its seconds with all that it started, and the document is refused."""
    mark = f"600.{os.getpid()}"
    instead(f"sleep {mark} & wait")
    begin = time.monotonic()
    (read,) = extractor(tesseract=Tesseract(1.5, Limits())).read(Document(data=SCAN))
    assert 1.5 <= time.monotonic() - begin < 20
    assert isinstance(read, Unreadable)
    assert read.reason is ReasonCode.INT_TOO_LARGE
    assert "took longer than 1.5 s" in read.message
    deadline = time.monotonic() + 10
    while _running(mark) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not _running(mark)


def test_hanging_after_its_answer(instead: Instead) -> None:
    """One that closes its output and does not end is killed too."""
    instead("exec >&-; sleep 600")
    with pytest.raises(LimitExceeded, match=r"took longer than 0\.5 s"):
        Tesseract(0.5).page(drawn(), 1)


def test_seconds_of_a_document(instead: Instead) -> None:
    """All pages of a document together have a limit of time, whatever each of them may take."""
    instead(f"sleep 0.6; printf '{_HEADER}\\n'")
    limits = Limits(scan_seconds=1.5, scan_pages=100)
    seen: list[int] = []

    def draw(number: int) -> Picture:
        seen.append(number)
        return drawn()

    with pytest.raises(LimitExceeded, match=r"reading a scan took longer than 1\.5 s"):
        Tesseract(60, limits).pages(draw, range(1, 101))
    assert 1 <= len(seen) <= 3


@pytest.mark.parametrize(("most", "read"), [(1, [40]), (3, [1, 2, 40]), (5, [1, 2, 3, 39, 40]), (9, [1, 2, 3, 39, 40])])
def test_pages_of_a_document(most: int, read: list[int], instead: Instead) -> None:
    """Of a longer scan the first pages and the last are read, as many as the limit says."""
    instead(f"printf '{_HEADER}\\n'")
    pages = Tesseract(20, Limits(scan_pages=most)).pages(lambda _: drawn(), [1, 2, 3, 39, 40])
    assert [page.number for page in pages] == read


def test_limits_of_the_process(instead: Instead, monkeypatch: pytest.MonkeyPatch) -> None:
    """It runs with limits of its own that it cannot raise, and with nothing of the service's environment."""
    monkeypatch.setenv("AIGUILLEUR_BROKER_URL", "amqp://secret")
    words = "for word in $(ulimit -v) $(ulimit -f) $(ulimit -c) $(ulimit -t) $(ulimit -n) [$AIGUILLEUR_BROKER_URL]"
    row = "5\\t1\\t1\\t1\\t1\\t1\\t0\\t0\\t9\\t9\\t90\\t"
    instead(f"printf '{_HEADER}\\n'; {words}; do printf \"{row}$word\\n\"; done; ulimit -v unlimited || exit 0")
    told = [word.text for word in Tesseract(19.5).page(drawn(), 1).words]
    assert told == [str(1024 * 1024), "0", "0", "21", "64", "[]"]


def test_no_file_is_written(instead: Instead, tmp_path: Path) -> None:
    """It cannot write a byte to a file."""
    instead(f"trap '' XFSZ; echo data >{tmp_path}/file; exit 0")
    Tesseract(20).page(drawn(), 1)
    assert (tmp_path / "file").read_bytes() == b""


@pytest.mark.parametrize(
    ("script", "error", "says"),
    [
        ("kill -SEGV $$", DocumentUnsafe, "killed Tesseract"),
        ("while :; do :; done", LimitExceeded, "took longer than|processor time"),
        ("exit 1", DocumentMalformed, "exit code 1"),
        ("yes", LimitExceeded, "said more than"),
        (f"printf '{_HEADER}\\n5{_WORDS}\\n'", DocumentUnsafe, "answered nonsense"),
        ("printf 'Bonjour\\nle monde\\n'", DocumentUnsafe, "answered nonsense"),
    ],
    ids=["crash", "busy", "failure", "flood", "no numbers", "no table"],
)
def test_misbehaving(script: str, error: type[ExtractionError], says: str, instead: Instead) -> None:
    """Whatever it does instead of answering, the document is refused with the reason."""
    instead(script)
    with pytest.raises(error, match=says):
        Tesseract(2).page(drawn(), 1)


def test_too_many_words(instead: Instead) -> None:
    """A scanned page has no more words than any other page may have."""
    row = "5\\t1\\t1\\t1\\t1\\t1\\t0\\t0\\t9\\t9\\t90\\tmot\\n"
    instead(f"printf '{_HEADER}\\n{row * 11}'")
    with pytest.raises(LimitExceeded, match="a scanned page of 11 words; the limit is 10"):
        Tesseract(20, Limits(page_words=10)).page(drawn(), 1)


@pytest.mark.parametrize(
    ("picture", "error", "says"),
    [
        (drawn(400, 300)._replace(width=401), DocumentUnsafe, "not what its reader says"),
        (Picture(b"", 0, 0), DocumentUnsafe, "not what its reader says"),
        (Picture(b"\xff\xd8\xff\xe0" + bytes(40), 0, 0), DocumentUnsafe, "not what its reader says"),
        (drawn(400, 301), LimitExceeded, "400 x 301 pixels; the limit is 120,000"),
    ],
    ids=["another size", "empty", "no PNG", "too large"],
)
def test_picture_is_checked(
    picture: Picture, error: type[ExtractionError], says: str, instead: Instead, tmp_path: Path
) -> None:
    """A picture that is no PNG of the size that was told, or too large, is refused before Tesseract is started."""
    instead(f"touch {tmp_path}/started")
    with pytest.raises(error, match=says):
        Tesseract(20, Limits(pixels=120_000)).page(picture, 1)
    assert not (tmp_path / "started").exists()


@pytest.mark.parametrize(
    ("script", "installed"),
    [("echo fra", True), ("echo eng; echo osd", False), ("exit 1", False), ("echo fraktur", False)],
)
def test_installed(script: str, installed: bool, instead: Instead) -> None:  # noqa: FBT001
    """It is installed where it knows French."""
    instead(script)
    assert ocr.is_installed.__wrapped__() is installed


def _running(word: str) -> list[str]:
    """The processes that were started with a word."""
    found = []
    for place in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            if word.encode() in place.read_bytes().split(b"\0"):
                found.append(place.parent.name)
    return found

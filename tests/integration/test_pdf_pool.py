"""PDFs read in other processes: what comes back, and what becomes of readers that die or hang."""

import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.places import FIXTURES
from worker.errors import DocumentMalformed, DocumentUnsafe, LimitExceeded
from worker.extract.limits import Limits
from worker.extract.pdf_pool import PdfPool
from worker.extract.pdf_reader import InProcessPdfReader

LIMITS = Limits()
FACTURX = (FIXTURES / "invoices" / "facturx" / "en16931" / "invoice.pdf").read_bytes()
LOCKED = (FIXTURES / "invoices" / "facturx" / "encrypted" / "invoice.pdf").read_bytes()


@contextmanager
def _pool(processes: int) -> Iterator[PdfPool]:
    pool = PdfPool(LIMITS, processes, seconds=20)
    try:
        yield pool
    finally:
        pool.end()


@pytest.fixture(scope="module")
def pool() -> Iterator[PdfPool]:
    """A pool of two readers."""
    with _pool(2) as pool:
        yield pool


@pytest.mark.parametrize(("method", "arguments"), [("read", ()), ("pages", ()), ("cells", (1,)), ("render", (1, 90))])
def test_the_same_as_in_this_process(pool: PdfPool, method: str, arguments: tuple[int, ...]) -> None:
    """Each method of a pool gives what the reader in this process gives."""
    own = InProcessPdfReader(LIMITS)
    assert getattr(pool, method)(FACTURX, *arguments) == getattr(own, method)(FACTURX, *arguments)


def test_errors_come_back(pool: PdfPool) -> None:
    """A PDF that cannot be opened is the same typed error as in this process, and the reader goes on."""
    for _ in range(3):
        with pytest.raises(DocumentMalformed, match="locked with a password"):
            pool.read(LOCKED)
    assert pool.read(FACTURX).files


def test_many_threads(pool: PdfPool) -> None:
    """More threads than readers wait for a free one, and each gets its own answer."""
    found: list[int] = []
    threads = [threading.Thread(target=lambda: found.append(len(pool.read(FACTURX).files))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert found == [1] * 8


def test_a_reader_killed_at_rest_is_replaced() -> None:
    """A reader that dies between two documents costs neither of them anything."""
    with _pool(1) as pool:
        pool.read(FACTURX)
        process = _process(pool)
        os.kill(process.pid, signal.SIGKILL)
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
        assert pool.read(FACTURX).files
        assert _process(pool).pid != process.pid


def test_a_reader_killed_at_work_is_replaced() -> None:
    """A reader that dies takes its document with it, as unsafe; the next document is read by another."""
    with _pool(1) as pool:
        pool.read(FACTURX)
        process = _process(pool)
        os.kill(process.pid, signal.SIGSTOP)
        killer = threading.Timer(0.3, os.kill, (process.pid, signal.SIGKILL))
        killer.start()
        with pytest.raises(DocumentUnsafe, match="killed the process"):
            pool.read(FACTURX)
        killer.join()
        assert pool.read(FACTURX).files


def test_a_hanging_reader_is_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    """A reader that takes too long is stopped, and no process is left behind."""
    with _pool(1) as pool:
        pool.read(FACTURX)
        process = _process(pool)
        os.kill(process.pid, signal.SIGSTOP)
        monkeypatch.setattr(pool, "_seconds", 0.3)
        began = time.monotonic()
        with pytest.raises(LimitExceeded, match=r"took longer than 0\.3 s"):
            pool.read(FACTURX)
        assert time.monotonic() - began < 10
        assert process.is_dead()
        monkeypatch.setattr(pool, "_seconds", 20)
        assert pool.read(FACTURX).files


def _process(pool: PdfPool) -> Any:
    reader = pool._idle.get()
    pool._idle.put(reader)
    return reader._process

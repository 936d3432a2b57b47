"""What a reader of PDFs can do when a document has taken it over: nothing but fail, and be replaced."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.places import FIXTURES, ROOT
from tests.unit.extract.samples import pdf_with
from worker.errors import ExtractionError, LimitExceeded, ReaderUnavailable, TransientError
from worker.extract.cage import Bounds
from worker.extract.limits import MEBIBYTE, Limits
from worker.extract.pdf_pool import PdfPool

LIMITS = Limits()
BOUNDS = Bounds(memory=512 * MEBIBYTE, cpu_seconds=1)
HOSTILE = "tests.integration.hostile_child"
FACTURX = (FIXTURES / "invoices" / "facturx" / "en16931" / "invoice.pdf").read_bytes()


def pool_of(processes: int, seconds: float = 20, documents: int = 500) -> PdfPool:
    """A pool of readers that try what a document names."""
    return PdfPool(LIMITS, processes, seconds, bounds=BOUNDS, documents=documents, program=HOSTILE)


@contextmanager
def _pool(processes: int = 1, seconds: float = 20, documents: int = 500) -> Iterator[PdfPool]:
    with pool_of(processes, seconds, documents) as pool:
        yield pool


def pid_of(pool: PdfPool) -> int:
    """The process of the reader that comes next."""
    reader = pool._idle.get()
    pool._idle.put(reader)
    return reader._process.pid


def pid_of_ready(pool: PdfPool) -> int:
    """The process of the only reader, started."""
    pool.doors()
    return pid_of(pool)


def _gone(pid: int) -> bool:
    """Whether there is no such process, not even a zombie."""
    return not Path(f"/proc/{pid}").exists()


def _waits(condition: Callable[[], bool], seconds: float = 20) -> bool:
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.02)
    return condition()


def _outcome(pool: PdfPool, attempt: str) -> str:
    """What an attempt came to: the name that it told, or the code and the message of the error."""
    try:
        return pool.read(attempt.encode()).files[0].name
    except ExtractionError as error:
        return f"{error.code}: {error}"


@pytest.fixture(scope="module")
def pool() -> Iterator[PdfPool]:
    """One hostile reader, replaced whenever an attempt costs it its life."""
    with _pool() as pool:
        yield pool


@pytest.mark.parametrize(
    ("attempt", "outcome"),
    [
        ("swell", "LIMIT_EXCEEDED: reading it needs more than 512 MiB of memory"),
        ("swell_natively", "DOCUMENT_UNSAFE: reading it killed the process that read it (SIGABRT)"),
        ("spin", "LIMIT_EXCEEDED: reading it took more than 1 s of processor time"),
        ("crash", "DOCUMENT_UNSAFE: reading it killed the process that read it (SIGSEGV)"),
        ("raise SIGKILL", "DOCUMENT_UNSAFE: reading it killed the process that read it (SIGKILL)"),
        ("hang_up", "DOCUMENT_UNSAFE: reading it killed the process that read it (exit code 7)"),
        ("fork", "PermissionError"),
        ("exec", "DOCUMENT_UNSAFE: it made its reader ask for the network or for another program"),
        ("garbage", "DOCUMENT_UNSAFE: its reader answered nonsense"),
        ("twice", "DOCUMENT_UNSAFE: its reader answered nonsense"),
        ("huge", "DOCUMENT_UNSAFE: its reader answered nonsense"),
        ("pickle", "DOCUMENT_UNSAFE: its reader answered nonsense"),
        ("read_file /etc/passwd", "PermissionError"),
        (f"read_file {ROOT}/pyproject.toml", "PermissionError"),
        (f"read_file {FIXTURES}/invoices/facturx/en16931/invoice.pdf", "PermissionError"),
        ("read_file /proc/self/environ", "PermissionError"),
        (f"list {ROOT}", "PermissionError"),
        ("list /", "PermissionError"),
        ("environment", "LC_ALL"),
        (f"kill {os.getpid()}", "PermissionError"),
    ],
)
def test_an_attempt_comes_to_nothing(pool: PdfPool, attempt: str, outcome: str) -> None:
    """Each attempt fails or costs the reader its life; the document is told why, and the next one is read."""
    assert _outcome(pool, attempt).startswith(outcome)
    assert pool.read(FACTURX).files


def test_every_door_is_closed_here(pool: PdfPool) -> None:
    """Where these tests run, no protection is missing: otherwise they would prove less than they say."""
    doors = pool.doors()
    assert doors.missing == ()
    assert [door.split(":")[0] for door in doors.closed[1:]] == ["Landlock", "seccomp"]


@pytest.mark.parametrize(
    ("program", "lack", "outcomes"),
    [
        (
            "lacking_landlock",
            "Landlock (py_landlock is not installed)",
            {"read_file /etc/passwd": "PermissionError", "fork": "PermissionError", "exec": "DOCUMENT_UNSAFE"},
        ),
        (
            "lacking_seccomp",
            "seccomp (pyseccomp is not installed)",
            {"read_file /etc/passwd": "PermissionError", "connect 9": "PermissionError", "exec": "PermissionError"},
        ),
    ],
)
def test_what_is_missing_is_told_and_the_rest_holds(program: str, lack: str, outcomes: dict[str, str]) -> None:
    """Without one of the two layers the other still keeps files and network away, and an operator can read it."""
    with PdfPool(LIMITS, 1, 20, bounds=BOUNDS, program=f"tests.integration.{program}") as pool:
        assert pool.doors().missing == (lack,)
        found = {attempt: _outcome(pool, attempt) for attempt in outcomes}
        assert {attempt: outcome.split(":")[0] for attempt, outcome in found.items()} == outcomes
        for method, arguments in (("read", ()), ("pages", ()), ("cells", (1,)), ("render", (1, 90))):
            assert getattr(pool, method)(FACTURX, *arguments) is not None


def test_nothing_is_written(pool: PdfPool, tmp_path: Path) -> None:
    """A reader makes no file and changes none."""
    old = tmp_path / "old"
    old.write_text("as it was")
    for path in (tmp_path / "new", old):
        assert _outcome(pool, f"write {path}") == "PermissionError"
    assert [(file.name, file.read_text()) for file in tmp_path.iterdir()] == [("old", "as it was")]


@pytest.mark.parametrize(("attempt", "kind"), [("connect", socket.SOCK_STREAM), ("datagram", socket.SOCK_DGRAM)])
def test_nothing_reaches_the_network(pool: PdfPool, attempt: str, kind: socket.SocketKind) -> None:
    """A reader that asks for the network is ended, and whoever listens hears nothing."""
    with socket.socket(socket.AF_INET, kind) as listener:
        listener.bind(("127.0.0.1", 0))
        if kind is socket.SOCK_STREAM:
            listener.listen()
        listener.settimeout(0.3)
        assert "ask for the network" in _outcome(pool, f"{attempt} {listener.getsockname()[1]}")
        with pytest.raises(TimeoutError):
            listener.accept() if kind is socket.SOCK_STREAM else listener.recv(1)


@pytest.mark.parametrize("attempt", ["sleep", "half"])
def test_a_reader_that_says_nothing_more_is_stopped(attempt: str) -> None:
    """Wall time ends a reader that sleeps, or that stops in the middle of an answer."""
    with _pool(seconds=1) as pool:
        pool.doors()
        pid = pid_of(pool)
        began = time.monotonic()
        assert _outcome(pool, attempt).startswith("LIMIT_EXCEEDED: reading it took longer than 1 s")
        assert time.monotonic() - began < 10
        assert _gone(pid)


def test_processor_time_is_counted_for_each_document() -> None:
    """Documents that take less than the limit each may together take more."""
    with _pool() as pool:
        pid = pid_of_ready(pool)
        used = 0.0
        while used < 2 * BOUNDS.cpu_seconds + 1:
            pool.render(FACTURX, 1, 300)
            used = sum(map(int, Path(f"/proc/{pid}/stat").read_text().split()[13:15])) / os.sysconf("SC_CLK_TCK")
        assert pid_of(pool) == pid


def test_a_reader_is_replaced_in_time() -> None:
    """After so many documents another process reads, and the one before is gone."""
    with _pool(documents=3) as pool:
        pids = []
        for _ in range(7):
            pids.append(pid_of_ready(pool))
            assert pool.read(FACTURX).files
        assert [pids.count(pid) for pid in dict.fromkeys(pids)] == [3, 3, 1]
        assert all(_gone(pid) for pid in set(pids[:6]))


def test_readers_outlive_the_threads_that_first_asked() -> None:
    """A reader that a short thread started still serves others: the kernel ties its life to the pool."""
    with _pool() as pool:
        thread = threading.Thread(target=pool.doors)
        thread.start()
        thread.join(30)
        pid = pid_of(pool)
        time.sleep(0.1)
        assert pool.read(FACTURX).files
        assert pid_of(pool) == pid


def test_no_room_to_start_is_no_fault_of_a_document() -> None:
    """Where a reader cannot even load its libraries, the error is transient and names the setting."""
    with PdfPool(LIMITS, 1, 20, bounds=Bounds(memory=40 * MEBIBYTE)) as pool:
        with pytest.raises(ReaderUnavailable, match="AIGUILLEUR_PDF_MEMORY"):
            pool.read(FACTURX)
        assert issubclass(ReaderUnavailable, TransientError)


def test_nothing_outlives_a_killed_service() -> None:
    """When the service is killed, its readers die with it, idle or at work."""
    code = (
        "import sys, threading, time\n"
        "from tests.integration.test_pdf_cage import pool_of, pid_of\n"
        "pool = pool_of(2, seconds=600)\n"
        "pool.doors()\n"
        "at_work = pid_of(pool)\n"
        "threading.Thread(target=lambda: pool.read(b'sleep'), daemon=True).start()\n"
        "while pool._idle.qsize() != 1: time.sleep(0.01)\n"
        "pool.doors()\n"
        "print(at_work, pid_of(pool), flush=True)\n"
        "sys.stdin.read()\n"
    )
    service = subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT, text=True
    )
    with service:
        pids = [int(pid) for pid in service.stdout.readline().split()]
        alive = [not _gone(pid) for pid in pids]
        service.send_signal(signal.SIGKILL)
        service.wait(10)
    assert (len(set(pids)), alive) == (2, [True, True])
    assert _waits(lambda: all(map(_gone, pids)))


def test_nothing_outlives_the_pool() -> None:
    """After the end of a pool there is no process, no zombie and no descriptor of it."""
    before = set(Path("/proc/self/fd").iterdir())
    with _pool(processes=2) as pool:
        pids = [pid_of_ready(pool)]
        reader = pool._idle.get()
        pids.append(pid_of_ready(pool))
        pool._idle.put(reader)
    assert len(set(pids)) == 2
    assert all(map(_gone, pids))
    assert set(Path("/proc/self/fd").iterdir()) == before


def test_a_large_answer_arrives_whole() -> None:
    """Embedded files of many megabytes come back as they are."""
    content = os.urandom(3 << 20) * 4
    with PdfPool(LIMITS, 1, 20) as pool:
        assert pool.read(pdf_with({"a.xml": content})).files[0].data == content


def test_too_large_an_answer_is_refused() -> None:
    """What is embedded is bounded by the limits, in the reader and again where its answer is heard."""
    with PdfPool(Limits(xml_bytes=1000), 1, 20) as pool, pytest.raises(LimitExceeded):
        pool.read(pdf_with({"a.xml": b"x" * 2000}))


def test_a_reader_that_cannot_be_started_is_no_fault_of_a_document(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the system starts no process, the error is transient; when it does again, the document is read."""
    with _pool() as pool:
        with monkeypatch.context() as broken:
            broken.setattr(sys, "executable", "/nowhere/python")
            with pytest.raises(ReaderUnavailable, match="cannot be started"):
                pool.read(FACTURX)
        assert pool.read(FACTURX).files

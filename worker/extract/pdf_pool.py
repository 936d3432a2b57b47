"""PDFs read in caged processes of their own: a document that crashes, swells or hangs takes nothing else with it.

Each reader is warm and serves one document at a time. One that dies, takes too long or answers nonsense is killed and
replaced; the document is quarantined with the reason. What a reader may do is said in `worker.extract.cage`, what
passes to and fro in `worker.extract.pdf_wire`.
"""

import contextlib
import os
import queue
import signal
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Self

from worker.errors import DocumentUnsafe, ExtractionError, LimitExceeded, ReaderUnavailable
from worker.extract import pdf_wire
from worker.extract.cage import Bounds, Doors
from worker.extract.limits import MEBIBYTE, Limits
from worker.extract.pdf_wire import Garbled, Method, Request, Start
from worker.ports import Page, Pages, PdfContent, Picture

DOCUMENTS = 500  # that a reader reads before it is replaced
_PROGRAM = "worker.extract.pdf_child"
_LAUNCH = "import sys; sys.path[:] = sys.argv[2].split({separator!r}); from {program} import main; main()"
_START_SECONDS = 60.0
_GOODBYE_SECONDS = 5.0
_DEATH_SECONDS = 2.0  # for a process that hung up to be dead, so that the cause is known
_LARGEST_READY = 64 * 1024
_KEPT = 4 * MEBIBYTE  # of shared memory, between two documents
_CRASHES = {signal.SIGABRT, signal.SIGSEGV, signal.SIGBUS, signal.SIGILL, signal.SIGTRAP, signal.SIGFPE}


class PdfPool:
    """A `PdfReader` over a fixed number of processes. Safe to share between threads; callers wait for a free one.

    `seconds` of wall time and `bounds` hold for each document; after `documents` of them a reader is replaced, so that
    what its libraries leak or scatter stays bounded. No process is started before the first PDF comes.
    """

    def __init__(
        self,
        limits: Limits,
        processes: int,
        seconds: float,
        *,
        bounds: Bounds | None = None,
        documents: int = DOCUMENTS,
        program: str = _PROGRAM,
    ) -> None:
        self._limits = limits
        self._seconds = seconds
        self._documents = documents
        self._readers = processes
        self._idle: queue.LifoQueue[_Reader] = queue.LifoQueue()  # the warmest first
        starter = _Starter(limits, bounds or Bounds(), program)
        self._starter = starter
        for _ in range(processes):
            self._idle.put(_Reader(starter))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def read(self, data: bytes) -> PdfContent:
        """The embedded files of a PDF. Raises `ExtractionError`, and `ReaderUnavailable` where no reader starts.

        `DocumentUnsafe` or `LimitExceeded` if it killed its reader.
        """
        content: PdfContent = self._ask("read", data)
        return content

    def pages(self, data: bytes) -> Pages:
        """The words of its first and last pages. Raises as `read` does."""
        pages: Pages = self._ask("pages", data)
        return pages

    def layout(self, data: bytes, number: int) -> Page:
        """The words of one page and the cells of its tables. Raises as `read` does."""
        page: Page = self._ask("layout", data, number)
        return page

    def render(self, data: bytes, number: int, dpi: int) -> Picture:
        """A page as a grey PNG. Raises as `read` does."""
        picture: Picture = self._ask("render", data, number, dpi)
        return picture

    def doors(self) -> Doors:
        """What holds the readers on this machine: starts one if need be. Raises `ReaderUnavailable`."""
        reader = self._idle.get()
        try:
            return reader.doors()
        finally:
            self._idle.put(reader)

    def _ask(self, method: Method, data: bytes, *arguments: int) -> Any:
        reader = self._idle.get()
        try:
            answer = reader.ask(Request(method, len(data), arguments), data, self._seconds, self._documents)
        finally:
            self._idle.put(reader)
        if isinstance(answer, ExtractionError):
            raise answer
        return answer

    def end(self) -> None:
        """End the readers, waiting for those that are at work."""
        for _ in range(self._readers):
            self._idle.get().end()
        self._starter.end()


class _Starter:
    """Starts processes, from one thread: the kernel kills a reader when the thread that started it is gone."""

    def __init__(self, limits: Limits, bounds: Bounds, program: str) -> None:
        self.limits = limits
        self.bounds = bounds
        self._program = program
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="pdf-starter")

    def start(self) -> "_Process":
        return self._thread.submit(self._start).result()

    def _start(self) -> "_Process":
        ours, theirs = socket.socketpair()
        document = os.memfd_create("pdf")
        try:
            with theirs:
                child = self._launch(theirs.fileno(), document)
        except BaseException:
            ours.close()
            os.close(document)
            raise
        return _Process(child, ours, document)

    def _launch(self, pipe: int, document: int) -> "subprocess.Popen[bytes]":
        start = Start(os.getpid(), pipe, document, self.limits, self.bounds)
        path = os.pathsep.join(map(os.path.abspath, sys.path))
        launch = _LAUNCH.format(program=self._program, separator=os.pathsep)
        return subprocess.Popen(  # noqa: S603  our own interpreter and program
            (sys.executable, "-I", "-c", launch, pdf_wire.encoded_start(start), path),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd="/",
            env={"LC_ALL": "C.UTF-8"},  # no secret of the service
            pass_fds=(pipe, document),
            start_new_session=True,
        )

    def end(self) -> None:
        self._thread.shutdown()


class _Reader:
    """One place in the pool: a process, and another in its stead when that one is spent."""

    def __init__(self, starter: _Starter) -> None:
        self._starter = starter
        self._process: _Process | None = None

    def ask(self, request: Request, data: bytes, seconds: float, documents: int) -> Any:
        """The value, or the `ExtractionError` that the reader answered. Raises `ExtractionError` if it had to go."""
        process = self._running()
        process.check_ready()
        try:
            answer, is_spent = process.ask(request, data, seconds, self._starter.limits)
        except TimeoutError:
            self.end()
            raise LimitExceeded(
                f"reading it took longer than {seconds:g} s; the reader was stopped;"
                " if it is genuine, raise AIGUILLEUR_PDF_SECONDS"
            ) from None
        except Garbled:
            self.end()
            raise DocumentUnsafe("its reader answered nonsense, as one does that a file has taken over") from None
        except OSError:
            code = self.end(_DEATH_SECONDS)  # it hung up: it is dying by itself
            raise _verdict(code, self._starter.bounds) from None
        except BaseException:
            self.end()
            raise
        if is_spent or process.asked >= documents:
            self.end()
            self._process = self._starter.start()  # it warms up while nobody waits for it
        return answer

    def doors(self) -> Doors:
        return self._running().check_ready()

    def end(self, grace: float = 0.0) -> int:
        """Kill the process, if there is one, after so many seconds; its exit code."""
        process, self._process = self._process, None
        return process.end(grace) if process else 0

    def _running(self) -> "_Process":
        if self._process is not None and self._process.is_dead():
            self.end()  # between two documents: none of them is to blame
        if self._process is None:
            self._process = self._starter.start()
        return self._process


class _Process:
    """A started reader, the socket to it, and the memory in which it finds its documents."""

    def __init__(self, child: "subprocess.Popen[bytes]", pipe: socket.socket, document: int) -> None:
        self.asked = 0
        self._child = child
        self._pipe = pipe
        self._document = document
        self._doors: Doors | None = None
        self._has_ended = False

    @property
    def pid(self) -> int:
        return self._child.pid

    def is_dead(self) -> bool:
        return self._child.poll() is not None

    def check_ready(self) -> Doors:
        """Wait until its doors are closed. Raises `ReaderUnavailable`: no document is to blame for that."""
        if self._doors is None:
            self._doors = self._ready()
        return self._doors

    def _ready(self) -> Doors:
        failure = "it ended"
        try:
            frame = pdf_wire.receive(self._pipe, _LARGEST_READY, time.monotonic() + _START_SECONDS)
            if frame is not None:
                ready = pdf_wire.decoded_ready(frame)
                if not ready.failure:
                    return ready.doors
                failure = ready.failure
        except (OSError, Garbled) as error:
            failure = type(error).__name__
        code = self.end(_DEATH_SECONDS)
        raise ReaderUnavailable(
            f"the process that reads PDFs does not start: {failure} (exit code {code});"
            " AIGUILLEUR_PDF_MEMORY may be too small"
        )

    def ask(self, request: Request, data: bytes, seconds: float, limits: Limits) -> tuple[Any, bool]:
        """The answer, and whether the reader is spent. Raises `TimeoutError`, `Garbled`, `OSError`."""
        self.asked += 1
        _put(self._document, data)
        deadline = time.monotonic() + seconds
        self._pipe.settimeout(seconds)
        pdf_wire.send(self._pipe, request)
        frame = pdf_wire.receive(self._pipe, pdf_wire.largest_answer(limits), deadline)
        if frame is None:
            raise ConnectionResetError
        if len(data) > _KEPT:
            os.ftruncate(self._document, 0)
        return pdf_wire.decoded_answer(frame, request.method)

    def end(self, grace: float = 0.0) -> int:
        """Kill what is left of it after so many seconds; the exit code, negative for a signal."""
        if not self._has_ended:
            self._has_ended = True
            if grace:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    self._child.wait(grace)
            if self._child.returncode is None:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(self._child.pid, signal.SIGKILL)
            self._child.wait(_GOODBYE_SECONDS)
            self._pipe.close()
            os.close(self._document)
        return self._child.returncode


def _put(document: int, data: bytes) -> None:
    """Hand a document over. It stands in shared memory: one copy, and no waiting for a full pipe."""
    left = memoryview(data)
    written = 0
    while left:
        count = os.pwrite(document, left, written)
        written, left = written + count, left[count:]


def _verdict(code: int, bounds: Bounds) -> ExtractionError:
    """Why a reader died over a document."""
    died_of = -code
    if died_of == signal.SIGXCPU:
        return LimitExceeded(
            f"reading it took more than {bounds.cpu_seconds} s of processor time;"
            " if it is genuine, raise AIGUILLEUR_PDF_CPU_SECONDS"
        )
    if died_of == signal.SIGSYS:
        return DocumentUnsafe("it made its reader ask for the network or for another program; the reader was stopped")
    name = signal.Signals(died_of).name if died_of in set(signal.Signals) else f"exit code {code}"
    if died_of in _CRASHES:
        return DocumentUnsafe(
            f"reading it killed the process that read it ({name}): it attacks its reader, or needs more than"
            f" {bounds.memory // MEBIBYTE} MiB (AIGUILLEUR_PDF_MEMORY)"
        )
    return DocumentUnsafe(f"reading it killed the process that read it ({name})")

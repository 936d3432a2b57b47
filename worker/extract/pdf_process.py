"""One process that reads PDFs, as its pool sees it: started, spoken to, ended."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from worker.errors import ReaderUnavailable
from worker.extract import pdf_wire
from worker.extract.cage import Bounds, Doors
from worker.extract.limits import MEBIBYTE, Limits
from worker.extract.pdf_wire import Garbled, Request, Start

_LAUNCH = "import sys; sys.path[:] = sys.argv[2].split({separator!r}); from {program} import main; main()"
_START_SECONDS = 60.0
_GOODBYE_SECONDS = 5.0
_LARGEST_READY = 64 * 1024
_KEPT = 4 * MEBIBYTE  # of shared memory, between two documents
DEATH_SECONDS = 2.0  # for a process that hung up to be dead, so that the cause is known


class Starter:
    """Starts processes, from one thread: the kernel kills a reader when the thread that started it is gone."""

    def __init__(self, limits: Limits, bounds: Bounds, program: str) -> None:
        self.limits = limits
        self.bounds = bounds
        self._program = program
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="pdf-starter")

    def start(self) -> "Process":
        """A new process, which loads its libraries meanwhile. Raises `ReaderUnavailable`."""
        try:
            return self._thread.submit(self._start).result()
        except OSError as error:
            raise ReaderUnavailable(f"the process that reads PDFs cannot be started: {error.strerror}") from None

    def _start(self) -> "Process":
        ours, theirs = socket.socketpair()
        document = os.memfd_create("pdf")
        try:
            with theirs:
                child = self._launch(theirs.fileno(), document)
        except BaseException:
            ours.close()
            os.close(document)
            raise
        return Process(child, ours, document)

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
        """End the thread; a process that is left is killed with it."""
        self._thread.shutdown()


class Process:
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
        code = self.end(DEATH_SECONDS)
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
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._child.wait(_GOODBYE_SECONDS)
            self._pipe.close()
            os.close(self._document)
        return self._child.returncode or 0


def _put(document: int, data: bytes) -> None:
    """Hand a document over. It stands in shared memory: one copy, and no waiting for a full pipe."""
    left = memoryview(data)
    written = 0
    while left:
        count = os.pwrite(document, left, written)
        written, left = written + count, left[count:]

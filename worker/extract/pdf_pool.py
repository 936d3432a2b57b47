"""PDFs read in caged processes of their own: a document that crashes, swells or hangs takes nothing else with it.

Each reader is warm and serves one document at a time. One that dies, takes too long or answers nonsense is killed and
replaced; the document is quarantined with the reason. What a reader may do is said in `worker.extract.cage`, what
passes to and fro in `worker.extract.pdf_wire`.
"""

import contextlib
import queue
import signal
from abc import ABC, abstractmethod
from typing import Any, Self

from rules.model import Box
from worker.errors import DocumentUnsafe, ExtractionError, LimitExceeded, ReaderUnavailable
from worker.extract.budget import Budget, overdrawn, paid
from worker.extract.cage import Bounds, Doors
from worker.extract.limits import MEBIBYTE, Limits
from worker.extract.pdf_process import DEATH_SECONDS, Process, Starter
from worker.extract.pdf_wire import Garbled, Method, Request
from worker.ports import Pages, PdfContent, PdfReader, Picture

DOCUMENTS = 500  # that a reader reads before it is replaced
_PROGRAM = "worker.extract.pdf_child"
_CRASHES = {signal.SIGABRT, signal.SIGSEGV, signal.SIGBUS, signal.SIGILL, signal.SIGTRAP, signal.SIGFPE}


class _Asking(ABC):
    """The methods of a `PdfReader`, each a question to a process."""

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

    def cells(self, data: bytes, number: int) -> tuple[Box, ...]:
        """The cells of the ruled tables of one page. Raises as `read` does."""
        cells: tuple[Box, ...] = self._ask("cells", data, number)
        return cells

    def render(self, data: bytes, number: int, dpi: int) -> Picture:
        """A page as a grey PNG. Raises as `read` does."""
        picture: Picture = self._ask("render", data, number, dpi)
        return picture

    @abstractmethod
    def _ask(self, method: Method, data: bytes, *arguments: int) -> Any:
        """The answer; raises what it says."""


class PdfPool(_Asking):
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
        starter = Starter(limits, bounds or Bounds(), program)
        self._starter = starter
        for _ in range(processes):
            self._idle.put(_Reader(starter))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def within(self, budget: Budget) -> PdfReader:
        """The same readers for one document: all that is asked of them draws on its budget."""
        return _OneDocument(self, budget)

    def doors(self) -> Doors:
        """What holds the readers on this machine: starts one if need be. Raises `ReaderUnavailable`."""
        reader = self._idle.get()
        try:
            return reader.doors()
        finally:
            self._idle.put(reader)

    def _ask(self, method: Method, data: bytes, *arguments: int) -> Any:
        return self.ask(Budget(self._starter.bounds.cpu_seconds), method, data, *arguments)

    def ask(self, budget: Budget, method: Method, data: bytes, *arguments: int) -> Any:
        """Ask one question within a budget; raises as the methods do."""
        budget.check()
        reader = self._idle.get()
        try:
            left = min(budget.left, self._starter.bounds.cpu_seconds)
            request = Request(method, len(data), arguments, left)
            answer = reader.ask(request, data, self._seconds, self._documents, budget)
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


class _OneDocument(_Asking):
    """The readers of a pool, for one document."""

    def __init__(self, pool: PdfPool, budget: Budget) -> None:
        self._pool = pool
        self._budget = budget

    def within(self, budget: Budget) -> PdfReader:
        """The same for another budget."""
        return self._pool.within(budget)

    def _ask(self, method: Method, data: bytes, *arguments: int) -> Any:
        return self._pool.ask(self._budget, method, data, *arguments)


class _Reader:
    """One place in the pool: a process, and another in its stead when that one is spent."""

    def __init__(self, starter: Starter) -> None:
        self._starter = starter
        self._process: Process | None = None

    def ask(self, request: Request, data: bytes, seconds: float, documents: int, budget: Budget) -> Any:
        """The value, or the `ExtractionError` that the reader answered. Raises `ExtractionError` if it had to go."""
        process = self._running()
        process.check_ready()
        try:
            with paid(budget, process.pid):
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
            code = self.end(DEATH_SECONDS)  # it hung up: it is dying by itself
            raise _verdict(code, self._starter.bounds) from None
        except BaseException:
            self.end()
            raise
        if is_spent or process.asked >= documents:
            self.end()
            with contextlib.suppress(ReaderUnavailable):  # the next document will tell
                self._process = self._starter.start()  # it warms up while nobody waits for it
        return answer

    def doors(self) -> Doors:
        return self._running().check_ready()

    def end(self, grace: float = 0.0) -> int:
        """Kill the process, if there is one, after so many seconds; its exit code."""
        process, self._process = self._process, None
        return process.end(grace) if process else 0

    def _running(self) -> "Process":
        if self._process is not None and self._process.is_dead():
            self.end()  # between two documents: none of them is to blame
        if self._process is None:
            self._process = self._starter.start()
        return self._process


def _verdict(code: int, bounds: Bounds) -> ExtractionError:
    """Why a reader died over a document."""
    died_of = -code
    if died_of == signal.SIGXCPU:
        return overdrawn(bounds.cpu_seconds)
    if died_of == signal.SIGSYS:
        return DocumentUnsafe("it made its reader ask for the network or for another program; the reader was stopped")
    name = signal.Signals(died_of).name if died_of in set(signal.Signals) else f"exit code {code}"
    if died_of in _CRASHES:
        return DocumentUnsafe(
            f"reading it killed the process that read it ({name}): it attacks its reader, or needs more than"
            f" {bounds.memory // MEBIBYTE} MiB (AIGUILLEUR_PDF_MEMORY)"
        )
    return DocumentUnsafe(f"reading it killed the process that read it ({name})")

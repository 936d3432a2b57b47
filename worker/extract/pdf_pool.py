"""PDFs read in processes of their own: a document that crashes or hangs its reader takes nothing else with it.

Each reader is warm and serves one document at a time. One that dies, or takes too long, is replaced; the document is
quarantined with the reason.
"""

import contextlib
import multiprocessing
import multiprocessing.process
import queue
from multiprocessing.connection import Connection
from typing import Any, TypeAlias

from worker.errors import DocumentMalformed, DocumentUnsafe, ExtractionError
from worker.extract.limits import Limits
from worker.extract.pdf_reader import InProcessPdfReader
from worker.ports import Page, Pages, PdfContent, Picture

_Call: TypeAlias = tuple[str, tuple[int, ...]]  # a method of `PdfReader`, and its arguments but for the PDF
_spawn = multiprocessing.get_context("spawn")  # a fork would inherit threads and connections of the service
_GOODBYE_SECONDS = 2.0


class PdfPool:
    """A `PdfReader` over a fixed number of processes. Safe to share between threads; callers wait for a free one."""

    def __init__(self, limits: Limits, processes: int, seconds: float) -> None:
        self._limits = limits
        self._seconds = seconds
        self._idle: queue.SimpleQueue[_Reader] = queue.SimpleQueue()
        self._readers = processes
        for _ in range(processes):
            self._idle.put(_Reader(limits))

    def read(self, data: bytes) -> PdfContent:
        """The embedded files of a PDF. Raises `ExtractionError`; `DocumentUnsafe` if the reader had to be replaced."""
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

    def _ask(self, method: str, data: bytes, *arguments: int) -> Any:
        reader = self._idle.get()
        try:
            answer = reader.ask((method, arguments), data, self._seconds)
        except BaseException:
            reader.end()
            reader = _Reader(self._limits)
            raise
        finally:
            self._idle.put(reader)
        if isinstance(answer, ExtractionError):
            raise answer
        return answer

    def end(self) -> None:
        """End the readers, waiting for those that are at work."""
        for _ in range(self._readers):
            self._idle.get().end()


class _Reader:
    """One process and the pipe to it. It is started when it is first needed."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._process: multiprocessing.process.BaseProcess | None = None
        self._pipe: Connection | None = None

    def ask(self, call: _Call, data: bytes, seconds: float) -> Any:
        pipe = self._pipe or self._start()
        try:
            pipe.send(call)
            pipe.send_bytes(data)
            if not pipe.poll(seconds):
                raise DocumentUnsafe(f"reading it took longer than {seconds:g} s; the reader was stopped")
            answer = pipe.recv()
        except (EOFError, OSError):
            raise DocumentUnsafe("reading it killed the process that read it") from None
        return answer

    def end(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.join(_GOODBYE_SECONDS)
        if self._pipe is not None:
            self._pipe.close()
        self._process = self._pipe = None

    def _start(self) -> Connection:
        ours, theirs = _spawn.Pipe()
        self._process = _spawn.Process(target=_serve, args=(theirs, self._limits), daemon=True, name="pdf-reader")
        self._process.start()
        theirs.close()
        self._pipe = ours
        return ours


def _serve(pipe: Connection, limits: Limits) -> None:
    """The life of a reader: bytes in, content or error out, until the pipe is closed."""
    reader = InProcessPdfReader(limits)
    with contextlib.suppress(EOFError, OSError, KeyboardInterrupt):
        while True:
            call = pipe.recv()
            pipe.send(_answer(reader, call, pipe.recv_bytes()))


def _answer(reader: InProcessPdfReader, call: _Call, data: bytes) -> Any:
    method, arguments = call
    try:
        return getattr(reader, method)(data, *arguments)
    except ExtractionError as error:
        return error
    except Exception as error:  # noqa: BLE001  a library may fail in any way on a hostile file
        return DocumentMalformed(f"a PDF that its reader cannot open: {type(error).__name__}")

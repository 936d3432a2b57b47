"""Reading invoices from their pages, against pdfplumber's words of the same pages; a long document against a short one.

Ours is all of it: words, fields, and the tables of a page on which a label stands bare. Pdfplumber gives words
and nothing else. Both take each document in turn, the quickest of its rounds counts, and a ratio is that of the sums.
Peaks of memory are those of fresh processes, in which nothing else was read.
"""

import io
import logging
import multiprocessing
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import NamedTuple

import pdfplumber
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from rules.model import Box
from tests.accuracy.sets import own_sirets, real_pdfs
from tests.pages import MEASURE, TUNE, cases
from worker.errors import ExtractionError
from worker.extract.limits import Limits
from worker.extract.paged import PageReader
from worker.extract.pdf_pages import pages_of
from worker.extract.pdf_reader import InProcessPdfReader

ROUNDS = 3
SHORT, LONG = 5, 500
_LIMITS = Limits()


class _PeerFailed(Exception):
    """Pdfplumber, which may fail in any way on what others can read."""


class _Document(NamedTuple):
    data: bytes
    pages: tuple[int, ...]  # the numbers of those that are read


class _Time(NamedTuple):
    """Seconds for one document."""

    pages: int
    ours: float
    words: float  # PDFium's alone
    theirs: float
    looked_at: int  # pages whose tables ours looked for


def run() -> Iterator[str]:
    """The lines of the report."""
    logging.disable(logging.CRITICAL)
    generated = _documents(case.pdf for part in (TUNE, MEASURE) for case in cases(part))
    real = _documents(path.read_bytes() for path in real_pdfs())
    yield f"pages: {ROUNDS} rounds; scans and pages without text are left out"
    times: list[_Time] = []
    for title, documents in (("generated", generated), ("real PDFs beside the checkout", real)):
        measured = [one for document in documents if (one := _measured(document))]
        times += measured
        if measured:
            yield from _told(title, measured)
    yield from _told("together", times)
    yield from _of_length()


def _documents(files: Iterator[bytes]) -> list[_Document]:
    return [document for data in files if (document := _document(data))]


def _document(data: bytes) -> _Document | None:
    """A document with a text layer; None where there is none, or where it cannot be opened."""
    try:
        read = pages_of(data, _LIMITS).read
    except ExtractionError:
        return None
    return _Document(data, tuple(page.number for page in read)) if any(page.words for page in read) else None


def _measured(document: _Document) -> _Time | None:
    """The quickest of the rounds of each method, in turn; None where pdfplumber fails."""
    pdfs = _Counting(_LIMITS)
    reader = _reader(pdfs)
    methods: tuple[Callable[[], object], ...] = (
        lambda: _ours(reader, document.data),
        lambda: pages_of(document.data, _LIMITS),
        lambda: _theirs(document),
    )
    try:
        rounds = [[_seconds(method) for method in methods] for _ in range(ROUNDS)]
    except _PeerFailed:
        return None
    ours, words, theirs = (min(times) for times in zip(*rounds, strict=True))
    return _Time(len(document.pages), ours, words, theirs, pdfs.looked_at // ROUNDS)


class _Counting(InProcessPdfReader):
    """Counts the pages whose tables are looked for."""

    looked_at = 0

    def cells(self, data: bytes, number: int) -> tuple[Box, ...]:
        self.looked_at += 1
        return super().cells(data, number)


def _reader(pdfs: InProcessPdfReader) -> PageReader:
    recipients = own_sirets()
    return PageReader(pdfs, lambda: recipients, None)


def _ours(reader: PageReader, data: bytes) -> None:
    try:
        reader.invoice(data)
    except ExtractionError:  # read to the end, and no invoice
        return


def _theirs(document: _Document) -> None:
    try:
        with pdfplumber.open(io.BytesIO(document.data), pages=list(document.pages)) as pdf:
            for page in pdf.pages:
                page.extract_words()
    except Exception as error:
        raise _PeerFailed from error


def _seconds(method: Callable[[], object]) -> float:
    began = time.perf_counter()
    method()
    return time.perf_counter() - began


def _told(title: str, times: Sequence[_Time]) -> Iterator[str]:
    pages, looked_at = (sum(one[kind] for one in times) for kind in (0, 4))
    yield f"  {title}: {len(times)} documents, {pages} pages, the tables of {looked_at} looked for"
    for which, chosen in (("all", times), ("without those", [one for one in times if not one.looked_at])):
        count = sum(one.pages for one in chosen)
        ours, words, theirs = (sum(one[kind] for one in chosen) for kind in (1, 2, 3))
        yield (
            f"    {which}: {ours / count * 1e3:.2f} ms a page, {words / count * 1e3:.2f} of them for the words;"
            f" pdfplumber's words {theirs / ours:.1f} x as long"
        )


# length


def _of_length() -> Iterator[str]:
    """Time and memory of a long document against a short one: its first and last pages are read, the others are not."""
    short, long = _long(SHORT), _long(LONG)
    reader = _reader(InProcessPdfReader(_LIMITS))
    rounds = [[_seconds(lambda data=data: _ours(reader, data)) for data in (short, long)] for _ in range(ROUNDS)]
    fast, slow = (min(times) for times in zip(*rounds, strict=True))
    size = f"{LONG} pages ({len(long) / 1e6:.1f} MB)"
    yield f"  {size}: {slow * 1e3:.1f} ms; {SHORT} pages: {fast * 1e3:.1f} ms; {slow / fast:.2f} x"
    (before, low), (_, high) = (_peak(data) for data in (short, long))
    yield (
        f"  peak of memory {high:.1f} MiB for {LONG} pages, {low:.1f} for {SHORT}: {high / low:.2f} x;"
        f" {before:.1f} before reading"
    )


def _long(pages: int) -> bytes:
    """An invoice of so many full pages."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4, invariant=True)
    for number in range(1, pages + 1):
        canvas.setFont("Helvetica", 8)
        canvas.drawString(
            50, 800, f"Facture n° LV-2026-0042 du 16/08/2026 - N° d'engagement : 2412345673 - page {number}"
        )
        for row in range(60):
            canvas.drawString(
                50, 780 - 12 * row, f"Article {number:03}{row:02} fourniture de bureau   {row + 1}   12,50"
            )
            canvas.drawRightString(545, 780 - 12 * row, f"{12.5 * (row + 1):.2f}".replace(".", ","))
        canvas.drawString(350, 40, "Total TTC : 1 500,00 €")
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def _peak(data: bytes) -> tuple[float, float]:
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context) as pool:
        return pool.submit(_peak_here, data).result()


def _peak_here(data: bytes) -> tuple[float, float]:
    """The peak of this process before and after it reads a document, in MiB."""
    before = _high_water()
    _ours(_reader(InProcessPdfReader(_LIMITS)), data)
    return before, _high_water()


def _high_water() -> float:
    """Of this program alone: `ru_maxrss` would be that of the process that started it."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024

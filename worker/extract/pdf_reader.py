"""The reader of PDFs in this very process: embedded files, words of pages, cells of tables, pictures."""

import threading

from rules.model import Box
from worker.extract import pdf_files, pdf_pages
from worker.extract.limits import Limits
from worker.ports import Pages, PdfContent, Picture


class InProcessPdfReader:
    """A `PdfReader` without a cage: nothing stops a hostile file here but its size."""

    _pdfium = threading.Lock()  # PDFium is not safe to call from two threads of a process

    def __init__(self, limits: Limits) -> None:
        self._limits = limits

    def read(self, data: bytes) -> PdfContent:
        """The embedded files named `*.xml`. Raises `DocumentMalformed` or `LimitExceeded`."""
        with self._pdfium:
            return pdf_files.files_of(data, self._limits)

    def pages(self, data: bytes) -> Pages:
        """The words of its first and last pages. Raises `DocumentMalformed` or `LimitExceeded`."""
        with self._pdfium:
            return pdf_pages.pages_of(data, self._limits)

    def cells(self, data: bytes, number: int) -> tuple[Box, ...]:
        """The cells of the ruled tables of one page. Raises `DocumentMalformed` or `LimitExceeded`."""
        with self._pdfium:
            return pdf_pages.cells_of(data, number, self._limits)

    def render(self, data: bytes, number: int, dpi: int) -> Picture:
        """A page as a grey PNG. Raises `DocumentMalformed` or `LimitExceeded`."""
        with self._pdfium:
            return pdf_pages.render(data, number, dpi, self._limits)

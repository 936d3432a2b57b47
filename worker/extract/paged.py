"""Pages of PDFs as the pipeline uses them: the invoice of a PDF without XML, and the check of one with XML.

words (PDFium) -> fields; a label without its value -> the cells of ruled tables (pdfplumber) -> what was lacking
no words at all -> pictures -> words (Tesseract) -> fields
"""

from collections.abc import Callable, Collection
from dataclasses import replace

from rules.findings import ReasonCode, finding
from rules.model import Box, Invoice, Syntax
from worker.errors import ExtractionError, NoStructuredData
from worker.extract import ocr
from worker.extract.budget import Budget
from worker.extract.page.compare import divergences
from worker.extract.pdf import PageReading, again, is_empty, read_pages
from worker.ports import Page, Pages, PdfReader

_FEWEST_WORDS = 12  # on all pages together: with fewer, what can be seen is a picture
_MOST_LOOKED_AT = 2  # pages whose tables are looked for
_FILLED = ("service_code", "commitment_number", "contract_number")
_ROUTING = (
    "recipient_siret",
    "service_code",
    "commitment_number",
    "contract_number",
    "supplier_id",
    "invoice_number",
    "issue_date",
    "amount_incl_tax",
)


class PageReader:
    """Reads invoices from pages. `recipients` gives the SIRETs of the body itself; empty where they are not known.

    Tesseract draws on `budget`, as the reader of PDFs does.
    """

    def __init__(
        self,
        pdf_reader: PdfReader,
        recipients: Callable[[], Collection[str]],
        tesseract: ocr.Tesseract | None,
        budget: Budget | None = None,
    ) -> None:
        self._budget = budget or Budget()
        self._pdf_reader = pdf_reader
        self._recipients = recipients
        self._tesseract = tesseract

    def invoice(self, data: bytes) -> Invoice:
        """The invoice that a PDF without XML shows. Raises `NoStructuredData` where nothing on it says so."""
        pages = self._pdf_reader.pages(data)
        if sum(len(page.words) for page in pages.read) < _FEWEST_WORDS:
            invoice = self._scanned(data, pages)
        else:
            invoice = self._read(data, pages.read).invoice
        if is_empty(invoice):
            raise NoStructuredData("a PDF without an XML invoice inside, and its pages do not read like an invoice")
        read = ", ".join(name for name in _ROUTING if getattr(invoice, name) is not None)
        return replace(invoice, findings=(*invoice.findings, finding(ReasonCode.INT_READ_FROM_PAGE, fields=read)))

    def compared(self, invoice: Invoice, data: bytes) -> Invoice:
        """An invoice of data with what its visible page says otherwise. A page that cannot be read says nothing."""
        try:
            pages = self._pdf_reader.pages(data)
            reading = read_pages(pages.read, self._recipients())
        except ExtractionError:
            return invoice
        found = divergences(invoice, reading.invoice, reading.sheets)
        return replace(invoice, findings=(*invoice.findings, *found)) if found else invoice

    def beside(self, header: Invoice, data: bytes, place: str) -> Invoice:
        """The header of a pivot with what the page of its original says otherwise, and what only the page says."""
        try:
            pages = self._pdf_reader.pages(data)
            if sum(len(page.words) for page in pages.read) < _FEWEST_WORDS:
                return header
            reading = self._read(data, pages.read)
        except ExtractionError:
            return header
        found = divergences(header, reading.invoice, reading.sheets)
        filled = {
            name: value._replace(source=f"{place}#{value.source}")
            for name in _FILLED
            if getattr(header, name) is None and (value := getattr(reading.invoice, name)) is not None
        }
        return replace(header, findings=(*header.findings, *found), **filled)

    def _read(self, data: bytes, pages: tuple[Page, ...]) -> PageReading:
        recipients = self._recipients()
        reading = read_pages(pages, recipients)
        ruled = {page.number for page in pages if page.ruled}
        bare = [number for number in reading.unanswered if number in ruled][:_MOST_LOOKED_AT]
        if not bare or all(getattr(reading.invoice, name) for name in _ROUTING):
            return reading
        cells = {number: found for number in bare if (found := self._cells(data, number))}
        return again(reading, cells) if cells else reading

    def _cells(self, data: bytes, number: int) -> tuple[Box, ...]:
        """The cells of the tables of a page; none where they cannot be told: the first reading stands then."""
        try:
            return self._pdf_reader.cells(data, number)
        except ExtractionError:
            return ()

    def _scanned(self, data: bytes, pages: Pages) -> Invoice:
        if self._tesseract is None:
            raise NoStructuredData(f"a scan, without XML or text; {ocr.MISSING}")
        seen = self._tesseract.pages(
            lambda number: self._pdf_reader.render(data, number, ocr.DPI),
            [page.number for page in pages.read],
            self._budget,
        )
        return read_pages(seen, self._recipients(), Syntax.SCAN).invoice

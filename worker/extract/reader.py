"""From a document to the invoices in it, whatever it is: the one door of extraction.

    bytes -> kind (detect) -> ZIP: the file inside
                           -> PDF: the XML inside, else the words of its pages (a port: the PDF reader)
                           -> XML: pivot, streamed; else one invoice by its root (roots)

What cannot be read is a value too (`Unreadable`), at the place where it stands: one bad invoice never hides the
others of its document.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import replace
from typing import TypeAlias

from lxml import etree

from rules.findings import ReasonCode, finding
from rules.model import Invoice, Unreadable
from worker.document import Document
from worker.errors import (
    DocumentMalformed,
    ExtractionError,
    LimitExceeded,
    NoStructuredData,
    NotAnInvoice,
)
from worker.extract import ocr, original, pivot, xml
from worker.extract.archives import only_member
from worker.extract.attachments import Opened, open_attachment
from worker.extract.content_hash import content_hash
from worker.extract.detect import Kind, detect, name_of
from worker.extract.limits import Limits
from worker.extract.paged import PageReader
from worker.extract.roots import PIVOT, is_invoice, reader_of
from worker.extract.schemas import schema_findings
from worker.ports import EmbeddedFile, PdfReader

Reading: TypeAlias = Invoice | Unreadable

_REPAIRED = finding(ReasonCode.INT_REPAIRED)
_PIVOT_ROOT = re.compile(rb"<%b[\s/>]" % PIVOT.encode())
_PREFERRED_NAMES = ("factur-x.xml", "xrechnung.xml", "zugferd-invoice.xml")


class Extractor:
    """Reads documents. Holds no state between two of them; safe to share between threads."""

    def __init__(
        self,
        pdf_reader: PdfReader,
        limits: Limits,
        *,
        check_schemas: bool = True,
        hash_content: bool = True,
        check_pages: bool = True,
        recipients: Callable[[], Collection[str]] = frozenset,
        tesseract: ocr.Tesseract | None = None,
    ) -> None:
        self._pdf_reader = pdf_reader
        self._limits = limits
        self._check_schemas = check_schemas
        self._hash_content = hash_content
        self._check_pages = check_pages
        self._pages = PageReader(pdf_reader, recipients, tesseract)

    def read(self, document: Document) -> Iterator[Reading]:
        """Every invoice of a document, in order; `Unreadable` where there is none to be had. Raises only `OSError`."""
        try:
            for reading in self._document(document):
                yield self._bounded_in_findings(reading)
        except ExtractionError as error:
            yield unreadable(error)

    def _bounded_in_findings(self, reading: Reading) -> Reading:
        """The reading with the first findings of each code: thousands alike tell no more, and make events too large."""
        most = self._limits.findings
        if isinstance(reading, Unreadable) or len(reading.findings) <= most:
            return reading
        seen: Counter[ReasonCode] = Counter()
        kept = []
        for stated in reading.findings:
            seen[stated.code] += 1
            if seen[stated.code] <= most:
                kept.append(stated)
        return replace(reading, findings=tuple(kept))

    def _document(self, document: Document) -> Iterator[Reading]:
        head = document.head()
        kind = detect(head)
        if kind is Kind.ZIP:
            member = only_member(
                self._bounded(document, self._limits.pdf_bytes), self._limits, self._limits.pivot_bytes
            )
            inner = Document(data=member.data)
            if detect(inner.head()) is Kind.ZIP:
                raise DocumentMalformed("a ZIP inside a ZIP; send the document itself")
            yield from self._document(inner)
        elif kind is Kind.XML and _names_pivot(head):
            yield from self._pivot(document)
        elif kind is Kind.XML:
            yield from self._xml(document)
        elif kind is Kind.PDF:
            yield self._pdf(self._bounded(document, self._limits.pdf_bytes))
        elif kind is Kind.EMPTY and document.size == 0:
            raise DocumentMalformed("an empty file; ask for it to be sent again")
        else:
            raise _foreign(head)

    def _bounded(self, document: Document, limit: int) -> bytes:
        if document.size > limit:
            raise LimitExceeded(f"a document of {document.size:,} bytes; the limit is {limit:,}")
        return document.read()

    def _xml(self, document: Document) -> Iterator[Reading]:
        root = xml.parse(self._bounded(document, self._limits.xml_bytes), self._limits)
        if root.tag == PIVOT:  # its name stood too far from the beginning to be seen
            yield from self._pivot(document)
        else:
            yield self._invoice(root)

    def _invoice(self, root: etree._Element, within: str = "") -> Invoice:
        syntax, reader = reader_of(root)
        invoice = reader(root, syntax, within)
        if self._check_schemas:
            found = schema_findings(root, syntax, invoice.profile, self._limits.schema_faults)
            invoice = replace(invoice, findings=invoice.findings + found) if found else invoice
        return replace(invoice, content_hash=content_hash(root)) if self._hash_content else invoice

    # PDF

    def _pdf(self, data: bytes) -> Invoice:
        content = self._pdf_reader.read(data)
        if not content.files:
            return self._without_xml(data)
        invoice = self._embedded(content.files)
        if self._check_pages:
            invoice = self._pages.compared(invoice, data)
        return replace(invoice, findings=(*invoice.findings, _REPAIRED)) if content.repaired else invoice

    def _without_xml(self, data: bytes) -> Invoice:
        """An invoice that is nothing but its pages; known again by its bytes."""
        invoice = self._pages.invoice(data)
        return replace(invoice, content_hash=hashlib.sha256(data).hexdigest()) if self._hash_content else invoice

    def _embedded(self, files: Iterable[EmbeddedFile]) -> Invoice:
        """The invoice among the XML files of a PDF: names are a hint, the root decides, the first fault is told."""
        fault: ExtractionError | None = None
        for file in sorted(files, key=_preference):
            try:
                root = xml.parse(file.data, self._limits)
                if is_invoice(root):
                    return self._invoice(root, within=file.name)
                reader_of(root)
            except ExtractionError as error:
                fault = fault or type(error)(f"a PDF with “{file.name}” inside: {error}")
        raise fault or NoStructuredData("a PDF without an XML invoice inside")

    # pivot

    def _pivot(self, document: Document) -> Iterator[Reading]:
        if document.size > self._limits.pivot_bytes:
            raise LimitExceeded(f"a pivot of {document.size:,} bytes; the limit is {self._limits.pivot_bytes:,}")
        position = 0
        with document.open() as stream:
            try:
                for unit in xml.stream(stream, pivot.UNIT):
                    yield self._unit(unit, position)
                    position += 1
            except DocumentMalformed as error:
                raise DocumentMalformed(f"{error}; {position} invoices could be read before it") from None
        if position == 0:
            raise DocumentMalformed("a pivot without any invoice in it")

    def _unit(self, unit: etree._Element, position: int) -> Reading:
        try:
            opened = tuple(open_attachment(element, self._limits) for element in unit.iterfind("PJ"))
            invoice = self._with_original(pivot.read_header(unit, position, opened), opened)
        except ExtractionError as error:
            return unreadable(error)
        if not self._hash_content:
            return invoice
        return replace(invoice, content_hash=content_hash(unit, "Contenu", (o.digest for o in opened)))

    def _with_original(self, header: Invoice, opened: tuple[Opened, ...]) -> Invoice:
        """The header, completed by and compared with the first original that holds data, else the first with a page.

        An original that can be read as neither is usual, and no fault.
        """
        pages: list[tuple[bytes, str]] = []
        for piece in opened:
            if not piece.is_original:
                continue
            data, place = piece.data or b"", piece.attachment.name or "PJ"
            try:
                kind = detect(data[:4096])
                if kind is Kind.XML:
                    return original.complete(header, self._invoice(xml.parse(data, self._limits)), place)
                if kind is not Kind.PDF:
                    continue
                if files := self._pdf_reader.read(data).files:
                    completed = original.complete(header, self._embedded(files), place)
                    return self._pages.beside(completed, data, place) if self._check_pages else completed
                pages.append((data, place))
            except ExtractionError:
                continue
        return self._beside_first(header, pages) if self._check_pages else header

    def _beside_first(self, header: Invoice, pages: Iterable[tuple[bytes, str]]) -> Invoice:
        """The header beside the first of these PDFs whose pages can be read."""
        for data, place in pages:
            beside = self._pages.beside(header, data, place)
            if beside is not header:
                return beside
        return header


def unreadable(error: ExtractionError) -> Unreadable:
    """The value that stands for what could not be read."""
    return Unreadable(reason=error.reason, message=str(error))


def _foreign(head: bytes) -> ExtractionError:
    """What to say of bytes that no reader opens."""
    name = name_of(head)
    if name is None:
        return DocumentMalformed("neither XML nor PDF nor ZIP; ask for the invoice in one of these forms")
    if name.endswith("archive"):
        return NotAnInvoice(f"{name}, not an invoice; unpack it and send each file in it")
    return NotAnInvoice(f"{name}, not an invoice")


def _names_pivot(head: bytes) -> bool:
    """Whether the first bytes, in whatever encoding, open the root of a pivot. Other documents may mention its name."""
    return _PIVOT_ROOT.search(head.replace(b"\0", b"")) is not None


def _preference(file: EmbeddedFile) -> tuple[int, bool]:
    """Known names first. ZUGFeRD 1 and 2 name their files alike but for the case: of the two, the newer comes first."""
    name = file.name.strip()
    known = _PREFERRED_NAMES.index(name.lower()) if name.lower() in _PREFERRED_NAMES else len(_PREFERRED_NAMES)
    return known, name not in _PREFERRED_NAMES

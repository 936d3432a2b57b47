"""The sets that are read: real PDFs with XML, generated pages, and the same as scans."""

import csv
import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from rules.identifiers import compact
from rules.model import IdType, Invoice, Syntax
from tests.accuracy.scores import FIELDS, Table
from tests.pages.cases import cases
from tests.pages.scans import scan
from tests.places import CHORUS_SAMPLES, CORPUS, FIXTURES
from worker.document import Document
from worker.errors import ExtractionError
from worker.extract.limits import Limits
from worker.extract.ocr import Tesseract
from worker.extract.paged import PageReader
from worker.extract.pdf_reader import InProcessPdfReader
from worker.extract.reader import Extractor

_LIMITS = Limits()
_SECONDS = 120.0


def own_sirets() -> frozenset[str]:
    """The SIRETs of the body whose reference data are in the fixtures: half of the generated recipients are its own."""
    with (FIXTURES / "reference" / "recipients.csv").open(encoding="utf-8", newline="") as lines:
        return frozenset(row["siret"] for row in csv.DictReader(lines))


def reader(*, ocr: bool = False, recipients: frozenset[str] = frozenset()) -> PageReader:
    """The reader of pages as the pipeline has it, in this process."""
    return PageReader(InProcessPdfReader(_LIMITS), lambda: recipients, Tesseract(_SECONDS) if ocr else None)


def generated(part: str) -> Table:
    """The invoices of `tests.pages`."""
    table = Table(f"generated, part {part}")
    pages = reader(recipients=own_sirets())
    for case in cases(part):
        table.add(case.name, _asked(asdict(case.truth)), _read(pages, case.pdf))
    return table


def printed() -> Table:
    """The pages in the fixtures, printed by a browser and an office program; only measured on."""
    table = Table("printed by other programs, only measured on")
    pages = reader(recipients=own_sirets())
    folder = FIXTURES / "pages"
    for truth in json.loads((folder / "truth.json").read_text(encoding="utf-8")):
        table.add(truth["file"], _asked(truth), _read(pages, (folder / truth["file"]).read_bytes()))
    return table


def scanned(part: str, dpi: int, every: int) -> Table:
    """The same printed and scanned; every so many of them, for a page takes a second or two."""
    table = Table(f"scanned at {dpi} dpi, part {part}, every {every}. invoice")
    pages = reader(ocr=True, recipients=own_sirets())
    for position, case in enumerate(cases(part)):
        if position % every == 0:
            table.add(case.name, _asked(asdict(case.truth)), _read(pages, scan(case.pdf, dpi, position)))
    return table


def real() -> Table:
    """Real PDFs with XML inside: what their pages show of what the XML says. What they do not show is not asked."""
    table = Table("real PDFs whose XML gives the truth")
    pages = reader()
    for path in real_pdfs():
        data = path.read_bytes()
        for invoice in _of_xml(data):
            table.add(path.name, dict(_shown(invoice, _text(data))), _read(pages, data))
    return table


def real_pdfs() -> Iterator[Path]:
    """The PDFs beside the checkout; none where they are not there."""
    for folder in filter(None, (CORPUS, CHORUS_SAMPLES)):
        yield from sorted(folder.rglob("*.pdf"))


def _asked(truth: dict[str, str | None]) -> dict[str, str | None]:
    return {name: truth[name] for name in FIELDS}


def _read(pages: PageReader, data: bytes) -> Invoice | None:
    try:
        return pages.invoice(data)
    except ExtractionError:
        return None


def _of_xml(data: bytes) -> Iterator[Invoice]:
    extractor = Extractor(InProcessPdfReader(_LIMITS), _LIMITS, check_schemas=False, check_pages=False)
    for invoice in extractor.read(Document(data=data)):
        if isinstance(invoice, Invoice) and invoice.syntax not in {Syntax.PAGE, Syntax.SCAN}:
            yield invoice


def _text(data: bytes) -> str:
    try:
        pages = InProcessPdfReader(_LIMITS).pages(data).read
    except ExtractionError:
        return ""
    return _squeezed("".join(word.text for page in pages for word in page.words))


def _shown(invoice: Invoice, text: str) -> Iterator[tuple[str, str]]:
    sirets = [compact(party.value) for party in invoice.supplier_ids if party.type == IdType.SIRET]
    day, total = invoice.issue_date, invoice.amount_incl_tax
    if day and day.value and any(form in text for form in _day_forms(day.value.isoformat())):
        yield "issue_date", day.value.isoformat()
    if total and total.value is not None and _squeezed(f"{abs(total.value):.2f}") in text:
        yield "amount_incl_tax", f"{abs(total.value):.2f}"
    if sirets and sirets[0] in text:
        yield "supplier_siret", sirets[0]
    for name in ("recipient_siret", "service_code", "commitment_number", "contract_number", "invoice_number"):
        field = getattr(invoice, name)
        if field and _squeezed(field.value) in text:
            yield name, field.value


def _day_forms(iso: str) -> tuple[str, ...]:
    year, month, day = iso.split("-")
    return (f"{day}{month}{year}", f"{year}{month}{day}", f"{month}{day}{year}", f"{day}{month}{year[2:]}")


def _squeezed(text: str) -> str:
    return "".join(c for c in text.upper() if c.isalnum())

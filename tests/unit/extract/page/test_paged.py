"""Pages as the pipeline uses them: the invoice of a PDF without XML, the check of one with XML, what a pivot lacks."""

from dataclasses import replace

import pytest
from reportlab.pdfgen.canvas import Canvas

from rules.findings import ReasonCode
from rules.model import Field, Invoice, Syntax
from tests.unit.extract.page.test_drawn import LIMITS, pdf, written
from tests.unit.extract.page.typed import told
from worker.errors import DocumentMalformed, NoStructuredData
from worker.extract.paged import PageReader
from worker.extract.pdf import read_pages
from worker.extract.pdf_reader import InProcessPdfReader

INVOICE = (
    "SARL Dubois au capital de 8000 euros",
    "SIRET du destinataire : 22990001400015",
    "Facture n° LV-2026-0042 du 16/08/2026",
    "N° d'engagement : 2412345673 - Code service : FIN01",
    "Total HT 1 250,00 - TVA 250,00 - Total TTC 1 500,00 €",
)


class Counting(InProcessPdfReader):
    """Counts what is asked of it."""

    def __init__(self) -> None:
        super().__init__(LIMITS)
        self.looked_at: list[int] = []

    def cells(self, data, number):
        """The tables of one page."""
        self.looked_at.append(number)
        return super().cells(data, number)


class Failing(Counting):
    """Finds no tables, whatever the page."""

    def cells(self, data, number):
        """Counted, and refused."""
        self.looked_at.append(number)
        raise DocumentMalformed("a PDF whose tables cannot be told")


def reader(pdfs: InProcessPdfReader | None = None) -> PageReader:
    """A reader of pages that knows no recipients and has no Tesseract."""
    return PageReader(pdfs or InProcessPdfReader(LIMITS), frozenset, None)


def ruled(*, pages: int = 1) -> bytes:
    """An invoice whose numbers stand in a ruled table, close to each other."""

    def draw(canvas: Canvas) -> None:
        for _ in range(pages):
            for row, line in enumerate(INVOICE[:3]):
                canvas.drawString(50, 780 - 14 * row, line)
            for column, words in enumerate(("N° d'engagement", "", "Code service", "FIN01")):
                canvas.rect(50 + 100 * column, 650, 100, 20)
                canvas.drawString(53 + 100 * column, 656, words)
            canvas.showPage()
            canvas.setFont("Helvetica", 10)

    return pdf(draw)


def codes(invoice: Invoice) -> list[ReasonCode]:
    """The reasons that were found."""
    return [one.code for one in invoice.findings]


def test_an_invoice_without_xml_is_read_and_told_to_be_a_guess():
    """Its fields come from the page, and one finding names those that route it."""
    invoice = reader().invoice(written(*INVOICE))
    assert invoice.syntax is Syntax.PAGE
    assert told(invoice, "commitment_number") == "2412345673"
    (found,) = invoice.findings
    assert found.code is ReasonCode.INT_READ_FROM_PAGE
    named = set((found.value("fields") or "").split(", "))
    assert {"commitment_number", "service_code", "recipient_siret", "amount_incl_tax"} <= named
    assert "contract_number" not in named


@pytest.mark.parametrize(
    "lines",
    [
        [
            f"Compte rendu du conseil, page {row} : le président ouvre la séance et salue l'assemblée"
            for row in range(9)
        ],
        ["Madame, Monsieur, nous vous prions d'agréer l'expression de nos salutations distinguées, et à bientôt."],
    ],
    ids=["minutes", "letter"],
)
def test_a_document_that_is_no_invoice_is_refused(lines):
    """Neither a number nor a total nor a party: nothing says that it is an invoice."""
    with pytest.raises(NoStructuredData):
        reader().invoice(written(*lines))


def test_a_page_without_words_needs_tesseract():
    """A scan is refused where nothing can read it, and the operator is told what to install."""
    with pytest.raises(NoStructuredData, match="tesseract"):
        reader().invoice(pdf(lambda canvas: canvas.rect(50, 50, 400, 400)))


def test_of_a_page_that_answers_every_label_no_tables_are_looked_for():
    """That costs time, and is for labels without their values."""
    pdfs = Counting()
    reader(pdfs).invoice(written(*INVOICE))
    assert pdfs.looked_at == []


def test_a_bare_label_on_a_ruled_page_has_its_tables_looked_for():
    """The page is read with its cells, and what it does not say is still not said."""
    pdfs = Counting()
    invoice = reader(pdfs).invoice(ruled())
    assert pdfs.looked_at == [1]
    assert told(invoice, "commitment_number") is None
    assert told(invoice, "service_code") == "FIN01"


def test_the_tables_of_no_more_than_two_pages_are_looked_for():
    """However many pages leave labels open, the time for one document has an end."""
    pdfs = Counting()
    reader(pdfs).invoice(ruled(pages=5))
    assert len(pdfs.looked_at) == 2


def test_a_page_whose_tables_cannot_be_told_keeps_its_first_reading():
    """What its words said stands, whatever becomes of the tables."""
    pdfs = Failing()
    invoice = reader(pdfs).invoice(ruled())
    assert pdfs.looked_at == [1]
    assert told(invoice, "invoice_number") == "LV-2026-0042"


def test_the_cells_of_a_table_fill_gaps_and_change_nothing():
    """A label in a cell is answered by the cell below it, however far down its value stands; what was read stays."""

    def draw(canvas: Canvas) -> None:
        for row, line in enumerate(INVOICE[:3]):
            canvas.drawString(50, 780 - 14 * row, line)
        canvas.drawString(50, 720, "Code service : FIN01")
        canvas.grid([50, 200, 350], [700, 680, 600])
        for column, (label, value) in enumerate((("N° d'engagement", "2412345673"), ("Code service", "FIN02"))):
            canvas.drawString(55 + 150 * column, 686, label)
            canvas.drawString(55 + 150 * column, 606, value)

    data = pdf(draw)
    first = read_pages(InProcessPdfReader(LIMITS).pages(data).read).invoice
    assert (told(first, "commitment_number"), told(first, "service_code")) == (None, "FIN01")
    invoice = reader().invoice(data)
    assert (told(invoice, "commitment_number"), told(invoice, "service_code")) == ("2412345673", "FIN01")
    assert invoice.commitment_number.seen.rule == "commitment cell"


HEADER = Invoice(syntax=Syntax.PIVOT, invoice_number=Field("LV-2026-0042", "LV-2026-0042", "pivot"))


def test_what_a_pivot_lacks_is_filled_from_the_page_of_its_original():
    """Numbers that only the page says are taken, and their source says from which file and place."""
    header = reader().beside(HEADER, written(*INVOICE), "facture.pdf")
    assert told(header, "commitment_number") == "2412345673"
    assert told(header, "service_code") == "FIN01"
    assert header.commitment_number.source.startswith("facture.pdf#page 1 [")
    assert header.invoice_number == HEADER.invoice_number
    assert header.amount_incl_tax is None
    assert codes(header) == []


def test_what_a_pivot_says_is_kept_and_compared():
    """The page overrules nothing: where it says otherwise, that is told."""
    given = replace(HEADER, commitment_number=Field("2498765432", "2498765432", "pivot"))
    header = reader().beside(given, written(*INVOICE), "facture.pdf")
    assert told(header, "commitment_number") == "2498765432"
    assert codes(header) == [ReasonCode.INT_PAGE_DIVERGENCE]


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7\nnothing", pdf(lambda canvas: None)], ids=["none", "broken", "blank"])
def test_a_page_that_cannot_be_read_says_nothing(data):
    """The check of a page never takes away what the data say."""
    assert reader().compared(HEADER, data) == HEADER
    assert reader().beside(HEADER, data, "facture.pdf") == HEADER

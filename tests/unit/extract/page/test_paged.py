"""Pages as the pipeline uses them: the invoice of a PDF without XML, the check of one with XML, what a pivot lacks."""

from dataclasses import replace

import pytest
from reportlab.pdfgen.canvas import Canvas

from rules.findings import ReasonCode
from rules.model import Field, Invoice, Syntax
from tests.unit.extract.page.test_drawn import LIMITS, pdf, written
from tests.unit.extract.page.typed import told
from worker.errors import DocumentMalformed, NoStructuredData
from worker.extract.paged import PageReader, completed
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
        self.laid_out: list[int] = []

    def layout(self, data, number):
        """One page, by pdfplumber."""
        self.laid_out.append(number)
        return super().layout(data, number)


class Failing(Counting):
    """Cannot lay out any page."""

    def layout(self, data, number):
        """Counted, and refused."""
        self.laid_out.append(number)
        raise DocumentMalformed("a PDF whose page cannot be laid out")


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


def test_a_page_that_answers_every_label_is_not_laid_out_again():
    """The second layout costs much more, and is for labels without their values."""
    pdfs = Counting()
    reader(pdfs).invoice(written(*INVOICE))
    assert pdfs.laid_out == []


def test_a_bare_label_on_a_ruled_page_has_it_laid_out_again():
    """The page is read once more, and what it does not say is still not said."""
    pdfs = Counting()
    invoice = reader(pdfs).invoice(ruled())
    assert pdfs.laid_out == [1]
    assert told(invoice, "commitment_number") is None
    assert told(invoice, "service_code") == "FIN01"


def test_no_more_than_two_pages_are_laid_out_again():
    """However many pages leave labels open, the time for one document has an end."""
    pdfs = Counting()
    reader(pdfs).invoice(ruled(pages=5))
    assert len(pdfs.laid_out) == 2


def test_a_page_that_cannot_be_laid_out_keeps_its_first_reading():
    """What PDFium's words said stands, whatever becomes of the second reader."""
    pdfs = Failing()
    invoice = reader(pdfs).invoice(ruled())
    assert pdfs.laid_out == [1]
    assert told(invoice, "invoice_number") == "LV-2026-0042"


def test_a_second_reading_fills_gaps_and_changes_nothing():
    """What was read first stays."""
    first = Invoice(syntax=Syntax.PAGE, commitment_number=Field("A-100", "A-100", "page 1"))
    second = Invoice(
        syntax=Syntax.PAGE,
        commitment_number=Field("B-200", "B-200", "page 1"),
        service_code=Field("FIN01", "FIN01", "page 1"),
    )
    assert completed(first, second) == replace(first, service_code=second.service_code)


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

"""What a person would look at: the right PDF of a document, and pictures of its pages within bounds."""

import io
import zipfile
from pathlib import Path

import pytest
from PIL import Image
from reportlab.pdfgen.canvas import Canvas

from tests.places import FIXTURES
from worker.document import Document
from worker.errors import DocumentMalformed, LimitExceeded
from worker.extract.limits import Limits
from worker.extract.pdf_reader import InProcessPdfReader
from worker.extract.shown import pages_of, pdf_of

LIMITS = Limits()
READER = InProcessPdfReader(LIMITS)
INVOICES = FIXTURES / "invoices"


def drawn(*sizes: tuple[float, float]) -> bytes:
    """A PDF with one page of each size in points, each with its number on it."""
    stream = io.BytesIO()
    canvas = Canvas(stream)
    for number, size in enumerate(sizes, 1):
        canvas.setPageSize(size)
        canvas.drawString(20, 20, f"page {number}")
        for grey in range(64):
            canvas.setFillGray(grey / 64)
            canvas.rect(grey, 40, 1, 10, stroke=0, fill=1)
        canvas.showPage()
    canvas.save()
    return stream.getvalue()


def document(*parts: str) -> Document:
    """A document of the fixtures."""
    return Document(path=INVOICES.joinpath(*parts))


def test_a_pdf_is_shown_itself() -> None:
    """A PDF is what a person looks at, with XML inside or without."""
    for name in ("en16931", "no-xml"):
        path = INVOICES / "facturx" / name / "invoice.pdf"
        assert pdf_of(Document(path=path), 0, LIMITS) == path.read_bytes()


def test_of_a_pivot_the_original_of_that_invoice_is_shown() -> None:
    """Each invoice of a pivot is shown by its own original, whatever it is packed in."""
    pivot = document("pivot", "several-mixed-fates", "invoice.xml")
    texts = []
    for position in range(4):
        data = pdf_of(pivot, position, LIMITS)
        assert data is not None
        texts.append(" ".join(word.text for word in READER.pages(data).read[0].words))
    assert [f"PB-26-103{number}" in text for number, text in zip((1, 2, 3, 4), texts, strict=True)] == [True] * 4
    assert pdf_of(pivot, 4, LIMITS) is None


def test_a_packed_delivery_is_opened() -> None:
    """A ZIP is opened as reading does, and one inside another is refused as there."""
    packed = document("pivot", "zip-delivery", "invoice.zip")
    assert (pdf_of(packed, 0, LIMITS) or b"").startswith(b"%PDF-")
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("invoice.zip", packed.read())
    with pytest.raises(DocumentMalformed, match="ZIP inside a ZIP"):
        pdf_of(Document(data=stream.getvalue()), 0, LIMITS)


@pytest.mark.parametrize("path", sorted((INVOICES / "ubl").rglob("*.xml"))[:5], ids=lambda path: path.parent.name)
def test_data_have_no_page(path: Path) -> None:
    """An invoice that is nothing but data has nothing to look at."""
    assert pdf_of(Document(path=path), 0, LIMITS) is None


def test_documents_are_bounded() -> None:
    """A document beyond the limits is not even opened."""
    with pytest.raises(LimitExceeded):
        pdf_of(Document(data=drawn((200, 200))), 0, Limits(pdf_bytes=10))
    with pytest.raises(LimitExceeded):
        pdf_of(document("pivot", "several-mixed-fates", "invoice.xml"), 0, Limits(pivot_bytes=10))


def test_pages_have_their_size_in_points() -> None:
    """A page is drawn in its own proportions; what its boxes are measured in are points of it."""
    (page,) = pages_of(drawn((595, 842)), (), READER).pages
    assert (page.number, page.width, page.height) == (1, pytest.approx(595, abs=1), pytest.approx(842, abs=1))
    with Image.open(io.BytesIO(page.png)) as image:
        assert image.size == (910, 1287)
        assert len(image.getcolors() or ()) == 16


def test_posters_are_drawn_coarser() -> None:
    """However large a page is, its picture stays within two thousand pixels."""
    (page,) = pages_of(drawn((3370, 2384)), (), READER).pages
    with Image.open(io.BytesIO(page.png)) as image:
        assert max(image.size) <= 2000
    assert page.width == pytest.approx(3370, rel=0.01)


def test_the_first_and_last_pages_and_those_asked_for() -> None:
    """Of a long document those pages are drawn that were read, and those where something was seen."""
    shown = pages_of(drawn(*[(200, 200)] * 12), (6, 99, 0), READER)
    assert [page.number for page in shown.pages] == [1, 2, 3, 6, 11, 12]
    assert shown.total == 12


def test_a_pdf_that_cannot_be_drawn() -> None:
    """What is no PDF, or locked, is an error of extraction and nothing else."""
    with pytest.raises(DocumentMalformed):
        pages_of(b"%PDF-1.4 nothing", (), READER)
    with pytest.raises(DocumentMalformed):
        pages_of(document("facturx", "encrypted", "invoice.pdf").read(), (), READER)


def test_pages_too_large_to_draw_leave_the_others() -> None:
    """A page beyond the limits is left out; only where no page can be drawn is it an error."""
    reader = InProcessPdfReader(Limits(pixels=100_000))
    assert [page.number for page in pages_of(drawn((100, 100), (1000, 1000)), (), reader).pages] == [1]
    with pytest.raises(LimitExceeded):
        pages_of(drawn((1000, 1000)), (), reader)

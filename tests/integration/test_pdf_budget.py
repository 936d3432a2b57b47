"""One account for each document: readers of PDFs and Tesseract draw on it."""

import time
from collections.abc import Iterator

import pytest

from tests.hostile_maker.good import facturx_pdf
from tests.hostile_maker.pdf_page import page_of_pieces, picture, written
from worker.errors import ExtractionError, LimitExceeded
from worker.extract import ocr
from worker.extract.budget import Budget
from worker.extract.limits import Limits
from worker.extract.pdf_pool import PdfPool
from worker.extract.pdf_reader import InProcessPdfReader
from worker.ports import Picture

_NOISE = bytes((n * 7_919 + n * n // 13) % 256 for n in range(64 * 512))


@pytest.fixture(scope="module")
def pool() -> Iterator[PdfPool]:
    """One reader."""
    with PdfPool(Limits(), 1, 60) as pool:
        yield pool


def test_each_question_draws_on_the_account(pool: PdfPool) -> None:
    """What a question costs is taken off, by the clock of the process that answered it."""
    budget = Budget(100)
    reader = pool.within(budget)
    assert reader.read(facturx_pdf()).files
    after_one = budget.left
    assert reader.pages(facturx_pdf()).read
    assert 99 < budget.left < after_one < 100


def test_a_spent_account_asks_nothing(pool: PdfPool) -> None:
    """A document without anything left is refused before any reader sees it; the next document is not."""
    budget = Budget(1)
    budget.spend(1)
    with pytest.raises(LimitExceeded, match="processor time"):
        pool.within(budget).read(facturx_pdf())
    assert pool.within(Budget(1)).read(facturx_pdf()).files


def test_who_brings_a_reader_down_gets_no_other(pool: PdfPool) -> None:
    """After a document has killed one reader, nothing more is spent on it."""
    budget = Budget(2)
    bomb = page_of_pieces([written(), *[b"0 0 m 9 9 l S\n" * 50_000] * 100])
    reader = pool.within(budget)
    with pytest.raises(ExtractionError):
        reader.pages(bomb)
    began = time.monotonic()
    with pytest.raises(LimitExceeded):
        reader.cells(bomb, 1)
    assert time.monotonic() - began < 1
    assert pool.pages(facturx_pdf()).read


@pytest.fixture
def noise() -> Picture:
    """A page of noise, which Tesseract takes about a second for."""
    if not ocr.is_installed():
        pytest.skip(ocr.MISSING)
    data = picture(_NOISE, b"/Width 512 /Height 512 /ColorSpace /DeviceGray /BitsPerComponent 1")
    return InProcessPdfReader(Limits()).render(data, 1, ocr.DPI)


def test_tesseract_draws_on_the_account(noise: Picture) -> None:
    """Tesseract pays from the same account."""
    budget = Budget(100)
    ocr.Tesseract(60).pages(lambda _: noise, [1], budget)
    assert budget.left < 100


def test_tesseract_is_stopped_when_the_account_is_spent(noise: Picture) -> None:
    """With next to nothing left, Tesseract is stopped within a second of processor time, or finishes and is paid."""
    budget, tesseract = Budget(0.01), ocr.Tesseract(60)
    began = time.monotonic()

    def read_three() -> None:
        for number in range(1, 4):
            tesseract.pages(lambda _: noise, [number], budget)

    with pytest.raises(LimitExceeded):
        read_three()
    assert budget.left == 0
    assert time.monotonic() - began < 60

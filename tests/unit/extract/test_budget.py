"""What one document may cost altogether."""

import os
import time

import pytest

from tests.hostile_maker.pdf_page import LABEL, LINES, VALUE, page, shown, without, written
from tests.unit.extract.samples import LIMITS
from worker.errors import LimitExceeded
from worker.extract.budget import Budget, processor_time, within
from worker.extract.limits import Limits
from worker.extract.pdf_reader import InProcessPdfReader


def test_what_is_spent_is_gone() -> None:
    """A budget lets its document go on until it is spent, and never after its reader was brought down."""
    budget = Budget(4)
    budget.spend(3.5)
    budget.check()
    assert budget.left == 0.5
    budget.spend(1)
    assert budget.left == 0
    with pytest.raises(LimitExceeded, match=r"more than 4 s of processor time.*AIGUILLEUR_PDF_CPU_SECONDS"):
        budget.check()
    endless = Budget()
    endless.spend(1_000_000)
    endless.check()
    endless.exhaust()
    assert endless.left == 0


def test_the_clock_of_a_process_runs_with_its_work() -> None:
    """The processor time of a process is that of the process, not of the wall."""
    before, began = processor_time(os.getpid()), time.process_time()
    while time.process_time() < began + 0.1:
        pass
    assert 0.1 <= processor_time(os.getpid()) - before < 2


def test_a_reader_in_this_process_keeps_no_account() -> None:
    """Without a cage there is no account: the reader stays as it is."""
    reader = InProcessPdfReader(LIMITS)
    assert within(reader, Budget(1)) is reader


@pytest.mark.parametrize(
    ("x", "size", "is_read"), [(50, 10, True), (50, 2, True), (50, 0.1, False), (700, 10, False), (-300, 10, False)]
)
def test_only_what_can_be_seen_is_read(x: float, size: float, *, is_read: bool) -> None:
    """Words beside the page, or too small for anyone to notice, are not read."""
    data = page(written(without(LABEL)) + shown(VALUE, x=x, y=300, size=size))
    (read,) = InProcessPdfReader(LIMITS).pages(data).read
    assert (VALUE in [word.text for word in read.words]) is is_read


def test_the_words_of_all_pages_are_counted_together() -> None:
    """Pages that are within bounds one by one may be too much together."""
    words = sum(len(line.split()) for line in LINES)
    data = page(written(), pages=5)
    assert len(InProcessPdfReader(Limits(read_words=5 * words)).pages(data).read) == 5
    with pytest.raises(LimitExceeded, match="the limit is"):
        InProcessPdfReader(Limits(read_words=4 * words)).pages(data)


def test_the_cells_of_a_table_are_counted() -> None:
    """A page ruled into more cells than any invoice has is not understood."""
    ruled = b"".join(
        b"50 %d m 550 %d l S %d 300 m %d 700 l S\n" % (n, n, n - 250, n - 250) for n in range(300, 701, 50)
    )
    data = page(written() + ruled)
    cells = len(InProcessPdfReader(LIMITS).cells(data, 1))
    assert cells > 10
    with pytest.raises(LimitExceeded, match=f"a page of {cells} cells"):
        InProcessPdfReader(Limits(page_cells=cells - 1)).cells(data, 1)

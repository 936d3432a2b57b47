"""Documents whose structure was changed are read or refused, decided, and told in events that follow their schemas."""

import time
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz import mutations, seeds
from tests.fuzz.pages import page_of
from tests.fuzz.world import World
from tests.unit.extract.samples import LIMITS, extractor, readings
from worker.document import Document
from worker.extract.pdf import read_pages
from worker.extract.pdf_pool import PdfPool

_SECONDS = 5  # of the processor for one document of less than a megabyte
_FEW = settings(
    deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
PIVOTS = seeds.pivots()[:12]


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    """A store with reference data."""
    made = World()
    yield made
    made.close()


@pytest.fixture(scope="module")
def pool() -> Iterator[PdfPool]:
    """A reader of PDFs in a process of its own, which ends the ones that hang."""
    made = PdfPool(LIMITS, 1, 10)
    yield made
    made.end()


def changed(documents: tuple[bytes, ...]) -> st.SearchStrategy[bytes]:
    """Documents with a few changes to structure or bytes, or the beginning of one and the end of another."""
    chances = st.integers(0, 2**63).map(mutations.Random)
    return st.builds(mutations.mutated, st.sampled_from(documents), chances, st.just(documents))


def check(world: World, data: bytes) -> None:
    """Read, decided and told, in time."""
    started = time.process_time()
    for position, reading in enumerate(readings(data)[:10]):
        world.judge(reading, position)
    assert time.process_time() - started < _SECONDS


@_FEW
@given(data=changed(seeds.xml()))
def test_xml(world, data):
    """Invoices in CII, UBL and ZUGFeRD 1, whatever became of their elements, attributes, texts and encodings."""
    check(world, data)


@_FEW
@given(data=changed(PIVOTS))
def test_pivots(world, data):
    """Pivots, whatever became of them and of their attachments."""
    check(world, data)


@_FEW
@given(data=changed(seeds.zips()))
def test_archives(world, data):
    """Archives, whatever became of their headers, their members and the document inside."""
    check(world, data)


@_FEW
@given(data=changed(seeds.pdfs()))
def test_pdfs(world, pool, data):
    """PDFs, whatever became of their objects, streams and tables, in a process that may be ended."""
    (reading,) = extractor(LIMITS, pool).read(Document(data=data))
    world.judge(reading)


@_FEW
@given(data=st.binary(max_size=800), repeat=st.sampled_from([1, 1, 1, 5]))
def test_pages(world, data, repeat):
    """Pages of words of any text, set anywhere."""
    world.judge(read_pages([page_of(data, 1, repeat)], ("22400001800016",)).invoice)

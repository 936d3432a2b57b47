"""Documents that fuzzing, or the search that followed, found: each failed once, or took far too long."""

import time
from collections.abc import Iterator

import pytest

from rules.findings import ReasonCode
from rules.model import Unreadable
from tests.fuzz.world import World
from tests.places import FIXTURES
from tests.unit.extract.samples import readings

FUZZED = sorted((FIXTURES / "fuzzed").glob("*.*"))
_SECONDS = 5  # of the processor; what is read in time takes less than one


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    """A store with reference data."""
    made = World()
    yield made
    made.close()


@pytest.mark.parametrize("file", FUZZED, ids=[file.name for file in FUZZED])
def test_read_or_refused(file, world):
    """A document that once broke the reader is read or refused in time, decided, and told in a valid event."""
    started = time.process_time()
    read = readings(file.read_bytes())
    assert read
    for position, reading in enumerate(read):
        world.judge(reading, position)
    assert time.process_time() - started < _SECONDS


def test_archive_that_claims_more_than_it_is():
    """An archive that claims more packed bytes than it has is unsafe, however little of it is unpacked."""
    (reading,) = readings((FIXTURES / "fuzzed" / "archive-that-claims-four-gigabytes.zip").read_bytes())
    assert isinstance(reading, Unreadable)
    assert reading.reason is ReasonCode.INT_UNSAFE

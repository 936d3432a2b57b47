"""The same bytes are read the same way, whoever reads them, when, and how often."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings

from tests.properties.extract.documents import ALL, XML, damaged
from tests.unit.extract.samples import extractor, readings
from worker.document import Document


@settings(deadline=None, max_examples=200)
@given(damaged(ALL))
def test_twice(data):
    """A second reading, by another reader, is equal to the first."""
    assert readings(data) == readings(data)


@pytest.mark.parametrize("data", ALL.values(), ids=ALL)
def test_on_disk(data, tmp_path):
    """A document is the same on disk, under any name."""
    path = tmp_path / "facture.bmp"
    path.write_bytes(data)
    assert list(extractor().read(Document(path=path))) == readings(data)


def test_threads():
    """A reader that threads share reads as it does alone."""
    reader, documents = extractor(), [*XML.values()] * 10
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda data: list(reader.read(Document(data=data))), documents))
    assert together == [readings(data) for data in documents]


@settings(deadline=None, max_examples=100)
@given(damaged(XML))
def test_without_extras(data):
    """Neither hashes nor schemas change what is read: without them only hash and schema findings are gone."""
    quick = list(extractor(check_schemas=False, hash_content=False).read(Document(data=data)))
    assert [_core(reading) for reading in quick] == [_core(reading) for reading in readings(data)]


def _core(reading):
    fields = {name: getattr(reading, name) for name in type(reading).__slots__}
    fields.pop("content_hash", None)
    findings = fields.pop("findings", ())
    return fields, [finding for finding in findings if finding.code != "INT_SCHEMA"]

"""A document in memory and the same one on disk."""

import pytest

from worker.document import HEAD_BYTES, Document

DATA = bytes(range(256)) * 40


@pytest.fixture(params=["memory", "disk"])
def document(request, tmp_path):
    """The same bytes, held in either way."""
    if request.param == "memory":
        return Document(data=DATA)
    path = tmp_path / "facture"
    path.write_bytes(DATA)
    return Document(path=path)


def test_both_ways(document):
    """Size, first bytes, all bytes and stream are the same wherever the bytes are."""
    assert document.size == len(DATA)
    assert document.head() == DATA[:HEAD_BYTES]
    assert document.read() == DATA
    with document.open() as stream:
        assert stream.read() == DATA


def test_empty():
    """No bytes at all are bytes in memory, not an absent document."""
    document = Document(data=b"")
    assert (document.size, document.head(), document.read()) == (0, b"", b"")


def test_nothing_given():
    """A document of neither bytes nor path is a programming error."""
    with pytest.raises(ValueError, match="bytes or a path"):
        Document().head()


def test_file_is_gone(tmp_path):
    """A file that is not there is an `OSError`, the only error that reading lets out."""
    with pytest.raises(FileNotFoundError):
        Document(path=tmp_path / "gone").head()

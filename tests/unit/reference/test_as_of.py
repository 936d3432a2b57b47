"""The moment of the export."""

import datetime as dt

import pytest

from worker.reference.as_of import read_as_of
from worker.reference.faults import FaultLog

NOW = dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC)
FIVE = dt.datetime(2026, 11, 20, 5, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        (None, NOW),
        ("", NOW),
        ("as_of = 2026-11-20T06:00:00+01:00", FIVE),
        ("\ufeffas_of = 2026-11-20T05:00:00Z\r\n", FIVE),
        ('as_of = "2026-11-20T06:00:00+01:00"', FIVE),
    ],
)
def test_the_export_has_its_moment(tmp_path, text, moment):
    """`as_of` is the moment of the export; without it the moment of the import stands in."""
    if text is not None:
        (tmp_path / "reference.toml").write_text(text, encoding="utf-8", newline="")
    log = FaultLog()
    assert read_as_of(tmp_path, NOW, log) == moment
    assert (log.count, log.notices) == (0, ())


@pytest.mark.parametrize(
    ("data", "line", "word"),
    [
        (b"as_of = 2026-11-20", None, "time zone"),
        (b"as_of = 2026-11-20T06:00:00", None, "time zone"),
        (b'as_of = "yesterday"', None, "time zone"),
        (b"as_of = 0001-01-01T00:00:00+14:00", None, "time zone"),
        (b"# export\nas_of = = 1", 2, "TOML"),
        (b"as_of = 2026-13-45T00:00:00Z", 1, "TOML"),
        (b"as_of = " + b"[" * 5000, None, "TOML"),
        (b"as_of = " + b"9" * 5000, None, "TOML"),
        (b"# \xe9", None, "UTF-8"),
        (b"#" * 70_000, None, "bytes"),
    ],
)
def test_a_moment_that_cannot_be_read_is_a_fault(tmp_path, data, line, word):
    """Whatever stands in the file, the answer is a moment or a fault with its line where there is one."""
    (tmp_path / "reference.toml").write_bytes(data)
    log = FaultLog()
    assert read_as_of(tmp_path, NOW, log) == NOW
    (fault,) = log.faults
    assert (fault.file, fault.line) == ("reference.toml", line)
    assert word in fault.message


def test_a_folder_in_its_place_is_a_fault(tmp_path):
    """What cannot be opened is a fault."""
    (tmp_path / "reference.toml").mkdir()
    log = FaultLog()
    read_as_of(tmp_path, NOW, log)
    assert "cannot be read" in log.faults[0].message


def test_what_is_strange_is_remarked(tmp_path):
    """An unknown key and an export from the future are remarks."""
    (tmp_path / "reference.toml").write_text("asof = 1\nas_of = 2027-01-01T00:00:00Z", encoding="utf-8")
    log = FaultLog()
    read_as_of(tmp_path, NOW, log)
    assert [notice.column for notice in log.notices] == ["asof", "as_of"]
    assert log.count == 0

"""Where events go in embedded mode."""

import io
from pathlib import Path

import pytest

from worker.ports import OutboundEvent
from worker.queueing.publishers import EventsNotWritten, FolderPublisher, StreamPublisher

EVENTS = [OutboundEvent("a", "t", '{"x": 1}', "s"), OutboundEvent("b", "t", "{}", "s")]


def test_a_folder_has_one_file_for_each_event(tmp_path: Path) -> None:
    """A repeat changes nothing, and no half-written file stays."""
    publisher = FolderPublisher(tmp_path / "events")
    publisher.publish(EVENTS)
    publisher.publish(EVENTS)
    assert sorted(path.name for path in (tmp_path / "events").iterdir()) == ["a.json", "b.json"]
    assert (tmp_path / "events" / "a.json").read_text(encoding="utf-8") == '{"x": 1}\n'


def test_a_folder_that_cannot_be_written_is_transient(tmp_path: Path) -> None:
    """The events stay in the outbox until it can."""
    (tmp_path / "events").write_text("a file", encoding="utf-8")
    with pytest.raises(EventsNotWritten):
        FolderPublisher(tmp_path / "events").publish(EVENTS)


def test_a_stream_has_one_line_for_each_event() -> None:
    """Events are lines of JSON."""
    stream = io.StringIO()
    StreamPublisher(stream).publish(EVENTS)
    assert stream.getvalue() == '{"x": 1}\n{}\n'

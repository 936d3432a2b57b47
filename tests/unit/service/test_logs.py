"""Logging as a process sets it up: JSON, or lines for a terminal; places of exceptions, never their text."""

import io
import json
import logging
import sys
from collections.abc import Iterator

import pytest
import structlog

from worker.service import logs

SECRET = "Mme Martin, FR76 3000 6000 0112 3456 7890 189"


class Terminal(io.StringIO):
    """Standard error of a person."""

    def isatty(self) -> bool:
        """Say so."""
        return True


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    """Put the logging of the tests back."""
    root = logging.getLogger()
    handlers, level, quiet = root.handlers[:], root.level, logging.getLogger("dramatiq").level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.getLogger("dramatiq").setLevel(quiet)
    structlog.reset_defaults()


def _to(
    stream: io.StringIO, monkeypatch: pytest.MonkeyPatch, level: int = logging.INFO
) -> structlog.stdlib.BoundLogger:
    monkeypatch.setattr(sys, "stderr", stream)
    logs.configure(level)
    return structlog.get_logger("test")  # type: ignore[no-any-return]


def test_production_is_json(monkeypatch: pytest.MonkeyPatch) -> None:
    """One object a line, with level, logger and moment; libraries come the same way."""
    stream = io.StringIO()
    _to(stream, monkeypatch).info("invoice_decided", outcome="ROUTED")
    logging.getLogger("some.library").warning("went %s", "wrong")
    ours, theirs = map(json.loads, stream.getvalue().splitlines())
    assert (ours["event"], ours["outcome"], ours["level"], ours["logger"]) == (
        "invoice_decided", "ROUTED", "info", "test",
    )  # fmt: skip
    assert ours["timestamp"].endswith("Z")
    assert (theirs["event"], theirs["level"]) == ("went wrong", "warning")


def test_a_terminal_is_for_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    """A person gets words and colours, not JSON."""
    stream = Terminal()
    _to(stream, monkeypatch).info("invoice_decided", outcome="ROUTED")
    assert not stream.getvalue().startswith("{")
    assert "invoice_decided" in stream.getvalue()


@pytest.mark.parametrize("stream", [io.StringIO(), Terminal()])
def test_an_exception_is_told_by_its_places(stream: io.StringIO, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its text, which may quote a document, stays out, on a terminal too, from us and from libraries."""
    log = _to(stream, monkeypatch)
    try:
        int(SECRET)
    except ValueError:
        log.exception("part_crashed")
        logging.getLogger("some.library").exception("failed")
    assert "ValueError" in stream.getvalue()
    assert "test_logs.py" in stream.getvalue()
    assert not [word for word in SECRET.split() if word in stream.getvalue()]


def test_commands_only_warn(monkeypatch: pytest.MonkeyPatch) -> None:
    """A command that decides invoices does not say so line by line."""
    stream = io.StringIO()
    log = _to(stream, monkeypatch, logging.WARNING)
    log.info("invoice_decided")
    log.warning("queueing_postponed")
    assert [json.loads(line)["event"] for line in stream.getvalue().splitlines()] == ["queueing_postponed"]

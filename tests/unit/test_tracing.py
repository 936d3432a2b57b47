"""The `traceparent` of a message, and what a worker that does not trace does with its steps."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pika import BasicProperties

from worker.intake.message import trace_of
from worker.tracing import NO_TRACING, Step, traceparent

IDS = "0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331"
GIVEN = f"00-{IDS}-01"
OTHER = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


@pytest.mark.parametrize(
    ("given_", "read"),
    [
        (GIVEN, GIVEN),
        (f"00-{IDS}-00", f"00-{IDS}-00"),  # not sampled: the worker does not sample either
        (f"cc-{IDS}-01", GIVEN),  # a later version
        (f"cc-{IDS}-01-what-comes", GIVEN),
        (f"00-{IDS}-01-what-comes", None),
        (f"cc-{IDS}-01.what-comes", None),
        (f"ff-{IDS}-01", None),
        (f"00-{'0' * 32}-b7ad6b7169203331-01", None),
        (f"00-0af7651916cd43dd8448eb211c80319c-{'0' * 16}-01", None),
        (GIVEN.upper(), None),
        (f" {GIVEN}", None),
        (f"{GIVEN}\n", None),
        ("", None),
        (None, None),
        (1, None),
        (GIVEN.encode(), None),
    ],
)
def test_a_traceparent_is_read_as_the_standard_says(given_: object, read: str | None) -> None:
    """What W3C Trace Context calls invalid is as if it were not there."""
    assert traceparent(given_) == read


@given(st.one_of(st.text(), st.binary(), st.integers(), st.from_regex(r"[0-9a-f]{2}-[0-9a-f-]+", fullmatch=True)))
def test_what_is_read_is_always_well_formed(given_: object) -> None:
    """Whatever is given, the result has the one form of version 00, or is nothing."""
    read = traceparent(given_)
    assert read is None or re.fullmatch(r"00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}", read)


@pytest.mark.parametrize(
    ("headers", "content_type", "body", "read"),
    [
        ({"traceparent": GIVEN}, "application/json", b"{}", GIVEN),
        ({"traceparent": GIVEN}, "application/pdf", b"%PDF", GIVEN),
        ({"traceparent": GIVEN}, None, f'{{"specversion":"1.0","traceparent":"{OTHER}"}}'.encode(), GIVEN),
        ({"traceparent": "x"}, None, f'{{"specversion":"1.0","traceparent":"{OTHER}"}}'.encode(), OTHER),
        (None, None, f'{{"specversion":"1.0","traceparent":"{OTHER}"}}'.encode(), OTHER),
        (None, None, f'{{"traceparent":"{OTHER}"}}'.encode(), None),  # no CloudEvent
        (None, None, b'{"specversion":"1.0","traceparent":7}', None),
        (None, None, b"[]", None),
        (None, None, b"\xff", None),
        (None, None, b"{" * 100_000, None),
        (None, "application/xml", f'{{"specversion":"1.0","traceparent":"{OTHER}"}}'.encode(), None),
    ],
)
def test_the_trace_of_a_message(
    headers: dict[str, str] | None, content_type: str | None, body: bytes, read: str | None
) -> None:
    """The header of the latest hop comes before the attribute of the event; nothing that is wrong keeps one out."""
    assert trace_of(BasicProperties(headers=headers, content_type=content_type), body) == read


def test_who_does_not_trace_asks_for_nothing() -> None:
    """No parent is looked for, there is no trace to pass on, and an exception goes through."""

    def never() -> str:
        raise AssertionError

    with NO_TRACING.span(Step.RECEIVE, "q", parent=never) as own:
        assert (own, NO_TRACING.current()) == (None, None)
    with pytest.raises(KeyError), NO_TRACING.span(Step.PROCESS):
        raise KeyError

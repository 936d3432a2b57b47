"""What is a message of our work queue, and what is not."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.errors import MessageMalformed
from worker.queueing.decoding import MAX_BYTES, decode

QUEUE = "invoices.process"
ACTORS = {"process_delivery": QUEUE}
GOOD: dict[str, Any] = {
    "queue_name": QUEUE,
    "actor_name": "process_delivery",
    "args": ["d-1"],
    "kwargs": {},
    "options": {},
    "message_id": "m-1",
    "message_timestamp": 1,
}


def _body(**changes: Any) -> bytes:
    return json.dumps(GOOD | changes).encode()


def test_what_the_actor_sends_is_read() -> None:
    """A message as dramatiq writes it comes back whole."""
    message = decode(_body(options={"retries": 2}), QUEUE, ACTORS)
    assert (message.args, message.options, message.message_id) == (("d-1",), {"retries": 2}, "m-1")


def test_the_trace_of_a_message_is_read() -> None:
    """A well-formed `traceparent` comes with the message; anything else in its place is not ours."""
    options = {"traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}
    assert decode(_body(options=options), QUEUE, ACTORS).options == options
    with pytest.raises(MessageMalformed):
        decode(_body(options={"traceparent": "x"}), QUEUE, ACTORS)


def test_a_delayed_message_is_read_from_the_delay_queue() -> None:
    """A copy that waits for its next attempt names the delay queue and its moment."""
    body = _body(queue_name=f"{QUEUE}.DQ", options={"retries": 1, "eta": 1700000000000})
    assert decode(body, f"{QUEUE}.DQ", ACTORS).options == {"retries": 1, "eta": 1700000000000}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\x00\xff%PDF",
        b"[1,2]",
        b"null",
        b'{"specversion":"1.0","type":"invoice.received","id":"1","source":"x"}',  # a foreign object
        _body(options=None),  # restarts dramatiq's consumer for ever
        _body(actor_name=["x"]),  # the same
        _body(queue_name="elsewhere"),  # ends one of dramatiq's threads
        _body(queue_name=f"{QUEUE}.DQ"),  # the same: acknowledged on another consumer
        _body(actor_name="nope"),
        _body(args=[]),
        _body(args=["d-1", "d-2"]),
        _body(args=[1]),
        _body(args=["d\n1"]),
        _body(args=["x" * 201]),
        _body(kwargs={"delivery_id": "d-1"}),
        _body(kwargs=None),
        _body(options={"throws": "x"}),  # isinstance() with it ends a thread
        _body(options={"max_retries": 1000}),
        _body(options={"pipe_target": {}}),
        _body(options={"retries": "1"}),
        _body(options={"retries": -1}),
        _body(options={"eta": 1}),  # would be held back among the work
        _body(message_id=None),
        _body(message_timestamp="now"),
        _body(extra=1),
        _body(args=["x"], message_id="x" * MAX_BYTES),
    ],
)
def test_what_dramatiq_would_choke_on_is_refused(body: bytes) -> None:
    """Any other message is refused with an error that does not quote it."""
    with pytest.raises(MessageMalformed) as refusal:
        decode(body, QUEUE, ACTORS)
    assert len(str(refusal.value)) < 300
    assert "elsewhere" not in str(refusal.value)


_SCALARS = st.none() | st.booleans() | st.integers() | st.text(max_size=5)
_JSON = st.recursive(
    _SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
)


@given(_JSON, st.sampled_from(sorted(GOOD)))
def test_any_value_in_any_field_is_read_or_refused(value: Any, field: str) -> None:
    """Whatever stands in a field: a message of ours, or `MessageMalformed`, and nothing else."""
    try:
        message = decode(_body(**{field: value}), QUEUE, ACTORS)
    except MessageMalformed:
        return
    assert message.queue_name == QUEUE
    assert isinstance(message.args[0], str)

"""Whatever arrives on the intake queue is a message or `MessageMalformed`, and what is written is read back."""

import json

from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from tests.contract import examples
from worker.contracts.files import schema
from worker.errors import MessageMalformed
from worker.messages import DeliveryMessage, encode, parse

SCHEMA = Draft202012Validator(schema("invoice.received.v1"))

printable = st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1, max_size=200)
moments = st.datetimes(timezones=st.timezones()).map(lambda moment: moment.isoformat())
scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | moments
anything = st.recursive(scalars, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=5)


@given(st.binary(max_size=500), st.none() | st.text())
def test_any_bytes(body, content_type):
    """Any bytes give a message or `MessageMalformed`, nothing else."""
    assert isinstance(outcome_of(body, content_type), DeliveryMessage | None)


@given(st.fixed_dictionaries({}, optional=dict.fromkeys(examples.delivery_event(), anything)), anything)
def test_any_envelope(attributes, data):
    """Any object gives a message or `MessageMalformed`, nothing else, in both forms."""
    assert isinstance(outcome_of(as_body(attributes), None), DeliveryMessage | None)
    event = as_body(examples.delivery_event() | attributes | {"data": data})
    assert isinstance(outcome_of(event, "application/cloudevents+json"), DeliveryMessage | None)


@given(
    st.fixed_dictionaries(
        {},
        optional={**dict.fromkeys(examples.delivery(), anything), "received_at": moments, "delivery_id": printable},
    )
)
def test_any_message(changes):
    """A message with anything in any of its fields is read or refused; what was read is also valid by the schema."""
    content = examples.delivery() | changes
    message = outcome_of(as_body(content), None)
    if message is not None:
        assert SCHEMA.is_valid(content)


@given(
    delivery_id=printable,
    portal_status=st.none() | printable,
    size=st.integers(0, 2**31 - 1),
    received_at=st.datetimes(timezones=st.timezones()),
)
def test_round_trip(delivery_id, portal_status, size, received_at):
    """What `encode` writes, `parse` reads back unchanged."""
    content = examples.delivery() | {"delivery_id": delivery_id, "portal_status": portal_status}
    content["document"]["size"] = size
    content["received_at"] = f"{received_at.replace(microsecond=0, tzinfo=None).isoformat()}Z"
    message = parse(as_body(content), None)
    assert parse(encode(message), "application/json") == message


def outcome_of(body, content_type) -> DeliveryMessage | None:
    """The message, or None where it is refused as it should be."""
    try:
        return parse(body, content_type)
    except MessageMalformed:
        return None


def as_body(content) -> bytes:
    """A message as bytes."""
    return json.dumps(content).encode()

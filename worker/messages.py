"""The message that announces a delivery: its shape, and how it is read from and written to the queue.

Contract: queue `invoices.received`, JSON or a CloudEvent in structured mode, schema `invoice.received.v1.json`. The
bytes of the document travel by reference. What does not fit is refused by field, and never quoted: a message may
carry anything.
"""

import re
from collections.abc import Iterable
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, WithJsonSchema
from pydantic_core import ErrorDetails, from_json

from worker.errors import MessageMalformed
from worker.tracing import TRACEPARENT
from worker.wire.fields import EVENT_MEDIA_TYPE, DocumentUri, GivenMoment, Identifier, MediaType, Sha256, Wire

SCHEMA_VERSION = 1
RECEIVED_TYPE = "invoice.received.v1"
MAX_MESSAGE_BYTES = 64 * 1024
LARGEST_DOCUMENT = 2**31 - 1  # bytes; what an integer column holds

_JSON_MEDIA_TYPES = frozenset({"application/json", "text/json", EVENT_MEDIA_TYPE})
_JSON_PATTERN = r"^application/json( *; *charset=[Uu][Tt][Ff]-8)?$"
_REPORTED_FAULTS = 5
_FIELD_NAME = re.compile(r"[A-Za-z0-9_]{1,40}")


class DocumentRef(Wire):
    """Where the bytes of a delivery are kept, and what they must be found to be."""

    uri: DocumentUri = Field(
        description="file:///path, s3://bucket/key, or a path relative to the document store (no other place is opened)"
    )
    sha256: Sha256 = Field(description="64 lower-case hexadecimal digits: the SHA-256 of the document's bytes")
    size: int = Field(ge=0, le=LARGEST_DOCUMENT, description="the document's size in bytes, a whole number")
    media_type: MediaType = Field(description="type/subtype as the sender knows it, without parameters")


class DeliveryMessage(Wire):
    """One delivery: a file as it was received, which holds one or more invoices."""

    schema_version: Annotated[int, Field(ge=1, le=1), WithJsonSchema({"type": "integer", "const": 1})] = Field(
        description="the whole number 1"
    )
    delivery_id: Identifier = Field(
        description="1 to 200 printable characters that name this delivery for ever (a repeat is the same delivery)"
    )
    source: Identifier = Field(description="1 to 200 printable characters that name the intake, such as chorus-pro")
    document: DocumentRef = Field(description="an object with uri, sha256, size and media_type")
    portal_invoice_id: Identifier | None = Field(
        default=None, description="the invoice's id on Chorus Pro (IdCPRO), 1 to 200 printable characters, or null"
    )
    portal_status: Identifier | None = Field(
        default=None, description="the invoice's status on Chorus Pro, verbatim, 1 to 200 printable characters, or null"
    )
    made_available_at: GivenMoment | None = Field(
        default=None,
        description="an RFC 3339 date-time with its offset, or null: when Chorus Pro made the invoice available, "
        "from which the payment deadline runs",
    )
    received_at: GivenMoment = Field(
        description="an RFC 3339 date-time with its offset: when the intake received the delivery"
    )


class ReceivedEvent(BaseModel):
    """A delivery as a CloudEvent 1.0 in structured mode.

    Extension attributes are admitted; `traceparent` alone is read, where the worker traces.
    """

    model_config = ConfigDict(
        strict=True, frozen=True, extra="ignore", json_schema_extra={"additionalProperties": True}
    )

    specversion: Literal["1.0"] = Field(description='"1.0", the version of CloudEvents')
    id: Identifier = Field(description="1 to 200 printable characters: the event's id")
    source: Identifier = Field(description="1 to 200 printable characters: the event's source")
    type: Literal["invoice.received.v1"] = Field(description='"invoice.received.v1"')
    subject: Identifier | None = Field(default=None, description="1 to 200 printable characters, or absent")
    time: GivenMoment | None = Field(default=None, description="an RFC 3339 date-time with its offset, or absent")
    datacontenttype: Annotated[str, StringConstraints(max_length=100, pattern=_JSON_PATTERN)] | None = Field(
        default=None, description="application/json, or absent"
    )
    dataschema: Identifier | None = Field(default=None, description="1 to 200 printable characters, or absent")
    data: DeliveryMessage = Field(description="the delivery, an object")


def parse(body: bytes, content_type: str | None) -> DeliveryMessage:
    """The message in a body. Raises `MessageMalformed`, which names each wrong field and what was expected there."""
    if len(body) > MAX_MESSAGE_BYTES:
        raise MessageMalformed(f"the message has {len(body):,} bytes; at most {MAX_MESSAGE_BYTES:,} are read")
    is_event = _names_an_event(content_type)
    content = _decoded(body)
    is_event = is_event or "specversion" in content
    _refuse_other_versions(content.get("data") if is_event else content)
    try:
        if is_event:
            return ReceivedEvent.model_validate_json(body).data
        return DeliveryMessage.model_validate_json(body)
    except ValidationError as error:
        faults = error.errors(include_url=False, include_context=False, include_input=False)
        raise MessageMalformed(_told(faults, ReceivedEvent if is_event else DeliveryMessage)) from None


def traceparent_in(body: bytes) -> object:
    """What a CloudEvent gives as its extension attribute `traceparent`, unchecked; None where there is none."""
    if len(body) > MAX_MESSAGE_BYTES:
        return None
    try:
        content = from_json(body)
    except ValueError:
        return None
    return content.get(TRACEPARENT) if isinstance(content, dict) and "specversion" in content else None


def encode(message: DeliveryMessage) -> bytes:
    """The message as compact JSON (`application/json`), without what is not given. `parse` reads it back unchanged."""
    return message.model_dump_json(exclude_none=True).encode()


def _names_an_event(content_type: str | None) -> bool:
    media_type, _, parameters = (content_type or "application/json").partition(";")
    media_type = media_type.strip().lower()
    charset = re.search(r"charset\s*=\s*\"?([^\s\";]+)", parameters, re.IGNORECASE)
    if media_type not in _JSON_MEDIA_TYPES:
        raise MessageMalformed(f"content type: {', '.join(sorted(_JSON_MEDIA_TYPES))} expected")
    if charset is not None and charset[1].lower() not in {"utf-8", "utf8", "us-ascii"}:
        raise MessageMalformed("content type: JSON in UTF-8 expected")
    return media_type == EVENT_MEDIA_TYPE


def _decoded(body: bytes) -> dict[str, Any]:
    try:
        content = from_json(body)
    except ValueError as error:
        raise MessageMalformed(f"no JSON in UTF-8: {error}") from None
    if not isinstance(content, dict):
        raise MessageMalformed("a JSON object expected")
    return content


def _refuse_other_versions(content: Any) -> None:
    """Refuse a version by its number, before its unknown fields are taken for faults."""
    version = content.get("schema_version") if isinstance(content, dict) else None
    if type(version) is int and version != SCHEMA_VERSION:
        number = str(version) if abs(version) < 10**9 else "the one given"
        raise MessageMalformed(f"schema_version: {number} is unknown; this worker reads version {SCHEMA_VERSION}")


def _told(faults: Iterable[ErrorDetails], model: type[BaseModel]) -> str:
    told = [_fault(fault, model) for fault in faults]
    more = len(told) - _REPORTED_FAULTS
    return "; ".join(told[:_REPORTED_FAULTS]) + (f"; and {more} more" if more > 0 else "")


def _fault(fault: ErrorDetails, model: type[BaseModel]) -> str:
    """One fault in our own words: pydantic's would be safe as well, but not say what the field means."""
    names = [str(step) for step in fault["loc"]]
    place = ".".join(name if _FIELD_NAME.fullmatch(name) else "(a name that is not shown)" for name in names)
    if fault["type"] == "extra_forbidden":
        return f"{place}: no such field"
    state = "missing" if fault["type"] == "missing" else "wrong"
    return f"{place}: {state}; expected {_expectation(names, model)}"


def _expectation(names: list[str], model: type[BaseModel]) -> str:
    """The description of the field at the end of a path."""
    described = "another value"
    current: Any = model
    for name in names:
        field = current.model_fields[name]
        described, current = field.description or described, field.annotation
    return described

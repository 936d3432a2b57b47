"""The kinds of field that messages and events are made of, each with the pattern that its JSON Schema publishes.

The patterns keep to what ECMA 262, Python and Rust read alike, because schemas are checked in all of them.
"""

import datetime as dt
import re
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    WithJsonSchema,
)

EVENT_MEDIA_TYPE = "application/cloudevents+json"  # of an event in structured mode
LONGEST_TEXT = 500  # of what a document says about itself; longer texts are no identifiers

PRINTABLE = r"^[^\u0000-\u001f\u007f-\u009f]+$"
_RFC3339 = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?(Z|[+-][0-9]{2}:[0-9]{2})$"
_UTC = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?Z$"
_SHA256 = r"^[0-9a-f]{64}$"
TRACEPARENT_PATTERN = r"^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$"  # W3C Trace Context, version 00
_UUID5 = r"^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$"
_DECIMAL = r"^-?[0-9]+(\.[0-9]+)?$"
_CODE = r"^[A-Z][A-Z0-9_]*$"
_WORD = r"^[A-Za-z][A-Za-z0-9_]*$"

# `.` and `..` are no segments, and no escape hides a dot, a slash, a backslash or a control character.
_ESCAPE = "%(2[0-9A-Da-d]|5[0-9ABD-Fabd-f]|7[0-9A-Ea-e]|[34689A-Fa-f][0-9A-Fa-f])"
_PLAIN = "[A-Za-z0-9_=+@,~!()-]"
_SEGMENT = rf"\.{{0,2}}({_PLAIN}|{_ESCAPE})({_PLAIN}|{_ESCAPE}|\.)*"
_STORE_SEGMENT = rf"\.{{0,2}}{_PLAIN}({_PLAIN}|\.)*"
_BUCKET = "[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]"
_DOCUMENT_URI = (
    rf"^(file:///{_SEGMENT}(/{_SEGMENT})*|s3://{_BUCKET}(/{_SEGMENT})+|{_STORE_SEGMENT}(/{_STORE_SEGMENT})*)$"
)
_MEDIA_TYPE = r"^[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]*/[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]*$"


class Wire(BaseModel):
    """The base of everything on the wire: no coercion, no change, no unknown field, and no value quoted in an error."""

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid", hide_input_in_errors=True)


def _from_rfc3339(value: Any) -> Any:
    """A text must be RFC 3339 to the letter: pydantic would also take `1700000000` for a moment."""
    if not isinstance(value, str):
        return value
    if re.fullmatch(_RFC3339, value) is None:
        raise ValueError("no RFC 3339 date-time with its offset")
    return dt.datetime.fromisoformat(value)


def _in_utc(value: dt.datetime) -> dt.datetime:
    try:
        return value.astimezone(dt.UTC)
    except OverflowError:
        raise ValueError("a moment outside the calendar") from None


def never_null(schema: dict[str, Any]) -> None:
    """Take the default out of a schema: the field is left out where there is nothing to say, and never null."""
    schema.pop("default", None)


Identifier = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=PRINTABLE)]
Sha256 = Annotated[str, StringConstraints(min_length=64, max_length=64, pattern=_SHA256)]
Traceparent = Annotated[str, StringConstraints(min_length=55, max_length=55, pattern=TRACEPARENT_PATTERN)]
EventId = Annotated[str, StringConstraints(min_length=36, max_length=36, pattern=_UUID5)]
DocumentUri = Annotated[str, StringConstraints(min_length=1, max_length=1024, pattern=_DOCUMENT_URI)]
MediaType = Annotated[str, StringConstraints(max_length=127, pattern=_MEDIA_TYPE)]
DecimalText = Annotated[str, StringConstraints(pattern=_DECIMAL)]
EvidenceCode = Annotated[str, StringConstraints(max_length=100, pattern=_WORD)]
Code = Annotated[str, StringConstraints(max_length=100, pattern=_CODE)]
Confidence = Annotated[float, Field(ge=0, le=1)]
DocumentText = Annotated[str, Field(min_length=1, max_length=LONGEST_TEXT)]
GivenMoment = Annotated[
    AwareDatetime,
    BeforeValidator(_from_rfc3339),
    AfterValidator(_in_utc),
    WithJsonSchema({"type": "string", "format": "date-time", "pattern": _RFC3339}),
]
Moment = Annotated[
    AwareDatetime,
    AfterValidator(_in_utc),
    WithJsonSchema({"type": "string", "format": "date-time", "pattern": _UTC}),
]

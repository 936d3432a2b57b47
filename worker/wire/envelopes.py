"""The envelopes: CloudEvents 1.0 in structured mode, one class for each type.

`dataschema` names the schema of `data` alone, as CloudEvents asks: a definition inside the schema of the event.
"""

from typing import Annotated, Literal, get_args

from pydantic import Field
from pydantic.json_schema import SkipJsonSchema

from worker.wire.decisions import (
    DuplicateData,
    Numbered,
    QuarantinedData,
    ResolvedData,
    ReviewData,
    RoutedData,
    WaitingData,
)
from worker.wire.fields import EventId, Moment, Traceparent, Wire, never_null


class Envelope(Wire):
    """The attributes of CloudEvents 1.0 that every event has, in the order in which they are written."""

    specversion: Literal["1.0"] = Field(description="The version of CloudEvents")
    id: EventId = Field(
        description="UUID version 5 of invoice key and decision number. The same decision sent again has the same id: "
        "drop what you have seen, by source and id"
    )
    source: Annotated[str, Field(min_length=1, max_length=200, json_schema_extra={"format": "uri-reference"})] = Field(
        description="The instance that decided, as its operator named it"
    )
    type: str = Field(description="The kind of event; also the routing key")
    subject: str = Field(min_length=1, description="The invoice key")
    time: Moment = Field(description="When it was decided, in UTC")
    datacontenttype: Literal["application/json"] = Field(description="The media type of data")
    dataschema: str = Field(description="The schema of data")
    traceparent: Traceparent | SkipJsonSchema[None] = Field(
        default=None,
        description="Distributed Tracing extension: the trace of the decision; absent where it was not traced",
        json_schema_extra=never_null,
    )
    data: Numbered

    @classmethod
    def constant(cls, attribute: str) -> str:
        """The one value that an attribute has in this type of event."""
        value: str = get_args(cls.model_fields[attribute].annotation)[0]
        return value


class InvoiceRouted(Envelope):
    """The invoice goes to its service, with its commitment where there is one."""

    type: Literal["invoice.routed.v1"]
    dataschema: Literal["urn:aiguilleur:schema:invoice.routed.v1#/$defs/RoutedData"]
    data: RoutedData


class InvoiceUnderReview(Envelope):
    """The invoice waits for a person, in a named queue."""

    type: Literal["invoice.review.v1"]
    dataschema: Literal["urn:aiguilleur:schema:invoice.review.v1#/$defs/ReviewData"]
    data: ReviewData


class InvoiceWaiting(Envelope):
    """The invoice waits for a condition, until a deadline."""

    type: Literal["invoice.waiting.v1"]
    dataschema: Literal["urn:aiguilleur:schema:invoice.waiting.v1#/$defs/WaitingData"]
    data: WaitingData


class InvoiceRepeated(Envelope):
    """The invoice was already received and decided."""

    type: Literal["invoice.duplicate.v1"]
    dataschema: Literal["urn:aiguilleur:schema:invoice.duplicate.v1#/$defs/DuplicateData"]
    data: DuplicateData


class InvoiceQuarantined(Envelope):
    """The document, or a part of it, cannot be read."""

    type: Literal["invoice.quarantined.v1"]
    dataschema: Literal["urn:aiguilleur:schema:invoice.quarantined.v1#/$defs/QuarantinedData"]
    data: QuarantinedData


class ReviewResolved(Envelope):
    """A person decided an invoice that was under review."""

    type: Literal["invoice.review-resolved.v1"]
    dataschema: Literal["urn:aiguilleur:schema:invoice.review-resolved.v1#/$defs/ResolvedData"]
    data: ResolvedData


Decided = InvoiceRouted | InvoiceUnderReview | InvoiceWaiting | InvoiceRepeated | InvoiceQuarantined
ENVELOPES: tuple[type[Envelope], ...] = (*get_args(Decided), ReviewResolved)

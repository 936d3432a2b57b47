"""The data of decision events. All share one list of fields, always all present; each type says which may be null."""

import datetime as dt
from typing import Annotated, Any, Literal, Self

from pydantic import ConfigDict, Field, StringConstraints, model_validator
from pydantic.json_schema import SkipJsonSchema

from rules.decide import Outcome
from rules.table import Action, Queue
from worker.wire.fields import PRINTABLE, Code, Confidence, Moment, Wire, never_null
from worker.wire.parts import Candidate, CommitmentRef, DocumentPlace, InvoiceSummary, Reason


def _either(*fields: str) -> dict[str, Any]:
    """The JSON Schema that says: at least one of these text fields is given."""
    return {"anyOf": [{"properties": {field: {"type": "string"}}} for field in fields]}


def _all_null(*fields: str) -> dict[str, Any]:
    return {field: {"type": "null"} for field in fields}


class Numbered(Wire):
    """What names a decision, and where it sends the invoice. Every event has this much."""

    invoice_key: str = Field(min_length=1, description="The name of the invoice for ever; also the event's subject")
    decision_number: int = Field(
        ge=0, description="Counts the decisions of one invoice. A higher number replaces what lower ones said"
    )
    decided_at: Moment = Field(description="When it was decided, in UTC; also the event's time")
    service_code: str | None = Field(description="The service that gets the invoice, as in the body's reference data")
    commitment_number: str | None = Field(
        description="The commitment that pays, as in the body's reference data; null where there is none or several"
    )
    commitment_year: int | None = Field(description="Exercise of that commitment")


class DecisionData(Numbered):
    """One decision about one invoice, and what led to it."""

    delivery_id: str = Field(min_length=1, description="The delivery that the invoice came in")
    document: DocumentPlace = Field(description="The document that the invoice came in")
    first_seen: Moment = Field(description="When the invoice was first seen; new attempts do not change it")
    outcome: Outcome = Field(description="How the decision ends")
    reason: Code = Field(description="Code of the primary reason: what ended the decision, or the first warning, or OK")
    reasons: tuple[Reason, ...] = Field(min_length=1, description="Everything that was found, primary or not")
    warnings: tuple[Code, ...] = Field(description="Codes of the reasons that someone should look at")
    recipient_siret: str | None = Field(description="The budget of the body that the invoice is for, when it is known")
    commitments: tuple[CommitmentRef, ...] = Field(
        description="All commitments of the invoice. With several, splitting the amount is left to people"
    )
    labels: tuple[str, ...] = Field(description="Labels of the commitments, such as spaser:social")
    match_rung: str | None = Field(
        description="How the commitment number was recognised: N0 as written, a higher rung for a coarser form"
    )
    candidates: tuple[Candidate, ...] = Field(description="Commitments that a reviewer may choose, the likeliest first")
    review_queue: Queue | None = Field(description="Who looks at it")
    destination: str | None = Field(
        description="A place other than a service, such as already_paid. Accept values you do not know"
    )
    linked_to: str | None = Field(description="Key of an earlier invoice that this one repeats, replaces or takes back")
    proposed_action: Action = Field(
        description="What is proposed towards the portal. Nothing has been sent: a person or a policy consents first"
    )
    portal_reason: str | None = Field(description="The portal's reason code for that action, by the body's policy")
    payment_deadline: dt.date = Field(description="Last day to pay (code de la commande publique, R2192-10 and 15)")
    waiting_until: Moment | None = Field(description="When it is decided again at the latest")
    policy_version: str = Field(description="The policy that was applied")
    reference_as_of: Moment | None = Field(description="The moment that the reference data describes")
    invoice: InvoiceSummary | None = Field(description="What the invoice says of itself; null if it cannot be read")
    sources: dict[str, str] = Field(
        description="Where each field was read: an XPath (attachment#XPath in an attachment), or page and box of a PDF"
    )
    confidence: dict[str, Confidence] = Field(
        description="Of each field that was read from a page instead of structured data: the measured share of right "
        "values among those found like it, from 0 to 1. Empty where all of the invoice was data; a field of a page "
        "that is not named was assumed"
    )


class RoutedData(DecisionData):
    """The invoice goes to a service, or to another destination; warnings may say that someone should look."""

    model_config = ConfigDict(json_schema_extra=_either("service_code", "destination"))

    outcome: Literal[Outcome.ROUTED] = Field(description="How the decision ends")
    recipient_siret: str = Field(description="The budget of the body that the invoice is for")
    review_queue: None = Field(description="Nobody needs to look before it goes on")
    waiting_until: None = Field(description="It does not wait")
    invoice: InvoiceSummary = Field(description="What the invoice says of itself")

    @model_validator(mode="after")
    def _goes_somewhere(self) -> Self:
        if self.service_code is None and self.destination is None:
            raise ValueError("a routed invoice goes to a service or to another destination")
        return self


class ReviewData(DecisionData):
    """A person has to decide. Service and commitment are what is known so far, not a route."""

    outcome: Literal[Outcome.REVIEW] = Field(description="How the decision ends")
    review_queue: Queue = Field(description="Who has to decide")
    waiting_until: None = Field(description="It does not wait")
    invoice: InvoiceSummary = Field(description="What the invoice says of itself")


class WaitingData(DecisionData):
    """The invoice waits for something that is named in the primary reason; another decision follows."""

    outcome: Literal[Outcome.WAITING] = Field(description="How the decision ends")
    review_queue: None = Field(description="Nobody needs to look yet")
    waiting_until: Moment = Field(description="When it is decided again at the latest")
    invoice: InvoiceSummary = Field(description="What the invoice says of itself")


class DuplicateData(DecisionData):
    """The invoice was already received and decided. Nothing is to be done."""

    outcome: Literal[Outcome.DUPLICATE] = Field(description="How the decision ends")
    review_queue: None = Field(description="Nobody needs to look")
    linked_to: str = Field(min_length=1, description="Key of the invoice that it repeats")
    waiting_until: None = Field(description="It does not wait")
    invoice: InvoiceSummary = Field(description="What the invoice says of itself")


class QuarantinedData(DecisionData):
    """The document, or a part of it, cannot be read. Technical: nothing is said about the supplier."""

    outcome: Literal[Outcome.QUARANTINED] = Field(description="How the decision ends")
    review_queue: None = Field(description="It is in no review queue")
    waiting_until: None = Field(description="It does not wait")


_CHOSEN: dict[str, Any] = {
    "properties": {"resolution": {"const": "chosen"}},
    **_either("service_code", "commitment_number"),
}
_NONE: dict[str, Any] = {
    "properties": {
        "resolution": {"const": "none"},
        **_all_null("service_code", "commitment_number", "commitment_year", "accepted_rank"),
    }
}


class ResolvedData(Numbered):
    """A person decided an invoice that was under review. It counts as a decision of its own."""

    model_config = ConfigDict(json_schema_extra={"oneOf": [_CHOSEN, _NONE]})

    resolution: Literal["chosen", "none"] = Field(
        description="chosen: the invoice goes to the service or commitment given here. none: to neither of the proposed"
    )
    resolved_by: Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=PRINTABLE)] = Field(
        description="Role or account that decided, as the operator gave it"
    )
    accepted_rank: int | None = Field(
        ge=1, description="Rank of the candidate that was accepted; null where the choice was none of them"
    )
    comment: Annotated[str, Field(min_length=1, max_length=2000)] | SkipJsonSchema[None] = Field(
        default=None, description="What the person wrote; absent where nothing", json_schema_extra=never_null
    )

    @model_validator(mode="after")
    def _chooses_or_not(self) -> Self:
        chosen = (self.service_code, self.commitment_number)
        if self.resolution == "chosen" and chosen == (None, None):
            raise ValueError("a choice names a service, a commitment, or both")
        if self.resolution == "none" and (*chosen, self.commitment_year, self.accepted_rank) != (None,) * 4:
            raise ValueError("who chooses nothing accepts no candidate")
        if self.commitment_number is None and self.commitment_year is not None:
            raise ValueError("a fiscal year belongs to a commitment number")
        return self

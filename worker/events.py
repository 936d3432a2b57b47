"""Events: one CloudEvent 1.0 for each decision, made from values alone. The same decision gives the same bytes.

Contract: topic exchange `invoice.events`, routing key = type, JSON in structured mode. `worker.wire` has the shapes,
`worker/schemas` their JSON Schemas.
"""

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any, NamedTuple

from rules.decide import Candidate, Decision, Outcome, severity_in
from rules.findings import Finding
from rules.model import Amount, Invoice, Text
from rules.sentences import Sentences
from worker.wire import decisions, disclosure, envelopes, parts
from worker.wire.fields import EVENT_MEDIA_TYPE, LONGEST_TEXT

CONTENT_TYPE = EVENT_MEDIA_TYPE
DEFAULT_SOURCE = "/aiguilleur"
_NAMESPACE = uuid.UUID("5e8f1c5a-2f0b-4b0e-9d53-6a1d0d1f7c21")  # never changes: consumers drop repeats by these ids


@dataclass(frozen=True, slots=True)
class Event:
    """An event ready for the outbox: `body` is the CloudEvent as JSON text, to be sent as it is in UTF-8."""

    id: str
    type: str
    subject: str
    body: str
    traceparent: str | None = None  # of the decision, where that was traced; also in `body`


class Choice(NamedTuple):
    """What a reviewer chose: a commitment by number and fiscal year, a service, or both."""

    commitment_number: str | None
    commitment_year: int | None
    service_code: str | None


class _Kind(NamedTuple):
    envelope: type[envelopes.Envelope]
    data: type[decisions.DecisionData]


_KINDS = {
    Outcome.ROUTED: _Kind(envelopes.InvoiceRouted, decisions.RoutedData),
    Outcome.REVIEW: _Kind(envelopes.InvoiceUnderReview, decisions.ReviewData),
    Outcome.WAITING: _Kind(envelopes.InvoiceWaiting, decisions.WaitingData),
    Outcome.DUPLICATE: _Kind(envelopes.InvoiceRepeated, decisions.DuplicateData),
    Outcome.QUARANTINED: _Kind(envelopes.InvoiceQuarantined, decisions.QuarantinedData),
}
EVENT_TYPES = tuple(envelope.constant("type") for envelope in envelopes.ENVELOPES)


def event_id(invoice_key: str, decision_number: int) -> str:
    """The id of a decision's event (CloudEvents `id`), the same each time it is asked for."""
    return str(uuid.uuid5(_NAMESPACE, f"{invoice_key}/{decision_number}"))


def decision_event(
    *,
    source: str,
    invoice_key: str,
    decision_number: int,
    delivery_id: str,
    document_sha256: str,
    position: int,
    decided_at: dt.datetime,
    first_seen: dt.datetime,
    invoice: Invoice | None,
    decision: Decision,
    fr: Sentences,
    en: Sentences,
    traceparent: str | None = None,
) -> Event:
    """The event of a decision. `invoice` is None where none could be read; `traceparent` is that of the decision."""
    kind = _KINDS[decision.outcome]
    data = kind.data(
        invoice_key=invoice_key,
        decision_number=decision_number,
        decided_at=decided_at,
        delivery_id=delivery_id,
        document=parts.DocumentPlace(sha256=document_sha256, position=position),
        first_seen=first_seen,
        reasons=_reasons(invoice, decision, fr, en),
        invoice=_summary(invoice) if invoice else None,
        sources=_sources(invoice) if invoice else {},
        confidence=_confidence(invoice) if invoice else {},
        **_route(decision),
        **_conclusion(decision),
    )
    return _event(kind.envelope, source, data, traceparent)


def resolved_event(
    *,
    source: str,
    invoice_key: str,
    decision_number: int,
    decided_at: dt.datetime,
    resolved_by: str,
    choice: Choice | None,
    accepted_rank: int | None,
    comment: str | None = None,
) -> Event:
    """The event of a reviewer's decision. `choice` is None where none of what was proposed is right.

    Raises `ValueError` where what the operator gave does not fit the schema.
    """
    chosen = choice or Choice(None, None, None)
    said: dict[str, Any] = {} if comment is None else {"comment": comment}
    data = decisions.ResolvedData(
        invoice_key=invoice_key,
        decision_number=decision_number,
        decided_at=decided_at,
        **chosen._asdict(),
        resolution="chosen" if choice else "none",
        resolved_by=resolved_by,
        accepted_rank=accepted_rank,
        **said,
    )
    return _event(envelopes.ReviewResolved, source, data)


def _event(
    kind: type[envelopes.Envelope], source: str, data: decisions.Numbered, traceparent: str | None = None
) -> Event:
    traced: dict[str, Any] = {} if traceparent is None else {"traceparent": traceparent}
    event = kind(
        specversion="1.0",
        id=event_id(data.invoice_key, data.decision_number),
        source=source,
        type=kind.constant("type"),
        subject=data.invoice_key,
        time=data.decided_at,
        datacontenttype="application/json",
        dataschema=kind.constant("dataschema"),
        data=data,
        **traced,
    )
    return Event(event.id, event.type, event.subject, event.model_dump_json(exclude_unset=True), traceparent)


def _route(decision: Decision) -> dict[str, Any]:
    commitment = decision.commitment
    return {
        "recipient_siret": decision.recipient_siret,
        "service_code": decision.service_code,
        "commitment_number": commitment.number if commitment else None,
        "commitment_year": commitment.fiscal_year if commitment else None,
        "commitments": tuple(
            parts.CommitmentRef(number=c.number, fiscal_year=c.fiscal_year, service_code=c.service_code)
            for c in decision.commitments
        ),
        "labels": decision.labels,
        "match_rung": decision.match_rung.value if decision.match_rung else None,
        "candidates": tuple(_candidate(candidate) for candidate in decision.candidates),
        "destination": decision.destination,
        "linked_to": decision.linked_to,
    }


def _conclusion(decision: Decision) -> dict[str, Any]:
    return {
        "outcome": decision.outcome,
        "reason": decision.reason.value,
        "warnings": tuple(code.value for code in decision.warnings),
        "review_queue": decision.review_queue,
        "proposed_action": decision.proposed_action,
        "portal_reason": decision.portal_reason,
        "payment_deadline": decision.payment_deadline,
        "waiting_until": decision.waiting_until,
        "policy_version": decision.policy_version,
        "reference_as_of": decision.reference_as_of,
    }


def _reasons(invoice: Invoice | None, decision: Decision, fr: Sentences, en: Sentences) -> tuple[parts.Reason, ...]:
    private = disclosure.names_private_person(invoice, decision)

    def told(finding: Finding) -> parts.Reason:
        shown = disclosure.shown(finding, private=private)
        severity = severity_in(decision, finding.code)
        values = dict(shown.values)
        return parts.Reason(
            code=finding.code.value, severity=severity, values=values, fr=fr.say(shown), en=en.say(shown)
        )

    return tuple(told(finding) for finding in decision.findings)


def _candidate(candidate: Candidate) -> parts.Candidate:
    return parts.Candidate(
        number=candidate.number,
        fiscal_year=candidate.fiscal_year,
        recipient_siret=candidate.recipient_siret,
        service_code=candidate.service_code,
        points=candidate.points,
        rank=candidate.rank,
        evidence=tuple(parts.Evidence(code=code, points=points) for code, points in candidate.evidence),
        refused_by=candidate.refused_by.value,
    )


_TEXTS = (
    *("invoice_number", "invoice_type", "billing_framework", "currency", "contract_number", "original_invoice_number"),
    "portal_invoice_id",
)
_AMOUNTS = ("amount_excl_tax", "amount_tax", "amount_incl_tax", "amount_due")
_SOURCES = (*_TEXTS, *_AMOUNTS, "issue_date", "supplier_id", "recipient_siret", "service_code", "commitment_number")


def _summary(invoice: Invoice) -> parts.InvoiceSummary:
    return parts.InvoiceSummary(
        issue_date=invoice.issue_date.value if invoice.issue_date else None,
        supplier_id=_bounded(disclosure.supplier_id(invoice)),
        supplier_id_type=_bounded(invoice.supplier_id_type),
        syntax=invoice.syntax.value,
        profile=_bounded(invoice.profile),
        **{name: _text(getattr(invoice, name)) for name in _TEXTS},
        **{name: _amount(getattr(invoice, name)) for name in _AMOUNTS},
    )


def _sources(invoice: Invoice) -> dict[str, str]:
    fields = ((name, getattr(invoice, name)) for name in _SOURCES)
    return {name: disclosure.place(field.source) for name, field in fields if field is not None}


def _confidence(invoice: Invoice) -> dict[str, float]:
    """Of each guess among the fields that have a source; what was only assumed has none."""
    fields = ((name, getattr(invoice, name)) for name in _SOURCES)
    return {name: f.seen.confidence for name, f in fields if f is not None and f.seen is not None}


def _text(field: Text | None) -> str | None:
    return _bounded(field.value) if field else None


def _bounded(text: str | None) -> str | None:
    """A text too long to be an identifier is left out: cut, it would be another identifier."""
    return text if text and len(text) <= LONGEST_TEXT else None


def _amount(field: Amount | None) -> str | None:
    return format(field.value, "f") if field and field.value is not None else None

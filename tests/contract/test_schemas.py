"""The published JSON Schemas: they are valid, they are what the models give, and they refuse what breaks a rule."""

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from tests.contract import examples
from worker.contracts import __main__ as command
from worker.contracts.files import held, made, schema
from worker.events import EVENT_TYPES
from worker.messages import parse
from worker.wire.envelopes import ENVELOPES

EVENTS = {kind: json.loads(event.body) for kind, event in examples.events().items()}
RECEIVED = "invoice.received.v1"
ROUTED, REVIEW, WAITING = "invoice.routed.v1", "invoice.review.v1", "invoice.waiting.v1"
DUPLICATE, QUARANTINED = "invoice.duplicate.v1", "invoice.quarantined.v1"
RESOLVED = "invoice.review-resolved.v1"


def valid(kind: str, content: Any) -> bool:
    """Whether the published schema of a type admits this."""
    return Draft202012Validator(schema(kind)).is_valid(content)


def test_files_follow_from_models():
    """The files in the tree are exactly what the models give."""
    assert held() == made(), "run python -m worker.contracts --write"


def test_check_tells_a_difference(monkeypatch, capsys):
    """`--check` succeeds on equal files, and names each file that is missing, differs or belongs to no model."""
    assert command.main(["--check"]) == 0
    files = {**held(), "stray.json": "{}", f"{ROUTED}.json": "{}"}
    del files["asyncapi.json"]
    monkeypatch.setattr(command, "held", lambda: files)
    assert command.main(["--check"]) == 1
    told = capsys.readouterr().err
    assert all(name in told for name in ("stray.json", f"{ROUTED}.json", "asyncapi.json"))
    assert len(told.splitlines()) == 3


def test_write_repairs(monkeypatch, tmp_path):
    """`--write` writes what is missing, takes away what belongs to no model, and leaves nothing to tell."""
    folder = tmp_path / "schemas"
    folder.mkdir()
    (folder / "stray.json").write_text("{}")
    monkeypatch.setattr(command, "held", lambda: {f.name: f.read_text(encoding="utf-8") for f in folder.iterdir()})
    monkeypatch.setattr(command.worker, "__file__", str(tmp_path / "__init__.py"))
    assert command.main(["--write"]) == 0
    assert command.differences() == ()


@pytest.mark.parametrize("kind", [*EVENT_TYPES, RECEIVED])
def test_schema_is_valid(kind):
    """Each schema is valid JSON Schema 2020-12, named by its type, and says what it and its fields are."""
    published = schema(kind)
    Draft202012Validator.check_schema(published)
    assert published["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert published["$id"] == f"urn:aiguilleur:schema:{kind}"
    assert published["title"]
    assert published["description"]
    for name, part in published["$defs"].items():
        fields = part.get("properties", {})
        assert all(field.get("description") for field in fields.values()), name


@pytest.mark.parametrize("kind", EVENT_TYPES)
def test_examples_are_valid(kind):
    """An event of each type fits the schema of its type, and of no other."""
    assert [other for other in EVENT_TYPES if valid(other, EVENTS[kind])] == [kind]


@pytest.mark.parametrize("envelope", ENVELOPES)
def test_dataschema_names_the_schema_of_data(envelope):
    """`dataschema` points into the published schema, at a definition that `data` fits (CloudEvents 1.0)."""
    event = EVENTS[envelope.constant("type")]
    identity, _, pointer = event["dataschema"].partition("#")
    published = schema(event["type"])
    assert published["$id"] == identity
    validator = Draft202012Validator({"$ref": f"#{pointer}", "$defs": published["$defs"]})
    validator.validate(event["data"])
    assert not validator.is_valid({})


def test_all_decisions_share_their_fields():
    """The five decision events have the same fields, all always present, so that a consumer reads them alike."""
    fields = {tuple(EVENTS[kind]["data"]) for kind in (ROUTED, REVIEW, WAITING, DUPLICATE, QUARANTINED)}
    assert len(fields) == 1
    for kind in (ROUTED, REVIEW, WAITING, DUPLICATE, QUARANTINED):
        definition = schema(kind)["$defs"][EVENTS[kind]["dataschema"].rpartition("/")[2]]
        assert set(definition["required"]) == set(*fields)


BROKEN = [
    # the envelope
    (ROUTED, "id", ...),
    (ROUTED, "id", "1"),
    (ROUTED, "id", "5E8F1C5A-2F0B-5B0E-9D53-6A1D0D1F7C21"),
    (ROUTED, "id", "5e8f1c5a-2f0b-4b0e-9d53-6a1d0d1f7c21"),  # version 4 is chance: a repeat would not be known
    (ROUTED, "source", ...),
    (ROUTED, "source", ""),
    (ROUTED, "specversion", "0.3"),
    (ROUTED, "type", "invoice.routed.v2"),
    (ROUTED, "subject", ...),
    (ROUTED, "time", "2026-11-24"),
    (ROUTED, "time", "2026-11-24T09:00:00+01:00"),
    (ROUTED, "datacontenttype", "text/json"),
    (ROUTED, "dataschema", "urn:aiguilleur:schema:invoice.review.v1#/$defs/ReviewData"),
    (ROUTED, "data", ...),
    (ROUTED, "unknown", 1),
    (ROUTED, "traceparent", None),
    (ROUTED, "traceparent", "00-0AF7651916CD43DD8448EB211C80319C-B7AD6B7169203331-01"),
    (ROUTED, "traceparent", "01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"),
    # what all decisions share
    (ROUTED, "data.unknown", 1),
    (ROUTED, "data.policy_version", ...),
    (ROUTED, "data.labels", ...),
    (ROUTED, "data.decision_number", -1),
    (ROUTED, "data.decision_number", "0"),
    (ROUTED, "data.document.sha256", "A" * 64),
    (ROUTED, "data.document.position", -1),
    (ROUTED, "data.reason", "ok"),
    (ROUTED, "data.reasons", []),
    (ROUTED, "data.reasons.0.severity", "fatal"),
    (ROUTED, "data.reasons.0.fr", ...),
    (ROUTED, "data.reasons.0.values", {"count": 2}),
    (ROUTED, "data.proposed_action", "refuse"),
    (ROUTED, "data.payment_deadline", None),
    (ROUTED, "data.decided_at", "2026-11-24T08:00:00"),
    (ROUTED, "data.commitment_year", "2026"),
    (ROUTED, "data.commitments.0.fiscal_year", ...),
    (ROUTED, "data.invoice.amount_incl_tax", 1200.0),
    (ROUTED, "data.invoice.amount_incl_tax", "1.2e3"),
    (ROUTED, "data.invoice.amount_incl_tax", "1 200,00"),
    (ROUTED, "data.invoice.amount_incl_tax", "NaN"),
    (ROUTED, "data.invoice.invoice_number", "9" * 501),
    (ROUTED, "data.invoice.supplier_name", "Jeanne Durand"),
    (REVIEW, "data.candidates.0.points", "65"),
    (REVIEW, "data.candidates.0.rank", 0),
    (REVIEW, "data.candidates.0.evidence.0.unknown", 1),
    # what each type narrows
    (ROUTED, "data.outcome", "REVIEW"),
    (ROUTED, "data.recipient_siret", None),
    (ROUTED, "data.service_code", None),  # and no destination either
    (ROUTED, "data.review_queue", "finance"),
    (ROUTED, "data.invoice", None),
    (REVIEW, "data.outcome", "ROUTED"),
    (REVIEW, "data.review_queue", None),
    (REVIEW, "data.review_queue", "nobody"),
    (REVIEW, "data.waiting_until", "2026-11-24T08:00:00Z"),
    (WAITING, "data.waiting_until", None),
    (WAITING, "data.outcome", "waiting"),
    (DUPLICATE, "data.linked_to", None),
    (DUPLICATE, "data.outcome", "ROUTED"),
    (QUARANTINED, "data.outcome", "DUPLICATE"),
    (QUARANTINED, "data.invoice", ...),
    (RESOLVED, "data.resolution", "perhaps"),
    (RESOLVED, "data.resolution", "none"),  # though a choice is given
    (RESOLVED, "data.resolved_by", ""),
    (RESOLVED, "data.resolved_by", ...),
    (RESOLVED, "data.accepted_rank", 0),
    (RESOLVED, "data.comment", None),
    (RESOLVED, "data.comment", "x" * 2001),
    (RESOLVED, "data.outcome", "ROUTED"),
]


@pytest.mark.parametrize(("kind", "path", "value"), BROKEN)
def test_broken_events_are_refused(kind, path, value):
    """An event that breaks one rule does not fit its schema."""
    assert not valid(kind, examples.spoiled(EVENTS[kind], path, value))


@pytest.mark.parametrize("kind", EVENT_TYPES)
def test_an_event_may_name_its_trace(kind):
    """The Distributed Tracing extension fits every type of event."""
    traced = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    assert valid(kind, {**EVENTS[kind], "traceparent": traced})


def test_destination_replaces_service():
    """A routed invoice may go to a destination instead of a service."""
    other = examples.spoiled(EVENTS[ROUTED], "data.service_code", None)
    assert valid(ROUTED, examples.spoiled(other, "data.destination", "already_paid"))


def test_received_schema_admits_both_forms():
    """A message fits the schema as plain JSON and as a CloudEvent, and what `encode` writes fits as well."""
    assert valid(RECEIVED, examples.delivery())
    assert valid(RECEIVED, examples.delivery_event())
    assert parse(json.dumps(examples.delivery_event()).encode(), None).delivery_id == "chorus-pro:4712"

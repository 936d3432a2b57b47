"""The trace of a delivery over time: an attempt that fails, an invoice that waits, on SQLite and on PostgreSQL."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.app import ListPublisher, started
from tests.manifest import CASES, NOW
from tests.services.otlp import Collector
from worker.bootstrap import Embedded
from worker.document import Document
from worker.errors import TransientError
from worker.ports import DocumentStore, StoredDocument
from worker.queueing.relay import drain
from worker.service.otel import SpanTracing, exporting_spans
from worker.store import decisions
from worker.store.engine import reading
from worker.store.inbox import Delivery
from worker.tracing import CARRIED, Carried

CASE = next(case for case in CASES if case.id == "credit-note-inherits")
INVOICE, CREDIT_NOTE = CASE.files
GIVEN = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
OTHER = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


class AwayOnce:
    """A document store that is away the first time it is asked for a document."""

    def __init__(self, documents: DocumentStore) -> None:
        self._documents = documents
        self._is_away = True

    def keep(self, path: Path) -> StoredDocument:
        """Keep a document."""
        return self._documents.keep(path)

    def open(self, stored: StoredDocument) -> Document:
        """Be away, or open it."""
        if self._is_away:
            self._is_away = False
            raise TransientError("away")
        return self._documents.open(stored)


@pytest.fixture
def collector(monkeypatch: pytest.MonkeyPatch) -> Iterator[Collector]:
    """A collector that the environment names."""
    with Collector() as running:
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", running.url)
        yield running


@pytest.fixture
def app(store_url: str) -> Iterator[Embedded]:
    """The application with reference data."""
    with started(CASE.reference, database=store_url) as made:
        yield made


def _traced(app: Embedded, tracing: SpanTracing) -> Embedded:
    return replace(app, pipeline=replace(app.pipeline, tracing=tracing))


def _receive(app: Embedded, file: Path, delivery_id: str, traceparent: str) -> str:
    delivery = Delivery(
        delivery_id=delivery_id, source="test", document=app.documents.keep(file), media_type="application/xml",
        received_at=NOW, traceparent=traceparent,
    )  # fmt: skip
    assert app.pipeline.receive(delivery)
    return delivery_id


def test_an_invoice_that_waited_ends_in_its_own_trace(app: Embedded, collector: Collector) -> None:
    """What it waited for came in another trace; both decisions on it, and their events, belong to its own."""
    publisher = ListPublisher()
    with exporting_spans("rabbitmq") as tracing:
        traced = _traced(app, tracing)
        traced.pipeline.process(_receive(traced, CREDIT_NOTE, "d-1", GIVEN))
        traced.pipeline.process(_receive(traced, INVOICE, "d-2", OTHER))
        with reading(app.engine) as connection:
            (key,) = decisions.waiting(connection)
        settled = traced.pipeline.settle(key)
    assert settled is not None
    assert settled.outcome == "ROUTED"
    drain(app.engine, publisher, app.pipeline.clock)
    own = [event for event in publisher.events if event.subject == key]
    assert [json.loads(event.body)["traceparent"] for event in own] == [event.traceparent for event in own]
    (waited,) = [span for span in collector.named("process") if span.trace_id == GIVEN.split("-")[1]]
    (ended,) = collector.named("settle")
    assert [event.traceparent for event in own] == [waited.traceparent, ended.traceparent]
    assert waited.parent_id == ended.parent_id == GIVEN.split("-")[2]
    assert [event["aiguilleur.outcome"] for span in (waited, ended) for _, event in span.events] == [
        "WAITING",
        "ROUTED",
    ]


def test_an_attempt_that_failed_stands_beside_the_one_that_did_not(app: Embedded, collector: Collector) -> None:
    """Both hang under the same parent; the failed one says why by a code, and has no stage that did not end."""
    with exporting_spans("rabbitmq") as tracing:
        traced = _traced(app, tracing)
        delivery_id = _receive(traced, INVOICE, "d-1", OTHER)
        pipeline = replace(traced.pipeline, documents=AwayOnce(app.documents))
        CARRIED.set(Carried("q", "m", 1, GIVEN))
        with pytest.raises(TransientError):
            pipeline.process(delivery_id)
        CARRIED.set(Carried("q", "m", 2, GIVEN))
        pipeline.process(delivery_id)
        CARRIED.set(None)
    failed, done = collector.named("process q")
    assert [(span.failed, span.attributes.get("error.type")) for span in (failed, done)] == [
        (True, "TRANSIENT"),
        (False, None),
    ]
    assert [span.attributes["aiguilleur.attempt"] for span in (failed, done)] == [1, 2]
    assert failed.parent_id == done.parent_id == GIVEN.split("-")[2]
    children = [span.name for span in collector.spans if span.parent_id in {failed.span_id, done.span_id}]
    assert set(children) == {"extract", "snapshot", "assess", "record"}
    assert failed.span_id not in {span.parent_id for span in collector.spans}

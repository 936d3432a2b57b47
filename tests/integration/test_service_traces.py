"""Traces of the real service, as a real collector gets them over OTLP."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from tests.invoices import numbered
from tests.running import AUDIT, Place, Served, eventually, place
from tests.services.otlp import Collector, Told
from tests.services.postgres import PostgreSQL
from tests.services.rabbitmq import RabbitMQ
from worker.contracts.files import schema as published
from worker.queueing import topology
from worker.store import schema

RECEIVE, QUEUE, PROCESS = "process invoices.received", "send invoices.process", "process invoices.process"
PUBLISH = "publish invoice.events:"
STAGES = {"extract", "snapshot", "assess", "record"}
GIVEN = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
OTHER = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


@pytest.fixture
def somewhere(rabbitmq: RabbitMQ, postgres: PostgreSQL, tmp_path: Path) -> Iterator[Place]:
    """An empty virtual host and database with reference data."""
    with place(rabbitmq.fresh_vhost(), postgres.fresh_database(), tmp_path) as made:
        yield made


@pytest.fixture
def collector() -> Iterator[Collector]:
    """A collector that listens."""
    with Collector() as running:
        yield running


def _traced(somewhere: Place, collector: Collector, **more: str) -> dict[str, str]:
    return somewhere.environment(
        OTEL_EXPORTER_OTLP_ENDPOINT=collector.url, OTEL_BSP_SCHEDULE_DELAY="200", OTEL_EXPORTER_OTLP_TIMEOUT="1", **more
    )


def _through(somewhere: Place, deliveries: int) -> None:
    eventually(
        lambda: (
            somewhere.count(schema.deliveries) == deliveries and somewhere.unfinished() == 0 and somewhere.unsent() == 0
        )
    )


def _published(collector: Collector) -> list[Told]:
    return [span for span in list(collector.spans) if span.name.startswith(PUBLISH)]


def _event_of(spans: list[Told], events: dict[str, tuple[Any, Any]]) -> tuple[Told, Any, Any]:
    (sent,) = [span for span in spans if span.name.startswith(PUBLISH)]
    properties, body = events[sent.attributes["messaging.message.id"]]
    return sent, properties, body


def _only(spans: list[Told], name: str) -> Told:
    (found,) = [span for span in spans if span.name == name]
    return found


def test_one_trace_goes_from_the_intake_to_the_confirmed_event(somewhere: Place, collector: Collector) -> None:
    """It begins where the message says, by header or as a CloudEvent, and each step hangs under the one before."""
    served = somewhere.serve(environment=_traced(somewhere, collector))
    served.wait_ready()
    somewhere.send(somewhere.announce(numbered(1), "d-1"), headers={"traceparent": GIVEN})
    event = {"specversion": "1.0", "id": "1", "source": "/x", "type": "invoice.received.v1", "traceparent": OTHER}
    event["data"] = json.loads(somewhere.announce(numbered(2), "d-2"))
    somewhere.send(json.dumps(event).encode(), content_type="application/cloudevents+json")
    somewhere.send(somewhere.announce(numbered(3), "d-3"), headers={"traceparent": "rubbish"})
    _through(somewhere, 3)
    eventually(lambda: len(_published(collector)) == 3)
    assert served.stop() == 0
    events = {properties.message_id: (properties, json.loads(body)) for properties, body in somewhere.taken(AUDIT)}
    traces = {span.trace_id: [s for s in collector.spans if s.trace_id == span.trace_id] for span in collector.spans}
    assert len(traces) == 3
    parents = {_only(spans, RECEIVE).parent_id for spans in traces.values()}
    assert parents == {GIVEN.split("-")[2], OTHER.split("-")[2], ""}
    assert {GIVEN.split("-")[1], OTHER.split("-")[1]} < set(traces)
    for spans in traces.values():
        receive, queue, process = (_only(spans, name) for name in (RECEIVE, QUEUE, PROCESS))
        sent, properties, body = _event_of(spans, events)
        assert (queue.parent_id, process.parent_id) == (receive.span_id, queue.span_id)
        assert {s.name for s in spans if s.parent_id == process.span_id} == STAGES | {sent.name}
        assert (receive.kind, queue.kind, process.kind, sent.kind) == ("CONSUMER", "PRODUCER", "CONSUMER", "PRODUCER")
        assert body["traceparent"] == process.traceparent
        assert properties.headers["traceparent"] == sent.traceparent
        Draft202012Validator(published(body["type"])).validate(body)
        said = {"aiguilleur.outcome": body["data"]["outcome"], "aiguilleur.reason": body["data"]["reason"]}
        assert process.events == [("invoice_decided", {**said, "cloudevents.event_id": body["id"]})]
        assert {span.service for span in spans} == {"aiguilleur"}
        assert not any(span.failed for span in spans)
        assert sent.began >= max(span.ended for span in spans if span.name in STAGES)


def test_the_log_names_the_trace(somewhere: Place, collector: Collector) -> None:
    """The line of a decision has the id under which its trace is found."""
    served = somewhere.serve(environment=_traced(somewhere, collector))
    served.wait_ready()
    somewhere.send(somewhere.announce(numbered(1), "d-1"), headers={"traceparent": GIVEN})
    _through(somewhere, 1)
    assert [line["trace_id"] for line in served.logged("invoice_decided")] == [GIVEN.split("-")[1]]
    assert [line["trace_id"] for line in served.logged("delivery_received")] == [GIVEN.split("-")[1]]


def test_attributes_are_names_and_codes(somewhere: Place, collector: Collector) -> None:
    """They come from a closed list, and no value holds anything of a document or its id."""
    served = somewhere.serve(environment=_traced(somewhere, collector))
    served.wait_ready()
    somewhere.send(somewhere.announce(numbered(1), "the-id-of-the-sender"))
    somewhere.send(somewhere.announce(b"no invoice at all", "another-id"))
    _through(somewhere, 2)
    eventually(lambda: len(_published(collector)) == 2)
    messaging = {f"messaging.{name}" for name in ("system", "destination.name", "operation.name", "operation.type")}
    messaging |= {"messaging.message.id", "messaging.rabbitmq.destination.routing_key"}
    own = {"aiguilleur.attempt", "aiguilleur.outcome", "aiguilleur.reason", "cloudevents.event_id"}
    told = [span.attributes for span in collector.spans] + [a for s in collector.spans for _, a in s.events]
    assert set().union(*told) == messaging | own
    values = " ".join(str(value) for attributes in told for value in attributes.values())
    data = [json.loads(body)["data"] for _, body in somewhere.taken(AUDIT)]
    (invoice,) = [event["invoice"] for event in data if event["invoice"]]
    private = [invoice["invoice_number"], invoice["supplier_id"], "the-id-of-the-sender", "another-id"]
    private += [event["recipient_siret"] for event in data if event["recipient_siret"]]
    assert all(private)
    assert [value for value in private if value in values] == []


def test_what_the_sweeper_queues_goes_on_with_its_trace(somewhere: Place, collector: Collector) -> None:
    """The queue was lost with its messages and the process ended: the row of the inbox still has the trace."""
    intake = somewhere.serve("--role", "intake", environment=_traced(somewhere, collector))
    intake.wait_ready()
    somewhere.send(somewhere.announce(numbered(1), "d-1"), headers={"traceparent": GIVEN})
    eventually(lambda: somewhere.ready(topology.PROCESS) == 1)
    assert intake.stop() == 0
    assert len(somewhere.taken(topology.PROCESS)) == 1
    quick = _traced(somewhere, collector, AIGUILLEUR_STUCK_MINUTES="0.01", AIGUILLEUR_SWEEP_SECONDS="0.2")
    rest = somewhere.serve("--role", "sweeper,worker,relay", environment=quick)
    rest.wait_ready()
    _through(somewhere, 1)
    eventually(lambda: len(_published(collector)) == 1)
    assert len(rest.logged("delivery_swept")) >= 1
    assert {span.trace_id for span in collector.spans} == {GIVEN.split("-")[1]}
    receive, process = (_only(collector.spans, name) for name in (RECEIVE, PROCESS))
    assert process.parent_id == receive.span_id
    assert _published(collector)[0].parent_id == process.span_id


def test_a_worker_that_does_not_trace_passes_nothing_on(somewhere: Place) -> None:
    """Without an endpoint, rows and events are as they would be without the column."""
    served = somewhere.serve()
    served.wait_ready()
    somewhere.send(somewhere.announce(numbered(1), "d-1"), headers={"traceparent": GIVEN})
    _through(somewhere, 1)
    ((properties, body),) = somewhere.taken(AUDIT)
    assert "traceparent" not in json.loads(body)
    assert not properties.headers
    assert somewhere.count(schema.deliveries, schema.deliveries.c.traceparent.is_(None)) == 1


def test_a_file_of_embedded_mode_is_traced_as_well(collector: Collector, tmp_path: Path) -> None:
    """From the drop folder to the file of the event, with the same stages."""
    environment = {
        **os.environ,
        "AIGUILLEUR_DATA_DIR": str(tmp_path / "data"),
        "AIGUILLEUR_DROP_DIR": str(tmp_path / "drop"),
        "AIGUILLEUR_EVENTS_DIR": str(tmp_path / "events"),
        "AIGUILLEUR_METRICS_ADDRESS": "127.0.0.1:0",
        "OTEL_EXPORTER_OTLP_ENDPOINT": collector.url,
    }
    (tmp_path / "drop").mkdir()
    (tmp_path / "drop" / "a.xml").write_bytes(numbered(1))
    log = tmp_path / "log"
    with log.open("wb") as out:
        command = [sys.executable, "-m", "worker", "serve", "--embedded"]
        served = Served(log, subprocess.Popen(command, env=environment, stdout=out, stderr=out))
    try:
        eventually(lambda: len(list((tmp_path / "events").glob("*.json"))) == 1)
        assert served.stop() == 0
    finally:
        served.process.kill()
        served.process.wait(30)
    take, queue, process, write = (_only(collector.spans, name) for name in ("take", QUEUE, PROCESS, "write"))
    assert (take.parent_id, queue.parent_id, process.parent_id) == ("", take.span_id, queue.span_id)
    assert {s.name for s in collector.spans if s.parent_id == process.span_id} == STAGES | {"write"}
    (event,) = (json.loads(file.read_text(encoding="utf-8")) for file in (tmp_path / "events").glob("*.json"))
    assert event["traceparent"] == process.traceparent
    assert write.attributes == {"cloudevents.event_id": event["id"]}
    assert process.attributes["messaging.system"] == "dramatiq"


def test_a_collector_that_is_away_or_hangs_holds_up_nobody(somewhere: Place, collector: Collector) -> None:
    """Everything is decided and sent, the loss is told once, the stop is clean; when it is back, spans arrive."""
    small = {"OTEL_BSP_MAX_QUEUE_SIZE": "16", "OTEL_BSP_MAX_EXPORT_BATCH_SIZE": "8"}
    collector.stop()
    served = somewhere.serve(environment=_traced(somewhere, collector, **small))
    served.wait_ready()
    for number in range(10):
        somewhere.send(somewhere.announce(numbered(number), f"d-{number}"))
    _through(somewhere, 10)
    eventually(lambda: bool(served.logged("traces_lost")))
    assert served.answer("/readyz")[0] == 200
    collector.start()
    somewhere.send(somewhere.announce(numbered(10), "d-10"))
    eventually(lambda: bool(served.logged("traces_sent_again")))
    assert collector.spans
    assert len(served.logged("traces_lost")) == 1
    with collector.hanging():
        before = collector.requests
        for number in range(11, 30):
            somewhere.send(somewhere.announce(numbered(number), f"d-{number}"))
        _through(somewhere, 30)
        assert collector.requests > before
        assert served.stop() == 0
    assert len(somewhere.taken(AUDIT)) == 30

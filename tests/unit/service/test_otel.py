"""Spans as a collector gets them: what a failure says, whose child a span is, and what a slow collector changes."""

import threading
from collections.abc import Iterator

import pytest

from tests.services.otlp import Collector
from worker.errors import DocumentMissing
from worker.service.otel import SENDING, exporting_spans
from worker.tracing import CARRIED, Carried, Step

GIVEN = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
OTHER = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
UNSAMPLED = f"{GIVEN[:-2]}00"


@pytest.fixture
def collector(monkeypatch: pytest.MonkeyPatch) -> Iterator[Collector]:
    """A collector that the environment names."""
    with Collector() as running:
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", running.url)
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_TIMEOUT", "1")
        yield running


@pytest.mark.parametrize(
    ("error", "code"), [(DocumentMissing("FA-2026-0001"), "DOCUMENT_MISSING"), (KeyError("FA-2026-0001"), "KeyError")]
)
def test_a_failure_is_told_by_its_code(collector: Collector, error: Exception, code: str) -> None:
    """The span has failed; neither the text of the error nor its traceback, which may quote a document, is sent."""
    with exporting_spans("rabbitmq") as tracing, pytest.raises(type(error)), tracing.span(Step.SETTLE):
        raise error
    (span,) = collector.spans
    assert (span.failed, span.attributes, span.events) == (True, {"error.type": code}, [])


def test_the_parent_of_a_span(collector: Collector) -> None:
    """The message comes before the row, the row before nothing; stages and queueing hang under the step at hand."""
    with exporting_spans("rabbitmq") as tracing:
        token = CARRIED.set(Carried("q", "m-1", 2, GIVEN))
        with tracing.span(Step.PROCESS, parent=lambda: OTHER):
            tracing.stage("extract", 0.5)
        CARRIED.reset(token)
        with tracing.span(Step.SETTLE, parent=lambda: OTHER), tracing.span(Step.QUEUE, "q"):
            pass
        with tracing.span(Step.RECEIVE, "r", parent=lambda: None):
            pass
    (process,), (stage,) = collector.named("process q"), collector.named("extract")
    assert (process.parent_id, stage.parent_id) == (GIVEN.split("-")[2], process.span_id)
    assert stage.ended - stage.began == 500_000_000
    assert process.attributes["aiguilleur.attempt"] == 2
    (settle,), (queue,) = collector.named("settle"), collector.named("send q")
    assert (settle.parent_id, queue.parent_id) == (OTHER.split("-")[2], settle.span_id)
    assert collector.named("process r")[0].parent_id == ""


def test_what_is_queued_outside_of_a_trace_begins_none(collector: Collector) -> None:
    """The sweeper has no step at hand: the worker takes the trace of the row."""
    with exporting_spans("rabbitmq") as tracing, tracing.span(Step.QUEUE, "q") as own:
        assert own is None
    assert collector.spans == []


def test_a_sender_that_does_not_sample_is_followed(collector: Collector) -> None:
    """Its trace goes on in what is passed on, unsampled, and no span is sent."""
    with exporting_spans("rabbitmq") as tracing, tracing.span(Step.RECEIVE, "q", parent=lambda: UNSAMPLED) as own:
        assert own is not None
        assert own.split("-")[1::2] == UNSAMPLED.split("-")[1::2]
        assert tracing.current() == own
    assert collector.spans == []


def test_the_name_of_the_service_can_be_given(collector: Collector, monkeypatch: pytest.MonkeyPatch) -> None:
    """`OTEL_SERVICE_NAME` and `OTEL_RESOURCE_ATTRIBUTES` are followed."""
    for variable, value in (("OTEL_RESOURCE_ATTRIBUTES", "service.name=one"), ("OTEL_SERVICE_NAME", "two")):
        monkeypatch.setenv(variable, value)
        with exporting_spans("rabbitmq") as tracing, tracing.span(Step.SETTLE):
            pass
    assert [span.service for span in collector.spans] == ["one", "two"]


def test_a_full_queue_drops_spans_and_does_not_wait(collector: Collector, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten thousand spans pass while the collector answers nobody, and so does the end of the process."""
    for variable, value in (("BSP_MAX_QUEUE_SIZE", "64"), ("BSP_MAX_EXPORT_BATCH_SIZE", "32")):
        monkeypatch.setenv(f"OTEL_{variable}", value)
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_TIMEOUT", "20")
    with collector.hanging():
        with exporting_spans("rabbitmq") as tracing:
            for _ in range(10_000):
                with tracing.span(Step.SETTLE):
                    pass
        (sending,) = [thread for thread in threading.enumerate() if thread.name == SENDING]
        assert sending.is_alive()  # nobody waits for it any more
    sending.join(20)
    assert 0 < len(collector.spans) <= 64 + 3 * 32

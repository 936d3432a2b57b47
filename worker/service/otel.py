"""Spans to an OTLP/HTTP collector, after the semantic conventions of OpenTelemetry for messaging and RabbitMQ.

Attributes are identifiers of messages and events, outcomes, reasons and codes of errors: nothing of a document. Spans
wait in a bounded queue and are sent by a thread of their own; with the collector away the oldest are dropped, and the
work goes on.
"""

import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from threading import Thread
from typing import NamedTuple

import structlog
from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import SERVICE_NAME, SERVICE_VERSION, Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.trace import NonRecordingSpan, Span, SpanContext, SpanKind, StatusCode, TraceFlags
from structlog.contextvars import bound_contextvars

from worker import __version__
from worker.metrics import reason_of
from worker.tracing import CARRIED, Step

log = structlog.get_logger(__name__)

DEFAULT_SERVICE_NAME = "aiguilleur"
FLUSH_SECONDS = 2.0  # at the end of the process, whatever the collector does
SENDING = "traces"  # the thread that sends what is left
_SCOPE = "aiguilleur"


class _Shape(NamedTuple):
    """How a step looks: the kind of its span, and `messaging.operation.name` and `.type` where it is messaging."""

    kind: SpanKind
    operation: str | None = None
    type: str | None = None


_SHAPES = {
    Step.RECEIVE: _Shape(SpanKind.CONSUMER, "process", "process"),
    Step.TAKE: _Shape(SpanKind.INTERNAL),
    Step.QUEUE: _Shape(SpanKind.PRODUCER, "send", "send"),
    Step.PROCESS: _Shape(SpanKind.CONSUMER, "process", "process"),
    Step.SETTLE: _Shape(SpanKind.INTERNAL),
    Step.PUBLISH: _Shape(SpanKind.PRODUCER, "publish", "send"),
    Step.WRITE: _Shape(SpanKind.INTERNAL),
}


@contextmanager
def exporting_spans(system: str) -> Iterator["SpanTracing"]:
    """Tracing to the collector that the environment names, flushed at the end. `system`: who carries the messages."""
    provider = TracerProvider(resource=_resource(), shutdown_on_exit=False)
    provider.add_span_processor(BatchSpanProcessor(_Telling(OTLPSpanExporter())))
    try:
        yield SpanTracing(provider.get_tracer(_SCOPE, __version__), system)
    finally:
        ending = Thread(target=provider.shutdown, name=SENDING, daemon=True)
        ending.start()
        ending.join(FLUSH_SECONDS)


class SpanTracing:
    """Tells of steps as spans. For any thread."""

    def __init__(self, tracer: trace.Tracer, system: str) -> None:
        self._tracer = tracer
        self._system = system

    @contextmanager
    def span(
        self,
        step: Step,
        place: str = "",
        *,
        parent: Callable[[], str | None] | None = None,
        message_id: str | None = None,
    ) -> Iterator[str | None]:
        """A span around a step. What is queued outside of any trace, by the sweeper, goes on with that of its row."""
        if step is Step.QUEUE and not trace.get_current_span().get_span_context().is_valid:
            yield None
            return
        carried = CARRIED.get() if step is Step.PROCESS else None
        above = (carried.traceparent if carried else None) or (parent() if parent else None)
        if carried is not None:
            place, message_id = carried.queue, carried.message_id
        attributes = self._attributes(_SHAPES[step], place, message_id)
        if carried is not None:
            attributes["aiguilleur.attempt"] = carried.attempt
        shape = _SHAPES[step]
        name = f"{shape.operation} {place}" if shape.operation and place else step.value
        span = self._tracer.start_span(
            name, _context(above), shape.kind, attributes, record_exception=False, set_status_on_exception=False
        )
        own = _traceparent(span.get_span_context())
        with (
            trace.use_span(span, end_on_exit=True, record_exception=False, set_status_on_exception=False),
            bound_contextvars(trace_id=trace.format_trace_id(span.get_span_context().trace_id)),
            _failing(span),
        ):
            yield own

    def stage(self, name: str, seconds: float) -> None:
        """A child of the span at hand that ends now."""
        if trace.get_current_span().is_recording():
            ended = time.time_ns()
            span = self._tracer.start_span(name, start_time=ended - int(seconds * 1e9))
            span.end(ended)

    def decided(self, outcome: str, reason: str, event_id: str) -> None:
        """An event of the span at hand."""
        about = {"aiguilleur.outcome": outcome, "aiguilleur.reason": reason, "cloudevents.event_id": event_id}
        trace.get_current_span().add_event("invoice_decided", about)

    def current(self) -> str | None:
        """The `traceparent` of the span at hand."""
        context = trace.get_current_span().get_span_context()
        return _traceparent(context) if context.is_valid else None

    def _attributes(self, shape: _Shape, place: str, message_id: str | None) -> dict[str, str | int]:
        if shape.operation is None or shape.type is None or not place:
            return {} if message_id is None else {"cloudevents.event_id": message_id}
        told: dict[str, str | int] = {
            "messaging.system": self._system,
            "messaging.destination.name": place,
            "messaging.operation.name": shape.operation,
            "messaging.operation.type": shape.type,
        }
        if message_id is not None:
            told["messaging.message.id"] = message_id
        if self._system == "rabbitmq":
            told["messaging.rabbitmq.destination.routing_key"] = place.partition(":")[2] or place
        return told


class _Telling(SpanExporter):
    """Says in the log, once each time, that traces are lost and that they get through again."""

    def __init__(self, exporter: SpanExporter) -> None:
        self._exporter = exporter
        self._is_failing = False

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Send spans."""
        result = self._exporter.export(spans)
        failed = result is not SpanExportResult.SUCCESS
        if failed and not self._is_failing:
            log.warning("traces_lost", spans=len(spans))
        if self._is_failing and not failed:
            log.info("traces_sent_again")
        self._is_failing = failed
        return result

    def shutdown(self) -> None:
        """Stop, also between two attempts."""
        self._exporter.shutdown()

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        """Nothing is held here."""
        return self._exporter.force_flush(timeout_millis)


@contextmanager
def _failing(span: Span) -> Iterator[None]:
    """Mark a span whose step fails, by the code of the error alone."""
    try:
        yield
    except BaseException as error:
        code = reason_of(error)
        span.set_attribute("error.type", type(error).__name__ if code == "UNEXPECTED" else code)
        span.set_status(StatusCode.ERROR)
        raise


def _context(above: str | None) -> Context | None:
    """The context below a `traceparent` that is well-formed; None: that of the span at hand."""
    if above is None:
        return None
    _, trace_id, span_id, flags = above.split("-")
    parent = SpanContext(int(trace_id, 16), int(span_id, 16), is_remote=True, trace_flags=TraceFlags(int(flags, 16)))
    return trace.set_span_in_context(NonRecordingSpan(parent), Context())


def _traceparent(context: SpanContext) -> str:
    trace_id, span_id = trace.format_trace_id(context.trace_id), trace.format_span_id(context.span_id)
    return f"00-{trace_id}-{span_id}-{context.trace_flags & TraceFlags.SAMPLED:02x}"


def _resource() -> Resource:
    """Who traces: `OTEL_SERVICE_NAME` and `OTEL_RESOURCE_ATTRIBUTES` come before our own name."""
    given = Resource.create({SERVICE_VERSION: __version__})
    is_named = "OTEL_SERVICE_NAME" in os.environ or f"{SERVICE_NAME}=" in os.environ.get("OTEL_RESOURCE_ATTRIBUTES", "")
    return given if is_named else given.merge(Resource({SERVICE_NAME: DEFAULT_SERVICE_NAME}))

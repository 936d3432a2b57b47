"""A collector of traces: takes OTLP over HTTP, reads the protobuf, and keeps the spans."""

import gzip
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Lock, Thread
from typing import Any, Self

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)
from opentelemetry.proto.common.v1.common_pb2 import KeyValue
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status

from tests.services.local import HOST, free_port

PATH = "/v1/traces"


@dataclass(frozen=True)
class Told:
    """A span as it arrived."""

    name: str
    kind: str
    trace_id: str
    span_id: str
    parent_id: str
    attributes: dict[str, Any]
    events: list[tuple[str, dict[str, Any]]]
    failed: bool
    began: int
    ended: int
    service: str

    @property
    def traceparent(self) -> str:
        """The span as W3C Trace Context names it, sampled."""
        return f"00-{self.trace_id}-{self.span_id}-01"


class Collector:
    """A running collector. While it `hangs` it takes requests and answers none."""

    def __init__(self) -> None:
        self.spans: list[Told] = []
        self.requests = 0
        self.port = free_port()
        self._lock = Lock()
        self._answers = Event()
        self._answers.set()
        self._server: ThreadingHTTPServer | None = None

    @property
    def url(self) -> str:
        """What `OTEL_EXPORTER_OTLP_ENDPOINT` names."""
        return f"http://{HOST}:{self.port}"

    def start(self) -> None:
        """Listen, on the port of before."""
        server = ThreadingHTTPServer((HOST, self.port), _handler(self))
        server.daemon_threads = True
        server.block_on_close = False
        Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        self._server = server

    def stop(self) -> None:
        """Refuse connections from now on."""
        self._answers.set()
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    @contextmanager
    def hanging(self) -> Iterator[None]:
        """Answer nobody for a while."""
        self._answers.clear()
        try:
            yield
        finally:
            self._answers.set()

    def take(self, body: bytes) -> None:
        """Keep the spans of a request."""
        request = ExportTraceServiceRequest.FromString(body)
        with self._lock:
            for resource in request.resource_spans:
                service = str(_plain(resource.resource.attributes)["service.name"])
                self.spans += [_told(span, service) for scope in resource.scope_spans for span in scope.spans]

    def wait_to_answer(self) -> None:
        """Hold a request as long as nobody is answered."""
        with self._lock:
            self.requests += 1
        self._answers.wait(60)

    def named(self, name: str) -> list[Told]:
        """The spans of a name."""
        with self._lock:
            return [span for span in self.spans if span.name == name]

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def _handler(collector: Collector) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            collector.wait_to_answer()
            if self.path != PATH or self.headers["Content-Type"] != "application/x-protobuf":
                self.send_error(404)
                return
            collector.take(gzip.decompress(body) if self.headers["Content-Encoding"] == "gzip" else body)
            answer = ExportTraceServiceResponse().SerializeToString()
            self.send_response(200)
            self.send_header("Content-Type", "application/x-protobuf")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    return Handler


def _told(span: Span, service: str) -> Told:
    return Told(
        name=span.name,
        kind=Span.SpanKind.Name(span.kind).removeprefix("SPAN_KIND_"),
        trace_id=span.trace_id.hex(),
        span_id=span.span_id.hex(),
        parent_id=span.parent_span_id.hex(),
        attributes=_plain(span.attributes),
        events=[(event.name, _plain(event.attributes)) for event in span.events],
        failed=span.status.code == Status.STATUS_CODE_ERROR,
        began=span.start_time_unix_nano,
        ended=span.end_time_unix_nano,
        service=service,
    )


def _plain(attributes: Any) -> dict[str, Any]:
    def value(pair: KeyValue) -> Any:
        return getattr(pair.value, pair.value.WhichOneof("value"))

    return {pair.key: value(pair) for pair in attributes}

"""Whether this process traces. OpenTelemetry is an extra (`otel`), imported only where an endpoint is set.

The switch is `OTEL_EXPORTER_OTLP_ENDPOINT`; everything else that OpenTelemetry defines in `OTEL_…` its own SDK reads.
Tracing that cannot be had is told, and never keeps the service from working.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec

import structlog

from worker.settings import Settings
from worker.tracing import NO_TRACING, Tracing

log = structlog.get_logger(__name__)

RABBITMQ, IN_MEMORY = "rabbitmq", "dramatiq"  # `messaging.system`
_NEEDED = ("opentelemetry.sdk", "opentelemetry.exporter.otlp.proto.http")


@contextmanager
def tracing(settings: Settings, system: str) -> Iterator[Tracing]:
    """The tracing of this process; what it still holds at the end is sent within a short time."""
    if not settings.wants_traces:
        yield NO_TRACING
        return
    if reason := obstacle(settings):
        log.warning("tracing_off", reason=reason)
        yield NO_TRACING
        return
    from worker.service.otel import exporting_spans  # noqa: PLC0415  an extra that may not be installed

    with exporting_spans(system) as told:
        yield told


def obstacle(settings: Settings) -> str | None:
    """Why the traces that were asked for cannot be had, and what to do; None where they can."""
    if not (settings.otel_endpoint or "").startswith(("http://", "https://")):
        return "OTEL_EXPORTER_OTLP_ENDPOINT: expected http://host:4318, or https://"
    if settings.otel_protocol not in {None, "http/protobuf"}:
        return "OTEL_EXPORTER_OTLP_PROTOCOL: only http/protobuf is spoken here; mind the port, 4318 and not 4317"
    if not all(map(_is_there, _NEEDED)):
        return (
            "OTEL_EXPORTER_OTLP_ENDPOINT is set and OpenTelemetry is not installed: pip install 'aiguilleur[otel]', "
            "or unset it"
        )
    return None


def _is_there(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ImportError:  # of a parent
        return False

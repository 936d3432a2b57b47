"""Which series exist, with their labels: taken from the code that tells them, not from a list of our own.

RabbitMQ's are the exception: its code is not here. `test_live` looks for each of them on a real broker.
"""

from collections.abc import Iterable
from functools import cache

from prometheus_client import REGISTRY
from prometheus_client.metrics import MetricWrapperBase

import worker.metrics  # noqa: F401  declares them
from tests.observability.deployed import recordings
from tests.observability.promql import named, new_labels
from worker.metrics import stock

TARGET = frozenset({"job", "instance"})  # what Prometheus adds to every series
_QUEUE = TARGET | {"queue", "vhost"}
RABBITMQ = {
    "rabbitmq_detailed_queue_messages": _QUEUE,
    "rabbitmq_detailed_queue_messages_ready": _QUEUE,
    "rabbitmq_detailed_queue_messages_unacked": _QUEUE,
    "rabbitmq_detailed_queue_consumers": _QUEUE,
    "rabbitmq_alarms_memory_used_watermark": TARGET,
    "rabbitmq_alarms_free_disk_space_watermark": TARGET,
    "rabbitmq_alarms_file_descriptor_limit": TARGET,
    "rabbitmq_global_messages_redelivered_total": TARGET | {"protocol", "queue_type"},
}
_BY_PROMETHEUS = {"up": TARGET}
_SUFFIXES = {"counter": ("_total",), "histogram": ("_bucket", "_count", "_sum")}


@cache
def of_the_service() -> dict[str, frozenset[str]]:
    """The series of the service, each with its labels."""
    found: dict[str, frozenset[str]] = {}
    for name, collector in REGISTRY._names_to_collectors.items():
        if isinstance(collector, MetricWrapperBase):
            found |= _series(collector._name, collector._type, collector._labelnames)
        elif name.startswith("process_"):
            found[name] = TARGET
    for wanted in stock.ALL:
        found |= _series(wanted.name, "counter" if wanted.is_counter else "gauge", wanted.labels)
    return found


@cache
def series() -> dict[str, frozenset[str]]:
    """Every series that a rule or a panel may name."""
    found = {**_BY_PROMETHEUS, **RABBITMQ, **of_the_service()}
    for name, rule in recordings().items():
        inside = named(rule.expression)
        found[name] = inside.grouping | new_labels(rule.expression)
    return found


def _series(name: str, kind: str, labels: Iterable[str]) -> dict[str, frozenset[str]]:
    own = TARGET | frozenset(labels)
    return {name + suffix: own | {"le"} if suffix == "_bucket" else own for suffix in _SUFFIXES.get(kind, ("",))}

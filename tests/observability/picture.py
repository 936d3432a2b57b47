"""A picture of `/metrics` after a real run: every series with its labels and its value, on about a page.

`python -m tests.observability.picture`. Buckets are left out; several processes are added up.
"""

import datetime as dt
import re
import sys
import tempfile
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from prometheus_client import Metric
from prometheus_client.parser import text_string_to_metric_families as parse

from tests.faults.scene import import_fresh, resolve, reviewed
from tests.invoices import numbered
from tests.places import FIXTURES
from tests.running import Place, Served, eventually, place
from tests.services.postgres import PostgreSQL
from tests.services.rabbitmq import RabbitMQ
from worker.store import schema

_ROUTED = 40
_SEVERAL = ("pivot/commitment-other-case", "pivot/amount-nothing-remains", "pivot/commitment-other-separators",
            "pivot/credit-note-origin-unknown", "cii/truncated-cii", "pivot/service-conflict",
            "pivot/unknown-type")  # fmt: skip
_OURS = "aiguilleur_"
_WIDTH = 118


class Series(NamedTuple):
    """One line of the picture."""

    metric: str
    labels: str
    value: float


def series_of(families: list[Metric]) -> list[Series]:
    """The series of ours, without buckets, by name and labels."""
    return sorted(
        Series(sample.name, ", ".join(f'{name}="{value}"' for name, value in sorted(sample.labels.items())),
               sample.value)
        for family in families
        for sample in family.samples
        if sample.name.startswith(_OURS) and not sample.name.endswith("_bucket")
    )  # fmt: skip


def drawn(series: list[Series]) -> Iterator[str]:
    """The lines: a metric of one series on a line, the series of a metric with labels one after the other below it."""
    for metric, group in groupby(series, key=lambda one: one.metric):
        several = list(group)
        if [one.labels for one in several] == [""]:
            yield f"{metric} {several[0].value:.6g}"
            continue
        yield metric
        line = "   "
        for one in several:
            item = f" {{{one.labels}}} {one.value:.6g}"
            if len(line) + len(item) > _WIDTH and line.strip():
                yield line
                line = "   "
            line += item
        yield line


def _deliver(service: Place, content: bytes, delivery_id: str) -> None:
    service.send(service.announce(content, delivery_id, dt.datetime.now(dt.UTC)))


def _worked(service: Place) -> Served:
    """A service that has seen a bit of everything."""
    import_fresh(service)
    served = service.serve()
    served.wait_ready()
    for number in range(_ROUTED):
        _deliver(service, numbered(number), f"d-{number}")
    for name in _SEVERAL:
        (file,) = (FIXTURES / "invoices" / name).iterdir()
        _deliver(service, file.read_bytes(), name)
    _deliver(service, numbered(0), "d-0")
    _deliver(service, numbered(1), "again")
    service.send(b"rubbish")
    resolve(service, reviewed(service))
    eventually(lambda: service.count(schema.deliveries) > _ROUTED and service.unfinished() == 0)
    eventually(lambda: service.unsent() == 0)
    return served


def main() -> int:
    """Run, and print the picture."""
    with (
        RabbitMQ() as rabbitmq,
        PostgreSQL() as postgres,
        tempfile.TemporaryDirectory() as folder,
        place(rabbitmq.fresh_vhost(), postgres.fresh_database(), Path(folder), reference=False) as service,
    ):
        page = _worked(service).answer("/metrics")[1]
    for line in drawn(series_of(list(parse(page)))):
        sys.stdout.write(re.sub(r"\s+$", "", line) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())

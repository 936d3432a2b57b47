"""A real Prometheus that watches a real service and its broker: what it is told, what it warns of, what is shown."""

import datetime as dt
import json
import shutil
import time
import urllib.request
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.invoices import numbered
from tests.observability import declared
from tests.observability.deployed import alerts, annotations, queries
from tests.observability.scraping import configuration, ports_of
from tests.places import FIXTURES
from tests.running import AUDIT, Place, eventually, place
from tests.services.local import HOST
from tests.services.postgres import PostgreSQL
from tests.services.prometheus import Prometheus
from tests.services.rabbitmq import RabbitMQ
from tests.services.tools import Tool
from worker.queueing import topology
from worker.store import schema
from worker.store.reference import import_folder

_PROCESSES = 2
_FIRST, _MORE = 24, 6  # invoices: a series has to rise before anything can be said of its rate
_SCRAPES_SECONDS = 12  # several scrapes, and RabbitMQ's own 5 seconds
_INVOICES = FIXTURES / "invoices"
# One of each kind: routed by another spelling, under review, held back for its invoice, unreadable, come again.
_SEVERAL = ("pivot/commitment-other-case", "pivot/amount-nothing-remains", "pivot/commitment-not-found",
            "pivot/credit-note-origin-unknown", "cii/truncated-cii", "pivot/service-conflict")  # fmt: skip
_UNKNOWN_VALUE = _INVOICES / "pivot" / "unknown-type" / "invoice.xml"
# What has nothing to say when nothing has gone wrong enough. Each still has to be a valid query.
_MAY_BE_EMPTY = {
    "aiguilleur_retries_total": "no attempt has failed for a while",
}
_STORY_ALERTS = {"DeadLetters", "EventsUnroutable", "SchemaDrift"}  # those that wait for nothing


class Watched(NamedTuple):
    """A service that works, and who watches it."""

    service: Place
    prometheus: Prometheus
    ports: list[int]

    def deliver(self, content: bytes, delivery_id: str) -> None:
        """Send a document as received just now."""
        message = json.loads(self.service.announce(content, delivery_id))
        now = dt.datetime.now(dt.UTC)
        available = (now - dt.timedelta(minutes=5)).isoformat()
        self.service.send(
            json.dumps(message | {"received_at": now.isoformat(), "made_available_at": available}).encode()
        )

    def settle(self, deliveries: int) -> None:
        """Wait until all is decided and told, and has been scraped."""
        eventually(
            lambda: (
                self.service.count(schema.deliveries) == deliveries
                and self.service.unfinished() == 0
                and self.service.unsent() == 0
            ),
            60,
        )
        time.sleep(_SCRAPES_SECONDS)

    def active(self) -> dict[str, str]:
        """The alerts that are pending or firing, each with its state."""
        return {alert["labels"]["alertname"]: alert["state"] for alert in self.prometheus.ask("alerts")["alerts"]}

    def result(self, expression: str, *, is_instant: bool) -> list[Any]:
        """What Prometheus answers to a query, as Grafana asks it."""
        if is_instant:
            return list(self.prometheus.ask("query", query=expression)["result"])
        now = time.time()
        answer = self.prometheus.ask("query_range", query=expression, start=now - 120, end=now, step=5)
        return [found for found in answer["result"] if any(value != "NaN" for _, value in found["values"])]


def test_a_day_of_work_is_seen(
    rabbitmq: RabbitMQ, postgres: PostgreSQL, prometheus: Prometheus, promtool: Tool, tmp_path: Path
) -> None:
    """A normal day warns of nothing, a bad one of what is bad; every rule and every panel works on both."""
    broker_url = rabbitmq.fresh_vhost()
    with place(broker_url, postgres.fresh_database(), tmp_path, reference=False) as service:
        _import_twice(service)
        served = service.serve("--processes", str(_PROCESSES), "--threads", "2")
        ports = ports_of(served, _PROCESSES)
        served.wait_ready()
        vhost = broker_url.rpartition("/")[2]
        prometheus.start(configuration(tmp_path / "rules", ports, rabbitmq, vhost))
        watched = Watched(service, prometheus, ports)
        eventually(lambda: prometheus.value("count(up == 1)") == _PROCESSES + 2)
        _check_normal_day(watched)
        _check_bad_day(watched)
        _check_series(watched, promtool)
        _check_rules_and_panels(watched)


def _check_normal_day(watched: Watched) -> None:
    """Invoices of every kind, one of them twice: no alert is as much as pending."""
    for number in range(_FIRST):
        watched.deliver(numbered(number), f"d-{number}")
    for name in _SEVERAL:
        (file,) = (_INVOICES / name).iterdir()
        watched.deliver(file.read_bytes(), name)
    watched.deliver(numbered(0), "again")
    watched.settle(_FIRST + len(_SEVERAL) + 1)
    told = watched.prometheus.ask("query", query="sum by (outcome) (aiguilleur_decisions_total)")["result"]
    assert {found["metric"]["outcome"] for found in told} == {
        "ROUTED", "REVIEW", "WAITING", "QUARANTINED", "DUPLICATE"
    }  # fmt: skip
    eventually(lambda: watched.active() == {})
    for alert in alerts():
        assert watched.prometheus.ask("query", query=alert.expression)["result"] == [], alert.name


def _check_bad_day(watched: Watched) -> None:
    """A message that is none, an unknown value, an event without a queue: each has its alert, and nothing else has."""
    service = watched.service
    waiting = service.run("review", "list", "--json").stdout.splitlines()
    key = json.loads(waiting[0])["invoice_key"]
    resolved = service.run("review", "resolve", key, "--by", "tests", "--none")
    assert resolved.returncode == 0, resolved.stderr
    service.send(b"rubbish")
    with service.channel() as channel:
        channel.queue_unbind(AUDIT, topology.EVENTS, "invoice.#")
    watched.deliver(_UNKNOWN_VALUE.read_bytes(), "unknown")
    for number in range(_MORE):
        watched.deliver(numbered(100 + number), f"more-{number}")
    eventually(lambda: watched.prometheus.value("sum(aiguilleur_events_unroutable_total)") is not None)
    with service.channel() as channel:
        channel.queue_bind(AUDIT, topology.EVENTS, "invoice.#")
    watched.settle(_FIRST + len(_SEVERAL) + 1 + 1 + _MORE)
    eventually(lambda: {name for name, state in watched.active().items() if state == "firing"} == _STORY_ALERTS)
    assert set(watched.active()) - _STORY_ALERTS <= {"DeadLettersKept"}


def _check_series(watched: Watched, promtool: Tool) -> None:
    """What is told is what is declared, in the form that Prometheus wants, with a way to one invoice."""
    prometheus = watched.prometheus
    for port in watched.ports:
        with urllib.request.urlopen(f"http://{HOST}:{port}/metrics", timeout=10) as answer:
            page = answer.read().decode()
        checked = promtool.run("check", "metrics", given=page)
        assert (checked.returncode, checked.stdout) == (0, "")
    known = declared.series()
    for found in prometheus.ask("series", **{"match[]": '{__name__=~"(aiguilleur_|aiguilleur:).*"}'}):
        name = found.pop("__name__")
        assert set(found) <= known[name] | declared.TARGET, name
    for name, labels in declared.RABBITMQ.items():
        there = prometheus.ask("series", **{"match[]": name})
        assert there, name
        assert labels <= set(there[0]), name
    now = time.time()
    exemplars = prometheus.ask(
        "query_exemplars", query="aiguilleur_end_to_end_seconds_bucket", start=now - 600, end=now
    )
    assert exemplars


def _check_rules_and_panels(watched: Watched) -> None:
    """Every rule is evaluated without an error; every query of every panel returns data."""
    groups = watched.prometheus.ask("rules")["groups"]
    faults = {rule["name"]: rule.get("lastError") for group in groups for rule in group["rules"]
              if rule["health"] != "ok"}  # fmt: skip
    assert faults == {}
    empty = {
        str(query)
        for query in (*queries(), *annotations())
        if not watched.result(query.expression, is_instant=query.is_instant)
        and not any(name in query.expression for name in _MAY_BE_EMPTY)
    }
    assert empty == set()


def _import_twice(service: Place) -> None:
    """A fresh export, imported twice: the change at an import is known from the second one on."""
    folder = service.folder / "reference"
    shutil.copytree(FIXTURES / "reference", folder)
    now = dt.datetime.now(dt.UTC)
    (folder / "reference.toml").write_text(f'as_of = "{(now - dt.timedelta(hours=1)).isoformat()}"\n', encoding="utf-8")
    for _ in range(2):
        import_folder(service.engine, folder, now=now)


@pytest.mark.parametrize("configured", ["scrape_configs: 3", "rule_files: [/nowhere"])
def test_a_server_that_does_not_start_says_why(prometheus: Prometheus, configured: str) -> None:
    """A wrong configuration is named."""
    with pytest.raises(Exception, match="Prometheus did not start"):
        prometheus.start(configured)

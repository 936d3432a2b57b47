"""`/metrics` of real processes: what promtool says, exemplars, and who tells the stock."""

import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families as parse_open
from prometheus_client.parser import text_string_to_metric_families as parse
from sqlalchemy import select

from tests.invoices import numbered
from tests.running import Place, Served, eventually, place
from tests.services.local import wait_until
from tests.services.postgres import PostgreSQL
from tests.services.rabbitmq import RabbitMQ
from tests.services.tools import Tool
from worker.cli import serve
from worker.errors import ConfigurationError
from worker.metrics import stock as declared
from worker.service.assembly import Role
from worker.settings import Settings
from worker.store import schema

DELIVERIES = 12


@pytest.fixture
def somewhere(rabbitmq: RabbitMQ, postgres: PostgreSQL, tmp_path: Path) -> Iterator[Place]:
    """An empty virtual host and database with reference data."""
    with place(rabbitmq.fresh_vhost(), postgres.fresh_database(), tmp_path) as made:
        yield made


def _through(somewhere: Place) -> None:
    """Send deliveries, and wait until their events are out."""
    for number in range(DELIVERIES):
        somewhere.send(somewhere.announce(numbered(number), f"d-{number}"))
    eventually(
        lambda: (
            somewhere.count(schema.deliveries) == DELIVERIES and somewhere.unfinished() == 0 and somewhere.unsent() == 0
        )
    )


def _samples(text: str) -> dict[str, float]:
    """The sum of each series' values by name."""
    sums: dict[str, float] = {}
    for family in parse(text):
        for sample in family.samples:
            sums[sample.name] = sums.get(sample.name, 0.0) + sample.value
    return sums


def test_promtool_has_no_complaint(somewhere: Place, promtool: Tool) -> None:
    """The page of a process that has done every kind of work passes Prometheus's own check."""
    served = somewhere.serve()
    served.wait_ready()
    somewhere.send(b"rubbish")
    _through(somewhere)
    page = served.answer("/metrics")[1]
    checked = promtool.run("check", "metrics", given=page)
    assert (checked.returncode, checked.stdout) == (0, "")
    values = _samples(page)
    assert values["aiguilleur_exporter_up"] == 1
    assert values["aiguilleur_decisions_total"] == values["aiguilleur_received_total"] == DELIVERIES
    assert values["aiguilleur_deliveries_received_total"] == DELIVERIES
    assert values["aiguilleur_end_to_end_seconds_count"] == DELIVERIES
    assert values["aiguilleur_queue_wait_seconds_count"] == DELIVERIES
    assert values["aiguilleur_first_decision_seconds_count"] == DELIVERIES
    assert values["aiguilleur_events_published_total"] == DELIVERIES
    assert values["aiguilleur_dead_letters_total"] == 1
    assert values["aiguilleur_worker_threads_alive"] == 4
    assert values["aiguilleur_rules_info"] == values["aiguilleur_build_info"] == 1


def test_exemplars_lead_to_events(somewhere: Place) -> None:
    """Who asks for OpenMetrics gets, with a slow decision, the id of its event."""
    served = somewhere.serve()
    served.wait_ready()
    _through(somewhere)
    port = served.logged("service_started")[0]["port"]
    asked = urllib.request.Request(
        f"http://127.0.0.1:{port}/metrics", headers={"Accept": "application/openmetrics-text; version=1.0.0"}
    )
    with urllib.request.urlopen(asked, timeout=15) as answer:
        families = list(parse_open(answer.read().decode()))
    traces = {s.exemplar.labels["trace_id"] for f in families for s in f.samples if s.exemplar}
    with somewhere.engine.connect() as connection:
        assert traces <= set(connection.execute(select(schema.decisions.c.event_id)).scalars())
    assert traces


def test_several_processes_tell_the_stock_once(somewhere: Place) -> None:
    """Of three processes one exports; what each counts adds up to what was done."""
    ports = somewhere.environment(AIGUILLEUR_METRICS_ADDRESS="127.0.0.1:0")
    served = somewhere.serve("--processes", "3", "--threads", "2", environment=ports)
    eventually(lambda: len(served.logged("service_started")) == 3)
    _through(somewhere)
    pages = [_page(line["port"]) for line in served.logged("service_started")]
    of_portal = {declared.PORTAL_PENDING, declared.PORTAL_OLDEST, declared.CREDENTIAL_EXPIRY}
    of_portal |= {declared.COMPLETENESS_MISSING, declared.COMPLETENESS_SUCCESS}  # absent where the portal is not used
    names = {item.name for item in declared.ALL if item not in of_portal}
    told = [{family.name for family in parse(page)} & names for page in pages]
    assert sorted(map(len, told)) == [0, 0, len(names)]
    values = [_samples(page) for page in pages]
    assert sum(value.get("aiguilleur_decisions_total", 0) for value in values) == DELIVERIES
    assert [value["aiguilleur_worker_threads_alive"] for value in values] == [2, 2, 2]
    held = sum(value.get("aiguilleur_unrouted_invoices", 0) for value in values)
    assert held == somewhere.count(schema.invoices, schema.invoices.c.outcome != "ROUTED")


def test_an_exporter_alone(somewhere: Place) -> None:
    """A process of that role tells the stock and does nothing else; it outlives its database."""
    served = somewhere.serve("--role", "exporter")
    served.wait_ready()
    somewhere.send(somewhere.announce(numbered(1), "d-1"))
    values = _samples(served.answer("/metrics")[1])
    assert values["aiguilleur_exporter_up"] == 1
    assert values["aiguilleur_worker_threads_alive"] == 0
    assert somewhere.count(schema.deliveries) == 0
    assert served.stop() == 0


def test_one_process_exports() -> None:
    """Several processes of nothing but the exporter are refused."""
    with pytest.raises(ConfigurationError, match="one process exports"):
        serve._children(Settings(), [Role.EXPORTER], 2, 1, 30)


@pytest.mark.parametrize(
    ("roles", "others"),
    [(list(Role), "worker"), ([Role.RELAY, Role.EXPORTER], "relay"), ([Role.INTAKE, Role.SWEEPER], "intake,sweeper")],
)
def test_roles_and_ports_of_children(roles: list[Role], others: str) -> None:
    """The first child has every role, no other one exports, and each has the next port."""
    children = serve._children(Settings(metrics_address="127.0.0.1:9464"), roles, 3, 1, 30)
    assert [child.command[5] for child in children] == [",".join(roles), others, others]
    ports = [child.environment["AIGUILLEUR_METRICS_ADDRESS"] for child in children]
    assert ports == ["127.0.0.1:9464", "127.0.0.1:9465", "127.0.0.1:9466"]


def _page(port: int) -> str:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=15) as answer:
        return str(answer.read().decode())


def test_the_stock_outlives_the_database(somewhere: Place, postgres: PostgreSQL) -> None:
    """While the database is away the page is served, without the stock; afterwards it is there again."""
    served: Served = somewhere.serve("--role", "exporter")
    served.wait_ready()
    postgres.stop()
    try:
        values = _samples(served.answer("/metrics")[1])
        assert values["aiguilleur_exporter_up"] == 0
        assert "aiguilleur_unrouted_invoices" not in values
    finally:
        postgres.start()
    assert wait_until(lambda: _samples(served.answer("/metrics")[1])["aiguilleur_exporter_up"] == 1, 30)

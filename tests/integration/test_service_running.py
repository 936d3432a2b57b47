"""`aiguilleur serve` as real processes on a real broker and database."""

import json
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.invoices import numbered
from tests.running import AUDIT, Place, Served, eventually, place
from tests.services.local import wait_until
from tests.services.postgres import PostgreSQL
from tests.services.rabbitmq import RabbitMQ
from worker.events import event_id
from worker.queueing import topology
from worker.store import schema


@pytest.fixture
def somewhere(rabbitmq: RabbitMQ, postgres: PostgreSQL, tmp_path: Path) -> Iterator[Place]:
    """An empty virtual host and database with reference data."""
    with place(rabbitmq.fresh_vhost(), postgres.fresh_database(), tmp_path) as made:
        yield made


def _all_through(somewhere: Place, deliveries: int, seconds: float = 30) -> None:
    eventually(
        lambda: (
            somewhere.count(schema.deliveries) == deliveries and somewhere.unfinished() == 0 and somewhere.unsent() == 0
        ),
        seconds,
    )


def test_deliveries_become_decisions_and_events(somewhere: Place) -> None:
    """JSON, CloudEvents and inline documents are decided; each decision has one event, sent as the contract says."""
    served = somewhere.serve()
    served.wait_ready()
    somewhere.send(somewhere.announce(numbered(1), "d-1"))
    somewhere.send(_event(somewhere.announce(numbered(2), "d-2")), content_type="application/cloudevents+json")
    somewhere.send(numbered(3), content_type="application/xml", headers={"aiguilleur-delivery-id": "d-3"})
    _all_through(somewhere, 3)
    events = somewhere.taken(AUDIT)
    assert len(events) == somewhere.count(schema.decisions) == 3
    for properties, body in events:
        event = json.loads(body)
        assert event["id"] == properties.message_id == event_id(event["subject"], 0)
        assert (properties.type, properties.app_id) == (event["type"], "aiguilleur")
        assert (properties.content_type, properties.delivery_mode) == ("application/cloudevents+json", 2)


def test_what_does_not_fit_is_a_dead_letter_with_its_reason(somewhere: Place) -> None:
    """Refused messages keep their content and say why; the next good one is taken."""
    served = somewhere.serve("--role", "intake,worker,relay")
    served.wait_ready()
    good = somewhere.announce(numbered(1), "d-1")
    absent = json.loads(good) | {"delivery_id": "d-0"}
    absent["document"]["sha256"] = "0" * 64
    other = somewhere.announce(numbered(2), "d-1")
    bad = [b"rubbish", b"{}", json.dumps(absent).encode(), b"x" * 100_000]
    for body in bad:
        somewhere.send(body)
    somewhere.send(numbered(3), content_type="application/pdf")  # inline, without its id
    somewhere.send(good)
    eventually(lambda: somewhere.count(schema.deliveries) == 1)
    somewhere.send(good)  # a repeat is no fault
    somewhere.send(other)  # the same id for another document is one
    eventually(lambda: somewhere.ready(topology.RECEIVED_DEAD) == 6)
    reasons = [properties.headers["aiguilleur-reason"] for properties, _ in somewhere.taken(topology.RECEIVED_DEAD)]
    assert reasons[0].startswith("no JSON")
    assert "schema_version" in reasons[1]
    assert "not what was received" in reasons[2]
    assert "bytes" in reasons[3]
    assert "aiguilleur-delivery-id" in reasons[4]
    assert "another document" in reasons[5]
    page = served.answer("/metrics")[1]
    assert 'aiguilleur_dead_letters_total{queue="invoices.received"' in page
    assert 'aiguilleur_duplicates_total{reason="DELIVERY_REPEATED"} 1.0' in page


def test_readiness_looks_at_consumers(somewhere: Place) -> None:
    """Without its queue a worker lives and is not ready; it makes the queue again and is."""
    served = somewhere.serve("--role", "worker,relay,sweeper")
    served.wait_ready()
    with somewhere.channel() as channel:
        channel.queue_delete(topology.PROCESS)
    eventually(lambda: served.answer("/readyz")[0] == 503)
    assert served.answer("/healthz") == (200, "ok\n")
    served.wait_ready()


def test_readiness_looks_at_the_database(somewhere: Place, postgres: PostgreSQL) -> None:
    """Without its database a service lives, is not ready, and comes back by itself."""
    served = somewhere.serve()
    served.wait_ready()
    postgres.stop()
    try:
        eventually(lambda: served.answer("/readyz")[0] == 503)
        assert "DATABASE_UNAVAILABLE" in served.answer("/readyz")[1]
        somewhere.send(somewhere.announce(numbered(1), "d-1"))
        assert served.answer("/healthz") == (200, "ok\n")
    finally:
        postgres.start()
    _all_through(somewhere, 1)
    served.wait_ready()


def test_the_first_signal_finishes_and_the_second_ends(somewhere: Place) -> None:
    """SIGTERM stops with exit code 0; a second one does not wait."""
    served = somewhere.serve()
    served.wait_ready()
    assert served.stop() == 0
    assert served.logged("service_stopped")[-1]["clean"] is True
    again = somewhere.serve()
    again.wait_ready()
    again.process.send_signal(signal.SIGTERM)
    assert wait_until(lambda: bool(again.logged("service_stopping")), 10)
    begun = time.monotonic()
    assert again.stop() in {0, 128 + signal.SIGTERM}
    assert time.monotonic() - begun < 2


def test_several_processes_start_and_stop_together(somewhere: Place) -> None:
    """Every child works and answers for itself; one that dies ends all, with exit code 1."""
    served = somewhere.serve("--processes", "2")
    children = _children_of(served, 2)
    for number in range(20):
        somewhere.send(somewhere.announce(numbered(number), f"d-{number}"))
    _all_through(somewhere, 20)
    assert served.stop() == 0
    assert not any(map(_lives, children))
    again = somewhere.serve("--processes", "2")
    children = _children_of(again, 2)
    os.kill(children[1], signal.SIGKILL)
    assert again.process.wait(40) == 1
    assert not any(map(_lives, children))


def test_children_do_not_outlive_their_supervisor(somewhere: Place) -> None:
    """After the supervisor was killed its children stop by themselves."""
    served = somewhere.serve("--processes", "2")
    children = _children_of(served, 2)
    served.stop(signal.SIGKILL)
    eventually(lambda: not any(map(_lives, children)))


@pytest.mark.parametrize(
    ("variable", "value", "named"),
    [
        ("AIGUILLEUR_BROKER_URL", "http://u:hunter2@h", "AIGUILLEUR_BROKER_URL"),
        ("AIGUILLEUR_BROKER_URL", "", "AIGUILLEUR_BROKER_URL"),
        ("AIGUILLEUR_DATABASE_URL", "mysql://u:hunter2@h/d", "AIGUILLEUR_DATABASE_URL"),
        ("AIGUILLEUR_DOCUMENTS_URL", "ftp://h", "AIGUILLEUR_DOCUMENTS_URL"),
        ("AIGUILLEUR_METRICS_ADDRESS", "203.0.113.1:9464", "AIGUILLEUR_METRICS_ADDRESS"),
        ("AIGUILLEUR_POLICY", "/nowhere.toml", "/nowhere.toml"),
    ],
)
def test_a_wrong_setting_keeps_the_service_from_starting(
    somewhere: Place, variable: str, value: str, named: str
) -> None:
    """The exit code is 2, the setting is named, and no password is shown."""
    served = somewhere.serve(environment=somewhere.environment(**{variable: value}))
    assert served.process.wait(30) == 2
    assert named in served.tail()
    assert "hunter2" not in served.tail()


def _event(data: bytes) -> bytes:
    return json.dumps(
        {"specversion": "1.0", "id": "1", "source": "/x", "type": "invoice.received.v1", "data": json.loads(data)}
    ).encode()


def _children_of(served: Served, number: int) -> list[int]:
    started = lambda: served.logged("children_started")  # noqa: E731
    eventually(lambda: bool(started()) and len(served.logged("service_started")) == number)
    return list(started()[0]["pids"])


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return "Z" not in Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[:1]

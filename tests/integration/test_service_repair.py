"""What an operator does: check, requeue, list dead letters and send them back."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import update

from tests.invoices import numbered
from tests.places import FIXTURES
from tests.running import Place, eventually, place
from tests.services.postgres import PostgreSQL
from tests.services.rabbitmq import RabbitMQ
from worker.queueing import topology
from worker.store import schema


@pytest.fixture
def somewhere(rabbitmq: RabbitMQ, postgres: PostgreSQL, tmp_path: Path) -> Iterator[Place]:
    """An empty virtual host and database with reference data."""
    with place(rabbitmq.fresh_vhost(), postgres.fresh_database(), tmp_path) as made:
        yield made


def test_a_document_that_was_lost_and_restored(somewhere: Place) -> None:
    """The delivery is given up once, shown, and decided when it is sent back after the document was restored."""
    served = somewhere.serve()
    served.wait_ready()
    somewhere.send(somewhere.announce(numbered(1), "d-0"))
    eventually(lambda: somewhere.count(schema.decisions) == 1 and somewhere.unfinished() == 0)
    served.stop()
    message = somewhere.announce(numbered(2), "d-1")
    intake = somewhere.serve("--role", "intake")
    intake.wait_ready()
    somewhere.send(message)
    eventually(lambda: somewhere.ready(topology.PROCESS) == 1)
    intake.stop()
    kept = somewhere.folder / "documents" / json.loads(message)["document"]["uri"]
    aside = kept.rename(somewhere.folder / "aside")
    served = somewhere.serve()
    served.wait_ready()
    eventually(lambda: somewhere.ready(topology.PROCESS_DEAD) == 1)
    assert somewhere.count(schema.deliveries, schema.deliveries.c.failure == "DOCUMENT_MISSING") == 1
    listed = somewhere.run("deadletters", "list")
    assert (listed.returncode, listed.stderr) == (0, "")
    assert "d-1" in listed.stdout
    assert listed.stdout.endswith("1 dead letters\n")
    assert somewhere.run("deadletters", "list").stdout == listed.stdout  # looking takes nothing away
    aside.rename(kept)
    sent = somewhere.run("deadletters", "redrive", "--queue", topology.PROCESS_DEAD, "--id", "d-1")
    assert (sent.returncode, sent.stdout.splitlines()[-1]) == (0, "1 sent back")
    eventually(lambda: somewhere.unfinished() == 0)
    assert somewhere.count(schema.decisions) == 2
    assert somewhere.count(schema.deliveries, schema.deliveries.c.failure.is_not(None)) == 0
    assert somewhere.run("deadletters", "list").stdout == "0 dead letters\n"


def test_a_refused_message_is_sent_back_as_it_came(somewhere: Place) -> None:
    """A message whose document comes late is refused, and taken when it is sent back."""
    message = somewhere.announce(numbered(1), "d-1")
    kept = somewhere.folder / "documents" / json.loads(message)["document"]["uri"]
    aside = kept.rename(somewhere.folder / "aside")
    served = somewhere.serve()
    served.wait_ready()
    somewhere.send(message)
    somewhere.send(b"rubbish")
    eventually(lambda: somewhere.ready(topology.RECEIVED_DEAD) == 2)
    assert "is not in the store" in somewhere.run("deadletters", "list").stdout
    aside.rename(kept)
    assert somewhere.run("deadletters", "redrive", "--id", "d-1").returncode == 0
    eventually(lambda: somewhere.count(schema.decisions) == 1)
    assert somewhere.ready(topology.RECEIVED_DEAD) == 1
    wrong = somewhere.run("deadletters", "redrive", "--id", "nobody")
    assert (wrong.returncode, wrong.stderr) == (1, "aiguilleur: no dead letter: nobody\n")


def test_requeue(somewhere: Place) -> None:
    """Named deliveries, or all that are stuck, are worked on again; an unknown one is told."""
    intake = somewhere.serve("--role", "intake")
    intake.wait_ready()
    for number in range(3):
        somewhere.send(somewhere.announce(numbered(number), f"d-{number}"))
    eventually(lambda: somewhere.ready(topology.PROCESS) == 3)
    intake.stop()
    with somewhere.channel() as channel:
        channel.queue_purge(topology.PROCESS)  # what a queue may lose
    with somewhere.engine.begin() as connection:
        old = update(schema.deliveries).where(schema.deliveries.c.delivery_id != "d-2")
        connection.execute(old.values(queued_at=schema.deliveries.c.received_at))
    done = somewhere.run("requeue", "d-2", "d-9")
    assert (done.returncode, done.stderr) == (1, "aiguilleur: not in the inbox: d-9\n")
    assert somewhere.ready(topology.PROCESS) == 1
    assert somewhere.run("requeue", "--stuck").stdout.endswith("2 queued\n")
    assert somewhere.run("requeue").returncode == 2
    worker = somewhere.serve("--role", "worker")
    worker.wait_ready()
    eventually(lambda: somewhere.unfinished() == 0 and somewhere.count(schema.decisions) == 3)


def test_commands_speak_of_the_database_of_the_service(somewhere: Place) -> None:
    """Reference data go where the service looks for them, and its decisions can be explained."""
    assert somewhere.run("reference", "import", str(FIXTURES / "reference"), "--force").returncode == 0
    assert somewhere.count(schema.reference_imports) == 2
    served = somewhere.serve()
    served.wait_ready()
    somewhere.send(somewhere.announce(numbered(7), "d-1"))
    eventually(lambda: somewhere.unfinished() == 0 and somewhere.count(schema.decisions) == 1)
    explained = somewhere.run("explain", "SRV-26-0000007")
    assert explained.returncode == 0, explained.stderr


def test_check_says_what_is_wrong(somewhere: Place, tmp_path: Path) -> None:
    """One line for each part; exit code 1 and its reason where something is missing; no password anywhere."""
    good = somewhere.run("check")
    assert good.returncode == 0, good.stdout + good.stderr
    assert [line.split()[:2] for line in good.stdout.splitlines()] == [
        ["ok", name] for name in ("settings", "policy", "pdf", "database", "broker", "documents")
    ]
    with somewhere.channel() as channel:
        channel.queue_delete(topology.RECEIVED)
    bad = somewhere.run("check")
    assert bad.returncode == 1
    assert "no queue invoices.received" in bad.stdout
    policy = tmp_path / "policy.toml"
    policy.write_text("nonsense = 1\n", encoding="utf-8")
    assert somewhere.run("check", "--policy", str(policy)).returncode == 1
    password = somewhere.database_url.split(":")[2].split("@")[0]
    assert password not in good.stdout + bad.stdout

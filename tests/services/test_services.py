"""The private servers: what tests of the service rely on when they stop and kill them."""

import os
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pika
import psycopg
import pytest

from tests.places import ROOT
from tests.services.local import HOST, listens, wait_until
from tests.services.postgres import PostgreSQL
from tests.services.prometheus import Prometheus
from tests.services.rabbitmq import RabbitMQ

DURABLE = {"durable": True, "arguments": {"x-queue-type": "quorum"}}


def _depth(url: str) -> int:
    with pika.BlockingConnection(pika.URLParameters(url)) as connection:
        count: int = connection.channel().queue_declare("kept", **DURABLE).method.message_count
        return count


def _publish(url: str) -> None:
    with pika.BlockingConnection(pika.URLParameters(url)) as connection:
        channel = connection.channel()
        channel.queue_declare("kept", **DURABLE)
        channel.confirm_delivery()
        channel.basic_publish("", "kept", b"x", pika.BasicProperties(delivery_mode=2), mandatory=True)


def test_a_broker_keeps_what_it_confirmed(rabbitmq: RabbitMQ) -> None:
    """A confirmed message is there after a kill, a restart and a stop, at the same address and in a new process."""
    url = rabbitmq.fresh_vhost()
    _publish(url)
    time.sleep(2)  # see `RabbitMQ.kill`
    pids = {rabbitmq.pid}
    for interrupt in (rabbitmq.kill, rabbitmq.restart, rabbitmq.stop):
        interrupt()
        rabbitmq.start()
        pids.add(rabbitmq.pid)
        assert wait_until(lambda: _depth(url) == 1, 30)  # the depth of a quorum queue is a moment old
    assert len(pids) == 4


def test_a_broker_can_be_asked(rabbitmq: RabbitMQ) -> None:
    """Its command line, its management and its metrics answer, for this broker alone."""
    with RabbitMQ() as other:
        vhost = rabbitmq.fresh_vhost().rpartition("/")[2]
        assert vhost in rabbitmq.ctl("list_vhosts").splitlines()
        assert vhost not in other.ctl("list_vhosts").splitlines()
        names = [known["name"] for known in rabbitmq.api("GET", "vhosts")]
        assert vhost in names
        with urllib.request.urlopen(rabbitmq.prometheus_url, timeout=10) as answer:
            assert b"rabbitmq_connections" in answer.read()
        assert other.pid != rabbitmq.pid


def test_a_database_keeps_what_it_committed(postgres: PostgreSQL) -> None:
    """A committed row is there after a kill, a restart and a stop; writes are flushed to disk."""
    url = postgres.fresh_database().replace("+psycopg", "")
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 1 AS x")
        assert connection.execute("SHOW fsync").fetchone() == ("on",)
    for interrupt in (postgres.kill, postgres.restart, postgres.stop):
        interrupt()
        postgres.start()
        with psycopg.connect(url) as connection:
            assert connection.execute("SELECT x FROM kept").fetchone() == (1,)


@pytest.mark.parametrize("kind", [RabbitMQ, PostgreSQL])
def test_nothing_is_left(kind: type[RabbitMQ] | type[PostgreSQL]) -> None:
    """A server that is closed listens no more and leaves no folder."""
    with kind() as server:
        folder = server.log
        assert listens(server.port)
    assert not listens(server.port)
    assert not folder.exists()


def test_nothing_is_left_of_a_prometheus(prometheus: Prometheus) -> None:
    """It answers questions, and when it is closed it listens no more and leaves no folder."""
    prometheus.start("{}")
    assert prometheus.value("vector(7)") == 7
    folder = prometheus.log.parent
    prometheus.close()
    assert not listens(prometheus.port)
    assert not folder.exists()


@pytest.mark.parametrize(("ci", "says"), [("true", "in CI every server is needed"), ("", "SKIPPED")])
def test_a_missing_server_is_seen(tmp_path: Path, ci: str, says: str) -> None:
    """Without its server a test is skipped with what to install, and fails in CI."""
    test = tmp_path / "test_one.py"
    test.write_text("def test_one(postgres): pass\ndef test_two(postgres): pass\n", encoding="utf-8")
    program = (
        "import sys, pytest, tests.services.postgres as module\n"
        "module._CLUSTERS = module.Path('/nowhere')\n"
        "module.shutil.which = lambda _: None\n"
        "sys.exit(pytest.main(['-p', 'tests.conftest', '-p', 'no:cacheprovider', '-rs', sys.argv[1]]))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(test)], capture_output=True, text=True, check=False, cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), *filter(None, sys.path)]), "CI": ci}, timeout=60,
    )  # fmt: skip
    assert says in done.stdout, done.stdout
    assert "PostgreSQL is not installed: apt-get install postgresql" in done.stdout
    assert done.returncode == (1 if ci else 0)
    assert done.stdout.count("SKIPPED") == (0 if ci else 1)


def test_the_addresses_are_loopback(rabbitmq: RabbitMQ, postgres: PostgreSQL) -> None:
    """Every server of the tests is reached on this machine alone."""
    for url in (rabbitmq.url, rabbitmq.management_url, rabbitmq.prometheus_url, postgres.url):
        assert HOST in url

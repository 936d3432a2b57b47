"""No password is ever shown: not in logs, errors, answers, metrics, arguments of processes, nor by any command."""

import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url

from tests.invoices import numbered
from tests.places import ROOT
from tests.running import Place, Served, eventually, place
from tests.services.local import HOST, free_port, wait_until
from tests.services.postgres import PostgreSQL
from tests.services.rabbitmq import RabbitMQ
from worker.bootstrap import broker_parameters, migrate_database, open_database
from worker.errors import ConfigurationError, WorkerError
from worker.queueing.connection import channel
from worker.settings import Settings, load
from worker.store import schema
from worker.store.engine import open_engine

MARK = "Zq7x"  # stands in every secret here, whole or in part
DATABASE, BROKER, STORAGE = f"{MARK}Database", f"{MARK}Broker", f"{MARK}Storage"
COMMANDS = (
    ("check",), ("status",), ("migrate",), ("audit", "verify"), ("requeue", "--stuck"), ("deadletters", "list"),
    ("reference", "status"), ("review", "list"), ("explain", "X-1"),
)  # fmt: skip


@pytest.fixture
def somewhere(rabbitmq: RabbitMQ, postgres: PostgreSQL, tmp_path: Path) -> Iterator[Place]:
    """A place whose database and broker have users with passwords that are easy to find."""
    database_url, broker_url = postgres.fresh_database(), rabbitmq.fresh_vhost()
    database, vhost = make_url(database_url).database, broker_url.rpartition("/")[2]
    with psycopg.connect(database_url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("DROP ROLE IF EXISTS marked")
        connection.execute(f"CREATE ROLE marked LOGIN SUPERUSER PASSWORD '{DATABASE}'")
    rabbitmq.api("PUT", "users/marked", {"password": BROKER, "tags": ""})
    rabbitmq.api("PUT", f"permissions/{vhost}/marked", {"configure": ".*", "write": ".*", "read": ".*"})
    with place(broker_url, database_url, tmp_path) as made:
        made.database_url = f"postgresql://marked:{DATABASE}@{HOST}:{postgres.port}/{database}"
        made.broker_url = f"amqp://marked:{BROKER}@{HOST}:{rabbitmq.port}/{vhost}"
        yield made


def _environment(somewhere: Place, **more: str) -> dict[str, str]:
    return somewhere.environment(
        AIGUILLEUR_MIGRATE_URL=somewhere.database_url, AWS_SECRET_ACCESS_KEY=STORAGE, AWS_ACCESS_KEY_ID="key", **more
    )


def _arguments(root: int) -> Iterable[str]:
    """The command lines of a process and of all its children, as every user of the machine sees them."""
    pids = [root]
    while pids:
        pid = pids.pop()
        yield Path(f"/proc/{pid}/cmdline").read_text(encoding="utf-8")
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
        pids += map(int, children.split())


def _printed(environment: dict[str, str], *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "worker", *arguments], env=environment, capture_output=True, text=True, check=False,
        timeout=60, cwd=ROOT,
    )  # fmt: skip
    assert "Traceback" not in done.stderr, done.stderr
    return done.stdout + done.stderr


def _answers(served: Served) -> str:
    return "".join(served.answer(path)[1] for path in ("/metrics", "/readyz", "/healthz", "/"))


def test_a_service_that_works_shows_none(somewhere: Place) -> None:
    """Log, answers, arguments of all processes, and every command, while everything is well."""
    environment = _environment(somewhere)
    served = somewhere.serve("--processes", "2", environment=environment)
    eventually(lambda: len(served.logged("service_started")) == 2)
    somewhere.send(somewhere.announce(numbered(1), "d-1"))
    eventually(lambda: somewhere.count(schema.decisions) == 1 and somewhere.unsent() == 0)
    shown = _answers(served) + "".join(_arguments(served.process.pid))
    assert "aiguilleur_decisions_total" in shown
    assert "--role" in shown
    shown += "".join(_printed(environment, *command) for command in COMMANDS)
    assert "ok    broker" in shown
    served.stop()
    assert MARK not in shown + served.log.read_text(encoding="utf-8")


@pytest.mark.parametrize("fault", ["wrong password", "server away", "no such database"])
def test_a_service_that_cannot_connect_shows_none(somewhere: Place, rabbitmq: RabbitMQ, fault: str) -> None:
    """What is said about a login that is refused or a server that does not answer says it without the password."""
    database, broker = somewhere.database_url, somewhere.broker_url
    if fault == "wrong password":
        database, broker = database.replace(DATABASE, f"{MARK}Wrong"), broker.replace(BROKER, f"{MARK}Wrong")
    elif fault == "server away":
        database = database.replace(database.partition("@")[2].partition("/")[0], f"{HOST}:{free_port()}")
        broker = broker.replace(str(rabbitmq.port), str(free_port()))
    else:
        database, broker = f"{database}_none", f"{broker}-none"
    environment = _environment(somewhere) | {
        "AIGUILLEUR_DATABASE_URL": database, "AIGUILLEUR_MIGRATE_URL": database, "AIGUILLEUR_BROKER_URL": broker,
    }  # fmt: skip
    shown = "".join(_printed(environment, *command) for command in COMMANDS)
    assert "FAULT database" in shown
    assert "FAULT broker" in shown
    without_database = somewhere.serve(environment=environment)
    without_broker = somewhere.serve(environment=_environment(somewhere) | {"AIGUILLEUR_BROKER_URL": broker})
    assert without_database.process.wait(60) == 1
    eventually(lambda: bool(without_broker.logged("service_started")))
    wait_until(lambda: "ROKER_UNAVAILABLE" in without_broker.tail() or "onnection" in without_broker.tail(), 20)
    shown += _answers(without_broker) + "".join(_arguments(without_broker.process.pid))
    without_broker.stop()
    for served in somewhere.served:
        shown += served.log.read_text(encoding="utf-8")
    assert MARK not in shown


def test_servers_that_go_away_show_none(somewhere: Place, postgres: PostgreSQL, rabbitmq: RabbitMQ) -> None:
    """A database and a broker that go away under the service leave no password in its log and its answers."""
    served = somewhere.serve(environment=_environment(somewhere, AIGUILLEUR_SWEEP_SECONDS="0.2"))
    served.wait_ready()
    postgres.kill()
    rabbitmq.stop()
    try:
        eventually(lambda: served.answer("/readyz")[0] == 503)
        eventually(lambda: "BROKER_UNAVAILABLE" in served.tail() and "DatabaseUnavailable" in _told(served))
        shown = _answers(served)
    finally:
        postgres.start()
        rabbitmq.start()
    assert MARK not in shown + served.log.read_text(encoding="utf-8")


def _told(served: Served) -> str:
    """The log after a scrape, which asks the database."""
    served.answer("/metrics")
    return served.tail()


@pytest.mark.parametrize(
    "login",
    [
        f"u:{MARK}/{MARK}", f"u:{MARK}@{MARK}", f"u:{MARK}?{MARK}", f"u:{MARK}#{MARK}", f"u:{MARK}:{MARK}",
        f"u:12?{MARK}", f"u:%{MARK}", f"u:{MARK}[", f"u:{MARK} {MARK}", f"u:é{MARK}", f"u:{MARK}%2F{MARK}",
    ],
)  # fmt: skip
@pytest.mark.parametrize("name", ["AIGUILLEUR_DATABASE_URL", "AIGUILLEUR_BROKER_URL", "AIGUILLEUR_MIGRATE_URL"])
def test_a_password_that_cuts_the_address_is_not_shown(monkeypatch: pytest.MonkeyPatch, name: str, login: str) -> None:
    """A password written without escapes is a setting to correct, or is used; no part of it is in any message."""
    scheme = "amqp" if "BROKER" in name else "postgresql"
    monkeypatch.setenv(name, f"{scheme}://{login}@{HOST}:{free_port()}/d")
    with pytest.raises(WorkerError) as raised:
        _connect(load())
    assert MARK not in str(raised.value)
    assert "u:12" not in str(raised.value)


def _connect(settings: Settings) -> None:
    """Open what the settings name, as the service and its commands do. Nobody is there."""
    if settings.broker_url is not None:
        given = broker_parameters(settings)
        given.connection_attempts = 1
        with channel(given):
            return
    if settings.migrate_url is not None:
        migrate_database(settings)
    open_database(settings)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("documents_url", f"s3://key:{MARK}@bucket/prefix"),
        ("s3_endpoint", f"https://key:{MARK}@s3.example"),
    ],
)
def test_credentials_of_the_store_stand_elsewhere(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    """An address that is shown cannot hold a password."""
    monkeypatch.setenv(f"AIGUILLEUR_{name.upper()}", value)
    with pytest.raises(ConfigurationError, match="AWS_SECRET_ACCESS_KEY") as raised:
        load()
    assert MARK not in str(raised.value)


def test_a_password_in_the_query_is_not_shown(somewhere: Place) -> None:
    """The driver takes a password from the query of the address as well; `check` shows neither."""
    plain, _, rest = somewhere.database_url.partition(f":{DATABASE}")
    environment = _environment(somewhere) | {"AIGUILLEUR_DATABASE_URL": f"{plain}{rest}?password={DATABASE}"}
    shown = _printed(environment, "check")
    assert "ok    database" in shown
    assert MARK not in shown


def test_values_show_none() -> None:
    """Neither the settings nor an engine shows a password when it is printed, copied or dumped."""
    settings = Settings(
        database_url=f"postgresql://u:{MARK}@h/d", migrate_url=f"postgresql://u:{MARK}@h/d",
        broker_url=f"amqp://u:{MARK}@h/d",
    )  # fmt: skip
    engine = open_engine(f"postgresql://u:{MARK}@h/d")
    shown = (repr(settings), str(settings), str(settings.model_dump()), settings.model_dump_json(), repr(engine))
    assert MARK not in "".join(shown)

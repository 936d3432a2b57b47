"""The database behind one door: addresses, sessions, transactions that see one moment, and a server that goes away."""

import threading
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, func, inspect, select, text
from sqlalchemy.exc import DBAPIError

from tests.manifest import NOW
from tests.services.postgres import PostgreSQL
from worker.errors import ConfigurationError
from worker.ports import StoredDocument
from worker.store import inbox, schema
from worker.store.engine import migrate, open_engine, reading
from worker.store.inbox import Delivery


@pytest.fixture
def engine(store_url: str) -> Iterator[Engine]:
    engine = open_engine(store_url, durable=False)
    migrate(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def on_postgresql(postgres: PostgreSQL) -> Iterator[Engine]:
    engine = open_engine(postgres.fresh_database())
    migrate(engine)
    yield engine
    engine.dispose()


def _receive(engine: Engine, name: str) -> bool:
    delivery = Delivery(
        delivery_id=name,
        source="test",
        document=StoredDocument("ab/abcd", "abcd", 4),
        media_type="application/xml",
        received_at=NOW,
    )
    with engine.begin() as connection:
        return inbox.add(connection, delivery)


def _count(engine: Engine) -> int:
    with reading(engine) as connection:
        return inbox.count(connection)


@pytest.mark.parametrize(("url", "says"), [("nowhere", "not a URL"), ("mysql://here/x", "no database 'mysql' here")])
def test_a_wrong_address_is_a_setting_to_correct(url: str, says: str) -> None:
    """An address that leads nowhere is a configuration error that shows the right form, and never the password."""
    with pytest.raises(ConfigurationError, match=says) as raised:
        open_engine(url)
    assert "postgresql://user:password@host/database" in str(raised.value)


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg"])
def test_the_driver_may_be_left_out(postgres: PostgreSQL, scheme: str) -> None:
    """Every usual spelling of an address of PostgreSQL reaches it."""
    engine = open_engine(f"{scheme}://{postgres.fresh_database().partition('://')[2]}")
    with reading(engine) as connection:
        assert connection.execute(select(1)).scalar_one() == 1
    engine.dispose()


def test_a_session_does_not_follow_the_server(postgres: PostgreSQL) -> None:
    """Zone and isolation are ours, whatever the defaults of the database are."""
    url = postgres.fresh_database()
    name = url.rpartition("/")[2]
    first = open_engine(url)
    with first.begin() as connection:
        connection.execute(text(f"ALTER DATABASE {name} SET timezone = 'Pacific/Noumea'"))
        connection.execute(text(f"ALTER DATABASE {name} SET default_transaction_isolation = 'serializable'"))
    first.dispose()
    engine = open_engine(url)
    with engine.begin() as connection:
        assert connection.execute(text("SHOW timezone")).scalar_one() == "UTC"
        assert connection.execute(text("SHOW transaction_isolation")).scalar_one() == "read committed"
    engine.dispose()


def test_several_processes_may_migrate_at_once(store_url: str) -> None:
    """Workers that start together on an empty database bring it to the schema once, without an error."""
    engines = [open_engine(store_url) for _ in range(4)]
    barrier, failures = threading.Barrier(len(engines)), []

    def run(engine: Engine) -> None:
        try:
            barrier.wait(30)
            migrate(engine)
        except Exception as failure:  # noqa: BLE001  a failure of the thread is the failure of the test
            failures.append(failure)

    threads = [threading.Thread(target=run, args=(engine,)) for engine in engines]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert set(schema.metadata.tables) < set(inspect(engines[0]).get_table_names())
    for engine in engines:
        engine.dispose()


def test_a_reader_sees_one_moment(engine: Engine) -> None:
    """What is committed while a reader reads is not there for it, and is for the next."""
    _receive(engine, "before")
    with reading(engine) as connection:
        assert inbox.count(connection) == 1
        _receive(engine, "meanwhile")
        assert inbox.count(connection) == 1
    assert _count(engine) == 2


def test_a_reader_cannot_write(on_postgresql: Engine) -> None:
    """PostgreSQL holds a reader to its word; the connection can write again afterwards."""
    with pytest.raises(DBAPIError, match="read-only"), reading(on_postgresql) as connection:
        connection.execute(schema.deliveries.delete())
    assert _receive(on_postgresql, "after")


def test_one_delivery_comes_in_once(engine: Engine) -> None:
    """Of several receivers of one delivery at the same moment, exactly one takes it in, and none fails."""
    barrier, taken = threading.Barrier(4), []

    def receive() -> None:
        for number in range(20):
            barrier.wait(30)
            taken.append((number, _receive(engine, f"d-{number}")))

    threads = [threading.Thread(target=receive) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(number for number, was_first in taken if was_first) == list(range(20))
    assert len(taken) == 80


def test_what_is_committed_survives_a_kill(postgres: PostgreSQL, on_postgresql: Engine) -> None:
    """A killed server comes back with everything that was committed, and the engine finds it again by itself."""
    for number in range(10):
        _receive(on_postgresql, f"d-{number}")
    postgres.kill()
    try:
        with pytest.raises(DBAPIError):
            _count(on_postgresql)
    finally:
        postgres.start()
    assert _count(on_postgresql) == 10


def test_a_restart_is_not_noticed_between_transactions(postgres: PostgreSQL, on_postgresql: Engine) -> None:
    """Pooled connections that a restart cut are replaced before they are used."""
    _receive(on_postgresql, "d-1")
    postgres.restart()
    assert _count(on_postgresql) == 1
    with on_postgresql.begin() as connection:
        assert connection.execute(select(func.count()).select_from(schema.outbox)).scalar_one() == 0

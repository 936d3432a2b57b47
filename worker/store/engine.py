"""Opening the database: SQLite for embedded mode, PostgreSQL for the service; transactions that really begin.

A transaction that writes sees what was committed before it took its locks (`worker.store.locks`): PostgreSQL runs it as
READ COMMITTED, SQLite lets one writer in at a time. A transaction that only reads sees one moment from end to end.
"""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import URL, Connection, Engine, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from worker.errors import ConfigurationError

MIGRATIONS = Path(__file__).parent / "migrations"
_BUSY_SECONDS = 30
_STEPS = 10_000  # of SQLite's machine between two looks at the time
_MIGRATION_LOCK = 0x41696D67  # of PostgreSQL; any number that nothing else uses
_POSTGRESQL = frozenset(("postgresql", "postgres"))
_WANTED = "use postgresql://user:password@host/database, or sqlite:///file"
# A server that is gone is noticed within a minute, and sessions speak UTC whatever the server's zone.
_SESSION = {
    "application_name": "aiguilleur",
    "options": "-c timezone=UTC",
    "connect_timeout": 10,
    "keepalives_idle": 20,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 45_000,  # milliseconds
}


def open_engine(url: str, *, durable: bool = True) -> Engine:
    """An engine for `url`, which may omit the driver. Nothing is connected yet. Raises `ConfigurationError`.

    `durable=False` skips the disk flush of SQLite, for stores that are thrown away.
    """
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):  # their texts quote the URL
        raise ConfigurationError(f"the database address is not a URL: {_WANTED}") from None
    backend = parsed.get_backend_name()
    if backend == "sqlite":
        return _sqlite(parsed, durable=durable)
    if backend in _POSTGRESQL:
        return _postgresql(parsed)
    raise ConfigurationError(f"there is no database {backend!r} here: {_WANTED}")


def migrate(engine: Engine) -> None:
    """Bring the database to the current schema; nothing happens if it has it. Several at once wait for each other."""
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _MIGRATION_LOCK})
        command.upgrade(_config(connection), "head")


def downgrade(engine: Engine, revision: str) -> None:
    """Bring the database back to an earlier schema."""
    with engine.begin() as connection:
        command.downgrade(_config(connection), revision)


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A transaction that only reads, and sees one moment. On SQLite it takes no write lock."""
    with engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        connection.execution_options(reads_only=True)
        with connection.begin():
            yield connection


@contextmanager
def bounded(connection: Connection, seconds: float) -> Iterator[None]:
    """Ends a query that takes longer than so many seconds (on SQLite: all of them together), as `OperationalError`."""
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"SET LOCAL statement_timeout = {int(seconds * 1000)}"))
        yield
        return
    driver: sqlite3.Connection = connection.connection.driver_connection  # type: ignore[assignment]
    until = time.monotonic() + seconds
    driver.set_progress_handler(lambda: time.monotonic() > until, _STEPS)
    try:
        yield
    finally:
        driver.set_progress_handler(None, 0)


def _postgresql(url: URL) -> Engine:
    query = {name: value for name, value in _SESSION.items() if name not in url.query}
    return create_engine(
        url.set(drivername="postgresql+psycopg"),
        connect_args=query,
        isolation_level="READ COMMITTED",  # whatever the server's default
        pool_pre_ping=True,
    )


def _sqlite(url: URL, *, durable: bool) -> Engine:
    engine = create_engine(url, connect_args={"timeout": _BUSY_SECONDS})

    @event.listens_for(engine, "connect")
    def _prepare(connection: sqlite3.Connection, _record: Any) -> None:
        connection.isolation_level = None  # this module begins transactions, not the driver
        for pragma in ("journal_mode=WAL", f"synchronous={'FULL' if durable else 'OFF'}", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # a writer takes its lock first: two deciders of one commitment must see each other
        reads = connection.get_execution_options().get("reads_only", False)
        connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")

    return engine


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    return config

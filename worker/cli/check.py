"""`aiguilleur check`: is everything in place? One line each."""

import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated

import pika
import typer
from sqlalchemy import text

from worker.bootstrap import broker_parameters, open_documents, pdf_pool, portal
from worker.cli.text import page
from worker.errors import WorkerError
from worker.portal import Patience
from worker.queueing import topology
from worker.queueing.connection import close, connect, told
from worker.resources import load_policy
from worker.service.tracing import obstacle
from worker.settings import Settings, load
from worker.store.availability import database_faults
from worker.store.engine import open_engine
from worker.store.rights import may_migrate, missing_rights
from worker.store.versions import schema_versions

_Check = Callable[[], str]  # what is in place; raises what is wrong


def check(
    *,
    policy: Annotated[
        Path | None,
        typer.Option("--policy", metavar="FILE", help="Check this policy, and nothing else.", dir_okay=False),
    ] = None,
) -> None:
    """Check settings, policy, PDF readers, portal, database, broker and documents; exit code 1 if anything is wrong."""
    faults = 0
    for name, ask in _of_file(policy) if policy else _all():
        try:
            verdict, told_ = "ok", ask()
        except (WorkerError, OSError) as error:
            verdict, told_ = "FAULT", str(error)
            faults += 1
        sys.stdout.write(page([f"{verdict:6}{name:10}{told_}"]))
    raise typer.Exit(1 if faults else 0)


def _of_file(policy: Path) -> Iterator[tuple[str, _Check]]:
    yield "policy", lambda: _policy(policy)


def _all() -> Iterator[tuple[str, _Check]]:
    """The checks; those that need settings are left out where the settings themselves are wrong."""
    try:
        settings = load()
    except WorkerError as error:
        wrong = error
        yield "settings", lambda: _raise(wrong)
        return
    is_full = settings.broker_url is not None or settings.database_url is not None
    yield "settings", lambda: _settings(settings, is_full=is_full)
    yield "policy", lambda: _policy(settings.policy)
    yield "pdf", lambda: _pdf(settings)
    if settings.wants_traces:
        yield "traces", lambda: _traces(settings)
    if settings.has_portal:
        yield "portal", lambda: _portal(settings)
    if is_full:
        yield "database", lambda: _database(settings)
        yield "broker", lambda: _broker(settings)
        yield "documents", lambda: _documents(settings)


def _raise(error: Exception) -> str:
    raise error


def _settings(settings: Settings, *, is_full: bool) -> str:
    if not is_full:
        return f"embedded mode, data in {settings.data_dir}"
    settings.needed("database_url", "broker_url", "documents_url")
    return "RabbitMQ and PostgreSQL"


def _policy(path: Path | None) -> str:
    return f"version {load_policy(path).version}" + (f", {path}" if path else ", the default")


def _pdf(settings: Settings) -> str:
    """A reader is started: what holds it on this machine. What the machine lacks is told, and is no fault."""
    with pdf_pool(settings, processes=1) as readers:
        doors = readers.doors()
    return "; ".join((*doors.closed, *(f"missing {lack}" for lack in doors.missing)))


def _traces(settings: Settings) -> str:
    if reason := obstacle(settings):
        raise NotInPlace(reason)
    return "OpenTelemetry, OTLP over HTTP"


def _portal(settings: Settings) -> str:
    with portal(settings, Patience(attempts=1, timeout=settings.portal_timeout_seconds)) as client:
        client.ping()
        structures = client.structures()
    if not structures:
        raise NotInPlace("the portal answers, and the account may act for no structure")
    return f"{settings.portal_url}, {len(structures)} structures"


def _database(settings: Settings) -> str:
    engine = open_engine(*settings.needed("database_url"))
    try:
        with database_faults(), engine.connect() as connection:
            connection.execute(text("SELECT 1"))
            current, newest = schema_versions(connection)
            is_owner, missing = may_migrate(connection), missing_rights(connection) if current == newest else []
    finally:
        engine.dispose()
    shown = engine.url.set(query={}).render_as_string(hide_password=True)  # a password may stand in the query too
    if current != newest:
        raise NotInPlace(
            f"{shown}: schema {current or 'none'}, not {newest}; "
            + ("`serve` brings it up to date at its start" if is_owner else "run `aiguilleur migrate` as its owner")
        )
    if missing:
        raise NotInPlace(f"{shown}: our role lacks {', '.join(missing)}; run deploy/postgresql/grants.sql")
    return f"{shown}, schema {current}"


def _broker(settings: Settings) -> str:
    given = broker_parameters(settings)
    given.connection_attempts = 1
    place = f"{given.host}:{given.port} {given.virtual_host}" + (" (TLS)" if given.ssl_options else "")
    try:
        connection = connect(given)
        try:
            faults = topology.faults(connection)
        finally:
            close(connection)
    except pika.exceptions.AMQPError as error:
        raise NotInPlace(f"{place}: {told(error)}") from error
    if faults:
        raise NotInPlace(f"{place}: {'; '.join(faults)}")
    return f"{place}, {len(topology.QUEUES)} queues and exchange {topology.EVENTS}"


def _documents(settings: Settings) -> str:
    (url,) = settings.needed("documents_url")
    documents = open_documents(settings)
    with tempfile.TemporaryDirectory(prefix="aiguilleur-") as folder:
        probe = Path(folder, "probe")
        probe.write_bytes(b"aiguilleur check\n")  # the same content each time: it is kept once
        documents.open(documents.keep(probe))
    return f"{url}, written to and read"


class NotInPlace(WorkerError):
    """Something the service needs is not as it must be. The message says what."""

    code = "NOT_IN_PLACE"

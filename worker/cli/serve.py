"""`aiguilleur serve`: the background service."""

import os
import sys
from contextlib import AbstractContextManager
from typing import Annotated

import typer

from worker.errors import ConfigurationError
from worker.service import assembly, logs
from worker.service.assembly import Assembled, Role
from worker.service.process import STOP_SECONDS, Process, StopSignals
from worker.service.supervisor import Child, is_orphan, supervise
from worker.settings import Settings, load

_ALL = ",".join(Role)
_MOST_THREADS = 10  # each uses a connection of the pool, beside those of the other parts


def serve(
    *,
    embedded: Annotated[
        bool, typer.Option("--embedded", help="On SQLite and folders, without RabbitMQ and PostgreSQL.")
    ] = False,
    role: Annotated[str, typer.Option("--role", metavar="ROLE,...", help="The parts of this process.")] = _ALL,
    processes: Annotated[
        int, typer.Option("--processes", metavar="N", min=1, max=64, help="Worker processes under this one.")
    ] = 1,
    threads: Annotated[
        int, typer.Option("--threads", metavar="M", min=1, max=_MOST_THREADS, help="Threads of each worker process.")
    ] = 4,
    stop_seconds: Annotated[
        float, typer.Option("--stop-seconds", metavar="S", min=1, help="How long a graceful stop may take.")
    ] = STOP_SECONDS,
) -> None:
    """Take deliveries in, decide their invoices and send the events, until SIGTERM or SIGINT."""
    settings = load()
    roles = _roles(role)
    logs.configure()
    if embedded:
        code = _alone(settings, assembly.embedded(settings), stop_seconds)
    elif processes == 1:
        code = _alone(settings, assembly.full(settings, roles, threads), stop_seconds)
    else:
        settings.needed("database_url", "broker_url", "documents_url")
        children = _children(settings, roles, processes, threads, stop_seconds)
        code = supervise(children, StopSignals(), stop_seconds)
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)  # threads of the libraries may hang; everything that matters is on disk


def _alone(settings: Settings, parts: AbstractContextManager[Assembled], stop_seconds: float) -> int:
    """Run this process; the exit code."""
    signals = StopSignals()
    with parts as assembled:
        process = Process(assembled.parts, assembled.checks, settings.listen, stop_seconds, is_orphan())
        return process.run(signals.event)


def _roles(named: str) -> list[Role]:
    wanted = [name.strip() for name in named.split(",")]
    wrong = [name for name in wanted if name not in set(Role)]
    if wrong:
        raise ConfigurationError(f"--role {', '.join(wrong)}: no such part; there are {_ALL}")
    return [Role(name) for name in wanted]


def _children(settings: Settings, roles: list[Role], processes: int, threads: int, stop_seconds: float) -> list[Child]:
    """The first child has every role, the others only work, or do all but export where no role is to work.

    Each serves health and metrics on a port of its own: that of the setting, and those after it.
    """
    host, port = settings.listen
    others = [Role.WORKER] if Role.WORKER in roles else [role for role in roles if role is not Role.EXPORTER]
    if not others:
        raise ConfigurationError("--processes: one process exports; several would tell the same numbers")
    children = []
    for number in range(processes):
        own = roles if number == 0 else others
        options = ("--role", ",".join(own), "--threads", str(threads), "--stop-seconds", str(stop_seconds))
        address = f"{host}:{port + number if port else 0}"
        children.append(
            Child((sys.executable, "-m", "worker", "serve", *options), {"AIGUILLEUR_METRICS_ADDRESS": address})
        )
    return children

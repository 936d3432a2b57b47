"""`aiguilleur reference`: the body's budgets, services and commitments."""

import datetime as dt
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress, TextColumn
from sqlalchemy import Engine

from worker.bootstrap import open_operator_store, portal
from worker.cli.text import page
from worker.errors import ConfigurationError
from worker.portal.structures import directory
from worker.reference.report import ImportReport
from worker.settings import Settings, load
from worker.store.engine import reading
from worker.store.reference import import_directory, import_folder
from worker.store.reference import status as current_status

app = typer.Typer(help="Import the reference data, or say what is in force.", no_args_is_help=True)


@app.command("import")
def import_(
    folder: Annotated[
        Path | None, typer.Argument(metavar="DIR", exists=True, file_okay=False, help="The folder of CSV files.")
    ] = None,
    *,
    from_portal: Annotated[
        bool, typer.Option("--from-portal", help="Recipients and services from Chorus Pro; commitments stay.")
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Accept a loss of rows beyond the limit.")] = False,
    store: Annotated[
        Path | None, typer.Option("--store", metavar="DIR", help="Instead of AIGUILLEUR_DATA_DIR.")
    ] = None,
) -> None:
    """Check every file, then put all of it in force at once, and say what changed."""
    if (folder is None) != from_portal:
        raise ConfigurationError("give a folder, or else --from-portal")
    settings = load()
    engine = open_operator_store(settings, store)
    report = _from_folder(engine, folder, force=force) if folder else _from_portal(engine, settings, force=force)
    sys.stdout.write(page(report.lines()))


def _from_portal(engine: Engine, settings: Settings, *, force: bool) -> ImportReport:
    with portal(settings) as client:
        found = directory(client)
    return import_directory(engine, found.recipients, found.services, now=dt.datetime.now(dt.UTC), force=force)


def _from_folder(engine: Engine, folder: Path, *, force: bool) -> ImportReport:
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), TextColumn("{task.completed:,.0f} rows"))
    with Progress(*columns, console=console, disable=not console.is_terminal, transient=True) as bar:
        task = bar.add_task("Reading", total=None)
        return import_folder(
            engine,
            folder,
            now=dt.datetime.now(dt.UTC),
            force=force,
            progress=lambda rows: bar.update(task, completed=rows),
        )


@app.command("status")
def status(
    store: Annotated[
        Path | None, typer.Option("--store", metavar="DIR", help="Instead of AIGUILLEUR_DATA_DIR.")
    ] = None,
) -> None:
    """Say which reference data is in force."""
    with reading(open_operator_store(load(), store)) as connection:
        current = current_status(connection)
    if current is None:
        sys.stdout.write("no reference data yet; import some with `aiguilleur reference import DIR`\n")
        return
    sys.stdout.write(page(current.lines()))

"""`aiguilleur`: the one console script."""

import logging
import sys

import typer

from worker import __version__
from worker.cli import (
    audit,
    check,
    explain,
    fake_portal,
    inspect,
    migrate,
    portal,
    reconcile,
    reference,
    repair,
    replay,
    review,
    rules,
    serve,
    status,
)
from worker.cli.text import page
from worker.errors import ConfigurationError, WorkerError
from worker.service import logs

app = typer.Typer(
    name="aiguilleur",
    help="Reads the invoices that a French public body receives, decides where each goes, and says why.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command("inspect")(inspect.inspect)
app.command("replay")(replay.replay)
app.command("explain")(explain.explain)
app.command("rules")(rules.rules)
app.command("serve")(serve.serve)
app.command("status")(status.status)
app.command("requeue")(repair.requeue)
app.command("check")(check.check)
app.command("reconcile")(reconcile.reconcile)
app.command("fake-portal")(fake_portal.fake_portal)
app.command("migrate")(migrate.migrate)
app.add_typer(audit.app, name="audit")
app.add_typer(repair.deadletters, name="deadletters")
app.add_typer(review.app, name="review")
app.add_typer(portal.app, name="portal")
app.add_typer(reference.app, name="reference")

FAILED, WRONG_USE = 1, 2


@app.callback(invoke_without_command=True)
def _root(version: bool = typer.Option(False, "--version", help="Print the version and exit.")) -> None:  # noqa: FBT001
    if version:
        typer.echo(f"aiguilleur {__version__}")
        raise typer.Exit
    logs.configure(logging.WARNING)  # of a command; the service says more


def run() -> None:
    """Run the command line; an error is one line on standard error, with what to do, and no traceback."""
    try:
        app()
    except ConfigurationError as error:
        _fail(error, WRONG_USE)
    except WorkerError as error:
        _fail(error, FAILED)
    except BrokenPipeError:  # the reader of our output has had enough
        sys.stderr.close()
        sys.exit(0)
    except OSError as error:
        _fail(error, FAILED)


def _fail(error: Exception, code: int) -> None:
    sys.stderr.write(page(f"aiguilleur: {error}".split("\n")))
    sys.exit(code)

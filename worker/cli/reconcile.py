"""`aiguilleur reconcile`: whether every invoice of the portal is here."""

import datetime as dt
import json
import sys
from typing import Annotated, Any

import typer

from worker import bootstrap
from worker.cli.text import page
from worker.errors import ConfigurationError
from worker.intake.chorus_api import ApiIntake, Pace
from worker.intake.proof import Reconciler, Report
from worker.intake.receiver import Receiver
from worker.queueing.send import send
from worker.settings import Settings, load

_DATE = ["%Y-%m-%d"]


def reconcile(
    *,
    first: Annotated[
        dt.datetime | None, typer.Option("--from", metavar="DATE", formats=_DATE, help="First day of the period.")
    ] = None,
    last: Annotated[
        dt.datetime | None, typer.Option("--to", metavar="DATE", formats=_DATE, help="Last day; today.")
    ] = None,
    repair: Annotated[bool, typer.Option("--repair/--no-repair", help="Fetch what is missing.")] = True,
    as_json: Annotated[bool, typer.Option("--json", help="The report as JSON.")] = False,
) -> None:
    """Compare every invoice that the portal lists for a period with what is here; exit code 1 if any is missing."""
    settings = load()
    today = dt.datetime.now(dt.UTC).date()
    until = last.date() if last else today
    since = first.date() if first else until - dt.timedelta(days=settings.portal_reconcile_days)
    if since > until:
        raise ConfigurationError(f"--from {since} is after --to {until}")
    report = _run(settings, since, until, repair=repair)
    if as_json:
        sys.stdout.write(json.dumps(_as_dict(report)) + "\n")
    else:
        sys.stdout.write(page(_lines(report)))
    raise typer.Exit(1 if report.missing else 0)


def _run(settings: Settings, since: dt.date, until: dt.date, *, repair: bool) -> Report:
    with bootstrap.portal(settings) as client, bootstrap.operator_pipeline(settings) as app:
        clock = app.pipeline.clock
        received: list[str] = []
        receiver = Receiver(app.pipeline, received.append)
        pace = Pace(every=1, overlap=dt.timedelta(), first=dt.timedelta())
        intake = ApiIntake(client, app.engine, app.documents, receiver, clock, pace)
        report = Reconciler(client, app.engine, clock, intake.take if repair else None).run(since, until)
        if received and settings.broker_url is not None:
            send(bootstrap.broker_parameters(settings), received)
    return report


def _lines(report: Report) -> list[str]:
    lines = [f"{report.listed} invoices on the portal from {report.first} to {report.last}"]
    lines += [f"{count:8}  {place.replace('_', ' ')}" for place, count in report.places.items()]
    lines += [f"fetched now: {key}" for key in report.repaired]
    lines += [f"missing: {key}" for key in report.missing]
    return [*lines, f"{len(report.missing)} missing, {len(report.repaired)} fetched now"]


def _as_dict(report: Report) -> dict[str, Any]:
    return {
        "from": report.first.isoformat(),
        "to": report.last.isoformat(),
        "listed": report.listed,
        "places": report.places,
        "missing": list(report.missing),
        "repaired": list(report.repaired),
    }

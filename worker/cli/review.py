"""`aiguilleur review`: the invoices that wait for a person, and what the person decides."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from rules.table import Queue
from worker.bootstrap import open_operator_store
from worker.cli.explain import Language, show
from worker.cli.keys import single_key
from worker.cli.text import json_line, page, printable
from worker.clock import SystemClock
from worker.errors import ConfigurationError
from worker.records import primary_of
from worker.resources import load_sentences
from worker.review import Chosen, ReviewDesk, decision_of
from worker.settings import load

app = typer.Typer(help="List, show and resolve the invoices that wait for a person.", no_args_is_help=True)

Store = Annotated[Path | None, typer.Option("--store", metavar="DIR", help="Instead of AIGUILLEUR_DATA_DIR.")]


@app.command("list")
def list_(
    *,
    queue: Annotated[Queue | None, typer.Option("--queue", help="Only this queue.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One line of JSON for each invoice.")] = False,
    store: Store = None,
) -> None:
    """The invoices under review, the oldest first, with the sentence of the primary reason."""
    sentences = load_sentences("fr")
    for item in _desk(store).waiting(queue):
        decision = decision_of(item)
        line = {
            "invoice_key": item.invoice_key,
            "queue": decision["review_queue"],
            "reason": item.reason,
            "payment_deadline": decision["payment_deadline"],
            "candidates": len(decision["candidates"]),
            "sentence": sentences.say(primary_of(decision)),
        }
        sys.stdout.write(json_line(line) if as_json else page([_row(line)]))


@app.command("show")
def show_(
    key: Annotated[str, typer.Argument(metavar="KEY", help="Invoice number, invoice key, portal id or event id.")],
    *,
    language: Annotated[Language, typer.Option("--lang", help="Language of the sentences.")] = Language.FR,
    store: Store = None,
) -> None:
    """One invoice with its candidates: the same page as `explain`."""
    show(key, store, language)


@app.command("resolve")
def resolve(
    key: Annotated[str, typer.Argument(metavar="KEY", help="Invoice number, invoice key, portal id or event id.")],
    *,
    by: Annotated[str, typer.Option("--by", metavar="NAME", help="The role or account that decides.")],
    commitment: Annotated[str | None, typer.Option("--commitment", metavar="NUMBER")] = None,
    year: Annotated[int | None, typer.Option("--year", help="The exercise, if the number exists in several.")] = None,
    service: Annotated[str | None, typer.Option("--service", metavar="CODE")] = None,
    none: Annotated[bool, typer.Option("--none", help="To none of what was proposed.")] = False,
    comment: Annotated[str | None, typer.Option("--comment", metavar="TEXT")] = None,
    store: Store = None,
) -> None:
    """Decide an invoice: by a commitment, a service, or both, or --none. Emits `invoice.review-resolved.v1`."""
    if none == bool(commitment or service):
        raise ConfigurationError("give --commitment or --service, or else --none")
    desk = _desk(store)
    chosen = None if none else Chosen(service_code=service, commitment_number=commitment, year=year)
    recorded = desk.resolve(single_key(desk.engine, key), chosen, by, comment)
    sys.stdout.write(f"{printable(recorded.invoice_key)} {recorded.outcome} (decision {recorded.decision_number})\n")


def _desk(store: Path | None) -> ReviewDesk:
    settings = load()
    return ReviewDesk(engine=open_operator_store(settings, store), clock=SystemClock(), source=settings.event_source)


def _row(line: dict[str, object]) -> str:
    return f"{line['queue']:10} {line['payment_deadline']}  {line['invoice_key']:28} {line['sentence']}"

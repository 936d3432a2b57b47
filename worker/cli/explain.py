"""`aiguilleur explain`: one invoice on one screen. What the finance agent reads to the supplier on the phone."""

import json
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from worker.bootstrap import open_operator_store
from worker.cli.explained import load_labels, page_of
from worker.cli.explained.picture import picture_of
from worker.cli.keys import single_key
from worker.cli.screen import screen
from worker.cli.text import json_line, page
from worker.errors import ConfigurationError
from worker.resources import load_sentences
from worker.settings import load
from worker.store import decisions, inbox, sendings
from worker.store.decisions import Recorded
from worker.store.engine import reading
from worker.store.sendings import Sending


class Language(StrEnum):
    """The languages of the sentences."""

    FR = "fr"
    EN = "en"


def explain(
    key: Annotated[str, typer.Argument(metavar="KEY", help="Invoice number, invoice key, portal id or event id.")],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="The record as JSON.")] = False,
    language: Annotated[Language, typer.Option("--lang", help="Language of the sentences.")] = Language.FR,
    html: Annotated[
        Path | None,
        typer.Option("--html", metavar="FILE", help="Write a page with pictures of the invoice.", dir_okay=False),
    ] = None,
    store: Annotated[
        Path | None, typer.Option("--store", metavar="DIR", help="Instead of AIGUILLEUR_DATA_DIR.")
    ] = None,
) -> None:
    """Show one invoice: what was read and where, what was compared, the outcome, and what would have to change."""
    if html is not None:
        if as_json:
            raise ConfigurationError("give --json or --html, not both")
        write_page(key, store, language, html)
        return
    show(key, store, language, as_json=as_json)


def show(key: str, store: Path | None, language: Language, *, as_json: bool = False) -> None:
    """Print the page of one invoice, or its record."""
    engine = open_operator_store(load(), store)
    invoice_key = single_key(engine, key)
    with reading(engine) as connection:
        history = decisions.of_invoice(connection, invoice_key)
        latest = decisions.in_force(connection, invoice_key)
        sent = sendings.of_invoice(connection, invoice_key)
    if as_json:
        sys.stdout.write(json_line(_as_dict(latest, history, sent)))
        return
    lines = screen(latest, history, load_sentences(language), language, sent)
    sys.stdout.write(page(lines))


def write_page(key: str, store: Path | None, language: Language, target: Path) -> None:
    """Write the page of one invoice to a file, whole or not at all; where a link leads to one, to that one."""
    settings = load()
    engine = open_operator_store(settings, store)
    invoice_key = single_key(engine, key)
    with reading(engine) as connection:
        history = decisions.of_invoice(connection, invoice_key)
        latest = decisions.in_force(connection, invoice_key)
        delivery = inbox.get(connection, latest.delivery_id)
    labels = load_labels(language)
    shown, note = picture_of(latest, delivery, settings, store, labels)
    text = page_of(latest, history, shown, note, (load_sentences(language), labels))
    if target.exists() and not target.is_file():  # a pipe, a terminal: nothing may take its place
        target.write_text(text, encoding="utf-8")
        return
    place = target.resolve()
    unfinished = place.with_name(f".{place.name}.unfinished")
    try:
        unfinished.write_text(text, encoding="utf-8")
        unfinished.replace(place)
    finally:
        unfinished.unlink(missing_ok=True)


def _as_dict(latest: Recorded, history: list[Recorded], sent: list[Sending]) -> dict[str, Any]:
    return {
        "invoice_key": latest.invoice_key,
        "decision_number": latest.decision_number,
        "decided_at": latest.decided_at.isoformat(),
        "event_id": latest.event_id,
        "policy_version": latest.policy_version,
        **json.loads(latest.record),
        "history": [_past(decision) for decision in history],
        "sent": [_sent(sending) for sending in sent],
    }


def _sent(sending: Sending) -> dict[str, Any]:
    return {
        "decision_number": sending.decision_number,
        "begun_at": sending.begun_at.isoformat(),
        "sent_by": sending.sent_by,
        "status": sending.wanted_status,
        "motif": sending.motif,
        "status_before": sending.status_before,
        "status_after": sending.status_after,
        "result": sending.result,
        "portal_code": sending.portal_code,
    }


def _past(decision: Recorded) -> dict[str, Any]:
    return {
        "decision_number": decision.decision_number,
        "decided_at": decision.decided_at.isoformat(),
        "outcome": decision.outcome,
        "reason": decision.reason,
        "event_id": decision.event_id,
        "delivery_id": decision.delivery_id,
    }

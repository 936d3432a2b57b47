"""`aiguilleur explain`: one invoice on one screen. What the finance agent reads to the supplier on the phone."""

import json
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from rules.findings import Severity
from worker.bootstrap import open_store
from worker.cli.text import printable
from worker.errors import PermanentError
from worker.records import finding_of, primary_of
from worker.resources import load_sentences
from worker.settings import load
from worker.store import decisions
from worker.store.decisions import Recorded
from worker.store.engine import reading


class Language(StrEnum):
    """The languages of the sentences."""

    FR = "fr"
    EN = "en"


class InvoiceNotFound(PermanentError):
    """No invoice has that key here. Look it up by its number, its portal id, its key or an event id."""

    code = "INVOICE_NOT_FOUND"


class KeyAmbiguous(PermanentError):
    """Several invoices have that number. Name one of them by its key."""

    code = "KEY_AMBIGUOUS"


_WORDS = {
    Language.FR: {
        "read": "Lu dans le document",
        "checked": "Ce qui a été vérifié",
        "route": "Destination",
        "candidates": "Engagements possibles",
        "proposal": "Proposé au portail",
        "deadline": "À payer avant le",
        "history": "Décisions",
        "policy": "politique",
        "refused": "écarté",
    },
    Language.EN: {
        "read": "Read in the document",
        "checked": "What was checked",
        "route": "Destination",
        "candidates": "Possible commitments",
        "proposal": "Proposed to the portal",
        "deadline": "To be paid by",
        "history": "Decisions",
        "policy": "policy",
        "refused": "refused",
    },
}
_MARKS = {Severity.INFO: " ", Severity.WARNING: "!", Severity.ERROR: "X"}


def explain(
    key: Annotated[str, typer.Argument(metavar="KEY", help="Invoice number, invoice key, portal id or event id.")],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="The record as JSON.")] = False,
    language: Annotated[Language, typer.Option("--lang", help="Language of the sentences.")] = Language.FR,
    store: Annotated[
        Path | None, typer.Option("--store", metavar="DIR", help="Instead of AIGUILLEUR_DATA_DIR.")
    ] = None,
) -> None:
    """Show the decision record of one invoice: what was read and where, what was compared, and the outcome."""
    with reading(open_store(store or load().data_dir)) as connection:
        keys = decisions.find_keys(connection, key)
        if not keys:
            raise InvoiceNotFound(f"no invoice “{key}” here; give its number, key, portal id or an event id")
        if len(keys) > 1:
            raise KeyAmbiguous(f"{len(keys)} invoices match “{key}”; name one: {', '.join(keys)}")
        history = decisions.of_invoice(connection, keys[0])
        latest = decisions.in_force(connection, keys[0])
    if as_json:
        sys.stdout.write(json.dumps(_as_dict(latest, history), ensure_ascii=False) + "\n")
    else:
        sys.stdout.write(printable("\n".join(screen(latest, history, language)) + "\n"))


def _as_dict(latest: Recorded, history: list[Recorded]) -> dict[str, Any]:
    return {
        "invoice_key": latest.invoice_key,
        "decision_number": latest.decision_number,
        "decided_at": latest.decided_at.isoformat(),
        "event_id": latest.event_id,
        "policy_version": latest.policy_version,
        **json.loads(latest.record),
        "history": [
            {"decision_number": d.decision_number, "decided_at": d.decided_at.isoformat(), "outcome": d.outcome,
             "reason": d.reason, "event_id": d.event_id, "delivery_id": d.delivery_id}
            for d in history
        ],
    }  # fmt: skip


def screen(latest: Recorded, history: list[Recorded], language: Language) -> list[str]:
    """The lines of the page, in French or in English."""
    words, sentences = _WORDS[language], load_sentences(language)
    record = json.loads(latest.record)
    decision = record["decision"]
    return [
        f"{latest.invoice_key}   {decision['outcome']}   {decision['reason']}",
        f"  {sentences.say(primary_of(decision))}",
        "",
        f"{words['read']}:",
        *_read(record["read"]),
        "",
        f"{words['checked']}:",
        *(
            f"  {_MARKS[Severity(entry['severity'])]} {entry['code']:38} {sentences.say(finding_of(entry))}"
            for entry in decision["findings"]
        ),
        "",
        *_conclusion(decision, words),
        f"{words['history']}:",
        *(
            f"  {past.decision_number}  {past.decided_at:%Y-%m-%d %H:%M} UTC  {past.outcome:12} {past.reason}"
            f"  ({words['policy']} {past.policy_version})"
            for past in history
        ),
    ]


def _read(read: dict[str, Any] | None) -> list[str]:
    if read is None:
        return ["  –"]
    return [f"  {name:20} {field['raw'].strip():36} {field['source']}" for name, field in read["fields"].items()]


def _conclusion(decision: dict[str, Any], words: dict[str, str]) -> list[str]:
    target = [decision["recipient_siret"], decision["service_code"], decision["commitment_number"]]
    lines = [f"{words['route']}: {' / '.join(part or '–' for part in target)}"]
    if decision["proposed_action"] != "none":
        lines.append(f"{words['proposal']}: {decision['proposed_action']} ({decision['portal_reason'] or '–'})")
    lines.append(f"{words['deadline']}: {decision['payment_deadline']}")
    if decision["candidates"]:
        lines.append(f"{words['candidates']}:")
        lines += [
            f"  {c['rank']}. {c['number']} ({c['fiscal_year'] or '–'}, {c['recipient_siret']}, "
            f"{c['service_code'] or '–'})  {c['points']}  {words['refused']}: {c['refused_by']}"
            for c in decision["candidates"]
        ]
    return [*lines, ""]

"""`aiguilleur replay`: files through the whole pipeline, embedded; the decisions as lines."""

import datetime as dt
import json
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import Progress

from rules.decide import Outcome
from worker.bootstrap import embedded
from worker.cli.paths import files_of
from worker.cli.text import json_line, page
from worker.clock import FixedClock, SystemClock
from worker.errors import ConfigurationError
from worker.ports import Clock, Publisher
from worker.queueing.publishers import FilePublisher, NoPublisher
from worker.records import primary_of
from worker.replay import Replay, Replayed
from worker.resources import load_policy, load_sentences
from worker.settings import load
from worker.store.reference import import_folder

_COLOURS = {
    Outcome.ROUTED: typer.colors.GREEN,
    Outcome.REVIEW: typer.colors.YELLOW,
    Outcome.WAITING: typer.colors.BLUE,
    Outcome.DUPLICATE: typer.colors.CYAN,
    Outcome.QUARANTINED: typer.colors.RED,
}


def replay(
    paths: Annotated[list[Path], typer.Argument(metavar="PATH...", help="Files, or folders of files.")],
    *,
    reference: Annotated[
        Path | None, typer.Option("--reference", metavar="DIR", help="Reference data to import first.", file_okay=False)
    ] = None,
    policy: Annotated[
        Path | None,
        typer.Option("--policy", metavar="FILE", help="The body's policy, over the default.", dir_okay=False),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One line of JSON for each invoice.")] = False,
    events: Annotated[
        Path | None, typer.Option("--events", metavar="FILE", help="Write the events here, one a line.", dir_okay=False)
    ] = None,
    now: Annotated[str | None, typer.Option("--now", metavar="ISO", help="Decide as if it were this moment.")] = None,
    store: Annotated[
        Path | None,
        typer.Option("--store", metavar="DIR", help="Keep database and documents here.", file_okay=False),
    ] = None,
    settle: Annotated[bool, typer.Option("--settle", help="At the end, decide waiting invoices again.")] = False,
) -> None:
    """Decide invoices as the service would, from an empty store unless --store, and print every decision."""
    settings = load()
    clock = _clock(now)
    files = files_of(paths)
    if events is not None:
        events.write_text("", encoding="utf-8")
    publisher: Publisher = FilePublisher(events) if events else NoPublisher()
    chosen = load_policy(policy or settings.policy)
    with embedded(settings, store, policy=chosen, clock=clock) as app:
        if reference is not None:
            import_folder(app.engine, reference, now=clock.now(), force=True)
        run = Replay(app, publisher)
        show = _as_json if as_json else _as_text
        with _progress(len(files), hidden=as_json) as advance:
            outcomes: Counter[str] = Counter()
            for replayed in run.run(files):
                _print(replayed, show)
                outcomes.update(made.decision.outcome for made in replayed)
                advance()
        if settle:
            _print(list(run.settle()), show)
    if not as_json:
        sys.stdout.write(_summary(outcomes, len(files)))


def _clock(now: str | None) -> Clock:
    if now is None:
        return SystemClock()
    try:
        moment = dt.datetime.fromisoformat(now)
    except ValueError:
        raise ConfigurationError(f"--now {now}: not an ISO 8601 moment, such as 2026-11-24T09:00:00+01:00") from None
    return FixedClock(moment if moment.tzinfo else moment.astimezone())


@contextmanager
def _progress(total: int, *, hidden: bool) -> Iterator[Callable[[], None]]:
    """A progress bar on standard error, where that is a terminal and the output is for a person."""
    console = Console(stderr=True)
    with Progress(console=console, disable=hidden or not console.is_terminal, transient=True) as bar:
        task = bar.add_task("Invoices", total=total)
        yield lambda: bar.advance(task)


def _print(decisions: list[Replayed], show: Callable[[Replayed], str]) -> None:
    sys.stdout.writelines(show(decision) for decision in decisions)
    sys.stdout.flush()


def line_of(replayed: Replayed) -> dict[str, Any]:
    """The line of one decision, with the names of the command's contract."""
    recorded = replayed.decision
    record = json.loads(recorded.record)
    read, decision = record["read"], record["decision"]
    number = read["fields"].get("invoice_number") if read else None
    return {
        "file": str(replayed.file),
        "index": recorded.position,
        "invoice_number": number["value"] if number else None,
        "outcome": decision["outcome"],
        "reason": decision["reason"],
        "reasons": [finding["code"] for finding in decision["findings"]],
        "warnings": decision["warnings"],
        "service_code": decision["service_code"],
        "commitment_number": decision["commitment_number"],
        "match_rung": decision["match_rung"],
        "candidates": decision["candidates"],
        "review_queue": decision["review_queue"],
        "proposed_action": decision["proposed_action"],
        "portal_reason": decision["portal_reason"],
        "payment_deadline": decision["payment_deadline"],
        "event_id": recorded.event_id,
        "policy_version": recorded.policy_version,
    }


def _summary(outcomes: Counter[str], files: int) -> str:
    counts = ", ".join(f"{outcomes[outcome]} {outcome}" for outcome in Outcome if outcomes[outcome])
    return f"\n{outcomes.total()} invoices in {files} files: {counts}\n"


def _as_json(replayed: Replayed) -> str:
    return json_line(line_of(replayed))


def _as_text(replayed: Replayed) -> str:
    """One line for a person: where it goes, and why, in French."""
    decision = json.loads(replayed.decision.record)["decision"]
    sentence = load_sentences("fr").say(primary_of(decision))
    line = line_of(replayed)
    target = " ".join(filter(None, (line["service_code"], line["commitment_number"]))) or "–"
    where = f"{replayed.file} [{line['index']}]"
    outcome = typer.style(f"{line['outcome']:12}", fg=_COLOURS[Outcome(line["outcome"])])
    text = page([f"{target:28} {line['invoice_number'] or '–':15} {sentence}  ({where})"])
    return f"{outcome if sys.stdout.isatty() else line['outcome'].ljust(12)}{text}"

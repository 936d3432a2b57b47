"""`aiguilleur status`: the four numbers of the dashboard and the stock by outcome, on one screen of a terminal."""

import datetime as dt
import json
import sys
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from rules.payment import Bucket
from worker.bootstrap import open_operator_store
from worker.clock import SystemClock
from worker.metrics.labels import HELD
from worker.ports import Clock
from worker.resources import load_policy
from worker.settings import load
from worker.store import stock
from worker.store.engine import reading
from worker.store.stock import Held

_TOUCHLESS_DAYS = 7
_OLD = (dt.timedelta(hours=24), dt.timedelta(days=3))  # nothing stays unrouted for more than three working days
_URGENT = (Bucket.LATE, Bucket.UP_TO_5)
_GOOD, _WATCH, _BAD, _QUIET = "bold green", "bold yellow", "bold red", "dim"


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """What the page shows. `touchless` is the share routed without a person, None where nothing was decided."""

    oldest: dt.timedelta | None
    urgent: int
    touchless: float | None
    held: dict[str, int]
    ages: dict[str, dt.timedelta]
    buckets: dict[Bucket, int]
    outbox_pending: int

    def as_json(self) -> str:
        """The same for a script."""
        return json.dumps(
            {
                "oldest_unrouted_seconds": self.oldest.total_seconds() if self.oldest else None,
                "late_or_5_days": self.urgent,
                "touchless_ratio": self.touchless,
                "completeness_missing": None,
                "unrouted": self.held,
                "payment_days_left": self.buckets,
                "outbox_pending": self.outbox_pending,
            }
        )


def status(
    *,
    as_json: Annotated[bool, typer.Option("--json", help="One line of JSON.")] = False,
    store: Annotated[
        Path | None, typer.Option("--store", metavar="DIR", help="Instead of AIGUILLEUR_DATA_DIR.")
    ] = None,
) -> None:
    """Show what waits, for how long, and how close its legal deadline is."""
    found = look(store, SystemClock())
    if as_json:
        sys.stdout.write(found.as_json() + "\n")
        return
    console = Console()
    for part in page(found):
        console.print(part)


def look(store: Path | None, clock: Clock) -> Status:
    """What the database says now. Raises `WorkerError`."""
    settings = load()
    days = load_policy(settings.policy).payment.days
    now = clock.now()
    with reading(open_operator_store(settings, store)) as connection:
        groups = stock.held(connection, now.date(), days)
        routed, ended = stock.touchless(connection, now - dt.timedelta(days=_TOUCHLESS_DAYS))
        pending = stock.unsent(connection).pending
    return _status(groups, now, routed / ended if ended else None, pending)


def page(found: Status) -> list[Table]:
    """The page: the four numbers, then the stock."""
    numbers = Table.grid(padding=(0, 3))
    for value, style, says in _numbers(found):
        numbers.add_row(Text(value, style=style, justify="right"), says)
    held = Table("not routed", "number", "oldest", box=None, padding=(0, 3, 0, 0), title_justify="left")
    for outcome in HELD:
        count, age = found.held[outcome], found.ages.get(outcome)
        style = _QUIET if not count else ""
        held.add_row(outcome.replace("_", " "), str(count), _told(age), style=style)
    held.add_row("events to send", str(found.outbox_pending), "", style="" if found.outbox_pending else _QUIET)
    return [numbers, Table.grid(), held]


def _status(groups: list[Held], now: dt.datetime, touchless: float | None, pending: int) -> Status:
    held: Counter[str] = Counter(dict.fromkeys(HELD, 0))
    buckets: Counter[Bucket] = Counter(dict.fromkeys(Bucket, 0))
    oldest: dict[str, dt.datetime] = defaultdict(lambda: now)
    for group in groups:
        held[group.outcome] += group.count
        oldest[group.outcome] = min(oldest[group.outcome], group.oldest)
        if group.bucket is not None:
            buckets[group.bucket] += group.count
    ages = {outcome: now - moment for outcome, moment in oldest.items()}
    return Status(
        oldest=max(ages.values(), default=None),
        urgent=sum(buckets[bucket] for bucket in _URGENT),
        touchless=touchless,
        held=dict(held),
        ages=ages,
        buckets=dict(buckets),
        outbox_pending=pending,
    )


def _numbers(found: Status) -> list[tuple[str, str, str]]:
    """Each of the four: the value, its style, what it is."""
    late = found.buckets[Bucket.LATE]
    urgency = _GOOD if not found.urgent else _BAD if late else _WATCH
    share = "-" if found.touchless is None else f"{found.touchless:.0%}"
    return [
        (_told(found.oldest), _style_of_age(found.oldest), "the oldest one not routed"),
        (str(found.urgent), urgency, f"late, or 5 days left to pay at most ({late} late)"),
        (share, "bold", f"routed without a person, over {_TOUCHLESS_DAYS} days"),
        ("not measured yet", _QUIET, "missing: on the portal, unknown here"),
    ]


def _style_of_age(age: dt.timedelta | None) -> str:
    watch, bad = _OLD
    if age is None or age < watch:
        return _GOOD
    return _WATCH if age < bad else _BAD


def _told(age: dt.timedelta | None) -> str:
    """An age in its two largest units."""
    if age is None:
        return "-"
    minutes = int(age.total_seconds() // 60)
    hours, days = minutes // 60, minutes // 1440
    if days:
        return f"{days} d {hours % 24} h"
    return f"{hours} h {minutes % 60} min" if hours else f"{minutes} min"

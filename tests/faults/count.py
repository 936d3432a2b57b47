"""What is counted at the end. Every invoice decided once, every decision told once, nothing else."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import func, select

from tests.running import Place
from worker.store import schema


@dataclass(frozen=True)
class Counts:
    """The figures of a run. The first six must be 0, 1, 1, 0, 0, 0."""

    invoices_lost: int
    decisions_per_invoice: int
    events_per_decision: int
    repeats_with_another_id: int
    events_missing: int
    events_out_of_order: int
    deliveries_not_finished: int
    deliveries_given_up: int
    invoices: int
    duplicate_decisions: int
    events_on_the_wire: int
    repeats_with_the_same_id: int

    @property
    def is_right(self) -> bool:
        """Whether nothing was lost, repeated or left."""
        wanted = (0, 1, 1, 0, 0, 0, 0, 0)
        return tuple(asdict(self).values())[: len(wanted)] == wanted


def count(place: Place, invoices: int, sent: Iterable[str], wire: Iterable[bytes]) -> Counts:
    """Count a run. Where a figure should be the same for all, the worst one is given."""
    events = [json.loads(body) for body in wire]
    ids: dict[tuple[str, int], set[str]] = defaultdict(set)
    for event in events:
        ids[event["subject"], event["data"]["decision_number"]].add(event["id"])
    with place.engine.connect() as connection:
        numbers = connection.execute(select(func.count(schema.invoices.c.invoice_number.distinct()))).scalar_one()
        decisions = list(connection.execute(select(schema.decisions)))
        outbox = set(connection.execute(select(schema.outbox.c.event_id)).scalars())
        deliveries = {row.delivery_id: row for row in connection.execute(select(schema.deliveries))}
    real = Counter(row.invoice_key for row in decisions if row.outcome != "DUPLICATE")
    per_decision = Counter((row.delivery_id, row.position) for row in decisions)
    told = {event["id"] for event in events}
    unfinished = [name for name in sent if name not in deliveries or deliveries[name].finished_at is None]
    return Counts(
        invoices_lost=invoices - numbers,
        decisions_per_invoice=_worst([*real.values(), *per_decision.values()]),
        events_per_decision=_worst(
            [len(ids.get((row.invoice_key, row.decision_number), set()) & outbox) for row in decisions]
        ),
        repeats_with_another_id=sum(len(different) - 1 for different in ids.values()),
        events_missing=len(outbox - told) + len(told - outbox),
        events_out_of_order=_out_of_order(events),
        deliveries_not_finished=len(unfinished),
        deliveries_given_up=sum(row.failed_at is not None for row in deliveries.values()),
        invoices=invoices,
        duplicate_decisions=sum(row.outcome == "DUPLICATE" for row in decisions),
        events_on_the_wire=len(events),
        repeats_with_the_same_id=len(events) - len(told),
    )


def _worst(values: list[int]) -> int:
    """The value furthest from one."""
    return max(values, key=lambda value: abs(value - 1), default=0)


def _out_of_order(events: list[dict[str, Any]]) -> int:
    """Events seen for the first time after a later one of the same invoice."""
    latest: dict[str, int] = {}
    seen: set[str] = set()
    wrong = 0
    for event in events:
        number, subject = event["data"]["decision_number"], event["subject"]
        if event["id"] not in seen:
            wrong += number < latest.get(subject, -1)
            latest[subject] = max(number, latest.get(subject, -1))
            seen.add(event["id"])
    return wrong

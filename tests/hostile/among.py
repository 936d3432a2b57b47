"""Hostile documents among good ones, through the service as it runs: what was sent, what was decided, what was told."""

import json
import random
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pika
from sqlalchemy import func, select

from tests.hostile_maker.every import small
from tests.hostile_maker.model import READ, Hostile
from tests.running import AUDIT, Place, Served
from tests.services.local import wait_until
from worker.queueing import topology
from worker.store import schema

Outcomes = dict[str, tuple[tuple[str, str], ...]]  # outcome and reason of each invoice, by delivery

_DECIDED = frozenset({"ROUTED", "REVIEW", "WAITING", "DUPLICATE"})
_PERSISTENT = 2


@dataclass(frozen=True)
class Ended:
    """What became of everything that was sent. `seconds` are from the first intake to the last confirmed event."""

    outcomes: Outcomes
    seconds: float
    untold: int  # decisions without an event on the wire
    left: tuple[str, ...]  # files in the temporary folder


def spread(count: int) -> list[Hostile]:
    """So many of the kept hostile files, of every family, always the same."""
    kept = small()
    return [kept[place * len(kept) // count] for place in range(count)]


def through(place: Place, good: Sequence[bytes], hostile: Sequence[Hostile], seconds: float, *options: str) -> Ended:
    """Send all of them, serve until each is finished and told, and stop.

    Hostile ones stand at chance places between good ones, which keep their order: of two that look alike, the second
    is told so.
    """
    chance = random.Random(1)
    sent = [(f"g-{number}", content) for number, content in enumerate(good)]
    for number, each in enumerate(hostile):
        sent.insert(chance.randint(0, len(sent)), (f"h-{number}", each.make()))
    with place.channel() as channel:
        properties = pika.BasicProperties(content_type="application/json", delivery_mode=_PERSISTENT)
        for name, content in sent:
            channel.basic_publish("", topology.RECEIVED, place.announce(content, name), properties, mandatory=True)
    temporary = place.folder / "tmp"
    temporary.mkdir()
    served = place.serve(*options, environment=place.environment(TMPDIR=str(temporary)))
    done = wait_until(lambda: served.process.poll() is not None or _is_done(place, len(sent)), seconds)
    assert done, _told(place, served)
    code = served.stop()
    assert code == 0, _told(place, served)
    return Ended(
        outcomes=_outcomes(place),
        seconds=_seconds(place),
        untold=_untold(place),
        left=tuple(str(path.relative_to(temporary)) for path in temporary.rglob("*")),
    )


def not_as_declared(outcomes: Outcomes, hostile: Iterable[Hostile]) -> list[str]:
    """The hostile files that ended otherwise than they do alone; made from one invoice, most repeat one another."""
    wrong = []
    for number, each in enumerate(hostile):
        found = outcomes.get(f"h-{number}", ())
        if not found or not all(_is_as_declared(each, *one) for one in found):
            wrong.append(f"{each.path}: {found}, expected {each.outcome} {each.reason}")
    return wrong


def _is_as_declared(hostile: Hostile, outcome: str, reason: str) -> bool:
    if hostile.outcome == READ or hostile.outcome in _DECIDED:
        return outcome in _DECIDED
    return outcome == hostile.outcome and hostile.reason in {"", reason}


def of_good(outcomes: Outcomes) -> Outcomes:
    """What became of the good ones."""
    return {name: found for name, found in outcomes.items() if name.startswith("g-")}


def _is_done(place: Place, deliveries: int) -> bool:
    return place.count(schema.deliveries) == deliveries and place.unfinished() == 0 and place.unsent() == 0


def _told(place: Place, served: Served) -> str:
    with place.engine.connect() as connection:
        unfinished = list(
            connection.execute(
                select(schema.deliveries.c.delivery_id, schema.deliveries.c.failure)
                .where(schema.deliveries.c.finished_at.is_(None))
                .limit(10)
            )
        )
    return f"unfinished: {unfinished}\n{served.tail()}"


def _outcomes(place: Place) -> Outcomes:
    c = schema.decisions.c
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    with place.engine.connect() as connection:
        for row in connection.execute(
            select(c.delivery_id, c.outcome, c.reason).order_by(c.delivery_id, c.position, c.decision_number)
        ):
            found[row.delivery_id].append((row.outcome, row.reason))
    return {name: tuple(outcomes) for name, outcomes in found.items()}


def _seconds(place: Place) -> float:
    with place.engine.connect() as connection:
        begun = connection.execute(select(func.min(schema.deliveries.c.queued_at))).scalar_one()
        ended = connection.execute(select(func.max(schema.outbox.c.sent_at))).scalar_one()
    return float((ended - begun).total_seconds())


def _untold(place: Place) -> int:
    told = {json.loads(body)["id"] for _, body in place.taken(AUDIT)}
    with place.engine.connect() as connection:
        decided = set(connection.execute(select(schema.decisions.c.event_id)).scalars())
    return len(decided - told)

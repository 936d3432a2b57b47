"""Hostile documents among good ones, through the service: the good alone, the hostile alone, and both mixed.

Nothing may be lost, and the mix may take no longer than both alone, one after the other. Where that is so, a hostile
document costs its own time and no one else's.
"""

import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks.service import document
from tests.hostile.among import Ended, not_as_declared, of_good, spread, through
from tests.hostile_maker.model import Hostile
from tests.running import place
from tests.services.postgres import PostgreSQL
from tests.services.rabbitmq import RabbitMQ

GOOD, HOSTILE = 2_000, 200
_THREADS = "4"
_SECONDS = 1_800.0


def run() -> Iterator[str]:
    """The lines of the report."""
    yield f"hostile: {HOSTILE} hostile documents of every family among {GOOD} good ones, {_THREADS} threads"
    good, hostile = [document(number) for number in range(GOOD)], spread(HOSTILE)
    with RabbitMQ() as rabbitmq, PostgreSQL() as postgres:
        alone = _through(rabbitmq, postgres, good, [])
        yield f"  good alone: {alone.seconds:.1f} s, {GOOD / alone.seconds:.1f} a second"
        attacks = _through(rabbitmq, postgres, [], hostile)
        yield f"  hostile alone: {attacks.seconds:.1f} s, {attacks.seconds / HOSTILE * 1e3:.0f} ms each"
        mixed = _through(rabbitmq, postgres, good, hostile)
        yield f"  mixed: {mixed.seconds:.1f} s, {mixed.seconds / (alone.seconds + attacks.seconds):.2f} of both alone"
    yield from _lost(alone, mixed, hostile)


def _through(rabbitmq: RabbitMQ, postgres: PostgreSQL, good: list[bytes], hostile: list[Hostile]) -> Ended:
    with (
        tempfile.TemporaryDirectory(prefix="bench-") as folder,
        place(rabbitmq.fresh_vhost(), postgres.fresh_database(), Path(folder)) as made,
    ):
        return through(made, good, hostile, _SECONDS, "--threads", _THREADS)


def _lost(alone: Ended, mixed: Ended, hostile: list[Hostile]) -> Iterator[str]:
    """What must all be nothing."""
    before, after = of_good(alone.outcomes), of_good(mixed.outcomes)
    changed = [
        f"{name}: {after.get(name)}, alone {found}" for name, found in before.items() if after.get(name) != found
    ]
    wrong = not_as_declared(mixed.outcomes, hostile)
    yield f"  deliveries decided: {len(mixed.outcomes)} of {GOOD + HOSTILE}; decisions not told: {mixed.untold}"
    yield f"  good ones decided otherwise than alone: {len(changed)}; hostile ones not as declared: {len(wrong)}"
    yield from (f"    {line}" for line in (*changed, *wrong))
    yield f"  temporary files left: {len(mixed.left)}"
    outcomes = Counter(name[0] + " " + one[0] for name, found in mixed.outcomes.items() for one in found)
    yield f"  outcomes (g good, h hostile): {', '.join(f'{name} {n}' for name, n in sorted(outcomes.items()))}"

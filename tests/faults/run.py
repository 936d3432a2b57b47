"""One run: the servers, the service, the sender, the schedule, and the count."""

import datetime as dt
import random
import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from tests.faults.breaking import Breaker, small_disk
from tests.faults.count import Counts, count
from tests.faults.feed import Feed
from tests.faults.fleet import PROCESSES, ROLES, Fleet
from tests.faults.scene import import_fresh
from tests.faults.watching import Seen, address, fired, ports_for, told, watched
from tests.running import AUDIT, Place, place
from tests.services.local import wait_until
from tests.services.postgres import PostgreSQL
from tests.services.rabbitmq import RabbitMQ
from worker.store import schema

_INVOICES_PER_ROUND = 5000  # a round is every fault once, in a new order
_SETTLE_SECONDS = 180.0
_REST_SECONDS = 2.0  # for what is at hand, so that not every fault meets the ruins of the one before
_LATEST_SECONDS = 1.5
_TOLD_SECONDS = 15.0  # the longest `for` of an alert on what stays when all is mended, in a hurry, and some

# Of the alerts, in a hurry. The faults of a schedule last for seconds, some of them for longer than a page waits, and
# which of these is chance: what has to fire is what a run leaves behind, what must not is what none of the faults is.
MUST_FIRE = frozenset({"DeadLettersKept", "EventsUnroutable"})
MUST_BE_SILENT = frozenset({
    "DeliveryGivenUp", "FirstSeenTooLong", "MassNotFound", "PaymentAtRisk", "QuarantineLeft", "ReferentialShrunk",
    "ReferentialStale", "ReviewPilingUp", "SchemaDrift", "SilenceOnWorkingDay", "VersionsDiffer", "WaitingTooLong",
})  # fmt: skip

_EVENT = re.compile(r'"event": "([a-z_]+)"')
_NEVER = ('"UNEXPECTED"', "Traceback", '"stop_took_too_long"', '"NEVER_FINISHED"')
_QUIET = ("delivery_received",)


class Result(NamedTuple):
    """A run's figures, what was done to it, and which alerts told of it."""

    counts: Counts
    faults: list[str]
    alerts: Seen
    starts: int
    resent: int
    seconds: float


def run(invoices: int, seed: int, say: Callable[[str], object] = print) -> Result:
    """Run everything on servers of its own."""
    begun = time.monotonic()
    with RabbitMQ(count_ms=1000) as rabbitmq, PostgreSQL() as postgres, _folder(invoices) as (folder, has_disk):
        if not has_disk:
            say("no file system of its own may be mounted here: the disk is not filled")
        with place(rabbitmq.fresh_vhost(), postgres.fresh_database(), folder, reference=False) as made:
            import_fresh(made)
            ports = ports_for({name: PROCESSES.get(name, 1) for name in ROLES})
            fleet = Fleet(made, settings={name: address(ports[name]) for name in ROLES})
            fleet.start()
            fleet.wait_ready()
            with watched(made, ports, rabbitmq) as watcher:
                faults, feed = _broken(made, fleet, rabbitmq, postgres, invoices, seed, say, has_disk=has_disk)
                wait_until(lambda: _is_settled(made, feed), _SETTLE_SECONDS)
                say(f"settled after {time.monotonic() - begun:.0f} s")
                time.sleep(_TOLD_SECONDS)
                seen = watcher.seen()
            codes = fleet.close()
            say(f"stopped with exit codes {codes}")
            counts = count(made, invoices, feed.sent, [body for _, body in made.taken(AUDIT)])
            _tell_errors(made, say)
    return Result(counts, faults, seen, fleet.starts, feed.resent, time.monotonic() - begun)


def _broken(
    made: Place, fleet: Fleet, rabbitmq: RabbitMQ, postgres: PostgreSQL, invoices: int, seed: int,
    say: Callable[[str], object], *, has_disk: bool,
) -> tuple[list[str], Feed]:  # fmt: skip
    """Send all invoices while the schedule runs."""
    chance = random.Random(seed)
    rounds = max(1, round(invoices / _INVOICES_PER_ROUND))
    feed = Feed(made, invoices, random.Random(seed + 1), received_at=lambda: dt.datetime.now(dt.UTC))
    breaker = Breaker(made, fleet, rabbitmq, postgres, chance)
    feed.start()
    done = []
    names = [name for name in breaker.faults if has_disk or name != "disk-full"]
    for _ in range(rounds):
        for name in chance.sample(names, len(names)):
            feed.release(invoices // (rounds * len(names)))  # so that the fault meets work at hand
            time.sleep(chance.uniform(0, _LATEST_SECONDS))
            say(f"{len(feed.sent):6} sent, {fleet.starts} starts: {name}")
            breaker.faults[name]()
            done.append(name)
            time.sleep(_REST_SECONDS)
    feed.release(invoices)
    feed.join(300)
    return done, feed


def _is_settled(made: Place, feed: Feed) -> bool:
    return made.count(schema.deliveries) >= len(feed.sent) and made.unfinished() == 0 and made.unsent() == 0


def _tell_errors(made: Place, say: Callable[[str], object]) -> None:
    """Say how often what was logged, and show what no fault should ever lead to."""
    events: Counter[str] = Counter()
    for log in sorted(made.folder.glob("*.log")):
        for line in log.read_text(encoding="utf-8", errors="replace").splitlines():
            named = _EVENT.search(line)
            events.update([named[1]] if named else [])
            if any(sign in line for sign in _NEVER):
                say(f"{log.name}: {line[:1500]}")
    for event in _QUIET:
        del events[event]
    say(", ".join(f"{number} {event}" for event, number in events.most_common()))


@contextmanager
def _folder(invoices: int) -> Iterator[tuple[Path, bool]]:
    with tempfile.TemporaryDirectory(prefix="aiguilleur-faults-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        with small_disk(folder / "documents", 32 + invoices // 100) as mounted:
            yield folder, mounted


def main(arguments: list[str]) -> int:
    """`N=2000 SEED=1`: run, print the counts, and 1 if they are not as they must be."""
    given = dict(argument.partition("=")[::2] for argument in arguments)
    result = run(int(given.get("N", "2000")), int(given.get("SEED", "1")))
    for name, value in result.counts.__dict__.items():
        sys.stdout.write(f"{name:26} {value}\n")
    sys.stdout.write(f"{len(result.faults)} faults, {result.starts} starts, {result.resent} sent again, "
                     f"{result.seconds:.0f} s\n")  # fmt: skip
    missing, wrong = MUST_FIRE - fired(result.alerts), MUST_BE_SILENT & fired(result.alerts)
    sys.stdout.write("".join(f"{line}\n" for line in ("alerts:", *told(result.alerts))))
    sys.stdout.write(f"must fire and did not: {sorted(missing)}; must be silent and fired: {sorted(wrong)}\n")
    return 0 if result.counts.is_right and not missing and not wrong else 1

"""Which alerts a fault must raise, and that it raises no other: each fault on a service of its own.

`python -m tests.faults.alerting [NAME …]` plays all of them, or some, and prints what fired when.
"""

import contextlib
import logging
import shutil
import signal
import sys
import time
from collections.abc import Callable, Collection, Iterator
from typing import NamedTuple

from tests.faults import watching
from tests.faults.breaking import Breaker
from tests.faults.scene import WORKERS, Scene, Servers, import_fresh, resolve, reviewed, scene, servers
from tests.faults.watching import Seen, fired
from tests.running import AUDIT
from worker.queueing import topology

_AT_HAND = 40  # deliveries, where a fault has to meet some

Doing = Callable[[Scene], contextlib.AbstractContextManager[object]]


class Fault(NamedTuple):
    """What is done, for how many seconds (each is a minute of the rules), and which alerts must fire by it.

    `may` are those that follow in some runs, because pauses of the service itself are not shortened: up to 10 s until
    it connects again (10 minutes of the rules), 3 s to stop, and 5 to 40 s between two attempts of a delivery.
    """

    doing: Doing
    seconds: float
    must: frozenset[str]
    may: frozenset[str] = frozenset()
    in_s3: bool = False


class Verdict(NamedTuple):
    """What was seen of a fault."""

    fired: frozenset[str]
    missing: frozenset[str]
    wrong: frozenset[str]
    seen: Seen

    @property
    def is_right(self) -> bool:
        """Whether what had to fire fired, and nothing else."""
        return not self.missing and not self.wrong


@contextlib.contextmanager
def _quiet(_: Scene) -> Iterator[None]:
    yield


@contextlib.contextmanager
def _restarted_then_nothing(at: Scene) -> Iterator[None]:
    """An upgrade in the evening: one worker after the other starts anew, and no invoice comes after that."""
    at.rest()
    for name in WORKERS:
        at.fleet.restarted(name, signal.SIGTERM)
    yield


@contextlib.contextmanager
def _broker_down(at: Scene) -> Iterator[None]:
    key = reviewed(at.place)
    at.servers.rabbitmq.stop()
    try:
        resolve(at.place, key)
        yield
    finally:
        at.servers.rabbitmq.start()


@contextlib.contextmanager
def _broker_alarm(at: Scene) -> Iterator[None]:
    key = reviewed(at.place)
    at.servers.rabbitmq.ctl("set_vm_memory_high_watermark", "0.00001")
    try:
        resolve(at.place, key)
        yield
    finally:
        at.servers.rabbitmq.ctl("set_vm_memory_high_watermark", "0.4")


@contextlib.contextmanager
def _database_down(at: Scene) -> Iterator[None]:
    with at.work_at_hand(_AT_HAND):
        at.servers.postgres.stop()
    try:
        yield
    finally:
        at.servers.postgres.start()


@contextlib.contextmanager
def _store_away(at: Scene) -> Iterator[None]:
    with at.work_at_hand(_AT_HAND):
        at.servers.s3.stop()
    try:
        yield
    finally:
        at.servers.s3.start()


@contextlib.contextmanager
def _documents_gone(at: Scene) -> Iterator[None]:
    """Somebody cleans up the folder of documents under work at hand."""
    with at.work_at_hand(_AT_HAND):
        for folder in (at.place.folder / "documents").iterdir():
            shutil.rmtree(folder)
    yield


def _gone(*names: str) -> Doing:
    return lambda at: at.fleet.kept_down(*names)


@contextlib.contextmanager
def _killed_again_and_again(at: Scene) -> Iterator[None]:
    for _ in range(5):
        at.fleet.restarted(WORKERS[0], signal.SIGKILL)
        time.sleep(2)  # long enough to be scraped
    yield


@contextlib.contextmanager
def _events_refused(at: Scene) -> Iterator[None]:
    with at.place.channel() as channel:
        channel.queue_unbind(AUDIT, topology.EVENTS, "invoice.#")
    try:
        yield
    finally:
        with at.place.channel() as channel:
            channel.queue_bind(AUDIT, topology.EVENTS, "invoice.#")


@contextlib.contextmanager
def _malformed(at: Scene) -> Iterator[None]:
    Breaker(at.place, at.fleet, at.servers.rabbitmq, at.servers.postgres, at.feed.chance).faults["poison"]()
    yield


@contextlib.contextmanager
def _queue_emptied(at: Scene) -> Iterator[None]:
    with at.work_at_hand(_AT_HAND), at.place.channel() as channel:
        channel.queue_purge(topology.PROCESS)
    yield


@contextlib.contextmanager
def _half_an_export(at: Scene) -> Iterator[None]:
    """Half of the commitments are gone from the export, and somebody insists."""
    folder = import_fresh(at.place, times=0)
    file = folder / "commitments.csv"
    lines = file.read_text("utf-8").splitlines(keepends=True)
    file.write_text("".join(lines[: len(lines) // 2]), "utf-8")
    done = at.place.run("reference", "import", str(folder), "--force")
    assert done.returncode == 0, done.stderr
    yield


def _alerts(*names: str) -> frozenset[str]:
    return frozenset(names)


FAULTS = {
    "quiet": Fault(_quiet, 6, _alerts()),
    "restarted, then nothing": Fault(_restarted_then_nothing, 25, _alerts(), may=_alerts("WorkerThreadsMissing")),
    "broker down": Fault(
        _broker_down, 20, _alerts("BrokerMetricsMissing", "QueueMetricsMissing", "OutboxStuck"),
        may=_alerts("NoConsumer", "NothingDecided", "DecidedLateFast"),
    ),
    "broker alarm": Fault(
        _broker_alarm, 20, _alerts("BrokerAlarm", "OutboxStuck"),
        may=_alerts("NothingDecided", "DecidedLateFast"),
    ),
    "database down": Fault(
        _database_down, 26,
        _alerts("StockUnreadable", "MetricMissing", "RetriesRise", "NothingDecided", "DecidedLateFast"),
        may=_alerts("DecisionOverdue", "BacklogGrows", "DeliveriesSwept"),
    ),
    "documents away": Fault(
        _store_away, 26, _alerts("RetriesRise", "NothingDecided", "DecidedLateFast"),
        may=_alerts("DecisionOverdue", "BacklogGrows"), in_s3=True,
    ),
    "documents gone": Fault(_documents_gone, 15, _alerts("DeadLetters", "DeadLettersKept", "DeliveryGivenUp")),
    "everything gone": Fault(
        _gone("intake", "exporter", "relay", *WORKERS), 18,
        _alerts("AiguilleurDown", "AiguilleurProcessDown", "NoConsumer", "MetricMissing"),
        may=_alerts("NothingDecided", "DecidedLateFast", "OutboxStuck"),
    ),
    "workers gone": Fault(
        _gone(*WORKERS), 30,
        _alerts("NoConsumer", "AiguilleurProcessDown", "MetricMissing", "NothingDecided", "DecidedLateFast",
                "DeliveriesSwept"),
    ),
    "intake gone": Fault(
        _gone("intake"), 26, _alerts("NoConsumer", "AiguilleurProcessDown", "NothingDecided", "DecidedLateFast")
    ),
    "exporter dead": Fault(_gone("exporter"), 20, _alerts("AiguilleurProcessDown", "MetricMissing")),
    "worker killed again and again": Fault(_killed_again_and_again, 2, _alerts("AiguilleurRestarts")),
    "events refused": Fault(_events_refused, 18, _alerts("EventsUnroutable", "OutboxStuck")),
    "messages malformed": Fault(_malformed, 15, _alerts("DeadLetters", "DeadLettersKept")),
    "queue emptied": Fault(_queue_emptied, 15, _alerts("DeliveriesSwept")),
    "half an export": Fault(_half_an_export, 10, _alerts("ReferentialShrunk")),
}  # fmt: skip


def play(names: Collection[str], on: Servers) -> Verdict:
    """Do faults, all at once, on a service of their own; what fired, against the table."""
    faults = [FAULTS[name] for name in names]
    with scene(on, in_s3=any(fault.in_s3 for fault in faults)) as at:
        with contextlib.ExitStack() as doing:
            for fault in faults:
                doing.enter_context(fault.doing(at))
            at.hold(max(fault.seconds for fault in faults))
        at.finish()
        seen = at.watcher.seen()
    must = frozenset[str]().union(*(fault.must for fault in faults))
    may = frozenset[str]().union(*(fault.may for fault in faults))
    if "DecidedLateFast" in must | may:
        may |= {"DecidedLateSlow"}  # the run is all that its day has; Alertmanager holds it back behind the other
    return Verdict(fired(seen), must - fired(seen), fired(seen) - must - may, seen)


def told(names: Collection[str], verdict: Verdict) -> str:
    """A verdict in lines for people."""
    lines = [f"{'ok   ' if verdict.is_right else 'WRONG'} {' + '.join(names)}"]
    lines += watching.told(verdict.seen)
    lines += [f"      must fire and did not: {name}" for name in sorted(verdict.missing)]
    lines += [f"      must be silent and fired: {name}" for name in sorted(verdict.wrong)]
    return "\n".join(lines) + "\n"


def main(names: list[str]) -> int:
    """Play faults one after the other; 1 if one of them was not told as the table says."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)  # the server of the bucket tells every request
    is_right = True
    with servers() as on:
        for name in names or FAULTS:
            verdict = play([name], on)
            is_right &= verdict.is_right
            sys.stdout.write(told([name], verdict))
            sys.stdout.flush()
    return 0 if is_right else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

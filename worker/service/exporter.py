"""The exporter: the gauges of the stock, read from the database when somebody scrapes.

One reading is one transaction that sees one moment. A database that is slow or away costs the scrape a bounded time and
takes these series away, `aiguilleur_exporter_up` apart; the counters of the process are told all the same.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooSlow
from contextlib import contextmanager
from dataclasses import dataclass

import structlog
from prometheus_client import REGISTRY, CollectorRegistry
from prometheus_client.registry import Collector
from sqlalchemy import Engine

from rules.payment import Bucket
from worker.errors import TransientError
from worker.metrics import stock as declared
from worker.metrics.labels import HELD, MOST_SERVICES, NONE, service_of
from worker.metrics.stock import Family
from worker.ports import Clock
from worker.store import stock
from worker.store.availability import database_faults
from worker.store.engine import bounded, reading
from worker.store.proofs import PortalStock, portal_stock
from worker.store.stock import Held, Outbox, ReferenceStock, Resolved

log = structlog.get_logger(__name__)

_QUERY_SECONDS = 4.0
_SCRAPE_SECONDS = 5.0  # a scrape may take ten, unless told otherwise


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What one look at the database said."""

    now: dt.datetime
    held: list[Held]
    outbox: Outbox
    reference: ReferenceStock | None
    resolved: list[Resolved]
    portal: PortalStock | None


class StockCollector(Collector):
    """Reads the stock for each scrape. `days` is how long the body has to pay, for what nobody has read yet."""

    def __init__(self, engine: Engine, clock: Clock, days: int, scrape_seconds: float = _SCRAPE_SECONDS) -> None:
        self._engine = engine
        self._clock = clock
        self._days = days
        self._scrape_seconds = scrape_seconds
        self._reference: ReferenceStock | None = None
        self._reader = ThreadPoolExecutor(1, "exporter")
        self._pending: Future[Reading] | None = None

    def describe(self) -> Iterable[Family]:
        """The families, without asking the database: what registration needs."""
        return [wanted.family() for wanted in declared.ALL]

    def collect(self) -> Iterator[Family]:
        """The families of one reading; where there is none, only that there is none."""
        found = self._read()
        up = declared.EXPORTER_UP.family()
        up.add_metric([], 0.0 if found is None else 1.0)
        yield up
        if found is not None:
            yield from _families(found)

    def close(self) -> None:
        """Read no more."""
        self._reader.shutdown(wait=False, cancel_futures=True)

    def _read(self) -> Reading | None:
        """A reading, or None. One that is late is waited for by the next scrape, never doubled."""
        pending = self._pending
        try:
            if pending is None or pending.done():
                pending = self._pending = self._reader.submit(self._ask)
            return pending.result(self._scrape_seconds)
        except (TransientError, TooSlow) as error:
            log.warning("stock_unread", error=type(error).__name__)
        except Exception:  # a fault of ours must not take the counters of the process away
            log.exception("stock_unread")
        return None

    def _ask(self) -> Reading:
        now = self._clock.now()
        with database_faults(), reading(self._engine) as connection, bounded(connection, _QUERY_SECONDS):
            self._reference = stock.reference_stock(connection, MOST_SERVICES, self._reference)
            return Reading(
                now=now,
                held=stock.held(connection, now.date(), self._days),
                outbox=stock.unsent(connection),
                reference=self._reference,
                resolved=stock.resolved(connection),
                portal=portal_stock(connection),
            )


@contextmanager
def exporting(engine: Engine, clock: Clock, days: int, registry: CollectorRegistry = REGISTRY) -> Iterator[None]:
    """Tell the stock on this process's `/metrics`."""
    collector = StockCollector(engine, clock, days)
    registry.register(collector)
    try:
        yield
    finally:
        registry.unregister(collector)
        collector.close()


def _families(found: Reading) -> Iterator[Family]:
    services = found.reference.services if found.reference else frozenset[str]()
    yield from _stock(found, services)
    yield _gauge(declared.OUTBOX_PENDING, found.outbox.pending)
    yield _gauge(declared.OUTBOX_OLDEST, _age(found.now, found.outbox.oldest))
    if found.reference is not None:
        yield _gauge(declared.REFERENTIAL_AGE, _age(found.now, found.reference.as_of))
        yield _labelled(declared.REFERENTIAL_ROWS, {(table,): n for table, n in found.reference.rows.items()})
        yield _labelled(declared.REFERENTIAL_CHANGE, {(table,): n for table, n in found.reference.change.items()})
    if found.portal is not None:
        yield from _portal(found.now, found.portal)
    yield _labelled(declared.REVIEW_RESOLVED, {(group.reason, group.taken): group.count for group in found.resolved})


def _portal(now: dt.datetime, held: PortalStock) -> Iterator[Family]:
    yield _gauge(declared.PORTAL_PENDING, held.pending)
    yield _gauge(declared.PORTAL_OLDEST, _age(now, held.oldest))
    ends: dict[tuple[str, ...], float] = {(name,): moment.timestamp() for name, moment in held.expiries.items()}
    yield _labelled(declared.CREDENTIAL_EXPIRY, ends)
    if held.missing is not None:
        yield _gauge(declared.COMPLETENESS_MISSING, held.missing)
    if held.proven_at is not None:
        yield _gauge(declared.COMPLETENESS_SUCCESS, held.proven_at.timestamp())


def _stock(found: Reading, services: frozenset[str]) -> Iterator[Family]:
    """What is held. A series of 0 stands for each outcome and bucket of which there is nothing."""
    counts: dict[tuple[str, ...], float] = defaultdict(float, {(outcome, NONE): 0.0 for outcome in HELD})
    left: dict[tuple[str, ...], float] = defaultdict(float, {(bucket.value, NONE): 0.0 for bucket in Bucket})
    oldest = dict.fromkeys(HELD, 0.0)
    for group in found.held:
        service = service_of(group.service, services)
        counts[group.outcome, service] += group.count
        if group.bucket is not None:
            left[group.bucket.value, service] += group.count
        oldest[group.outcome] = max(oldest[group.outcome], _age(found.now, group.oldest))
    yield _labelled(declared.UNROUTED, counts)
    yield _labelled(declared.OLDEST, {(outcome,): age for outcome, age in oldest.items()})
    yield _labelled(declared.PAYMENT_DUE, left)
    yield _gauge(declared.FIRST_SEEN, max(oldest.values()))


def _gauge(wanted: declared.Stock, value: float) -> Family:
    return _labelled(wanted, {(): value})


def _labelled(wanted: declared.Stock, values: dict[tuple[str, ...], float]) -> Family:
    family = wanted.family()
    for labels, value in values.items():
        family.add_metric(labels, value)
    return family


def _age(now: dt.datetime, moment: dt.datetime | None) -> float:
    """Seconds since a moment; 0 for none, and for one that a clock ahead of ours gave."""
    return 0.0 if moment is None else max((now - moment).total_seconds(), 0.0)

"""The gauges of the stock, on both databases: what is held, how old it is, how near its deadline."""

import datetime as dt
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from prometheus_client import CollectorRegistry
from sqlalchemy import Engine, update
from sqlalchemy.exc import OperationalError

from tests.app import replayed, started
from tests.manifest import CASES, NOW
from tests.recorded import Recorder
from worker.bootstrap import Embedded
from worker.clock import FixedClock
from worker.metrics import stock as declared
from worker.ports import StoredDocument
from worker.review import Chosen, ReviewDesk, decision_of
from worker.service import exporter
from worker.service.exporter import StockCollector, exporting
from worker.store import decisions, inbox, portal, proofs, schema, stock
from worker.store.engine import bounded, open_engine, reading
from worker.store.inbox import Delivery

NAMES = ("commitment-ambiguous", "supplier-mismatch", "service-unknown", "amount-over")
AMBIGUOUS, MISMATCH = "cpro:900002206", "cpro:900002302"
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


@pytest.fixture
def app(store_url: str) -> Iterator[Embedded]:
    """Four invoices under review, in an otherwise empty store."""
    cases = [case for case in CASES if case.id in NAMES]
    with started(cases[0].reference, database=store_url) as made:
        replayed(made, [file for case in cases for file in case.files])
        yield made


@contextmanager
def _scraped(engine: Engine, now: dt.datetime = NOW) -> Iterator[Recorder]:
    """The samples of a registry that has the exporter and nothing else."""
    registry = CollectorRegistry()
    values = Recorder(registry)
    with exporting(engine, FixedClock(now), 30, registry):
        yield values


def _deliver(engine: Engine, name: str, received_at: dt.datetime, available: dt.datetime | None = None) -> None:
    document = StoredDocument("documents/x", "0" * 64, 1)
    delivery = Delivery(
        delivery_id=name, source="test", document=document, media_type="application/xml",
        received_at=received_at, made_available_at=available,
    )  # fmt: skip
    with engine.begin() as connection:
        inbox.add(connection, delivery)


def test_an_empty_store(store_url: str) -> None:
    """Every outcome and bucket has a series of 0, so that a missing series means a missing exporter."""
    with started(None, database=store_url) as app, _scraped(app.engine) as value:
        assert value("aiguilleur_exporter_up") == 1
        series = {**value.grown("aiguilleur_unrouted_invoices"), **value.grown("aiguilleur_payment_due_invoices")}
        assert series == {}
        registry = CollectorRegistry()
        registry.register(StockCollector(app.engine, FixedClock(NOW), 30))
        samples = [sample for family in registry.collect() for sample in family.samples]
        held = {s.labels["outcome"] for s in samples if s.name == "aiguilleur_oldest_unrouted_age_seconds"}
        near = {s.labels["bucket"] for s in samples if s.name == "aiguilleur_payment_due_invoices"}
        assert held == {"queued", "given_up", "waiting", "review", "quarantine"}
        assert near == {"late", "0_5", "6_10", "11_20", "21_30"}
        assert not [s for s in samples if s.name.startswith("aiguilleur_referential")]


def test_reviews_by_service_and_deadline(app: Embedded) -> None:
    """Invoices count where they wait, under the service that is known, by the days that remain to pay."""
    with app.engine.begin() as connection:
        table = schema.invoices
        connection.execute(
            update(table)
            .where(table.c.invoice_key == AMBIGUOUS)
            .values(payment_deadline=NOW.date() - DAY, first_seen=NOW - 3 * DAY)
        )
        connection.execute(
            update(table).where(table.c.invoice_key == MISMATCH).values(payment_deadline=NOW.date() + 6 * DAY)
        )
    with _scraped(app.engine) as value:
        assert sum(value.grown("aiguilleur_unrouted_invoices").values()) == 4
        assert {dict(series)["outcome"] for series in value.grown("aiguilleur_unrouted_invoices")} == {"review"}
        by_bucket: dict[str, float] = {}
        for series, count in value.grown("aiguilleur_payment_due_invoices").items():
            bucket = dict(series)["bucket"]
            by_bucket[bucket] = by_bucket.get(bucket, 0) + count
        assert by_bucket == {"late": 1, "6_10": 1, "21_30": 2}
        assert value("aiguilleur_oldest_unrouted_age_seconds", outcome="review") == 3 * 86_400
        assert value("aiguilleur_first_seen_age_seconds_max") == 3 * 86_400


def test_deliveries_that_nobody_has_read(app: Embedded) -> None:
    """They are queued, or given up; their clock runs from the portal's moment, or from the one they came."""
    _deliver(app.engine, "new", NOW - HOUR)
    _deliver(app.engine, "old", NOW - 2 * HOUR, available=NOW - 31 * DAY)
    _deliver(app.engine, "lost", NOW - 25 * DAY)
    with app.engine.begin() as connection:
        inbox.fail(connection, "lost", "DOCUMENT_MISSING", NOW)
    with _scraped(app.engine) as value:
        assert value("aiguilleur_unrouted_invoices", outcome="queued", service="none") == 2
        assert value("aiguilleur_unrouted_invoices", outcome="given_up", service="none") == 1
        assert value("aiguilleur_payment_due_invoices", bucket="late", service="none") == 1
        assert value("aiguilleur_payment_due_invoices", bucket="0_5", service="none") == 1
        assert value("aiguilleur_oldest_unrouted_age_seconds", outcome="queued") == 7200
        assert value("aiguilleur_oldest_unrouted_age_seconds", outcome="given_up") == 25 * 86_400


@pytest.mark.parametrize(("days_ago", "bucket"), [(31, "late"), (30, "0_5"), (25, "0_5"), (24, "6_10"), (9, "21_30")])
def test_deliveries_and_invoices_have_the_same_buckets(app: Embedded, days_ago: int, bucket: str) -> None:
    """The border between two buckets is the same day for a delivery as for an invoice with that deadline."""
    at_midnight = dt.datetime.combine(NOW.date() - days_ago * DAY, dt.time(), dt.UTC)
    for name, moment in {"first": at_midnight, "last": at_midnight + DAY - dt.timedelta(microseconds=1)}.items():
        _deliver(app.engine, name, moment)
    with app.engine.begin() as connection:
        connection.execute(update(schema.invoices).values(payment_deadline=NOW.date() + (30 - days_ago) * DAY))
    with reading(app.engine) as connection:
        assert {group.bucket for group in stock.held(connection, NOW.date(), 30)} == {bucket}


def test_resolved_reviews_leave_and_are_counted(app: Embedded) -> None:
    """What a person ended is no stock any more, and says which proposal was taken."""
    desk = ReviewDesk(engine=app.engine, clock=app.pipeline.clock, source=app.pipeline.source)
    desk.resolve(AMBIGUOUS, Chosen(commitment_number="2026-77"), "finance")
    desk.resolve(MISMATCH, None, "finance")
    with _scraped(app.engine) as value:
        assert sum(value.grown("aiguilleur_unrouted_invoices").values()) == 2
        resolved = "aiguilleur_review_resolved_total"
        assert value(resolved, reason="ENG_AMBIGUOUS", resolution="first") == 1
        assert value(resolved, reason="SUP_MISMATCH", resolution="none") == 1
    with reading(app.engine) as connection:
        assert stock.touchless(connection, NOW - HOUR) == (0, 4)
        assert stock.touchless(connection, NOW + HOUR) == (0, 0)


def test_the_reference_data(app: Embedded) -> None:
    """Age, rows and, once there was an import before, the growth of each table."""
    with _scraped(app.engine, NOW + HOUR) as value:
        with reading(app.engine) as connection:
            known = stock.reference_stock(connection, 200)
            assert known is not None
            assert stock.reference_stock(connection, 200, known) is known
        assert value("aiguilleur_referential_age_seconds") == (NOW + HOUR - known.as_of).total_seconds()
        assert value("aiguilleur_referential_rows", table="commitments") == known.rows["commitments"] > 0
        assert known.change == {}
    with app.engine.begin() as connection:
        table = schema.reference_imports
        connection.execute(table.insert().values(import_number=99, as_of=NOW, imported_at=NOW, is_current=False))
        connection.execute(update(table).values(is_current=table.c.import_number == 99))
    with _scraped(app.engine) as value:
        assert value("aiguilleur_referential_change_ratio", table="commitments") == -1
        assert all(dict(series)["service"] == "other" for series in value.grown("aiguilleur_unrouted_invoices")
                   if dict(series)["service"] != "none")  # fmt: skip


def test_events_that_wait(app: Embedded) -> None:
    """Their number and the age of the oldest."""
    with app.engine.begin() as connection:
        connection.execute(update(schema.outbox).values(sent_at=None, created_at=NOW - HOUR))
    with _scraped(app.engine) as value:
        assert (value("aiguilleur_outbox_pending"), value("aiguilleur_outbox_oldest_age_seconds")) == (4, 3600)


def test_every_declared_family_is_told(app: Embedded) -> None:
    """The exporter tells what is declared, and nothing else; what is the portal's, once it was used."""
    with app.engine.begin() as connection:
        number = proofs.begin(connection, NOW.date(), NOW.date(), NOW)
        proofs.end(connection, number, listed=3, missing=1, repaired=0, now=NOW)
        portal.credential(connection, "technical_account", NOW, NOW)
    families = {family.name for family in StockCollector(app.engine, FixedClock(NOW), 30).collect()}
    assert families == {item.name for item in declared.ALL}


def test_what_is_held_of_the_portal(app: Embedded) -> None:
    """What is to be fetched, the proof that runs or does not, and the end of the password; nothing without a portal."""
    with _scraped(app.engine) as value:
        assert value.grown("aiguilleur_completeness_last_success_timestamp_seconds") == {}
    earlier = NOW - dt.timedelta(hours=2)
    with app.engine.begin() as connection:
        number = proofs.begin(connection, NOW.date(), NOW.date(), earlier)
        portal.note(connection, [portal.Version("1", "MISE_A_DISPOSITION", "2026-11-24T08:00:00Z")], earlier)
        portal.credential(connection, "technical_account", NOW, NOW)
    with _scraped(app.engine) as value:
        assert value("aiguilleur_portal_pending_invoices") == 1
        assert value("aiguilleur_portal_oldest_pending_age_seconds") == 7200
        ends = value.grown("aiguilleur_credential_expiry_timestamp_seconds")
        assert ends == {(("name", "technical_account"),): NOW.timestamp()}
        assert value("aiguilleur_completeness_last_success_timestamp_seconds") == earlier.timestamp()
        assert value.grown("aiguilleur_completeness_missing") == {}
    with app.engine.begin() as connection:
        proofs.end(connection, number, listed=3, missing=1, repaired=2, now=NOW)
    with _scraped(app.engine) as value:
        assert value("aiguilleur_completeness_last_success_timestamp_seconds") == NOW.timestamp()
        assert value("aiguilleur_completeness_missing") == 1


def test_a_database_that_is_away() -> None:
    """The scrape goes on without the stock, and says so."""
    engine = open_engine("postgresql://nobody@127.0.0.1:1/nothing")
    with _scraped(engine) as value:
        assert value("aiguilleur_exporter_up") == 0
        assert value.grown("aiguilleur_unrouted_invoices") == {}


def test_a_fault_of_ours(app: Embedded, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever goes wrong in a reading, the rest of the page is told."""

    def fail(*_: object) -> None:
        raise KeyError("bug")

    monkeypatch.setattr(exporter.stock, "held", fail)
    with _scraped(app.engine) as value:
        assert value("aiguilleur_exporter_up") == 0


def test_a_database_that_is_slow(app: Embedded, monkeypatch: pytest.MonkeyPatch) -> None:
    """A scrape waits for so long and no longer, and the next one does not ask a second time."""
    asked: list[int] = []

    def slow(*_: object) -> list[object]:
        asked.append(1)
        time.sleep(0.5)
        return []

    monkeypatch.setattr(exporter.stock, "held", slow)
    collector = StockCollector(app.engine, FixedClock(NOW), 30, scrape_seconds=0.05)
    began = time.monotonic()
    assert [len(family.samples) for family in collector.collect()] == [1]
    assert [len(family.samples) for family in collector.collect()] == [1]
    assert time.monotonic() - began < 0.4
    time.sleep(0.6)
    assert len(asked) == 1
    collector.close()


def test_a_query_is_bounded(store_url: str) -> None:
    """A query that takes too long ends, and the connection can be used again."""
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
    engine = open_engine(store_url)
    with pytest.raises(OperationalError), reading(engine) as connection, bounded(connection, 0.2):
        connection.exec_driver_sql(endless)
    with reading(engine) as connection, bounded(connection, 5):
        assert connection.exec_driver_sql("SELECT 1").scalar_one() == 1
    engine.dispose()


def test_the_deadline_stands_beside_the_decision(app: Embedded) -> None:
    """The column holds what the decision says."""
    with reading(app.engine) as connection:
        for row in connection.execute(schema.invoices.select()):
            decided = decision_of(decisions.in_force(connection, row.invoice_key))
            assert row.payment_deadline == dt.date.fromisoformat(decided["payment_deadline"])

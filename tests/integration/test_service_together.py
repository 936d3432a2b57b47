"""What happens at the same time, on PostgreSQL: one delivery twice, one invoice twice, one commitment for several."""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from threading import Barrier

import pytest
from sqlalchemy import select

from tests.app import ListPublisher
from tests.fixture_maker.bill import bill
from tests.fixture_maker.pivot import Unit, pivot
from tests.invoices import numbered
from tests.manifest import NOW
from tests.places import FIXTURES
from tests.recorded import Recorder
from tests.services.postgres import PostgreSQL
from worker.bootstrap import pipeline
from worker.clock import FixedClock
from worker.pipeline import Pipeline
from worker.queueing.relay import Relay
from worker.queueing.sweeper import Sweeper
from worker.queueing.topology import PROCESS
from worker.settings import Settings
from worker.store import inbox, schema
from worker.store.documents import FolderDocuments
from worker.store.engine import migrate, open_engine
from worker.store.inbox import Delivery
from worker.store.reference import import_folder

AT_ONCE = 6
STUCK_AFTER = dt.timedelta(minutes=5)


@pytest.fixture
def decider(postgres: PostgreSQL, tmp_path: Path) -> Iterator[Pipeline]:
    """A pipeline on an empty database with reference data."""
    engine = open_engine(postgres.fresh_database())
    migrate(engine)
    import_folder(engine, FIXTURES / "reference", now=NOW)
    yield pipeline(Settings(), engine, FolderDocuments(tmp_path / "documents"), clock=FixedClock(NOW))
    engine.dispose()


def _received(decider: Pipeline, folder: Path, delivery_id: str, content: bytes) -> str:
    path = folder / delivery_id
    path.write_bytes(content)
    delivery = Delivery(
        delivery_id=delivery_id, source="test", document=decider.documents.keep(path), media_type="application/xml",
        received_at=NOW,
    )  # fmt: skip
    decider.receive(delivery)
    return delivery_id


def _at_once(work: Callable[[str], object], names: list[str]) -> None:
    """Start all at the same moment; raise what any of them raised."""
    barrier = Barrier(len(names))

    def one(name: str) -> None:
        barrier.wait()
        work(name)

    with ThreadPoolExecutor(len(names)) as pool:
        list(pool.map(one, names))


def _outcomes(decider: Pipeline) -> Counter[str]:
    with decider.engine.connect() as connection:
        return Counter(connection.execute(select(schema.decisions.c.outcome)).scalars())


def test_one_delivery_executed_several_times_at_once_is_decided_once(decider: Pipeline, tmp_path: Path) -> None:
    """Executions of one delivery wait for each other, and the later ones find the decision."""
    _received(decider, tmp_path, "d-1", numbered(1))
    _at_once(decider.process, ["d-1"] * AT_ONCE)
    assert _outcomes(decider).total() == 1


def test_one_invoice_sent_under_several_ids_at_once_is_decided_once(decider: Pipeline, tmp_path: Path) -> None:
    """One execution decides, the others say that it is a duplicate; each has its event."""
    names = [_received(decider, tmp_path, f"d-{number}", numbered(1)) for number in range(AT_ONCE)]
    _at_once(decider.process, names)
    outcomes = _outcomes(decider)
    assert outcomes["DUPLICATE"] == AT_ONCE - 1
    assert outcomes.total() == AT_ONCE


def test_one_unreadable_document_under_several_ids_at_once(decider: Pipeline, tmp_path: Path) -> None:
    """What has no invoice key of its own is kept apart by its content."""
    names = [_received(decider, tmp_path, f"d-{number}", b"no invoice at all") for number in range(AT_ONCE)]
    _at_once(decider.process, names)
    assert _outcomes(decider).total() == AT_ONCE


def test_a_commitment_is_never_spent_twice(decider: Pipeline, tmp_path: Path) -> None:
    """Of six invoices over about 300 on a commitment with 1,000 left, three are routed, however they meet."""
    names = []
    for number in range(AT_ONCE):
        invoice = bill(f"TOGETHER-{number}", on="2026-000132", net=str(Decimal(250) + number))
        names.append(_received(decider, tmp_path, f"d-{number}", pivot(Unit(invoice, ()))))
    _at_once(decider.process, names)
    with decider.engine.connect() as connection:
        reserved = sum(connection.execute(select(schema.reservations.c.amount)).scalars(), Decimal(0))
    assert _outcomes(decider)["ROUTED"] == 3
    assert reserved < 1000


def test_relays_take_turns(decider: Pipeline, tmp_path: Path) -> None:
    """Several relays at once send every event once, in order."""
    for number in range(120):
        decider.process(_received(decider, tmp_path, f"d-{number}", numbered(number)))
    publisher = ListPublisher()
    relays = {str(number): Relay(decider.engine, publisher, decider.clock) for number in range(4)}
    _at_once(lambda name: relays[name].drain(), list(relays))
    relays["0"].drain()
    with decider.engine.connect() as connection:
        wanted = list(connection.execute(select(schema.outbox.c.event_id).order_by(schema.outbox.c.sequence)).scalars())
    assert [event.id for event in publisher.events] == wanted


def test_sweepers_share_what_is_stuck(decider: Pipeline, tmp_path: Path) -> None:
    """Several sweepers at once queue each stuck delivery once, and leave alone what is finished or young."""
    for number in range(50):
        _received(decider, tmp_path, f"d-{number}", numbered(number))
    decider.process("d-0")
    later = replace(decider, clock=FixedClock(NOW + STUCK_AFTER + dt.timedelta(seconds=1)))
    queued: list[str] = []
    young = Sweeper(decider, queued.append, lambda: 0, STUCK_AFTER)
    assert young.sweep() == 0
    sweepers = {str(number): Sweeper(later, queued.append, lambda: 0, STUCK_AFTER) for number in range(4)}
    _at_once(lambda name: sweepers[name].sweep(), list(sweepers))
    assert sorted(queued) == sorted(f"d-{number}" for number in range(1, 50))


def test_a_backlog_is_not_swept(decider: Pipeline, tmp_path: Path) -> None:
    """While many messages wait for a worker, old deliveries wait among them and are not lost."""
    _received(decider, tmp_path, "d-1", numbered(1))
    later = replace(decider, clock=FixedClock(NOW + dt.timedelta(days=1)))
    assert Sweeper(later, lambda _: None, lambda: 10_000, STUCK_AFTER).sweep() == 0


def test_what_never_finishes_is_given_up(decider: Pipeline, tmp_path: Path) -> None:
    """A delivery that is swept again and again without an end is left to a person, and counts as a dead letter."""
    count = Recorder()
    _received(decider, tmp_path, "d-1", numbered(1))
    queued: list[str] = []
    for hours in range(1, 13):
        later = replace(decider, clock=FixedClock(NOW + dt.timedelta(hours=hours)))
        Sweeper(later, queued.append, lambda: 0, STUCK_AFTER).sweep()
    assert len(queued) == 10
    with decider.engine.connect() as connection:
        assert connection.execute(select(schema.deliveries.c.failure)).scalar_one() == "NEVER_FINISHED"
        assert inbox.unfinished(connection, NOW) == ["d-1"]
    assert count("aiguilleur_dead_letters_total", queue=PROCESS, reason="NEVER_FINISHED") == 1
    assert count("aiguilleur_swept_deliveries_total") == 10

"""The service end to end, on servers of its own, against a bare dramatiq actor that writes two rows.

Invoices of mixed formats go from the intake queue to the confirmed event. Rates are told from the moments that stand in
the database, so that nobody's start-up counts.
"""

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pika
from sqlalchemy import create_engine, text

from tests import invoices
from tests.benchmarks import bare
from tests.fixture_maker import cii, ubl
from tests.fixture_maker import parties as p
from tests.fixture_maker.bill import loose_bill
from tests.fixture_maker.cases.common import delivered
from tests.fixture_maker.pdf import facturx
from tests.places import ROOT
from tests.running import Place, place
from tests.services.local import wait_until
from tests.services.postgres import PostgreSQL
from tests.services.rabbitmq import RabbitMQ
from worker.queueing import topology

INVOICES = 600
THREADS = 4
_SECONDS = 240.0
_LATENCY = text(
    "SELECT extract(epoch FROM o.sent_at - d.queued_at) FROM outbox o JOIN decisions c ON c.event_id = o.event_id "
    "JOIN deliveries d ON d.delivery_id = c.delivery_id WHERE d.delivery_id LIKE :series"
)
_SPAN = text(
    "SELECT extract(epoch FROM max(o.sent_at) - min(c.decided_at)), count(*) FROM outbox o "
    "JOIN decisions c ON c.event_id = o.event_id WHERE c.delivery_id LIKE :series"
)


@dataclass(frozen=True)
class Rate:
    """Invoices a second, and what they were."""

    per_second: float
    count: int


def run() -> Iterator[str]:
    """The lines of the report."""
    yield f"service: {INVOICES} invoices (pivots with PDFs, CII, UBL, Factur-X), {THREADS} threads a process"
    files = [document(number) for number in range(INVOICES)]
    with RabbitMQ() as rabbitmq, PostgreSQL() as postgres:
        floor = _bare(rabbitmq, postgres)
        yield f"  bare actor, one row and one outbox row: {floor:.0f} a second"
        rates = {}
        for processes in (1, 2):
            with _empty(rabbitmq, postgres) as made:
                rates[processes] = _backlog(made, files, processes)
            rate = rates[processes].per_second
            yield f"  {processes} worker process: {rate:.1f} invoices a second, {rate / floor:.2f} of the bare actor"
        with _empty(rabbitmq, postgres) as made:
            latencies = _steady(made, files, rates[1].per_second / 2)
        q = statistics.quantiles(latencies, n=100)
        half = rates[1].per_second / 2
        yield (
            f"  at half load ({half:.1f} a second), intake to confirmed event: "
            f"p50 {q[49] * 1e3:.0f} ms, p95 {q[94] * 1e3:.0f} ms, p99 {q[98] * 1e3:.0f} ms"
        )


def _empty(rabbitmq: RabbitMQ, postgres: PostgreSQL):
    return place(rabbitmq.fresh_vhost(), postgres.fresh_database(), Path(tempfile.mkdtemp(prefix="bench-")))


def _bare(rabbitmq: RabbitMQ, postgres: PostgreSQL) -> float:
    """The rate of the bare actor on a full queue."""
    broker_url, database_url = rabbitmq.fresh_vhost(), postgres.fresh_database()
    engine = create_engine(database_url)
    with engine.begin() as connection:
        for table in bare.TABLES:
            connection.execute(text(table))
    broker, actor = bare.declare(broker_url, engine)
    for number in range(INVOICES):
        actor.send(str(number))
    broker.close()
    worker = subprocess.Popen(
        [sys.executable, "-m", "tests.benchmarks.bare", broker_url, database_url, str(THREADS)], cwd=ROOT
    )
    try:
        done = wait_until(lambda: _count(engine, "bare_row") == INVOICES, _SECONDS)
        assert done, "the bare actor did not finish"
    finally:
        worker.terminate()
        worker.wait(30)
    with engine.connect() as connection:
        seconds = connection.execute(text("SELECT extract(epoch FROM max(at) - min(at)) FROM bare_row")).scalar_one()
    engine.dispose()
    return (INVOICES - 1) / float(seconds)


def _backlog(made: Place, files: Sequence[bytes], processes: int) -> Rate:
    """The rate of the service on a full intake queue."""
    _announce(made, files, "b")
    served = made.serve("--processes", str(processes), "--threads", str(THREADS))
    wait_until(lambda: _sent(made) >= len(files), _SECONDS)
    assert _sent(made) == len(files), served.tail()
    served.stop()
    with made.engine.connect() as connection:
        seconds, count = connection.execute(_SPAN, {"series": "b-%"}).one()
    return Rate((count - 1) / float(seconds), count)


def _steady(made: Place, files: Sequence[bytes], per_second: float) -> list[float]:
    """The seconds from intake to confirmed event, of invoices that come at an even pace."""
    served = made.serve("--threads", str(THREADS))
    served.wait_ready()
    began = time.monotonic()
    with made.channel() as channel:
        for number, content in enumerate(files):
            body = made.announce(content, f"s-{number}")
            time.sleep(max(0.0, began + number / per_second - time.monotonic()))
            _publish(channel, body)
    wait_until(lambda: _sent(made) >= len(files), _SECONDS)
    served.stop()
    with made.engine.connect() as connection:
        return [float(seconds) for seconds in connection.execute(_LATENCY, {"series": "s-%"}).scalars()]


def _announce(made: Place, files: Sequence[bytes], series: str) -> None:
    with made.channel() as channel:
        for number, content in enumerate(files):
            _publish(channel, made.announce(content, f"{series}-{number}"))


def _publish(channel: pika.channel.Channel, body: bytes) -> None:
    properties = pika.BasicProperties(content_type="application/json", delivery_mode=2)
    channel.basic_publish("", topology.RECEIVED, body, properties, mandatory=True)


def _sent(made: Place) -> int:
    return _count(made.engine, "outbox WHERE sent_at IS NOT NULL")


def _count(engine, table: str) -> int:
    with engine.connect() as connection:
        return connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()


def document(number: int) -> bytes:
    """One invoice of its own: of ten, four small pivots, two with a PDF inside, two CII, one UBL, one Factur-X."""
    bill = loose_bill(f"BEN-26-{number:06d}", p.OFFICE, p.MAIN, "SAAM D5", "10.00")
    known = replace(bill, portal_id=str(920_000_000 + number))
    match number % 10:
        case 0 | 1 | 2 | 3:
            return invoices.numbered(number)
        case 4 | 5:
            return delivered(known)
        case 6 | 7:
            return cii.reform(bill)
        case 8:
            return ubl.reform(bill)
        case _:
            return facturx(bill, cii.reform(bill))

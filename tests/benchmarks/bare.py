"""The peer of the service benchmark: a bare dramatiq actor that writes one row and one outbox row in a transaction."""

import signal
import sys
import threading

import dramatiq
from dramatiq.brokers.rabbitmq import RabbitmqBroker
from sqlalchemy import Engine, create_engine, text

QUEUE = "bench.bare"
TABLES = (
    "CREATE TABLE bare_row (id text PRIMARY KEY, at timestamptz NOT NULL DEFAULT clock_timestamp())",
    "CREATE TABLE bare_outbox (id text PRIMARY KEY, body text NOT NULL)",
)
_ROW = text("INSERT INTO bare_row (id) VALUES (:id)")
_OUTBOX = text("INSERT INTO bare_outbox (id, body) VALUES (:id, :body)")
_BODY = "x" * 1800  # bytes: about one event


def declare(broker_url: str, engine: Engine) -> tuple[RabbitmqBroker, dramatiq.Actor]:
    """The broker and the actor. The worker and whoever fills the queue call it."""
    broker = RabbitmqBroker(url=broker_url, confirm_delivery=True)

    @dramatiq.actor(broker=broker, queue_name=QUEUE)
    def write(identifier: str) -> None:
        with engine.begin() as connection:
            connection.execute(_ROW, {"id": identifier})
            connection.execute(_OUTBOX, {"id": identifier, "body": _BODY})

    return broker, write


def main(broker_url: str, database_url: str, threads: int) -> None:
    """Work until SIGTERM."""
    broker, _ = declare(broker_url, create_engine(database_url, pool_size=threads))
    worker = dramatiq.Worker(broker, worker_threads=threads)
    worker.start()
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    stop.wait()
    worker.stop()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))

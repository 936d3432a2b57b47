"""The parts of a process by role, put together: on RabbitMQ and PostgreSQL, or embedded."""

import datetime as dt
import sys
from collections.abc import Callable, Collection, Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from threading import Event

import dramatiq
from sqlalchemy import Engine, text

from worker import __version__, bootstrap, metrics
from worker.bootstrap import Embedded
from worker.errors import ConfigurationError, TransientError
from worker.intake.amqp import IntakeConsumer
from worker.intake.edi import EdiFolder
from worker.intake.folder import DropFolder
from worker.intake.message import Reader
from worker.intake.receiver import Receiver
from worker.pipeline import Pipeline
from worker.ports import Publisher
from worker.queueing.actors import InboxJournal, middleware, register
from worker.queueing.amqp_publisher import AmqpPublisher
from worker.queueing.broker import SafeBroker
from worker.queueing.embedded import embedded_broker, embedded_worker
from worker.queueing.publishers import FolderPublisher, StreamPublisher
from worker.queueing.relay import Relay
from worker.queueing.sweeper import Sweeper
from worker.queueing.work import WorkQueue
from worker.service.exporter import exporting
from worker.service.parts import Loop, Part, WorkerPart
from worker.service.portal import portal_parts
from worker.service.reference import ReferenceFolder
from worker.service.tracing import IN_MEMORY, RABBITMQ
from worker.service.tracing import tracing as tracing_of
from worker.settings import Settings
from worker.store import inbox
from worker.store.availability import database_faults
from worker.tracing import Tracing

_RELAY_SECONDS, _FOLDER_SECONDS, _INTAKE_SECONDS = 0.2, 1.0, 0.0


class Role(StrEnum):
    """What a process can do. Parts stop in this order: first what takes work in, last what sends results out.

    The exporter is no part with a thread: it answers whoever scrapes. One process has it.
    """

    INTAKE = "intake"
    SWEEPER = "sweeper"
    WORKER = "worker"
    RELAY = "relay"
    EXPORTER = "exporter"


@dataclass(frozen=True, slots=True)
class Assembled:
    """What a process runs, and what its readiness asks besides."""

    parts: list[Part]
    checks: list[Callable[[], list[str]]]


@contextmanager
def full(settings: Settings, roles: Collection[Role], threads: int) -> Iterator[Assembled]:
    """The parts on RabbitMQ and PostgreSQL. Raises `ConfigurationError`, `TransientError`."""
    with tracing_of(settings, RABBITMQ) as tracing, _full(settings, roles, threads, tracing) as assembled:
        yield assembled


@contextmanager
def _full(settings: Settings, roles: Collection[Role], threads: int, tracing: Tracing) -> Iterator[Assembled]:
    settings.needed("database_url", "broker_url", "documents_url")
    connection = bootstrap.broker_parameters(settings)
    documents = bootstrap.open_documents(settings)
    engine = bootstrap.open_database(settings)
    pdf_reader = bootstrap.pdf_pool(settings)
    pipeline = bootstrap.pipeline(settings, engine, documents, pdf_reader=pdf_reader, tracing=tracing)
    broker = SafeBroker(connection, middleware(InboxJournal(engine, pipeline.clock)))
    broker.emit_after("process_boot")  # starts the watch over the time limit
    actor = register(broker, pipeline)
    queue = WorkQueue(broker, actor, tracing)
    consumer = IntakeConsumer(connection, Reader(documents, pipeline.clock), Receiver(pipeline, queue.put), tracing)
    publisher = AmqpPublisher(connection, tracing)
    portal = ExitStack()
    build: dict[Role, Callable[[], list[Part]]] = {
        Role.INTAKE: lambda: [
            Loop(
                "intake",
                consumer.run,
                _INTAKE_SECONDS,
                lambda: [] if consumer.is_consuming else ["intake: no consumer on its queue"],
            ),
            *portal_parts(settings, portal, pipeline, Receiver(pipeline, queue.put), tracing),
            *_edi_folder(settings, pipeline, Receiver(pipeline, queue.put), tracing),
        ],
        Role.SWEEPER: lambda: [_sweeper(settings, pipeline, queue)],
        Role.WORKER: lambda: [WorkerPart(dramatiq.Worker(broker, worker_threads=threads), prefetch=threads)],
        Role.RELAY: lambda: [_amqp_relay(pipeline, publisher)],
    }
    try:
        with _told(pipeline, exports=Role.EXPORTER in roles):
            parts = [part for role in build if role in roles for part in build[role]()]
            yield Assembled(parts, [lambda: _database(engine)])
    finally:
        portal.close()
        broker.close()
        pdf_reader.end()
        engine.dispose()


@contextmanager
def embedded(settings: Settings) -> Iterator[Assembled]:
    """The same parts on SQLite, a folder and a queue in memory. Raises `ConfigurationError`, `WorkerError`."""
    if settings.drop_dir is None and settings.edi_dir is None and not settings.has_portal:
        raise ConfigurationError("AIGUILLEUR_DROP_DIR is not set: the folder that is watched for deliveries")
    with (
        ExitStack() as portal,
        tracing_of(settings, IN_MEMORY) as tracing,
        bootstrap.embedded(settings, settings.data_dir, tracing=tracing) as app,
    ):
        broker = embedded_broker(InboxJournal(app.engine, app.pipeline.clock))
        queue = WorkQueue(broker, register(broker, app.pipeline), tracing)
        receiver = Receiver(app.pipeline, queue.put)
        with app.engine.begin() as connection:
            inbox.forget_queue(connection)  # it went with the process before this one; the sweeper starts with it
        parts: list[Part] = [
            *_drop_folder(settings, app, receiver, tracing),
            *portal_parts(settings, portal, app.pipeline, receiver, tracing),
            *_edi_folder(settings, app.pipeline, receiver, tracing),
            _sweeper(settings, app.pipeline, queue),
            WorkerPart(embedded_worker(broker), prefetch=1),
            _relay(app.pipeline, _embedded_publisher(settings.events_dir, tracing)),
        ]
        if settings.reference_dir is not None:
            reference = ReferenceFolder(app.engine, settings.reference_dir, app.pipeline.clock)
            reference.import_first()
            parts.insert(0, Loop("reference", lambda _: reference.import_changed(), _FOLDER_SECONDS))
        with _told(app.pipeline, exports=True):
            yield Assembled(parts, [lambda: _database(app.engine)])


def _drop_folder(settings: Settings, app: Embedded, receiver: Receiver, tracing: Tracing) -> list[Part]:
    if settings.drop_dir is None:
        return []
    folder = DropFolder(settings.drop_dir, app.documents, receiver, app.pipeline.clock, tracing=tracing)
    return [Loop("intake", lambda _: folder.take_complete(), _FOLDER_SECONDS)]


def _edi_folder(settings: Settings, pipeline: Pipeline, receiver: Receiver, tracing: Tracing) -> list[Part]:
    if settings.edi_dir is None:
        return []
    folder = EdiFolder(settings.edi_dir, pipeline.documents, receiver, pipeline.clock, tracing=tracing)
    return [Loop("edi", lambda _: folder.take_complete(), _FOLDER_SECONDS)]


@contextmanager
def _told(pipeline: Pipeline, *, exports: bool) -> Iterator[None]:
    """Say on `/metrics` which program and rules these are, and, where this process exports, what is held."""
    metrics.BUILD_INFO.labels(__version__).set(1)
    metrics.RULES_INFO.labels(pipeline.policy.version).set(1)
    with exporting(pipeline.engine, pipeline.clock, pipeline.policy.payment.days) if exports else nullcontext():
        yield


def _sweeper(settings: Settings, pipeline: Pipeline, queue: WorkQueue) -> Part:
    sweeper = Sweeper(pipeline, queue.put, queue.ready, dt.timedelta(minutes=settings.stuck_minutes))
    return Loop("sweeper", lambda _: sweeper.step(), settings.sweep_seconds)


def _relay(pipeline: Pipeline, publisher: Publisher) -> Part:
    relay = Relay(pipeline.engine, publisher, pipeline.clock)

    def step(stopping: Event) -> None:
        with database_faults():
            relay.drain(stopping.is_set)

    return Loop("relay", step, _RELAY_SECONDS)


def _amqp_relay(pipeline: Pipeline, publisher: AmqpPublisher) -> Part:
    relay = Relay(pipeline.engine, publisher, pipeline.clock)

    def step(stopping: Event) -> None:
        publisher.keep_alive()
        publisher.connect()
        with database_faults():
            relay.drain(stopping.is_set)

    def obstacles() -> list[str]:
        return [] if publisher.is_connected else ["relay: no connection to the broker"]

    return Loop("relay", step, _RELAY_SECONDS, obstacles, publisher.close)


def _embedded_publisher(folder: Path | None, tracing: Tracing) -> Publisher:
    return FolderPublisher(folder, tracing) if folder else StreamPublisher(sys.stdout)


def _database(engine: Engine) -> list[str]:
    try:
        with database_faults(), engine.connect() as connection:
            connection.execute(text("SELECT 1"))
    except TransientError as error:
        return [f"database: {error.code}"]
    return []

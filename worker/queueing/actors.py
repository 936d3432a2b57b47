"""The dramatiq actors: thin, one call of the pipeline each. The message carries an id; the truth is in the database."""

import dataclasses
import datetime as dt
from typing import Protocol

import dramatiq
import structlog
from dramatiq.middleware import Middleware, TimeLimit
from sqlalchemy import Engine

from worker.errors import PermanentError, TransientError
from worker.ports import Clock
from worker.queueing.retries import Journal, Retry, SkipStale
from worker.queueing.topology import PROCESS
from worker.queueing.watching import Watching
from worker.store import inbox
from worker.store.availability import database_faults

log = structlog.get_logger(__name__)

PROCESS_QUEUE = PROCESS
PROCESS_ACTOR = "process_delivery"
ACTOR_QUEUES = {PROCESS_ACTOR: PROCESS_QUEUE}
_TIME_LIMIT_MS = 600_000

ProcessActor = dramatiq.Actor[[str], None]


class Processor(Protocol):
    """What an actor asks of the pipeline."""

    def process(self, delivery_id: str) -> None:
        """Decide every invoice of a delivery."""
        ...


class StorageUnavailable(TransientError):
    """The disk or the file system of the document store failed. Look at its space and mount; it is tried again."""

    code = "STORAGE_UNAVAILABLE"


@dataclasses.dataclass(frozen=True, slots=True)
class InboxJournal:
    """Notes on the inbox row what became of a delivery; a failure to do so is logged, for the sweeper helps."""

    engine: Engine
    clock: Clock

    def postponed(self, delivery_id: str, delay: dt.timedelta) -> None:
        """It counts as queued at the moment of its next attempt."""
        try:
            with database_faults(), self.engine.begin() as connection:
                inbox.queued(connection, [delivery_id], self.clock.now() + delay)
        except TransientError as error:
            log.warning("note_lost", delivery_id=delivery_id, error=error.code)

    def gave_up(self, delivery_id: str, reason: str) -> None:
        """It waits for a person."""
        try:
            with database_faults(), self.engine.begin() as connection:
                inbox.fail(connection, delivery_id, reason, self.clock.now())
        except TransientError as error:
            log.warning("note_lost", delivery_id=delivery_id, error=error.code)


def middleware(journal: Journal) -> list[Middleware]:
    """The middleware of every broker of ours."""
    return [Watching(), SkipStale(), TimeLimit(time_limit=_TIME_LIMIT_MS), Retry(journal)]


def register(broker: dramatiq.Broker, processor: Processor) -> ProcessActor:
    """Declare the actor that processes a delivery. What is not transient goes to the dead letters at once."""

    @dramatiq.actor(
        broker=broker, actor_name=PROCESS_ACTOR, queue_name=PROCESS_QUEUE, throws=(PermanentError, TransientError)
    )
    def process_delivery(delivery_id: str) -> None:
        try:
            with database_faults():
                processor.process(delivery_id)
        except OSError as error:
            raise StorageUnavailable(f"reading the document: {error.strerror}") from error

    return process_delivery

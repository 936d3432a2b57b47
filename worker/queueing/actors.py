"""The dramatiq actors: thin, one call of the pipeline each. The message carries an id; the truth is in the database."""

from typing import Protocol

import dramatiq

from worker.errors import PermanentError, TransientError

PROCESS_QUEUE = "invoices.process"
_RETRIES = 8
_MIN_BACKOFF_MS, _MAX_BACKOFF_MS = 5_000, 600_000


class Processor(Protocol):
    """What an actor asks of the pipeline."""

    def process(self, delivery_id: str) -> None:
        """Decide every invoice of a delivery."""
        ...


def should_retry(retries_so_far: int, error: BaseException) -> bool:
    """Only what is transient is tried again: a permanent error, or a fault of ours, gives the same result."""
    return isinstance(error, TransientError) and retries_so_far < _RETRIES


def register(broker: dramatiq.Broker, processor: Processor) -> dramatiq.Actor[[str], None]:
    """Declare the actor that processes a delivery. What is not transient goes to the dead letters at once."""

    @dramatiq.actor(
        broker=broker,
        actor_name="process_delivery",
        queue_name=PROCESS_QUEUE,
        throws=PermanentError,
        retry_when=should_retry,
        min_backoff=_MIN_BACKOFF_MS,
        max_backoff=_MAX_BACKOFF_MS,
    )
    def process_delivery(delivery_id: str) -> None:
        processor.process(delivery_id)

    return process_delivery

"""Trying again, and giving up: the middleware that decides what becomes of a message whose work failed.

dramatiq's own loses the message when the copy for the next attempt cannot be queued, and puts the traceback, which may
quote an invoice, into it.
"""

import datetime as dt
from typing import Protocol

import structlog
from dramatiq import Broker, MessageProxy
from dramatiq.middleware import Middleware, SkipMessage

from worker import metrics
from worker.queueing.policy import backoff_ms, should_retry

log = structlog.get_logger(__name__)


class Journal(Protocol):
    """Keeps note, in the database, of what became of a delivery. May fail: the sweeper looks after what has no note."""

    def postponed(self, delivery_id: str, delay: dt.timedelta) -> None:
        """Its next attempt comes after a delay."""
        ...

    def gave_up(self, delivery_id: str, reason: str) -> None:
        """Nothing more happens to it before a person has looked."""
        ...


class Retry(Middleware):
    """A transient failure is queued again, with a delay; any other one makes a dead letter.

    So does a copy that the broker refuses.
    """

    def __init__(self, journal: Journal) -> None:
        self._journal = journal

    @property
    def actor_options(self) -> set[str]:
        return {"throws"}  # read by dramatiq's worker, which logs those without a traceback

    def after_process_message(
        self, broker: Broker, message: MessageProxy, *, result: object = None, exception: BaseException | None = None
    ) -> None:
        """Decide about a message whose work has ended."""
        _ = result
        if exception is None:
            return
        delivery_id = str(message.args[0])
        retries = int(message.options.get("retries", 0))
        told = log.bind(delivery_id=delivery_id, attempt=retries + 1, error=metrics.reason_of(exception))
        if should_retry(retries, exception):
            delay = backoff_ms(retries)
            try:
                message.options["retries"] = retries + 1
                broker.enqueue(message, delay=delay)  # type: ignore[arg-type]
            except Exception as refusal:  # noqa: BLE001  whatever it is, the message must not count as done
                message.fail()
                told.error("retry_refused", refusal=type(refusal).__name__)
                return
            metrics.RETRIES.labels(metrics.reason_of(exception)).inc()
            told.warning("delivery_postponed", delay_ms=delay)
            self._journal.postponed(delivery_id, dt.timedelta(milliseconds=delay))
            return
        message.fail()
        metrics.DEAD_LETTERS.labels(message.queue_name, metrics.reason_of(exception)).inc()
        told.error("delivery_given_up", exception=type(exception).__name__)
        self._journal.gave_up(delivery_id, metrics.reason_of(exception))


class SkipStale(Middleware):
    """Leaves out the messages of a connection that is gone: the broker delivers them again."""

    def before_process_message(self, broker: Broker, message: MessageProxy) -> None:
        """Skip a message that can no longer be acknowledged."""
        _ = broker
        if getattr(message, "is_stale", False):
            raise SkipMessage("it came over a connection that is closed")

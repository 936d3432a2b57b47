"""The one way into the inbox: written down first, queued then."""

from collections.abc import Callable

import structlog

from worker import metrics
from worker.errors import MessageMalformed, TransientError
from worker.pipeline import Pipeline
from worker.store import inbox
from worker.store.availability import database_faults
from worker.store.engine import reading
from worker.store.inbox import Delivery

log = structlog.get_logger(__name__)


class Receiver:
    """Takes deliveries in. `enqueue` hands one to the queue."""

    def __init__(self, pipeline: Pipeline, enqueue: Callable[[str], None]) -> None:
        self._pipeline = pipeline
        self._enqueue = enqueue

    def take(self, delivery: Delivery) -> None:
        """Write a delivery down and queue it; it is safe when this returns. One that is finished is left alone.

        Raises `MessageMalformed` for an id that stands for another document, `TransientError`.
        """
        with database_faults():
            is_new = self._pipeline.receive(delivery)
            is_done = not is_new and self._is_done(delivery)
            if not is_new:
                metrics.DUPLICATES.labels(metrics.REPEATED).inc()
            if is_done:
                log.info("delivery_repeated", delivery_id=delivery.delivery_id)
                return
        if is_new:
            metrics.DELIVERIES_RECEIVED.inc()
            log.info("delivery_received", delivery_id=delivery.delivery_id, size=delivery.document.size)
        try:
            self._enqueue(delivery.delivery_id)
        except TransientError as error:  # it is in the inbox: the sweeper queues it
            log.warning("queueing_postponed", delivery_id=delivery.delivery_id, error=error.code)

    def _is_done(self, delivery: Delivery) -> bool:
        with reading(self._pipeline.engine) as connection:
            known = inbox.get(connection, delivery.delivery_id)
            if known.document.sha256 != delivery.document.sha256:
                raise MessageMalformed("delivery_id: it stands for another document already; give each its own id")
            return inbox.is_finished(connection, delivery.delivery_id)

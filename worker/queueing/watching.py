"""What is told about each message: how long it waited, and which one a line of the log or a trace is about."""

import time

from dramatiq import Broker, MessageProxy
from dramatiq.middleware import Middleware
from structlog.contextvars import bind_contextvars, clear_contextvars

from worker import metrics
from worker.tracing import CARRIED, TRACEPARENT, Carried


class Watching(Middleware):
    """Binds the context of log and trace once per message, always clears it. Comes before all others, so ends last."""

    def before_process_message(self, broker: Broker, message: MessageProxy) -> None:
        """Observe the wait, and bind the context."""
        _ = broker
        clear_contextvars()
        retries = int(message.options.get("retries", 0))
        bind_contextvars(delivery_id=str(message.args[0]), attempt=retries + 1)
        above = message.options.get(TRACEPARENT)
        CARRIED.set(Carried(message.queue_name, message.message_id, retries + 1, above))
        if retries == 0:  # a later attempt keeps the moment of the first, and was told to wait
            metrics.QUEUE_WAIT.observe(max(time.time() - message.message_timestamp / 1000, 0.0))

    def after_process_message(
        self, broker: Broker, message: MessageProxy, *, result: object = None, exception: BaseException | None = None
    ) -> None:
        """Clear the context, whatever happened."""
        _ = broker, message, result, exception
        _clear()

    def after_skip_message(self, broker: Broker, message: MessageProxy) -> None:
        """Clear the context of a message that was left out."""
        _ = broker, message
        _clear()


def _clear() -> None:
    clear_contextvars()
    CARRIED.set(None)

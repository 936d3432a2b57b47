"""The context of the log around a message, and the wait that is observed."""

import time

import pytest
from dramatiq import Message
from dramatiq.brokers.stub import StubBroker
from structlog.contextvars import get_contextvars

from tests.recorded import Recorder
from worker.errors import PermanentError
from worker.queueing.actors import PROCESS_QUEUE
from worker.queueing.embedded import embedded_queue
from worker.queueing.watching import Watching
from worker.tracing import CARRIED, Carried

WAIT = "aiguilleur_queue_wait_seconds"


class Processor:
    """Remembers the context in which it worked, and fails where told."""

    def __init__(self) -> None:
        self.contexts: list[dict[str, object]] = []

    def process(self, delivery_id: str) -> None:
        """Work."""
        self.contexts.append(dict(get_contextvars()))
        if delivery_id == "bad":
            raise PermanentError("no")


def test_the_context_is_bound_once_and_cleared() -> None:
    """Every message works in its own context, also after one that failed."""
    processor = Processor()
    with embedded_queue(processor) as queue:
        queue.process("first")
        with pytest.raises(PermanentError):
            queue.process("bad")
        queue._actor.send("third")
        queue._broker.join(PROCESS_QUEUE, fail_fast=False)
    assert processor.contexts == [{"delivery_id": name, "attempt": 1} for name in ("first", "bad", "third")]


def _message(retries: int, waited: float) -> Message[None]:
    sent = int((time.time() - waited) * 1000)
    return Message("q", "a", ("d",), {}, {"retries": retries}, message_timestamp=sent)


@pytest.mark.parametrize(("retries", "counted"), [(0, 1), (1, 0)])
def test_the_wait_of_first_attempts(retries: int, counted: int) -> None:
    """The first attempt's wait is observed, a later one's is meant."""
    count = Recorder()
    watching = Watching()
    watching.before_process_message(StubBroker(), _message(retries, 3.0))  # type: ignore[arg-type]
    watching.after_skip_message(StubBroker(), _message(retries, 3.0))  # type: ignore[arg-type]
    assert get_contextvars() == {}
    assert count(f"{WAIT}_count") == counted
    assert count(f"{WAIT}_sum") == pytest.approx(3.0 * counted, abs=0.5)


def test_the_trace_of_a_message_is_at_hand_and_cleared() -> None:
    """While a message is worked on, its trace and attempt are known; afterwards nobody takes them for his own."""
    watching, given = Watching(), "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    message: Message[None] = Message("q", "a", ("d",), {}, {"retries": 1, "traceparent": given}, message_id="m")
    watching.before_process_message(StubBroker(), message)  # type: ignore[arg-type]
    assert CARRIED.get() == Carried("q", "m", 2, given)
    watching.after_process_message(StubBroker(), message)  # type: ignore[arg-type]
    assert CARRIED.get() is None

"""Where the time of a delivery goes: the port to tracing, and the tracing that tells nobody.

One trace goes from the intake to the confirmed event. It is carried as a `traceparent` (W3C Trace Context): in the
header of the message that comes in, or its CloudEvents attribute; in the row of the inbox; in the options of the
message on the work queue; in the row of the outbox; in the header and the attribute of the event. A message without one
continues the trace of its row, so neither a lost queue nor a restart cuts it.
"""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from contextvars import ContextVar
from enum import StrEnum
from typing import NamedTuple, Protocol

TRACEPARENT = "traceparent"  # as header, as option and as attribute

_GIVEN = re.compile(
    r"(?P<version>(?!ff)[0-9a-f]{2})-(?P<ids>(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2})(?P<more>-.*)?"
)


class Step(StrEnum):
    """What a span is about."""

    RECEIVE = "receive"  # a message of the intake queue, until its row is committed
    TAKE = "take"  # a file of the drop folder, likewise
    QUEUE = "queue"  # the message for a worker, until the broker has it
    PROCESS = "process"  # a delivery: all its invoices
    SETTLE = "settle"  # an invoice that waited
    PUBLISH = "publish"  # an event, until it is confirmed
    WRITE = "write"  # an event, until its file stands


class Carried(NamedTuple):
    """The message of the work queue at which a thread works."""

    queue: str
    message_id: str
    attempt: int
    traceparent: str | None


CARRIED: ContextVar[Carried | None] = ContextVar("carried", default=None)


class Tracing(Protocol):
    """Who is told. No method may fail, or wait for anything."""

    def span(
        self,
        step: Step,
        place: str = "",
        *,
        parent: Callable[[], str | None] | None = None,
        message_id: str | None = None,
    ) -> AbstractContextManager[str | None]:
        """A span around a step, with its own `traceparent`; None where there is no trace.

        `place`: the queue, or exchange and routing key with a colon between. `parent` is only asked by who needs it. An
        exception ends the span as failed, by the code of the error: its text may quote a document.
        """
        ...

    def stage(self, name: str, seconds: float) -> None:
        """A stage of the step at hand that has just ended, and what it took."""
        ...

    def decided(self, outcome: str, reason: str, event_id: str) -> None:
        """The step at hand has committed a decision."""
        ...

    def current(self) -> str | None:
        """The `traceparent` of the step at hand."""
        ...


class NoTracing:
    """Tells nobody."""

    def span(
        self,
        step: Step,
        place: str = "",
        *,
        parent: Callable[[], str | None] | None = None,
        message_id: str | None = None,
    ) -> AbstractContextManager[str | None]:
        """No span."""
        _ = step, place, parent, message_id
        return _NOTHING

    def stage(self, name: str, seconds: float) -> None:
        """Do nothing."""

    def decided(self, outcome: str, reason: str, event_id: str) -> None:
        """Do nothing."""

    def current(self) -> str | None:
        """No trace."""
        return None


_NOTHING: AbstractContextManager[str | None] = nullcontext()
NO_TRACING = NoTracing()


def traceparent(given: object) -> str | None:
    """What somebody gave as `traceparent`, as version 00; None where it is none: the trace then starts anew.

    Of a later version the fields of version 00 are read, as W3C Trace Context asks.
    """
    found = _GIVEN.fullmatch(given) if isinstance(given, str) else None
    if found is None or (found["version"] == "00" and found["more"]):
        return None
    return f"00-{found['ids']}"

"""Reading the messages of our work queues, strictly.

dramatiq takes any JSON object with its field names for a message, and then meets the wrong types in the middle of its
threads: one such message ends a thread, or stops the consumer for good. Here a message is exactly what our own actor
sends, or it is refused before dramatiq sees it.
"""

from collections.abc import Mapping
from typing import Annotated, Any

from dramatiq import Message
from dramatiq.common import dq_name
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from worker.errors import MessageMalformed
from worker.wire.fields import TRACEPARENT_PATTERN, Identifier

MAX_BYTES = 64 * 1024


class _Options(BaseModel):
    """What dramatiq notes on a message for a retry, and its trace. Nothing else: `throws` or `pipe_target` act."""

    model_config = ConfigDict(strict=True, extra="forbid")

    retries: int = Field(default=0, ge=0)
    requeue_timestamp: int | None = None
    eta: Annotated[int, Field(ge=0)] | None = None
    traceparent: Annotated[str, StringConstraints(pattern=TRACEPARENT_PATTERN)] | None = None


class _Envelope(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid")

    queue_name: str
    actor_name: str
    args: tuple[Identifier]  # the delivery id: the one argument of all our actors
    kwargs: dict[str, Any] = Field(max_length=0)
    options: _Options
    message_id: Annotated[str, Field(min_length=1, max_length=100)]
    message_timestamp: int


def decode(body: bytes, queue_name: str, actors: Mapping[str, str]) -> Message[None]:
    """The message in a body that came from a queue; `actors` says which queue each actor has.

    Raises `MessageMalformed`, which never quotes the message.
    """
    if len(body) > MAX_BYTES:
        raise MessageMalformed(f"the message has {len(body):,} bytes; at most {MAX_BYTES:,} are read")
    try:
        envelope = _Envelope.model_validate_json(body)
    except ValidationError as error:
        places = {".".join(map(str, fault["loc"])) or "the body" for fault in error.errors(include_url=False)}
        raise MessageMalformed(f"not a message of this worker: {', '.join(sorted(places)[:5])[:200]}") from None
    delayed = envelope.options.eta is not None
    own_queue = actors.get(envelope.actor_name)
    if own_queue is None:
        raise MessageMalformed("not a message of this worker: no such actor")
    if envelope.queue_name != queue_name or queue_name != (dq_name(own_queue) if delayed else own_queue):
        raise MessageMalformed("not a message of this worker: it names another queue than the one it came from")
    return Message(
        queue_name=envelope.queue_name,
        actor_name=envelope.actor_name,
        args=envelope.args,
        kwargs={},
        options=envelope.options.model_dump(exclude_none=True, exclude_defaults=True),
        message_id=envelope.message_id,
        message_timestamp=envelope.message_timestamp,
    )

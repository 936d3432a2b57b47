"""Dead letters: looked at without taking them away, and sent back where they came from."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pika
from dramatiq import Message
from pika import BasicProperties
from pika.adapters.blocking_connection import BlockingChannel
from pika.exceptions import AMQPError

from worker.errors import MessageMalformed
from worker.messages import parse
from worker.queueing import topology
from worker.queueing.actors import ACTOR_QUEUES
from worker.queueing.connection import BrokerUnavailable, channel, told
from worker.queueing.decoding import decode
from worker.queueing.headers import CODE_HEADER, ID_HEADER, REASON_HEADER
from worker.queueing.topology import DEAD_LETTERS, PROCESS

_ADDED = (REASON_HEADER, CODE_HEADER)  # by us, with what the broker adds under x-


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetter:
    """A dead letter, without its content. `letter_id` follows from the content."""

    queue: str
    letter_id: str
    delivery_id: str | None
    reason: str
    size: int


def listed(parameters: pika.URLParameters, queues: list[str]) -> list[DeadLetter]:
    """The dead letters of some queues. They stay where they are. Raises `BrokerUnavailable`."""
    with channel(parameters) as opened:  # closing it gives back what was looked at
        return [_letter(queue, properties, body) for queue in queues for _, properties, body in _all(opened, queue)]


def redrive(
    parameters: pika.URLParameters,
    queues: list[str],
    wanted: Callable[[DeadLetter], bool],
    reopen: Callable[[str], bool],
) -> tuple[list[DeadLetter], list[DeadLetter]]:
    """Send the wanted ones back; those that went, and those of the work queue that are no work and stay.

    `reopen` makes a delivery open again before its work is queued. Each one is confirmed before it is taken away.
    """
    sent, left = [], []
    with channel(parameters) as opened:
        for queue in queues:
            for tag, properties, body in _all(opened, queue):
                letter = _letter(queue, properties, body)
                if not wanted(letter):
                    continue
                fresh = _fresh(queue, body)
                if fresh is None or (queue == topology.PROCESS_DEAD and not reopen(str(letter.delivery_id))):
                    left.append(letter)
                    continue
                opened.basic_publish("", DEAD_LETTERS[queue], fresh, _clean(properties), mandatory=True)
                opened.basic_ack(tag)
                sent.append(letter)
    return sent, left


def _all(opened: BlockingChannel, queue: str) -> Iterator[tuple[int, BasicProperties, bytes]]:
    """What is in a queue now, each message once."""
    try:
        for _ in range(topology.ready(opened, queue)):
            method, properties, body = opened.basic_get(queue)
            if method is None or properties is None or body is None:
                return
            yield method.delivery_tag, properties, body
    except AMQPError as error:
        raise BrokerUnavailable(f"queue {queue}: {told(error)}") from error


def _letter(queue: str, properties: BasicProperties, body: bytes) -> DeadLetter:
    headers: dict[str, Any] = properties.headers or {}
    return DeadLetter(
        queue=queue,
        letter_id=hashlib.sha256(body).hexdigest()[:12],
        delivery_id=_delivery_id(queue, properties, body),
        reason=str(headers.get(REASON_HEADER) or _death(headers)),
        size=len(body),
    )


def _death(headers: dict[str, Any]) -> str:
    """What the broker says about it: rejected by a worker, or delivered too often."""
    deaths = headers.get("x-death")
    latest = deaths[0] if isinstance(deaths, list) and deaths and isinstance(deaths[0], dict) else {}
    return str(latest.get("reason", "unknown"))


def _delivery_id(queue: str, properties: BasicProperties, body: bytes) -> str | None:
    try:
        if queue == topology.PROCESS_DEAD:
            return str(_work(body).args[0])
        named = (properties.headers or {}).get(ID_HEADER)
        return str(named) if named else parse(body, properties.content_type).delivery_id
    except MessageMalformed:
        return None


def _work(body: bytes) -> Message[None]:
    """A message of the work queue. It may have died in the delay queue, so the name it carries is one of two."""
    try:
        return decode(body, PROCESS, ACTOR_QUEUES)
    except MessageMalformed:
        return decode(body, topology.PROCESS_DELAYED, ACTOR_QUEUES)


def _fresh(queue: str, body: bytes) -> bytes | None:
    """The message to send back: as it came, or work with its attempts forgotten. None: it is no work."""
    if queue != topology.PROCESS_DEAD:
        return body
    try:
        message = _work(body)
    except MessageMalformed:
        return None
    again: Message[None] = Message(PROCESS, message.actor_name, message.args, {}, {}, message_id=message.message_id)
    return again.encode()


def _clean(properties: BasicProperties) -> BasicProperties:
    headers = {k: v for k, v in (properties.headers or {}).items() if k not in _ADDED and not k.startswith("x-")}
    properties.headers = headers
    properties.delivery_mode = pika.DeliveryMode.Persistent.value
    return properties

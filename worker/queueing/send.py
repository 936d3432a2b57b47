"""Work put on the queue from outside a worker: by a command of the operator."""

from collections.abc import Iterable

import pika
from dramatiq import Message
from pika import BasicProperties

from worker.queueing.actors import PROCESS_ACTOR
from worker.queueing.connection import channel
from worker.queueing.topology import PROCESS

_PROPERTIES = BasicProperties(delivery_mode=pika.DeliveryMode.Persistent.value)


def send(parameters: pika.URLParameters, delivery_ids: Iterable[str]) -> None:
    """Queue deliveries; the broker has all of them when this returns. Raises `BrokerUnavailable`."""
    with channel(parameters) as opened:
        for delivery_id in delivery_ids:
            message: Message[None] = Message(PROCESS, PROCESS_ACTOR, (delivery_id,), {}, {})
            opened.basic_publish("", PROCESS, message.encode(), _PROPERTIES, mandatory=True)

"""The sender: every invoice, some of them inline, some sent again, each until the broker has confirmed it."""

import datetime as dt
import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pika

from tests.invoices import numbered
from tests.running import Place
from worker.errors import TransientError
from worker.queueing import topology
from worker.queueing.connection import close, parameters

_INLINE, _AGAIN, _NEW_ID = 0.1, 0.05, 0.05  # shares of the invoices
_PERSISTENT = 2


@dataclass
class Feed:
    """Sends invoices in a thread, as many as were released. `sent` are the ids of deliveries that were confirmed.

    `received_at` is what the messages say, where a run needs deliveries of this very moment.
    """

    place: Place
    invoices: int
    chance: random.Random
    sent: set[str] = field(default_factory=set)
    received_at: Callable[[], dt.datetime] | None = None
    resent: int = 0
    _ending: threading.Event = field(default_factory=threading.Event)
    _released: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    _thread: threading.Thread | None = None
    _connection: pika.BlockingConnection | None = None
    _channel: Any = None

    def start(self) -> None:
        """Start sending."""
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def release(self, invoices: int) -> None:
        """Let some more be sent, as fast as it goes."""
        self._released.release(invoices)

    def end(self) -> None:
        """Send no more."""
        self._ending.set()
        self.release(1)

    @property
    def is_done(self) -> bool:
        """Whether everything was sent."""
        return self._thread is not None and not self._thread.is_alive()

    def join(self, seconds: float) -> None:
        """Wait until everything was sent."""
        assert self._thread is not None
        self._thread.join(seconds)
        assert self.is_done, f"only {len(self.sent)} deliveries sent"

    def _run(self) -> None:
        for number in range(self.invoices):
            self._released.acquire()
            if self._ending.is_set():
                break
            self._send(number, f"d-{number}")
            if self.chance.random() < _AGAIN:
                self._again(f"d-{number}", number)
            if self.chance.random() < _NEW_ID:
                self._again(f"r-{number}", self.chance.randrange(number + 1))
        self._disconnect()

    def _again(self, delivery_id: str, number: int) -> None:
        self._send(number, delivery_id)
        self.resent += 1

    def _send(self, number: int, delivery_id: str) -> None:
        """Send until it is confirmed. What was not may have arrived as well: then it is a repeat."""
        content, is_inline = numbered(number), number % round(1 / _INLINE) == 0
        while True:
            try:
                if is_inline:
                    self._publish(content, "application/xml", {"aiguilleur-delivery-id": delivery_id})
                else:
                    self._publish(self._announced(content, delivery_id), "application/json", None)
            except (pika.exceptions.AMQPError, TransientError, OSError):
                self._disconnect()
                time.sleep(0.3)
            else:
                self.sent.add(delivery_id)
                return

    def _announced(self, content: bytes, delivery_id: str) -> bytes:
        return self.place.announce(content, delivery_id, *([self.received_at()] if self.received_at else []))

    def _disconnect(self) -> None:
        if self._connection is not None:
            close(self._connection)
        self._connection = self._channel = None

    def _publish(self, body: bytes, content_type: str, headers: dict[str, Any] | None) -> None:
        if self._channel is None:
            given = parameters(self.place.broker_url)
            given.connection_attempts = 1
            self._connection = pika.BlockingConnection(given)
            self._channel = self._connection.channel()
            self._channel.confirm_delivery()
        properties = pika.BasicProperties(content_type=content_type, delivery_mode=_PERSISTENT, headers=headers)
        self._channel.basic_publish("", topology.RECEIVED, body, properties, mandatory=True)

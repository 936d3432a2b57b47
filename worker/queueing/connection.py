"""How we connect to the broker: bounded in time, tried a few times, seen dead within a minute."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pika
from pika.adapters.blocking_connection import BlockingChannel
from pika.exceptions import AMQPError

from worker.errors import ConfigurationError, TransientError

_OURS = {
    "heartbeat": 30,
    "blocked_connection_timeout": 30,
    "connection_attempts": 5,
    "retry_delay": 2,
    "socket_timeout": 10,
}


class BrokerUnavailable(TransientError):
    """The broker cannot be reached, or did not take a message. Look at the broker; it is tried again."""

    code = "BROKER_UNAVAILABLE"


Connect = Callable[[], pika.BlockingConnection]


def parameters(url: str) -> pika.URLParameters:
    """The parameters of a connection; what the URL says itself goes before our values. Raises `ConfigurationError`."""
    try:
        given = pika.URLParameters(url)
    except Exception as error:  # noqa: BLE001  pika raises whatever its parsing meets; the URL itself holds the password
        raise ConfigurationError(f"the broker's URL cannot be used: {type(error).__name__}") from None
    for name, value in _OURS.items():
        if f"{name}=" not in url:
            setattr(given, name, value)
    return given


@contextmanager
def channel(given: pika.URLParameters, *, confirms: bool = True) -> Iterator[BlockingChannel]:
    """A channel of a connection of its own, for a short piece of work. Raises `BrokerUnavailable`."""
    try:
        connection = pika.BlockingConnection(given)
        try:
            opened = connection.channel()
            if confirms:
                opened.confirm_delivery()
            yield opened
        finally:
            close(connection)
    except AMQPError as error:
        raise BrokerUnavailable(f"the broker: {told(error)}") from error


def close(connection: pika.BlockingConnection) -> None:
    """Close a connection, in whatever state it is."""
    try:
        if connection.is_open:
            connection.close()
    except AMQPError:
        pass  # it is gone: that is what was asked


def told(error: BaseException) -> str:
    """An error of pika in words: many have none of their own."""
    return str(error) or type(error).__name__

"""How we connect to the broker: bounded in time, tried a few times, seen dead within a minute."""

import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pika
from pika.adapters.blocking_connection import BlockingChannel
from pika.exceptions import AMQPConnectionError, AMQPError

from worker.errors import ConfigurationError, TransientError
from worker.queueing.tls import Tls, alert_in, context_of, fault_told, refusal_told

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


_NO_FILES = Tls()
Connect = Callable[[], pika.BlockingConnection]


def parameters(url: str, tls: Tls = _NO_FILES) -> pika.URLParameters:
    """The parameters of a connection; what the URL says itself goes before our values. Raises `ConfigurationError`.

    `amqps://` is TLS with the certificate and the host name checked; a URL cannot take that away.
    """
    if "ssl_options" in url.partition("?")[2]:
        raise ConfigurationError("the broker's URL: ssl_options cannot stand there; use AIGUILLEUR_BROKER_CA")
    try:
        given = pika.URLParameters(url)
    except Exception as error:  # noqa: BLE001  pika raises whatever its parsing meets; the URL itself holds the password
        raise ConfigurationError(f"the broker's URL cannot be used: {type(error).__name__}") from None
    for name, value in _OURS.items():
        if f"{name}=" not in url:
            setattr(given, name, value)
    if given.ssl_options is not None:
        given.ssl_options = pika.SSLOptions(context_of(tls), given.host)
    elif tls.is_set:
        raise ConfigurationError("the broker's URL is not amqps://, though files for TLS are set; use amqps://")
    return given


def connect(given: pika.URLParameters) -> pika.BlockingConnection:
    """A connection. Raises `AMQPError`, also where TLS fails, for which pika lets the error of the socket through."""
    with handshakes(given):
        return pika.BlockingConnection(given)


@contextmanager
def handshakes(given: pika.URLParameters) -> Iterator[None]:
    """Raises `AMQPConnectionError`, in words that say what to do, where a handshake fails."""
    try:
        yield
    except ssl.SSLError as error:
        raise AMQPConnectionError(fault_told(error, given.host)) from error
    except AMQPConnectionError as error:
        if (alert := alert_in(str(error))) is None:
            raise
        raise AMQPConnectionError(refusal_told(alert)) from error


@contextmanager
def channel(given: pika.URLParameters, *, confirms: bool = True) -> Iterator[BlockingChannel]:
    """A channel of a connection of its own, for a short piece of work. Raises `BrokerUnavailable`."""
    try:
        connection = connect(given)
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

"""What passes between the pool and its readers. MessagePack, checked against the types of the port on arrival.

A reader that a PDF has taken over can send any bytes. Pickle would run them; here they either are a value of the
expected type, within a size, or `Garbled`.
"""

import math
import socket
import struct
import time
from typing import Any, Literal, TypeAlias

import msgspec

from rules.model import Box
from worker.errors import ExtractionError
from worker.extract.cage import Bounds, Doors
from worker.extract.limits import MEBIBYTE, Limits
from worker.ports import Pages, PdfContent, Picture

Method: TypeAlias = Literal["read", "pages", "cells", "render"]

_LENGTH = struct.Struct("!I")
_CHUNK = 256 * 1024
_LONGEST_MESSAGE = 500  # characters of an error
_ROOM = 32 * MEBIBYTE  # for names, words and a picture, beside the largest embedded files
_ERRORS = {error.code: error for error in ExtractionError.__subclasses__()}
_VALUES: dict[Method, Any] = {"read": PdfContent, "pages": Pages, "cells": tuple[Box, ...], "render": Picture}


class Garbled(Exception):
    """What a reader sent is no answer."""


class Start(msgspec.Struct, frozen=True):
    """What a reader has to know: it stands on its command line."""

    parent: int
    socket: int
    document: int
    limits: Limits
    bounds: Bounds


class Ready(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """The first message of a reader: which doors are closed, or why it could not start."""

    doors: Doors
    failure: str = ""


class Request(msgspec.Struct, frozen=True, array_like=True):
    """One call of a method of `PdfReader`, and what it may cost; the `size` bytes of the PDF stand in shared memory."""

    method: Method
    size: int
    arguments: tuple[int, ...] = ()
    cpu_seconds: float = 1.0


class Answer(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """A value in MessagePack, or the code and message of an error. A `spent` reader asks to be replaced."""

    value: msgspec.Raw
    error: str = ""
    message: str = ""
    spent: bool = False


_encode = msgspec.msgpack.Encoder().encode
_ready = msgspec.msgpack.Decoder(Ready)
_answer = msgspec.msgpack.Decoder(Answer)
_request = msgspec.msgpack.Decoder(Request)
_values: dict[Method, msgspec.msgpack.Decoder[Any]] = {
    method: msgspec.msgpack.Decoder(kind) for method, kind in _VALUES.items()
}
_NOTHING = msgspec.Raw(_encode(None))


def largest_answer(limits: Limits) -> int:
    """Bytes above which an answer is not listened to."""
    return limits.xml_bytes + _ROOM


def encoded_start(start: Start) -> str:
    """For the command line."""
    return msgspec.json.encode(start).decode()


def decoded_start(text: str) -> Start:
    """From the command line."""
    return msgspec.json.decode(text, type=Start)


def succeeded(value: Any, *, spent: bool = False) -> Answer:
    """The answer that carries a value."""
    return Answer(msgspec.Raw(_encode(value)), spent=spent)


def failed(error: ExtractionError, *, spent: bool = False) -> Answer:
    """The answer that carries an error."""
    return Answer(_NOTHING, error.code, str(error)[:_LONGEST_MESSAGE], spent)


def decoded_request(frame: bytes) -> Request:
    """What the pool asks."""
    return _request.decode(frame)


def decoded_ready(frame: bytes) -> Ready:
    """What a reader says first. Raises `Garbled`."""
    try:
        return _ready.decode(frame)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise Garbled from error


def decoded_answer(frame: bytes, method: Method) -> tuple[Any, bool]:
    """The value or the `ExtractionError` that a reader answered, and whether it is spent. Raises `Garbled`."""
    try:
        answer = _answer.decode(frame)
        if not answer.error:
            return _values[method].decode(answer.value), answer.spent
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise Garbled from error
    if answer.error not in _ERRORS:
        raise Garbled
    return _ERRORS[answer.error](answer.message[:_LONGEST_MESSAGE]), answer.spent


def send(pipe: socket.socket, message: Ready | Request | Answer) -> None:
    """Send one frame. Raises `OSError`; `TimeoutError` after the time-out of the socket."""
    frame: bytes = _encode(message)
    if len(frame) < _CHUNK:
        pipe.sendall(_LENGTH.pack(len(frame)) + frame)
    else:
        pipe.sendall(_LENGTH.pack(len(frame)))
        pipe.sendall(frame)


def receive(pipe: socket.socket, largest: int, deadline: float = math.inf) -> bytes | None:
    """The next frame; None if the other side is gone. Waits until `deadline`, a moment of `time.monotonic`.

    Raises `TimeoutError`, `Garbled`, `OSError`. Memory grows with what arrives, never with what is announced.
    """
    received, size = bytearray(), 0
    while not size or len(received) < size:
        _limit_wait(pipe, deadline)
        chunk = pipe.recv(_CHUNK)
        if not chunk:
            return None
        received += chunk
        if not size and len(received) >= _LENGTH.size:
            (length,) = _LENGTH.unpack_from(received)
            if not 0 < length <= largest:
                raise Garbled
            size = _LENGTH.size + length
    if len(received) > size:  # one question, one answer
        raise Garbled
    with memoryview(received) as view:
        return bytes(view[_LENGTH.size :])


def _limit_wait(pipe: socket.socket, deadline: float) -> None:
    if math.isinf(deadline):
        return
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    pipe.settimeout(left)

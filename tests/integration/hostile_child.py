"""The program of a reader that a PDF has taken over: the bytes it is handed say what it tries.

It runs behind the same doors as the real one; `PdfPool(program=...)` names it. What an attempt came to stands in the
name of an embedded file.
"""

import ctypes
import os
import pickle
import signal
import socket
import sys
import time
from collections.abc import Callable
from pathlib import Path

from worker.errors import DocumentMalformed
from worker.extract import pdf_child, pdf_wire
from worker.extract.pdf_reader import InProcessPdfReader
from worker.ports import EmbeddedFile, PdfContent


class Hostile(InProcessPdfReader):
    """Reads PDFs as the real reader does; anything else is an attempt at something."""

    def read(self, data: bytes) -> PdfContent:
        """The attempt that the bytes name, with its arguments after blanks."""
        if data.startswith(b"%PDF"):
            return super().read(data)
        name, *arguments = data.decode().split()
        try:
            told = ATTEMPTS[name](*arguments)
        except OSError as error:
            told = type(error).__name__
        return PdfContent((EmbeddedFile(str(told), b""),))


def main() -> None:
    """Serve the hostile reader."""
    pdf_child.serve(Hostile)


def _swell() -> object:
    held = []
    while True:
        held.append(bytearray(16 << 20))


def _swell_natively() -> object:
    """As C++ libraries do: abort where there is no memory."""
    libc = ctypes.CDLL(None)
    libc.malloc.restype = ctypes.c_void_p
    while libc.malloc(ctypes.c_size_t(16 << 20)):
        pass
    libc.abort()
    return None


def _spin() -> object:
    while True:
        pass


def _sleep() -> object:
    while True:
        time.sleep(1)


def _raise(name: str) -> object:
    signal.raise_signal(signal.Signals[name])
    return "alive"


def _crash() -> object:
    return ctypes.string_at(8)


def _fork() -> object:
    child = os.fork()
    if child == 0:
        time.sleep(600)
        os._exit(0)
    return f"forked {child}"


def _exec() -> object:
    os.execv(sys.executable, [sys.executable, "-c", "pass"])


def _connect(port: str) -> object:
    with socket.create_connection(("127.0.0.1", int(port)), timeout=2) as link:
        link.sendall(b"secret")
    return "connected"


def _datagram(port: str) -> object:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as link:
        link.sendto(b"secret", ("127.0.0.1", int(port)))
    return "sent"


def _write(path: str) -> object:
    return f"written {Path(path).write_bytes(b'x')}"


def _read_file(path: str) -> object:
    return f"read {len(Path(path).read_bytes())}"


def _list(path: str) -> object:
    return f"listed {len(list(Path(path).iterdir()))}"


def _environment() -> object:
    return " ".join(sorted(os.environ))


def _kill(pid: str) -> object:
    os.kill(int(pid), signal.SIGTERM)
    return "killed"


def _send(text: bytes) -> object:
    """Write on the socket to the pool, past the protocol."""
    return os.write(pdf_wire.decoded_start(sys.argv[1]).socket, text)


def _garbage() -> object:
    return _send(b"\x00\x00\x00\x05hello")


def _twice() -> object:
    return _send(b"\x00\x00\x00\x01\xc0" * 2)


def _huge() -> object:
    return _send(b"\xff\xff\xff\xff" + b"x" * 100)


def _pickle() -> object:
    frame = pickle.dumps(DocumentMalformed("pickled"))
    return _send(len(frame).to_bytes(4, "big") + frame)


def _half() -> object:
    _send(b"\x00\x00\x01\x00half")
    return _sleep()


def _hang_up() -> object:
    os._exit(7)


ATTEMPTS: dict[str, Callable[..., object]] = {
    name.removeprefix("_"): attempt
    for name, attempt in list(globals().items())
    if name.startswith("_") and callable(attempt)
}

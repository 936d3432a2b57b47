"""What every private server needs: a port, a wait with an end, and an end for each process that was started."""

import random
import signal
import socket
import subprocess
import time
from collections.abc import Callable

HOST = "127.0.0.1"
_BELOW_EPHEMERAL = range(20_000, 32_000)  # a client retrying a port of the ephemeral range may connect to itself


class ServerMissing(Exception):
    """A server is not installed. The message says what to install."""


class ServerFailed(Exception):
    """A server did not start, or ended. The message ends with the last lines of its log."""


def free_port() -> int:
    """A port of the loopback interface on which nobody listens."""
    chance = random.SystemRandom()
    while True:
        port = chance.choice(_BELOW_EPHEMERAL)
        with socket.socket() as attempt:
            try:
                attempt.bind((HOST, port))
            except OSError:
                continue
            return port


def free_ports(number: int) -> list[int]:
    """Ports that follow one another, as the processes of one service take them."""
    while True:
        first = free_port()
        if not any(listens(port) for port in range(first, first + number)):
            return list(range(first, first + number))


def listens(port: int) -> bool:
    """Whether somebody accepts connections on a port."""
    try:
        socket.create_connection((HOST, port), timeout=1).close()
    except OSError:
        return False
    return True


def wait_until(is_true: Callable[[], bool], seconds: float) -> bool:
    """Whether a condition came true in time. It is asked at least once."""
    deadline = time.monotonic() + seconds
    while not is_true():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def end(process: subprocess.Popen[bytes], asking: signal.Signals, seconds: float) -> None:
    """End a process that was started here: by asking, and when it does not answer in time, by SIGKILL."""
    if process.poll() is None:
        process.send_signal(asking)
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
    process.wait(seconds)

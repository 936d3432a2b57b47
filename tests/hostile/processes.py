"""What Linux tells about the processes of a session."""

import contextlib
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
_SESSION, _STATE, _USER, _SYSTEM = 3, 0, 11, 12  # places in /proc/PID/stat behind the name


def peaks(session: int) -> dict[int, int]:
    """The highest resident memory of each process so far, in bytes (`VmHWM`)."""
    found = {}
    for process in _members(session):
        with contextlib.suppress(OSError, StopIteration):
            lines = Path(f"/proc/{process}/status").read_text(encoding="utf-8", errors="replace").splitlines()
            line = next(line for line in lines if line.startswith("VmHWM:"))
            found[process] = int(line.split()[1]) * 1024
    return found


def cpu(process: int) -> float:
    """Processor time of a process, in seconds."""
    stat = _stat(process)
    return (int(stat[_USER]) + int(stat[_SYSTEM])) / _TICKS if stat else 0.0


def cpu_of_session(session: int) -> float:
    """Processor time of the processes that are alive, in seconds."""
    return sum(cpu(process) for process in _members(session))


def left(session: int, seconds: float) -> list[int]:
    """The processes that are still alive after a while; they are killed."""
    until = time.monotonic() + seconds
    while (alive := list(_members(session))) and time.monotonic() < until:
        time.sleep(0.01)
    kill(session)
    return alive


def kill(session: int) -> None:
    """End a session that was started here."""
    for process in list(_members(session)):
        with contextlib.suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)


def _members(session: int) -> Iterator[int]:
    for name in (place.name for place in Path("/proc").iterdir()):
        if name.isdigit() and (stat := _stat(int(name))) and int(stat[_SESSION]) == session and stat[_STATE] != "Z":
            yield int(name)


def _stat(process: int) -> list[str]:
    try:
        return Path(f"/proc/{process}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    except OSError:
        return []

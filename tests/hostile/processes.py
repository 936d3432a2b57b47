"""What Linux tells about the processes that descend from one: its children, theirs, whatever session they are in."""

import contextlib
import ctypes
import os
import signal
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
_STATE, _PARENT, _USER, _SYSTEM = 0, 1, 11, 12  # places in /proc/PID/stat behind the name
_PR_SET_CHILD_SUBREAPER = 36  # linux/prctl.h


def adopt_orphans() -> None:
    """Become the parent of every descendant that loses its own, so that none gets out of sight. Raises `OSError`."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_CHILD_SUBREAPER, ctypes.c_ulong(1), 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl refused")


def peaks(ancestor: int) -> dict[int, int]:
    """The highest resident memory of each descendant so far, in bytes (`VmHWM`)."""
    found = {}
    for process in descendants(ancestor):
        with contextlib.suppress(OSError, StopIteration):
            lines = Path(f"/proc/{process}/status").read_text(encoding="utf-8", errors="replace").splitlines()
            line = next(line for line in lines if line.startswith("VmHWM:"))
            found[process] = int(line.split()[1]) * 1024
    return found


def cpu(ancestor: int) -> float:
    """Processor time of the descendants that are alive, in seconds."""
    stats = (_stat(process) for process in descendants(ancestor))
    return sum(int(stat[_USER]) + int(stat[_SYSTEM]) for stat in stats if stat) / _TICKS


def left(ancestor: int, seconds: float) -> list[int]:
    """The descendants that are still alive after a while; they are killed."""
    until = time.monotonic() + seconds
    while (alive := list(descendants(ancestor))) and time.monotonic() < until:
        time.sleep(0.01)
    kill(ancestor)
    _bury()
    return alive


def kill(ancestor: int) -> None:
    """End what descends from a process that was started here."""
    for process in list(descendants(ancestor)):
        with contextlib.suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)


def descendants(ancestor: int) -> Iterator[int]:
    """Children, grandchildren and so on that are alive."""
    children: dict[int, list[int]] = defaultdict(list)
    for name in (place.name for place in Path("/proc").iterdir()):
        if name.isdigit() and (stat := _stat(int(name))) and stat[_STATE] != "Z":
            children[int(stat[_PARENT])].append(int(name))
    found = list(children[ancestor])
    for process in found:
        found += children[process]
    yield from found


def _bury() -> None:
    """Take note of the dead that were adopted."""
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            continue


def _stat(process: int) -> list[str]:
    try:
        return Path(f"/proc/{process}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    except OSError:
        return []

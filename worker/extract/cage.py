"""What a process that reads strangers' PDFs may still do: compute, and answer.

Doors are closed in two steps. `enter` comes before anything is loaded: limits, no new privileges, no life after the
parent. `close_doors` comes when every library has been loaded and used once: no file is opened but fonts and the data
of the libraries themselves, none is written, there is no network and no second process.

Two layers of the kernel overlap: Landlock (which files) through py-landlock, seccomp (which system calls) through
pyseccomp and Debian's libseccomp2. Where one is missing, the rest still holds, and `Doors` says so.
"""

import contextlib
import ctypes
import errno
import importlib
import math
import os
import resource
import signal
import sys
import sysconfig
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from worker.extract.limits import MEBIBYTE

_PR_SET_PDEATHSIG, _PR_SET_NO_NEW_PRIVS = 1, 38  # linux/prctl.h
_OPEN_FILES = 32  # standard streams, a socket, the document, and a few fonts or tables at a time

# Where PDFium looks for fonts that a PDF names without embedding them.
_FONTS = ("/usr/share/fonts", "/usr/share/X11/fonts/Type1", "/usr/share/X11/fonts/TTF", "/usr/local/share/fonts")

# What CPython, glibc and the PDF libraries ask of the kernel once they are loaded. What is missing here fails with
# EPERM, which a library tells as its own error; names unknown to the architecture are left out.
_ALLOWED = """
    brk clock_getres clock_gettime clock_nanosleep close epoll_wait exit exit_group fcntl fstat fstatfs futex
    getcwd getdents64 getegid geteuid getgid getpid getppid getrandom getrlimit getrusage gettid gettimeofday getuid
    ioctl lseek madvise membarrier mincore mmap mprotect mremap munmap nanosleep newfstatat poll ppoll pread64 read
    readlink readlinkat readv recvfrom recvmsg restart_syscall rseq rt_sigaction rt_sigprocmask rt_sigreturn
    sched_getaffinity sched_yield sendmsg sendto set_robust_list sigaltstack statx sysinfo times uname write writev
    access faccessat faccessat2 lstat stat
"""

# What nothing honest asks for here: it ends the process at once, and the document is told to be unsafe.
_DEADLY = """
    accept accept4 bind bpf connect execve execveat io_uring_setup keyctl listen mount open_by_handle_at
    perf_event_open process_vm_readv process_vm_writev ptrace setns socket unshare userfaultfd
"""

_UNKNOWN_CALL = -1  # __NR_SCMP_ERROR
_WRITING = os.O_ACCMODE | os.O_CREAT | os.O_TRUNC | os.O_APPEND


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """What a reader may use up: bytes of address space, and seconds of processor for one document."""

    memory: int = 640 * MEBIBYTE
    cpu_seconds: int = 4


class Doors(NamedTuple):
    """What holds a reader, and what this machine lacks, in words for an operator."""

    closed: tuple[str, ...]
    missing: tuple[str, ...]


def enter(bounds: Bounds, parent: int) -> None:
    """Limit this process and tie its life to that of its parent. Raises `OSError` if the system refuses."""
    _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it died before the line above
        os._exit(0)
    _prctl(_PR_SET_NO_NEW_PRIVS, 1)
    _lower(resource.RLIMIT_AS, bounds.memory)
    _lower(resource.RLIMIT_CORE, 0)
    _lower(resource.RLIMIT_NOFILE, _OPEN_FILES)


def close_doors() -> Doors:
    """Close all that is not needed to read the next PDF. To be called once, when every library has been used."""
    with contextlib.suppress(Exception):
        importlib.import_module("pyseccomp")  # while it can still be read, and look for its library with `ldconfig`
    _lower(resource.RLIMIT_FSIZE, 0)
    _lower(resource.RLIMIT_NPROC, 0)
    closed = ["memory, processor time, files and processes limited"]
    missing: list[str] = []
    for name, close in (("Landlock", _landlock), ("seccomp", lambda: _seccomp(may_open=not missing))):
        try:
            closed.append(f"{name}: {close()}")
        except Exception as error:  # noqa: BLE001  the library, the kernel or its configuration: the rest must hold
            missing.append(f"{name} ({_told(error)})")
    return Doors(tuple(closed), tuple(missing))


def allow_processor(seconds: float) -> None:
    """Give this process so many seconds of processor time more, rounded up; then it is ended by SIGXCPU."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    wanted = math.ceil(used.ru_utime + used.ru_stime + seconds)
    resource.setrlimit(resource.RLIMIT_CPU, (wanted if hard == resource.RLIM_INFINITY else min(wanted, hard), hard))


def _prctl(option: int, value: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(option, ctypes.c_ulong(value), ctypes.c_ulong(0), ctypes.c_ulong(0), ctypes.c_ulong(0)) != 0:
        raise OSError(ctypes.get_errno(), "prctl refused")


def _lower(which: int, value: int) -> None:
    _, hard = resource.getrlimit(which)
    if hard != resource.RLIM_INFINITY:
        value = min(value, hard)
    resource.setrlimit(which, (value, value))


def _landlock() -> str:
    from py_landlock import AccessFs, Landlock  # noqa: PLC0415  absent or refusing, it must not keep readers from work

    readable = AccessFs.READ_FILE | AccessFs.READ_DIR
    rules = Landlock(strict=False)
    for place in _readable():
        rules.add_path_rule(place, access=readable)
    rules.apply()
    return f"version {rules.abi_version}, only fonts and Python libraries can be read"


def _readable() -> Iterator[Path]:
    """The standard library and the packages that are loaded; never a whole `sys.path`, where data may stand too."""
    tables = (place for module in list(sys.modules.values()) for place in getattr(module, "__path__", ()))
    places = {Path(place).resolve() for place in (sysconfig.get_path("stdlib"), *tables, *_FONTS)}
    roots = (place for place in places if place.is_dir() and not places.intersection(place.parents))
    yield from sorted(roots)


def _seccomp(*, may_open: bool) -> str:
    import pyseccomp as sc  # noqa: PLC0415  as above; it raises RuntimeError without libseccomp2

    rules = sc.SyscallFilter(sc.ERRNO(errno.EPERM))

    def add(action: int, name: str, *arguments: Any) -> None:
        if sc.resolve_syscall(sc.Arch.NATIVE, name) != _UNKNOWN_CALL:
            rules.add_rule(action, name, *arguments)

    for name in _ALLOWED.split():
        add(sc.ALLOW, name)
    for name in _DEADLY.split():
        add(sc.KILL_PROCESS, name)
    if may_open:
        for name, flags in (("openat", 2), ("open", 1)):
            add(sc.ALLOW, name, sc.Arg(flags, sc.MASKED_EQ, _WRITING, os.O_RDONLY))
    add(sc.ERRNO(errno.ENOSYS), "clone3")  # glibc then tries clone, which fails with EPERM
    add(sc.ALLOW, "tgkill", sc.Arg(0, sc.EQ, os.getpid()))  # abort()
    own_cpu = (sc.Arg(0, sc.EQ, 0), sc.Arg(1, sc.EQ, resource.RLIMIT_CPU))
    add(sc.ALLOW, "prlimit64", *own_cpu)  # for the next document
    rules.load()
    return "no network, no other program, " + ("no writing" if may_open else "no file opened")


def _told(error: Exception) -> str:
    if isinstance(error, ImportError):
        return f"{error.name} is not installed"
    return str(error) or type(error).__name__

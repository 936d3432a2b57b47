"""A private PostgreSQL: its own cluster, password and port, on loopback only, with every write flushed to disk."""

import os
import pwd
import secrets
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path
from typing import Any, Self

import psycopg

from tests.services.local import HOST, ServerFailed, ServerMissing, end, free_port, wait_until

_CLUSTERS = Path("/usr/lib/postgresql")
_USER = "aiguilleur"
_START_SECONDS = 180  # after a crash it first syncs each of its files, which a busy disk draws out
_STOP_SECONDS = 60
# Sorted as French servers sort, so that no answer leans on the order of bytes.
_INITDB = (
    "--encoding=UTF8", "--locale=C.UTF-8", "--locale-provider=icu", "--icu-locale=fr-FR",
    "--auth=scram-sha-256", f"--username={_USER}",
)  # fmt: skip


class PostgreSQL:
    """A server of its own. Port and data stay the same over `stop`, `kill` and `start`; `close` removes everything.

    `settings` are further lines for `postgresql.conf`.
    """

    def __init__(self, settings: str = "") -> None:
        self._bin = _binaries()
        self.port = free_port()
        self._password = secrets.token_hex(12)
        self._as_user = unprivileged()
        self._folder = Path(tempfile.mkdtemp(prefix="aiguilleur-postgresql-"))
        self._server: subprocess.Popen[bytes] | None = None
        self._databases = 0
        self._initialise(settings)

    @property
    def url(self) -> str:
        """The address of the first database."""
        return self._url("postgres")

    @property
    def log(self) -> Path:
        """What the server prints and logs."""
        return self._folder / "out"

    @property
    def pid(self) -> int | None:
        """The first process of the server, None while it is down."""
        return self._server.pid if self._server and self._server.poll() is None else None

    def start(self) -> None:
        """Start the server; it answers when this returns. Raises `ServerFailed`."""
        if self.pid is not None:
            return
        with self.log.open("ab") as log:
            self._server = subprocess.Popen(
                [self._bin / "postgres", "-D", self._folder / "data"], cwd=self._folder, stdin=subprocess.DEVNULL,
                stdout=log, stderr=log, start_new_session=True, **self._as_user,
            )  # fmt: skip
        if not wait_until(lambda: self.pid is None or self._answers(), _START_SECONDS) or self.pid is None:
            self.kill()
            last = self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-20:]
            raise ServerFailed("PostgreSQL did not start:\n" + "\n".join(last))

    def stop(self) -> None:
        """Stop the server at once, rolling back what is under way and writing a checkpoint ("fast")."""
        if self._server is not None:
            end(self._server, signal.SIGINT, _STOP_SECONDS)
            self._server = None

    def kill(self) -> None:
        """Kill the server and its children (SIGKILL), as a power cut would."""
        if self._server is not None:
            children = _children(self._server.pid)
            end(self._server, signal.SIGKILL, _STOP_SECONDS)
            for child in children:
                _kill(child)
            wait_until(lambda: not any(map(_lives, children)), _STOP_SECONDS)
            self._server = None

    def restart(self) -> None:
        """Stop and start."""
        self.stop()
        self.start()

    def close(self) -> None:
        """End every process that was started here, and remove the data."""
        self.kill()
        shutil.rmtree(self._folder, ignore_errors=True)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def fresh_database(self) -> str:
        """The address of a new, empty database."""
        self._databases += 1
        name = f"test_{self._databases}"
        with psycopg.connect(self._conninfo, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return self._url(name)

    @property
    def _conninfo(self) -> str:
        return self.url.replace("+psycopg", "")

    def _url(self, database: str) -> str:
        return f"postgresql+psycopg://{_USER}:{self._password}@{HOST}:{self.port}/{database}"

    def _answers(self) -> bool:
        try:
            psycopg.connect(self._conninfo, connect_timeout=5).close()
        except psycopg.OperationalError:
            return False
        return True

    def _initialise(self, settings: str) -> None:
        password = self._folder / "password"
        password.write_text(self._password, encoding="utf-8")
        self.log.touch()
        if self._as_user:
            for path in (self._folder, password, self.log):
                shutil.chown(path, self._as_user["user"], self._as_user["group"])
        done = subprocess.run(
            [self._bin / "initdb", "--pgdata", self._folder / "data", "--pwfile", password, *_INITDB],
            cwd=self._folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            check=False, timeout=120, **self._as_user,
        )  # fmt: skip
        if done.returncode:
            shutil.rmtree(self._folder, ignore_errors=True)
            raise ServerFailed(f"initdb failed: {done.stdout}")
        lines = (f"listen_addresses = '{HOST}'", f"port = {self.port}", "unix_socket_directories = ''", "fsync = on")
        with (self._folder / "data" / "postgresql.auto.conf").open("a", encoding="utf-8") as conf:
            conf.write("\n".join((*lines, settings)) + "\n")


def _binaries() -> Path:
    """The programs of the newest PostgreSQL installed."""
    found = sorted(_CLUSTERS.glob("*/bin/postgres"), key=lambda path: float(path.parts[-3]))
    if found:
        return found[-1].parent
    elsewhere = shutil.which("postgres")
    if elsewhere is None:
        raise ServerMissing("PostgreSQL is not installed: apt-get install postgresql")
    return Path(elsewhere).resolve().parent


def unprivileged() -> dict[str, Any]:
    """How to start a process as somebody else when we are root, for whom PostgreSQL does not work."""
    if os.geteuid() != 0:
        return {}
    names = [user.pw_name for user in pwd.getpwall()]
    user = pwd.getpwnam("postgres" if "postgres" in names else "nobody")
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": ()}


def _children(pid: int) -> list[int]:
    listed = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(child) for child in listed.read_text(encoding="ascii").split()] if listed.exists() else []


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def _lives(pid: int) -> bool:
    """Whether a process still runs; one that nobody has waited for does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"

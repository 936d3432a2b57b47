"""A private RabbitMQ: its own node, cookie, data, port mapper and ports. Several run side by side."""

import http.client
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
from base64 import b64encode
from pathlib import Path
from typing import Any, Self
from urllib.parse import quote

from tests.services.local import HOST, ServerFailed, ServerMissing, end, free_port, listens, wait_until

_BIN = Path("/usr/lib/rabbitmq/bin")  # the scripts themselves: those in /usr/sbin change the user
_START_SECONDS = 90
_STOP_SECONDS = 60
_USER = "guest"  # RabbitMQ lets it in from loopback only
_GREETING = b"AMQP\x00\x00\x09\x01"
_METHOD_FRAME = b"\x01"


class RabbitMQ:
    """A broker of its own. Ports and data stay the same over `stop`, `kill` and `start`; `close` removes everything.

    `settings` are further lines for `rabbitmq.conf`; every `count_ms` the broker counts its queues for its metrics.
    """

    def __init__(self, settings: str = "", count_ms: int = 5000) -> None:
        if not (_BIN / "rabbitmq-server").exists() or shutil.which("epmd") is None:
            raise ServerMissing("RabbitMQ is not installed: apt-get install rabbitmq-server")
        self._folder = Path(tempfile.mkdtemp(prefix="aiguilleur-rabbitmq-"))
        self.node = f"aiguilleur-{secrets.token_hex(4)}@localhost"
        self.port, self._management, self._prometheus = free_port(), free_port(), free_port()
        self._epmd_port, self._distribution = free_port(), free_port()
        self._epmd: subprocess.Popen[bytes] | None = None
        self._server: subprocess.Popen[bytes] | None = None
        self._configure(settings)
        ticks = f"[{{rabbit, [{{quorum_tick_interval, {count_ms}}}, {{collect_statistics_interval, {count_ms}}}]}}].\n"
        (self._folder / "advanced.config").write_text(ticks, encoding="utf-8")

    @property
    def url(self) -> str:
        """The AMQP address of the default virtual host."""
        return f"amqp://{_USER}:{_USER}@{HOST}:{self.port}/%2F"

    @property
    def management_url(self) -> str:
        """The management API; user and password are `guest`."""
        return f"http://{HOST}:{self._management}"

    @property
    def prometheus_url(self) -> str:
        """The metrics of the broker."""
        return f"http://{HOST}:{self._prometheus}/metrics"

    @property
    def log(self) -> Path:
        """What the broker prints and logs."""
        return self._folder / "log" / "out"

    @property
    def pid(self) -> int | None:
        """The process of the broker, None while it is down."""
        return self._server.pid if self._server and self._server.poll() is None else None

    def start(self) -> None:
        """Start the broker; it answers when this returns. Raises `ServerFailed`."""
        if self.pid is not None:
            return
        self._start_port_mapper()
        with self.log.open("ab") as log:
            self._server = subprocess.Popen(
                [_BIN / "rabbitmq-server"], env=self._environment(), cwd=self._folder, stdin=subprocess.DEVNULL,
                stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        if not wait_until(lambda: self.pid is None or self._answers(), _START_SECONDS) or self.pid is None:
            self.kill()
            last = self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-20:]
            raise ServerFailed("RabbitMQ did not start:\n" + "\n".join(last))

    def stop(self) -> None:
        """Stop the broker as its package does, with everything on disk."""
        if self._server is not None:
            end(self._server, signal.SIGTERM, _STOP_SECONDS)
            self._server = None

    def kill(self) -> None:
        """Kill the broker (SIGKILL), as a power cut would.

        RabbitMQ 3.10 writes the names of quorum queues down within a second of their declaration, not at once: one that
        is younger may be stuck for good. Let new queues settle before.
        """
        if self._server is not None:
            end(self._server, signal.SIGKILL, _STOP_SECONDS)
            self._server = None

    def restart(self) -> None:
        """Stop and start."""
        self.stop()
        self.start()

    def close(self) -> None:
        """End every process that was started here, and remove the data."""
        self.kill()
        if self._epmd is not None:
            end(self._epmd, signal.SIGTERM, _STOP_SECONDS)
            self._epmd = None
        shutil.rmtree(self._folder, ignore_errors=True)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def ctl(self, *arguments: str) -> str:
        """What `rabbitmqctl` prints, quietly. It takes about a second; the management API is faster."""
        done = subprocess.run(
            [_BIN / "rabbitmqctl", "--quiet", *arguments], env=self._environment(), cwd=self._folder, check=False,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=60,
        )  # fmt: skip
        if done.returncode:
            raise ServerFailed(f"rabbitmqctl {' '.join(arguments)}: {done.stdout}")
        return done.stdout

    def api(self, method: str, path: str, body: object = None) -> Any:
        """A request to the management API, `path` below `/api/`; the answer, or None if it is empty."""
        connection = http.client.HTTPConnection(HOST, self._management, timeout=10)
        login = b64encode(f"{_USER}:{_USER}".encode()).decode()
        headers = {"Authorization": f"Basic {login}", "Content-Type": "application/json"}
        try:
            connection.request(method, f"/api/{path}", None if body is None else json.dumps(body), headers)
            response = connection.getresponse()
            answer = response.read()
        finally:
            connection.close()
        if response.status >= http.client.BAD_REQUEST:
            raise ServerFailed(f"{method} /api/{path}: {response.status} {answer.decode()}")
        return json.loads(answer) if answer else None

    def fresh_vhost(self) -> str:
        """The address of a new, empty virtual host, so that tests on one broker do not meet."""
        name = f"test-{secrets.token_hex(6)}"
        everything = {"configure": ".*", "write": ".*", "read": ".*"}
        self.api("PUT", f"vhosts/{quote(name)}")
        self.api("PUT", f"permissions/{quote(name)}/{_USER}", everything)
        return f"amqp://{_USER}:{_USER}@{HOST}:{self.port}/{quote(name)}"

    def _answers(self) -> bool:
        """Whether the broker greets a client, and its management and metrics listen."""
        try:
            with socket.create_connection((HOST, self.port), timeout=5) as connection:
                connection.sendall(_GREETING)
                greeted = connection.recv(1) == _METHOD_FRAME
        except OSError:
            return False
        return greeted and listens(self._management) and listens(self._prometheus)

    def _start_port_mapper(self) -> None:
        """Start the Erlang port mapper of this broker alone, in the foreground, so that its process is known."""
        if self._epmd is not None and self._epmd.poll() is None:
            return
        command = ["epmd", "-address", HOST, "-port", str(self._epmd_port)]
        with self.log.open("ab") as log:
            self._epmd = subprocess.Popen(
                command, cwd=self._folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
            )
        if not wait_until(lambda: listens(self._epmd_port), 10):
            raise ServerFailed("the Erlang port mapper did not start")

    def _configure(self, settings: str) -> None:
        for name in ("home", "log", "data", "conf.d"):
            (self._folder / name).mkdir()
        self.log.touch()
        lines = (
            f"listeners.tcp.1 = {HOST}:{self.port}",
            f"management.tcp.ip = {HOST}",
            f"management.tcp.port = {self._management}",
            f"prometheus.tcp.ip = {HOST}",
            f"prometheus.tcp.port = {self._prometheus}",
            settings,
        )
        (self._folder / "rabbitmq.conf").write_text("\n".join(lines) + "\n", encoding="utf-8")
        plugins = "[rabbitmq_management,rabbitmq_prometheus].\n"
        (self._folder / "enabled_plugins").write_text(plugins, encoding="utf-8")

    def _environment(self) -> dict[str, str]:
        """Nothing of the machine's own RabbitMQ, and nothing on another interface than loopback."""
        folder, loopback = self._folder, "-kernel inet_dist_use_interface {127,0,0,1}"
        return {
            "PATH": os.environ["PATH"],
            "LANG": "C.UTF-8",
            "HOME": str(folder / "home"),
            "ERL_EPMD_ADDRESS": HOST,
            "ERL_EPMD_PORT": str(self._epmd_port),
            "RUNNING_UNDER_SYSTEMD": "true",  # the script becomes the server: its process id is the one we have
            "RABBITMQ_NODENAME": self.node,
            "RABBITMQ_DIST_PORT": str(self._distribution),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": loopback,
            "RABBITMQ_CTL_ERL_ARGS": loopback,
            "RABBITMQ_CONF_ENV_FILE": str(folder / "rabbitmq-env.conf"),
            "RABBITMQ_CONFIG_FILE": str(folder / "rabbitmq.conf"),
            "RABBITMQ_CONFIG_FILES": str(folder / "conf.d"),
            "RABBITMQ_ADVANCED_CONFIG_FILE": str(folder / "advanced.config"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "enabled_plugins"),
            "RABBITMQ_MNESIA_BASE": str(folder / "data"),
            "RABBITMQ_LOG_BASE": str(folder / "log"),
            "RABBITMQ_PID_FILE": str(folder / "pid"),
        }

"""A private Prometheus: its own data and port, on loopback only, with a configuration of the test."""

import json
import shutil
import signal
import subprocess
import tempfile
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path
from typing import Any, Self

from tests.services.local import HOST, ServerFailed, ServerMissing, end, free_port, wait_until

_START_SECONDS = 60
_STOP_SECONDS = 30
_FEATURES = "exemplar-storage"


class QueryRefused(Exception):
    """The server does not answer a question. The message is its own."""


class Prometheus:
    """A server of its own. `start` takes the text of a configuration; `close` removes everything."""

    def __init__(self) -> None:
        program = shutil.which("prometheus")
        if program is None:
            raise ServerMissing("Prometheus is not installed: apt-get install prometheus")
        self._program = program
        self._folder = Path(tempfile.mkdtemp(prefix="aiguilleur-prometheus-"))
        self.port = free_port()
        self._server: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """The address of its pages."""
        return f"http://{HOST}:{self.port}"

    @property
    def log(self) -> Path:
        """What the server prints and logs."""
        return self._folder / "out"

    @property
    def pid(self) -> int | None:
        """The process, None while it is down."""
        return self._server.pid if self._server and self._server.poll() is None else None

    def start(self, configuration: str) -> None:
        """Start the server; it answers when this returns. Raises `ServerFailed`."""
        file = self._folder / "prometheus.yml"
        file.write_text(configuration, encoding="utf-8")
        with self.log.open("ab") as log:
            self._server = subprocess.Popen(
                [
                    self._program, f"--config.file={file}", f"--storage.tsdb.path={self._folder / 'data'}",
                    f"--web.listen-address={HOST}:{self.port}", f"--enable-feature={_FEATURES}",
                    "--storage.tsdb.retention.time=1d", "--log.level=warn",
                ],
                cwd=self._folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        if not wait_until(lambda: self.pid is None or self._answers(), _START_SECONDS) or self.pid is None:
            last = self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-20:]
            self.stop()
            raise ServerFailed("Prometheus did not start:\n" + "\n".join(last))

    def stop(self) -> None:
        """Stop the server."""
        if self._server is not None:
            end(self._server, signal.SIGTERM, _STOP_SECONDS)
            self._server = None

    def close(self) -> None:
        """End the process that was started here, and remove the data."""
        self.stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def ask(self, path: str, **parameters: object) -> Any:
        """The data of an answer of the HTTP API, `path` below `/api/v1/`. Raises `QueryRefused`."""
        question = urllib.parse.urlencode(parameters)
        try:
            with urllib.request.urlopen(f"{self.url}/api/v1/{path}?{question}", timeout=30) as answer:
                return json.load(answer)["data"]
        except urllib.error.HTTPError as error:
            raise QueryRefused(error.read().decode()) from None

    def value(self, expression: str) -> float | None:
        """The first value of an expression now, None where there is none."""
        found = self.ask("query", query=expression)["result"]
        return float(found[0]["value"][1]) if found else None

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/-/ready", timeout=5) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

"""Health over HTTP: `/healthz` (every thread lives), `/readyz` (work can be done), `/metrics`.

The answers look at threads and consumers: a process whose threads are gone still exists.
"""

from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import NamedTuple

from prometheus_client import REGISTRY
from prometheus_client.exposition import choose_encoder

from worker.errors import ConfigurationError
from worker.settings import Address

_TEXT = "text/plain; charset=utf-8"


class Probes(NamedTuple):
    """What is wrong: with the process for good, and with its work for now."""

    deaths: Callable[[], list[str]]
    obstacles: Callable[[], list[str]]


class HealthServer:
    """Serves health on an address until it is closed. Raises `ConfigurationError` if the address cannot be had."""

    def __init__(self, address: Address, probes: Probes) -> None:
        try:
            self._server = _Server(address, probes)
        except OSError as error:
            place = f"{address.host}:{address.port}"
            raise ConfigurationError(f"AIGUILLEUR_METRICS_ADDRESS {place}: {error.strerror}") from None
        self._thread = Thread(target=self._server.serve_forever, name="health", daemon=True)

    @property
    def port(self) -> int:
        """The port, also when the system chose it."""
        return int(self._server.server_address[1])

    def start(self) -> None:
        """Start answering."""
        self._thread.start()

    def is_alive(self) -> bool:
        """Whether answers are given."""
        return self._thread.is_alive()

    def close(self) -> None:
        """Stop answering."""
        self._server.shutdown()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, address: Address, probes: Probes) -> None:
        super().__init__(address, _Handler)
        self.probes = probes


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    timeout = 10

    def do_GET(self) -> None:
        """Answer one request."""
        deaths, obstacles = self.server.probes
        match self.path.partition("?")[0]:
            case "/healthz":
                self._verdict(deaths())
            case "/readyz":
                self._verdict([*deaths(), *obstacles()])
            case "/metrics":
                encode, content_type = choose_encoder(self.headers.get("Accept", ""))
                self._answer(HTTPStatus.OK, encode(REGISTRY), content_type)  # OpenMetrics, with exemplars, if asked
            case _:
                self._answer(HTTPStatus.NOT_FOUND, b"/healthz, /readyz, /metrics\n", _TEXT)

    def _verdict(self, faults: list[str]) -> None:
        status = HTTPStatus.SERVICE_UNAVAILABLE if faults else HTTPStatus.OK
        self._answer(status, "".join(f"{line}\n" for line in faults or ["ok"]).encode(), _TEXT)

    def _answer(self, status: HTTPStatus, body: bytes, content_type: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing: probes come every few seconds."""

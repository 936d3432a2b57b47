"""The portal over HTTP: tokens, accounts, media types, and the faults that the schedule asks for (§3.1)."""

import datetime as dt
import json
import socket
import struct
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.utils import format_datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs

from worker.errors import ConfigurationError
from worker.fake_portal import api
from worker.fake_portal.accounts import Accounts
from worker.fake_portal.faults import NO_EFFECT, Fault, Faults
from worker.fake_portal.ledger import Asked
from worker.fake_portal.portal import Portal
from worker.fake_portal.reply import TooLarge
from worker.fake_portal.request import MALFORMED, whole
from worker.fake_portal.spoil import HTML, Answer, as_json, instead, list_name, misread, page, spoiled

TOKEN_PATH, API_ROOT = "/api/oauth/token", "/cpro/"
_LONGEST_REQUEST = 1_000_000  # bytes; ours, no document gives one
_FORM, _JSON = "application/x-www-form-urlencoded", "application/json"
_RESETS = frozenset({Fault.RESET_BEFORE, Fault.RESET_AFTER})


class PortalServer:
    """Serves a portal on an address of this machine. Raises `ConfigurationError` if the address cannot be had."""

    def __init__(self, portal: Portal, *, host: str = "127.0.0.1", port: int = 0, faults: Faults | None = None) -> None:
        self.portal, self.faults = portal, faults or Faults()
        self.accounts = Accounts(portal)
        try:
            self._server = _Server((host, port), self)
        except OSError as error:
            raise ConfigurationError(f"{host}:{port} cannot be had: {error.strerror}") from None

    @property
    def url(self) -> str:
        """Where the portal answers; the port also when the system chose it."""
        host, port = self._server.server_address[:2]
        return f"http://{host!s}:{port}"

    @property
    def token_url(self) -> str:
        """Where tokens are had."""
        return self.url + TOKEN_PATH

    @property
    def api_url(self) -> str:
        """What stands before `factures/v1/…`."""
        return self.url + API_ROOT

    def serve(self) -> None:
        """Answer until `close` is called from another thread, or an interruption."""
        self._server.serve_forever(poll_interval=0.05)

    def close(self) -> None:
        """Stop answering."""
        self._server.shutdown()
        self._server.server_close()

    @contextmanager
    def running(self) -> Iterator["PortalServer"]:
        """Answer in a thread for as long as the block lasts."""
        thread = Thread(target=self.serve, name="fake-portal", daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self.close()
            thread.join()

    def call(self, path: str, body: dict[str, Any], fault: Fault | None) -> Answer:
        """Answer one call of the API whose accounts are right."""
        try:
            reply = api.call(self.portal, path, body)
        except TooLarge:
            return as_json(413, {"error": "too large"})
        if reply is None:
            return page(404, "Not Found")
        number, block = _page_block(body)

        def rows_of(wanted: int) -> list[dict[str, Any]]:
            other = api.call(self.portal, path, {**body, block: {**body[block], "pageResultatDemandee": wanted}})
            return other.body.get(list_name(other.body), []) if other else []

        return as_json(reply.status, misread(fault, reply.body, number, rows_of))


def _page_block(body: dict[str, Any]) -> tuple[int, str]:
    """The number of the page asked for, and the name of the block that asks."""
    for name, block in body.items():
        if isinstance(block, dict) and whole(block.get("pageResultatDemandee")):
            return block["pageResultatDemandee"], name
    return 1, ""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, address: tuple[str, int], owner: PortalServer) -> None:
        super().__init__(address, _Handler)
        self.owner = owner

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say what went wrong here; a client that goes away is no news."""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    server_version, sys_version = "fake-portal", ""
    timeout = 30
    skewed = False

    def do_GET(self) -> None:
        """Refuse: every service is a POST (§3.1)."""
        self.close_connection = True  # a body may follow
        self._send(Answer(405, b"", HTML, (("Allow", "POST"),)))

    do_PUT = do_DELETE = do_HEAD = do_PATCH = do_GET  # noqa: N815 - named by the base class

    def do_POST(self) -> None:
        """Answer one request, or misbehave."""
        owner, path = self.server.owner, self.path.partition("?")[0]
        raw = self._read()
        if raw is None:
            return
        if owner.faults.is_out(owner.portal.clock.now()):
            self._note(path, raw, 0, "outage")
            self._reset()
            return
        fault = owner.faults.next(path)
        self.skewed = fault is Fault.CLOCK_SKEW
        if fault is Fault.SLOW:
            time.sleep(owner.faults.slow_seconds)
        answer = self._answer(path, raw, fault)
        silent = fault in _RESETS
        self._note(path, raw, 0 if silent else answer.status, fault)
        if silent:
            self._reset()
        else:
            self._send(answer)

    def _answer(self, path: str, raw: bytes, fault: Fault | None) -> Answer:
        owner = self.server.owner
        if fault is Fault.TOKEN_GONE:
            owner.accounts.revoke()
        if fault is Fault.RESET_BEFORE:
            return Answer(0)
        if fault in NO_EFFECT and fault is not None:
            return instead(fault, owner.portal.clock.now())
        right = self._token(raw) if path == TOKEN_PATH else self._call(path, raw, fault)
        return spoiled(fault, right) if fault else right

    def _token(self, raw: bytes) -> Answer:
        if self.headers.get_content_type() != _FORM:
            return as_json(400, {"error": "invalid_request"})
        return self.server.owner.accounts.grant(parse_qs(raw.decode("utf-8", "replace"), keep_blank_values=True))

    def _call(self, path: str, raw: bytes, fault: Fault | None) -> Answer:
        if not path.startswith(API_ROOT):
            return page(404, "Not Found")
        service = path.removeprefix(API_ROOT)
        owner = self.server.owner
        authorization, account = self.headers.get("Authorization", ""), self.headers.get("cpro-account", "")
        denied = owner.accounts.denial(authorization, account, service.partition("/")[0])
        if denied:
            return denied
        charset = self.headers.get_content_charset("utf-8")
        if self.headers.get_content_type() != _JSON or charset != "utf-8":
            return as_json(415, {"error": "unsupported media type"})
        try:
            body = json.loads(raw)
        except (ValueError, RecursionError):
            body = None
        if not isinstance(body, dict):
            return as_json(400, {"codeRetour": MALFORMED, "libelle": "Requête mal formulée"})
        return owner.call(service, body, fault)

    def _read(self) -> bytes | None:
        """The body of the request; None where it was refused."""
        length = self.headers.get("Content-Length", "")
        if not length.isascii() or not length.isdigit():
            self.close_connection = True
            self._send(Answer(411))
            return None
        if int(length) > _LONGEST_REQUEST:
            self.close_connection = True
            self._send(Answer(413))
            return None
        return self.rfile.read(int(length))

    def _note(self, path: str, raw: bytes, status: int, fault: str | None) -> None:
        """Remember the request; the bodies of token requests hold a secret and are left out."""
        body: dict[str, object] = {}
        if path != TOKEN_PATH:
            with suppress(ValueError, RecursionError):
                read = json.loads(raw)
                body = read if isinstance(read, dict) else {}
        portal = self.server.owner.portal
        with portal.lock:
            portal.ledger.asked.append(Asked(portal.clock.now(), path, body, status, fault and str(fault)))

    def _send(self, answer: Answer) -> None:
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.media_type)
        for name, value in answer.headers:
            self.send_header(name, value)
        length = len(answer.body) if answer.length is None else answer.length
        self.send_header("Content-Length", str(length))
        spoilt = answer.cut is not None or answer.length is not None
        if spoilt or self.close_connection:
            self.close_connection = True
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body[: answer.cut])

    def _reset(self) -> None:
        """End the connection with an RST: no answer, no polite end."""
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()

    def date_time_string(self, timestamp: float | None = None) -> str:
        """The header Date, by the portal's clock."""
        if timestamp is not None:
            return super().date_time_string(timestamp)
        owner = self.server.owner
        now = owner.portal.clock.now() + (owner.faults.skew if self.skewed else dt.timedelta())
        return format_datetime(now.replace(microsecond=0), usegmt=True)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - named by the base class
        """Stay silent: the ledger has it."""

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Refuse a request that is no HTTP of ours."""
        del explain
        self.close_connection = True
        self._send(page(code, message or HTTPStatus(code).phrase))

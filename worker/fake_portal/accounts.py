"""The two accounts of a client: its application at PISTE, and the technical account of the structure (§3.1)."""

import base64
import datetime as dt
import secrets

from worker.fake_portal.portal import Portal
from worker.fake_portal.spoil import Answer, as_json

TOKEN_SECONDS = 3600  # §3.1


class Accounts:
    """Gives tokens, and looks at those of calls."""

    def __init__(self, portal: Portal) -> None:
        self._portal = portal
        self._tokens: dict[str, dt.datetime] = {}

    def revoke(self) -> None:
        """Every token is gone, as after a restart of the gateway."""
        with self._portal.lock:
            self._tokens.clear()

    def grant(self, form: dict[str, list[str]]) -> Answer:
        """Client credentials in, a token out; errors as RFC 6749 §5.2 names them (assumed: nobody shows them)."""
        own = self._portal.credentials
        if form.get("grant_type") != ["client_credentials"]:
            return as_json(400, {"error": "unsupported_grant_type"})
        if form.get("client_id") != [own.client_id] or form.get("client_secret") != [own.client_secret]:
            return as_json(401, {"error": "invalid_client"})
        if form.get("scope", ["openid"]) != ["openid"]:
            return as_json(400, {"error": "invalid_scope"})
        token = secrets.token_urlsafe(24)
        with self._portal.lock:
            self._tokens[token] = self._portal.clock.now() + dt.timedelta(seconds=TOKEN_SECONDS)
            self._portal.ledger.tokens += 1
        told = {"access_token": token, "token_type": "Bearer", "expires_in": TOKEN_SECONDS, "scope": "openid"}
        return as_json(200, told)

    def denial(self, authorization: str, account: str, family: str) -> Answer | None:
        """What is wrong with the accounts of a call: token, subscription, account, in this order (assumed)."""
        kind, _, token = authorization.partition(" ")
        now = self._portal.clock.now()
        with self._portal.lock:
            valid = kind == "Bearer" and now < self._tokens.get(token, now)
            subscribed = family in self._portal.subscriptions
            expired = now >= self._portal.password_expires
        if not valid:
            return as_json(401, {"error": "invalid_token"}, ("WWW-Authenticate", 'Bearer error="invalid_token"'))
        if not subscribed:
            return as_json(403, {"error": "forbidden"})
        if expired or not self._is_own(account):
            return as_json(401, {"error": "cpro-account"})
        return None

    def _is_own(self, account: str) -> bool:
        own = self._portal.credentials
        try:
            return base64.b64decode(account, validate=True).decode() == f"{own.login}:{own.password}"
        except ValueError:
            return False

"""A town hall on the fake portal: the embedded service as a process of its own, and its commands."""

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, func, select

from tests.places import FIXTURES, ROOT
from worker.bootstrap import DATABASE
from worker.fake_portal import PortalServer
from worker.store import schema
from worker.store.engine import open_engine


class Town:
    """The service, its folder and its settings."""

    def __init__(self, folder: Path, server: PortalServer, **settings: str) -> None:
        self.folder = folder
        own = server.portal.credentials
        self.environment = {
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "AIGUILLEUR_DATA_DIR": str(folder / "data"),
            "AIGUILLEUR_EVENTS_DIR": str(folder / "events"),
            "AIGUILLEUR_REFERENCE_DIR": str(FIXTURES / "reference"),
            "AIGUILLEUR_METRICS_ADDRESS": "127.0.0.1:0",
            "AIGUILLEUR_PORTAL_URL": server.api_url,
            "AIGUILLEUR_PORTAL_TOKEN_URL": server.token_url,
            "AIGUILLEUR_PORTAL_CLIENT_ID": own.client_id,
            "AIGUILLEUR_PORTAL_CLIENT_SECRET": own.client_secret,
            "AIGUILLEUR_PORTAL_ACCOUNT": own.login,
            "AIGUILLEUR_PORTAL_PASSWORD": own.password,
            "AIGUILLEUR_PORTAL_RATE": "0",
            **{f"AIGUILLEUR_{name.upper()}": value for name, value in settings.items()},
        }
        self.process: subprocess.Popen[bytes] | None = None
        folder.mkdir(parents=True, exist_ok=True)

    def start(self) -> None:
        """Start the service; its log is added to the one file."""
        with (self.folder / "serve.log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "worker", "serve", "--embedded"], env=self.environment, cwd=ROOT, stdout=log,
                stderr=log, stdin=subprocess.DEVNULL, start_new_session=True,
            )  # fmt: skip

    def kill(self) -> None:
        """SIGKILL, as an outage of power would."""
        if self.process is not None:
            self.process.kill()
            self.process.wait(30)

    def stop(self) -> int:
        """SIGTERM; the exit code."""
        assert self.process is not None
        self.process.terminate()
        return self.process.wait(60)

    def run(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """Run a command to its end."""
        return subprocess.run(
            [sys.executable, "-m", "worker", *arguments], env=self.environment, cwd=ROOT, capture_output=True,
            text=True, check=False, timeout=600,
        )  # fmt: skip

    def engine(self) -> Engine:
        """Its database."""
        return open_engine(f"sqlite:///{self.folder / 'data' / DATABASE}")

    def decided(self) -> int:
        """How many invoices have a decision."""
        return self._count(select(func.count()).select_from(schema.invoices))

    def unfinished(self) -> int:
        """How many deliveries are not finished."""
        query = select(func.count()).select_from(schema.deliveries)
        return self._count(query.where(schema.deliveries.c.finished_at.is_(None)))

    def outcomes(self) -> Counter[tuple[str, str]]:
        """The decisions by outcome and proposed action."""
        return Counter((row.outcome, action_of(row)) for row in self.rows(schema.decisions))

    def rows(self, table: Any) -> Sequence[Any]:
        """Every row of a table."""
        engine = self.engine()
        try:
            with engine.connect() as connection:
                return list(connection.execute(select(table)))
        finally:
            engine.dispose()

    def events(self) -> list[dict[str, Any]]:
        """Every event that was written."""
        found = sorted((self.folder / "events").glob("*.json"))
        return [json.loads(path.read_text(encoding="utf-8")) for path in found]

    def tail(self) -> str:
        """The end of the log."""
        return (self.folder / "serve.log").read_text(encoding="utf-8", errors="replace")[-3000:]

    def _count(self, query: Any) -> int:
        if not (self.folder / "data" / DATABASE).exists():
            return 0
        engine = self.engine()
        try:
            with engine.connect() as connection:
                return int(connection.scalar(query) or 0)
        finally:
            engine.dispose()


def action_of(row: Any) -> str:
    """What a decision proposes to the portal."""
    return str(json.loads(row.record)["decision"]["proposed_action"])

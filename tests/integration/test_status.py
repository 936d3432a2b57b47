"""`aiguilleur status`: one screen, from either database."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from rich.console import Console

from rules.payment import Bucket
from tests.app import replayed, started
from tests.manifest import CASES
from worker.cli.status import Status, look, page
from worker.clock import SystemClock

NAMES = ("commitment-ambiguous", "amount-over")


def _run(*options: str, environment: dict[str, str]) -> str:
    command = [sys.executable, "-m", "worker", "status", *options]
    ran = subprocess.run(command, env={**os.environ, **environment}, capture_output=True, text=True, check=True)
    assert ran.stderr == ""
    return ran.stdout


def test_status(store_url: str, tmp_path: Path) -> None:
    """The four numbers and the stock come from the folder of embedded mode, or from the database of the service."""
    place = tmp_path / "town"
    on_sqlite = store_url.startswith("sqlite")
    cases = [case for case in CASES if case.id in NAMES]
    with started(cases[0].reference, place, database=None if on_sqlite else store_url) as app:
        replayed(app, [file for case in cases for file in case.files])
    environment = {"AIGUILLEUR_DATA_DIR": str(place)} if on_sqlite else {"AIGUILLEUR_DATABASE_URL": store_url}
    text = _run(environment=environment)
    assert len(text.splitlines()) <= 24
    for words in ("the oldest one not routed", "not measured yet", "routed without a person", "review"):
        assert words in text
    told = json.loads(_run("--json", environment=environment))
    assert told["unrouted"] == {"queued": 0, "given_up": 0, "waiting": 0, "review": 2, "quarantine": 0}
    assert told["completeness_missing"] is None
    assert sum(told["payment_days_left"].values()) == 2


def test_an_empty_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nothing was ever decided there is no share, and nothing is old."""
    monkeypatch.delenv("AIGUILLEUR_DATABASE_URL", raising=False)
    found = look(tmp_path, SystemClock())
    assert (found.oldest, found.touchless, found.urgent) == (None, None, 0)
    assert "-" in _shown(found)


@pytest.mark.parametrize(
    ("late", "near", "shown"),
    [(0, 0, "32m +0"), (0, 2, "33m +2"), (1, 2, "31m +3")],  # green, yellow, red
)
def test_colours(late: int, near: int, shown: str) -> None:
    """What is late is red, what soon will be is yellow."""
    buckets = {**dict.fromkeys(Bucket, 0), Bucket.LATE: late, Bucket.UP_TO_5: near}
    held = dict.fromkeys(("queued", "given_up", "waiting", "review", "quarantine"), 0)
    found = Status(
        oldest=None, urgent=late + near, touchless=0.5, held=held, ages={}, buckets=buckets, outbox_pending=0
    )
    assert re.search(rf"\x1b\[1;{shown}\x1b", _shown(found))


def _shown(found: Status) -> str:
    console = Console(force_terminal=True, color_system="standard", width=100, _environ={})
    with console.capture() as capture:
        for part in page(found):
            console.print(part)
    return capture.get()

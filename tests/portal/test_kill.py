"""kill -9 at every step of the intake: what was begun is ended by the next process, and nothing is taken twice."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from tests.places import ROOT
from tests.portal.calling import World
from tests.portal.intake import bay
from worker.store.schema import deliveries


def _run(world: World, data: Path, fatal: int) -> "subprocess.CompletedProcess[str]":
    arguments = (str(data), world.server.api_url, world.server.token_url, world.portal.clock.now().isoformat())
    return subprocess.run(
        [sys.executable, "-m", "tests.portal.killed", *arguments, str(fatal)], cwd=ROOT, capture_output=True,
        text=True, timeout=60, check=False, env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip


def test_a_kill_at_every_step(world: World, tmp_path: Path) -> None:
    """Killed before and after every step in turn, on one store: in the end each invoice is there once."""
    made = sorted(str(world.deposit(f"F-{n}", service_code="DIRINFRA")) for n in range(3))
    whole = _run(world, tmp_path / "whole", 0)
    assert whole.returncode == 0, whole.stderr
    steps = int(whole.stdout.splitlines()[-1])
    assert steps > 30
    kills = 0
    for fatal in range(1, steps + 1):  # a store of its own for each: all that may be half done is met
        store = tmp_path / str(fatal)
        killed = _run(world, store, fatal)
        kills += killed.returncode == -signal.SIGKILL
        with bay(world, store) as ours:
            ours.poll(seconds=1)
            assert ours.taken() == made, fatal
            assert ours.wanted() == [], fatal
            ours.decide()
            assert len(ours.rows(deliveries)) == 3
    assert kills == steps

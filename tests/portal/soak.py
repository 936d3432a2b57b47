"""`python -m tests.portal.soak N=5000 SEED=1 KILLS=20`: the embedded service on a portal that misbehaves.

One request in ten meets a fault, of every kind that the fake portal has; the portal is away for a while; invoices come
in waves; the service is killed with SIGKILL again and again. In the end every invoice has exactly one delivery, one
decision and one event, and the proof finds nothing missing. An outage longer than the overlap needs days: see
`test_intake`.
"""

import datetime as dt
import random
import shutil
import sys
import time
from collections import Counter
from pathlib import Path

from tests.places import FIXTURES
from tests.portal.town import Town
from tests.services.local import wait_until
from worker.fake_portal import Clock, Fault, Faults, Portal, PortalServer
from worker.fake_portal.seed import deposit_some, from_reference
from worker.store import schema

_REFERENCE = FIXTURES / "reference"
_RATE = 0.1
_OUTAGE_SECONDS = 20


def main(arguments: list[str]) -> int:
    """The exit code: 0 if everything arrived once."""
    given = dict(argument.split("=", 1) for argument in arguments)
    count, seed, kills = int(given.get("N", 5000)), int(given.get("SEED", 1)), int(given.get("KILLS", 20))
    folder = Path(given.get("DIR", "data/soak-portal"))
    shutil.rmtree(folder, ignore_errors=True)
    began = time.monotonic()
    portal = from_reference(_REFERENCE, clock=Clock(dt.datetime.now(dt.UTC), running=True))
    faults = Faults(seed=seed, rate=_RATE, kinds=frozenset(Fault))
    with PortalServer(portal, faults=faults).running() as server:
        town = Town(folder, server, portal_poll_seconds="3", portal_reconcile_hours="0.01", stuck_minutes="0.2",
                    sweep_seconds="2")  # fmt: skip
        made = _under_fire(town, portal, faults, count, kills, seed)
        arrived = wait_until(lambda: town.decided() >= len(made) and town.unfinished() == 0, 60 + count)
        faults.rate = 0.0
        proof = town.run("reconcile")
        wait_until(lambda: len(town.events()) >= len(made), 60)
        code = town.stop()
    problems = _problems(town, made)
    if proof.returncode or not arrived or code:
        problems.append(f"arrived {arrived}, reconcile {proof.returncode}, stopped with {code}: {proof.stderr.strip()}")
    _say(f"{len(made)} invoices, {kills} kills, seed {seed}, {time.monotonic() - began:.0f} s")
    _say(f"{faults.played.total()} faults: " + ", ".join(f"{kind} {n}" for kind, n in sorted(faults.played.items())))
    _say(proof.stdout)
    _say("; ".join(problems) if problems else "every invoice arrived exactly once, with one decision and one event")
    return 1 if problems else 0


def _under_fire(town: Town, portal: Portal, faults: Faults, count: int, kills: int, seed: int) -> list[int]:
    """Waves of invoices; after each one the service is killed and started again. In the middle the portal is away."""
    draw = random.Random(seed)
    made: list[int] = []
    waves = max(kills, 1)
    town.start()
    for wave in range(waves):
        size = count * (wave + 1) // waves - count * wave // waves
        made += deposit_some(portal, _REFERENCE, size, seed=seed * 1000 + wave)
        if wave == waves // 2:
            now = portal.clock.now()
            faults.outage(now, now + dt.timedelta(seconds=_OUTAGE_SECONDS))
        time.sleep(draw.uniform(8, 25))
        if kills:
            town.kill()
            town.start()
            _say(f"kill {wave + 1}: {town.decided()} of {len(made)} decided")
    return made


def _problems(town: Town, made: list[int]) -> list[str]:
    """What did not arrive exactly once."""
    wanted = {str(key) for key in made}
    deliveries = Counter(row.portal_invoice_id for row in town.rows(schema.deliveries))
    decisions = Counter(row.invoice_key for row in town.rows(schema.decisions))
    events = town.events()
    found = []
    if deliveries.keys() != wanted or set(deliveries.values()) != {1}:
        found.append(f"deliveries: {len(deliveries)} invoices, {deliveries.total()} in all")
    if len(decisions) != len(wanted) or set(decisions.values()) != {1}:
        found.append(f"decisions: {len(decisions)} invoices, {decisions.total()} in all")
    if len({event["subject"] for event in events}) != len(wanted) or len(events) != len(wanted):
        found.append(f"events: {len(events)}")
    return found


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

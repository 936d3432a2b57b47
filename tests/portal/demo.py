"""`python -m tests.portal.demo N=500 SEED=1`: from the portal and back, on a fake portal with invented invoices."""

import datetime as dt
import shutil
import sys
import time
from decimal import Decimal
from pathlib import Path

from tests.places import FIXTURES
from tests.portal.town import Town, action_of
from tests.services.local import wait_until
from worker.fake_portal import Clock, Portal, PortalServer
from worker.fake_portal.seed import deposit_some, from_reference
from worker.store import schema


def main(arguments: list[str]) -> int:
    """The exit code: 0 if nothing is missing and both rejections arrived."""
    given = dict(argument.split("=", 1) for argument in arguments)
    count, seed = int(given.get("N", 500)), int(given.get("SEED", 1))
    folder = Path(given.get("DIR", "data/demo-portal"))
    shutil.rmtree(folder, ignore_errors=True)
    portal = from_reference(FIXTURES / "reference", clock=Clock(dt.datetime.now(dt.UTC), running=True))
    made = [*deposit_some(portal, FIXTURES / "reference", count - 2, seed=seed), *unordered(portal)]
    with PortalServer(portal).running() as server:
        town = Town(folder, server, portal_poll_seconds="5")
        began = time.monotonic()
        town.start()
        try:
            arrived = wait_until(lambda: town.decided() >= len(made) and town.unfinished() == 0, 600)
            _say(f"{town.decided()} of {len(made)} invoices fetched and decided in {time.monotonic() - began:.0f} s")
            for (outcome, action), number in sorted(town.outcomes().items()):
                _say(f"{number:6}  {outcome.lower():12} proposed to the portal: {action}")
            proof = town.run("reconcile")
            _say("\n$ aiguilleur reconcile\n" + proof.stdout)
            sent = _send_two(town)
        finally:
            code = town.stop()
        events = len(town.events())
        changed = [change.status for change in portal.ledger.status_changes]
        _say(f"{events} events in {folder}/events; the portal was told: {', '.join(changed) or 'nothing'}")
        good = arrived and proof.returncode == code == 0 and sent and len(changed) == 2 and events >= len(made)
        if not good:
            _say(town.tail())
    return 0 if good else 1


def unordered(portal: Portal) -> list[int]:
    """Two invoices of a supplier from whom nothing was ordered: the rules propose to reject them."""
    structure = portal.ours()[0]
    stranger = portal.add_supplier("99977700600019", "Sans Commande SARL")
    return [
        portal.deposit(
            structure, stranger, f"SC-{number}", Decimal("120.00"), service_code=structure.services[0].code,
            commitment_number=f"9900{number}",
        )
        for number in (1, 2)
    ]  # fmt: skip


def _send_two(town: Town) -> bool:
    """Show two rejections, then send them with consent."""
    rejected = [row.invoice_key for row in town.rows(schema.decisions) if action_of(row) == "reject"]
    keys = sorted(set(rejected))[:2]
    shown = town.run("portal", "send", *keys)
    _say(f"$ aiguilleur portal send {' '.join(keys)}\n{shown.stdout}{shown.stderr}")
    sent = town.run("portal", "send", *keys, "--yes", "--by", "finance")
    _say(f"$ aiguilleur portal send {' '.join(keys)} --yes --by finance\n{sent.stdout}{sent.stderr}")
    return shown.returncode == sent.returncode == 0


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

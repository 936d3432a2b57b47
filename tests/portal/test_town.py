"""The service in embedded mode on the fake portal, as a process of its own."""

import datetime as dt
from pathlib import Path

import pytest

from tests.places import FIXTURES
from tests.portal.town import Town
from tests.running import eventually
from worker.fake_portal import Clock, PortalServer
from worker.fake_portal.seed import deposit_some, from_reference


@pytest.fixture
def portal_clock() -> Clock:
    """A portal's clock beside the service's own."""
    return Clock(dt.datetime.now(dt.UTC), running=True)


def test_from_the_portal_to_events(portal_clock: Clock, tmp_path: Path) -> None:
    """Without a drop folder: the service fetches, decides, proves, survives a kill, and has one event an invoice."""
    portal = from_reference(FIXTURES / "reference", clock=portal_clock)
    first = deposit_some(portal, FIXTURES / "reference", 10, seed=1)
    with PortalServer(portal).running() as server:
        quick = {"portal_reconcile_hours": "0.0003", "stuck_minutes": "0.05", "sweep_seconds": "1"}
        town = Town(tmp_path / "town", server, portal_poll_seconds="1", **quick)
        town.start()
        try:
            eventually(lambda: town.decided() > 0)
            town.kill()
            more = deposit_some(portal, FIXTURES / "reference", 10, seed=2)
            town.start()
            eventually(lambda: len(town.events()) == len(first) + len(more), 60)
            done = town.run("reconcile", "--json")
            assert (done.returncode, town.run("check").returncode) == (0, 0), done.stderr
        finally:
            assert town.stop() == 0
        assert "password" not in town.tail()
        assert portal.credentials.password not in (tmp_path / "town" / "serve.log").read_text(encoding="utf-8")
        assert portal.ledger.status_changes == []


def test_a_portal_that_is_not_set_up_keeps_the_service_from_starting(portal_clock: Clock, tmp_path: Path) -> None:
    """The missing setting is named, in one line, exit code 2."""
    portal = from_reference(FIXTURES / "reference", clock=portal_clock)
    with PortalServer(portal).running() as server:
        town = Town(tmp_path / "town", server, portal_password="")
        done = town.run("serve", "--embedded")
    assert (done.returncode, "AIGUILLEUR_PORTAL_PASSWORD" in done.stderr) == (2, True)

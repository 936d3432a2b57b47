"""The proof: what the portal lists and is not here is found and brought, whatever the intake believes."""

import datetime as dt
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import delete, update

from tests.places import FIXTURES, ROOT
from tests.portal.calling import START, World
from tests.portal.intake import Bay, bay
from worker.errors import TransientError
from worker.fake_portal import Fault, Quirks
from worker.intake.proof import ProofIncomplete, Reconciler, Report, Schedule
from worker.portal.answers import SEARCH
from worker.store.schema import deliveries, portal_cursors, portal_invoices, portal_proofs

FIRST, LAST = START.date() - dt.timedelta(days=7), START.date() + dt.timedelta(days=20)


def _proof(ours: Bay, *, repair: bool = True) -> Report:
    take = ours.api.take if repair else None
    return Reconciler(ours.api._client, ours.engine, ours.pipeline.clock, take).run(FIRST, LAST)


def _deposited(world: World, count: int, first: int = 0) -> list[str]:
    return sorted(str(world.deposit(f"F-{first + n}", service_code="DIRINFRA")) for n in range(count))


def test_nothing_is_missing_and_everything_has_its_place(world: World, tmp_path: Path, store_url: str) -> None:
    """What is decided, waits for its decision or was given up is here, and counted by its place."""
    _deposited(world, 4)
    with bay(world, tmp_path, database=store_url, reference=FIXTURES / "reference") as ours:
        ours.poll()
        done, lost = ours.queued[:2], ours.queued[2]
        for delivery_id in done:
            ours.pipeline.process(delivery_id)
        with ours.engine.begin() as connection:
            one = deliveries.c.delivery_id == lost
            connection.execute(update(deliveries).where(one).values(failed_at=START, failure="NEVER_FINISHED"))
        report = _proof(ours)
        assert (report.listed, report.missing, report.repaired) == (4, (), ())
        assert report.places["received"] == report.places["given_up"] == 1
        assert sum(report.places.values()) == 4


@pytest.mark.parametrize("quirks", [Quirks(), Quirks(old_pivot=True)], ids=str)
def test_an_undecided_past_is_known_without_the_id_in_the_document(
    world: World, tmp_path: Path, quirks: Quirks
) -> None:
    """Older pivots do not carry the portal's id: the delivery does."""
    world.portal.quirks = quirks
    _deposited(world, 2)
    with bay(world, tmp_path) as ours:
        ours.poll()
        ours.decide()
        report = _proof(ours)
        assert report.missing == report.repaired == ()
        assert "received" not in report.places


def test_what_the_intake_lost_is_found_and_fetched(world: World, tmp_path: Path, store_url: str) -> None:
    """Even where its cursor is past it and its own list says that it was received."""
    made = _deposited(world, 3)
    with bay(world, tmp_path, database=store_url) as ours:
        ours.poll()
        with ours.engine.begin() as connection:
            connection.execute(delete(deliveries).where(deliveries.c.portal_invoice_id == made[0]))
            connection.execute(delete(portal_invoices).where(portal_invoices.c.portal_invoice_id == made[1]))
            connection.execute(delete(deliveries).where(deliveries.c.portal_invoice_id == made[1]))
            connection.execute(update(portal_cursors).values(read_until=START + dt.timedelta(days=300)))
        report = _proof(ours, repair=False)
        assert report.missing == (made[0], made[1])
        assert ours.taken() == [made[2]]
        report = _proof(ours)
        assert (report.missing, report.repaired) == ((), (made[0], made[1]))
        assert ours.taken() == made
        assert [(row.listed, row.missing, row.repaired) for row in ours.rows(portal_proofs)] == [(3, 2, 0), (3, 0, 2)]


def test_a_version_that_came_back_and_was_not_fetched_is_missing(world: World, tmp_path: Path) -> None:
    """To know the id is not enough: the completed invoice has other documents."""
    (made,) = _deposited(world, 1)
    with bay(world, tmp_path) as ours:
        ours.poll()
        world.portal.set_status(int(made), "SUSPENDUE", "motif", "")
        world.later(minutes=1)
        world.portal.complete(int(made))
        assert _proof(ours).repaired == (made,)
        assert ours.taken() == [made, made]


def test_what_cannot_be_repaired_stays_missing(world: World, tmp_path: Path) -> None:
    """And is told as missing, while the others are repaired."""
    made = _deposited(world, 3)
    with bay(world, tmp_path) as ours:
        world.server.faults.order(Fault.FILE_TOO_LARGE, path="telecharger")
        report = _proof(ours)
        assert report.missing == (made[0],)
        assert report.repaired == (made[1], made[2])


def test_a_portal_that_is_away_or_shifts_proves_nothing(world: World, tmp_path: Path) -> None:
    """No success is written down."""
    _deposited(world, 3)
    with bay(world, tmp_path, page_size=2) as ours:
        world.server.faults.order(Fault.SHIFTED_UP, times=40, path=SEARCH)
        with pytest.raises(ProofIncomplete):
            _proof(ours)
        world.server.close()
        with pytest.raises(TransientError):
            _proof(ours)
        assert [row.finished_at for row in ours.rows(portal_proofs)] == [None, None]


def test_proofs_are_made_on_a_schedule(world: World, tmp_path: Path) -> None:
    """At first when the intake has caught up, or after half an hour; then every six hours; one that fails, again."""
    _deposited(world, 1)
    with bay(world, tmp_path) as ours:
        hours, days = dt.timedelta(hours=6), dt.timedelta(days=7)
        made = Reconciler(ours.api._client, ours.engine, ours.pipeline.clock, ours.api.take)
        schedule = Schedule(
            made, ours.engine, ours.pipeline.clock, hours, days, days, lambda: ours.api.has_caught_up
        )  # fmt: skip
        assert not schedule.step()
        assert len(ours.rows(portal_proofs)) == 1
        ours.poll()
        assert schedule.step()
        assert not schedule.step()
        world.later(hours=6)
        world.server.faults.order(Fault.FORBIDDEN)
        assert not schedule.step()
        assert schedule.step()
        assert [row.missing for row in ours.rows(portal_proofs) if row.finished_at] == [0, 0]
        late = Schedule(made, ours.engine, ours.pipeline.clock, hours, days, days, lambda: False)
        world.later(hours=6)
        assert late.step()


def test_the_command(world: World, tmp_path: Path) -> None:
    """It says what is missing, exit code 1; with the repair it brings it, exit code 0."""
    (made,) = _deposited(world, 1)
    own = world.portal.credentials
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "AIGUILLEUR_DATA_DIR": str(tmp_path / "data"),
        "AIGUILLEUR_PORTAL_URL": world.server.api_url,
        "AIGUILLEUR_PORTAL_TOKEN_URL": world.server.token_url,
        "AIGUILLEUR_PORTAL_CLIENT_ID": own.client_id,
        "AIGUILLEUR_PORTAL_CLIENT_SECRET": own.client_secret,
        "AIGUILLEUR_PORTAL_ACCOUNT": own.login,
        "AIGUILLEUR_PORTAL_PASSWORD": own.password,
    }
    period = ("--from", FIRST.isoformat(), "--to", LAST.isoformat())

    def run(*options: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-m", "worker", "reconcile", *period, *options], env=environment, capture_output=True,
            text=True, timeout=60, check=False, cwd=ROOT,
        )  # fmt: skip

    missing = run("--no-repair", "--json")
    assert (missing.returncode, json.loads(missing.stdout)["missing"]) == (1, [made])
    fetched = run("--json")
    assert (fetched.returncode, json.loads(fetched.stdout)["repaired"]) == (0, [made])
    again = run()
    assert again.returncode == 0
    assert "0 missing, 0 fetched now" in again.stdout
    wrong = run("--to", "2020-01-01")
    assert (wrong.returncode, wrong.stderr.count("\n")) == (2, 1)

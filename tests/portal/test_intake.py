"""The intake from the portal: everything arrives, once, whatever happens on the way."""

import datetime as dt
from pathlib import Path

import pytest

from tests.portal.calling import World
from tests.portal.intake import bay
from worker.fake_portal import Fault, Quirks
from worker.portal.answers import SEARCH
from worker.store.portal import moment_of
from worker.store.schema import deliveries, portal_credentials, portal_cursors, portal_invoices


def _deposited(world: World, count: int, first: int = 0, **fields: object) -> list[str]:
    return sorted(str(world.deposit(f"F-{first + n}", service_code="DIRINFRA", **fields)) for n in range(count))


def test_every_invoice_comes_once(world: World, tmp_path: Path, store_url: str) -> None:
    """Pages are read to the end, works invoices too; a second and a third search bring nothing again."""
    made = sorted([*_deposited(world, 7), *_deposited(world, 3, first=50, framework="A4")])
    with bay(world, tmp_path, database=store_url, page_size=3) as ours:
        for _ in range(3):
            ours.poll()
        assert ours.taken() == made
        assert world.portal.ledger.count("telecharger/groupe") == 10
        assert {row.source for row in ours.rows(deliveries)} == {"chorus-pro"}
        assert len(ours.rows(portal_cursors)) == 2
        first = ours.rows(deliveries)[0]
        assert (first.portal_status, first.media_type) == ("MISE_A_DISPOSITION", "application/xml")
        assert first.made_available_at == first.received_at - dt.timedelta(minutes=2)


def test_a_completed_and_a_recycled_invoice_come_back(world: World, tmp_path: Path) -> None:
    """The same id with a later state is another version; steps of our own and of the accountant are none."""
    made = _deposited(world, 3)
    with bay(world, tmp_path) as ours:
        ours.poll()
        for key, status in zip(made, ("SUSPENDUE", "A_RECYCLER", "MANDATEE"), strict=True):
            world.portal.set_status(int(key), status, "motif", "")
        ours.poll()
        assert ours.taken() == made
        world.later(minutes=1)
        world.portal.complete(int(made[0]))
        world.portal.recycle(int(made[1]))
        world.portal.move(int(made[2]), "MISE_EN_PAIEMENT")
        ours.poll()
        ours.poll()
        assert ours.taken() == sorted([*made, made[0], made[1]])


def test_an_answer_to_a_suspension_is_fetched_whatever_its_status_now(world: World, tmp_path: Path) -> None:
    """Between two searches the supplier answered and the accountant went on: the new documents are fetched."""
    (made,) = _deposited(world, 1)
    with bay(world, tmp_path) as ours:
        ours.poll()
        world.portal.set_status(int(made), "SUSPENDUE", "motif", "")
        ours.poll()
        world.later(minutes=1)
        world.portal.complete(int(made))
        world.later(minutes=1)
        world.portal.move(int(made), "SERVICE_FAIT")
        ours.poll()
        assert ours.taken() == [made, made]


def test_an_outage_longer_than_the_overlap_loses_nothing(world: World, tmp_path: Path) -> None:
    """The search goes back to the latest complete one, ten days ago: not to the newest date, not to a fixed window."""
    before = _deposited(world, 2)
    with bay(world, tmp_path) as ours:
        ours.poll()
        now = world.portal.clock.now()
        world.server.faults.outage(now, now + dt.timedelta(days=10))
        world.later(days=1)
        during = _deposited(world, 2, first=10)
        for _ in range(8):
            ours.poll(days=1)
        assert ours.taken() == before
        world.later(days=1)
        after = _deposited(world, 2, first=20)
        for _ in range(3):
            ours.poll(minutes=10)
        assert ours.taken() == sorted([*before, *during, *after])


def test_an_incomplete_search_does_not_move_the_cursor(world: World, tmp_path: Path) -> None:
    """What was listed before the failure is fetched; the next search begins where this one did."""
    made = _deposited(world, 6)
    with bay(world, tmp_path, page_size=2) as ours:
        read = ours.api._client._page
        seen: list[int] = []

        def broken(*asked: object) -> object:
            seen.append(1)
            if len(seen) == 2:
                world.server.faults.order(Fault.NOT_FOUND, path=SEARCH)
            return read(*asked)  # type: ignore[arg-type]

        ours.api._client._page = broken  # type: ignore[method-assign, assignment]
        ours.poll()
        assert ours.taken() == made[:2]
        assert [row.kind for row in ours.rows(portal_cursors)] == ["FACTURE_TRAVAUX"]
        ours.poll()
        assert ours.taken() == made


@pytest.mark.parametrize("fault", [Fault.SHIFTED_UP, Fault.SHIFTED_DOWN, Fault.REPEATED_ROW])
def test_pages_that_shift_while_they_are_read(world: World, tmp_path: Path, fault: Fault) -> None:
    """The search is read again until it holds as many invoices as the portal counts; none twice."""
    made = _deposited(world, 9)
    with bay(world, tmp_path, page_size=3) as ours:
        world.server.faults.order(fault, times=2, path=SEARCH)
        ours.poll()
        assert ours.taken() == made
        assert len(ours.rows(portal_cursors)) == 2


def test_a_search_that_never_settles_moves_no_cursor(world: World, tmp_path: Path) -> None:
    """What was seen is fetched all the same."""
    made = _deposited(world, 4)
    with bay(world, tmp_path, page_size=2) as ours:
        world.server.faults.order(Fault.SHIFTED_UP, times=50, path=SEARCH)
        ours.poll()
        assert set(ours.taken()) < set(made)
        assert not [row for row in ours.rows(portal_cursors) if row.kind == "FACTURE"]


# Every error of the portal (CHORUS 3.2 and those of transport), what it does to one download among five, and whether
# the others come all the same at once. Nothing is lost in any row: after the error is gone everything is here.
DURING_ONE = [
    (Fault.FILE_TOO_LARGE, "PORTAL_TOO_LARGE"),  # 20001
    (Fault.FILE_TOO_LARGE_OTHER, "PORTAL_TOO_LARGE"),  # 20003
    (Fault.TOO_LARGE, "PORTAL_TOO_LARGE"),  # 413
    (Fault.NOT_FOUND, "PORTAL_REQUEST_REFUSED"),  # 404
    (Fault.UNSUPPORTED, "PORTAL_REQUEST_REFUSED"),  # 415
    (Fault.ACCEPTED, "PORTAL_UNREADABLE"),  # 202
    (Fault.SERVER_ERROR, "PORTAL_UNAVAILABLE"),  # 500
    (Fault.BAD_GATEWAY_PAGE, "PORTAL_UNAVAILABLE"),
    (Fault.GATEWAY_TIMEOUT, "PORTAL_UNAVAILABLE"),
    (Fault.PAGE_AS_SUCCESS, "PORTAL_UNREADABLE"),
    (Fault.EMPTY_BODY, "PORTAL_UNREADABLE"),
    (Fault.CUT, "PORTAL_UNAVAILABLE"),
    (Fault.SHORT_LENGTH, "PORTAL_UNREADABLE"),
    (Fault.RESET_BEFORE, "PORTAL_UNAVAILABLE"),
    (Fault.RESET_AFTER, "PORTAL_UNAVAILABLE"),
]
DURING_ALL = [Fault.FORBIDDEN, Fault.TOO_MANY_BARE]  # nobody's own fault: the fetch pauses


@pytest.mark.parametrize(("fault", "code"), DURING_ONE, ids=str)
def test_one_invoice_that_cannot_be_fetched_blocks_no_other(
    world: World, tmp_path: Path, fault: Fault, code: str
) -> None:
    """It is put off with its reason, the others come, and it comes when the error has gone."""
    made = _deposited(world, 5)
    attempts = 4 if code in {"PORTAL_UNREADABLE", "PORTAL_UNAVAILABLE"} else 1
    with bay(world, tmp_path) as ours:
        world.server.faults.order(fault, times=attempts, path="telecharger")
        ours.poll()
        assert ours.taken() == made[1:]
        (row,) = [row for row in ours.rows(portal_invoices) if row.wanted]
        assert (row.failure, row.attempts) == (code, 1)
        ours.poll(minutes=5)
        assert ours.taken() == made
        assert ours.wanted() == []


@pytest.mark.parametrize("fault", DURING_ALL)
def test_an_error_that_is_nobodys_pauses_the_fetch(world: World, tmp_path: Path, fault: Fault) -> None:
    """It is held against no invoice."""
    made = _deposited(world, 5)
    with bay(world, tmp_path) as ours:
        world.server.faults.order(fault, times=4 if fault is Fault.TOO_MANY_BARE else 1, path="telecharger")
        ours.poll()
        assert ours.taken() == []
        assert {row.failure for row in ours.rows(portal_invoices)} == {None}
        ours.poll(minutes=1)
        assert ours.taken() == made


def test_a_bad_invoice_is_asked_for_less_and_less_often(world: World, tmp_path: Path) -> None:
    """And never given up."""
    _deposited(world, 1)
    with bay(world, tmp_path) as ours:
        world.server.faults.order(Fault.FILE_TOO_LARGE, times=1000, path="telecharger")
        ours.poll()
        for _ in range(6 * 24):
            world.later(minutes=10)
            ours.api.fetch(ours.stopping)
        asked = world.portal.ledger.count("telecharger/groupe")
        assert 6 < asked < 16
        assert len(ours.wanted()) == 1


def test_an_invoice_that_is_not_delivered_yet_is_not_fetched(world: World, tmp_path: Path) -> None:
    """It is when it is; an unknown status is no obstacle."""
    (made,) = _deposited(world, 1)
    world.server.faults.order(Fault.UNKNOWN_VALUES, times=1, path=SEARCH)
    with bay(world, tmp_path) as ours:
        ours.poll()
        assert ours.taken() == [made]
        ours.poll()
        assert ours.taken() == [made]


@pytest.mark.parametrize("quirks", [Quirks(zipped_pivot=True), Quirks(old_pivot=True), Quirks()], ids=str)
def test_what_came_is_decided(world: World, tmp_path: Path, quirks: Quirks) -> None:
    """Each version of the pivot leads to a decision of its own invoice."""
    world.portal.quirks = quirks
    made = _deposited(world, 2)
    with bay(world, tmp_path) as ours:
        ours.poll()
        assert ours.taken() == made
        ours.decide()
        assert len(ours.outcomes()) == 2
        assert "QUARANTINED" not in ours.outcomes()


def test_the_end_of_the_password_is_known(world: World, tmp_path: Path) -> None:
    """It is asked with each search."""
    with bay(world, tmp_path) as ours:
        ours.poll()
        (row,) = ours.rows(portal_credentials)
        assert row.expires_at.date() == world.portal.password_expires.date()


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2026-11-24T08:00:00.000Z", "2026-11-24T08:00:00+00:00"),
        ("2026-11-24T08:00:00", "2026-11-24T07:00:00+00:00"),
        ("2026-07-01 08:00", "2026-07-01T06:00:00+00:00"),
        ("hier", None),
    ],
)
def test_moments_of_the_portal(text: str, utc: str | None) -> None:
    """Those without a zone are of Paris."""
    moment = moment_of(text)
    assert (moment and moment.astimezone(dt.UTC).isoformat()) == utc

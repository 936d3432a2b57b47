"""Misbehaviour: every error of §3.2 and what networks do, on demand, by a seeded schedule, in an outage."""

import datetime as dt
import http.client
import json
from concurrent.futures import ThreadPoolExecutor
from email.utils import parsedate_to_datetime

import pytest

from tests.portal.calling import PING, SET_STATUS, Caller, World, content, new_portal, send
from worker.fake_portal import Fault, Faults, PortalServer
from worker.fake_portal.faults import NO_EFFECT, ON_LISTS, PASSING

_BROKEN = (ConnectionError, http.client.HTTPException, OSError)


@pytest.mark.parametrize(
    ("fault", "status", "told"),
    [
        (Fault.FILE_TOO_LARGE, 400, {"codeRetour": 20001, "libelle": "GDP_MSG_11.022"}),
        (Fault.FILE_TOO_LARGE_OTHER, 400, {"codeRetour": 20003, "libelle": "GDP_MSG_11.022"}),
        (Fault.ACCEPTED, 202, None),
        (Fault.TOKEN_GONE, 401, None),
        (Fault.FORBIDDEN, 403, None),
        (Fault.NOT_FOUND, 404, None),
        (Fault.TOO_LARGE, 413, None),
        (Fault.UNSUPPORTED, 415, None),
        (Fault.TOO_MANY, 429, None),
        (Fault.SERVER_ERROR, 500, None),
        (Fault.BAD_GATEWAY_PAGE, 502, None),
        (Fault.UNAVAILABLE, 503, None),
        (Fault.GATEWAY_TIMEOUT, 504, None),
    ],
)
def test_statuses(world: World, fault: Fault, status: int, told: dict[str, object] | None) -> None:
    """§3.2: every documented error can be had; the next request is answered as if nothing had been."""
    invoice_id = world.deposit()
    world.caller.post(PING)
    world.server.faults.order(fault)
    got = world.caller.download(invoice_id)
    assert got.status == status
    if told:
        assert got.json == told
    if fault is Fault.TOKEN_GONE:
        assert world.caller.download(invoice_id).status == 401  # gone for good
        world.caller.bearer = ""
    assert world.caller.download(invoice_id).status == 200


@pytest.mark.parametrize("fault", sorted(set(Fault) - ON_LISTS))
def test_effect(world: World, fault: Fault) -> None:
    """Each fault says truly whether the call had its effect: a status that was set stays set, answer or not."""
    invoice_id = world.deposit()
    world.caller.post(PING)
    world.server.faults.order(fault, path=SET_STATUS)
    try:
        world.caller.set_status(invoice_id, "REJETEE", motif="x")
    except _BROKEN:
        assert fault in {Fault.RESET_BEFORE, Fault.RESET_AFTER, Fault.CUT}
    changes = [one.status for one in world.portal.ledger.status_changes]
    assert changes == ([] if fault in NO_EFFECT else ["REJETEE"])
    assert world.portal.ledger.asked[-1].fault == fault


@pytest.mark.parametrize("fault", [Fault.PAGE_AS_SUCCESS, Fault.BAD_GATEWAY_PAGE])
def test_pages(world: World, fault: Fault) -> None:
    """An HTML page may come with any status, 200 too."""
    world.caller.post(PING)
    world.server.faults.order(fault)
    got = world.caller.post(PING)
    assert got.status == (200 if fault is Fault.PAGE_AS_SUCCESS else 502)
    assert got.headers["Content-Type"].startswith("text/html")
    assert got.body.startswith(b"<!DOCTYPE html>")


def test_too_many(world: World) -> None:
    """A 429 tells when to come back in seconds, by a date, or not at all."""
    world.caller.post(PING)
    got = {}
    for fault in (Fault.TOO_MANY, Fault.TOO_MANY_DATE, Fault.TOO_MANY_BARE):
        world.server.faults.order(fault)
        got[fault] = world.caller.post(PING).headers.get("Retry-After")
    assert got[Fault.TOO_MANY] == "2"
    assert parsedate_to_datetime(str(got[Fault.TOO_MANY_DATE])) == world.portal.clock.now() + dt.timedelta(seconds=2)
    assert got[Fault.TOO_MANY_BARE] is None


def test_cut_body(world: World) -> None:
    """The connection may end in the middle of a body."""
    world.deposit()
    world.caller.post(PING)
    world.server.faults.order(Fault.CUT)
    with pytest.raises(http.client.IncompleteRead):
        world.caller.found()


def test_wrong_length(world: World) -> None:
    """A wrong Content-Length ends the JSON early, without an error of HTTP."""
    world.deposit()
    world.caller.post(PING)
    world.server.faults.order(Fault.SHORT_LENGTH)
    got = world.caller.found()
    assert got.status == 200
    with pytest.raises(json.JSONDecodeError):
        json.loads(got.body)


def test_empty_body(world: World) -> None:
    """A 200 may hold nothing."""
    world.caller.post(PING)
    world.server.faults.order(Fault.EMPTY_BODY)
    got = world.caller.found()
    assert (got.status, got.body) == (200, b"")


def test_reset(world: World) -> None:
    """A connection may be reset instead of answered."""
    world.caller.post(PING)
    world.server.faults.order(Fault.RESET_BEFORE)
    with pytest.raises(ConnectionError):
        world.caller.post(PING)
    assert world.portal.ledger.asked[-1].status == 0


def test_slow(world: World) -> None:
    """An answer may come late."""
    world.caller.post(PING)
    world.server.faults.slow_seconds = 0.3
    world.server.faults.order(Fault.SLOW)
    started = dt.datetime.now(dt.UTC)
    assert world.caller.post(PING).code == 0
    assert dt.datetime.now(dt.UTC) - started >= dt.timedelta(seconds=0.3)


def test_clock_skew(world: World) -> None:
    """The header Date follows the portal's clock, or is hours away."""
    world.caller.post(PING)
    right = parsedate_to_datetime(world.caller.post(PING).headers["Date"])
    world.server.faults.order(Fault.CLOCK_SKEW)
    wrong = parsedate_to_datetime(world.caller.post(PING).headers["Date"])
    assert right == world.portal.clock.now()
    assert wrong - right == dt.timedelta(hours=5)


@pytest.mark.parametrize(
    ("fault", "first", "second"),
    [
        (None, ["F-5", "F-4"], ["F-3", "F-2"]),
        (Fault.REPEATED_ROW, ["F-5", "F-4", "F-4"], ["F-3", "F-2", "F-2"]),
        (Fault.SHIFTED_DOWN, ["F-5", "F-4"], ["F-4", "F-3"]),
        (Fault.SHIFTED_UP, ["F-5", "F-4"], ["F-2", "F-1"]),
    ],
)
def test_lists_under_change(world: World, fault: Fault | None, first: list[str], second: list[str]) -> None:
    """A page may hold a row twice, or be shifted by a row against the page before."""
    for n in range(6):
        world.deposit(f"F-{n}")
    pages = []
    for number in (1, 2):
        world.caller.post(PING)
        if fault:
            world.server.faults.order(fault, path="/rechercher/")
        rows = world.caller.found(size=2, number=number).json["listeFactures"]
        pages.append([row["numeroFacture"] for row in rows])
    assert pages == [first, second]


def test_unknown_values(world: World) -> None:
    """§4: a list may hold a status and a field that nobody has heard of."""
    world.deposit()
    world.server.faults.order(Fault.UNKNOWN_VALUES, path="/rechercher/")
    row = world.caller.found().json["listeFactures"][0]
    assert (row["statut"], row["champInconnu"]) == ("TECHNIQUE_INCONNU", {"valeur": 1})


def test_outage(world: World) -> None:
    """In an outage nothing is answered, tokens neither; after it all is as before."""
    world.caller.post(PING)
    now = world.portal.clock.now()
    world.server.faults.outage(now, now + dt.timedelta(hours=2))
    for call in (lambda: world.caller.post(PING), world.caller.ask_token):
        with pytest.raises(ConnectionError):
            call()
    world.later(hours=2)
    world.caller.bearer = ""
    assert world.caller.post(PING).code == 0


def _run(seed: int, requests: int) -> tuple[list[str | None], Faults]:
    portal = new_portal()
    faults = Faults(seed=seed, rate=0.1, slow_seconds=0)
    with PortalServer(portal, faults=faults).running() as server:
        world = World(portal, server, Caller(server, bearer="none"))
        world.deposit()
        for _ in range(requests):
            try:
                world.caller.found()
            except _BROKEN:
                continue
    return [one.fault for one in portal.ledger.asked], faults


def test_schedule() -> None:
    """The same seed gives the same faults; about one request in ten, and of every passing kind in the long run."""
    first, faults = _run(seed=7, requests=300)
    second, _ = _run(seed=7, requests=300)
    other, _ = _run(seed=8, requests=300)
    assert first == second != other
    assert 15 <= sum(faults.played.values()) <= 45
    assert sum(faults.played.values()) == sum(fault is not None for fault in first)
    drawn = Faults(seed=1, rate=1.0)
    assert {drawn.next("/cpro/factures/v1/rechercher/recipiendaire") for _ in range(2000)} == PASSING


def test_order_waits_for_its_path(world: World) -> None:
    """An ordered fault waits for the first request of its path."""
    world.server.faults.order(Fault.SERVER_ERROR, path="traiter/recue")
    assert world.caller.post(PING).status == 200
    invoice_id = world.deposit()
    assert world.caller.set_status(invoice_id, "SERVICE_FAIT").status == 500
    assert world.caller.set_status(invoice_id, "SERVICE_FAIT").status == 200


def _stubborn(caller: Caller, asked: dict[str, object]) -> dict[str, object]:
    """Ask until there is an answer of the portal's own."""
    for _ in range(30):
        try:
            got = caller.found(**asked)  # type: ignore[arg-type]
            if got.status == 401:
                caller.bearer = ""
            elif got.status == 200 and "codeRetour" in got.json:
                return got.json
        except (*_BROKEN, ValueError, KeyError):  # a token may be refused, cut or a page, too
            continue
    pytest.fail("thirty faults in a row")


def test_nothing_is_lost_on_the_portal() -> None:
    """With one request in four spoiled, whoever asks again and sweeps again finds every invoice, and no other."""
    portal = new_portal()
    with PortalServer(portal, faults=Faults(seed=5, rate=0.25, slow_seconds=0)).running() as server:
        world = World(portal, server, Caller(server))
        made = {world.deposit(f"F-{n}") for n in range(60)}
        found: set[object] = set()
        for _ in range(4):
            for number in range(1, 9):
                rows = _stubborn(world.caller, {"size": 8, "number": number}).get("listeFactures", [])
                found |= {row["idFacture"] for row in rows}  # type: ignore[attr-defined]
    assert found == made
    assert len(server.faults.played) > 5


def test_many_at_once(world: World) -> None:
    """Callers in parallel get their own answers, and the ledger misses none."""
    made = [world.deposit(f"F-{n}") for n in range(24)]
    world.caller.post(PING)
    with ThreadPoolExecutor(4) as pool:
        pivots = list(pool.map(lambda one: content(world.caller.download(one)), made))
    assert [f"<IdCPRO>{one}</IdCPRO>".encode() in pivot for one, pivot in zip(made, pivots, strict=True)] == [True] * 24
    assert world.portal.ledger.downloads == dict.fromkeys(made, 1)
    assert world.portal.ledger.count("telecharger/groupe") == 24


def test_http_that_is_not_ours(world: World) -> None:
    """A request without a length, or longer than a megabyte, is refused before it is read."""
    url = world.server.api_url + PING
    assert send(url, b"", {"Content-Length": "1000001"}).status == 413
    assert send(url, b"", {"Content-Length": "-1"}).status == 411
    assert world.portal.ledger.asked == []

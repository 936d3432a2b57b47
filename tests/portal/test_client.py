"""The client against the fake portal, over real HTTP."""

import base64
import datetime as dt
import json
import logging
from decimal import Decimal

import pytest

from tests.portal.calling import START, World
from tests.portal.client import IMPATIENT, client, transport
from worker.errors import PermanentError, TransientError, WorkerError
from worker.fake_portal import Fault, Quirks
from worker.portal import (
    CircuitOpen,
    FunctionalError,
    Portal,
    PortalAccessDenied,
    PortalThrottled,
    PortalUnavailable,
    PortalUnreadable,
    RequestRefused,
    ResultTooLarge,
)
from worker.portal import answers as answers_module
from worker.portal.answers import document, parse, settled
from worker.portal.client import Period, Settle
from worker.portal.model import By, Kind
from worker.portal.pace import Circuit, TokenBucket

TODAY = START.date()
PERIOD = Period(TODAY - dt.timedelta(days=7), TODAY + dt.timedelta(days=1), By.STATE)
FOUND = "telecharger/groupe"


def _ids(portal: Portal, world: World, kind: Kind = Kind.INVOICE, period: Period = PERIOD) -> list[str]:
    pages = portal.search(str(world.structure.id), kind, period)
    return [listed.portal_invoice_id for page in pages for listed in page.listed]


def test_every_page_is_read(world: World) -> None:
    """A search goes to its end, by page, each invoice once and as text."""
    made = [world.deposit(f"F-{number}", service_code="DIRINFRA") for number in range(7)]
    assert _ids(client(world, page_size=3), world) == [str(one) for one in made]


def test_works_invoices_are_a_search_of_their_own(world: World) -> None:
    """They are found as works, and only so."""
    plain, works = world.deposit("F-1"), world.deposit("F-2", framework="A4")
    portal = client(world)
    assert _ids(portal, world) == [str(plain)]
    assert _ids(portal, world, Kind.WORKS) == [str(works)]


@pytest.mark.parametrize("status", [200, 400])
@pytest.mark.parametrize("kind", Kind)
def test_no_result_is_an_empty_list(world: World, kind: Kind, status: int) -> None:
    """20000 and 20007 are no errors, with whatever status they come."""
    world.portal.quirks = Quirks(empty_status=status)
    assert _ids(client(world), world, kind) == []


def test_a_period_by_deposit(world: World) -> None:
    """The date of deposit is another question than the date of the status."""
    made = world.deposit()
    later = Period(TODAY + dt.timedelta(days=1), TODAY + dt.timedelta(days=2), By.DEPOSIT)
    assert _ids(client(world), world, period=later) == []
    assert _ids(client(world), world, period=later._replace(first=TODAY)) == [str(made)]


@pytest.mark.parametrize("zipped", [False, True])
def test_a_pivot_is_downloaded(world: World, zipped: bool) -> None:  # noqa: FBT001
    """XML, or a ZIP that holds it."""
    world.portal.quirks = Quirks(zipped_pivot=zipped)
    data = client(world).download(str(world.deposit()))
    assert data.startswith(b"PK" if zipped else b"<")


def test_structures_and_services(world: World) -> None:
    """What a structure demands, its services, and the end of the password, whatever the JSON types."""
    portal = client(world, page_size=1)
    (structure,) = portal.structures()
    detail = portal.structure(structure.structure_id)
    assert (structure.siret, detail.active) == (world.structure.siret, True)
    assert detail.password_expires_on == world.portal.password_expires.date()
    services = {service.code: service for service in portal.services(structure.structure_id)}
    assert set(services) == {"DIRINFRA", "061"}
    demands = [portal.service_demands_commitment(structure.structure_id, services[c].service_id) for c in services]
    assert dict(zip(services, demands, strict=True)) == {"DIRINFRA": False, "061": True}


def test_a_status_is_set_once(world: World) -> None:
    """Its allowed targets are asked, it is set, and the second time is 20002."""
    made, portal = str(world.deposit()), client(world)
    assert "REJETEE" in portal.targets(portal.status(made) or "")
    portal.settle(Settle(made, "REJETEE", "Doublon"))
    assert portal.status(made) == "REJETEE"
    with pytest.raises(FunctionalError) as caught:
        portal.settle(Settle(made, "REJETEE", "Doublon"))
    assert (caught.value.endpoint, caught.value.number) == answers_module.INCONSISTENT_STATUS


# What each error does to one call: passing ones are got over, the others are told as what they are, after how many
# requests. The last column is what a call that changes something does, which is made once.
ERRORS = [
    (Fault.FILE_TOO_LARGE, ResultTooLarge, 1),
    (Fault.FILE_TOO_LARGE_OTHER, ResultTooLarge, 1),
    (Fault.TOO_LARGE, ResultTooLarge, 1),
    (Fault.FORBIDDEN, PortalAccessDenied, 1),
    (Fault.NOT_FOUND, RequestRefused, 1),
    (Fault.UNSUPPORTED, RequestRefused, 1),
    (Fault.ACCEPTED, PortalUnreadable, 4),
    (Fault.TOO_MANY_BARE, PortalThrottled, 4),
    (Fault.SERVER_ERROR, PortalUnavailable, 4),
    (Fault.BAD_GATEWAY_PAGE, PortalUnavailable, 4),
    (Fault.GATEWAY_TIMEOUT, PortalUnavailable, 4),
    (Fault.PAGE_AS_SUCCESS, PortalUnreadable, 4),
    (Fault.EMPTY_BODY, PortalUnreadable, 4),
    (Fault.CUT, PortalUnavailable, 4),
    (Fault.SHORT_LENGTH, PortalUnreadable, 4),
    (Fault.RESET_BEFORE, PortalUnavailable, 4),
    (Fault.RESET_AFTER, PortalUnavailable, 4),
]


@pytest.mark.parametrize(("fault", "error", "requests"), ERRORS, ids=str)
def test_an_error_that_stays(world: World, fault: Fault, error: type[WorkerError], requests: int) -> None:
    """It is told as what it is, after as many attempts as make sense; a permanent one is never tried again."""
    made, portal = str(world.deposit()), client(world)
    world.server.faults.order(fault, times=20, path=FOUND)
    with pytest.raises(error) as caught:
        portal.download(made)
    assert type(caught.value) is error
    assert world.server.faults.played[fault] == requests
    assert (requests == 1) == (error is PortalAccessDenied or issubclass(error, PermanentError))


PASSING = sorted(
    {fault for fault, error, _ in ERRORS if issubclass(error, TransientError) and error is not PortalAccessDenied}
    | {Fault.SLOW, Fault.CLOCK_SKEW, Fault.TOKEN_GONE, Fault.UNKNOWN_VALUES}
)


@pytest.mark.parametrize("fault", PASSING)
def test_an_error_that_passes(world: World, fault: Fault) -> None:
    """The call gets over it by itself."""
    made, portal = str(world.deposit()), client(world)
    path = "rechercher/" if fault is Fault.UNKNOWN_VALUES else FOUND
    world.server.faults.order(fault, times=2 if fault is not Fault.TOKEN_GONE else 1, path=path)
    assert _ids(portal, world) == [made]
    assert portal.download(made)
    assert world.server.faults.played[fault] > 0


@pytest.mark.parametrize("fault", [Fault.TOO_MANY, Fault.TOO_MANY_DATE, Fault.UNAVAILABLE])
def test_the_time_that_the_portal_asks_for_is_waited(
    world: World, fault: Fault, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Retry-After, as seconds or as a date by the portal's clock, sets the pause."""
    waited: list[float] = []
    monkeypatch.setattr("time.sleep", waited.append)
    made, portal = str(world.deposit()), client(world)
    world.server.faults.order(fault, path=FOUND)
    assert portal.download(made)
    assert any(seconds >= 1 for seconds in waited)


def test_a_call_that_changes_something_is_made_once(world: World) -> None:
    """Where no answer comes, nobody knows whether it was done: its caller has to read the status."""
    made, portal = str(world.deposit()), client(world)
    world.server.faults.order(Fault.RESET_AFTER, times=5, path="traiter/recue")
    with pytest.raises(PortalUnavailable):
        portal.settle(Settle(made, "REJETEE", "Doublon"))
    assert world.server.faults.played[Fault.RESET_AFTER] == 1
    assert portal.status(made) == "REJETEE"


def test_the_token_is_renewed(world: World) -> None:
    """Before it ends, and once when it is refused; a refusal that stays ends the call, and never loops."""
    elapsed = [0.0]
    link = transport(world)
    link._tokens._elapsed = lambda: elapsed[0]
    portal = Portal(link)
    portal.ping()
    elapsed[0] = 3600 - 241
    portal.ping()
    assert world.portal.ledger.tokens == 1
    elapsed[0] = 3600 - 239
    portal.ping()
    assert world.portal.ledger.tokens == 2
    world.server.accounts.revoke()
    portal.ping()
    assert world.portal.ledger.tokens == 3
    with pytest.raises(PortalAccessDenied):
        client(world, password="wrong").ping()
    assert world.portal.ledger.tokens == 5


@pytest.mark.parametrize("wrong", [{"client_secret": "wrong"}, {"client_id": "wrong"}])
def test_a_wrong_client_is_an_operators_affair(world: World, wrong: dict[str, str]) -> None:
    """It is told at once, and not tried again."""
    with pytest.raises(PortalAccessDenied, match="AIGUILLEUR_PORTAL_CLIENT_ID"):
        client(world, **wrong).ping()


def test_no_secret_is_ever_shown(world: World, caplog: pytest.LogCaptureFixture) -> None:
    """Not in a repr, not in an error, not in a log, not in what is behind an error."""
    caplog.set_level(logging.DEBUG)
    secrets = {"client_secret": "s3cret-of-client", "password": "pa55-of-account"}
    link = transport(world, **secrets)
    told = [repr(link), repr(link._tokens), repr(link.__dict__["_patience"])]
    for wrong in (secrets, {"password": secrets["password"]}):
        with pytest.raises(PortalAccessDenied) as caught:
            client(world, **wrong).ping()
        told += [repr(caught.value), repr(caught.value.__cause__), repr(caught.value.__context__)]
    world.server.close()
    with pytest.raises(PortalUnavailable) as gone:
        Portal(link).ping()
    told += [repr(gone.value), repr(gone.value.__cause__), caplog.text]
    account = base64.b64encode(f"{world.portal.credentials.login}:{secrets['password']}".encode()).decode()
    assert not [text for text in told for secret in (*secrets.values(), account) if secret in text]


def test_the_circuit_opens_and_closes(world: World) -> None:
    """After failures in a row nothing is asked; after a rest one call tries; a success closes it."""
    now = [0.0]
    circuit = Circuit(failures=3, rest=30, longest=100, elapsed=lambda: now[0])
    portal = client(world, circuit=circuit)
    world.server.faults.order(Fault.RESET_BEFORE, times=4)
    with pytest.raises(CircuitOpen):
        portal.ping()
    asked = world.server.faults.played.total()
    assert asked == 3
    with pytest.raises(CircuitOpen):
        portal.ping()
    assert world.server.faults.played.total() == asked
    now[0] = 31
    with pytest.raises(CircuitOpen):  # the one that tries fails: a longer rest
        portal.ping()
    now[0] = 31 + 59
    with pytest.raises(CircuitOpen):
        portal.ping()
    now[0] = 31 + 61
    portal.ping()
    assert not circuit.is_open


def test_calls_keep_their_pace() -> None:
    """Over any time, no more than the rate and one second's worth."""
    now = [0.0]

    def sleep(seconds: float) -> None:
        now[0] += seconds

    bucket = TokenBucket(5, lambda: now[0], sleep)
    for _ in range(50):
        bucket.take()
    assert now[0] == pytest.approx((50 - 5) / 5)


WRONG_FILES = {
    "nothing": "",
    "no base64": "<<<>>>",
    "cut base64": base64.b64encode(b"<CPPFacturePivot></CPPFacturePivot>").decode()[:-3],
    "cut pivot": base64.b64encode(b"<CPPFacturePivot><CPPFactures>").decode(),
    "page": base64.b64encode(b"<!DOCTYPE html><html></html>").decode(),
    "pdf": base64.b64encode(b"%PDF-1.7 %%EOF").decode(),
    "cut zip": base64.b64encode(b"PK\x03\x04 and then nothing").decode(),
}


@pytest.mark.parametrize("file", WRONG_FILES.values(), ids=WRONG_FILES)
def test_a_file_that_is_no_pivot_is_refused(file: str) -> None:
    """What came is looked at before it is kept."""
    with pytest.raises(PortalUnreadable):
        document("x", {"codeRetour": 0, "fichierResultat": file})


@pytest.mark.parametrize("body", [b"", b"  <html>", b'{"codeRetour": 0, "listeFac', b"[1]", b"null", b"[" * 5000])
def test_an_answer_that_is_none(body: bytes) -> None:
    """Pages, cut JSON and other shapes are no answers."""
    with pytest.raises(PortalUnreadable):
        parse("x", body)


def test_both_forms_of_a_functional_error() -> None:
    """The number, and the older form; names are read whatever their first letter; amounts are no floats."""
    old = {"retourFonctionnel": {"codeRetourFonctionnel": "GDP_MSG_11.008"}}
    for answer, number in ((old, "GDP_MSG_11.008"), ({"CodeRetour": 20002}, "20002")):
        with pytest.raises(FunctionalError) as caught:
            settled("x", parse("x", json.dumps(answer).encode()))
        assert caught.value.number == number
    assert parse("x", b'{"MontantHT": 9822.50}') == {"montantHT": Decimal("9822.50")}


def test_impatience_is_for_tests_only() -> None:
    """The service waits longer than the tests do."""
    from worker.portal import Patience  # noqa: PLC0415

    assert Patience().first_wait > IMPATIENT.first_wait

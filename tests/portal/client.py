"""Our client on the fake portal, impatient: it waits milliseconds where the real one waits seconds."""

from typing import Any

from tests.portal.calling import World
from worker.portal import Access, Patience, Portal
from worker.portal.pace import Circuit
from worker.portal.transport import Transport

IMPATIENT = Patience(rate=0, timeout=2, attempts=4, first_wait=0.01, longest_wait=0.05)

_opened: list[Transport] = []


def close_all() -> None:
    """Give back the connections of every transport that was made here."""
    while _opened:
        _opened.pop().close()


def access(world: World, **changes: Any) -> Access:
    """Who we are; `changes` replace parts of it."""
    own = world.portal.credentials
    given = {
        "url": world.server.api_url,
        "token_url": world.server.token_url,
        "client_id": own.client_id,
        "client_secret": own.client_secret,
        "account": own.login,
        "password": own.password,
    }
    return Access(**(given | changes))


def transport(
    world: World, circuit: Circuit | None = None, patience: Patience = IMPATIENT, **changes: Any
) -> Transport:
    """A transport to the fake portal."""
    link = Transport(access(world, **changes), patience, circuit or Circuit(failures=1000))
    _opened.append(link)
    return link


def client(world: World, page_size: int = 1000, **changes: Any) -> Portal:
    """A client of the fake portal."""
    return Portal(transport(world, **changes), page_size)

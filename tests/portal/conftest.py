"""A portal for each test, on a port of its own."""

from collections.abc import Iterator

import pytest

from tests.portal.calling import Caller, World, new_portal
from tests.portal.client import close_all
from worker.fake_portal import PortalServer


@pytest.fixture
def world() -> Iterator[World]:
    """A small portal that answers."""
    portal = new_portal()
    with PortalServer(portal).running() as server:
        yield World(portal, server, Caller(server))
        close_all()

"""Recipients and services from the portal, over commitments that stay."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, select

from tests.manifest import NOW
from tests.places import FIXTURES
from tests.portal.calling import Caller, World
from tests.portal.client import client, close_all
from worker.fake_portal import Clock, Fault, PortalServer, Quirks
from worker.fake_portal.seed import from_reference
from worker.portal import PortalUnavailable
from worker.portal.structures import directory
from worker.store import schema
from worker.store.engine import migrate, open_engine
from worker.store.reference import NothingInForce, ReferenceDataShrunk, import_directory, import_folder, status
from worker.store.schema import commitments, recipients, reference_imports, services

REFERENCE = FIXTURES / "reference"


@pytest.fixture
def engine(store_url: str) -> Iterator[Engine]:
    """A database with the reference data of the fixtures in force."""
    made = open_engine(store_url)
    migrate(made)
    import_folder(made, REFERENCE, now=NOW)
    yield made
    made.dispose()


@pytest.fixture(params=[Quirks(), Quirks(numeric_siret=False)], ids=["numbers", "texts"])
def mirrored(request: pytest.FixtureRequest) -> Iterator[World]:
    """A portal with the same structures and services, each page of one row."""
    portal = from_reference(REFERENCE, clock=Clock(NOW), quirks=request.param)
    with PortalServer(portal).running() as server:
        world = World.__new__(World)
        world.portal, world.server, world.caller = portal, server, Caller(server)
        yield world
        close_all()


def _rows(engine: Engine, table: object) -> list[tuple[object, ...]]:
    with engine.connect() as connection:
        number = connection.scalar(select(reference_imports.c.import_number).where(reference_imports.c.is_current))
        kept = [column for column in table.c if column.name not in {"import_number", "line"}]  # type: ignore[attr-defined]
        found = connection.execute(select(*kept).where(table.c.import_number == number))  # type: ignore[attr-defined]
        return sorted((tuple(row) for row in found), key=repr)


def test_the_same_data_from_the_portal(mirrored: World, engine: Engine) -> None:
    """Flags, services and dates are those of the files; commitments, amount bases and the export's moment stay."""
    before = {name: _rows(engine, getattr(schema, name)) for name in ("recipients", "services", "commitments")}
    found = directory(client(mirrored, page_size=2))
    report = import_directory(engine, found.recipients, found.services, now=NOW)
    assert _rows(engine, recipients) == before["recipients"]
    assert _rows(engine, commitments) == before["commitments"]
    told = {row[:3] + row[4:6] for row in _rows(engine, services)}  # recipient, code, name, dates
    assert told == {row[:3] + row[4:6] for row in before["services"]}
    with engine.connect() as connection:
        current = status(connection)
    assert current is not None
    assert current.as_of == report.as_of


def test_recipients_that_the_portal_does_not_list_stay(world: World, engine: Engine) -> None:
    """The account may act for one budget: the others, and their services, are kept and the operator is told."""
    before = {row[0] for row in _rows(engine, recipients)}
    found = directory(client(world))
    with pytest.raises(ReferenceDataShrunk):
        import_directory(engine, found.recipients, found.services, now=NOW, policy_limit=1)
    report = import_directory(engine, found.recipients, found.services, now=NOW, force=True)
    assert {row[0] for row in _rows(engine, recipients)} == before
    assert "kept as they are" in "\n".join(report.lines())
    codes = {row[1]: row[-1] for row in _rows(engine, services) if row[0] == world.structure.siret}
    assert codes == {"DIRINFRA": False, "061": True}


def test_nothing_is_imported_over_nothing(world: World, store_url: str) -> None:
    """Without commitments every number would be unknown."""
    empty = open_engine(store_url)
    migrate(empty)
    found = directory(client(world))
    with pytest.raises(NothingInForce):
        import_directory(empty, found.recipients, found.services, now=NOW)
    empty.dispose()


def test_half_a_directory_is_none(world: World) -> None:
    """Where the portal goes away in the middle there is nothing to import."""
    portal = client(world)
    ask = portal.service_demands_commitment
    asked: list[str] = []

    def gone(structure_id: str, service_id: str) -> bool | None:
        asked.append(service_id)
        if len(asked) == 2:
            world.server.faults.order(Fault.RESET_BEFORE, times=50)
        return ask(structure_id, service_id)

    portal.service_demands_commitment = gone  # type: ignore[method-assign]
    with pytest.raises(PortalUnavailable):
        directory(portal)
    assert len(asked) == 2

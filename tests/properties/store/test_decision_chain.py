"""Whatever is done to the decision log behind the back of the service, the proof finds it.

The database is one whose owner is the attacker: triggers, keys and constraints are gone.
"""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, func, select, text

from tests.app import replayed, started
from tests.manifest import CASES, NOW
from worker.store.audit import Kind, Proof, verify
from worker.store.chain import COVERED, GENESIS, Link, digest, moment_of
from worker.store.engine import open_engine
from worker.store.schema import decisions, deliveries

FILES = [file for case in CASES if case.id in {"several-mixed-fates", "amount-over"} for file in case.files]
ROWS = 10
_LOOSE = (
    "CREATE TABLE loose AS SELECT * FROM decisions",
    "DROP TABLE decisions",
    "ALTER TABLE loose RENAME TO decisions",
)
_EACH = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True
)

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=40)
numbers = st.integers(-5, 2**31 - 1)
moments = st.integers(0, 10**10).map(lambda tick: NOW + dt.timedelta(milliseconds=tick))
places = st.integers(1, ROWS)
VALUES: dict[str, st.SearchStrategy[Any]] = {"decision_number": numbers, "position": numbers, "decided_at": moments}
COLUMNS = [*COVERED, "chain_position", "previous_hash", "hash"]


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def log(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """A log of ten decisions, some of them on one invoice, in tables that keep out nothing."""
    url = f"sqlite:///{tmp_path_factory.mktemp('chain') / 'log.sqlite'}"
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres").fresh_database()
    with started(CASES[0].reference, database=url) as app:
        replayed(app, [*FILES, *FILES])
    engine = open_engine(url, durable=False)
    with engine.begin() as connection:
        assert connection.scalar(select(func.count()).select_from(decisions)) == ROWS
        for statement in _LOOSE:
            connection.execute(text(statement))
    yield engine
    engine.dispose()


@contextmanager
def _attacked(log: Engine) -> Iterator[Connection]:
    """A transaction that is undone at its end. The log is intact at its start."""
    with log.connect() as connection, connection.begin() as transaction:
        assert verify(connection).is_intact
        yield connection
        transaction.rollback()


def _rows(connection: Connection) -> list[dict[str, Any]]:
    return [dict(row) for row in connection.execute(select(decisions).order_by("chain_position")).mappings()]


def _alter(connection: Connection, place: int, **values: Any) -> None:
    done = connection.execute(decisions.update().where(decisions.c.chain_position == place).values(values))
    assert done.rowcount == 1


def _first(proof: Proof) -> tuple[Kind, Any]:
    return proof.faults[0].kind, proof.faults[0].position


def _sealed(connection: Connection, position: int, previous: str) -> str:
    """The hash that the row at a place would have behind another one: everybody can reckon it."""
    plain = [decisions.c[name] for name in COVERED if name != "decided_at"]
    row = connection.execute(
        select(*plain, moment_of(connection.dialect.name)).where(decisions.c.chain_position == position)
    ).one()
    return digest(row._mapping, position, previous)


def test_an_intact_log(log: Engine) -> None:
    """What the service wrote is proven, with its head."""
    with log.connect() as connection:
        proof = verify(connection)
        last = _rows(connection)[-1]
    assert (proof.is_intact, proof.decisions) == (True, ROWS)
    assert proof.head == Link(ROWS, last["hash"])


@pytest.mark.parametrize("column", COLUMNS)
@_EACH
@given(place=places, data=st.data())
def test_any_altered_column_is_found(log: Engine, column: str, place: int, data: st.DataObject) -> None:
    """A column of a decision with any other value is named with the decision, at its place."""
    with _attacked(log) as connection:
        before = _rows(connection)[place - 1][column]
        value = data.draw(numbers if column == "chain_position" else VALUES.get(column, texts))
        assume(value != before)
        _alter(connection, place, **{column: value})
        found = verify(connection)
    faults = {(fault.kind, fault.position) for fault in found.faults}
    assert (Kind.ALTERED, value if column == "chain_position" else place) in faults


@_EACH
@given(place=places)
def test_any_removed_decision_is_found(log: Engine, place: int) -> None:
    """A decision that is gone leaves its place empty; the last one is missed by its invoice, and by any kept head."""
    with _attacked(log) as connection:
        gone = _rows(connection)[place - 1]
        connection.execute(decisions.delete().where(decisions.c.chain_position == place))
        found, with_head = verify(connection), verify(connection, {place: gone["hash"]})
    assert found.faults[0].kind is Kind.MISSING
    if place < ROWS:
        assert found.faults[0].position == place
    else:
        fault = found.faults[0]
        assert (fault.invoice_key, fault.decision_number) == (gone["invoice_key"], gone["decision_number"])
    assert (Kind.MISSING, place) in {(fault.kind, fault.position) for fault in with_head.faults}


@_EACH
@given(one=places, other=places)
def test_swapped_decisions_are_found(log: Engine, one: int, other: int) -> None:
    """Two decisions that exchanged their places are both named."""
    assume(one != other)
    with _attacked(log) as connection:
        _alter(connection, one, chain_position=-1)
        _alter(connection, other, chain_position=one)
        _alter(connection, -1, chain_position=other)
        found = verify(connection)
    assert {(Kind.ALTERED, one), (Kind.ALTERED, other)} <= {(fault.kind, fault.position) for fault in found.faults}


@_EACH
@given(source=places, place=places, is_sealed=st.booleans())
def test_an_inserted_decision_is_found(log: Engine, source: int, place: int, *, is_sealed: bool) -> None:
    """A decision put beside another one is found, also where its hash is right."""
    with _attacked(log) as connection:
        rows = _rows(connection)
        previous = rows[place - 2]["hash"] if place > 1 else GENESIS
        copy = rows[source - 1] | {"chain_position": -1, "event_id": "another", "previous_hash": previous}
        connection.execute(decisions.insert().values(copy))
        own = "0" * 64
        if is_sealed:
            row = connection.execute(select(decisions).where(decisions.c.chain_position == -1)).mappings().one()
            moment = row["decided_at"].strftime("%Y-%m-%dT%H:%M:%S.%fZ")
            own = digest({**row, "decided_at": moment}, place, previous)
        _alter(connection, -1, chain_position=place, hash=own)
        found = verify(connection)
    assert not found.is_intact
    assert found.faults[0].position == place
    assert found.decisions == ROWS + 1


@_EACH
@given(place=places, outcome=st.sampled_from(["ROUTED", "QUARANTINED"]), kept=places)
def test_a_chain_written_anew_is_found_by_a_kept_head(log: Engine, place: int, outcome: str, kept: int) -> None:
    """Who alters a decision and reckons every later hash again deceives the chain, but no head kept from then on."""
    with _attacked(log) as connection:
        rows = _rows(connection)
        assume(rows[place - 1]["outcome"] != outcome)
        _alter(connection, place, outcome=outcome)
        previous = rows[place - 2]["hash"] if place > 1 else GENESIS
        for position in range(place, ROWS + 1):
            own = _sealed(connection, position, previous)
            _alter(connection, position, previous_hash=previous, hash=own)
            previous = own
        alone, compared = verify(connection), verify(connection, {kept: rows[kept - 1]["hash"]})
    assert alone.is_intact
    assert compared.is_intact == (kept < place)
    if kept >= place:
        assert _first(compared) == (Kind.REWRITTEN, kept)


@_EACH
@given(place=places, outcome=st.sampled_from(["ROUTED", "QUARANTINED"]))
def test_one_decision_sealed_anew_is_found(log: Engine, place: int, outcome: str) -> None:
    """An altered decision with its own hash put right no longer fits the one after it; the last fits no kept head."""
    with _attacked(log) as connection:
        rows = _rows(connection)
        assume(rows[place - 1]["outcome"] != outcome)
        _alter(connection, place, outcome=outcome)
        _alter(connection, place, hash=_sealed(connection, place, rows[place - 1]["previous_hash"]))
        found = verify(connection, {ROWS: rows[-1]["hash"]} if place == ROWS else None)
    assert _first(found) == ((Kind.REPLACED, place + 1) if place < ROWS else (Kind.REWRITTEN, ROWS))


@pytest.mark.parametrize("log", ["sqlite"], indirect=True)
@pytest.mark.parametrize("column", COLUMNS)
@pytest.mark.parametrize("value", ["x'c3'", "x'00ff'", "CAST(x'ff41' AS TEXT)", "1.5", "NULL"])
def test_what_no_decision_can_hold_is_a_fault(log: Engine, column: str, value: str) -> None:
    """SQLite takes anything into any column: bytes, broken text, nothing. It is named, and the reading goes on."""
    with _attacked(log) as connection:
        connection.execute(text(f"UPDATE decisions SET {column} = {value} WHERE chain_position = 3"))
        found = verify(connection)
    assert found.decisions == ROWS
    assert Kind.ALTERED in {fault.kind for fault in found.faults}


def test_a_moment_that_cannot_be_read_is_a_fault(log: Engine) -> None:
    """A moment out of all calendars is named like any other alteration."""
    value = "'infinity'" if log.dialect.name == "postgresql" else "'soon'"
    with _attacked(log) as connection:
        connection.execute(text(f"UPDATE decisions SET decided_at = {value} WHERE chain_position = 3"))
        found = verify(connection)
    assert _first(found) == (Kind.ALTERED, 3)


def test_the_other_tables_are_not_read_as_decisions(log: Engine) -> None:
    """What changes every day, such as the state of a delivery, is no fault of the log."""
    with _attacked(log) as connection:
        connection.execute(deliveries.update().values(failure="LOOKED_AT"))
        assert verify(connection).is_intact

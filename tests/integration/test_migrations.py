"""The migrations against the tables as the code declares them."""

from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, inspect, select

from tests.app import replayed, started
from tests.manifest import CASES
from worker.store.engine import downgrade, migrate, open_engine
from worker.store.schema import invoices, metadata


def test_the_migrations_make_the_declared_tables(store_url: str) -> None:
    """A migrated database differs in nothing from the schema."""
    engine = open_engine(store_url)
    migrate(engine)
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    engine.dispose()


def test_the_migrations_go_both_ways(store_url: str) -> None:
    """Down to nothing and up again gives the same tables; going up twice changes nothing."""
    engine = open_engine(store_url)
    migrate(engine)
    tables = set(inspect(engine).get_table_names())
    migrate(engine)
    assert set(inspect(engine).get_table_names()) == tables
    downgrade(engine, "base")
    assert set(inspect(engine).get_table_names()) == {"alembic_version"}
    migrate(engine)
    assert set(inspect(engine).get_table_names()) == tables
    engine.dispose()


def test_deadlines_of_what_was_decided_before(store_url: str) -> None:
    """The column is filled from the decision in force, a later duplicate left aside; going down drops it alone."""
    cases = [case for case in CASES if case.id == "amount-over"]
    with started(cases[0].reference, database=store_url) as app:
        replayed(app, [*cases[0].files, *cases[0].files])
        before = _rows(app.engine)
        assert [(row.decision_number, row.payment_deadline is None) for row in before] == [(1, False)]
        downgrade(app.engine, "0002")
        assert "payment_deadline" not in {column["name"] for column in inspect(app.engine).get_columns("invoices")}
        migrate(app.engine)
        assert _rows(app.engine) == before


def _rows(engine: Engine) -> list[Any]:
    with engine.connect() as connection:
        return list(connection.execute(select(invoices)).all())

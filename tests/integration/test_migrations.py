"""The migrations against the tables as the code declares them."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect

from worker.store.engine import downgrade, migrate, open_engine
from worker.store.schema import metadata


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

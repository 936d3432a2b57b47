"""Which version of the schema a database has, and which one the code wants."""

from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from worker.store.engine import MIGRATIONS


def schema_versions(connection: Connection) -> tuple[str | None, str | None]:
    """The version of a database, None before its first migration, and the newest one."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    newest = ScriptDirectory.from_config(config).get_current_head()
    return MigrationContext.configure(connection).get_current_revision(), newest

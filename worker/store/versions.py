"""Which version of the schema a database has, which one the code wants, and the way from one to the other."""

from typing import NamedTuple

from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import ProgrammingError

from worker.errors import ConfigurationError
from worker.store.engine import MIGRATIONS, migrate
from worker.store.rights import may_migrate, missing_rights

_GRANT = "run deploy/postgresql/grants.sql as the owner of the tables"
_MIGRATE = f"run `aiguilleur migrate` with AIGUILLEUR_MIGRATE_URL, the address of that owner, then {_GRANT}"


class Versions(NamedTuple):
    """The version that a database has, None before its first migration, and the newest one."""

    current: str | None
    newest: str | None


class SchemaNotInPlace(ConfigurationError):
    """The schema of the database is not the one of this version, or our role may not use it. The message says how."""

    code = "SCHEMA_NOT_IN_PLACE"


def schema_versions(connection: Connection) -> Versions:
    """The version of a database, and the newest one. Raises `SchemaNotInPlace` for one that this code does not know."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    scripts = ScriptDirectory.from_config(config)
    newest = scripts.get_current_head()
    try:
        current = MigrationContext.configure(connection).get_current_revision()
    except ProgrammingError as error:  # the table is there, and is not ours to read
        raise SchemaNotInPlace(f"our role may not read the database: {_GRANT}") from error
    if current is not None and current not in {script.revision for script in scripts.walk_revisions()}:
        raise SchemaNotInPlace(
            f"the database has schema {current}, which this version does not know ({newest} is its newest): "
            "start the version that made it, or a newer one"
        )
    return Versions(current, newest)


def bring_up_to_date(engine: Engine, *, needs_rights: bool = True) -> Versions:
    """Bring a database to the newest schema, if it has another one; what it had, and what it has now.

    Raises `SchemaNotInPlace` where our role may not change it, or (`needs_rights`) lacks a right for the work.
    """
    with engine.connect() as connection:
        found = schema_versions(connection)
        is_current = found.current == found.newest
        if not is_current and not may_migrate(connection):
            raise SchemaNotInPlace(
                f"the database has schema {found.current or 'none'}, this version needs {found.newest}, and our role "
                f"does not own the tables: {_MIGRATE}"
            )
    if not is_current:
        migrate(engine)
    if needs_rights:
        with engine.connect() as connection:
            if missing := missing_rights(connection):
                raise SchemaNotInPlace(f"our role lacks {', '.join(missing)}: {_GRANT}")
    return found

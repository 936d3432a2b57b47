"""`aiguilleur migrate`: the schema of the database, changed by the role that owns it and by nobody else."""

import sys

from worker.bootstrap import migrate_database
from worker.settings import load


def migrate() -> None:
    """Bring the database to the schema of this version, under AIGUILLEUR_MIGRATE_URL, or AIGUILLEUR_DATABASE_URL."""
    found = migrate_database(load())
    if found.current == found.newest:
        sys.stdout.write(f"schema {found.current}, nothing to do\n")
    else:
        sys.stdout.write(f"schema {found.current or 'none'} -> {found.newest}\n")
    sys.stdout.write("grant the service its rights: deploy/postgresql/grants.sql\n")

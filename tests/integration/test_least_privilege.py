"""The service under a role that may do its work and nothing else, on a PostgreSQL whose tables belong to another."""

import secrets
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import Engine, make_url, text
from sqlalchemy.exc import ProgrammingError

from tests.invoices import numbered
from tests.places import FIXTURES, ROOT
from tests.running import Place, eventually, place
from tests.services.postgres import PostgreSQL
from tests.services.rabbitmq import RabbitMQ
from worker.errors import ConfigurationError
from worker.store import schema
from worker.store.availability import DatabaseRefused, database_faults
from worker.store.engine import downgrade, migrate, open_engine, reading
from worker.store.rights import NEEDED, missing_rights
from worker.store.versions import bring_up_to_date

SQL = ROOT / "deploy" / "postgresql"
OWNER, WORKER = "aiguilleur_migrate", "aiguilleur_worker"
REFUSED = [
    "DROP TABLE decisions",
    "DROP TRIGGER decisions_keep_rows ON decisions",
    "DROP FUNCTION decisions_append_only() CASCADE",
    "ALTER TABLE decisions DISABLE TRIGGER ALL",
    "ALTER TABLE invoices ADD COLUMN more text",
    "ALTER ROLE aiguilleur_worker SUPERUSER",
    "TRUNCATE decisions",
    "TRUNCATE reservations",
    "DELETE FROM decisions",
    "UPDATE decisions SET outcome = 'ROUTED'",
    "UPDATE decisions SET hash = hash",
    "DELETE FROM resolutions",
    "UPDATE resolutions SET comment = ''",
    "DELETE FROM outbox",
    "UPDATE outbox SET body = '{}'",
    "DELETE FROM deliveries",
    "UPDATE deliveries SET sha256 = ''",
    "DELETE FROM invoices",
    "UPDATE reservations SET amount = 0",
    "UPDATE commitments SET remaining = 0",
    "UPDATE alembic_version SET version_num = '0001'",
    "CREATE TABLE mine (x int)",
    "CREATE TEMPORARY TABLE mine (x int)",
    "CREATE INDEX mine ON decisions (outcome)",
    "SET ROLE aiguilleur_migrate",
    "SET session_replication_role = replica",
    "COPY decisions TO PROGRAM 'true'",
    "SELECT pg_read_file('/etc/passwd')",
]


class Roles:
    """A database with both roles, as the operator makes it from the files of `deploy`."""

    def __init__(self, server: PostgreSQL) -> None:
        self.superuser = server.fresh_database()
        self._passwords = {OWNER: secrets.token_hex(8), WORKER: secrets.token_hex(8)}
        self.run("roles.sql", self.superuser)
        with psycopg.connect(_plain(self.superuser), autocommit=True) as connection:
            for role, password in self._passwords.items():
                connection.execute(f"ALTER ROLE {role} PASSWORD '{password}'")

    def url(self, role: str) -> str:
        given = make_url(self.superuser).set(username=role, password=self._passwords[role])
        return given.render_as_string(hide_password=False)

    def run(self, file: str, url: str) -> None:
        with psycopg.connect(_plain(url), autocommit=True) as connection:
            connection.execute((SQL / file).read_text(encoding="utf-8"))

    def migrated(self) -> "Roles":
        """With the newest schema, and the rights granted."""
        engine = open_engine(self.url(OWNER))
        migrate(engine)
        engine.dispose()
        self.run("grants.sql", self.url(OWNER))
        return self


def _plain(url: str) -> str:
    return url.replace("+psycopg", "")


@pytest.fixture
def roles(postgres: PostgreSQL) -> Roles:
    """An empty database with both roles."""
    return Roles(postgres)


@pytest.fixture
def somewhere(rabbitmq: RabbitMQ, roles: Roles, tmp_path: Path) -> Iterator[Place]:
    """A place whose processes have the role of the worker; the tests look at it as superuser."""
    with place(rabbitmq.fresh_vhost(), roles.migrated().superuser, tmp_path, reference=False) as made:
        made.database_url = roles.url(WORKER)
        yield made


def test_the_whole_service_works(somewhere: Place) -> None:
    """Import, intake, decisions, events, a person's decision and the repair commands: all as the role of the worker."""
    for _ in range(3):  # the third import removes the first
        imported = somewhere.run("reference", "import", str(FIXTURES / "reference"))
        assert imported.returncode == 0, imported.stderr
    served = somewhere.serve(environment=somewhere.environment(AIGUILLEUR_SWEEP_SECONDS="0.2"))
    served.wait_ready()
    mixed = FIXTURES / "invoices" / "pivot" / "several-mixed-fates" / "invoice.xml"
    for number, content in enumerate([numbered(1), mixed.read_bytes(), b"no invoice", numbered(1)]):
        somewhere.send(somewhere.announce(content, f"d-{number}"))
    somewhere.send(b"{}")
    eventually(
        lambda: (
            somewhere.count(schema.deliveries) == 4
            and somewhere.unfinished() == somewhere.unsent() == 0
            and somewhere.ready("invoices.received.dead") == 1
        )
    )
    assert somewhere.count(schema.decisions) == 7
    with somewhere.engine.connect() as connection:
        key = connection.scalar(text("SELECT invoice_key FROM invoices WHERE outcome = 'REVIEW' LIMIT 1"))
    for command in (
        ("review", "resolve", key, "--none", "--by", "somebody"), ("requeue", "d-0"), ("explain", key), ("status",),
        ("check",), ("audit", "verify"), ("audit", "head"), ("deadletters", "list"), ("reference", "status"),
    ):  # fmt: skip
        done = somewhere.run(*command)
        assert done.returncode == 0, (command, done.stdout, done.stderr)
    eventually(lambda: somewhere.unfinished() == somewhere.unsent() == 0)
    assert somewhere.count(schema.resolutions) == 1
    assert "permission denied" not in served.tail()
    assert served.stop() == 0


@pytest.fixture(scope="module")
def intruder(postgres: PostgreSQL) -> Iterator[Engine]:
    """Whoever has the password of the worker."""
    engine = open_engine(Roles(postgres).migrated().url(WORKER))
    yield engine
    engine.dispose()


@pytest.mark.parametrize("statement", REFUSED)
def test_the_server_refuses_the_rest(intruder: Engine, statement: str) -> None:
    """Whoever has the password of the worker cannot take the schema apart, nor change what was decided or sent."""
    with pytest.raises(ProgrammingError) as raised, intruder.begin() as connection:
        connection.execute(text(statement))
    assert getattr(raised.value.orig, "sqlstate", None) == "42501"  # insufficient_privilege


def test_what_is_granted_is_what_is_needed(roles: Roles) -> None:
    """The file of grants and the list of the code name the same rights for every table, and no table is forgotten."""
    assert set(NEEDED) == {*schema.metadata.tables, "alembic_version"}
    with psycopg.connect(_plain(roles.migrated().superuser)) as connection:
        rows = connection.execute(
            "SELECT table_name, privilege_type FROM information_schema.role_column_grants WHERE grantee = %s "
            "UNION SELECT table_name, privilege_type FROM information_schema.role_table_grants WHERE grantee = %s",
            (WORKER, WORKER),
        ).fetchall()
    held: dict[str, set[str]] = {}
    for table, right in rows:
        held.setdefault(table, set()).add(right)
    assert held == {table: set(rights) for table, rights in NEEDED.items()}


def test_the_files_may_be_run_again(roles: Roles) -> None:
    """A second run changes nothing, and takes away what somebody granted meanwhile."""
    with psycopg.connect(_plain(roles.migrated().superuser), autocommit=True) as connection:
        connection.execute(f"GRANT ALL ON decisions TO {WORKER}")
        connection.execute(f"GRANT UPDATE (body) ON outbox TO {WORKER}")
        connection.execute("GRANT SELECT ON decisions TO PUBLIC")
    roles.run("roles.sql", roles.superuser)
    roles.run("grants.sql", roles.url(OWNER))
    engine = open_engine(roles.url(WORKER))
    for statement in ("DELETE FROM decisions", "UPDATE outbox SET body = ''"):
        with pytest.raises(ProgrammingError, match="permission denied"), engine.begin() as connection:
            connection.execute(text(statement))
    with reading(engine) as connection:
        assert missing_rights(connection) == []
    engine.dispose()


def test_the_owner_migrates_by_a_command(somewhere: Place, roles: Roles) -> None:
    """`aiguilleur migrate` uses the address of the owner, says what it did, and has nothing to do the next time."""
    somewhere.database_url = "postgresql://nobody@127.0.0.1:1/nowhere"
    owner = open_engine(roles.url(OWNER))
    downgrade(owner, "0005")
    owner.dispose()
    environment = {"AIGUILLEUR_MIGRATE_URL": roles.url(OWNER)}
    told = [somewhere.run("migrate", **environment).stdout.splitlines()[0] for _ in range(2)]
    assert told == ["schema 0005 -> 0006", "schema 0006, nothing to do"]


def test_an_old_schema_is_not_worked_on(somewhere: Place, roles: Roles) -> None:
    """The worker refuses to start on a schema it may not change, and `check` and it say which command to run."""
    owner = open_engine(roles.url(OWNER))
    downgrade(owner, "0005")
    owner.dispose()
    served = somewhere.serve()
    assert served.process.wait(30) == 2
    assert "has schema 0005, this version needs 0006" in served.tail()
    assert "run `aiguilleur migrate`" in served.tail()
    checked = somewhere.run("check")
    assert checked.returncode == 1
    assert "run `aiguilleur migrate` as its owner" in checked.stdout


def test_an_empty_database_is_not_worked_on(roles: Roles) -> None:
    """A role that may not make tables says so before it tries."""
    engine = open_engine(roles.url(WORKER))
    with pytest.raises(ConfigurationError, match=r"has schema none, .* run `aiguilleur migrate`"):
        bring_up_to_date(engine)
    engine.dispose()


def test_missing_rights_are_named(roles: Roles) -> None:
    """Between the migration and the grants the worker does not start, and says what it lacks and which file to run."""
    roles.migrated()
    engine = open_engine(roles.url(WORKER))
    with psycopg.connect(_plain(roles.superuser), autocommit=True) as connection:
        connection.execute(f"REVOKE INSERT ON decisions FROM {WORKER}")
        with pytest.raises(ConfigurationError, match=r"lacks INSERT ON decisions: run deploy/postgresql/grants\.sql"):
            bring_up_to_date(engine)
        connection.execute(f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {WORKER}")
        with pytest.raises(ConfigurationError, match=r"may not read the database: run deploy/postgresql/grants\.sql"):
            bring_up_to_date(engine)
    engine.dispose()


def test_a_right_taken_away_while_working_is_waited_for(roles: Roles) -> None:
    """A grant that is missing is no fault of an invoice: it is tried again, and the message says which file to run."""
    engine = open_engine(roles.migrated().url(WORKER))
    with pytest.raises(DatabaseRefused, match=r"grants\.sql"), database_faults(), engine.begin() as connection:
        connection.execute(text("DELETE FROM decisions"))
    engine.dispose()


def test_a_newer_schema_is_left_alone(store_url: str) -> None:
    """A database that a later version made is not touched by an earlier one."""
    engine = open_engine(store_url)
    migrate(engine)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(ConfigurationError, match="schema 9999, which this version does not know"):
        bring_up_to_date(engine)
    engine.dispose()

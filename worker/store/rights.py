"""What the role of the service needs on PostgreSQL, and nothing beyond. `deploy/postgresql/grants.sql` grants it.

Decisions are read and added; no right is there to change or remove one, whatever the triggers say.
"""

from sqlalchemy import Connection, text

NEEDED: dict[str, frozenset[str]] = {
    "alembic_version": frozenset({"SELECT"}),
    "deliveries": frozenset({"SELECT", "INSERT", "UPDATE"}),
    "invoices": frozenset({"SELECT", "INSERT", "UPDATE"}),
    "decisions": frozenset({"SELECT", "INSERT"}),
    "resolutions": frozenset({"SELECT", "INSERT"}),
    "outbox": frozenset({"SELECT", "INSERT", "UPDATE"}),
    "reservations": frozenset({"SELECT", "INSERT", "DELETE"}),
    "reference_imports": frozenset({"SELECT", "INSERT", "UPDATE", "DELETE"}),
    "recipients": frozenset({"SELECT", "INSERT", "DELETE"}),
    "services": frozenset({"SELECT", "INSERT", "DELETE"}),
    "commitments": frozenset({"SELECT", "INSERT", "DELETE"}),
    "contract_parties": frozenset({"SELECT", "INSERT", "DELETE"}),
    "portal_invoices": frozenset({"SELECT", "INSERT", "UPDATE"}),
    "portal_proofs": frozenset({"SELECT", "INSERT", "UPDATE"}),
    "portal_sendings": frozenset({"SELECT", "INSERT", "UPDATE"}),
    "portal_cursors": frozenset({"SELECT", "INSERT", "DELETE"}),
    "portal_credentials": frozenset({"SELECT", "INSERT", "DELETE"}),
}
_HELD = text(
    "SELECT t.name, p.name, CASE p.name WHEN 'UPDATE' THEN has_any_column_privilege(t.name, p.name) "
    "ELSE has_table_privilege(t.name, p.name) END AS held "
    "FROM unnest(CAST(:tables AS text[])) AS t(name), unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE']) AS p(name)"
)
_OWNED = text(
    "SELECT CASE WHEN c.oid IS NULL THEN has_schema_privilege(current_schema(), 'CREATE') "
    "ELSE pg_has_role(c.relowner, 'USAGE') END "
    "FROM (SELECT to_regclass('alembic_version') AS oid) AS t LEFT JOIN pg_class AS c ON c.oid = t.oid"
)


def missing_rights(connection: Connection) -> list[str]:
    """What the role of a connection lacks, such as `INSERT ON decisions`, where the schema is up to date."""
    if connection.dialect.name != "postgresql":
        return []
    rows = connection.execute(_HELD, {"tables": list(NEEDED)})
    return sorted(f"{right} ON {table}" for table, right, held in rows if right in NEEDED[table] and not held)


def may_migrate(connection: Connection) -> bool:
    """Whether the role of a connection may change the schema: it owns the tables, or may make them."""
    return connection.dialect.name != "postgresql" or bool(connection.scalar(_OWNED))

"""the chain over the decisions, laid over those there are; and triggers that keep them as they are.

Whoever rebuilds the table on SQLite (`batch_alter_table`) has to make its triggers again: they go with the old one.
"""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

from worker.store.chain import COVERED, GENESIS, digest, moment_of
from worker.store.schema import decisions

revision = "0005"
down_revision = "0004"

_PAGE = 1000
_COLUMNS = ("chain_position", "previous_hash", "hash")
_NUMBER = """
    UPDATE decisions SET chain_position = ordered.place FROM (
        SELECT invoice_key, decision_number,
               row_number() OVER (ORDER BY decided_at, invoice_key, decision_number) AS place
        FROM decisions
    ) AS ordered
    WHERE ordered.invoice_key = decisions.invoice_key AND ordered.decision_number = decisions.decision_number
"""
_REFUSED = "decisions are append-only: none is changed or removed"
_GUARDS = {
    "postgresql": (
        f"""
        CREATE FUNCTION decisions_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION '{_REFUSED}' USING ERRCODE = 'restrict_violation';
        END $$
        """,
        """
        CREATE TRIGGER decisions_keep_rows BEFORE UPDATE OR DELETE ON decisions
        FOR EACH ROW EXECUTE FUNCTION decisions_append_only()
        """,
        """
        CREATE TRIGGER decisions_keep_table BEFORE TRUNCATE ON decisions
        FOR EACH STATEMENT EXECUTE FUNCTION decisions_append_only()
        """,
    ),
    "sqlite": tuple(
        f"CREATE TRIGGER decisions_no_{action.lower()} BEFORE {action} ON decisions "
        f"BEGIN SELECT RAISE(ABORT, '{_REFUSED}'); END"
        for action in ("UPDATE", "DELETE")
    ),
}
_UNGUARDS = {
    "postgresql": (
        "DROP TRIGGER decisions_keep_table ON decisions",
        "DROP TRIGGER decisions_keep_rows ON decisions",
        "DROP FUNCTION decisions_append_only()",
    ),
    "sqlite": ("DROP TRIGGER decisions_no_update", "DROP TRIGGER decisions_no_delete"),
}


def upgrade() -> None:
    op.add_column("decisions", sa.Column("chain_position", sa.Integer(), nullable=True))
    op.add_column("decisions", sa.Column("previous_hash", sa.Text(), nullable=True))
    op.add_column("decisions", sa.Column("hash", sa.Text(), nullable=True))
    op.execute(_NUMBER)
    op.create_index("chain_order", "decisions", ["chain_position"])
    _chain(op.get_bind())
    op.drop_index("chain_order", "decisions")
    with op.batch_alter_table("decisions") as batch_op:
        for name in _COLUMNS:
            batch_op.alter_column(name, nullable=False)
        batch_op.create_unique_constraint(batch_op.f("uq_decisions_chain_position"), ["chain_position"])
    for statement in _GUARDS[op.get_context().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    for statement in _UNGUARDS[op.get_context().dialect.name]:
        op.execute(statement)
    with op.batch_alter_table("decisions") as batch_op:
        batch_op.drop_constraint(batch_op.f("uq_decisions_chain_position"), type_="unique")
        for name in _COLUMNS:
            batch_op.drop_column(name)


def _chain(connection: sa.Connection) -> None:
    """Give every decision its hash, page by page, in the order just given."""
    place = decisions.c.chain_position
    update = (
        decisions.update()
        .where(place == sa.bindparam("place"))
        .values(previous_hash=sa.bindparam("before"), hash=sa.bindparam("own"))
    )
    previous = GENESIS
    for page in _pages(connection):
        links = []
        for row in page:
            own = digest(row, row["chain_position"], previous)
            links.append({"place": row["chain_position"], "before": previous, "own": own})
            previous = own
        connection.execute(update, links)


def _pages(connection: sa.Connection) -> Iterator[list[Any]]:
    place = decisions.c.chain_position
    plain = [decisions.c[name] for name in COVERED if name != "decided_at"]
    query = sa.select(*plain, moment_of(connection.dialect.name), place).order_by(place).limit(_PAGE)
    last = 0
    while page := list(connection.execute(query.where(place > last)).mappings()):
        yield page
        last = page[-1]["chain_position"]

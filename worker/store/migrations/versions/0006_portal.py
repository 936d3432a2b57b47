"""what the portal listed, how far it was read, the proofs that nothing is missing, and what was sent to it."""

import sqlalchemy as sa
from alembic import op

from worker.store.columns import Moment

revision = "0006"
down_revision = "0005"

_INDEXED = ("deliveries", "invoices")


def upgrade() -> None:
    op.create_table(
        "portal_invoices",
        sa.Column("portal_invoice_id", sa.Text(), nullable=False),
        sa.Column("recipient_siret", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("state_at", sa.Text(), nullable=False),
        sa.Column("listed_at", Moment(), nullable=False),
        sa.Column("wanted", sa.Boolean(), nullable=False),
        sa.Column("received_state", sa.Text(), nullable=True),
        sa.Column("received_at", Moment(), nullable=True),
        sa.Column("delivery_id", sa.Text(), nullable=True),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("next_attempt_at", Moment(), nullable=True),
        sa.Column("failure", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("portal_invoice_id", name="pk_portal_invoices"),
    )
    op.create_index(
        "ix_portal_invoices_wanted",
        "portal_invoices",
        ["next_attempt_at"],
        sqlite_where=sa.text("wanted"),
        postgresql_where=sa.text("wanted"),
    )
    op.create_table(
        "portal_cursors",
        sa.Column("structure_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("read_until", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("structure_id", "kind", name="pk_portal_cursors"),
    )
    op.create_table(
        "portal_proofs",
        sa.Column("proof_number", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("begun_at", Moment(), nullable=False),
        sa.Column("finished_at", Moment(), nullable=True),
        sa.Column("period_from", sa.Date(), nullable=False),
        sa.Column("period_to", sa.Date(), nullable=False),
        sa.Column("listed", sa.Integer(), nullable=True),
        sa.Column("missing", sa.Integer(), nullable=True),
        sa.Column("repaired", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("proof_number", name="pk_portal_proofs"),
    )
    op.create_table(
        "portal_credentials",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("expires_at", Moment(), nullable=False),
        sa.Column("asked_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_portal_credentials"),
    )
    op.create_table(
        "portal_sendings",
        sa.Column("sending_number", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("invoice_key", sa.Text(), nullable=False),
        sa.Column("decision_number", sa.Integer(), nullable=False),
        sa.Column("portal_invoice_id", sa.Text(), nullable=False),
        sa.Column("wanted_status", sa.Text(), nullable=False),
        sa.Column("motif", sa.Text(), nullable=False),
        sa.Column("sent_by", sa.Text(), nullable=False),
        sa.Column("begun_at", Moment(), nullable=False),
        sa.Column("finished_at", Moment(), nullable=True),
        sa.Column("status_before", sa.Text(), nullable=True),
        sa.Column("status_after", sa.Text(), nullable=True),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("portal_code", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["invoice_key"], ["invoices.invoice_key"], name="fk_portal_sendings_invoice_key_invoices"
        ),
        sa.PrimaryKeyConstraint("sending_number", name="pk_portal_sendings"),
    )
    op.create_index(
        "ix_portal_sendings_invoice_key_decision_number", "portal_sendings", ["invoice_key", "decision_number"]
    )
    for table in _INDEXED:
        op.create_index(f"ix_{table}_portal_invoice_id", table, ["portal_invoice_id"])


def downgrade() -> None:
    for table in _INDEXED:
        op.drop_index(f"ix_{table}_portal_invoice_id", table_name=table)
    for table in ("portal_sendings", "portal_credentials", "portal_proofs", "portal_cursors", "portal_invoices"):
        op.drop_table(table)

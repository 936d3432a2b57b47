"""the trace that a delivery and an event belong to (W3C traceparent); none for what came before."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    for table in ("deliveries", "outbox"):
        op.add_column(table, sa.Column("traceparent", sa.Text(), nullable=True))


def downgrade() -> None:
    for table in ("deliveries", "outbox"):
        op.drop_column(table, "traceparent")

"""deliveries that were given up."""

import sqlalchemy as sa
from alembic import op

from worker.store.columns import Moment

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    with op.batch_alter_table("deliveries") as batch_op:
        batch_op.add_column(sa.Column("sweeps", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("failed_at", Moment(), nullable=True))
        batch_op.add_column(sa.Column("failure", sa.Text(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("deliveries") as batch_op:
        batch_op.drop_column("failure")
        batch_op.drop_column("failed_at")
        batch_op.drop_column("sweeps")

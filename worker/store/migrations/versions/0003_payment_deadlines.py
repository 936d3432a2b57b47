"""the last day to pay, beside the decision in force; filled from the records for what was decided before."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_DEADLINE = {
    "sqlite": "json_extract(record, '$.decision.payment_deadline')",
    "postgresql": "CAST(CAST(record AS json) -> 'decision' ->> 'payment_deadline' AS date)",
}
_FILL = """
    UPDATE invoices SET payment_deadline = (
        SELECT {deadline} FROM decisions
        WHERE decisions.invoice_key = invoices.invoice_key AND decisions.outcome <> 'DUPLICATE'
        ORDER BY decisions.decision_number DESC LIMIT 1
    )
"""


_UNROUTED = sa.text("outcome <> 'ROUTED'")


def upgrade() -> None:
    op.add_column("invoices", sa.Column("payment_deadline", sa.Date(), nullable=True))
    op.execute(_FILL.format(deadline=_DEADLINE[op.get_context().dialect.name]))
    op.create_index("ix_invoices_unrouted", "invoices", ["outcome"], sqlite_where=_UNROUTED, postgresql_where=_UNROUTED)


def downgrade() -> None:
    op.drop_index("ix_invoices_unrouted", "invoices")
    op.drop_column("invoices", "payment_deadline")

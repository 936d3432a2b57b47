"""the first schema."""

import sqlalchemy as sa
from alembic import op

from worker.store.columns import Moment, Money

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "commitments",
        sa.Column("import_number", sa.Integer(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("recipient_siret", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("fiscal_year", sa.Integer(), nullable=True),
        sa.Column("service_code", sa.Text(), nullable=True),
        sa.Column("supplier_id_type", sa.Text(), nullable=True),
        sa.Column("supplier_id", sa.Text(), nullable=True),
        sa.Column("contract_number", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("amount", Money(), nullable=True),
        sa.Column("remaining", Money(), nullable=True),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("carried_over", sa.Boolean(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("labels", sa.Text(), nullable=False),
        sa.Column("number_key", sa.Text(), nullable=False),
        sa.Column("contract_key", sa.Text(), nullable=True),
        sa.Column("supplier_key", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("import_number", "line", name=op.f("pk_commitments")),
    )
    with op.batch_alter_table("commitments", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_commitments_import_number_contract_key"), ["import_number", "contract_key"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_commitments_import_number_number_key"), ["import_number", "number_key"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_commitments_import_number_recipient_siret_number"),
            ["import_number", "recipient_siret", "number"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_commitments_import_number_supplier_key_recipient_siret"),
            ["import_number", "supplier_key", "recipient_siret"],
            unique=False,
        )

    op.create_table(
        "contract_parties",
        sa.Column("import_number", sa.Integer(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("contract_number", sa.Text(), nullable=False),
        sa.Column("contract_key", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("supplier_id_type", sa.Text(), nullable=True),
        sa.Column("supplier_id", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("import_number", "line", name=op.f("pk_contract_parties")),
    )
    with op.batch_alter_table("contract_parties", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_contract_parties_import_number_contract_key"),
            ["import_number", "contract_key"],
            unique=False,
        )

    op.create_table(
        "deliveries",
        sa.Column("delivery_id", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("document_uri", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("portal_invoice_id", sa.Text(), nullable=True),
        sa.Column("portal_status", sa.Text(), nullable=True),
        sa.Column("made_available_at", Moment(timezone=True), nullable=True),
        sa.Column("received_at", Moment(timezone=True), nullable=False),
        sa.Column("queued_at", Moment(timezone=True), nullable=True),
        sa.Column("finished_at", Moment(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("delivery_id", name=op.f("pk_deliveries")),
    )
    with op.batch_alter_table("deliveries", schema=None) as batch_op:
        batch_op.create_index(
            "ix_deliveries_unfinished",
            ["received_at"],
            unique=False,
            sqlite_where=sa.text("finished_at IS NULL"),
            postgresql_where=sa.text("finished_at IS NULL"),
        )

    op.create_table(
        "invoices",
        sa.Column("invoice_key", sa.Text(), nullable=False),
        sa.Column("first_seen", Moment(timezone=True), nullable=False),
        sa.Column("supplier_key", sa.Text(), nullable=True),
        sa.Column("number_form", sa.Text(), nullable=True),
        sa.Column("invoice_number", sa.Text(), nullable=True),
        sa.Column("supplier_id", sa.Text(), nullable=True),
        sa.Column("issue_date", sa.Date(), nullable=True),
        sa.Column("portal_invoice_id", sa.Text(), nullable=True),
        sa.Column("content_hash", sa.Text(), nullable=True),
        sa.Column("recipient_siret", sa.Text(), nullable=True),
        sa.Column("amount_incl_tax", Money(), nullable=True),
        sa.Column("invoice_type", sa.Text(), nullable=True),
        sa.Column("original_form", sa.Text(), nullable=True),
        sa.Column("closed", sa.Boolean(), nullable=False),
        sa.Column("decision_number", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("service_code", sa.Text(), nullable=True),
        sa.Column("commitment_number", sa.Text(), nullable=True),
        sa.Column("commitment_year", sa.Integer(), nullable=True),
        sa.Column("waiting_since", Moment(timezone=True), nullable=True),
        sa.Column("waiting_until", Moment(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("invoice_key", name=op.f("pk_invoices")),
    )
    with op.batch_alter_table("invoices", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_invoices_supplier_key_amount_incl_tax"), ["supplier_key", "amount_incl_tax"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_invoices_supplier_key_number_form"), ["supplier_key", "number_form"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_invoices_waiting_until"), ["waiting_until"], unique=False)

    op.create_table(
        "outbox",
        sa.Column("sequence", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("event_id", sa.Text(), nullable=False),
        sa.Column("event_type", sa.Text(), nullable=False),
        sa.Column("invoice_key", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("created_at", Moment(timezone=True), nullable=False),
        sa.Column("sent_at", Moment(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_outbox")),
        sa.UniqueConstraint("event_id", name=op.f("uq_outbox_event_id")),
    )
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.create_index(
            "ix_outbox_unsent",
            ["sequence"],
            unique=False,
            sqlite_where=sa.text("sent_at IS NULL"),
            postgresql_where=sa.text("sent_at IS NULL"),
        )

    op.create_table(
        "recipients",
        sa.Column("import_number", sa.Integer(), nullable=False),
        sa.Column("siret", sa.Text(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("service_required", sa.Boolean(), nullable=False),
        sa.Column("commitment_required", sa.Boolean(), nullable=False),
        sa.Column("service_or_commitment_required", sa.Boolean(), nullable=False),
        sa.Column("amount_basis", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("import_number", "siret", "line", name=op.f("pk_recipients")),
    )
    op.create_table(
        "reference_imports",
        sa.Column("import_number", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("as_of", Moment(timezone=True), nullable=False),
        sa.Column("imported_at", Moment(timezone=True), nullable=False),
        sa.Column("is_current", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("import_number", name=op.f("pk_reference_imports")),
    )
    op.create_table(
        "services",
        sa.Column("import_number", sa.Integer(), nullable=False),
        sa.Column("recipient_siret", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("commitment_required", sa.Boolean(), nullable=True),
        sa.PrimaryKeyConstraint("import_number", "recipient_siret", "code", "line", name=op.f("pk_services")),
    )
    op.create_table(
        "decisions",
        sa.Column("invoice_key", sa.Text(), nullable=False),
        sa.Column("decision_number", sa.Integer(), nullable=False),
        sa.Column("delivery_id", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("decided_at", Moment(timezone=True), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("policy_version", sa.Text(), nullable=False),
        sa.Column("event_id", sa.Text(), nullable=False),
        sa.Column("record", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["delivery_id"], ["deliveries.delivery_id"], name=op.f("fk_decisions_delivery_id")),
        sa.ForeignKeyConstraint(["invoice_key"], ["invoices.invoice_key"], name=op.f("fk_decisions_invoice_key")),
        sa.PrimaryKeyConstraint("invoice_key", "decision_number", name=op.f("pk_decisions")),
        sa.UniqueConstraint("event_id", name=op.f("uq_decisions_event_id")),
    )
    with op.batch_alter_table("decisions", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_decisions_delivery_id_position"), ["delivery_id", "position"], unique=False
        )

    op.create_table(
        "reservations",
        sa.Column("invoice_key", sa.Text(), nullable=False),
        sa.Column("recipient_siret", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("fiscal_year", sa.Integer(), nullable=True),
        sa.Column("amount", Money(), nullable=False),
        sa.Column("reserved_at", Moment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["invoice_key"], ["invoices.invoice_key"], name=op.f("fk_reservations_invoice_key")),
        sa.PrimaryKeyConstraint("invoice_key", name=op.f("pk_reservations")),
    )
    with op.batch_alter_table("reservations", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_reservations_recipient_siret_number"), ["recipient_siret", "number"], unique=False
        )

    op.create_table(
        "resolutions",
        sa.Column("invoice_key", sa.Text(), nullable=False),
        sa.Column("decision_number", sa.Integer(), nullable=False),
        sa.Column("resolved_at", Moment(timezone=True), nullable=False),
        sa.Column("resolved_by", sa.Text(), nullable=False),
        sa.Column("reviewed_reason", sa.Text(), nullable=False),
        sa.Column("resolution", sa.Text(), nullable=False),
        sa.Column("service_code", sa.Text(), nullable=True),
        sa.Column("commitment_number", sa.Text(), nullable=True),
        sa.Column("commitment_year", sa.Integer(), nullable=True),
        sa.Column("accepted_rank", sa.Integer(), nullable=True),
        sa.Column("comment", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["invoice_key"], ["invoices.invoice_key"], name=op.f("fk_resolutions_invoice_key")),
        sa.PrimaryKeyConstraint("invoice_key", "decision_number", name=op.f("pk_resolutions")),
    )


def downgrade() -> None:
    op.drop_table("resolutions")
    with op.batch_alter_table("reservations", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_reservations_recipient_siret_number"))

    op.drop_table("reservations")
    with op.batch_alter_table("decisions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_decisions_delivery_id_position"))

    op.drop_table("decisions")
    op.drop_table("services")
    op.drop_table("reference_imports")
    op.drop_table("recipients")
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_outbox_unsent", sqlite_where=sa.text("sent_at IS NULL"), postgresql_where=sa.text("sent_at IS NULL")
        )

    op.drop_table("outbox")
    with op.batch_alter_table("invoices", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_invoices_waiting_until"))
        batch_op.drop_index(batch_op.f("ix_invoices_supplier_key_number_form"))
        batch_op.drop_index(batch_op.f("ix_invoices_supplier_key_amount_incl_tax"))

    op.drop_table("invoices")
    with op.batch_alter_table("deliveries", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_deliveries_unfinished",
            sqlite_where=sa.text("finished_at IS NULL"),
            postgresql_where=sa.text("finished_at IS NULL"),
        )

    op.drop_table("deliveries")
    with op.batch_alter_table("contract_parties", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_contract_parties_import_number_contract_key"))

    op.drop_table("contract_parties")
    with op.batch_alter_table("commitments", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_commitments_import_number_supplier_key_recipient_siret"))
        batch_op.drop_index(batch_op.f("ix_commitments_import_number_recipient_siret_number"))
        batch_op.drop_index(batch_op.f("ix_commitments_import_number_number_key"))
        batch_op.drop_index(batch_op.f("ix_commitments_import_number_contract_key"))

    op.drop_table("commitments")

"""The tables. `migrations/` brings a database to this shape; a test proves that the two agree.

* `deliveries` is the inbox: what was received, and whether it is finished.
* `invoices` holds one row for each invoice ever seen, with what was decided last; `decisions` every decision, for good.
* `resolutions` holds what people decided where the rules could not.
* `portal_invoices`, `portal_cursors`, `portal_proofs`, `portal_credentials` say what the portal listed and how far it
  was read; `portal_sendings` every status that was sent to it.
* `outbox` holds the events that go with the decisions, until the broker has confirmed them.
* `recipients`, `services`, `commitments`, `contract_parties` are the reference data. Rows carry the number of the
  import that brought them; `reference_imports` says which import is the current one, so that a swap is one update.
"""

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from worker.store.columns import Moment, Money

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("delivery_id", Text, primary_key=True),
    Column("source", Text, nullable=False),
    Column("document_uri", Text, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("size", Integer, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("portal_invoice_id", Text),
    Column("portal_status", Text),
    Column("made_available_at", Moment),
    Column("received_at", Moment, nullable=False),
    Column("queued_at", Moment),  # when it was last handed to the queue, or will be tried again
    Column("sweeps", Integer, nullable=False, server_default="0"),  # how often the sweeper has queued it again
    Column("finished_at", Moment),  # when every invoice in it had its decision
    Column("failed_at", Moment),  # given up: a person has to look, then requeue it
    Column("failure", Text),  # why, as the stable code of an error
    Column("traceparent", Text),  # of its intake, where that was traced
)
Index("ix_deliveries_portal_invoice_id", deliveries.c.portal_invoice_id)
Index("ix_deliveries_unfinished", deliveries.c.received_at, sqlite_where=deliveries.c.finished_at.is_(None),
      postgresql_where=deliveries.c.finished_at.is_(None))  # fmt: skip

invoices = Table(
    "invoices",
    metadata,
    Column("invoice_key", Text, primary_key=True),
    Column("first_seen", Moment, nullable=False),  # survives every new attempt
    Column("supplier_key", Text),
    Column("number_form", Text),  # rung N1
    Column("invoice_number", Text),
    Column("supplier_id", Text),
    Column("issue_date", Date),
    Column("portal_invoice_id", Text),
    Column("content_hash", Text),
    Column("recipient_siret", Text),
    Column("amount_incl_tax", Money),
    Column("invoice_type", Text),
    Column("original_form", Text),  # rung N1 of the invoice that a credit note takes back
    Column("closed", Boolean, nullable=False),  # rejected or recycled: a new invoice may take its number
    # the decision in force
    Column("decision_number", Integer, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("service_code", Text),
    Column("commitment_number", Text),
    Column("commitment_year", Integer),
    Column("waiting_since", Moment),
    Column("waiting_until", Moment),
    Column("payment_deadline", Date),  # last day to pay, by the rules of the decision
    Index(None, "supplier_key", "number_form"),
    Index(None, "portal_invoice_id"),
    Index(None, "waiting_until"),
    Index(None, "supplier_key", "amount_incl_tax"),
)
Index("ix_invoices_unrouted", invoices.c.outcome, sqlite_where=invoices.c.outcome != "ROUTED",
      postgresql_where=invoices.c.outcome != "ROUTED")  # fmt: skip

decisions = Table(
    "decisions",
    metadata,
    Column("invoice_key", Text, ForeignKey("invoices.invoice_key"), primary_key=True),
    Column("decision_number", Integer, primary_key=True),
    Column("delivery_id", Text, ForeignKey("deliveries.delivery_id"), nullable=False),
    Column("position", Integer, nullable=False),  # of the invoice in the delivery, from 0
    Column("decided_at", Moment, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("policy_version", Text, nullable=False),
    Column("event_id", Text, nullable=False),
    Column("record", Text, nullable=False),  # JSON, everything that `explain` shows
    # the chain over all decisions (`worker.store.chain`); triggers refuse to change or remove a row
    Column("chain_position", Integer, nullable=False),  # from 1, without a gap
    Column("previous_hash", Text, nullable=False),
    Column("hash", Text, nullable=False),
    UniqueConstraint("event_id"),
    UniqueConstraint("chain_position"),
    Index(None, "delivery_id", "position"),
)

# What people decided about invoices under review: the labels by which the rules' proposals are measured.
resolutions = Table(
    "resolutions",
    metadata,
    Column("invoice_key", Text, ForeignKey("invoices.invoice_key"), primary_key=True),
    Column("decision_number", Integer, primary_key=True),
    Column("resolved_at", Moment, nullable=False),
    Column("resolved_by", Text, nullable=False),
    Column("reviewed_reason", Text, nullable=False),
    Column("resolution", Text, nullable=False),  # chosen, or none: to neither of the proposed
    Column("service_code", Text),
    Column("commitment_number", Text),
    Column("commitment_year", Integer),
    Column("accepted_rank", Integer),  # of the candidate chosen; none where it was not proposed
    Column("comment", Text),
)

outbox = Table(
    "outbox",
    metadata,
    Column("sequence", Integer, primary_key=True, autoincrement=True),
    Column("event_id", Text, nullable=False),
    Column("event_type", Text, nullable=False),
    Column("invoice_key", Text, nullable=False),
    Column("body", Text, nullable=False),  # the CloudEvent in structured mode, JSON
    Column("created_at", Moment, nullable=False),
    Column("sent_at", Moment),
    Column("traceparent", Text),  # of its decision, where that was traced
    UniqueConstraint("event_id"),
)
Index("ix_outbox_unsent", outbox.c.sequence, sqlite_where=outbox.c.sent_at.is_(None),
      postgresql_where=outbox.c.sent_at.is_(None))  # fmt: skip

# Every invoice that the portal ever listed, in its latest version there, and which version of it was fetched.
portal_invoices = Table(
    "portal_invoices",
    metadata,
    Column("portal_invoice_id", Text, primary_key=True),
    Column("recipient_siret", Text),
    Column("status", Text, nullable=False),
    Column("state_at", Text, nullable=False),  # the portal's own text
    Column("listed_at", Moment, nullable=False),
    Column("wanted", Boolean, nullable=False),  # to be fetched
    Column("received_state", Text),  # the `state_at` of the version that was fetched
    Column("received_at", Moment),
    Column("delivery_id", Text),  # none where it came another way
    Column("attempts", Integer, nullable=False, server_default="0"),  # that failed, since it is wanted
    Column("next_attempt_at", Moment),
    Column("failure", Text),  # the stable code of the latest error
)
Index("ix_portal_invoices_wanted", portal_invoices.c.next_attempt_at, sqlite_where=text("wanted"),
      postgresql_where=text("wanted"))  # fmt: skip

# How far the searches have read: all that changed before `read_until` is in `portal_invoices`.
portal_cursors = Table(
    "portal_cursors",
    metadata,
    Column("structure_id", Text, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("read_until", Moment, nullable=False),
)

# The proofs that nothing is missing; one that was begun and not finished says that somebody expects it.
portal_proofs = Table(
    "portal_proofs",
    metadata,
    Column("proof_number", Integer, primary_key=True, autoincrement=True),
    Column("begun_at", Moment, nullable=False),
    Column("finished_at", Moment),
    Column("period_from", Date, nullable=False),
    Column("period_to", Date, nullable=False),
    Column("listed", Integer),
    Column("missing", Integer),  # after the repair
    Column("repaired", Integer),
)

portal_credentials = Table(
    "portal_credentials",
    metadata,
    Column("name", Text, primary_key=True),
    Column("expires_at", Moment, nullable=False),
    Column("asked_at", Moment, nullable=False),
)

# Every status that was sent to the portal, written down before it is sent.
portal_sendings = Table(
    "portal_sendings",
    metadata,
    Column("sending_number", Integer, primary_key=True, autoincrement=True),
    Column("invoice_key", Text, ForeignKey("invoices.invoice_key"), nullable=False),
    Column("decision_number", Integer, nullable=False),
    Column("portal_invoice_id", Text, nullable=False),
    Column("wanted_status", Text, nullable=False),
    Column("motif", Text, nullable=False),
    Column("sent_by", Text, nullable=False),  # a person's account, or `policy`
    Column("begun_at", Moment, nullable=False),
    Column("finished_at", Moment),
    Column("status_before", Text),
    Column("status_after", Text),
    Column("result", Text, nullable=False),
    Column("portal_code", Text),  # of a functional error
    Index(None, "invoice_key", "decision_number"),
)

reference_imports = Table(
    "reference_imports",
    metadata,
    Column("import_number", Integer, primary_key=True, autoincrement=True),
    Column("as_of", Moment, nullable=False),
    Column("imported_at", Moment, nullable=False),
    Column("is_current", Boolean, nullable=False),
)

recipients = Table(
    "recipients",
    metadata,
    Column("import_number", Integer, primary_key=True),
    Column("siret", Text, primary_key=True),
    Column("line", Integer, primary_key=True),  # of the file; tells duplicates apart until they are refused
    Column("name", Text, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("service_required", Boolean, nullable=False),
    Column("commitment_required", Boolean, nullable=False),
    Column("service_or_commitment_required", Boolean, nullable=False),
    Column("amount_basis", Text, nullable=False),
)

services = Table(
    "services",
    metadata,
    Column("import_number", Integer, primary_key=True),
    Column("recipient_siret", Text, primary_key=True),
    Column("code", Text, primary_key=True),
    Column("line", Integer, primary_key=True),
    Column("name", Text, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("valid_from", Date),
    Column("valid_to", Date),
    Column("commitment_required", Boolean),
)

commitments = Table(
    "commitments",
    metadata,
    Column("import_number", Integer, primary_key=True),
    Column("line", Integer, primary_key=True),
    Column("recipient_siret", Text, nullable=False),
    Column("number", Text, nullable=False),
    Column("fiscal_year", Integer),
    Column("service_code", Text),
    Column("supplier_id_type", Text),
    Column("supplier_id", Text),
    Column("contract_number", Text),
    Column("status", Text, nullable=False),
    Column("amount", Money),
    Column("remaining", Money),
    Column("currency", Text, nullable=False),
    Column("carried_over", Boolean, nullable=False),
    Column("valid_from", Date),
    Column("valid_to", Date),
    Column("labels", Text, nullable=False),  # parted by |
    # the keys by which `rules.lookup` asks
    Column("number_key", Text, nullable=False),
    Column("contract_key", Text),
    Column("supplier_key", Text),
    Index(None, "import_number", "number_key"),
    Index(None, "import_number", "contract_key"),
    Index(None, "import_number", "supplier_key", "recipient_siret"),
    Index(None, "import_number", "recipient_siret", "number"),
)

contract_parties = Table(
    "contract_parties",
    metadata,
    Column("import_number", Integer, primary_key=True),
    Column("line", Integer, primary_key=True),
    Column("contract_number", Text, nullable=False),
    Column("contract_key", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("supplier_id_type", Text),
    Column("supplier_id", Text, nullable=False),
    Index(None, "import_number", "contract_key"),
)

# What an invoice under way has already promised to a commitment, until the next import counts it in `remaining`.
reservations = Table(
    "reservations",
    metadata,
    Column("invoice_key", Text, ForeignKey("invoices.invoice_key"), primary_key=True),
    Column("recipient_siret", Text, nullable=False),
    Column("number", Text, nullable=False),
    Column("fiscal_year", Integer),
    Column("amount", Money, nullable=False),
    Column("reserved_at", Moment, nullable=False),
    Index(None, "recipient_siret", "number"),
)

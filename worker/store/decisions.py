"""Decisions: every one for good, and for each invoice the one in force."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Connection, Row, func, or_, select

from rules.decide import Decision, Outcome
from rules.identifiers import supplier_key
from rules.model import Invoice
from rules.normalise import n1
from worker.store import chain
from worker.store.chain import Link
from worker.store.schema import decisions, invoices, reference_imports, reservations


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What an invoice's past says about its next decision."""

    first_seen: dt.datetime
    decision_number: int  # of the latest decision
    outcome: str
    waiting_since: dt.datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """A decision as it was recorded. `record` is the JSON text of `worker.records`."""

    invoice_key: str
    decision_number: int
    delivery_id: str
    position: int
    decided_at: dt.datetime
    outcome: str
    reason: str
    policy_version: str
    event_id: str
    record: str


def standing(connection: Connection, invoice_key: str) -> Standing | None:
    """The past of an invoice, or None if it was never seen."""
    row = connection.execute(select(invoices).where(invoices.c.invoice_key == invoice_key)).first()
    if row is None:
        return None
    return Standing(
        first_seen=row.first_seen,
        decision_number=row.decision_number,
        outcome=row.outcome,
        waiting_since=row.waiting_since,
    )


def first_sight(connection: Connection, invoice_keys: Iterable[str]) -> dt.datetime | None:
    """When the earliest of some invoices was first seen; None if none of them was."""
    query = select(func.min(invoices.c.first_seen)).where(invoices.c.invoice_key.in_(invoice_keys))
    return connection.execute(query).scalar_one()  # type: ignore[no-any-return]


def at(connection: Connection, delivery_id: str, position: int) -> Recorded | None:
    """The latest decision on the invoice that stands at a place of a delivery, or None."""
    query = (
        select(decisions)
        .where(decisions.c.delivery_id == delivery_id, decisions.c.position == position)
        .order_by(decisions.c.decision_number.desc())
    )
    row = connection.execute(query).first()
    return recorded_in(row) if row else None


def of_delivery(connection: Connection, delivery_id: str) -> list[Recorded]:
    """Every decision on the invoices of a delivery, in their order."""
    query = (
        select(decisions)
        .where(decisions.c.delivery_id == delivery_id)
        .order_by(decisions.c.position, decisions.c.decision_number)
    )
    return [recorded_in(row) for row in connection.execute(query)]


def of_invoice(connection: Connection, invoice_key: str) -> list[Recorded]:
    """Every decision on an invoice, the first one first."""
    query = select(decisions).where(decisions.c.invoice_key == invoice_key).order_by(decisions.c.decision_number)
    return [recorded_in(row) for row in connection.execute(query)]


def in_force(connection: Connection, invoice_key: str) -> Recorded:
    """The latest decision on an invoice that was not merely a duplicate. Raises `NoResultFound`."""
    query = (
        select(decisions)
        .where(decisions.c.invoice_key == invoice_key, decisions.c.outcome != Outcome.DUPLICATE)
        .order_by(decisions.c.decision_number.desc())
        .limit(1)
    )
    return recorded_in(connection.execute(query).one())


def waiting(connection: Connection) -> list[str]:
    """The keys of the invoices that wait, the one whose patience ends first first."""
    query = (
        select(invoices.c.invoice_key)
        .where(invoices.c.outcome == Outcome.WAITING)
        .order_by(invoices.c.waiting_until, invoices.c.invoice_key)
    )
    return list(connection.execute(query).scalars())


def due(connection: Connection, now: dt.datetime, since: dt.datetime | None) -> list[str]:
    """The keys of the invoices that wait and may be decided otherwise now, the one whose patience ends first first.

    That is, whose patience has ended, or after whose last look (`since`; None: never) reference data were imported or
    another invoice of their supplier was decided.
    """
    query = select(invoices.c.invoice_key).where(invoices.c.outcome == Outcome.WAITING)
    if since is not None:
        other = invoices.alias()
        by_supplier = (
            select(decisions.c.invoice_key)
            .join(other, other.c.invoice_key == decisions.c.invoice_key)
            .where(
                other.c.supplier_key == invoices.c.supplier_key,
                other.c.invoice_key != invoices.c.invoice_key,
                decisions.c.decided_at >= since,
            )
        )
        imported = select(reference_imports.c.import_number).where(reference_imports.c.imported_at >= since)
        query = query.where(or_(invoices.c.waiting_until <= now, by_supplier.exists(), imported.exists()))
    return list(connection.execute(query.order_by(invoices.c.waiting_until, invoices.c.invoice_key)).scalars())


def find_keys(connection: Connection, wanted: str) -> list[str]:
    """The invoices that a person means by a key, an invoice number, a portal id or an event id."""
    named = select(invoices.c.invoice_key).where(
        or_(
            invoices.c.invoice_key == wanted,
            invoices.c.portal_invoice_id == wanted,
            invoices.c.number_form == n1(wanted),
        )
    )
    by_event = select(decisions.c.invoice_key).where(decisions.c.event_id == wanted)
    return sorted(set(connection.execute(named.union(by_event)).scalars()))


def record(
    connection: Connection, recorded: Recorded, first_seen: dt.datetime, invoice: Invoice | None, decision: Decision
) -> Link:
    """Write a decision, and bring the row of its invoice up to date; one that is known keeps its own `first_seen`.

    A duplicate changes nothing of the decision in force: it only counts. The place of the decision in the chain is
    returned; nobody else gets one until the transaction ends.
    """
    past = standing(connection, recorded.invoice_key)
    if past is None:
        connection.execute(invoices.insert().values(_invoice_row(recorded, invoice, decision, first_seen)))
    else:
        values = {"decision_number": recorded.decision_number}
        if decision.outcome is not Outcome.DUPLICATE:
            values = _invoice_row(recorded, invoice, decision, past.first_seen, past.waiting_since)
        connection.execute(invoices.update().where(invoices.c.invoice_key == recorded.invoice_key).values(values))
    if decision.outcome is not Outcome.DUPLICATE:
        _reserve(connection, recorded, decision)
    return chain.append(connection, asdict(recorded))


def _reserve(connection: Connection, recorded: Recorded, decision: Decision) -> None:
    """Replace what the invoice, and earlier attempts at it, had reserved by what this decision reserves."""
    replaced = (recorded.invoice_key, *decision.supersedes)
    connection.execute(reservations.delete().where(reservations.c.invoice_key.in_(replaced)))
    for reserved in decision.reservations:
        connection.execute(
            reservations.insert().values(
                invoice_key=reserved.invoice_key,
                recipient_siret=reserved.recipient_siret,
                number=reserved.number,
                fiscal_year=reserved.fiscal_year,
                amount=reserved.amount,
                reserved_at=recorded.decided_at,
            )
        )


def _invoice_row(
    recorded: Recorded,
    invoice: Invoice | None,
    decision: Decision,
    first_seen: dt.datetime,
    waiting_since: dt.datetime | None = None,
) -> dict[str, Any]:
    """The row of an invoice with a decision in force."""
    is_waiting = decision.outcome is Outcome.WAITING
    row: dict[str, Any] = {
        "invoice_key": recorded.invoice_key,
        "first_seen": first_seen,
        "decision_number": recorded.decision_number,
        "outcome": decision.outcome.value,
        "recipient_siret": decision.recipient_siret,
        "service_code": decision.service_code,
        "commitment_number": decision.commitment.number if decision.commitment else None,
        "commitment_year": decision.commitment.fiscal_year if decision.commitment else None,
        "waiting_since": (waiting_since or recorded.decided_at) if is_waiting else None,
        "waiting_until": decision.waiting_until if is_waiting else None,
        "payment_deadline": decision.payment_deadline,
        "closed": False,
    }
    return row | (_identity(invoice) if invoice else {})


def _identity(invoice: Invoice) -> dict[str, Any]:
    number, original = invoice.invoice_number, invoice.original_invoice_number
    return {
        "supplier_key": supplier_key(invoice),
        "supplier_id": invoice.supplier_id.value if invoice.supplier_id else None,
        "invoice_number": number.value if number else None,
        "number_form": n1(number.value) if number else None,
        "issue_date": invoice.issue_date.value if invoice.issue_date else None,
        "portal_invoice_id": invoice.portal_invoice_id.value if invoice.portal_invoice_id else None,
        "content_hash": invoice.content_hash,
        "amount_incl_tax": invoice.amount_incl_tax.value if invoice.amount_incl_tax else None,
        "invoice_type": invoice.invoice_type.value if invoice.invoice_type else None,
        "original_form": n1(original.value) if original else None,
    }


def recorded_in(row: Row[Any]) -> Recorded:
    """The decision of a row of the table."""
    return Recorded(
        invoice_key=row.invoice_key,
        decision_number=row.decision_number,
        delivery_id=row.delivery_id,
        position=row.position,
        decided_at=row.decided_at,
        outcome=row.outcome,
        reason=row.reason,
        policy_version=row.policy_version,
        event_id=row.event_id,
        record=row.record,
    )

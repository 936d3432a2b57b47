"""What was sent to the portal: every attempt for good, written down before it is made."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, and_, insert, or_, select, update

from rules.decide import Outcome
from worker.store.decisions import Recorded, recorded_in
from worker.store.schema import decisions, deliveries, invoices, portal_invoices, portal_sendings, reservations

PENDING = "pending"  # under way, or its process was killed: nobody knows
_CLOSING = frozenset({"REJETEE", "A_RECYCLER"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """One attempt to set a status. `result` is a word of `worker.sending.Result`, or `pending`."""

    invoice_key: str
    decision_number: int
    portal_invoice_id: str
    wanted_status: str
    motif: str
    sent_by: str
    begun_at: dt.datetime
    finished_at: dt.datetime | None = None
    status_before: str | None = None
    status_after: str | None = None
    result: str = PENDING
    portal_code: str | None = None


def begin(connection: Connection, sending: Sending) -> int:
    """Write down that a status is about to be sent; the number of the sending."""
    values = {name: getattr(sending, name) for name in Sending.__slots__}
    statement = insert(portal_sendings).values(values).returning(portal_sendings.c.sending_number)
    number: int = connection.execute(statement).scalar_one()
    return number


def end(
    connection: Connection,
    number: int,
    result: str,
    before: str | None,
    after: str | None,
    code: str | None,
    now: dt.datetime,
) -> None:
    """Write down what became of a sending."""
    values = {"finished_at": now, "status_before": before, "status_after": after, "result": result, "portal_code": code}
    connection.execute(update(portal_sendings).where(portal_sendings.c.sending_number == number).values(values))


def close(connection: Connection, invoice_key: str, status: str) -> None:
    """Note that an invoice was sent back: another one may take its number, and it holds no money any more."""
    if status not in _CLOSING:
        return
    connection.execute(update(invoices).where(invoices.c.invoice_key == invoice_key).values(closed=True))
    connection.execute(reservations.delete().where(reservations.c.invoice_key == invoice_key))


def of_invoice(connection: Connection, invoice_key: str) -> list[Sending]:
    """Everything that was sent about an invoice, the first one first."""
    query = select(portal_sendings).where(portal_sendings.c.invoice_key == invoice_key)
    return [_sending(row) for row in connection.execute(query.order_by(portal_sendings.c.sending_number))]


def latest_decision(connection: Connection, invoice_key: str) -> Recorded:
    """The decision in force; of an invoice that was never more than a duplicate, the latest. Raises `NoResultFound`."""
    of_key = select(decisions).where(decisions.c.invoice_key == invoice_key)
    newest = of_key.order_by(decisions.c.decision_number.desc()).limit(1)
    row = connection.execute(newest.where(decisions.c.outcome != Outcome.DUPLICATE)).first()
    found = row if row is not None else connection.execute(newest).one()
    return recorded_in(found)


def portal_id_of(connection: Connection, invoice_key: str, delivery_id: str) -> str | None:
    """The portal's id of an invoice: from the document, else from its delivery."""
    own = select(invoices.c.portal_invoice_id).where(invoices.c.invoice_key == invoice_key)
    given = select(deliveries.c.portal_invoice_id).where(deliveries.c.delivery_id == delivery_id)
    return connection.scalar(own) or connection.scalar(given)


def is_outdated(connection: Connection, portal_invoice_id: str) -> bool:
    """Whether the portal has a newer version of an invoice that is not here yet."""
    row = select(portal_invoices.c.wanted).where(portal_invoices.c.portal_invoice_id == portal_invoice_id)
    return bool(connection.scalar(row))


def candidates(connection: Connection, policy_versions: frozenset[str]) -> list[str]:
    """The invoices that were decided by some policies, are not routed, and about which nothing was sent for good."""
    decided = and_(
        decisions.c.invoice_key == invoices.c.invoice_key, decisions.c.decision_number == invoices.c.decision_number
    )
    done = select(portal_sendings.c.sending_number).where(
        portal_sendings.c.invoice_key == invoices.c.invoice_key,
        portal_sendings.c.decision_number == decisions.c.decision_number,
        portal_sendings.c.result.not_in((PENDING, "unanswered")),
    )
    query = (
        select(invoices.c.invoice_key)
        .join(decisions, decided)
        .where(
            or_(invoices.c.outcome == Outcome.REVIEW, invoices.c.outcome == Outcome.DUPLICATE),
            ~invoices.c.closed,
            decisions.c.policy_version.in_(policy_versions),
            ~done.exists(),
        )
        .order_by(invoices.c.first_seen)
    )
    return list(connection.scalars(query))


def _sending(row: Row[Any]) -> Sending:
    return Sending(**{name: getattr(row, name) for name in Sending.__slots__})

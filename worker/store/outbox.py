"""The outbox: events written with their decision, taken out by the relay when they are confirmed."""

import datetime as dt
from collections.abc import Collection, Sequence

from sqlalchemy import Connection, func, select, update

from worker.events import Event
from worker.ports import OutboundEvent
from worker.store.schema import outbox


def put(connection: Connection, event: Event, now: dt.datetime) -> None:
    """Add an event. Its id is unique: a second decision of the same number cannot be written."""
    connection.execute(
        outbox.insert().values(
            event_id=event.id,
            event_type=event.type,
            invoice_key=event.subject,
            body=event.body,
            created_at=now,
            traceparent=event.traceparent,
        )
    )


def unsent(connection: Connection, most: int, held: Collection[str] = ()) -> list[OutboundEvent]:
    """The oldest events that are not confirmed yet, in the order of their decisions.

    `held`: invoices whose events wait behind one that could not be sent.
    """
    query = select(outbox).where(outbox.c.sent_at.is_(None)).order_by(outbox.c.sequence).limit(most)
    if held:
        query = query.where(outbox.c.invoice_key.not_in(held))
    return [
        OutboundEvent(row.event_id, row.event_type, row.body, row.invoice_key, row.traceparent)
        for row in connection.execute(query)
    ]


def mark_sent(connection: Connection, event_ids: Sequence[str], now: dt.datetime) -> None:
    """Note that events were confirmed."""
    connection.execute(update(outbox).where(outbox.c.event_id.in_(event_ids)).values(sent_at=now))


def pending(connection: Connection) -> int:
    """How many events wait to be confirmed."""
    return connection.execute(select(func.count()).select_from(outbox).where(outbox.c.sent_at.is_(None))).scalar_one()

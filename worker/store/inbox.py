"""The inbox: what was received, and whether every invoice in it has its decision."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, and_, case, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from worker.errors import PermanentError
from worker.ports import StoredDocument
from worker.store.schema import deliveries


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One document as it was received, with what the portal said about it."""

    delivery_id: str
    source: str
    document: StoredDocument
    media_type: str
    received_at: dt.datetime
    portal_invoice_id: str | None = None
    portal_status: str | None = None
    made_available_at: dt.datetime | None = None
    traceparent: str | None = None  # of its intake, where that was traced


class DeliveryUnknown(PermanentError):
    """A message names a delivery that is not in the inbox. It was never received here, or the database was restored."""

    code = "DELIVERY_UNKNOWN"


def add(connection: Connection, delivery: Delivery, queued_at: dt.datetime | None = None) -> bool:
    """Take a delivery in; False if one of that id is there already, and nothing is changed then.

    `queued_at`: when it is handed to the queue, which the caller does next. Without it the sweeper does.
    """
    row = {
        "delivery_id": delivery.delivery_id,
        "source": delivery.source,
        "document_uri": delivery.document.uri,
        "sha256": delivery.document.sha256,
        "size": delivery.document.size,
        "media_type": delivery.media_type,
        "portal_invoice_id": delivery.portal_invoice_id,
        "portal_status": delivery.portal_status,
        "made_available_at": delivery.made_available_at,
        "received_at": delivery.received_at,
        "queued_at": queued_at,
        "traceparent": delivery.traceparent,
    }
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    added = insert(deliveries).on_conflict_do_nothing().returning(deliveries.c.delivery_id)
    return connection.execute(added, row).first() is not None


def get(connection: Connection, delivery_id: str) -> Delivery:
    """The delivery of that id. Raises `DeliveryUnknown`."""
    row = connection.execute(select(deliveries).where(deliveries.c.delivery_id == delivery_id)).first()
    if row is None:
        raise DeliveryUnknown(f"no delivery {delivery_id} in the inbox; send it again")
    return _delivery(row)


def finish(connection: Connection, delivery_id: str, now: dt.datetime) -> None:
    """Note that every invoice of a delivery has its decision."""
    values = {"finished_at": now, "failed_at": None, "failure": None}
    connection.execute(update(deliveries).where(deliveries.c.delivery_id == delivery_id).values(values))


def is_finished(connection: Connection, delivery_id: str) -> bool:
    """Whether every invoice of a delivery has its decision."""
    query = select(deliveries.c.finished_at).where(deliveries.c.delivery_id == delivery_id)
    return connection.execute(query).scalar_one_or_none() is not None


def fail(connection: Connection, delivery_id: str, failure: str, now: dt.datetime) -> None:
    """Note that a delivery was given up; the sweeper leaves it alone from now on."""
    unfinished = and_(deliveries.c.delivery_id == delivery_id, deliveries.c.finished_at.is_(None))
    connection.execute(update(deliveries).where(unfinished).values(failed_at=now, failure=failure))


def queued(connection: Connection, delivery_ids: Iterable[str], at: dt.datetime) -> None:
    """Note when deliveries are handed to the queue, or will be tried again."""
    connection.execute(update(deliveries).where(deliveries.c.delivery_id.in_(delivery_ids)).values(queued_at=at))


def claim_stuck(connection: Connection, queued_before: dt.datetime, now: dt.datetime, most: int) -> list[str]:
    """The oldest deliveries that are neither finished nor given up, and were not queued since a moment.

    They count as queued now; the caller queues them. Two callers never get the same one.
    """
    waiting = or_(deliveries.c.queued_at.is_(None), deliveries.c.queued_at < queued_before)
    stuck = (
        select(deliveries.c.delivery_id)
        .where(deliveries.c.finished_at.is_(None), deliveries.c.failed_at.is_(None), waiting)
        .order_by(deliveries.c.received_at)
        .limit(most)
        .with_for_update(skip_locked=True)  # SQLite has one writer, and no such clause
    )
    claimed = list(connection.execute(stuck).scalars())
    was_queued = case((deliveries.c.queued_at.is_(None), 0), else_=1)
    changes = {"queued_at": now, "sweeps": deliveries.c.sweeps + was_queued}
    connection.execute(update(deliveries).where(deliveries.c.delivery_id.in_(claimed)).values(changes))
    return claimed


def forget_queue(connection: Connection) -> None:
    """Note that no delivery is in the queue any more, which was in memory: they are queued anew."""
    under_way = and_(deliveries.c.finished_at.is_(None), deliveries.c.failed_at.is_(None))
    connection.execute(update(deliveries).where(under_way).values(queued_at=None))


def give_up_swept(connection: Connection, most_sweeps: int, queued_before: dt.datetime, now: dt.datetime) -> list[str]:
    """Give up the deliveries that were swept too often and are still not done; their ids.

    Such a delivery ends its worker each time, so that nobody is left to write down why.
    """
    hopeless = and_(
        deliveries.c.finished_at.is_(None),
        deliveries.c.failed_at.is_(None),
        deliveries.c.sweeps >= most_sweeps,
        deliveries.c.queued_at < queued_before,
    )
    given_up = update(deliveries).where(hopeless).values(failed_at=now, failure="NEVER_FINISHED")
    return list(connection.execute(given_up.returning(deliveries.c.delivery_id)).scalars())


def open_again(connection: Connection, delivery_ids: Iterable[str], queued_at: dt.datetime | None) -> list[str]:
    """Forget that deliveries failed, so that they are worked on again; the ids of those that are in the inbox."""
    values = {"failed_at": None, "failure": None, "sweeps": 0, "queued_at": queued_at, "finished_at": None}
    opened = update(deliveries).where(deliveries.c.delivery_id.in_(delivery_ids)).values(values)
    return list(connection.execute(opened.returning(deliveries.c.delivery_id)).scalars())


def unfinished(connection: Connection, queued_before: dt.datetime) -> list[str]:
    """The deliveries that were given up, or were not queued since a moment, and are not finished; the oldest first."""
    stuck = or_(
        deliveries.c.failed_at.is_not(None), deliveries.c.queued_at.is_(None), deliveries.c.queued_at < queued_before
    )
    query = select(deliveries.c.delivery_id).where(deliveries.c.finished_at.is_(None), stuck)
    return list(connection.execute(query.order_by(deliveries.c.received_at)).scalars())


def count(connection: Connection) -> int:
    """How many deliveries there are."""
    return connection.execute(select(func.count()).select_from(deliveries)).scalar_one()


def _delivery(row: Row[Any]) -> Delivery:
    return Delivery(
        delivery_id=row.delivery_id,
        source=row.source,
        document=StoredDocument(row.document_uri, row.sha256, row.size),
        media_type=row.media_type,
        received_at=row.received_at,
        portal_invoice_id=row.portal_invoice_id,
        portal_status=row.portal_status,
        made_available_at=row.made_available_at,
        traceparent=row.traceparent,
    )

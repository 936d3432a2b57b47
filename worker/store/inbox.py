"""The inbox: what was received, and whether every invoice in it has its decision."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, func, select, update

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


class DeliveryUnknown(PermanentError):
    """A message names a delivery that is not in the inbox. It was never received here, or the database was restored."""

    code = "DELIVERY_UNKNOWN"


def add(connection: Connection, delivery: Delivery) -> bool:
    """Take a delivery in; False if one of that id is there already, and nothing is changed then."""
    known = select(deliveries.c.delivery_id).where(deliveries.c.delivery_id == delivery.delivery_id)
    if connection.execute(known).first() is not None:
        return False
    connection.execute(
        deliveries.insert().values(
            delivery_id=delivery.delivery_id,
            source=delivery.source,
            document_uri=delivery.document.uri,
            sha256=delivery.document.sha256,
            size=delivery.document.size,
            media_type=delivery.media_type,
            portal_invoice_id=delivery.portal_invoice_id,
            portal_status=delivery.portal_status,
            made_available_at=delivery.made_available_at,
            received_at=delivery.received_at,
        )
    )
    return True


def get(connection: Connection, delivery_id: str) -> Delivery:
    """The delivery of that id. Raises `DeliveryUnknown`."""
    row = connection.execute(select(deliveries).where(deliveries.c.delivery_id == delivery_id)).first()
    if row is None:
        raise DeliveryUnknown(f"no delivery {delivery_id} in the inbox; send it again")
    return _delivery(row)


def finish(connection: Connection, delivery_id: str, now: dt.datetime) -> None:
    """Note that every invoice of a delivery has its decision."""
    connection.execute(update(deliveries).where(deliveries.c.delivery_id == delivery_id).values(finished_at=now))


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
    )

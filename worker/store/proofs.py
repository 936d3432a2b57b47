"""The proofs that nothing of the portal is missing here, and what is held of the portal's side."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, Select, func, insert, select, update

from worker.store.portal import parts
from worker.store.schema import decisions, deliveries, invoices, portal_credentials, portal_invoices, portal_proofs

RECEIVED, GIVEN_UP = "received", "given_up"  # a delivery that is not decided yet, or will not be


@dataclass(frozen=True, slots=True, kw_only=True)
class PortalStock:
    """What a scrape tells of the portal. `proven_at` is when the first proof was begun until one has ended."""

    pending: int
    oldest: dt.datetime | None
    expiries: dict[str, dt.datetime]
    missing: int | None
    proven_at: dt.datetime | None


def begin(connection: Connection, first: dt.date, last: dt.date, now: dt.datetime) -> int:
    """Note that a proof over a period is begun; its number."""
    values = {"begun_at": now, "period_from": first, "period_to": last}
    statement = insert(portal_proofs).values(values).returning(portal_proofs.c.proof_number)
    number: int = connection.execute(statement).scalar_one()
    return number


def end(connection: Connection, number: int, listed: int, missing: int, repaired: int, now: dt.datetime) -> None:
    """Note what a proof found: how many the portal listed, how many are still missing, how many were repaired."""
    values = {"finished_at": now, "listed": listed, "missing": missing, "repaired": repaired}
    connection.execute(update(portal_proofs).where(portal_proofs.c.proof_number == number).values(values))


def first_begin(connection: Connection) -> dt.datetime | None:
    """When the very first proof was begun: since then the portal is read here."""
    column = portal_proofs.c.begun_at
    begun: dt.datetime | None = connection.scalar(select(func.min(column, type_=column.type)))
    return begun


def places(connection: Connection, ids: Iterable[str]) -> dict[str, str]:
    """Where invoices of the portal are here: the outcome of their decision in lower case, or how their delivery is."""
    found: dict[str, str] = {}
    for some in parts(ids):
        for row in connection.execute(_deliveries_of(some)):
            found[row.portal_invoice_id] = _place_of(row)
        key = invoices.c.portal_invoice_id
        decided = select(key, invoices.c.outcome).where(key.in_(some)).order_by(invoices.c.first_seen)
        found |= {row.portal_invoice_id: row.outcome.lower() for row in connection.execute(decided)}
    return found


def _deliveries_of(ids: list[str]) -> Select[Any]:
    """The deliveries of some invoices, the latest last, with the outcome of their decision."""
    table = deliveries.c
    latest = (
        select(decisions.c.outcome)
        .where(decisions.c.delivery_id == table.delivery_id)
        .order_by(decisions.c.decided_at.desc())
        .limit(1)
        .scalar_subquery()
    )
    columns = (table.portal_invoice_id, table.finished_at, table.failed_at, latest.label("outcome"))
    return select(*columns).where(table.portal_invoice_id.in_(ids)).order_by(table.received_at)


def _place_of(row: Row[Any]) -> str:
    if row.failed_at is not None:
        return GIVEN_UP
    return row.outcome.lower() if row.outcome and row.finished_at is not None else RECEIVED


def latest_end(connection: Connection) -> dt.datetime | None:
    """When the latest proof ended; None before the first one."""
    column = portal_proofs.c.finished_at
    ended: dt.datetime | None = connection.scalar(select(func.max(column, type_=column.type)))
    return ended


def portal_stock(connection: Connection) -> PortalStock | None:
    """What is held of the portal's side; None where its API was never used."""
    table = portal_proofs.c
    begun = connection.scalar(select(func.min(table.begun_at, type_=table.begun_at.type)))
    listed = portal_invoices.c.listed_at
    if begun is None and connection.scalar(select(listed).limit(1)) is None:
        return None
    waits = select(func.count(), func.min(listed, type_=listed.type)).where(portal_invoices.c.wanted)
    pending, oldest = connection.execute(waits).one()
    ended = select(table.missing, table.finished_at).where(table.finished_at.is_not(None))
    last = connection.execute(ended.order_by(table.finished_at.desc()).limit(1)).first()
    expiries = select(portal_credentials.c.name, portal_credentials.c.expires_at)
    return PortalStock(
        pending=pending,
        oldest=oldest,
        expiries={row.name: row.expires_at for row in connection.execute(expiries)},
        missing=last.missing if last else None,
        proven_at=last.finished_at if last else begun,
    )

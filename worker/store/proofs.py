"""The proofs that nothing of the portal is missing here, and what is held of the portal's side."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import Connection, func, insert, select, update

from worker.store.schema import portal_credentials, portal_invoices, portal_proofs


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


def latest_end(connection: Connection) -> dt.datetime | None:
    """When the latest proof ended; None before the first one."""
    column = portal_proofs.c.finished_at
    return connection.scalar(select(func.max(column, type_=column.type)))


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
        expiries=dict(connection.execute(expiries).tuples().all()),
        missing=last.missing if last else None,
        proven_at=last.finished_at if last else begun,
    )

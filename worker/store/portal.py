"""What the portal listed, how far it was read, and which versions of its invoices were fetched.

An invoice keeps its id when it comes back completed or recycled: a version is an id with the moment of its status.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row, Update, and_, delete, func, insert, or_, select, update

from worker.store.schema import deliveries, invoices, portal_credentials, portal_cursors, portal_invoices

NOT_YET = frozenset({"BROUILLON", "DEPOSEE", "EN_COURS_ACHEMINEMENT"})  # nothing is delivered in these
RETURNED = frozenset({"MISE_A_DISPOSITION", "COMPLETEE"})  # the portal delivers, for the first time or again
SENT_BACK = frozenset({"A_RECYCLER", "SUSPENDUE"})  # whatever follows, the supplier has acted
ENDED = frozenset({"REJETEE"})
_PARIS = ZoneInfo("Europe/Paris")  # of moments that name no zone
_AT_ONCE = 500  # ids in one query


class Version(NamedTuple):
    """An invoice as the portal lists it: its id, its status, and the moment of that status in the portal's own text."""

    portal_invoice_id: str
    status: str
    state_at: str
    recipient_siret: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A version to be fetched, and how often that has failed."""

    portal_invoice_id: str
    status: str
    state_at: str
    attempts: int


def moment_of(text: str) -> dt.datetime | None:
    """The moment in a text of the portal; None where it is not one."""
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=_PARIS)


def note(connection: Connection, versions: Iterable[Version], now: dt.datetime) -> None:
    """Write down what was listed. What is new, or has come back, is wanted from now on."""
    latest = {version.portal_invoice_id: version for version in versions}
    known = _rows(connection, latest)
    elsewhere = known_since(connection, latest.keys() - known.keys())
    for key, version in latest.items():
        row = known.get(key)
        if row is None:
            connection.execute(insert(portal_invoices).values(_first(version, elsewhere.get(key), now)))
        elif not _is_newer(row.state_at, version.state_at) and version.state_at != row.state_at:
            continue  # a page that was read late
        elif (version.status, version.state_at) != (row.status, row.state_at):
            values = {"status": version.status, "state_at": version.state_at, "listed_at": now}
            if not row.wanted and _comes_again(row.received_state, row.status, version):
                values |= {"wanted": True, "attempts": 0, "next_attempt_at": None, "failure": None}
            if version.recipient_siret:
                values |= {"recipient_siret": version.recipient_siret}
            connection.execute(_of(key).values(values))


def wanted(connection: Connection, now: dt.datetime, most: int, ids: Iterable[str] | None = None) -> list[Wanted]:
    """Versions to be fetched now, those that never failed first; of some ids: whether it is their turn or not."""
    table = portal_invoices.c
    query = select(portal_invoices).where(table.wanted)
    if ids is not None:
        query = query.where(table.portal_invoice_id.in_(list(ids)))
    else:
        query = query.where(or_(table.next_attempt_at.is_(None), table.next_attempt_at <= now))
    query = query.order_by(table.attempts, table.state_at, table.portal_invoice_id).limit(most)
    return [
        Wanted(
            portal_invoice_id=row.portal_invoice_id, status=row.status, state_at=row.state_at, attempts=row.attempts
        )
        for row in connection.execute(query)
    ]  # fmt: skip


def want(connection: Connection, ids: Iterable[str]) -> None:
    """Note that invoices are to be fetched, whatever is written about them: a proof found that they are not here."""
    for some in parts(ids):
        missing = portal_invoices.c.portal_invoice_id.in_(some)
        connection.execute(update(portal_invoices).where(missing, ~portal_invoices.c.wanted).values(wanted=True))


def received(connection: Connection, version: Wanted, delivery_id: str, now: dt.datetime) -> None:
    """Note that a version is in the inbox. If it has moved on meanwhile, the newer one stays wanted."""
    done = {"received_state": version.state_at, "received_at": now, "delivery_id": delivery_id}
    done |= {"attempts": 0, "next_attempt_at": None, "failure": None}
    connection.execute(_of(version.portal_invoice_id).values(done))
    same = _of(version.portal_invoice_id).where(portal_invoices.c.state_at == version.state_at)
    connection.execute(same.values(wanted=False))


def failed(connection: Connection, version: Wanted, failure: str, again_at: dt.datetime) -> None:
    """Note that a version could not be fetched, and when it is tried again."""
    values = {"attempts": version.attempts + 1, "failure": failure, "next_attempt_at": again_at}
    connection.execute(_of(version.portal_invoice_id).values(values))


def known_since(connection: Connection, ids: Iterable[str]) -> dict[str, dt.datetime]:
    """Of some portal ids, those that are known here by any way, with the latest moment at which they came."""
    found: dict[str, dt.datetime] = {}
    for some in parts(ids):
        for table, moment in ((deliveries, deliveries.c.received_at), (invoices, invoices.c.first_seen)):
            column = table.c.portal_invoice_id
            query = select(column, func.max(moment, type_=moment.type)).where(column.in_(some)).group_by(column)
            for key, at in connection.execute(query):
                found[key] = max(at, found.get(key, at))
    return found


def lacking(connection: Connection, ids: Iterable[str]) -> frozenset[str]:
    """Of some portal ids, those that are not here: unknown by any way, or come back and not fetched again."""
    asked = set(ids)
    known = known_since(connection, asked)
    rows = _rows(connection, asked)
    returned = {key for key, row in rows.items() if row.wanted and row.delivery_id is not None}
    return frozenset(asked - known.keys() | returned)


def read_until(connection: Connection, structure_id: str, kind: str) -> dt.datetime | None:
    """How far a search has read; None before its first complete reading."""
    mine = and_(portal_cursors.c.structure_id == structure_id, portal_cursors.c.kind == kind)
    return connection.scalar(select(portal_cursors.c.read_until).where(mine))


def has_read(connection: Connection, structure_id: str, kind: str, until: dt.datetime) -> None:
    """Note how far a search has read: the moment at which its complete reading began."""
    mine = and_(portal_cursors.c.structure_id == structure_id, portal_cursors.c.kind == kind)
    connection.execute(delete(portal_cursors).where(mine))
    connection.execute(insert(portal_cursors).values(structure_id=structure_id, kind=kind, read_until=until))


def searched(connection: Connection) -> frozenset[str]:
    """The structures that were ever read."""
    return frozenset(connection.scalars(select(portal_cursors.c.structure_id).distinct()))


def credential(connection: Connection, name: str, expires_at: dt.datetime, now: dt.datetime) -> None:
    """Note until when a credential lasts."""
    connection.execute(delete(portal_credentials).where(portal_credentials.c.name == name))
    connection.execute(insert(portal_credentials).values(name=name, expires_at=expires_at, asked_at=now))


def _first(version: Version, known_at: dt.datetime | None, now: dt.datetime) -> dict[str, object]:
    """The row of an invoice that was never listed before. One that came another way since is not fetched again."""
    state = moment_of(version.state_at)
    is_here = known_at is not None and (version.status not in RETURNED or state is None or known_at >= state)
    return {
        "portal_invoice_id": version.portal_invoice_id,
        "recipient_siret": version.recipient_siret,
        "status": version.status,
        "state_at": version.state_at,
        "listed_at": now,
        "wanted": not is_here and version.status not in NOT_YET,
        "received_state": version.state_at if is_here else None,
        "received_at": known_at if is_here else None,
    }


def _comes_again(received_state: str | None, before: str, version: Version) -> bool:
    """Whether a version that follows another one has to be fetched."""
    if version.status in NOT_YET:
        return False
    if received_state is None:
        return True
    acted = before in SENT_BACK and version.status not in SENT_BACK | ENDED
    return version.state_at != received_state and (version.status in RETURNED or acted)


def _is_newer(before: str, after: str) -> bool:
    """Whether a text names a later moment; texts that are no moments are newer where they differ."""
    earlier, later = moment_of(before), moment_of(after)
    return before != after if earlier is None or later is None else later > earlier


def _rows(connection: Connection, ids: Iterable[str]) -> dict[str, Row[Any]]:
    column = portal_invoices.c.portal_invoice_id
    return {
        row.portal_invoice_id: row
        for some in parts(ids)
        for row in connection.execute(select(portal_invoices).where(column.in_(some)))
    }


def _of(portal_invoice_id: str) -> Update:
    return update(portal_invoices).where(portal_invoices.c.portal_invoice_id == portal_invoice_id)


def parts(ids: Iterable[str]) -> Iterable[list[str]]:
    """Lists of ids that a query can hold."""
    every = sorted(ids)
    return (every[start : start + _AT_ONCE] for start in range(0, len(every), _AT_ONCE))

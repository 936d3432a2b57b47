"""What must not happen twice at once, kept apart by the database. SQLite has one writer: nothing to do there.

PostgreSQL gives locks under numbers; the first one tells our kinds apart, so that a recipient never meets a relay.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, func, select

from worker.store.schema import deliveries

_RECIPIENT, _INVOICE, _TURN, _CHAIN = 1, 2, 3, 4


def lock_for_decision(connection: Connection, delivery_id: str, invoice_key: str, recipient: str | None) -> None:
    """Let nobody else decide on this delivery, this invoice or this recipient until the transaction ends.

    To be called before anything is read: two invoices on one commitment must see each other's reservation, and two
    deliveries of one invoice each other's decision. The order is the same everywhere, so nobody waits in a circle.
    """
    if connection.dialect.name != "postgresql":
        return
    row = select(deliveries.c.delivery_id).where(deliveries.c.delivery_id == delivery_id).with_for_update()
    connection.execute(row)
    if recipient is not None:
        connection.execute(select(func.pg_advisory_xact_lock(_RECIPIENT, _number(recipient))))
    connection.execute(select(func.pg_advisory_xact_lock(_INVOICE, _number(invoice_key))))


def lock_for_chain(connection: Connection) -> None:
    """Let nobody else append to the chain of decisions until the transaction ends. Taken after all other locks."""
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(_CHAIN, 0)))


def lock_for_migration(connection: Connection) -> None:
    """Let nobody else change the schema until the transaction ends."""
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(_TURN, _number("migration"))))


@contextmanager
def turn(engine: Engine, name: str) -> Iterator[bool]:
    """Whether this process may do what only one may do at a time. The turn ends with the block, or with its process."""
    if engine.dialect.name != "postgresql":
        yield True
        return
    with engine.begin() as connection:
        yield bool(connection.execute(select(func.pg_try_advisory_xact_lock(_TURN, _number(name)))).scalar_one())


def _number(name: str) -> int:
    """32 bits of a name's hash, as PostgreSQL's signed integer. Two names of one number only wait for each other."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:4], "big", signed=True)

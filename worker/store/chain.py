"""The chain over the decision log: each decision carries a hash over itself and over the one before it.

One chain goes through all decisions, in the order of their commits: positions 1, 2, 3… without a gap. A decision that
is altered, removed, moved or put between others breaks it (`worker.store.audit` finds where). A chain alone cannot show
that its end was cut off, or that it was written anew from somewhere on: for that, heads are kept elsewhere.
"""

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, select

from worker.store.locks import lock_for_chain
from worker.store.schema import decisions

GENESIS = "0" * 64  # stands before the first decision
# What the hash covers besides its place. Changing this would break every chain there is.
COVERED = (
    "invoice_key",
    "decision_number",
    "delivery_id",
    "position",
    "decided_at",
    "outcome",
    "reason",
    "policy_version",
    "event_id",
    "record",
)
_MOMENT = "%Y-%m-%dT%H:%M:%S.%fZ"


@dataclass(frozen=True, slots=True)
class Link:
    """The place of a decision in the chain, from 1, and its hash: 64 hexadecimal digits of SHA-256."""

    position: int
    hash: str


def append(connection: Connection, values: Mapping[str, Any]) -> Link:
    """Write a decision at the end of the chain; `values` are the columns of `COVERED`.

    To be called as late as possible: until the transaction ends, nobody else can append.
    """
    lock_for_chain(connection)
    last = head(connection)
    position, previous = (last.position + 1, last.hash) if last else (1, GENESIS)
    covered = {**values, "decided_at": _told(values["decided_at"])}
    link = Link(position, digest(covered, position, previous))
    connection.execute(
        decisions.insert().values(**values, chain_position=link.position, previous_hash=previous, hash=link.hash)
    )
    return link


def head(connection: Connection) -> Link | None:
    """The last link of the chain, None before the first decision."""
    query = select(decisions.c.chain_position, decisions.c.hash).order_by(decisions.c.chain_position.desc()).limit(1)
    row = connection.execute(query).first()
    return Link(row.chain_position, row.hash) if row else None


def digest(covered: Mapping[str, Any], position: int, previous: str) -> str:
    """The hash of a decision: SHA-256 over its columns, its place and the hash before it, as canonical JSON (RFC 8785).

    `decided_at` is text, as `moment_of` reads it. Raises `TypeError` or `ValueError` for what no decision holds.
    """
    content = {name: covered[name] for name in COVERED} | {"chain_position": position, "previous_hash": previous}
    canonical = json.dumps(content, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def moment_of(dialect: str) -> ColumnElement[str]:
    """`decided_at` as the hash covers it: UTC to the microsecond, the text that stands in the database.

    As text, for a moment that was made unreadable has to be found as well.
    """
    if dialect == "postgresql":
        utc = func.timezone("UTC", decisions.c.decided_at)
        return func.to_char(utc, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"').label("decided_at")
    return func.replace(decisions.c.decided_at, " ", "T").concat("Z").label("decided_at")


def _told(moment: dt.datetime) -> str:
    return moment.astimezone(dt.UTC).strftime(_MOMENT)

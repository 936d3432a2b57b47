"""Proving the decision log: every decision is as it was written, none is missing, none was put between.

What the chain alone cannot show, that its end was cut off or that it was written anew from somewhere on, is shown by
two further looks: each invoice knows the number of its latest decision, and heads of the chain that were kept elsewhere
must still stand where they stood.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, and_, select

from worker.store.chain import COVERED, GENESIS, Link, digest, moment_of
from worker.store.schema import decisions, invoices

MOST_FAULTS = 100
_PAGE = 1000  # rows in memory at once


class Kind(StrEnum):
    """What is wrong with a place of the chain."""

    ALTERED = "altered"  # the decision is not what its hash was taken over
    MISSING = "missing"  # a decision was there and is not any more
    INSERTED = "inserted"  # it stands on no place of its own
    REPLACED = "replaced"  # it does not follow the decision before it: one of the two is another one
    REWRITTEN = "rewritten"  # the hash at this place is not the one that was kept elsewhere


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing wrong. `position` is the place in the chain; None for what is only known by its invoice."""

    kind: Kind
    position: Any
    invoice_key: Any = None
    decision_number: Any = None


@dataclass(slots=True)
class Proof:
    """What was found. At most `MOST_FAULTS` faults are kept, the first ones; `faulty` counts all."""

    decisions: int = 0
    head: Link | None = None
    faulty: int = 0
    faults: list[Fault] = field(default_factory=list)

    @property
    def is_intact(self) -> bool:
        """Whether nothing is wrong."""
        return self.faulty == 0

    def add(self, fault: Fault) -> None:
        """Count a fault, and keep it if there is room."""
        self.faulty += 1
        if len(self.faults) < MOST_FAULTS:
            self.faults.append(fault)


def verify(connection: Connection, kept: Mapping[int, str] | None = None) -> Proof:
    """Read every decision once, in the order of the chain, and compare. `kept`: hashes by position, kept elsewhere."""
    heads = dict(kept or {})
    proof = Proof()
    position, previous = 0, GENESIS
    with _any_text(connection):
        for row in _rows(connection):
            proof.decisions += 1
            fault = _wrong(row, position, previous)
            if fault is not None:
                proof.add(fault)
            place, previous = row["chain_position"], row["hash"]
            if heads.pop(place, previous) != previous:
                proof.add(_at(Kind.REWRITTEN, row))
            if isinstance(place, int) and place > position:
                position = place
        proof.head = Link(position, previous) if proof.decisions else None
        for place in sorted(heads):
            proof.add(Fault(kind=Kind.MISSING, position=place))
        for key, number in _without_decision(connection):
            proof.add(Fault(kind=Kind.MISSING, position=None, invoice_key=key, decision_number=number))
    return proof


def _wrong(row: Mapping[str, Any], before: int, previous: str) -> Fault | None:
    """What is wrong with a decision that comes after place `before`, whose hash is `previous`."""
    place = row["chain_position"]
    if _digest(row) != row["hash"]:
        return _at(Kind.ALTERED, row)
    if place <= before:
        return _at(Kind.INSERTED, row)
    if place > before + 1:
        return Fault(kind=Kind.MISSING, position=before + 1)
    return None if row["previous_hash"] == previous else _at(Kind.REPLACED, row)


def _digest(row: Mapping[str, Any]) -> str | None:
    """The hash of what stands in a row now; None where that is nothing a decision could hold."""
    if not (isinstance(row["chain_position"], int) and isinstance(row["previous_hash"], str)):
        return None
    try:
        return digest(row, row["chain_position"], row["previous_hash"])
    except (TypeError, ValueError):
        return None


def _at(kind: Kind, row: Mapping[str, Any]) -> Fault:
    return Fault(
        kind=kind,
        position=row["chain_position"],
        invoice_key=row["invoice_key"],
        decision_number=row["decision_number"],
    )


def _rows(connection: Connection) -> Iterator[Any]:
    plain = [decisions.c[name] for name in COVERED if name != "decided_at"]
    links = (decisions.c.chain_position, decisions.c.previous_hash, decisions.c.hash)
    query = select(*plain, moment_of(connection.dialect.name), *links).order_by(decisions.c.chain_position)
    yield from connection.execute(query.execution_options(yield_per=_PAGE)).mappings()


def _without_decision(connection: Connection) -> Iterator[tuple[str, int]]:
    """The invoices whose latest decision is not there, with its number."""
    latest = and_(
        decisions.c.invoice_key == invoices.c.invoice_key, decisions.c.decision_number == invoices.c.decision_number
    )
    query = (
        select(invoices.c.invoice_key, invoices.c.decision_number)
        .outerjoin(decisions, latest)
        .where(decisions.c.invoice_key.is_(None))
        .order_by(invoices.c.invoice_key)
    )
    for row in connection.execute(query.execution_options(yield_per=_PAGE)):
        yield row.invoice_key, row.decision_number


@contextmanager
def _any_text(connection: Connection) -> Iterator[None]:
    """Bytes that are no UTF-8 are a fault of the row, not an error of the reading. Only SQLite can hold them."""
    if connection.dialect.name != "sqlite":
        yield
        return
    driver: Any = connection.connection.driver_connection
    usual = driver.text_factory
    driver.text_factory = lambda raw: raw.decode(errors="surrogateescape")
    try:
        yield
    finally:
        driver.text_factory = usual

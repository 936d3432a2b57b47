"""What the service holds at a moment, and how its work went lately: read for operators, in a few grouped queries."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, and_, case, func, literal_column, select

from rules.decide import Outcome
from rules.payment import BUCKETS, Bucket
from worker.store import reference
from worker.store.reference.changes import TABLES, count_rows
from worker.store.schema import decisions, deliveries, invoices, outbox, reference_imports, resolutions
from worker.store.schema import services as _services

QUEUED, GIVEN_UP = "queued", "given_up"
_HELD = {Outcome.WAITING: "waiting", Outcome.REVIEW: "review", Outcome.QUARANTINED: "quarantine"}
_UNROUTED: ColumnElement[bool] = literal_column(
    "invoices.outcome <> 'ROUTED'"
)  # as the index says it: a parameter would not use it
_DECIDED = (Outcome.ROUTED, Outcome.REVIEW, Outcome.QUARANTINED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A group of what is not routed yet. `outcome` is the word of the metrics; deliveries have no service."""

    outcome: str
    service: str | None
    bucket: Bucket | None
    count: int
    oldest: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Outbox:
    """Events that are not confirmed yet."""

    pending: int
    oldest: dt.datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceStock:
    """The reference data in force: rows of each table, its growth where there was an import before, service codes."""

    number: int
    as_of: dt.datetime
    rows: dict[str, int]
    change: dict[str, float]
    services: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolved:
    """A group of reviews that people ended; `taken` is the word of the metrics for the proposal they took."""

    reason: str
    taken: str
    count: int


def held(connection: Connection, today: dt.date, days: int) -> list[Held]:
    """Everything not routed yet: the deliveries that nobody has read, whose clock runs for `days`, and the invoices."""
    return [*_deliveries(connection, today, days), *_invoices(connection, today)]


def unsent(connection: Connection) -> Outbox:
    """How many events wait, and since when."""
    query = select(func.count(), func.min(outbox.c.created_at)).where(outbox.c.sent_at.is_(None))
    pending, oldest = connection.execute(query).one()
    return Outbox(pending=pending, oldest=oldest)


def reference_stock(
    connection: Connection, most_services: int, known: ReferenceStock | None = None
) -> ReferenceStock | None:
    """The reference data in force, None before the first import. `known` is given back while it is still in force."""
    current = reference.current_import(connection)
    if current is None or (known is not None and known.number == current.number):
        return None if current is None else known
    before = connection.scalar(
        select(func.max(reference_imports.c.import_number)).where(reference_imports.c.import_number < current.number)
    )
    rows = {table.name: count_rows(connection, table, current.number) for table in TABLES}
    earlier = {} if before is None else {table.name: count_rows(connection, table, before) for table in TABLES}
    codes = select(_services.c.code).where(_services.c.import_number == current.number).distinct()
    return ReferenceStock(
        number=current.number,
        as_of=current.as_of,
        rows=rows,
        change={name: rows[name] / count - 1 for name, count in earlier.items() if count},
        services=frozenset(connection.scalars(codes.order_by(_services.c.code).limit(most_services))),
    )


def resolved(connection: Connection) -> list[Resolved]:
    """How people ended reviews, by the reason of the review and the proposal they took."""
    rank = resolutions.c.accepted_rank
    taken = case(
        (resolutions.c.resolution == "none", "none"), (rank.is_(None), "unproposed"), (rank == 1, "first"),
        else_="lower",
    ).label("taken")  # fmt: skip
    query = select(resolutions.c.reviewed_reason, taken, func.count()).group_by("reviewed_reason", "taken")
    return [Resolved(reason=reason, taken=word, count=count) for reason, word, count in connection.execute(query)]


def touchless(connection: Connection, since: dt.datetime) -> tuple[int, int]:
    """How many decisions since a moment routed without a person, of how many that ended: routed, review, quarantine."""
    query = (
        select(decisions.c.outcome, func.count().label("number"))
        .outerjoin(
            resolutions,
            and_(
                resolutions.c.invoice_key == decisions.c.invoice_key,
                resolutions.c.decision_number == decisions.c.decision_number,
            ),
        )
        .where(decisions.c.decided_at >= since, decisions.c.outcome.in_(_DECIDED), resolutions.c.invoice_key.is_(None))
        .group_by(decisions.c.outcome)
    )
    counts = {row.outcome: row.number for row in connection.execute(query)}
    return counts.get(Outcome.ROUTED, 0), sum(counts.values())


def _invoices(connection: Connection, today: dt.date) -> Iterator[Held]:
    table = invoices.c
    near = [(table.payment_deadline <= today + dt.timedelta(days=most), bucket) for most, bucket in BUCKETS]
    bucket = _bucket(near, table.payment_deadline.is_(None))
    query = (
        select(table.outcome, table.service_code, bucket, func.count(), func.min(table.first_seen))
        .where(_UNROUTED, table.outcome.in_(_HELD), ~table.closed)
        .group_by(table.outcome, table.service_code, "bucket")
    )
    for outcome, service, name, count, oldest in connection.execute(query):
        word = _HELD[Outcome(outcome)]
        yield Held(outcome=word, service=service, bucket=_named(name), count=count, oldest=oldest)


def _deliveries(connection: Connection, today: dt.date, days: int) -> Iterator[Held]:
    table = deliveries.c
    available = func.coalesce(table.made_available_at, table.received_at, type_=table.received_at.type)
    near = [(available < _midnight(today + dt.timedelta(days=most + 1 - days)), bucket) for most, bucket in BUCKETS]
    word = case((table.failed_at.is_(None), QUEUED), else_=GIVEN_UP).label("word")
    query = (
        select(word, _bucket(near, table.received_at.is_(None)), func.count(), func.min(table.received_at))
        .where(table.finished_at.is_(None))
        .group_by("word", "bucket")
    )
    for outcome, name, count, oldest in connection.execute(query):
        yield Held(outcome=outcome, service=None, bucket=_named(name), count=count, oldest=oldest)


def _bucket(near: list[tuple[ColumnElement[bool], Bucket]], unknown: ColumnElement[bool]) -> ColumnElement[str | None]:
    whens: list[tuple[ColumnElement[bool], str]] = [(condition, bucket.value) for condition, bucket in near]
    return case((unknown, None), *whens, else_=Bucket.UP_TO_30.value).label("bucket")


def _named(bucket: str | None) -> Bucket | None:
    return None if bucket is None else Bucket(bucket)


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), dt.UTC)

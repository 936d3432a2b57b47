"""Invoices under review, and what people decided about them."""

import datetime as dt
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Connection, and_, select

from rules.decide import Outcome
from rules.model import Reservation
from worker.store import chain
from worker.store.decisions import Recorded, recorded_in
from worker.store.schema import decisions, invoices, reservations, resolutions


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution:
    """A person's decision. `accepted_rank` is that of the candidate chosen, None where it was not proposed."""

    resolved_by: str
    chosen: bool
    service_code: str | None
    commitment_number: str | None
    commitment_year: int | None
    accepted_rank: int | None
    comment: str | None


def under_review(connection: Connection) -> list[Recorded]:
    """The decisions that wait for a person, the oldest invoice first."""
    in_force = and_(
        decisions.c.invoice_key == invoices.c.invoice_key, decisions.c.outcome == Outcome.REVIEW, ~invoices.c.closed
    )
    query = (
        select(decisions)
        .join(invoices, in_force)
        .where(invoices.c.outcome == Outcome.REVIEW)
        .order_by(invoices.c.first_seen, invoices.c.invoice_key, decisions.c.decision_number)
    )
    latest = {row.invoice_key: recorded_in(row) for row in connection.execute(query)}
    return list(latest.values())


def is_under_review(connection: Connection, invoice_key: str) -> bool:
    """Whether an invoice waits for a person."""
    row = connection.execute(select(invoices).where(invoices.c.invoice_key == invoice_key)).first()
    return row is not None and row.outcome == Outcome.REVIEW and not row.closed


def record(connection: Connection, recorded: Recorded, resolution: Resolution, reservation: Reservation | None) -> None:
    """Write what a person decided: as a decision, as a label, and as the decision in force."""
    key, number = recorded.invoice_key, recorded.decision_number
    connection.execute(
        resolutions.insert().values(
            invoice_key=key,
            decision_number=number,
            resolved_at=recorded.decided_at,
            resolved_by=resolution.resolved_by,
            reviewed_reason=recorded.reason,
            resolution="chosen" if resolution.chosen else "none",
            service_code=resolution.service_code,
            commitment_number=resolution.commitment_number,
            commitment_year=resolution.commitment_year,
            accepted_rank=resolution.accepted_rank,
            comment=resolution.comment,
        )
    )
    connection.execute(
        invoices.update()
        .where(invoices.c.invoice_key == key)
        .values(
            decision_number=number,
            outcome=recorded.outcome,
            service_code=resolution.service_code,
            commitment_number=resolution.commitment_number,
            commitment_year=resolution.commitment_year,
            closed=not resolution.chosen,
        )
    )
    if reservation is not None:
        connection.execute(_reservation(reservation, recorded.decided_at))
    chain.append(connection, asdict(recorded))


def _reservation(reservation: Reservation, now: dt.datetime) -> Any:
    return reservations.insert().values(
        invoice_key=reservation.invoice_key,
        recipient_siret=reservation.recipient_siret,
        number=reservation.number,
        fiscal_year=reservation.fiscal_year,
        amount=reservation.amount,
        reserved_at=now,
    )

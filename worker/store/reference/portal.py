"""Recipients and services from the portal, over the reference data in force; commitments stay as they are.

The moment of the export stays too: it is that of the commitments, whose age decides who is blamed for a miss.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

from sqlalchemy import Connection, Engine, Table, insert, literal, select, text

from rules.model import AmountBasis, Recipient, Service
from worker.errors import PermanentError
from worker.reference.faults import Notice
from worker.reference.report import ImportReport
from worker.store.reference.changes import compare, refuse_losses
from worker.store.reference.load import (
    DEFAULT_LOSS,
    LOCK,
    announce,
    delete_all_but,
    put_in_force,
    recipient_values,
    service_values,
)
from worker.store.reference.read import current_import
from worker.store.schema import commitments, contract_parties, recipients, services

_KEPT = (commitments, contract_parties)
_NOT_LISTED = "recipients that the portal does not list for this account were kept as they are"


class NothingInForce(PermanentError):
    """There are no commitments yet, and without them every number would be unknown. Import a folder first."""

    code = "NOTHING_IN_FORCE"


def import_directory(
    engine: Engine,
    own: Iterable[Recipient],
    offered: Iterable[Service],
    *,
    now: dt.datetime,
    policy_limit: Decimal | float = DEFAULT_LOSS,
    force: bool = False,
) -> ImportReport:
    """Put recipients and services in force, and say what changed.

    A recipient that is not given, and its services, stay. Raises `NothingInForce`, and `ReferenceDataShrunk` for a loss
    beyond the limit; nothing is changed then.
    """
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
        before = current_import(connection)
        if before is None:
            raise NothingInForce("there is no reference data yet: import a folder with the commitments first")
        delete_all_but(connection, before.number)
        number = announce(connection, before.as_of, now)
        given = {recipient.siret: recipient for recipient in own}
        kept = _keep_others(connection, before.number, number, given)
        _write_recipients(connection, before.number, number, given, first_line=kept)
        _write_services(connection, number, given, offered)
        for table in _KEPT:
            _copy(connection, table, before.number, number)
        changes = compare(connection, before.number, number)
        if not force:
            refuse_losses(changes, Decimal(str(policy_limit)))
        put_in_force(connection, number)
        notices = (Notice("portal", None, None, _NOT_LISTED, kept),) if kept else ()
        return ImportReport(
            import_number=number, as_of=before.as_of, imported_at=now, tables=changes, released=0, notices=notices
        )


def _keep_others(connection: Connection, before: int, number: int, given: dict[str, Recipient]) -> int:
    """Copy the recipients that are not given, and their services; how many recipients."""
    listed = list(given)
    kept = _copy(connection, recipients, before, number, recipients.c.siret.not_in(listed))
    _copy(connection, services, before, number, services.c.recipient_siret.not_in(listed))
    return kept


def _write_recipients(
    connection: Connection, before: int, number: int, given: dict[str, Recipient], first_line: int
) -> None:
    """Each with the amount basis that it had: the portal does not know it."""
    query = select(recipients.c.siret, recipients.c.amount_basis).where(recipients.c.import_number == before)
    known = {row.siret: AmountBasis(row.amount_basis) for row in connection.execute(query)}
    rows = [
        {"import_number": number, "line": first_line + place} | recipient_values(
            replace(recipient, amount_basis=known.get(siret, recipient.amount_basis))
        )
        for place, (siret, recipient) in enumerate(given.items(), start=1)
    ]  # fmt: skip
    if rows:
        connection.execute(insert(recipients), rows)


def _write_services(
    connection: Connection, number: int, given: dict[str, Recipient], offered: Iterable[Service]
) -> None:
    unique = {(s.recipient_siret, s.code): s for s in offered if s.recipient_siret in given}
    rows = [
        {"import_number": number, "line": place, **service_values(service)}
        for place, service in enumerate(unique.values(), start=1)
    ]
    if rows:
        connection.execute(insert(services), rows)


def _copy(connection: Connection, table: Table, before: int, number: int, *conditions: object) -> int:
    """Copy rows of one import to another; how many."""
    others = [column for column in table.c if column.name != "import_number"]
    rows = select(literal(number), *others).where(table.c.import_number == before, *conditions)  # type: ignore[arg-type]
    names = ["import_number", *(column.name for column in others)]
    return connection.execute(insert(table).from_select(names, rows)).rowcount

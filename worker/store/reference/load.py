"""Importing a folder of reference files: everything is validated, then swapped, in one transaction.

A fault, a suspicious loss of rows or an accident rolls all of it back. Rows stream from the files to the database in
batches, so that memory stays flat however many commitments there are.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, Table, delete, insert, select, text, update

from rules.identifiers import party_key
from rules.model import Commitment, ContractParty, Recipient, Service
from rules.normalise import number_key
from worker.reference.as_of import read_as_of
from worker.reference.consistency import Consistency
from worker.reference.faults import FaultLog
from worker.reference.folder import read_commitments, read_contract_parties, read_recipients, read_services
from worker.reference.report import ImportReport
from worker.store.reference.changes import TABLES, compare, find_duplicates, refuse_losses
from worker.store.schema import (
    commitments,
    contract_parties,
    recipients,
    reference_imports,
    reservations,
    services,
)

T = TypeVar("T")
Values = dict[str, Any]
Progress = Callable[[int], None]
DEFAULT_LOSS = Decimal(20)  # percent
_BATCH = 1000  # rows
LOCK = 0x41696775  # of PostgreSQL, for imports of reference data; any number that nothing else uses


def import_folder(
    engine: Engine,
    folder: Path,
    *,
    now: dt.datetime,
    policy_limit: Decimal | float = DEFAULT_LOSS,
    force: bool = False,
    progress: Progress | None = None,
) -> ImportReport:
    """Put the reference data of a folder in force, and say what changed.

    `policy_limit` is how many percent of its rows a table may lose; `force` lifts it. `progress` is told after every
    batch how many rows were read so far. Imports wait for each other. Reservations older than the export are
    released, as its remaining amounts include them.

    Raises `worker.reference.faults.ReferenceFilesInvalid` (a `ReferenceDataInvalid`) with every fault of the files,
    and `ReferenceDataShrunk` for a loss beyond the limit. Nothing is changed then. On SQLite no one else can write
    meanwhile: about 20 seconds for half a million commitments.
    """
    limit = None if force else Decimal(str(policy_limit))
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
        return _replace(connection, folder, now, limit, progress)


def _replace(
    connection: Connection, folder: Path, now: dt.datetime, limit: Decimal | None, progress: Progress | None
) -> ImportReport:
    log = FaultLog()
    before = connection.scalar(select(reference_imports.c.import_number).where(reference_imports.c.is_current))
    delete_all_but(connection, before)
    as_of = read_as_of(folder, now, log)
    number = announce(connection, as_of, now)
    _Load(connection, number, log, progress).folder(folder)
    find_duplicates(connection, number, log)
    log.raise_if_faulty()
    changes = compare(connection, before, number)
    if limit is not None:
        refuse_losses(changes, limit)
    put_in_force(connection, number)
    released = connection.execute(delete(reservations).where(reservations.c.reserved_at < as_of)).rowcount
    return ImportReport(
        import_number=number,
        as_of=as_of,
        imported_at=now,
        tables=changes,
        released=released,
        notices=log.notices,
    )


class _Load:
    """Brings the rows of one import into the tables, in batches."""

    def __init__(self, connection: Connection, number: int, log: FaultLog, progress: Progress | None) -> None:
        self._connection = connection
        self._number = number
        self._log = log
        self._progress = progress
        self._rows = 0

    def folder(self, folder: Path) -> None:
        """Every file of the folder, in the order in which they refer to each other."""
        seen = Consistency(self._log)
        self._table(recipients, _watched(read_recipients(folder, self._log), seen.recipient), recipient_values)
        seen.all_recipients()
        own = read_services(folder, self._log, seen.recipients)
        self._table(services, _watched(own, seen.service), service_values)
        self._table(commitments, _watched(read_commitments(folder, self._log), seen.commitment), _commitment)
        self._table(contract_parties, read_contract_parties(folder, self._log), _contract_party)

    def _table(self, table: Table, rows: Iterator[tuple[int, T]], values: Callable[[T], Values]) -> None:
        statement = insert(table)
        numbered = ({"import_number": self._number, "line": line, **values(value)} for line, value in rows)
        while batch := list(islice(numbered, _BATCH)):
            self._connection.execute(statement, batch)
            self._rows += len(batch)
            if self._progress:
                self._progress(self._rows)


def _watched(rows: Iterable[tuple[int, T]], watch: Callable[[int, T], None]) -> Iterator[tuple[int, T]]:
    for line, value in rows:
        watch(line, value)
        yield line, value


def announce(connection: Connection, as_of: dt.datetime, now: dt.datetime) -> int:
    values = {"as_of": as_of, "imported_at": now, "is_current": False}
    statement = insert(reference_imports).values(values).returning(reference_imports.c.import_number)
    number: int = connection.execute(statement).scalar_one()
    return number


def put_in_force(connection: Connection, number: int) -> None:
    table = reference_imports.c
    connection.execute(update(reference_imports).values(is_current=table.import_number == number))


def delete_all_but(connection: Connection, number: int | None) -> None:
    for table in (*TABLES, reference_imports):
        connection.execute(delete(table).where(table.c.import_number != number))


def recipient_values(row: Recipient) -> Values:
    return {
        "siret": row.siret,
        "name": row.name,
        "active": row.active,
        "service_required": row.service_required,
        "commitment_required": row.commitment_required,
        "service_or_commitment_required": row.service_or_commitment_required,
        "amount_basis": row.amount_basis.value,
    }


def service_values(row: Service) -> Values:
    return {
        "recipient_siret": row.recipient_siret,
        "code": row.code,
        "name": row.name,
        "active": row.active,
        "valid_from": row.valid_from,
        "valid_to": row.valid_to,
        "commitment_required": row.commitment_required,
    }


def _commitment(row: Commitment) -> Values:
    supplier, contract = row.supplier_id, row.contract_number
    return {
        "recipient_siret": row.recipient_siret,
        "number": row.number,
        "fiscal_year": row.fiscal_year,
        "service_code": row.service_code,
        "supplier_id_type": row.supplier_id_type,
        "supplier_id": supplier,
        "contract_number": contract,
        "status": row.status.value,
        "amount": row.amount,
        "remaining": row.remaining,
        "currency": row.currency,
        "carried_over": row.carried_over,
        "valid_from": row.valid_from,
        "valid_to": row.valid_to,
        "labels": "|".join(row.labels),
        "number_key": number_key(row.number),
        "contract_key": number_key(contract) if contract else None,
        "supplier_key": party_key(supplier, row.supplier_id_type) if supplier else None,
    }


def _contract_party(row: ContractParty) -> Values:
    return {
        "contract_number": row.contract_number,
        "contract_key": number_key(row.contract_number),
        "role": row.role,
        "supplier_id_type": row.supplier_id_type,
        "supplier_id": row.supplier_id,
    }

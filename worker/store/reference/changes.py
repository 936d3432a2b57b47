"""What an import would change, in SQL: duplicates, rows added, removed and changed, and the guard against a bad export.

A row is the same row when its key is: the SIRET of a recipient, recipient and code of a service, recipient, number
and fiscal year of a commitment, and the whole of a contract party.
"""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from sqlalchemy import Column, Connection, Select, Table, func, select

from worker.errors import PermanentError
from worker.reference.faults import FaultLog
from worker.reference.folder import file_name
from worker.reference.layouts import COMMITMENTS
from worker.reference.report import TableChange
from worker.store.schema import commitments, contract_parties, recipients, services

TABLES = (recipients, services, commitments, contract_parties)
_KEYS = {
    "recipients": ("siret",),
    "services": ("recipient_siret", "code"),
    "commitments": ("recipient_siret", "number", "fiscal_year"),
    "contract_parties": ("contract_number", "role", "supplier_id_type", "supplier_id"),
}
_NOT_COMPARED = frozenset(("import_number", "line", "number_key", "contract_key", "supplier_key"))
_ALL = Decimal(100)


class ReferenceDataShrunk(PermanentError):
    """The new files hold far fewer rows than the data in force; nothing was imported. An export may be half empty.

    Look at the export; import again with `--force` if it is right. `tables` names what shrank beyond the limit.
    """

    code = "REFERENCE_DATA_SHRUNK"

    def __init__(self, tables: tuple[TableChange, ...], limit: Decimal) -> None:
        self.tables = tables
        self.limit = limit
        losses = ", ".join(f"{table.table} from {table.rows_before} to {table.rows} rows" for table in tables)
        super().__init__(
            f"the export may be incomplete: {losses}, a drop of more than {limit.normalize():f} %; nothing was "
            "imported. Look at the export, and import again with --force if it is right"
        )


def find_duplicates(connection: Connection, number: int, log: FaultLog) -> None:
    """State a fault for every commitment of an import whose key stands on an earlier line."""
    key = (commitments.c.recipient_siret, commitments.c.number, commitments.c.fiscal_year)
    first = func.min(commitments.c.line).over(partition_by=key).label("first")
    lines = select(commitments.c.line, *key, first).where(commitments.c.import_number == number).subquery()
    later = select(lines).where(lines.c.line > lines.c.first).order_by(lines.c.line)
    for row in connection.execute(later.execution_options(yield_per=1000)):
        year = f"of {row.fiscal_year}" if row.fiscal_year else "without a fiscal year"
        message = f"{row.number!r} {year} of {row.recipient_siret} stands on line {row.first} already: remove one"
        log.fault(file_name(COMMITMENTS), row.line, "number", message)


def compare(connection: Connection, before: int | None, after: int) -> tuple[TableChange, ...]:
    """How the tables of import `after` differ from those of import `before` (None: from nothing)."""
    return tuple(_change(connection, table, before, after) for table in TABLES)


def refuse_losses(changes: Iterable[TableChange], limit: Decimal) -> None:
    """Raise `ReferenceDataShrunk` if a table loses more than `limit` percent of its rows."""
    shrunk = tuple(change for change in changes if _loss(change) * _ALL > limit * change.rows_before)
    if shrunk:
        raise ReferenceDataShrunk(shrunk, limit)


def count_rows(connection: Connection, table: Table, number: int) -> int:
    """The rows of one import in one table."""
    counted = connection.scalar(select(func.count()).select_from(table).where(table.c.import_number == number))
    return counted or 0


def _loss(change: TableChange) -> int:
    return max(change.rows_before - change.rows, 0)


def _change(connection: Connection, table: Table, before: int | None, after: int) -> TableChange:
    rows = count_rows(connection, table, after)
    if before is None:
        return TableChange(table=table.name, rows_before=0, rows=rows, added=rows, removed=0, changed=0)
    key = [table.c[name] for name in _KEYS[table.name]]
    compared = [column for column in table.c if column.name not in _NOT_COMPARED]
    added = _only_in(connection, key, after, before)
    return TableChange(
        table=table.name,
        rows_before=count_rows(connection, table, before),
        rows=rows,
        added=added,
        removed=_only_in(connection, key, before, after),
        changed=_only_in(connection, compared, after, before) - added,
    )


def _only_in(connection: Connection, columns: list[Column[Any]], here: int, there: int) -> int:
    """How many different rows, by these columns, one import has and the other has not. NULL equals NULL."""

    def of(number: int) -> Select[Any]:
        return select(*columns).where(columns[0].table.c.import_number == number)

    return connection.scalar(select(func.count()).select_from(of(here).except_(of(there)).subquery())) or 0

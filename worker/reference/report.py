"""What an import of reference data changed, for the operator who ran it."""

import datetime as dt
from dataclasses import dataclass

from worker.reference.faults import Notice


@dataclass(frozen=True, slots=True, kw_only=True)
class TableChange:
    """One table before and after. A row is the same row when its key is: see `worker.store.reference.changes`."""

    table: str
    rows_before: int
    rows: int
    added: int
    removed: int
    changed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """One import that took place. `released` counts the reservations that the new `remaining` amounts include."""

    import_number: int
    as_of: dt.datetime
    imported_at: dt.datetime
    tables: tuple[TableChange, ...]
    released: int
    notices: tuple[Notice, ...] = ()

    @property
    def rows(self) -> int:
        """The rows in force, of all tables."""
        return sum(table.rows for table in self.tables)

    @property
    def is_unchanged(self) -> bool:
        """Whether every table holds what it held before."""
        return not any(table.added or table.removed or table.changed for table in self.tables)

    def lines(self) -> list[str]:
        """The report as text, one line for each table, then the notices."""
        heading = f"reference data as of {self.as_of.isoformat()} is in force ({self.rows} rows)"
        if self.is_unchanged:
            heading += "; nothing changed"
        tables = (
            f"  {table.table}: {table.rows} rows, {table.added} added, {table.removed} removed, {table.changed} changed"
            for table in self.tables
        )
        released = [f"  {self.released} reservations older than the export were released"] if self.released else []
        return [heading, *tables, *released, *(f"  note: {notice}" for notice in self.notices)]

    def __str__(self) -> str:
        return "\n".join(self.lines())


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceStatus:
    """The reference data in force. `rows` gives each table with its number of rows."""

    import_number: int
    as_of: dt.datetime
    imported_at: dt.datetime
    rows: tuple[tuple[str, int], ...]

    def lines(self) -> list[str]:
        """The status as text."""
        return [
            f"reference data as of {self.as_of.isoformat()}, imported {self.imported_at.isoformat()}",
            *(f"  {table}: {rows} rows" for table, rows in self.rows),
        ]

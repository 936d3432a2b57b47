"""From the cells of a row to a frozen value of the rules.

A cell at fault is reported and read as not given, so that the rest of its row is still checked. A row without its
key gives None. Faults of keys and values are reported with the header's own name of the column.
"""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import TypeVar

from rules.identifiers import siren_fault, siret_fault
from rules.model import AmountBasis, Commitment, CommitmentStatus, ContractParty, IdType, Recipient, Service
from worker.reference import cells
from worker.reference.csv_file import CsvFile, CsvRow

T = TypeVar("T")
_COMMA_IN_DOUBT = "a comma before three digits was read as the decimal comma"
_NO_TYPE = "the type is not given; it was told from the identifier, which has the key of a SIRET or SIREN"


class RowReader:
    """Reads the cells of the current row of one file by our names of the columns."""

    __slots__ = ("_cells", "_columns", "_file", "_line", "_log", "_positions")

    def __init__(self, file: CsvFile) -> None:
        header = file.header
        self._file = file.name
        self._log = file.log
        self._positions = header.positions if header else {}
        self._columns = header.layout.columns if header else {}
        self._line = 0
        self._cells: list[str] = []

    def at(self, row: CsvRow) -> None:
        """Go to a row."""
        self._line, self._cells = row

    def raw(self, column: str) -> str:
        """The text of a cell, empty where nothing is given."""
        position = self._positions.get(column)
        return "" if position is None else self._cells[position]

    def given(self, column: str, read: Callable[[str], T]) -> T | None:
        """The value of a cell; None where nothing is given, and where the cell is at fault."""
        text = self.raw(column)
        if not text:
            return None
        try:
            return read(text)
        except cells.CellFault as fault:
            self.fault(column, str(fault))
            return None

    def key(self, column: str, read: Callable[[str], T]) -> T | None:
        """The value of a cell that its row cannot do without; None if it is at fault."""
        if self.raw(column):
            return self.given(column, read)
        self.fault(column, "is empty: every row needs it")
        return None

    def flag(self, column: str, *, default: bool) -> bool:
        """A boolean with its default."""
        value = self.given(column, cells.boolean)
        return default if value is None else value

    def money(self, column: str) -> Decimal | None:
        """An amount in the row's currency."""
        read = self.given(column, cells.money)
        if read is None:
            return None
        amount, doubtful = read
        if doubtful:
            self.notice(column, _COMMA_IN_DOUBT)
        return amount

    def siret(self, column: str) -> str | None:
        """The SIRET that a row cannot do without."""
        return self._remarked(column, self.key(column, cells.siret))

    def party(self, type_column: str, column: str) -> tuple[str | None, str | None]:
        """The type and the identifier of a party. Where no type is given, a right key tells a SIRET or a SIREN."""
        kind = self.given(type_column, cells.id_type)
        text = self.raw(column)
        if text and not self.raw(type_column):
            kind = _told_by_key(text)
            if kind is not None:
                self.notice(type_column, _NO_TYPE)
        name = None if kind is None else kind.value
        match kind:
            case IdType.SIRET:
                return name, self._remarked(column, self.given(column, cells.siret))
            case IdType.SIREN:
                return name, self._remarked(column, self.given(column, cells.siren))
            case _:
                return name, self.given(column, cells.identifier)

    def period(self) -> tuple[dt.date | None, dt.date | None]:
        """First and last day of validity."""
        start, end = self.given("valid_from", cells.day), self.given("valid_to", cells.day)
        if start and end and end < start:
            self.notice("valid_to", "the period ends before it begins: nothing can be routed there")
        return start, end

    def fault(self, column: str, message: str) -> None:
        """State a fault of this row."""
        self._log.fault(self._file, self._line, self._columns[column], message)

    def notice(self, column: str, message: str) -> None:
        """State a remark on this row."""
        self._log.notice(self._file, self._line, self._columns[column], message)

    def notice_file(self, message: str) -> None:
        """State a remark on the file; rows are counted, none is named."""
        self._log.notice(self._file, None, None, message)

    def _remarked(self, column: str, read: cells.Read | None) -> str | None:
        if read is None:
            return None
        for message in read.notices:
            self.notice(column, message)
        return read.value


def recipient(row: RowReader) -> Recipient | None:
    """A row of recipients, or None without a SIRET."""
    siret = row.siret("siret")
    if siret is None:
        return None
    return Recipient(
        siret=siret,
        name=row.given("name", cells.words) or "",
        active=row.flag("active", default=True),
        service_required=row.flag("service_required", default=False),
        commitment_required=row.flag("commitment_required", default=False),
        service_or_commitment_required=row.flag("service_or_commitment_required", default=False),
        amount_basis=row.given("amount_basis", cells.amount_basis) or AmountBasis.TTC,
    )


def service(row: RowReader) -> Service | None:
    """A row of services, or None without its key (recipient, code)."""
    siret, code = row.siret("recipient_siret"), row.key("code", cells.identifier)
    name, (start, end) = row.given("name", cells.words), row.period()
    active = row.flag("active", default=True)
    commitment_required = row.given("commitment_required", cells.boolean)
    if siret is None or code is None:
        return None
    return Service(
        recipient_siret=siret,
        code=code,
        name=name or "",
        active=active,
        valid_from=start,
        valid_to=end,
        commitment_required=commitment_required,
    )


def commitment(row: RowReader) -> Commitment | None:
    """A row of commitments, or None without its number or recipient."""
    number, siret = row.key("number", cells.identifier), row.siret("recipient_siret")
    kind, supplier = row.party("supplier_id_type", "supplier_id")
    start, end = row.period()
    labels = row.given("labels", cells.words) or ""
    read = Commitment(
        number=number or "",
        recipient_siret=siret or "",
        fiscal_year=row.given("fiscal_year", cells.year),
        service_code=row.given("service_code", cells.identifier),
        supplier_id_type=kind,
        supplier_id=supplier,
        contract_number=row.given("contract_number", cells.identifier),
        status=row.given("status", cells.status) or CommitmentStatus.OPEN,
        amount=row.money("amount"),
        remaining=row.money("remaining"),
        currency=row.given("currency", cells.currency) or "EUR",
        carried_over=row.flag("carried_over", default=False),
        valid_from=start,
        valid_to=end,
        labels=tuple(label for part in labels.split("|") if (label := part.strip())),
    )
    return None if number is None or siret is None else read


def contract_party(row: RowReader) -> ContractParty | None:
    """A row of contract parties, or None without one of its mandatory values."""
    contract, role = row.key("contract_number", cells.identifier), row.key("role", cells.role)
    kind, supplier = row.party("supplier_id_type", "supplier_id")
    if not row.raw("supplier_id"):
        row.fault("supplier_id", "is empty: every row needs it")
    if contract is None or role is None or supplier is None:
        return None
    return ContractParty(contract_number=contract, role=role, supplier_id_type=kind, supplier_id=supplier)


def _told_by_key(text: str) -> IdType | None:
    if siret_fault(text) is None:
        return IdType.SIRET
    return IdType.SIREN if siren_fault(text) is None else None

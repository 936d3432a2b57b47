"""The folder of reference files: which files it holds, and their rows one at a time.

Layout of the folder: `recipients.csv`, `services.csv`, `commitments.csv`, and optionally `contract_parties.csv` and
`reference.toml`. The first two may be Chorus Pro's public directory instead (CHORUS 5.3), known by their header.
Every reader yields (physical line, value) and states faults and remarks in the log; none raises.
"""

from collections.abc import Callable, Container, Iterator
from pathlib import Path
from typing import TypeVar

from rules.model import Commitment, ContractParty, IdType, Recipient, Service
from worker.reference import cells, rows
from worker.reference.csv_file import CsvFile
from worker.reference.faults import FaultLog
from worker.reference.layouts import COMMITMENTS, CONTRACT_PARTIES, OPTIONAL_TABLES, RECIPIENTS, SERVICES, TABLES
from worker.reference.rows import RowReader

T = TypeVar("T")
_CHUNK = 1 << 20  # bytes
_ALL_STRUCTURES = "the file is Chorus Pro's directory: every structure in it was taken for one of this body"
_NO_SIRET = "structures that are not identified by a SIRET were left out"
_ELSEWHERE = "services of structures that are not in recipients.csv were left out, as the directory holds all of France"


def file_name(table: str) -> str:
    """The file of the folder that holds a table."""
    return f"{table}.csv"


def count_lines(folder: Path) -> int:
    """About how many rows the folder holds: its line ends, cheaply counted. For a progress bar."""
    total = 0
    for path in (folder / file_name(table) for table in TABLES):
        if path.is_file():
            with path.open("rb") as stream:
                total += sum(chunk.count(b"\n") for chunk in iter(lambda: stream.read(_CHUNK), b""))
    return total


def read_recipients(folder: Path, log: FaultLog) -> Iterator[tuple[int, Recipient]]:
    """The rows of recipients.csv."""
    return _rows(folder, RECIPIENTS, log, rows.recipient, _without_siret)


def read_services(folder: Path, log: FaultLog, recipients: Container[str]) -> Iterator[tuple[int, Service]]:
    """The rows of services.csv; of the directory, only the services of `recipients` (SIRETs)."""

    def elsewhere(row: RowReader) -> str | None:
        try:
            siret = cells.siret(row.raw("recipient_siret")).value
        except cells.CellFault:
            return _ELSEWHERE
        return None if siret in recipients else _ELSEWHERE

    return _rows(folder, SERVICES, log, rows.service, elsewhere)


def read_commitments(folder: Path, log: FaultLog) -> Iterator[tuple[int, Commitment]]:
    """The rows of commitments.csv."""
    return _rows(folder, COMMITMENTS, log, rows.commitment)


def read_contract_parties(folder: Path, log: FaultLog) -> Iterator[tuple[int, ContractParty]]:
    """The rows of contract_parties.csv; none without the file."""
    return _rows(folder, CONTRACT_PARTIES, log, rows.contract_party)


def _rows(
    folder: Path,
    table: str,
    log: FaultLog,
    build: Callable[[RowReader], T | None],
    left_out: Callable[[RowReader], str | None] | None = None,
) -> Iterator[tuple[int, T]]:
    path = folder / file_name(table)
    if table in OPTIONAL_TABLES and not path.exists():
        return
    try:
        with path.open("rb") as stream:
            file = CsvFile(stream, path.name, table, log)
            yield from _values(file, build, left_out if file.is_directory else None)
    except OSError as error:
        log.lost(path.name, None, None, _unopened(folder, error))


def _values(
    file: CsvFile, build: Callable[[RowReader], T | None], left_out: Callable[[RowReader], str | None] | None
) -> Iterator[tuple[int, T]]:
    reader = RowReader(file)
    for row in file.rows():
        reader.at(row)
        if left_out and (reason := left_out(reader)):
            file.log.notice(file.name, row.line, None, reason)
            continue
        value = build(reader)
        if value is None:
            file.log.incomplete.add(file.name)
        else:
            yield row.line, value


def _without_siret(row: RowReader) -> str | None:
    row.notice_file(_ALL_STRUCTURES)
    try:
        kind = cells.id_type(row.raw("id_type")) if row.raw("id_type") else IdType.SIRET
    except cells.CellFault:
        return _NO_SIRET
    return None if kind is IdType.SIRET else _NO_SIRET


def _unopened(folder: Path, error: OSError) -> str:
    if not folder.is_dir():
        return f"{folder} is not a folder that can be read: give the folder that holds the reference files"
    if isinstance(error, FileNotFoundError):
        return "the file is missing: the folder needs recipients.csv, services.csv and commitments.csv"
    return f"the file cannot be read ({error.strerror}): correct its permissions"

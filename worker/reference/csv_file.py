"""Reading one CSV file row by row, with the physical line of each row, and without trusting it.

UTF-8, with or without a byte order mark; comma or semicolon, told by the header; any line end but a lone CR; quoted
values may hold line breaks. A row begins on the line that is reported. Only one row stands in memory at a time.
"""

import csv
import re
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from worker.reference.faults import FaultLog
from worker.reference.layouts import LAYOUTS, Layout

MAX_LINE = 1 << 20  # bytes
_BOM = b"\xef\xbb\xbf"
_BLANK = " \t\r\n"
_LONE_BREAK = "a line break stands alone: save the file with the line ends of Windows or Unix"
_MAX_REMARK = 500  # characters


class Header(NamedTuple):
    """What the first line says: the layout, the delimiter, the names as written, and where our columns stand."""

    layout: Layout
    delimiter: str
    names: tuple[str, ...]
    positions: dict[str, int]
    line: int


class CsvRow(NamedTuple):
    """The cells of one row, each without outer blanks, and the physical line on which the row begins (from 1)."""

    line: int
    cells: list[str]


class CsvFile:
    """One file of the reference folder. `header` is None where its rows cannot be read; a fault then says why."""

    def __init__(self, stream: BinaryIO, name: str, table: str, log: FaultLog) -> None:
        self.name = name
        self.log = log
        self._lines = _Lines(stream, self.name, log)
        self.header = self._read_header(table)

    @property
    def is_directory(self) -> bool:
        """Whether this is a file of Chorus Pro's public directory."""
        return self.header is not None and self.header.layout.is_directory

    def rows(self) -> Iterator[CsvRow]:
        """Every row that has as many cells as the header; blank rows are passed over. Can be called once."""
        if self.header is None:
            return
        width = len(self.header.names)
        for line, cells in self._raw_rows(self.header.delimiter):
            while len(cells) > width and not cells[-1]:
                cells.pop()  # spreadsheets write more delimiters than columns
            if not any(cells):
                continue
            if len(cells) == width:
                yield CsvRow(line, cells)
            else:
                self.log.lost(self.name, line, None, f"the row has {len(cells)} cells and the header {width} columns")

    def _raw_rows(self, delimiter: str) -> Iterator[tuple[int, list[str]]]:
        reader = csv.reader(self._lines, delimiter=delimiter, strict=True)
        while True:
            line = self._lines.number + 1
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                self.log.lost(self.name, line, None, _explained(error))
                if "field limit" in str(error):
                    return
            else:
                yield line, [cell.strip() for cell in cells]

    def _read_header(self, table: str) -> Header | None:
        first = next((line for line in self._lines if line.strip(f"{_BLANK},;")), None)
        if first is None:
            self.log.lost(self.name, None, None, "is empty: the first line names the columns")
            return None
        if "\r" in first.rstrip("\r\n"):
            self.log.lost(self.name, self._lines.number, None, _LONE_BREAK)
            return None
        layouts = LAYOUTS[table]
        readings = [(layout, mark, _names(first, mark)) for layout in layouts for mark in ",;"]
        layout, mark, names = max(readings, key=lambda reading: reading[0].fit(_lower(reading[2])))
        header = Header(layout, mark, names, _positions(layout, _lower(names)), self._lines.number)
        return header if self._check(header) else None

    def _check(self, header: Header) -> bool:
        faults = self.log.count
        lower, layout = _lower(header.names), header.layout
        absent = [ours for ours in layout.columns if ours not in header.positions]
        for theirs in layout.columns.values():
            if lower.count(theirs.lower()) > 1:
                self.log.lost(self.name, header.line, theirs, "the column stands twice: remove one")
        for ours in absent:
            if ours in layout.mandatory:
                message = "the column is missing: add it, or correct the header"
                self.log.lost(self.name, header.line, layout.columns[ours], message)
        if optional := [layout.columns[ours] for ours in absent if ours not in layout.mandatory]:
            self._remark(header, f"columns that are not there, so that their default holds: {', '.join(optional)}")
        if unknown := [name for name in header.names if name and name.lower() not in layout.known]:
            self._remark(header, f"columns that are unknown and were ignored: {', '.join(unknown)}")
        return self.log.count == faults

    def _remark(self, header: Header, message: str) -> None:
        self.log.notice(self.name, header.line, None, message[:_MAX_REMARK])


class _Lines:
    """The lines of a file as text. `number` is that of the last line handed out."""

    def __init__(self, stream: BinaryIO, name: str, log: FaultLog) -> None:
        self._stream = stream
        self._name = name
        self._log = log
        self._misread = False
        self.number = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        raw = self._stream.readline(MAX_LINE)
        if not raw:
            raise StopIteration
        self.number += 1
        if len(raw) == MAX_LINE and not raw.endswith(b"\n"):
            self._log.lost(self._name, self.number, None, f"the line has more than {MAX_LINE} bytes: is this a CSV?")
            raise StopIteration
        if self.number == 1:
            raw = raw.removeprefix(_BOM)
        try:
            return raw.decode()
        except UnicodeDecodeError as error:
            return self._replaced(raw, error)

    def _replaced(self, raw: bytes, error: UnicodeDecodeError) -> str:
        if not self._misread:  # one fault for the file: the lines that follow would all say the same
            self._misread = True
            byte = f"0x{raw[error.start]:02X}"
            self._log.fault(self._name, self.number, None, f"byte {byte} is not UTF-8: save the file as CSV UTF-8")
        return raw.decode(errors="replace")


def _names(line: str, delimiter: str) -> tuple[str, ...]:
    try:
        names = next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        names = line.split(delimiter)
    while names and not names[-1].strip():
        names.pop()
    return tuple(re.sub(r"\s+", " ", name).strip() for name in names)


def _lower(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name.lower() for name in names)


def _positions(layout: Layout, names: tuple[str, ...]) -> dict[str, int]:
    return {ours: names.index(theirs.lower()) for ours, theirs in layout.columns.items() if theirs.lower() in names}


def _explained(error: csv.Error) -> str:
    text = str(error)
    if "field limit" in text or "unexpected end" in text:
        return "a quotation mark is opened here and not closed: close it, or double it inside a quoted value"
    if "expected after" in text:
        return "a quoted value goes on after its closing mark: double the quotation marks inside it"
    return _LONE_BREAK

"""Any CSV, XLSX or Parquet file as a DuckDB relation of plain columns, for audits that need no warehouse.

A file that cannot be read whole is refused with one error, `BadTable`, that names file, row, column and reason, and
never a value; a CSV that is plainly Chinese in GB18030 is read as such, and a line on the log says so. Rows count from
1 with the header among them, as a spreadsheet shows them; Parquet files have no header row.
"""

import codecs
import logging
import re
import tempfile
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import cast

import duckdb

from validation.chinese_text import copied_as_utf8
from validation.header_row import Header, header_at, header_of_text, nearest

_LOG = logging.getLogger(__name__)
_NOT_TEXT = "is neither UTF-8 nor plainly Chinese text in GB18030; save the file as UTF-8"
_SAMPLE_BYTES = 1 << 20
# Half of what DuckDB takes for each thread by default, which costs no time and saves 60 MB.
_BUFFER_BYTES = 16 << 20
_RAGGED = re.compile(r"Expected Number of Columns: (\d+) Found: (\d+)")
_LINE = re.compile(r"CSV Error on Line: (\d+)")


class BadTable(ValueError):
    """A file that cannot be audited as asked; `row` and `column` are None where the whole file is meant."""

    def __init__(self, reason: str, *, file: str, row: int | None = None, column: str | None = None) -> None:
        place = [file]
        if row is not None:
            place.append(f"row {row}")
        if column is not None:
            place.append(f"column {column}")
        super().__init__(f"{', '.join(place)}: {reason}")
        self.reason = reason
        self.file = file
        self.row = row
        self.column = column


class Table:
    """An open file: its columns, and SQL over the relation `data` in which every CSV and XLSX value is text."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._first_row = 2
        self._connection: duckdb.DuckDBPyConnection | None = None
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self.columns = self._connected()
        if not self.columns:
            raise self.error("has no columns")
        self._names = dict(zip(self.columns, unique(self.columns), strict=True))

    @property
    def connection(self) -> duckdb.DuckDBPyConnection:
        """DuckDB with the relation `data`; the file is opened again where it was released."""
        if self._connection is None:
            self._connected()
        return cast("duckdb.DuckDBPyConnection", self._connection)

    def error(self, reason: str, *, row: int | None = None, column: str | None = None) -> BadTable:
        """An error about this file."""
        return BadTable(reason, file=self.path.name, row=row, column=column)

    def require(self, columns: Sequence[str]) -> None:
        """Refuse the file when it lacks one of these columns, or has it twice."""
        for column in columns:
            if column not in self.columns:
                raise self.error(f"no such column{self._instead(column)}", column=column)
            if self.columns.count(column) > 1:
                raise self.error("the column stands in the header more than once", column=column)

    def _instead(self, column: str) -> str:
        """The names there are; below a title they may be no names at all, and are not shown."""
        if self._first_row > 2:
            return f"; the header was found in row {self._first_row - 1}"
        near = nearest(column, self.columns)
        there_are = f" (there are: {', '.join(self.columns[:30])})"
        return there_are if near is None else f", did you mean {near}?{there_are}"

    def sql(self, column: str) -> str:
        """A column for SQL. DuckDB takes names that differ only in case for one, so the later of them is renamed."""
        return quoted(self._names[column])

    def rows(self, sql: str, parameters: Sequence[object] = ()) -> list[tuple[object, ...]]:
        """The rows of a query over `data`."""
        try:
            found: list[tuple[object, ...]] = self.connection.execute(sql, list(parameters)).fetchall()
        except duckdb.Error as error:
            raise self._bad(error) from None
        return found

    def row_of(self, condition: str, parameters: Sequence[object] = ()) -> int | None:
        """Number of the first row that meets an SQL condition, for an error message."""
        numbered = "SELECT row_number() OVER () AS row_number_, * FROM data"
        found = self.rows(f"SELECT row_number_ FROM ({numbered}) WHERE {condition} LIMIT 1", parameters)  # noqa: S608
        return int(str(found[0][0])) + self._first_row - 1 if found else None

    def close(self) -> None:
        """Release the file and all memory: DuckDB keeps that of a dropped table. A later question opens it again."""
        if self._connection is not None:
            self._connection.close()
        if self._folder is not None:
            self._folder.cleanup()
        self._connection = self._folder = None

    def __enter__(self) -> "Table":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _connected(self) -> list[str]:
        """Opens the file and tells its columns."""
        self._connection = duckdb.connect()
        self._connection.execute("SET enable_progress_bar = false")
        # DuckDB 2.0 pushes TRY_CAST into the CSV reader as a plain cast, which then fails instead of giving null.
        self._connection.execute("SET disabled_optimizers = 'type_pushdown'")
        try:
            return self._open()
        except (duckdb.Error, BadTable) as error:
            self.close()
            raise error if isinstance(error, BadTable) else self._bad(error) from None

    def _open(self) -> list[str]:
        head = self._head()
        suffix = self.path.suffix.lower()
        if head.startswith(b"PAR1") or suffix == ".parquet":
            return self._parquet(head)
        if head.startswith(b"PK\x03\x04") or suffix in {".xlsx", ".xlsm"}:
            return self._xlsx(head)
        return self._csv(head)

    def _head(self) -> bytes:
        try:
            with self.path.open("rb") as file:
                head = file.read(_SAMPLE_BYTES)
        except OSError as error:
            raise self.error(f"cannot be read ({error.strerror})") from None
        if not head.strip():
            raise self.error("is empty")
        return head

    def _parquet(self, head: bytes) -> list[str]:
        if not head.startswith(b"PAR1"):
            raise self.error("is not a Parquet file")
        self._first_row = 1
        self.connection.read_parquet(str(self.path)).create_view("data")
        return [str(row[0]) for row in self.rows("DESCRIBE data")]

    def _csv(self, head: bytes) -> list[str]:
        encoding = "utf-16" if head[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8"
        path, head = self._as_utf8(head) if encoding == "utf-8" else (self.path, head)
        header = self._header(head, encoding)
        names = [name.strip() for name in header.names]
        self._first_row = 2 + header.rows_above
        columns = ", ".join(f"{literal(name)}: 'VARCHAR'" for name in unique(names))
        self.connection.execute(
            f"CREATE VIEW data AS SELECT * FROM read_csv({literal(str(path))}, header = true, quote = '\"', "  # noqa: S608
            f"escape = '\"', auto_detect = false, delim = {literal(header.delimiter)}, "
            f"encoding = '{encoding}', skip = {header.rows_above}, "
            f"buffer_size = {_BUFFER_BYTES}, columns = {{{columns}}})"
        )
        return names

    def _as_utf8(self, head: bytes) -> tuple[Path, bytes]:
        """The file and its beginning; of a Chinese one a copy in UTF-8, which goes when the table is closed."""
        try:
            codecs.getincrementaldecoder("utf-8")("strict").decode(head, final=len(head) < _SAMPLE_BYTES)
        except UnicodeDecodeError as error:
            self._folder = tempfile.TemporaryDirectory()
            copy = Path(self._folder.name) / "copy.csv"
            if not copied_as_utf8(self.path, copy):
                raise self.error(_NOT_TEXT, row=head[: error.start].count(b"\n") + 1) from None
            _LOG.warning("%s is not UTF-8; it was read as Chinese text in GB18030", self.path.name)
            with copy.open("rb") as file:
                return copy, file.read(_SAMPLE_BYTES)
        return self.path, head

    def _header(self, head: bytes, encoding: str) -> Header:
        try:
            text = head.decode(encoding, errors="ignore" if len(head) == _SAMPLE_BYTES else "strict")
        except UnicodeDecodeError as error:
            raise self.error("is not whole UTF-16 text", row=head[: error.start].count(b"\n") + 1) from None
        text = text.removeprefix("\ufeff")
        if "\0" in text:
            raise self.error("holds binary data: not a CSV, XLSX or Parquet file")
        header = header_of_text(text)
        if header is None:
            raise self.error("has no readable header", row=1)
        return header

    def _xlsx(self, head: bytes) -> list[str]:
        if not head.startswith(b"PK\x03\x04"):
            raise self.error("is not an XLSX workbook")
        import pyarrow as pa  # noqa: PLC0415 - only workbooks pay for it

        names, records = self._sheet()
        columns = list(zip(*records, strict=True)) if records else [()] * len(names)
        arrays = [pa.array(column, pa.string()) for column in columns]
        self.connection.register("sheet", pa.table(arrays, names=list(unique(names))))
        self.connection.execute("CREATE VIEW data AS SELECT * FROM sheet")
        return names

    def _sheet(self) -> tuple[list[str], list[list[str | None]]]:
        from openpyxl import load_workbook  # noqa: PLC0415 - only workbooks pay for it

        try:
            book = load_workbook(self.path, read_only=True, data_only=True)
            rows = [_row(row) for row in book.worksheets[0].iter_rows(values_only=True)]
        except Exception:  # noqa: BLE001 - a broken workbook fails in a dozen ways, none of them ours
            raise self.error("is not a readable XLSX workbook") from None
        above = header_at([[cell or "" for cell in row] for row in rows])
        self._first_row = 2 + above
        names = [(cell or "").strip() for row in rows[above : above + 1] for cell in row]
        while names and not names[-1]:
            names.pop()
        width = len(names)
        if not width:
            raise self.error("is empty: its first sheet holds nothing")
        padded = [(record + [None] * width)[:width] for record in rows[above + 1 :]]
        return names, [record for record in padded if any(cell is not None for cell in record)]

    def _bad(self, error: Exception) -> BadTable:
        text = str(error)
        line = _LINE.search(text)
        row = int(line[1]) if line else None
        ragged = _RAGGED.search(text)
        if ragged:
            return self.error(f"has {ragged[2]} columns where the header has {ragged[1]}", row=row)
        if "unicode" in text:
            return self.error(_NOT_TEXT, row=row)
        if "quote" in text and row is not None:
            return self.error("has a quote that is not closed", row=row)
        if "invalid state" in text:
            return self.error("mixes line ends, or has a quote out of place; save the file again as CSV", row=row)
        return self.error("cannot be read as a table", row=row)


def unique(names: Sequence[str]) -> tuple[str, ...]:
    """Column names made unique, as DuckDB wants them; repeated and empty ones get a number."""
    taken: set[str] = set()
    answer = []
    for number, name in enumerate(names, start=1):
        fresh = name if name and name.lower() not in taken else f"{name}_{number}"
        while fresh.lower() in taken:
            fresh += "_"
        taken.add(fresh.lower())
        answer.append(fresh)
    return tuple(answer)


def quoted(name: str) -> str:
    """A column name for SQL."""
    return '"' + name.replace('"', '""') + '"'


def literal(value: str) -> str:
    """A text for SQL."""
    return "'" + value.replace("'", "''") + "'"


def _row(cells: Sequence[object]) -> list[str | None]:
    """A workbook's row without the empty cells behind it, of which a formatted sheet may hold thousands."""
    last = next((index for index in range(len(cells), 0, -1) if cells[index - 1] is not None), 0)
    return [_text(cell) for cell in cells[:last]]


def _text(cell: object) -> str | None:
    """A workbook's value as the text a CSV file would hold."""
    if cell is None:
        return None
    if isinstance(cell, bool):
        return "1" if cell else "0"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return cell.isoformat() if isinstance(cell, datetime | date) else str(cell)

"""The files' formats, written block by block so that memory stays small and the bytes do not depend on the blocks.

A workbook is written again with fixed times in its zip folder and properties, since openpyxl puts the clock there.
"""

import re
import zipfile
from collections.abc import Iterable
from pathlib import Path

import openpyxl
import orjson
import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from warehouse.generate.exports.interviews import Record

_ROW_GROUP = 65_536
_FIXED_TIME = (2026, 1, 1, 0, 0, 0)
_CLOCK = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")
_FIXED_CLOCK = rb"\g<1>2026-01-01T00:00:00Z"


class CsvFile:
    """Comma-separated text in UTF-8, quoted where needed."""

    def __init__(self, path: Path) -> None:
        self.rows = 0
        self._path = path
        self._writer: pa_csv.CSVWriter | None = None

    def write(self, table: pa.Table) -> None:
        """Append the rows; the first call writes the header."""
        if self._writer is None:
            self._writer = pa_csv.CSVWriter(self._path, table.schema, write_options=_CSV)
        self._writer.write_table(table)
        self.rows += table.num_rows

    def close(self) -> None:
        """Finish the file."""
        if self._writer is not None:
            self._writer.close()


_CSV = pa_csv.WriteOptions(quoting_style="needed")


class ParquetFile:
    """Parquet in row groups of one size, whatever the blocks."""

    def __init__(self, path: Path) -> None:
        self.rows = 0
        self._path = path
        self._writer: pq.ParquetWriter | None = None
        self._waiting: pa.Table | None = None

    def write(self, table: pa.Table) -> None:
        """Append the rows; full row groups go to the disk."""
        self.rows += table.num_rows
        waiting = table if self._waiting is None else pa.concat_tables([self._waiting, table])
        while waiting.num_rows >= _ROW_GROUP:
            self._flush(waiting.slice(0, _ROW_GROUP))
            waiting = waiting.slice(_ROW_GROUP)
        self._waiting = waiting

    def close(self) -> None:
        """Write the last row group and finish the file."""
        if self._waiting is not None and (self._waiting.num_rows or self._writer is None):
            self._flush(self._waiting)
        if self._writer is not None:
            self._writer.close()

    def _flush(self, group: pa.Table) -> None:
        if self._writer is None:
            self._writer = pq.ParquetWriter(self._path, group.schema, compression="zstd")
        self._writer.write_table(group.combine_chunks(), row_group_size=_ROW_GROUP)


class WorkbookFile:
    """An XLSX workbook of one sheet, for files of up to some ten thousand rows."""

    def __init__(self, path: Path) -> None:
        self.rows = 0
        self._path = path
        self._book = openpyxl.Workbook(write_only=True)
        self._sheet = self._book.create_sheet("export")
        self._has_header = False

    def write(self, table: pa.Table) -> None:
        """Append the rows; the first call writes the header."""
        if not self._has_header:
            self._sheet.append(table.column_names)
            self._has_header = True
        for row in zip(*(column.to_pylist() for column in table.columns), strict=True):
            self._sheet.append(row)
        self.rows += table.num_rows

    def close(self) -> None:
        """Save the workbook without the clock's traces."""
        self._book.save(self._path)
        _without_clock(self._path)


class JsonLinesFile:
    """One JSON object a line."""

    def __init__(self, path: Path) -> None:
        self.rows = 0
        self._file = path.open("wb")

    def write(self, records: Iterable[Record]) -> None:
        """Append the records."""
        lines = [orjson.dumps(record, option=orjson.OPT_APPEND_NEWLINE) for record in records]
        self._file.write(b"".join(lines))
        self.rows += len(lines)

    def close(self) -> None:
        """Finish the file."""
        self._file.close()


def _without_clock(path: Path) -> None:
    with zipfile.ZipFile(path) as book:
        entries = [(entry.filename, book.read(entry)) for entry in book.infolist()]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        for name, content in entries:
            entry = zipfile.ZipInfo(name, _FIXED_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            book.writestr(entry, _CLOCK.sub(_FIXED_CLOCK, content) if name == "docProps/core.xml" else content)

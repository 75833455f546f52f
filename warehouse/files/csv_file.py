"""CSV in batches: header, ragged rows and open quotes are checked; memory holds a few blocks, whatever the size."""

import contextlib
import csv
import io
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pyarrow as pa
from pyarrow import csv as arrow_csv

from warehouse.files.errors import FileRefused
from warehouse.files.mapping import Shape
from warehouse.files.source_file import LONGEST_ROW, Place, SourceFile, named, numbered, repeated
from warehouse.files.text_stream import TextStream, too_long

_BLOCK = 2 * LONGEST_ROW

if TYPE_CHECKING:
    _Reader = io.BufferedReader[TextStream]


def opened(place: Place, shape: Shape) -> SourceFile:
    """The CSV file with its header read; raises FileRefused when it has none, or names a column twice."""
    stream = TextStream(place, shape.encoding, shape.quote)
    buffered = io.BufferedReader(stream, _BLOCK)
    delimiter = _delimiter(place, shape)
    columns = _columns(buffered, place, shape, delimiter)

    def batches(wanted: tuple[str, ...]) -> Iterator[pa.RecordBatch]:
        first_row = 2 if shape.has_header else 1
        try:
            yield from _batches(buffered, columns, wanted, delimiter, shape.quote, first_row, place.name)
        except pa.ArrowInvalid as error:
            is_open = stream.has_open_quote and stream.consumed == size
            raise _refusal(error, place, shape, delimiter, None if is_open else len(columns)) from error
        if stream.has_open_quote:
            raise _open_quote(place, shape, delimiter)

    size = place.path.stat().st_size
    return SourceFile(
        name=place.name,
        columns=columns,
        batches=batches,
        done=lambda: stream.consumed,
        size=size,
    )


def _delimiter(place: Place, shape: Shape) -> str:
    return shape.delimiter or ("\t" if place.name.lower().endswith(".tsv") else ",")


def _columns(buffered: "_Reader", place: Place, shape: Shape, delimiter: str) -> tuple[str, ...]:
    if not shape.has_header:
        if not shape.columns:
            raise FileRefused(place.name, "the mapping says there is no header and names no columns")
        return shape.columns
    columns = named(_header(buffered, place.name, delimiter, shape.quote))
    twice = repeated(columns)
    if twice is not None:
        raise FileRefused(place.name, "the header names the column twice", row=1, column=twice)
    return columns


def _header(buffered: "_Reader", name: str, delimiter: str, quote: str) -> list[str]:
    record = b""
    while not record.strip() or record.count(quote.encode()) % 2:
        line = buffered.readline(LONGEST_ROW + 1)
        if not line and not record.strip():
            raise FileRefused(name, "the file is empty")
        if not line:
            raise FileRefused(name, "a quote is opened and never closed", row=1)
        record += line
        if len(record) > LONGEST_ROW:
            raise too_long(name, 1)
    return next(csv.reader(io.StringIO(record.decode(), newline=""), delimiter=delimiter, quotechar=quote))


def _batches(
    buffered: "_Reader",
    columns: tuple[str, ...],
    wanted: tuple[str, ...],
    delimiter: str,
    quote: str,
    first_row: int,
    name: str,
) -> Iterator[pa.RecordBatch]:
    if not buffered.peek(1):
        raise FileRefused(name, "the file has a header and no row")
    keep = wanted or columns[:1]
    reader = arrow_csv.open_csv(
        buffered,
        arrow_csv.ReadOptions(column_names=list(columns), block_size=_BLOCK),
        arrow_csv.ParseOptions(delimiter=delimiter, quote_char=quote, newlines_in_values=True),
        arrow_csv.ConvertOptions(
            column_types=dict.fromkeys(columns, pa.string()),
            include_columns=list(keep),
            strings_can_be_null=False,
            check_utf8=False,
        ),
    )
    row = first_row
    for batch in reader:
        yield numbered(batch.columns[: len(wanted)], wanted, row, batch.num_rows)
        row += batch.num_rows


def _refusal(error: pa.ArrowInvalid, place: Place, shape: Shape, delimiter: str, width: int | None) -> FileRefused:
    """What made the reader stop; `width` is None where a quote stands open at the file's end."""
    if "straddl" in str(error):
        return too_long(place.name, None)
    if width is None:
        return _open_quote(place, shape, delimiter)
    for row, count in _widths(place, shape, delimiter):
        if count != width:
            return FileRefused(place.name, f"{count} values where the header names {width} columns", row=row)
    return FileRefused(place.name, "not readable as CSV")


def _widths(place: Place, shape: Shape, delimiter: str) -> Iterator[tuple[int, int]]:
    """Each record's number and count of values, read a second time, slowly, to name the row of a refusal."""
    csv.field_size_limit(LONGEST_ROW)
    with io.TextIOWrapper(io.BufferedReader(TextStream(place, shape.encoding)), encoding="utf-8", newline="") as text:
        records = (record for record in csv.reader(text, delimiter=delimiter, quotechar=shape.quote) if record)
        yield from ((row, len(record)) for row, record in enumerate(records, start=1))


def _open_quote(place: Place, shape: Shape, delimiter: str) -> FileRefused:
    """The last record is the one that swallowed the rest."""
    row = None
    with contextlib.suppress(csv.Error):
        row = max((row for row, _ in _widths(place, shape, delimiter)), default=None)
    return FileRefused(place.name, "a quote is opened and never closed", row=row)

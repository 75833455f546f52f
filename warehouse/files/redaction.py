"""A kept file without some of its rows: each of them becomes an empty one, so that all others keep their numbers.

What is not a row of those stays as it was: characters, encoding and line ends of text, types of Parquet, cells of the
sheet of a workbook.
"""

import codecs
import csv
import io
from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
from pyarrow import parquet

from warehouse.files.errors import FileRefused
from warehouse.files.mapping import Shape
from warehouse.files.reading import ENDINGS
from warehouse.files.source_file import LONGEST_ROW, Place
from warehouse.files.text_stream import TextStream, fitting


def redact(place: Place, shape: Shape, rows: Collection[int], out: Path) -> None:
    """Writes the file at `place` to `out` with the rows of these numbers (as a load counts them) empty."""
    kind = shape.format or ENDINGS.get("." + place.name.rsplit(".", 1)[-1].lower(), "csv")
    writers: dict[str, Callable[[Place, Shape, frozenset[int], Path], None]] = {
        "csv": _csv,
        "jsonl": _json_lines,
        "parquet": _parquet,
        "xlsx": _workbook,
    }
    if kind in {"csv", "jsonl"} and len(shape.encodings) > 1:
        shape = replace(shape, encoding=fitting(place, shape.encodings))
    writers[kind](place, shape, frozenset(rows), out)


def _csv(place: Place, shape: Shape, rows: frozenset[int], out: Path) -> None:
    delimiter = shape.delimiter or ("\t" if place.name.lower().endswith(".tsv") else ",")
    with _decoded(place, shape) as lines:
        _write_text(out, shape, _without_records(lines, rows, delimiter, shape.quote))


def _without_records(lines: io.TextIOWrapper, rows: frozenset[int], delimiter: str, quote: str) -> Iterator[str]:
    """The text record by record; a record may span lines, and an empty line is none."""
    csv.field_size_limit(LONGEST_ROW)
    taken: list[str] = []

    def told() -> Iterator[str]:
        for line in lines:
            taken.append(line)
            yield line

    number = 0
    for record in csv.reader(told(), delimiter=delimiter, quotechar=quote):
        raw = "".join(taken)
        taken.clear()
        number += bool(record)
        yield _empty_record(raw, len(record), delimiter, quote) if record and number in rows else raw
    yield "".join(taken)


def _empty_record(raw: str, width: int, delimiter: str, quote: str) -> str:
    end = raw[len(raw.rstrip("\r\n")) :]
    return (delimiter * (width - 1) if width > 1 else quote * 2) + end


def _json_lines(place: Place, shape: Shape, rows: frozenset[int], out: Path) -> None:
    """A row is a line there, and an empty line is passed over."""
    with _decoded(place, shape, newline="\n") as lines:
        _write_text(out, shape, ("\n" if number in rows else line for number, line in enumerate(lines, start=1)))


def _decoded(place: Place, shape: Shape, newline: str = "") -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BufferedReader(TextStream(place, shape.encoding)), encoding="utf-8", newline=newline)


def _write_text(out: Path, shape: Shape, parts: Iterator[str]) -> None:
    encoder = codecs.getincrementalencoder(shape.encoding)()
    with out.open("wb") as file:
        for part in parts:
            file.write(encoder.encode(part))


def _parquet(place: Place, _: Shape, rows: frozenset[int], out: Path) -> None:
    file = parquet.ParquetFile(place.path)
    schema = pa.schema([field.with_nullable(True) for field in file.schema_arrow], file.schema_arrow.metadata)
    first = 1
    with parquet.ParquetWriter(out, schema, compression="zstd") as writer:
        for batch in file.iter_batches():
            kept = [None if first + index in rows else index for index in range(batch.num_rows)]
            taken = pa.Table.from_batches([batch]).take(pa.array(kept, pa.int64()))
            writer.write_table(taken.cast(schema))
            first += batch.num_rows


def _workbook(place: Place, shape: Shape, rows: frozenset[int], out: Path) -> None:
    """Values only: a formula's cached value is kept, the formula itself could bring an erased value back."""
    from openpyxl import load_workbook  # noqa: PLC0415 - slow to import, needed for workbooks only

    with place.path.open("rb") as stream:
        book = load_workbook(stream, data_only=True, keep_links=False)
    if shape.sheet is not None and shape.sheet not in book.sheetnames:
        raise FileRefused(place.name, f"no sheet is called {shape.sheet!r}")
    sheet = book[shape.sheet] if shape.sheet is not None else book[book.sheetnames[0]]
    header = next(n for n, row in enumerate(sheet.values, start=1) if any(cell is not None for cell in row))
    for number in rows:
        for cell in sheet[header + number - 1]:
            cell.value = None
            cell.comment = None
    with out.open("wb") as target:
        book.save(target)

"""XLSX in batches. The zip directory is checked first: a workbook that unpacks beyond all measure is never unpacked."""

import datetime as dt
import warnings
import zipfile
from collections.abc import Iterable, Iterator
from typing import cast

import pyarrow as pa

from warehouse.files.errors import FileRefused
from warehouse.files.mapping import Shape
from warehouse.files.source_file import Place, SourceFile, batch, named, repeated

_ROWS = 5_000
LARGEST_UNPACKED = 1 << 30
"""Bytes of all parts of a workbook together."""
LARGEST_STRINGS = 256 << 20
"""Bytes of the table of shared strings, which is held in memory whole."""
STEEPEST = 250
"""How many times smaller the zip may be than what it holds, for parts above 16 MB."""
MOST_COLUMNS = 2_000


def opened(place: Place, shape: Shape) -> SourceFile:
    """The workbook's sheet; raises FileRefused for a zip bomb, a damaged zip, a missing sheet or an empty one."""
    _check_zip(place)
    rows = _rows(place, shape)
    header = next((row for row in rows if any(cell is not None for cell in row)), None)
    if header is None:
        raise FileRefused(place.name, "the sheet is empty")
    columns = named([_text(cell) or "" for cell in header])
    twice = repeated(columns)
    if twice is not None:
        raise FileRefused(place.name, "the header names the column twice", row=1, column=twice)
    done = [0]
    return SourceFile(
        name=place.name,
        columns=columns,
        batches=lambda wanted: _batches(rows, columns, wanted, place.name, done),
        done=lambda: done[0],
        size=place.path.stat().st_size,
    )


def _check_zip(place: Place) -> None:
    try:
        with zipfile.ZipFile(place.path) as archive:
            parts = archive.infolist()
            _check_parts(parts, place.name)
            for part in parts:
                if part.filename.endswith((".xml", ".rels")):
                    with archive.open(part) as content:
                        _refuse_entities(content.read(2048), place.name)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError) as error:
        raise FileRefused(place.name, "not readable as XLSX; the zip is truncated or damaged") from error


def _check_parts(parts: list[zipfile.ZipInfo], name: str) -> None:
    unpacked = sum(part.file_size for part in parts)
    steep = any(part.file_size > 16 << 20 and part.file_size > STEEPEST * part.compress_size for part in parts)
    strings = sum(part.file_size for part in parts if part.filename.lower().endswith("sharedstrings.xml"))
    if unpacked > LARGEST_UNPACKED or strings > LARGEST_STRINGS or steep:
        raise FileRefused(name, f"the workbook unpacks to {unpacked >> 20} MB; refused as a zip bomb, send it as CSV")


def _refuse_entities(start: bytes, name: str) -> None:
    if b"<!DOCTYPE" in start or b"<!ENTITY" in start:
        raise FileRefused(name, "the workbook's XML defines entities; refused")


def _rows(place: Place, shape: Shape) -> Iterator[tuple[object, ...]]:
    from openpyxl import load_workbook  # noqa: PLC0415 - slow to import, needed for workbooks only

    stream = place.path.open("rb")  # a stream, for openpyxl refuses a path that does not end in .xlsx
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # styles and extensions that openpyxl does not know do not matter here
        try:
            book = load_workbook(stream, read_only=True, data_only=True, keep_links=False)
        except Exception as error:  # openpyxl raises whatever its parsers raise
            stream.close()
            raise FileRefused(place.name, "not readable as XLSX; the workbook is damaged") from error
    if shape.sheet is not None and shape.sheet not in book.sheetnames:
        raise FileRefused(place.name, f"no sheet is called {shape.sheet!r}")
    sheet = book[shape.sheet] if shape.sheet is not None else book[book.sheetnames[0]]
    sheet.reset_dimensions()
    try:
        yield from cast("Iterable[tuple[object, ...]]", sheet.iter_rows(values_only=True))
    finally:
        book.close()
        stream.close()


def _batches(
    rows: Iterator[tuple[object, ...]],
    columns: tuple[str, ...],
    wanted: tuple[str, ...],
    name: str,
    done: list[int],
) -> Iterator[pa.RecordBatch]:
    positions = [columns.index(column) for column in wanted]
    first, has_rows = 2, False
    pending: list[list[str | None]] = []
    for cells in rows:
        _check_width(cells, columns, name, first + len(pending))
        pending.append([_text(cells[position]) if position < len(cells) else None for position in positions])
        has_rows = True
        if len(pending) == _ROWS:
            yield _batch(wanted, pending, first)
            first, pending = first + len(pending), []
            done[0] += 1
    if not has_rows:
        raise FileRefused(name, "the sheet has a header and no row")
    if pending:
        yield _batch(wanted, pending, first)


def _check_width(cells: tuple[object, ...], columns: tuple[str, ...], name: str, row: int) -> None:
    if len(cells) > MOST_COLUMNS or any(cell is not None for cell in cells[len(columns) :]):
        raise FileRefused(name, f"values beyond the {len(columns)} columns that the header names", row=row)


def _batch(wanted: tuple[str, ...], pending: list[list[str | None]], first: int) -> pa.RecordBatch:
    return batch(wanted, [list(column) for column in zip(*pending, strict=True)], first)


def _text(cell: object) -> str | None:
    if cell is None or isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, dt.datetime):
        return cell.isoformat(sep=" ")
    return str(cell)

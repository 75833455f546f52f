"""A source's file while it is read: its name, its columns, and its rows as batches of text with their numbers."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pyarrow as pa
from pyarrow import compute

ROW = "#row"
"""The internal column that holds each row's number, as a spreadsheet would show it."""

ROW_NUMBER = "row_number"
"""The name a mapping calls the row's number by, unless the file has a column of that name."""

LONGEST_ROW = 1 << 20
"""Bytes of one row (or of a header, or of a JSON line) above which a file is refused."""

Progress = Callable[[int, int | None], None]
"""Told how much is done and of how much in all (None: unknown)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFile:
    """An opened file: `batches(columns)` yields the named columns as text, and `ROW`; `done()` counts bytes read."""

    name: str
    columns: tuple[str, ...]
    batches: Callable[[tuple[str, ...]], Iterator[pa.RecordBatch]]
    done: Callable[[], int]
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where the bytes are (`path`) and what people call the file (`name`)."""

    path: Path
    name: str


def chosen(file: SourceFile, only: Collection[int] | None) -> SourceFile:
    """The file with only the rows of these numbers; None means all of them."""
    if only is None:
        return file
    numbers = pa.array(sorted(only), pa.int64())

    def batches(columns: tuple[str, ...]) -> Iterator[pa.RecordBatch]:
        for part in file.batches(columns):
            kept = part.filter(compute.is_in(part.column(len(columns)), numbers))
            if kept.num_rows:
                yield kept

    return replace(file, batches=batches)


def schema(columns: tuple[str, ...]) -> pa.Schema:
    """Text for each column, and the row's number."""
    return pa.schema([(name, pa.string()) for name in columns] + [(ROW, pa.int64())])


def batch(columns: tuple[str, ...], values: list[list[str | None]], first_row: int) -> pa.RecordBatch:
    """A batch of `values`, one list a column, whose first row has the number `first_row`."""
    count = len(values[0]) if values else 0
    return numbered([pa.array(column, pa.string()) for column in values], columns, first_row, count)


def numbered(arrays: list[pa.Array], columns: tuple[str, ...], first_row: int, count: int) -> pa.RecordBatch:
    """The arrays with the rows' numbers beside them."""
    rows = pa.array(np.arange(first_row, first_row + count))
    return pa.RecordBatch.from_arrays([*arrays, rows], schema=schema(columns))


def named(header: list[str]) -> tuple[str, ...]:
    """The header's names without outer blanks; an empty one becomes `column_<position>`."""
    return tuple(name.strip() or f"column_{position}" for position, name in enumerate(header, start=1))


def repeated(columns: tuple[str, ...]) -> str | None:
    """The first name that stands twice, if any."""
    seen: set[str] = set()
    for name in columns:
        if name in seen:
            return name
        seen.add(name)
    return None

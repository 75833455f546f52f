"""Where the header of a table stands: in the first row, or below a title and empty rows, as reports are exported.

A row of one cell above a row of several names is a title. A row that holds a number names no columns, so that data are
never taken for a header.
"""

import csv
import difflib
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass

# A title and some notes; below that stands no header.
_DEEPEST = 20
_DELIMITERS = ",;\t|"
_LINE_END = re.compile(r"\r\n|\n|\r")


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """The names as they stand, how many rows lie above them, and what divides them."""

    names: tuple[str, ...]
    rows_above: int
    delimiter: str


def header_of_text(text: str) -> Header | None:
    """The header of a CSV file's beginning; None where it cannot be read."""
    lines = _LINE_END.split(text, maxsplit=_DEEPEST)[:_DEEPEST]
    above = header_at([_cells(line, _delimiter(line)) for line in lines])
    rest = "\n".join(_LINE_END.split(text, maxsplit=above)[above:])
    delimiter = _delimiter(_record(lines[above:]))
    try:
        names = next(csv.reader(io.StringIO(rest), delimiter=delimiter))
    except (csv.Error, StopIteration):
        return None
    return Header(names=tuple(names), rows_above=above, delimiter=delimiter)


def header_at(rows: Sequence[Sequence[str]]) -> int:
    """The index of the header among a table's first rows."""
    filled = [[cell for cell in row if cell.strip()] for row in rows[:_DEEPEST]]
    first = next((index for index, row in enumerate(filled) if row), 0)
    if not filled or len(filled[first]) > 1:
        return first
    below = next((index for index, row in enumerate(filled) if len(row) > 1), first)
    return first if any(_is_number(cell) for cell in filled[below]) else below


def nearest(name: str, names: Sequence[str]) -> str | None:
    """The name that was probably meant, in whatever case; None where none is like it."""
    by_lower = {one.lower(): one for one in reversed(names)}
    found = difflib.get_close_matches(name.strip().lower(), by_lower, n=1, cutoff=0.7)
    return by_lower[found[0]] if found else None


def _record(lines: Sequence[str]) -> str:
    """The first line, and those after it as long as a quote stays open."""
    record = lines[0]
    for line in lines[1:]:
        if record.count('"') % 2 == 0:
            break
        record += "\n" + line
    return record


def _delimiter(line: str) -> str:
    return max(_DELIMITERS, key=line.count)


def _cells(line: str, delimiter: str) -> list[str]:
    if line.count('"') % 2:
        # A name that goes on in the next line: this is no title.
        return line.split(delimiter) if delimiter in line else [line, line]
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        return [line]


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True

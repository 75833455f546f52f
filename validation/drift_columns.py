"""The columns of a table one at a time, as drift needs them: from a frame, or from a file of any size.

A file's values are typed once: a column of text whose values are mostly numbers holds numbers, and what is not one is
kept to be counted as unreadable.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Protocol

import duckdb
import pandas as pd

from validation.column_values import is_numeric
from validation.tabular import Table, quoted, unique

MOSTLY = 0.8


class Content(StrEnum):
    """What a column holds."""

    NUMBERS = "numbers"
    TEXT = "text"
    MOMENTS = "moments"


class Columns(Protocol):
    """A table that gives its columns one at a time."""

    @property
    def label(self) -> str:
        """What an error calls the table, such as its file's name."""
        ...

    @property
    def contents(self) -> Mapping[str, Content]:
        """The columns' names in their order, and what each holds."""
        ...

    @property
    def rows(self) -> int:
        """The number of rows."""
        ...

    def values(self, name: str) -> pd.Series:
        """One column, in the order of the rows."""
        ...


class FrameColumns:
    """The columns of a frame in memory; its types say what they hold."""

    def __init__(self, frame: pd.DataFrame, label: str = "frame") -> None:
        self._frame = frame
        self.label = label
        self.contents: Mapping[str, Content] = {str(name): _held(frame[name]) for name in frame.columns}
        self.rows = len(frame)

    def values(self, name: str) -> pd.Series:
        """One column, in the order of the rows."""
        return self._frame[name]


class FileColumns:
    """The columns of an open file. What `known` says a column holds (as in the reference) goes before its own look."""

    def __init__(self, table: Table, known: Mapping[str, Content] | None = None) -> None:
        table.require(table.columns)
        self._table = table
        self.label = table.path.name
        self._sql = dict(zip(table.columns, unique(table.columns), strict=True))
        self.rows = int(str(table.rows("SELECT count(*) FROM data")[0][0]))
        if not self.rows:
            raise table.error("has no rows")
        types = {str(row[0]): str(row[1]) for row in table.rows("DESCRIBE data")}
        self._dirty: dict[str, bool] = {}
        self._is_typed = set(types.values()) != {"VARCHAR"}
        own = self._typed(types) if self._is_typed else self._looked_at()
        self.contents: Mapping[str, Content] = own | {name: what for name, what in (known or {}).items() if name in own}
        self._relation = "data" if self._is_typed else self._materialised()

    def values(self, name: str) -> pd.Series:
        """One column, in the order of the rows."""
        what = self.contents[name]
        column = quoted(self._sql[name])
        if self._is_typed:
            column = f"CAST({column} AS {_TYPES[what]})" if what is not Content.NUMBERS else column
        try:
            found = self._table.connection.sql(f"SELECT {column} AS value FROM {self._relation}")  # noqa: S608
            if what is Content.TEXT:
                # A text that repeats is made once, not once a row.
                values = found.to_arrow_table().column(0).combine_chunks().dictionary_encode().to_pandas()
            else:
                values = found.df()["value"]
        except duckdb.Error:
            raise self._table.error("cannot be read", column=name) from None
        return pd.Series(values, name=name)

    def _typed(self, types: Mapping[str, str]) -> dict[str, Content]:
        return {name: _declared(types[sql]) for name, sql in self._sql.items()}

    def _materialised(self) -> str:
        """Text files are read twice: to look, then into a table that holds clean numbers as numbers."""
        parts = [
            f"TRY_CAST({quoted(sql)} AS DOUBLE) AS {quoted(sql)}"
            if self.contents[name] is Content.NUMBERS and not self._dirty[name]
            else quoted(sql)
            for name, sql in self._sql.items()
        ]
        self._table.rows(f"CREATE TEMP TABLE typed AS SELECT {', '.join(parts)} FROM data")  # noqa: S608
        return "typed"

    def _looked_at(self) -> dict[str, Content]:
        """What all-text columns hold, counted in one pass: values, numbers among them, and whether both ends are dates.

        ISO dates sort as text, so a column between two of them is one of moments.
        """
        parts = []
        for sql in self._sql.values():
            text = f"nullif(trim({quoted(sql)}), '')"
            ends = f"TRY_CAST(max({text}) AS TIMESTAMP) - TRY_CAST(min({text}) AS TIMESTAMP)"
            parts += [f"count({text})", f"count(TRY_CAST({text} AS DOUBLE))", f"({ends}) IS NOT NULL"]
        found = self._table.rows(f"SELECT {', '.join(parts)} FROM data")[0]  # noqa: S608
        contents = {}
        for name, present, numbers, is_dated in zip(self._sql, found[::3], found[1::3], found[2::3], strict=True):
            values, readable = int(str(present)), int(str(numbers))
            contents[name] = _guessed(values, readable, is_dated=bool(is_dated))
            self._dirty[name] = readable < values
        return contents


_TYPES = {Content.TEXT: "VARCHAR", Content.MOMENTS: "TIMESTAMP"}
_NUMBERS = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINY", "USMALL", "UINT", "UBIG", "UHUGE")


def _held(values: pd.Series) -> Content:
    if pd.api.types.is_datetime64_any_dtype(values.dtype):
        return Content.MOMENTS
    return Content.NUMBERS if is_numeric(values) else Content.TEXT


def _declared(kind: str) -> Content:
    if kind.startswith(("TIMESTAMP", "DATE")):
        return Content.MOMENTS
    return Content.NUMBERS if kind.startswith((*_NUMBERS, "FLOAT", "DOUBLE", "DECIMAL")) else Content.TEXT


def _guessed(present: int, numbers: int, *, is_dated: bool) -> Content:
    if present and numbers >= MOSTLY * present:
        return Content.NUMBERS
    return Content.MOMENTS if present and is_dated else Content.TEXT


def names_of(reference: Columns, current: Columns) -> Sequence[str]:
    """All columns of both tables, the reference's first."""
    return [*reference.contents, *(name for name in current.contents if name not in reference.contents)]

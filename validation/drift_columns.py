"""The columns of a table one at a time, as drift needs them: from a frame, or from a file of any size."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Protocol

import duckdb
import numpy as np
import pandas as pd

from validation.column_values import is_numeric
from validation.histogram import Floats
from validation.tabular import Table
from validation.typed_table import Content, TypedTable

__all__ = ["Columns", "Content", "FileColumns", "FrameColumns", "names_of"]


class Columns(Protocol):
    """A table that gives its columns one at a time."""

    @property
    def label(self) -> str:
        """What an error calls the table, such as its file's name."""
        ...

    @property
    def names(self) -> Sequence[str]:
        """The columns' names in their order."""
        ...

    @property
    def contents(self) -> Mapping[str, Content]:
        """What each column holds."""
        ...

    @property
    def rows(self) -> int:
        """The number of rows."""
        ...

    def values(self, name: str) -> pd.Series:
        """One column, in the order of the rows."""
        ...

    def counted(self, name: str) -> tuple[pd.Series, Floats | None]:
        """One column in any order: its values and the rows each stands for, None where that is one each."""
        ...

    def release(self) -> None:
        """Give back what the values occupy; a later question reads them again."""
        ...


class FrameColumns:
    """The columns of a frame in memory; its types say what they hold."""

    def __init__(self, frame: pd.DataFrame, label: str = "frame") -> None:
        self._frame = frame
        self.label = label
        self.contents: Mapping[str, Content] = {str(name): _held(frame[name]) for name in frame.columns}
        self.names: Sequence[str] = list(self.contents)
        self.rows = len(frame)

    def values(self, name: str) -> pd.Series:
        """One column, in the order of the rows."""
        return self._frame[name]

    def counted(self, name: str) -> tuple[pd.Series, Floats | None]:
        """The column as it stands."""
        return self._frame[name], None

    def release(self) -> None:
        """Nothing: the frame is the caller's."""


class FileColumns:
    """The columns of an open file. What `known` says a column holds (as in the reference) goes before its own look.

    The file is read at the first question. Of two files compared one after the other only one is in memory.
    """

    def __init__(self, table: Table, known: Mapping[str, Content] | None = None) -> None:
        table.require(table.columns)
        self._table = table
        self._known = known or {}
        self._typed: TypedTable | None = None
        self._contents: Mapping[str, Content] | None = None
        self.label = table.path.name
        self.names: Sequence[str] = list(table.columns)

    @property
    def contents(self) -> Mapping[str, Content]:
        """What each column holds."""
        if self._contents is None:
            self._contents = self._read().contents
        return self._contents

    @cached_property
    def rows(self) -> int:
        """The number of rows."""
        return self._read().rows

    def values(self, name: str) -> pd.Series:
        """One column, in the order of the rows."""
        try:
            found = self._select(f"SELECT {self._read().expression(name)} AS value")
            if self.contents[name] is not Content.TEXT:
                return pd.Series(found.df()["value"], name=name)
            # A text that repeats is made once, not once a row.
            return pd.Series(
                found.to_arrow_table().column(0).combine_chunks().dictionary_encode().to_pandas(), name=name
            )
        except duckdb.Error:
            raise self._table.error("cannot be read", column=name) from None

    def counted(self, name: str) -> tuple[pd.Series, Floats | None]:
        """One column in any order; the engine counts texts, which repeat, and hands over numbers, which seldom do."""
        if not self._read().is_text(name):
            return self.values(name), None
        query = f"SELECT {self._read().expression(name)} AS value, count(*) AS people"
        try:
            found = self._select(query, "GROUP BY 1").to_arrow_table()
        except duckdb.Error:
            raise self._table.error("cannot be read", column=name) from None
        return pd.Series(found.column(0).to_pandas(), name=name), found.column(1).to_numpy().astype(np.float64)

    def release(self) -> None:
        """Give back what the values occupy; a later question reads them again."""
        if self._typed is not None and self._typed.is_stored:
            self._typed = None
            self._table.close()

    def _read(self) -> TypedTable:
        if self._typed is None:
            self._typed = TypedTable(self._table, self._known)
        return self._typed

    def _select(self, query: str, rest: str = "") -> duckdb.DuckDBPyRelation:
        return self._table.connection.sql(f"{query} FROM {self._read().relation} {rest}")


def _held(values: pd.Series) -> Content:
    if pd.api.types.is_datetime64_any_dtype(values.dtype):
        return Content.MOMENTS
    return Content.NUMBERS if is_numeric(values) else Content.TEXT


def names_of(reference: Columns, current: Columns) -> Sequence[str]:
    """All columns of both tables, the reference's first."""
    return [*reference.names, *(name for name in current.names if name not in reference.names)]

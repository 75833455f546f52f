"""An open file as a relation of typed columns: Parquet as declared, a file of text read once and typed on the way.

A column of text whose values are mostly numbers holds numbers. Where all of them are, it is stored as numbers, which
the first rows tell in advance; a later value that is none makes the file be read again as text, so the answer is exact.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum

import duckdb

from validation.tabular import Table, literal, quoted, unique
from validation.untold import BLANK

MOSTLY = 0.8
_HEAD = 10_000
_NAME = "typed"


class Content(StrEnum):
    """What a column holds."""

    NUMBERS = "numbers"
    TEXT = "text"
    MOMENTS = "moments"


class TypedTable:
    """The relation, its rows, and what each column holds; `known` goes before the file's own look."""

    def __init__(self, table: Table, known: Mapping[str, Content]) -> None:
        self._table = table
        self._sql = dict(zip(table.columns, unique(table.columns), strict=True))
        types = {str(row[0]): str(row[1]) for row in table.rows("DESCRIBE data")}
        self._is_declared = set(types.values()) != {"VARCHAR"}
        self.relation = "data" if self._is_declared else _NAME
        if self._is_declared:
            own = {name: _declared(types[sql]) for name, sql in self._sql.items()}
            self._texts = {name for name, sql in self._sql.items() if types[sql] == "VARCHAR"}
        else:
            own = self._read(known)
        self.contents: Mapping[str, Content] = own | {name: what for name, what in known.items() if name in own}
        self.rows = int(str(table.rows(f"SELECT count(*) FROM {self.relation}")[0][0]))  # noqa: S608 - our own name
        if not self.rows:
            raise table.error("has no rows")

    def expression(self, name: str) -> str:
        """SQL of a column, in the type of what it holds; numbers among text stay text, to count what is unreadable."""
        column, what = quoted(self._sql[name]), self.contents[name]
        return f"CAST({column} AS {_TYPES[what]})" if self._is_declared and what in _TYPES else column

    def is_text(self, name: str) -> bool:
        """Whether the values come as text."""
        return self.contents[name] is Content.TEXT or name in self._texts

    @property
    def is_stored(self) -> bool:
        """Whether the values were read into memory."""
        return not self._is_declared

    def _read(self, known: Mapping[str, Content]) -> dict[str, Content]:
        """Reads a file of text; `_texts` are then the columns that did not become numbers."""
        self._table.rows("CREATE OR REPLACE TEMP TABLE head AS SELECT * FROM data LIMIT ?", [_HEAD])
        hopes = {name for name in self._sql if known.get(name, Content.NUMBERS) is Content.NUMBERS}
        likely = {name for name in hopes if self._look("head", name) == (Content.NUMBERS, True)}
        self._table.rows("DROP TABLE head")
        if self._stored(likely):
            found = {name: self._look(_NAME, name)[0] for name in self._sql if name not in likely}
            self._texts = set(found)
            return {name: found.get(name, Content.NUMBERS) for name in self._sql}
        self._table.rows(f"CREATE OR REPLACE TEMP TABLE {_NAME} AS SELECT * FROM data")  # noqa: S608 - our own name
        looks = {name: self._look(_NAME, name) for name in self._sql}
        self._texts = {name for name in self._sql if name not in hopes or looks[name] != (Content.NUMBERS, True)}
        self._convert(name for name in self._sql if name not in self._texts)
        return {name: what for name, (what, _) in looks.items()}

    def _stored(self, numbers: Iterable[str]) -> bool:
        """Whether the file could be stored with these columns as numbers and nothing lost."""
        columns = {name: quoted(sql) for name, sql in self._sql.items()}
        parts = [_strict(column) if name in numbers else column for name, column in columns.items()]
        query = f"CREATE OR REPLACE TEMP TABLE {_NAME} AS SELECT {', '.join(parts)} FROM data"  # noqa: S608
        try:
            self._table.connection.execute(query)
        except duckdb.Error:
            return False
        return True

    def _convert(self, numbers: Iterable[str]) -> None:
        for name in numbers:
            column = quoted(self._sql[name])
            self._table.rows(f"ALTER TABLE {_NAME} ALTER {column} TYPE DOUBLE USING TRY_CAST({column} AS DOUBLE)")

    def _look(self, relation: str, name: str) -> tuple[Content, bool]:
        """What a column of text holds, and whether every value that is there is a number.

        ISO dates sort as text, so a column between two of them is one of moments.
        """
        column = quoted(self._sql[name])
        ends = "TRY_CAST(max(text) AS TIMESTAMP) - TRY_CAST(min(text) AS TIMESTAMP)"
        written = f"SELECT {column} AS written, count(*) AS people FROM {relation} GROUP BY 1"  # noqa: S608 - quoted
        text = f"CASE WHEN {_is_blank('written')} THEN NULL ELSE trim(written) END"
        distinct = f"SELECT {text} AS text, people FROM ({written})"  # noqa: S608 - quoted names
        counts = "coalesce(sum(people) FILTER (text IS NOT NULL), 0)"
        numbers = "coalesce(sum(people) FILTER (TRY_CAST(text AS DOUBLE) IS NOT NULL), 0)"
        row = self._table.rows(f"SELECT {counts}, {numbers}, ({ends}) IS NOT NULL FROM ({distinct})")[0]  # noqa: S608
        present, readable = int(str(row[0])), int(str(row[1]))
        return _guessed(present, readable, is_dated=bool(row[2])), 0 < present == readable


_TYPES = {Content.TEXT: "VARCHAR", Content.MOMENTS: "TIMESTAMP"}
_NUMBERS = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINY", "USMALL", "UINT", "UBIG", "UHUGE")


def _strict(column: str) -> str:
    """SQL of a text as a number; a text that is neither a number nor blank ends the query."""
    says_nothing = f"{column} IS NULL OR {_is_blank(column)}"
    otherwise = f"CASE WHEN {says_nothing} THEN NULL ELSE CAST(error('no number') AS DOUBLE) END"
    return f"coalesce(TRY_CAST({column} AS DOUBLE), {otherwise}) AS {column}"  # what is a number is looked at once


def _is_blank(column: str) -> str:
    """SQL: a text that says nothing; null is neither this nor anything else.

    DuckDB makes a join of an IN of five words, which then sees every row, whatever stands before it.
    """
    return "(" + " OR ".join(f"lower(trim({column})) = {literal(word)}" for word in BLANK) + ")"


def _declared(kind: str) -> Content:
    if kind.startswith(("TIMESTAMP", "DATE")):
        return Content.MOMENTS
    return Content.NUMBERS if kind.startswith((*_NUMBERS, "FLOAT", "DOUBLE", "DECIMAL")) else Content.TEXT


def _guessed(present: int, numbers: int, *, is_dated: bool) -> Content:
    if present and numbers >= MOSTLY * present:
        return Content.NUMBERS
    return Content.MOMENTS if present and is_dated else Content.TEXT

"""New, changed or unchanged: each record of a batch held against the records by key and content hash."""

from dataclasses import dataclass

import duckdb
import numpy as np

from warehouse.files.batch import Batch
from warehouse.files.duck import number, numbers
from warehouse.files.existing import Existing


@dataclass(frozen=True, slots=True, kw_only=True)
class TableCounts:
    """Records of one table in a load."""

    new: int
    changed: int
    unchanged: int
    rejected: int

    def as_json(self) -> dict[str, int]:
        """Plain JSON values."""
        return {"new": self.new, "changed": self.changed, "unchanged": self.unchanged, "rejected": self.rejected}


def compare(connection: duckdb.DuckDBPyConnection, existing: Existing, table: str) -> None:
    """Makes `e_<table>` (key, is_same, revision): what the records hold of the batch's keys."""
    connection.execute(f"CREATE OR REPLACE TABLE e_{table} (key UUID, is_same BOOLEAN, revision SMALLINT)")
    if existing.is_empty(table):
        return
    held = existing.compared(table, connection, f"SELECT key, hash FROM t_{table}")
    connection.register("held", held)
    connection.execute(f"INSERT INTO e_{table} SELECT * FROM held")
    connection.unregister("held")


def new(table: str) -> str:
    """The records that are not there yet."""
    return f"SELECT t.* FROM t_{table} t ANTI JOIN e_{table} e ON t.key = e.key"


def changed(table: str) -> str:
    """The records that are there with another content."""
    return f"SELECT t.*, e.revision FROM t_{table} t JOIN e_{table} e ON t.key = e.key WHERE NOT e.is_same"


def counts(connection: duckdb.DuckDBPyConnection, batch: Batch, table: str) -> TableCounts:
    """How many records of the table are new, changed, unchanged, and how many rows were rejected on its account."""
    fresh, other, same = numbers(
        connection,
        "SELECT count(*) FILTER (e.key IS NULL), count(*) FILTER (NOT e.is_same), count(*) FILTER (e.is_same)"
        f" FROM t_{table} t LEFT JOIN e_{table} e ON t.key = e.key",
    )
    why = [-1, *(position for position, rejection in enumerate(batch.rejections) if rejection.table == table)]
    rejected = number(connection, f"SELECT count(DISTINCT row_no) FROM rejected WHERE why IN {(*why, -1)}")
    return TableCounts(new=fresh, changed=other, unchanged=same, rejected=rejected)


def row_counts(connection: duckdb.DuckDBPyConnection, batch: Batch) -> tuple[int, int]:
    """How many rows of the file bring something new, and how many bring only changes."""
    rows = np.zeros(batch.rows.last + 1, np.uint8)
    for table in batch.tables:
        for query, mark in ((new(table), 1), (changed(table), 2)):
            for part in connection.cursor().sql(f"SELECT row_no FROM ({query})").to_arrow_reader(100_000):
                rows[part.column(0).to_numpy()] |= mark
    is_new = (rows & 1) > 0
    return int(is_new.sum()), int((~is_new & (rows > 0)).sum())

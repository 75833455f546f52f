"""How new a record is: by the source's own version, or by the place of its event in the inbox.

What is older than what the records hold changes nothing, in whatever order it arrives; a record that was deleted does
not come back through it.
"""

import duckdb

from warehouse.files.batch import Batch
from warehouse.files.existing import UNKNOWN, Existing


def is_noted(batch: Batch, table: str, *, is_event: bool) -> bool:
    """Whether the table's records are told apart by age."""
    return is_event or batch.is_versioned(table)


def read(
    connection: duckdb.DuckDBPyConnection, existing: Existing, batch: Batch, table: str, *, is_event: bool
) -> None:
    """Makes `o_<table>` (key): those of the batch's records that are older than what is known of them."""
    connection.execute(f"CREATE OR REPLACE TABLE o_{table} (key UUID)")
    if not is_noted(batch, table, is_event=is_event):
        return
    connection.register("noted", existing.versions(table, connection, f"SELECT key FROM t_{table}"))
    version = "t.record_version" if batch.is_versioned(table) else "NULL"
    place = "t.row_no" if is_event else "NULL"
    by_version = f"v.version > {UNKNOWN} AND {version} IS NOT NULL AND {version} <> v.version"
    connection.execute(
        f"INSERT INTO o_{table} SELECT t.key FROM t_{table} t JOIN noted v ON t.key = v.key"
        f" WHERE CASE WHEN {by_version} THEN {version} < v.version ELSE coalesce({place} < v.inbox_id, false) END"
    )
    connection.unregister("noted")


def spare(connection: duckdb.DuckDBPyConnection, batch: Batch, table: str) -> None:
    """Counts the older records as unchanged in `e_<table>`, those of records that are gone included.

    Of a record in parts an older one may still fill what is empty.
    """
    if not batch.is_merged(table):
        connection.execute(f"UPDATE e_{table} SET is_same = true WHERE key IN (SELECT key FROM o_{table})")
    connection.execute(
        f"INSERT INTO e_{table} SELECT key, true, 0 FROM o_{table} o ANTI JOIN e_{table} e ON o.key = e.key"
    )


def note(
    connection: duckdb.DuckDBPyConnection, existing: Existing, batch: Batch, table: str, *, is_event: bool = False
) -> None:
    """Remembers how new the batch's records are."""
    if is_noted(batch, table, is_event=is_event):
        version = "record_version" if batch.is_versioned(table) else "CAST(NULL AS BIGINT)"
        place = "row_no" if is_event else "CAST(NULL AS BIGINT)"
        existing.remember(table, connection, f"SELECT key, {version}, {place} FROM t_{table}")

"""Rejected rows in `landing.quarantine`: where, why, and the values masked; the raw file keeps the row itself."""

import uuid

import duckdb

from warehouse.files.batch import Batch
from warehouse.files.copy_stream import CopyStream, copy_in
from warehouse.files.duck import number
from warehouse.files.expressions import literal
from warehouse.files.findings import Finding
from warehouse.files.rows import Rows
from warehouse.files.wording import NOTES, reason
from warehouse.files.writing import Connection, as_owner

_KINDS = ("uuid", "text", "bigint", "text", "text", "text", "text", "jsonb")
_COLUMNS = "load_id, source, row_number, table_name, column_name, reason_code, reason, masked_values"


def prepare(staging: duckdb.DuckDBPyConnection, batch: Batch) -> None:
    """Makes `reasons` (why, table, file column, code, words) and `refused`, one row for each row, column and code."""
    staging.execute(
        "CREATE OR REPLACE TABLE reasons (why INTEGER, table_name VARCHAR, label VARCHAR, code VARCHAR, words VARCHAR)"
    )
    for position, item in enumerate(batch.rejections):
        label = ", ".join(item.columns) or item.column
        words = reason(item.code)[0]
        staging.execute("INSERT INTO reasons VALUES (?, ?, ?, ?, ?)", [position, item.table, label, item.code, words])
    staging.execute(
        "CREATE OR REPLACE TABLE refused AS SELECT row_no, r.why, table_name, label, code, words"
        " FROM (SELECT row_no, min(why) AS why FROM rejected JOIN reasons USING (why) GROUP BY row_no, label, code) r"
        " JOIN reasons USING (why)"
    )


def store(
    connection: Connection,
    staging: duckdb.DuckDBPyConnection,
    *,
    load_id: uuid.UUID,
    source: str,
    sha256: str,
    rows: Rows,
) -> None:
    """Adds what is not open already from an earlier load of the same file, and closes what is rejected no more."""
    staging.execute(
        "CREATE OR REPLACE TABLE open_before (quarantine_id BIGINT, row_no BIGINT, label VARCHAR, code VARCHAR)"
    )
    before = connection.execute(
        "SELECT q.quarantine_id, q.row_number, q.column_name, q.reason_code FROM landing.quarantine q"
        " JOIN landing.load l USING (load_id) WHERE l.source = %s AND l.file_sha256 = %s AND q.status = 'open'",
        [source, sha256],
    ).fetchall()
    if before:
        staging.executemany("INSERT INTO open_before VALUES (?, ?, ?, ?)", before)
        _close(connection, staging)
    if not number(staging, "SELECT count(*) FROM refused"):
        return
    query = (
        f"SELECT CAST({literal(str(load_id))} AS UUID), {literal(source)}, f.row_no, f.table_name, f.label, f.code,"
        f" f.words, CAST({_masked(rows)} AS VARCHAR) FROM refused f JOIN {rows.stage()} USING (row_no)"
        " WHERE NOT EXISTS (SELECT 1 FROM open_before o WHERE o.row_no = f.row_no AND o.code = f.code"
        " AND o.label IS NOT DISTINCT FROM f.label) ORDER BY f.row_no"
    )
    with as_owner(connection):
        stream = CopyStream(staging, query, _KINDS)
        copy_in(connection, f"COPY landing.quarantine ({_COLUMNS}) FROM STDIN (FORMAT binary)", stream)


def _close(connection: Connection, staging: duckdb.DuckDBPyConnection) -> None:
    gone = staging.execute(
        "SELECT quarantine_id FROM open_before o WHERE NOT EXISTS (SELECT 1 FROM refused f WHERE f.row_no = o.row_no)"
    ).fetchall()
    connection.execute(
        "UPDATE landing.quarantine SET status = 'resubmitted' WHERE quarantine_id = ANY (%s)",
        [[row[0] for row in gone]],
    )


def _masked(rows: Rows) -> str:
    """A JSON object of all read columns: a Latin word's first letter and length, of all else the length alone."""
    pairs = [f"{literal(name)}, {masked(column)}" for name, column in rows.names.items() if column.startswith("c")]
    return f"json_object({', '.join(pairs)})"


def masked(column: str) -> str:
    """The SQL of a value's mask, such as `Z…(5)` for Zhang, `#…(10)` for a date; NULL stays NULL."""
    is_word = f"regexp_matches({column}, '^[A-Za-z][^0-9@]*$')"
    first = f"CASE WHEN {is_word} THEN left({column}, 1) ELSE '#' END"
    return f"CASE WHEN {column} IS NOT NULL THEN concat({first}, '…(', length({column}), ')') END"


def findings(staging: duckdb.DuckDBPyConnection, count_of_rows: int) -> list[Finding]:
    """One finding for each table, file column and code that rejected rows; contracts speak for themselves."""
    rows = staging.execute(
        "SELECT table_name, label, code, count(*) FROM refused WHERE NOT starts_with(code, 'contract:')"
        " GROUP BY ALL ORDER BY ALL"
    ).fetchall()
    return [
        Finding(
            table=table,
            column=label,
            expectation=code,
            verdict="block",
            n=count_of_rows,
            unexpected_n=count,
            en=NOTES["rejected"][0].format(n=count, of=count_of_rows, why=reason(code)[0]),
            zh=NOTES["rejected"][1].format(n=count, of=count_of_rows, why=reason(code)[1]),
        )
        for table, label, code, count in rows
    ]


def first(staging: duckdb.DuckDBPyConnection) -> tuple[int, str | None, str] | None:
    """The first rejected row: its number, the file's column and the sentence."""
    rows = staging.execute("SELECT row_no, label, words FROM refused ORDER BY row_no, why LIMIT 1").fetchall()
    return (int(rows[0][0]), rows[0][1], str(rows[0][2])) if rows else None

"""Records that arrive in parts, such as an interview first and its score later: each part fills what others left open.

A value that is given replaces the stored one; one that is not given leaves it. A part that is older than what is stored
fills only what is empty, so that parts may come in any order. What the database asks of a record is asked once it is
put together; a record that still lacks something is refused until the part that has it is there.
"""

from collections.abc import Iterator

import duckdb

from warehouse.files.batch import Batch
from warehouse.files.existing import Existing
from warehouse.files.expressions import digest, literal, quoted
from warehouse.files.stored_records import stored
from warehouse.files.targets import target

MISSING_PART = "missing_part"
"""The code of a part whose record lacks what another part has to bring."""


def complete(connection: duckdb.DuckDBPyConnection, existing: Existing, batch: Batch) -> bool:
    """Puts stored parts beside the new ones in each `t_<table>`; answers whether any row was rejected.

    If so the batch has to be settled and completed again. `o_<table>` says which parts are older.
    """
    rejected = [_complete(connection, existing, batch, table) for table in batch.tables if batch.is_merged(table)]
    return any(rejected)


def _complete(connection: duckdb.DuckDBPyConnection, existing: Existing, batch: Batch, table: str) -> bool:
    given = tuple(str(row[0]) for row in connection.execute(f"DESCRIBE t_{table}").fetchall())
    connection.execute(f"CREATE OR REPLACE TABLE n_{table} AS SELECT * FROM t_{table}")
    connection.register("stored_parts", stored(existing, connection, table, f"SELECT key FROM n_{table}"))
    connection.execute(f"CREATE OR REPLACE TABLE s_{table} AS SELECT *, {_content(table)} AS content FROM stored_parts")
    connection.unregister("stored_parts")
    connection.execute(f"CREATE OR REPLACE TABLE p_{table} AS {_whole(batch, table, given)}")
    connection.execute(f"CREATE OR REPLACE VIEW t_{table} AS SELECT * FROM p_{table}")
    rejected = [_reject(connection, batch, table, *problem) for problem in _problems(table)]
    return any(rejected)


def _whole(batch: Batch, table: str, given: tuple[str, ...]) -> str:
    """The query of the records with all their parts; their hash stays where the content does."""
    columns = {name: _filled(name, name in given, column.default) for name, column in target(table).columns.items()}
    if batch.scores_itself(table):
        raw, low, high = columns["raw_score"], columns["scale_min"], columns["scale_max"]
        columns["score"] = f"coalesce(100.0 * ({raw} - {low}) / nullif({high} - {low}, 0), {columns['score']})"
    if table == "ai_interview":
        fresh = "coalesce(n.skills, [])" if "skills" in given else "[]"
        columns["skills"] = f"list_sort(coalesce({_first(f'nullif({fresh}, [])', 'nullif(s.skills, [])')}, []))"
    listed = ", ".join(f"{sql} AS {quoted(name)}" for name, sql in columns.items())
    version = ", n.record_version" if "record_version" in given else ""
    parts = (
        f"SELECT n.row_no, n.record_id, n.key, s.key IS NOT NULL AS is_stored, s.hash AS stored_hash,"
        f" s.content AS stored_content{version}, {listed} FROM n_{table} n"
        f" LEFT JOIN s_{table} s ON n.key = s.key LEFT JOIN o_{table} o ON n.key = o.key"
    )
    hashed = f"CASE WHEN stored_content = {_content(table)} THEN stored_hash ELSE {_content(table)} END"
    return f"SELECT *, {hashed} AS hash FROM ({parts})"


def _filled(name: str, is_given: bool, default: str | None) -> str:
    column = quoted(name)
    value = _first(f"n.{column}", f"s.{column}") if is_given else f"s.{column}"
    return f"coalesce({value}, {default})" if default is not None else value


def _first(new: str, old: str) -> str:
    return f"CASE WHEN o.key IS NULL THEN coalesce({new}, {old}) ELSE coalesce({old}, {new}) END"


def _content(table: str) -> str:
    names = [*target(table).columns, *(["skills"] if table == "ai_interview" else [])]
    values = ", ".join(f"{literal(name + '=')} || CAST({quoted(name)} AS VARCHAR)" for name in names)
    return digest(f"concat_ws(chr(31), {values})")


def _problems(table: str) -> Iterator[tuple[str, str | None, str]]:
    """Code, column and test of what can be wrong with a record that is put together."""
    described = target(table)
    for name, column in described.columns.items():
        if not column.is_nullable:
            yield "missing_value", name, f"is_stored AND {quoted(name)} IS NULL"
            yield MISSING_PART, name, f"NOT is_stored AND {quoted(name)} IS NULL"
    for name, check in described.checks.items():
        first = next((column for column in described.columns if column in check), None)
        yield name, first, f"NOT ({check})"


def _reject(
    connection: duckdb.DuckDBPyConnection, batch: Batch, table: str, code: str, column: str | None, test: str
) -> bool:
    failing = connection.sql(f"SELECT key, hash FROM p_{table} WHERE {test}").to_arrow_table()
    if failing.num_rows:
        batch.reject_versions(table, column, code, failing)
    return bool(failing.num_rows)

"""Asks the records what they already hold: which keys, with which content, and which of the records referred to exist.

Keys go over as a temporary table and answers come back as one fixed-width binary stream, so that a million of them
take about a second.
"""

from collections.abc import Sequence
from typing import Any

import duckdb
import numpy as np
import psycopg
import pyarrow as pa

from warehouse.files.copy_stream import CopyStream, copy_in
from warehouse.files.targets import target

UNKNOWN = -(2**63)
"""Stands for a version or an inbox id that nobody noted."""

_HEADER = 19
_TRAILER = 2


class Existing:
    """The records' side of a comparison, inside the load's transaction."""

    def __init__(self, connection: psycopg.Connection[tuple[object, ...]]) -> None:
        """`connection` is in a transaction and in a role that reads every row."""
        self._connection = connection

    def is_empty(self, table: str) -> bool:
        """Whether the table has no row at all."""
        row = self._connection.execute(f"SELECT EXISTS (SELECT 1 FROM {target(table).name})").fetchone()
        return row is not None and not row[0]

    def estimated_rows(self, table: str) -> int:
        """About how many rows the table has; exact where PostgreSQL never counted."""
        name = target(table).name
        row = self._connection.execute(
            "SELECT reltuples::bigint FROM pg_class WHERE oid = %s::regclass", [name]
        ).fetchone()
        estimate = int(str(row[0])) if row else -1
        if estimate > 0:
            return estimate
        row = self._connection.execute(f"SELECT count(*) FROM {name}").fetchone()
        return int(str(row[0])) if row else 0

    def compared(self, table: str, staging: duckdb.DuckDBPyConnection, query: str) -> pa.Table:
        """Of the (key, hash) rows of `query` those that the records hold: key, is_same, revision."""
        incoming = self._sent(staging, query, "key uuid, hash uuid", ("digest", "digest"))
        described = target(table)
        join, revision = _same(table), "t.revision" if table == "ai_interview" else "1::smallint"
        kind = np.dtype(
            [
                ("n", ">i2"),
                ("kl", ">i4"),
                ("key", "V16"),
                ("sl", ">i4"),
                ("same", "?"),
                ("rl", ">i4"),
                ("revision", ">i2"),
            ]
        )
        rows = self._fetched(
            f"SELECT i.key, t.payload_hash = i.hash, {revision} FROM {incoming} i JOIN {described.name} t ON {join}",
            kind,
        )
        return pa.table(
            {
                "key": _uuids(rows["key"]),
                "is_same": pa.array(rows["same"]),
                "revision": pa.array(rows["revision"].astype("i2")),
            }
        )

    def records(
        self,
        table: str,
        staging: duckdb.DuckDBPyConnection,
        query: str,
        columns: Sequence[str],
        *,
        has_skills: bool,
    ) -> list[tuple[Any, ...]]:
        """Of the keys of `query` those that exist: key, hash, the columns, skills and their scores."""
        incoming = self._sent(staging, query, "key uuid", ("digest",))
        described = target(table)
        listed = "".join(f', t."{name}"' for name in columns)
        skills = ""
        if has_skills:
            of_it = "FROM hr.skill_score k WHERE k.ai_interview_id = t.ai_interview_id ORDER BY k.skill"
            skills = f", ARRAY(SELECT k.skill {of_it}), ARRAY(SELECT k.score {of_it})"
        return self._connection.execute(
            f"SELECT i.key, t.payload_hash{listed}{skills} FROM {incoming} i JOIN {described.name} t ON {_same(table)}"
        ).fetchall()

    def versions(self, table: str, staging: duckdb.DuckDBPyConnection, query: str) -> pa.Table:
        """Of the keys of `query` those whose newness is known: key, version, inbox_id (or UNKNOWN)."""
        incoming = self._sent(staging, query, "key uuid", ("digest",))
        kind = np.dtype(
            [
                ("n", ">i2"),
                ("kl", ">i4"),
                ("key", "V16"),
                ("vl", ">i4"),
                ("version", ">i8"),
                ("il", ">i4"),
                ("inbox", ">i8"),
            ]
        )
        rows = self._fetched(
            f"SELECT i.key, coalesce(v.version, {UNKNOWN}), coalesce(v.inbox_id, {UNKNOWN}) FROM {incoming} i"
            f" JOIN landing.record_version v ON v.record_key = i.key AND v.table_name = '{target(table).table}'",
            kind,
        )
        return pa.table(
            {
                "key": _uuids(rows["key"]),
                "version": pa.array(rows["version"].astype("i8")),
                "inbox_id": pa.array(rows["inbox"].astype("i8")),
            }
        )

    def remember(self, table: str, staging: duckdb.DuckDBPyConnection, query: str) -> None:
        """Notes how new the (key, version, inbox_id) rows of `query` are; what is known to be newer stays."""
        incoming = self._sent(
            staging, query, "key uuid, version bigint, inbox_id bigint", ("digest", "bigint", "bigint")
        )
        self._connection.execute(
            "INSERT INTO landing.record_version AS v (table_name, record_key, version, inbox_id)"
            f" SELECT '{target(table).table}', key, version, inbox_id FROM {incoming} ORDER BY key"
            " ON CONFLICT (table_name, record_key) DO UPDATE SET version = greatest(v.version, excluded.version),"
            " inbox_id = greatest(v.inbox_id, excluded.inbox_id)"
        )

    def found(self, table: str, staging: duckdb.DuckDBPyConnection, query: str) -> pa.Table:
        """Of the keys of `query` those that exist in `table`, locked against deletion until the load ends.

        For requisitions `department_id` stands beside each key.
        """
        incoming = self._sent(staging, query, "key uuid", ("digest",))
        described = target(table)
        other = "t.department_id" if table == "requisition" else f"t.{described.key}"
        kind = np.dtype([("n", ">i2"), ("kl", ">i4"), ("key", "V16"), ("ol", ">i4"), ("other", "V16")])
        rows = self._fetched(
            f"SELECT i.key, {other} FROM {incoming} i JOIN {described.name} t ON t.{described.key} = i.key"
            " FOR KEY SHARE OF t",
            kind,
        )
        return pa.table({"key": _uuids(rows["key"]), "department_id": _uuids(rows["other"])})

    def _sent(self, staging: duckdb.DuckDBPyConnection, query: str, ddl: str, kinds: Sequence[str]) -> str:
        self._connection.execute("DROP TABLE IF EXISTS pg_temp.incoming")
        self._connection.execute(f"CREATE TEMP TABLE incoming ({ddl}) ON COMMIT DROP")
        stream = CopyStream(staging, query, kinds)
        copy_in(self._connection, "COPY pg_temp.incoming FROM STDIN (FORMAT binary)", stream)
        self._connection.execute("ANALYZE pg_temp.incoming")
        return "pg_temp.incoming"

    def _fetched(self, query: str, kind: np.dtype[np.void]) -> "np.ndarray[tuple[int], np.dtype[np.void]]":
        with self._connection.cursor() as cursor, cursor.copy(f"COPY ({query}) TO STDOUT (FORMAT binary)") as copy:
            content = b"".join(bytes(part) for part in copy)
        return np.frombuffer(content[_HEADER : len(content) - _TRAILER], dtype=kind)


def _same(table: str) -> str:
    """What makes a record `t` of the table that of the key `i`: of AI interviews the current revision counts."""
    return "t.interview_id = i.key AND t.is_current" if table == "ai_interview" else f"t.{target(table).key} = i.key"


def _uuids(values: "np.ndarray[tuple[int], np.dtype[np.void]]") -> pa.Array:
    """The keys as DuckDB holds them, their bytes in reverse."""
    content = np.frombuffer(values.tobytes(), np.uint8).reshape(-1, 16)[:, ::-1]
    storage = pa.FixedSizeBinaryArray.from_buffers(pa.binary(16), len(values), [None, pa.py_buffer(content.tobytes())])
    return pa.ExtensionArray.from_storage(pa.uuid(), storage)

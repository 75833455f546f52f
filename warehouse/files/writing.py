"""Writes a batch's new and changed records, parents first, in the load's transaction.

New rows go through COPY. It runs as the tables' owner, for PostgreSQL copies into no table with row-level security.
For large loads the per-row checks of foreign keys are switched off for the COPY where the owner may do so: every
reference was looked up before, with a lock on what it refers to, which is what those checks do. A load that at least
doubles a table also rebuilds the table's secondary indexes instead of feeding them row by row; readers of that table
then wait until the load has ended.
"""

import datetime as dt
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

import duckdb
import psycopg

from warehouse.files import comparison
from warehouse.files.batch import Batch
from warehouse.files.copy_stream import CopyStream, copy_in
from warehouse.files.duck import number
from warehouse.files.existing import Existing
from warehouse.files.expressions import digest, literal, postgres_order, quoted
from warehouse.files.targets import target
from warehouse.keys import SEPARATOR

BULK = 100_000
"""New rows of a table from which a load counts as large."""

_PROVENANCE = (
    ("source", "text"),
    ("source_record_id", "text"),
    ("event_time", "timestamp"),
    ("loaded_at", "timestamp"),
    ("mapping_version", "smallint"),
    ("payload_hash", "digest"),
)
_TYPES = {
    "digest": "uuid", "reference": "uuid", "text": "text", "timestamp": "timestamptz", "smallint": "int2",
    "date": "date", "double": "float8", "boolean": "boolean", "decimal": "numeric(14,2)",
}  # fmt: skip

Connection = psycopg.Connection[tuple[object, ...]]


@dataclass(slots=True, kw_only=True)
class Writer:
    """What writing needs: both connections, the batch, and what every record of the load carries."""

    connection: Connection
    staging: duckdb.DuckDBPyConnection
    batch: Batch
    existing: Existing
    source: str
    at: dt.datetime
    version: int
    stop: threading.Event = field(default_factory=threading.Event)
    _begun: dict[str, CopyStream] = field(default_factory=dict)

    def write(self, counts: Mapping[str, comparison.TableCounts]) -> None:
        """Writes every table's new and changed records; raises StoppedError soon after `stop` is set."""
        try:
            with as_owner(self.connection):
                for table in self.batch.tables:
                    self._write_table(table, counts[table])
        finally:
            while self._begun:
                self._begun.popitem()[1].close()

    def _write_table(self, table: str, counts: comparison.TableCounts) -> None:
        """While one table is written, the rows of the next one are made."""
        if table == "ai_interview":
            self._write_interviews(counts)
            return
        if counts.new:
            following = self._plain(self.batch.tables.index(table) + 1)[:1]
            stream = self._stream(table)
            stream.once_flowing = lambda: [self._stream(soon) for soon in following]
            with self._in_bulk(target(table).name, table, counts.new):
                self._copy(target(table).name, self._columns(table), stream)
        if counts.changed:
            self._update(table)

    def _plain(self, start: int) -> list[str]:
        return [table for table in self.batch.tables[start:] if table != "ai_interview"]

    def _stream(self, table: str) -> CopyStream:
        if table not in self._begun:
            query = self._rows(table, comparison.new(table)) + f" ORDER BY {postgres_order('key')}"
            kinds = [kind for _, kind in self._columns(table)]
            self._begun[table] = CopyStream(self.staging, query, kinds, self.stop)
        return self._begun[table]

    def _columns(self, table: str) -> tuple[tuple[str, str], ...]:
        described = target(table)
        mapped = tuple((name, described.columns[name].kind) for name in self.batch.columns(table))
        return ((described.key, "digest"), *_PROVENANCE, *mapped)

    def _rows(self, table: str, query: str) -> str:
        at = self.at.astimezone(dt.UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
        mapped = "".join(f", {quoted(name)}" for name in self.batch.columns(table))
        return (
            f"SELECT key, {literal(self.source)}, record_id, event_time, TIMESTAMP {literal(at)},"
            f" CAST({self.version} AS SMALLINT), hash{mapped} FROM ({query})"
        )

    def _send(self, name: str, columns: tuple[tuple[str, str], ...], query: str) -> None:
        self._copy(name, columns, CopyStream(self.staging, query, [kind for _, kind in columns], self.stop))

    def _copy(self, name: str, columns: tuple[tuple[str, str], ...], stream: CopyStream) -> None:
        listed = ", ".join(quoted(column) for column, _ in columns)
        copy_in(self.connection, f"COPY {name} ({listed}) FROM STDIN (FORMAT binary)", stream)

    def _update(self, table: str) -> None:
        columns = self._columns(table)
        kept = {target(table).key, "source", "source_record_id"}
        self._temporary("changed_rows", columns)
        self._send("pg_temp.changed_rows", columns, self._rows(table, comparison.changed(table)))
        assignments = ", ".join(f"{quoted(name)} = c.{quoted(name)}" for name, _ in columns if name not in kept)
        self.connection.execute(
            f"UPDATE {target(table).name} t SET {assignments}, changed_xid = pg_current_xact_id()"
            f" FROM pg_temp.changed_rows c WHERE t.{target(table).key} = c.{target(table).key}"
        )
        self.connection.execute("DROP TABLE pg_temp.changed_rows")

    def _temporary(self, name: str, columns: tuple[tuple[str, str], ...]) -> None:
        listed = ", ".join(f"{quoted(column)} {_TYPES[kind]}" for column, kind in columns)
        self.connection.execute(f"CREATE TEMP TABLE {name} ({listed}) ON COMMIT DROP")

    def _write_interviews(self, counts: comparison.TableCounts) -> None:
        """A changed result is a new revision; the old one stays and is no longer the current one."""
        table = "ai_interview"
        if not counts.new + counts.changed:
            return
        if counts.changed:
            self._temporary("revised", (("interview_id", "digest"),))
            self._send(
                "pg_temp.revised", (("interview_id", "digest"),), f"SELECT key FROM ({comparison.changed(table)})"
            )
            self.connection.execute(
                "UPDATE hr.ai_interview t SET is_current = false, changed_xid = pg_current_xact_id()"
                " FROM pg_temp.revised r WHERE t.interview_id = r.interview_id AND t.is_current"
            )
            self.connection.execute("DROP TABLE pg_temp.revised")
        self.staging.execute(f"CREATE OR REPLACE TABLE revisions AS {self._revisions()}")
        columns = (
            ("ai_interview_id", "digest"),
            ("interview_id", "digest"),
            ("revision", "smallint"),
            *self._columns(table)[1:],
        )
        rows = self._rows(table, "SELECT * FROM revisions").replace(
            "SELECT key,", "SELECT revision_key, key, revision,", 1
        )
        with self._in_bulk("hr.ai_interview", table, counts.new + counts.changed):
            self._send("hr.ai_interview", columns, rows + f" ORDER BY {postgres_order('revision_key')}")
        if self.batch.has_skills(table):
            self._write_skills()

    def _revisions(self) -> str:
        prefix = literal(SEPARATOR.join(("ai_interview", self.source, "")))
        rows = (
            f"SELECT *, CAST(0 AS SMALLINT) AS revision FROM ({comparison.new('ai_interview')})"
            f" UNION ALL BY NAME {comparison.changed('ai_interview')}"
        )
        revision = "CAST(revision + 1 AS SMALLINT)"
        return (
            f"SELECT * REPLACE ({revision} AS revision),"
            f" {digest(f'{prefix} || record_id || chr(31) || CAST({revision} AS VARCHAR)')} AS revision_key"
            f" FROM ({rows})"
        )

    def _write_skills(self) -> None:
        query = (
            "SELECT revision_key, s.skill, CAST(s.score AS DOUBLE) FROM"
            " (SELECT revision_key, unnest(skills) AS s FROM revisions)"
            f" ORDER BY {postgres_order('revision_key')}, s.skill"
        )
        columns = (("ai_interview_id", "digest"), ("skill", "text"), ("score", "double"))
        count = number(self.staging, "SELECT sum(len(skills)) FROM revisions")
        with self._in_bulk("hr.skill_score", "skill_score", count):
            self._send("hr.skill_score", columns, query)

    @contextmanager
    def _in_bulk(self, name: str, table: str, count: int) -> Iterator[None]:
        """For a large COPY: foreign keys unchecked row by row, secondary indexes rebuilt where that is less work."""
        if count < BULK:
            yield
            return
        is_unchecked = _switch_checks_off(self.connection)
        held = self.existing.estimated_rows(table) if table != "skill_score" else count + 1
        indexes = _take_indexes_off(self.connection, name) if count >= held else []
        yield
        if is_unchecked:
            self.connection.execute("SET LOCAL session_replication_role = origin")
        for definition in indexes:
            self.connection.execute(definition)


@contextmanager
def as_owner(connection: Connection) -> Iterator[None]:
    """The login's own rights, which own the tables, and then the former role again."""
    row = connection.execute("SELECT current_setting('role')").fetchone()
    connection.execute("SELECT set_config('role', 'none', true)")
    yield
    connection.execute("SELECT set_config('role', %s, true)", [row[0] if row else "none"])


def _switch_checks_off(connection: Connection) -> bool:
    """Whether the owner may do without the per-row checks; on a shared server a superuser grants it or they stay."""
    try:
        with connection.transaction():
            connection.execute("SET LOCAL session_replication_role = replica")
            connection.execute("SET LOCAL wal_compression = off")  # a tenth of the time, for pages written once
    except psycopg.errors.InsufficientPrivilege:
        return False
    return True


def _take_indexes_off(connection: Connection, name: str) -> list[str]:
    """Drops the secondary indexes and answers how to make them again; none when a reader holds the table for long."""
    rows = connection.execute(
        "SELECT pg_get_indexdef(i.indexrelid), i.indexrelid::regclass::text FROM pg_index i"
        " LEFT JOIN pg_constraint c ON c.conindid = i.indexrelid"
        " WHERE i.indrelid = %s::regclass AND c.oid IS NULL",
        [name],
    ).fetchall()
    try:
        with connection.transaction():
            connection.execute("SET LOCAL lock_timeout = '2s'")
            for _, index in rows:
                connection.execute(f"DROP INDEX {index}")
            connection.execute("SET LOCAL lock_timeout = 0")
    except psycopg.errors.LockNotAvailable:
        return []
    return [str(definition) for definition, _ in rows]

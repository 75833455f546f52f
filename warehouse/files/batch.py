"""One load's records while they are worked out in DuckDB: mapped, freed of rejects, referring only to what exists.

A rejected row is taken out of every table; what then refers to nothing is rejected in its turn, until nothing changes.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import duckdb
import pyarrow as pa

from warehouse.files.columns_read import columns_of_value
from warehouse.files.duck import number, numbers, one
from warehouse.files.existing import Existing
from warehouse.files.expressions import quoted
from warehouse.files.mapped_sql import EntryQuery, Problem
from warehouse.files.rows import CHUNK, Rows
from warehouse.files.targets import TABLES, target


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapped:
    """An entry's records in the table `m_<position>`; `is_grouped` when one stands for many equal rows."""

    position: int
    query: EntryQuery
    is_grouped: bool

    @property
    def name(self) -> str:
        """The DuckDB table."""
        return f"m_{self.position}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejection:
    """Why rows were rejected: table and columns of the records, columns of the file, code."""

    table: str
    column: str | None
    columns: tuple[str, ...]
    code: str


class Batch:
    """The mapped records of a file, table by table, as DuckDB relations `t_<table>`."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, rows: Rows, queries: Iterable[EntryQuery]) -> None:
        """Reads the rows and maps every entry; rows with a bad value are rejected at once."""
        self._connection, self.rows = connection, rows
        connection.execute("CREATE TABLE rejected (row_no BIGINT, why INTEGER)")
        self.rejections: list[Rejection] = []
        self._taken_out = 0
        self._repeats: dict[str, int] = {}
        self.mapped: list[Mapped] = []
        entries = list(queries)
        rows.read(lambda: self._map_chunk(entries))
        for item in self.mapped:
            self._reject_bad(item)
        fed = {item.query.entry.table for item in self.mapped}
        self.tables = tuple(table for table in TABLES if table in fed)

    def is_merged(self, table: str) -> bool:
        """Whether records of the table arrive in parts that are put together."""
        return any(item.query.entry.merge for item in self._of(table))

    def scores_itself(self, table: str) -> bool:
        """Whether the 0-100 score is worked out from the raw score and its scale."""
        return any(item.query.scores_itself for item in self._of(table))

    def is_versioned(self, table: str) -> bool:
        """Whether the mapping reads which version of a record a row holds."""
        return any(item.query.entry.version for item in self._of(table))

    def columns(self, table: str) -> tuple[str, ...]:
        """The target columns that the mapping fills, in one order for all entries of the table.

        Of a record in parts these are all, for a part takes the others along.
        """
        if self.is_merged(table):
            return tuple(name for name in target(table).columns if name != "event_time")
        found: dict[str, None] = {}
        for item in self._of(table):
            found |= dict.fromkeys(item.query.mapped)
            if item.query.derives_department:
                found["department_id"] = None
        return tuple(found)

    def has_skills(self, table: str) -> bool:
        """Whether skills stand beside the records."""
        is_in_parts = table == "ai_interview" and self.is_merged(table)
        return is_in_parts or any(item.query.has_skills for item in self._of(table))

    @property
    def rejected_rows(self) -> int:
        """How many rows of the file are rejected so far."""
        return number(self._connection, "SELECT count(DISTINCT row_no) FROM rejected")

    def settle(self, existing: Existing) -> None:
        """Takes rejected rows out and rejects what refers to nothing, until nothing changes."""
        while True:
            self._take_out()
            for table in self.tables:
                self._merge(table)
            if not self._reject_orphans(existing):
                return

    def records_by_row(self) -> Iterator[tuple[str, int, object, object]]:
        """Table, row, key and hash of each sound record, repeated where several rows or entries give the same one."""
        for item in self.mapped:
            query = f"SELECT row_no, key, hash FROM ({self._rows_of(item)}) WHERE bad IS NULL"
            for row, key, hash_ in self._connection.execute(query).fetchall():
                yield item.query.entry.table, row, key, hash_

    def reject_versions(self, table: str, column: str | None, code: str, versions: pa.Table) -> None:
        """Rejects every row of the file that gives one of the `versions` (key, hash) of a record."""
        self._connection.register("failing", versions)
        same = "m.key = f.key" if self.is_merged(table) else "m.key = f.key AND m.hash = f.hash"
        for item in self._of(table):
            why = self._why(item, Problem(code=code, column=column, columns=_file_columns(item, column), test=""))
            source = self._rows_of(item)
            self._connection.execute(
                f"INSERT INTO rejected SELECT DISTINCT m.row_no, {why} FROM ({source}) m JOIN failing f ON {same}"
            )
        self._connection.unregister("failing")

    def reject_where(self, code: str, test: Callable[[EntryQuery], str]) -> None:
        """Rejects each row of the file whose record fulfils the entry's SQL `test` over `m`."""
        for item in self.mapped:
            why = self._why(item, Problem(code=code, column=None, columns=(), test=""))
            self._connection.execute(
                f"INSERT INTO rejected SELECT DISTINCT m.row_no, {why} FROM ({self._rows_of(item)}) m"
                f" WHERE {test(item.query)}"
            )

    def notes(self) -> list[tuple[str, str, str, int, int]]:
        """Table, column, code, how many, of how many, for each note that counts anything."""
        found = []
        for item in self.mapped:
            for position, note in enumerate(item.query.notes):
                count, of = numbers(
                    self._connection, f"SELECT sum(n) FILTER (note_{position}), sum(n) FROM {item.name}"
                )
                if count:
                    found.append((item.query.entry.table, note.column, note.code, count, of))
        return found

    def conflicts(self, table: str) -> tuple[int, int]:
        """How many records stand in the file with different contents under one id, and of how many records."""
        if not self._repeats.get(table):
            return 0, 0
        source = self._union(table)
        conflicting, of = numbers(
            self._connection,
            "SELECT count(*) FILTER (kinds > 1), count(*) FROM"
            f" (SELECT key, count(DISTINCT hash) AS kinds FROM ({source}) GROUP BY key)",
        )
        return conflicting, of

    def assumed(self) -> list[tuple[str, str, str, int]]:
        """Table, column, why and how many records, for each value that the mapping assumes."""
        found = []
        for item in self.mapped:
            for name, value in item.query.entry.columns.items():
                if value.assumed is not None:
                    query = f"SELECT count(DISTINCT key) FILTER ({quoted(name)} IS NOT NULL) FROM {item.name}"
                    found.append((item.query.entry.table, name, value.assumed, number(self._connection, query)))
        return [note for note in found if note[-1]]

    def _of(self, table: str) -> list[Mapped]:
        return [item for item in self.mapped if item.query.entry.table == table]

    def _map_chunk(self, queries: list[EntryQuery]) -> None:
        """The first chunk decides which entries to group."""
        is_first = not self.mapped
        if is_first:
            self.mapped = [
                Mapped(position=position, query=query, is_grouped=self._pays_to_group(query))
                for position, query in enumerate(queries)
            ]
        for item in self.mapped:
            query = item.query.query(CHUNK, is_grouped=item.is_grouped)
            into = f"CREATE TABLE {item.name} AS" if is_first else f"INSERT INTO {item.name}"
            self._connection.execute(f"{into} {query}").fetchall()

    def _reject_bad(self, item: Mapped) -> None:
        bad = self._connection.execute(f"SELECT DISTINCT bad FROM {item.name} WHERE bad IS NOT NULL").fetchall()
        for (problem,) in bad:
            why = self._why(item, item.query.problems[problem])
            self._connection.execute(
                f"INSERT INTO rejected SELECT DISTINCT row_no, {why} FROM ({self._rows_of(item)}) WHERE bad = {problem}"
            )

    def _rows_of(self, item: Mapped) -> str:
        """The entry's records row by row, ungrouped."""
        if not item.is_grouped:
            return f"SELECT * FROM {item.name}"
        return item.query.query(self.rows.stage(), is_grouped=False)

    def _pays_to_group(self, query: EntryQuery) -> bool:
        """Whether at most half as many combinations as rows are read, as with a thousand rows of one department."""
        columns = [self.rows.names[name] for name in query.columns]
        if any("row_no" in column for column in columns):
            return False
        plain = [column for column in columns if column.startswith("c")]
        if not plain:
            return True
        counted = f"SELECT approx_count_distinct(hash({', '.join(plain)})) * 2 <= count(*) FROM {CHUNK}"
        return bool(one(self._connection, counted)[0])

    def _why(self, item: Mapped, problem: Problem) -> int:
        rejection = Rejection(
            table=item.query.entry.table, column=problem.column, columns=problem.columns, code=problem.code
        )
        if rejection not in self.rejections:
            self.rejections.append(rejection)
        return self.rejections.index(rejection)

    def _take_out(self) -> None:
        count = number(self._connection, "SELECT count(*) FROM rejected")
        if count == self._taken_out:
            return
        self._taken_out = count
        self._connection.execute("CREATE OR REPLACE TABLE out_rows AS SELECT DISTINCT row_no FROM rejected")
        for item in self.mapped:
            if not item.is_grouped:
                self._connection.execute(f"DELETE FROM {item.name} WHERE row_no IN (SELECT row_no FROM out_rows)")
                continue
            left = f"(SELECT a.* FROM {self.rows.stage()} a ANTI JOIN out_rows o ON a.row_no = o.row_no)"
            query = item.query.query(left, is_grouped=True)
            self._connection.execute(
                f"CREATE OR REPLACE TABLE {item.name} AS SELECT * FROM ({query}) WHERE bad IS NULL"
            )

    def _union(self, table: str) -> str:
        return " UNION ALL BY NAME ".join(
            f"SELECT * EXCLUDE ({', '.join(('bad', 'n', *item.query.note_columns))}) FROM {item.name}"
            for item in self._of(table)
        )

    def _merge(self, table: str) -> None:
        """`t_<table>`: one record a key, the last row's where the file has several."""
        source = self._union(table)
        repeats = f"SELECT count(*) FROM (SELECT key FROM ({source}) GROUP BY key HAVING count(*) > 1)"
        self._repeats[table] = number(self._connection, repeats)
        if self._repeats[table]:
            source = self._put_together(table, source) if self.is_merged(table) else self._newest(table, source)
            self._connection.execute(f"CREATE OR REPLACE TABLE u_{table} AS {source}")
            source = f"SELECT * FROM u_{table}"
        if any(item.query.derives_department for item in self._of(table)):
            source = self._with_department(source)
        self._connection.execute(f"CREATE OR REPLACE VIEW t_{table} AS {source}")

    def _newest(self, table: str, source: str) -> str:
        version = "record_version DESC NULLS LAST, " if self.is_versioned(table) else ""
        order = f"PARTITION BY key ORDER BY {version}row_no DESC"
        return f"SELECT * FROM ({source}) QUALIFY row_number() OVER ({order}) = 1"

    def _put_together(self, table: str, source: str) -> str:
        """One record a key from all its parts: of each column the newest value that there is."""
        order = f"ORDER BY {'record_version NULLS FIRST, ' if self.is_versioned(table) else ''}row_no"
        names = [str(row[0]) for row in self._connection.execute(f"DESCRIBE {source}").fetchall()]
        tests = {"skills": "len(skills) > 0"}
        columns = [
            f"last({quoted(name)} {order}) FILTER ({tests.get(name, f'{quoted(name)} IS NOT NULL')}) AS {quoted(name)}"
            for name in names
            if name not in {"key", "row_no"}
        ]
        return f"SELECT key, max(row_no) AS row_no, {', '.join(columns)} FROM ({source}) GROUP BY key"

    def _with_department(self, source: str) -> str:
        given = "t.department_id" if any("department_id" in i.query.mapped for i in self._of("application")) else "NULL"
        known = "SELECT key, department_id FROM k_requisition"
        if "requisition" in self.tables:
            known = (
                f"SELECT key, department_id FROM t_requisition UNION ALL {known} ANTI JOIN t_requisition USING (key)"
            )
        self._remember("requisition", None)
        exclude = " EXCLUDE (department_id)" if given != "NULL" else ""
        return (
            f"SELECT t.*{exclude}, coalesce({given}, r.department_id) AS department_id FROM ({source}) t"
            f" LEFT JOIN ({known}) r ON r.key = t.requisition_id"
        )

    def _reject_orphans(self, existing: Existing) -> bool:
        before = number(self._connection, "SELECT count(*) FROM rejected")
        for item in self.mapped:
            for name, parent in _references(item):
                if self._is_certain(item, name, parent):
                    continue
                self._look_up(existing, item, name, parent)
                missing = self._missing(name, parent)
                problem = Problem(code="unknown_reference", column=name, columns=_file_columns(item, name), test="")
                orphans = f"SELECT DISTINCT m.row_no FROM ({self._rows_of(item)}) m WHERE m.bad IS NULL AND {missing}"
                if number(self._connection, f"SELECT count(*) FROM {item.name} m WHERE {missing}"):
                    why = self._why(item, problem)
                    self._connection.execute(f"INSERT INTO rejected SELECT row_no, {why} FROM ({orphans})")
        return number(self._connection, "SELECT count(*) FROM rejected") > before

    def _is_certain(self, item: Mapped, name: str, parent: str) -> bool:
        """Whether each row that refers also brings the record referred to: same id, same source, no condition."""
        entry = item.query.entry
        value = entry.columns.get(name, entry.id)
        return any(
            brought.id == value and not brought.when and not brought.melt and value.source is None
            for brought in (other.query.entry for other in self._of(parent))
        )

    def _missing(self, name: str, parent: str) -> str:
        tests = [f"m.{quoted(name)} IS NOT NULL"]
        if parent in self.tables:
            tests.append(f"NOT EXISTS (SELECT 1 FROM t_{parent} p WHERE p.key = m.{quoted(name)})")
        tests.append(f"NOT EXISTS (SELECT 1 FROM k_{parent} k WHERE k.key = m.{quoted(name)})")
        return " AND ".join(tests)

    def _look_up(self, existing: Existing, item: Mapped, name: str, parent: str) -> None:
        """Adds to `k_<parent>` those keys that this file does not bring and the records have."""
        self._remember(parent, None)
        missing = self._missing(name, parent)
        asked = f"SELECT DISTINCT m.{quoted(name)} AS key FROM {item.name} m WHERE {missing}"
        if not existing.is_empty(parent) and number(self._connection, f"SELECT count(*) FROM ({asked})"):
            self._remember(parent, existing.found(parent, self._connection, asked))

    def _remember(self, parent: str, found: pa.Table | None) -> None:
        self._connection.execute(f"CREATE TABLE IF NOT EXISTS k_{parent} (key UUID, department_id UUID)")
        if found is not None:
            self._connection.register("found_keys", found)
            self._connection.execute(f"INSERT INTO k_{parent} SELECT key, department_id FROM found_keys")
            self._connection.unregister("found_keys")


def _references(item: Mapped) -> list[tuple[str, str]]:
    described = target(item.query.entry.table)
    found = [
        (name, column.parent)
        for name, column in described.columns.items()
        if column.parent and name in item.query.mapped
    ]
    return [*found, ("key", "candidate")] if item.query.entry.table == "demographics" else found


def _file_columns(item: Mapped, column: str | None) -> tuple[str, ...]:
    if column is not None and column in item.query.entry.columns:
        return columns_of_value(item.query.entry.columns[column])
    return columns_of_value(item.query.entry.id)

"""The one door to the lake: what a principal may read of a snapshot, as Ibis tables, and nothing beside it.

Rows are cut to the visible departments inside the door, demographics open only for a stated purpose and leave a line in
the audit log, and the connection reaches no file but those of the tables behind it.
"""

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import duckdb
import ibis
from ibis.backends.duckdb import Backend
from ibis.expr.operations import DatabaseTable

from warehouse import audit_log, postgres
from warehouse.access import Permission, Principal
from warehouse.lake import scans, views
from warehouse.lake.errors import LakeIsGone, PurposeMissing, UnknownEngine
from warehouse.lake.snapshot import Snapshot, snapshot
from warehouse.lake.tables import (
    APPLICATIONS,
    DECISIONS,
    DEMOGRAPHICS,
    PERFORMANCE,
    SKILL_SCORES,
    STAGE_EVENTS,
    TABLES,
    LakeTable,
)
from warehouse.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Lake:
    """A snapshot as one principal sees it; `snapshot` is None, and every table empty, before the first refresh.

    Use it from one thread at a time.
    """

    principal: Principal
    snapshot: Snapshot | None
    backend: Backend
    purpose: str | None

    @property
    def applications(self) -> ibis.Table:
        """One row an application."""
        return self._table(APPLICATIONS)

    @property
    def skill_scores(self) -> ibis.Table:
        """Skills of each application's current AI interview."""
        return self._table(SKILL_SCORES)

    @property
    def performance(self) -> ibis.Table:
        """Performance reviews of the hired."""
        return self._table(PERFORMANCE)

    @property
    def stage_events(self) -> ibis.Table:
        """Stages entered and left."""
        return self._table(STAGE_EVENTS)

    @property
    def decisions(self) -> ibis.Table:
        """Scores given by our releases."""
        return self._table(DECISIONS)

    @property
    def demographics(self) -> ibis.Table:
        """What candidates said of themselves; raises PurposeMissing unless the lake was opened for a purpose."""
        if self.purpose is None:
            raise PurposeMissing("Demographics are read for a stated purpose: open_lake(…, purpose='…')")
        return self._table(DEMOGRAPHICS)

    @property
    def stands_at(self) -> str:
        """What a figure says of the lake that it came from."""
        return "empty" if self.snapshot is None else f"snapshot {self.snapshot.id}"

    def _table(self, table: LakeTable) -> ibis.Table:
        """The view as Ibis sees it, without asking the engine for columns that we know."""
        schema = ibis.Schema.from_pyarrow(table.columns)
        return DatabaseTable(name=table.name, schema=schema, source=self.backend).to_expr()

    def close(self) -> None:
        """Lets go of the engine."""
        self.backend.disconnect()


def open_lake(
    settings: Settings, principal: Principal, snapshot_id: int | None = None, *, purpose: str | None = None
) -> Lake:
    """The lake of `snapshot_id` (default: the newest) as `principal` may see it.

    `purpose` asks for demographics as well: it needs READ_DEMOGRAPHICS and stands in the audit log. Raises AccessDenied
    without READ_LAKE, UnknownSnapshot, UnknownEngine, and LakeIsGone where the folder lost the files.
    """
    principal.require(Permission.READ_LAKE)
    if settings.engine != "duckdb":
        raise UnknownEngine(f"HIREGATE_ENGINE is {settings.engine!r}; the lake is read by duckdb")
    if purpose is not None:
        principal.require(Permission.READ_DEMOGRAPHICS)
    found = snapshot(settings, snapshot_id)
    if purpose is not None:
        _log_opening(settings, principal, found, purpose)
    tables = [table for table in TABLES if table is not DEMOGRAPHICS or purpose is not None]
    backend = _connected(settings, principal, found, tables)
    return Lake(principal=principal, snapshot=found, backend=backend, purpose=purpose)


@contextlib.contextmanager
def opened(
    settings: Settings, principal: Principal, snapshot_id: int | None = None, *, purpose: str | None = None
) -> Iterator[Lake]:
    """`open_lake`, closed at the end."""
    lake = open_lake(settings, principal, snapshot_id, purpose=purpose)
    try:
        yield lake
    finally:
        lake.close()


def _log_opening(settings: Settings, principal: Principal, found: Snapshot | None, purpose: str) -> None:
    with postgres.unit_of_work(settings, principal) as session:
        audit_log.append(
            session,
            actor=principal.id,
            action="read_demographics",
            subject="lake",
            detail={"purpose": purpose, "snapshot": None if found is None else found.id},
        )


def _connected(settings: Settings, principal: Principal, found: Snapshot | None, tables: list[LakeTable]) -> Backend:
    connection = scans.connected(settings)
    backend = ibis.duckdb.from_connection(connection)
    stored = {} if found is None else scans.stored(settings, tables, found)
    layers = scans.layers(settings, connection, stored)
    try:
        for table in tables:
            connection.execute(f"CREATE VIEW {table.name} AS {_visible(table, layers, principal)}")
    except duckdb.IOException as error:
        connection.close()
        raise LakeIsGone(f"The lake at {settings.lake} lost files; run `hiregate refresh --full`") from error
    _lock(connection, [path for files in stored.values() for path in (*files.base, *files.change)])
    return backend


def _lock(connection: duckdb.DuckDBPyConnection, paths: list[str]) -> None:
    """From here on the connection reads these files and no other, writes none, and stays so."""
    connection.execute(f"SET allowed_paths = [{', '.join(views.quoted(path) for path in paths)}]")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")


def _visible(table: LakeTable, layers: Mapping[str, views.Layers], principal: Principal) -> str:
    rows = views.current(table, layers) if layers else views.none_at_all(table.name)
    departments = principal.visible_departments
    if departments is None:
        return rows
    if table is DEMOGRAPHICS:
        return f"SELECT d.* FROM ({rows}) d SEMI JOIN {APPLICATIONS.name} a USING (candidate_key)"  # noqa: S608 - a view
    return f"SELECT * FROM ({rows}) r WHERE {views.of_departments(departments)}"  # noqa: S608 - quoted department ids

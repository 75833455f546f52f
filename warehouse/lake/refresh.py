"""Records to lake: everything once, afterwards only what changed, in one repeatable-read transaction.

The lake is written first and the snapshot that names its new versions last, with the transaction that read the records.
A refresh that dies in between is invisible, and the next one takes its traces back.
"""

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import cast

import psycopg
import pyarrow as pa
from sqlalchemy import text
from sqlalchemy.orm import Session

from warehouse import audit_log, postgres, telemetry
from warehouse.access import Principal, Role
from warehouse.lake import persons, pseudonyms, snapshot, storage
from warehouse.lake.copying import batches
from warehouse.lake.extracts import extracts
from warehouse.lake.snapshot import Snapshot
from warehouse.lake.tables import APPLICATIONS, BASE, CHANGE, DECISIONS, DEMOGRAPHICS, TABLES, LakeTable
from warehouse.lake.touched import find_touched, has_new_decisions, has_new_demographics
from warehouse.postgres import DatabaseRole
from warehouse.settings import Settings
from warehouse.tables.app import LakeSnapshot

REFRESHER = Principal(id="service:refresh", roles=frozenset({Role.AUDITOR}))
"""Who the records see while the lake is refreshed; the vault's role needs its READ_DEMOGRAPHICS."""

FULL_SHARE = 0.3
"""From this share of touched applications on, everything is written anew: it costs less and needs no compaction."""

# Text that Arrow reads; and plans that follow a few touched applications by index, for their pages are in memory.
_READING_SETTINGS = {
    "TimeZone": "UTC",
    "DateStyle": "ISO",
    "random_page_cost": "1.1",
    "work_mem": "64MB",
    "jit": "off",
}

Progress = Callable[[str, int], None]
"""Told the table's name and how many more rows of it were written."""


def refresh(settings: Settings, *, full: bool = False, progress: Progress | None = None) -> Snapshot:
    """Brings the lake up to the records and answers the snapshot that now holds; waits for another refresh to end.

    `full` rebuilds every table. Without any change the last snapshot is answered again.
    """
    with snapshot.writing(settings), _reading(settings) as session:
        last = snapshot.newest(session, settings)
        work = _work(session, settings, last, full=full)
        if last is not None and not any(work.is_due(table) for table in TABLES):
            return last
        with telemetry.span("refresh", kind="full" if work.full else "changes"):
            return _written(session, settings, work, progress or _silent)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Work:
    """What this refresh has to do, found out before anything is written."""

    last: Snapshot | None
    full: bool
    touched: bool = True
    demographics: bool = True
    decisions: bool = True

    @property
    def refresh_seq(self) -> int:
        """Above that of every row which a snapshot of this lake names."""
        return 1 if self.last is None else self.last.id + 1

    def is_due(self, table: LakeTable) -> bool:
        """Whether the table has anything to write."""
        due = {DEMOGRAPHICS.name: self.demographics, DECISIONS.name: self.touched or self.decisions}
        return self.full or due.get(table.name, self.touched)


def _work(session: Session, settings: Settings, last: Snapshot | None, *, full: bool) -> _Work:
    if full or last is None or not _follows(session, settings, last):
        return _Work(last=last, full=True)
    touched = find_touched(session, last.watermark)
    rows = storage.files(settings, APPLICATIONS.name, last.versions[APPLICATIONS.name], last.id).base_rows
    if touched > FULL_SHARE * rows:
        return _Work(last=last, full=True)
    decisions = has_new_decisions(session)
    postgres.assume(session, REFRESHER, DatabaseRole.VAULT)
    return _Work(
        last=last,
        full=False,
        touched=touched > 0,
        demographics=has_new_demographics(session),
        decisions=decisions,
    )


def _follows(session: Session, settings: Settings, last: Snapshot) -> bool:
    """Whether the lake and the records are still those that the snapshot speaks of."""
    return snapshot.origin(session, settings) == last.origin and storage.is_whole(settings, last.versions)


def _written(session: Session, settings: Settings, work: _Work, progress: Progress) -> Snapshot:
    versions: dict[str, int] = {}
    if work.last is not None and not work.full:
        versions = storage.take_back(settings, work.last.versions)
    rows_written = 0

    def count(name: str, rows: int) -> None:
        nonlocal rows_written
        rows_written += rows
        progress(name, rows)

    for table in TABLES:
        if work.is_due(table):
            versions[table.name] = _write_table(session, settings, table, work, count)
    postgres.assume(session, REFRESHER, DatabaseRole.LAKE)
    return snapshot.record(session, _row(session, settings, work, versions, rows_written))


def _row(
    session: Session, settings: Settings, work: _Work, versions: dict[str, int], rows_written: int
) -> LakeSnapshot:
    generated = "SELECT EXISTS (SELECT 1 FROM landing.load WHERE is_generated)"
    return LakeSnapshot(
        lake_url=settings.lake,
        versions=versions,
        watermark=int(session.execute(text("SELECT pg_snapshot_xmin(pg_current_snapshot())")).scalar_one()),
        origin=snapshot.origin(session, settings),
        rows_written=rows_written,
        is_full=work.full,
        is_generated=session.execute(text(generated)).scalar_one(),
    )


def _write_table(session: Session, settings: Settings, table: LakeTable, work: _Work, count: Progress) -> int:
    if table is DEMOGRAPHICS:
        _log_reading(settings)
    postgres.assume(session, REFRESHER, DatabaseRole.VAULT if table is DEMOGRAPHICS else DatabaseRole.LAKE)
    connection = cast("psycopg.Connection[object]", session.connection().connection.driver_connection)
    query = extracts(full=work.full)[table.name]
    layer = BASE if work.full else CHANGE
    rows = _stored(batches(connection, query, table.extracted), table, layer, work.refresh_seq, count)
    return storage.overwrite(settings, table, rows) if work.full else storage.append(settings, table, rows)


def _stored(
    rows: Iterator[pa.RecordBatch], table: LakeTable, layer: str, refresh_seq: int, count: Progress
) -> Iterator[pa.RecordBatch]:
    """The batches with the columns that the refresh adds."""
    for batch in rows:
        added = {
            "refresh_seq": pa.repeat(pa.scalar(refresh_seq, pa.int64()), batch.num_rows),
            "layer": pa.repeat(pa.scalar(layer), batch.num_rows),
        }
        columns = [added[name] if name in added else batch.column(name) for name in table.stored.names]
        count(table.name, batch.num_rows)
        yield pa.record_batch(columns, schema=table.stored)


def _log_reading(settings: Settings) -> None:
    """A line before the reading, in a transaction of its own: the reading one sees the log as it was at its start."""
    with postgres.unit_of_work(settings, REFRESHER, DatabaseRole.VAULT) as session:
        audit_log.append(
            session,
            actor=REFRESHER.id,
            action="read_demographics",
            subject="vault.demographics",
            detail={"purpose": "refresh of the lake"},
        )


@contextlib.contextmanager
def _reading(settings: Settings) -> Iterator[Session]:
    """A session that sees the records as they are now until it ends, in the lake's role."""
    connecting = postgres.engine(settings).connect()
    with (
        connecting.execution_options(isolation_level="REPEATABLE READ") as connection,
        Session(connection) as session,
        session.begin(),
    ):
        for name, value in _READING_SETTINGS.items():
            session.execute(text("SELECT set_config(:name, :value, true)"), {"name": name, "value": value})
        pseudonyms.lend(session, pseudonyms.key_of(settings))
        postgres.assume(session, REFRESHER, DatabaseRole.LAKE)
        persons.find_persons(session)
        yield session


def _silent(_name: str, _rows: int) -> None:
    """Nobody watches."""

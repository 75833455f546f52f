"""Compaction folds the changes into the base, vacuum deletes the files that nobody can ask for any more.

Both leave every row as it is. A compaction is a snapshot of its own with the watermark of the one before; versions that
a release or a fresh snapshot names are never deleted.
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

import duckdb
import pyarrow as pa
from sqlalchemy import select
from sqlalchemy.orm import Session

from warehouse import postgres
from warehouse.access import NOBODY
from warehouse.lake import scans, snapshot, storage, views
from warehouse.lake.snapshot import Snapshot
from warehouse.lake.tables import BASE, TABLES, LakeTable
from warehouse.postgres import DatabaseRole
from warehouse.settings import Settings
from warehouse.tables.app import LakeSnapshot
from warehouse.tables.governance import Release

CHANGE_SHARE = 0.2
"""Changes beside the base, as a share of it, from which on a compaction pays."""

MOST_CHANGE_FILES = 64
"""Files of changes from which on opening them costs more than reading them."""

RETENTION_HOURS = 24 * 7
"""Hours that files stay after the last snapshot that used them was replaced."""

_BATCH_ROWS = 131_072


def is_due(settings: Settings, last: Snapshot) -> bool:
    """Whether the lake holds many changes beside its base, or a table's changes lie in many files."""
    stored = scans.stored(settings, TABLES, last).values()
    changes = sum(files.change_rows for files in stored)
    is_scattered = any(len(files.change) > MOST_CHANGE_FILES for files in stored)
    return is_scattered or changes > CHANGE_SHARE * sum(files.base_rows for files in stored)


def compact(settings: Settings, *, even_if_not_due: bool = False) -> Snapshot | None:
    """Writes each table's base anew with its changes folded in; None where nothing was due.

    Waits for a running refresh to end. The rows of the new snapshot are those of the one before.
    """
    with snapshot.writing(settings):
        with postgres.unit_of_work(settings, NOBODY) as session:
            last = snapshot.newest(session, settings)
        if last is None or not (even_if_not_due or is_due(settings, last)):
            return None
        versions = {table.name: _compacted(settings, table, last) for table in TABLES}
        with postgres.unit_of_work(settings, NOBODY, DatabaseRole.LAKE) as session:
            return snapshot.record(session, _successor(last, versions))


def _compacted(settings: Settings, table: LakeTable, last: Snapshot) -> int:
    with scans.connected(settings) as connection:
        files = scans.stored(settings, TABLES, last)
        rows = views.current(table, scans.layers(settings, connection, files))
        return storage.overwrite(settings, table, _folded(connection, rows, table))


def _folded(connection: duckdb.DuckDBPyConnection, rows: str, table: LakeTable) -> Iterator[pa.RecordBatch]:
    columns = f"SELECT *, false AS is_deleted, '{BASE}' AS layer FROM ({rows})"  # noqa: S608 - our own view
    for batch in connection.sql(columns).to_arrow_reader(_BATCH_ROWS):
        yield batch.cast(table.stored)


def _successor(last: Snapshot, versions: dict[str, int]) -> LakeSnapshot:
    return LakeSnapshot(
        lake_url=last.lake_url,
        versions=versions,
        watermark=last.watermark,
        origin=last.origin,
        rows_written=0,
        is_full=False,
        is_generated=last.is_generated,
    )


def vacuum(settings: Settings, *, now: dt.datetime, retention_hours: int = RETENTION_HOURS) -> int:
    """Deletes files that no release, no snapshot of the last `retention_hours` and not the newest one needs.

    Answers how many. Waits for a running refresh to end.
    """
    with snapshot.writing(settings):
        with postgres.unit_of_work(settings, NOBODY) as session:
            kept = _kept(session, settings, now - dt.timedelta(hours=retention_hours))
        return storage.vacuum(settings, kept, retention_hours=retention_hours) if kept else 0


def _kept(session: Session, settings: Settings, since: dt.datetime) -> dict[str, list[int]]:
    """Versions by table that must stay; empty before the first refresh."""
    last = snapshot.newest(session, settings)
    if last is None:
        return {}
    of_lake = select(LakeSnapshot.versions).where(LakeSnapshot.lake_url == settings.lake)
    named = [
        last.versions,
        *session.scalars(of_lake.where(LakeSnapshot.created_at >= since, LakeSnapshot.erased_at.is_(None))),
        *(document["versions"] for document in _named_by_releases(session, settings)),
    ]
    return {table.name: sorted({int(str(versions[table.name])) for versions in named}) for table in TABLES}


def _named_by_releases(session: Session, settings: Settings) -> list[Mapping[str, Any]]:
    """The snapshots of this lake that releases were trained on, as `Snapshot.as_json` writes them.

    One that held an erased person is not kept for its release.
    """
    documents = session.scalars(select(Release.snapshot))
    erased = set(session.scalars(select(LakeSnapshot.lake_snapshot_id).where(LakeSnapshot.erased_at.is_not(None))))
    return [
        document
        for document in documents
        if document.get("lake_url") == settings.lake and document.get("snapshot") not in erased
    ]

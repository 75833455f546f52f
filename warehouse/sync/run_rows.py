"""What a run writes: its own row, pages into the inbox with their cursor, and the keys that were seen.

Every function works within the caller's transaction. A record whose body did not change since it was pulled last is not
kept again; one that changed back to an earlier body is.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import cast

from sqlalchemy import func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from warehouse.sync.inbox import Arrival, put_all
from warehouse.sync.kit.records import Page, Position, Record, storable
from warehouse.sync.kit.traffic import Traffic
from warehouse.tables.landing import SyncCursor, SyncRun

CONTENT_TYPE = "application/json"
INTERRUPTED = "interrupted"
"""The code of a run whose process ended before it did."""

_KNOWN = text(
    "SELECT source_record_id, body_sha256, gone_at IS NOT NULL FROM landing.source_key"
    " WHERE source = :source AND entity = :entity AND source_record_id = ANY(:ids)"
)
_SEEN = text(
    "INSERT INTO landing.source_key AS k (source, entity, source_record_id, seen_in, body_sha256)"
    " SELECT :source, :entity, id, :run, sha FROM unnest(CAST(:ids AS text[]), CAST(:shas AS text[])) AS g(id, sha)"
    " ORDER BY id ON CONFLICT (source, entity, source_record_id) DO UPDATE"
    " SET seen_in = excluded.seen_in, body_sha256 = excluded.body_sha256, gone_at = NULL"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What became of a page: records in it, and how many of them are new in the inbox."""

    read: int
    new: int


def begin(session: Session, source: str, entity: str, *, is_sweep: bool, at: dt.datetime) -> int:
    """A run's row, running; answers its id."""
    row = SyncRun(source=source, entity=entity, started_at=at, is_sweep=is_sweep)
    session.add(row)
    session.flush()
    return row.sync_run_id


def end_those_left_running(session: Session, source: str, at: dt.datetime) -> None:
    """Ends the rows of runs that a killed process left; only whoever holds the source's lock may say so."""
    session.execute(
        update(SyncRun)
        .where(SyncRun.source == source, SyncRun.direction == "pull", SyncRun.state == "running")
        .values(
            state="failed",
            finished_at=at,
            error_code=INTERRUPTED,
            error="the process ended before the run did; the next run goes on from the cursor",
        )
    )


def position(session: Session, source: str, entity: str) -> Position | None:
    """Where the entity's last checkpoint is."""
    found = session.get(SyncCursor, (source, entity))
    return None if found is None else cast("Position", found.position)


def forget_position(session: Session, source: str, entity: str) -> None:
    """The next pull begins at the beginning."""
    session.execute(
        update(SyncCursor)
        .where(SyncCursor.source == source, SyncCursor.entity == entity)
        .values(position={}, moved_at=func.now())
    )


def keep(session: Session, source: str, entity: str, page: Page, run_id: int) -> Kept:
    """Puts a page's changed records into the inbox, notes their keys, and moves the cursor where the page says so.

    An id that no column can hold is spelled so that one can; the intake refuses the record for its body.
    """
    page = replace(page, records=[replace(record, id=storable(record.id)) for record in page.records])
    changed = _changed(session, source, page.records)
    arrivals = [_arrival(source, record, run_id if was_known else None) for record, was_known in changed]
    new = put_all(session, arrivals, sync_run_id=run_id)
    for name in dict.fromkeys(record.entity for record in page.records):
        _note(session, source, name, [record for record in page.records if record.entity == name], run_id)
    if page.position is not None:
        _move(session, source, entity, page.position)
    return Kept(read=len(page.records), new=new)


def count(session: Session, run_id: int, page: Page, kept: Kept, traffic: Traffic) -> int:
    """Adds a page to the run's row; answers the rows that were read so far."""
    values: dict[str, object] = {
        "rows_read": SyncRun.rows_read + kept.read,
        "rows_new": SyncRun.rows_new + kept.new,
        "rows_rejected": SyncRun.rows_rejected + page.rejected,
        "requests": traffic.requests,
        "retries": traffic.retries,
    }
    quota = traffic.quota_left if page.quota_left is None else page.quota_left
    optional = {"source_total": page.source_total, "quota_left": quota, "position": page.position}
    values |= {name: value for name, value in optional.items() if value is not None}
    statement = update(SyncRun).where(SyncRun.sync_run_id == run_id).values(**values).returning(SyncRun.rows_read)
    return session.execute(statement).scalar_one()


def finish(
    session: Session,
    run_id: int,
    *,
    state: str,
    at: dt.datetime,
    traffic: Traffic,
    error_code: str | None = None,
    error: str | None = None,
) -> Mapping[str, object]:
    """Ends the run's row and answers it."""
    values = {
        "state": state,
        "finished_at": at,
        "requests": traffic.requests,
        "retries": traffic.retries,
        "error_code": error_code,
        "error": error,
    }
    session.execute(update(SyncRun).where(SyncRun.sync_run_id == run_id).values(**values))
    columns = SyncRun.__table__.c
    return dict(session.execute(select(*columns).where(columns.sync_run_id == run_id)).mappings().one())


def _changed(session: Session, source: str, records: Sequence[Record]) -> list[tuple[Record, bool]]:
    """The records that differ from what was pulled last, each once, and whether an earlier body was."""
    known: dict[tuple[str, str], tuple[str | None, bool]] = {}
    for entity in dict.fromkeys(record.entity for record in records):
        ids = [record.id for record in records if record.entity == entity]
        found = session.execute(_KNOWN, {"source": source, "entity": entity, "ids": ids})
        known |= {(entity, id_): (sha, is_gone) for id_, sha, is_gone in found}
    changed = []
    for record in records:
        key, sha = (record.entity, record.id), record.sha256
        before, was_gone = known.get(key, (None, False))
        if before != sha or was_gone:
            changed.append((record, before is not None or was_gone))
        known[key] = (sha, False)
    return changed


def _note(session: Session, source: str, entity: str, records: Sequence[Record], run_id: int) -> None:
    last = {record.id: record.sha256 for record in records}
    values = {"source": source, "entity": entity, "run": run_id, "ids": list(last), "shas": list(last.values())}
    session.execute(_SEEN, values)


def _arrival(source: str, record: Record, run_id: int | None) -> Arrival:
    """The record as it arrives. One that changed names the run in its key, for it may be as it once was before."""
    version = "" if record.version is None else f"{record.version}."
    again = "" if run_id is None else f".{run_id}"
    return Arrival(
        source=source,
        idempotency_key=f"{record.entity}:{record.id}:{version}{record.sha256[:16]}{again}",
        payload=record.canonical,
        content_type=CONTENT_TYPE,
        entity=record.entity,
        happened_at=record.happened_at,
        source_version=record.version,
    )


def _move(session: Session, source: str, entity: str, to: Position) -> None:
    values = {"position": dict(to), "moved_at": func.now()}
    statement = insert(SyncCursor).values(source=source, entity=entity, **values)
    session.execute(statement.on_conflict_do_update(index_elements=["source", "entity"], set_=values))

"""Refused events in `landing.quarantine`: why, whose, with values masked, and what they wait for.

An event that is refused again for the same reason keeps its row; what is refused no more is marked as resubmitted.
"""

import re
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from warehouse.files.expressions import quoted
from warehouse.files.load import Work
from warehouse.files.parts import MISSING_PART
from warehouse.files.targets import target
from warehouse.files.wording import reason
from warehouse.sync.intake_events import Event, field
from warehouse.sync.intake_gone import STILL_REFERENCED, Gone
from warehouse.sync.intake_mapping import ENTITY
from warehouse.tables.landing import Quarantine

MISSING = "missing_reference"
"""The code of an event that refers to a record which has not arrived."""

_WORD = re.compile(r"[A-Za-z][^0-9@]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reject:
    """Why an event is refused: table of the records, field of the event, code; and the record that it waits for."""

    inbox_id: int
    table: str | None
    label: str | None
    code: str
    masked: dict[str, object]
    waits_in: str | None = None
    waits_for: uuid.UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where refused events belong: the load that refused them, their source and who owns what it refuses."""

    load_id: uuid.UUID
    source: str
    owner: str | None


def poison(events: Sequence[Event]) -> list[Reject]:
    """The events that are no JSON objects; their length stands for their values."""
    return [
        Reject(
            inbox_id=event.inbox_id,
            table=None,
            label=None,
            code=event.fault,
            masked={ENTITY: event.entity, "bytes": len(event.payload)},
        )
        for event in events
        if event.fault is not None
    ]


def rejects(work: Work, events: Sequence[Event]) -> list[Reject]:
    """What the mapping and the contracts refused of a batch."""
    by_id = {event.inbox_id: event for event in events}
    missing = {(row, why): (parent, key) for row, why, parent, key in _missing(work)}
    rows = work.connection.execute("SELECT row_no, why, table_name, label, code FROM refused ORDER BY row_no, why")
    found = []
    for row, why, table, label, code in rows.fetchall():
        parent, key = missing.get((row, why), (None, None))
        found.append(
            Reject(
                inbox_id=row,
                table=table,
                label=label,
                code=MISSING if code == "unknown_reference" else code,
                masked=masked(by_id[row], tuple(work.rows.names)),
                waits_in=parent,
                waits_for=key,
            )
        )
    return found


def still_referenced(kept: Sequence[Gone], events: Sequence[Event], columns: tuple[str, ...]) -> list[Reject]:
    """The events whose record cannot be deleted, for others refer to it."""
    by_id = {event.inbox_id: event for event in events}
    return [
        Reject(
            inbox_id=item.inbox_id,
            table=item.table,
            label=None,
            code=STILL_REFERENCED,
            masked=masked(by_id[item.inbox_id], columns),
        )
        for item in kept
    ]


def masked(event: Event, columns: Sequence[str]) -> dict[str, object]:
    """The fields that a mapping reads, masked; the entity stays as it is."""
    values = {column: field(event, column) for column in columns if not column.startswith("_")}
    return {ENTITY: event.entity, **{column: mask(value) for column, value in values.items() if value is not None}}


def mask(value: str) -> str:
    """A Latin word's first letter and length, of all else the length alone."""
    return f"{value[0] if _WORD.fullmatch(value) else '#'}…({len(value)})"


def store(session: Session, place: Place, refused: Sequence[Reject], *, ids: Sequence[int], by: str) -> None:
    """Writes what the events `ids` are refused for now; `by` is who had them tried."""
    statement = select(Quarantine).where(Quarantine.inbox_id.in_(ids), Quarantine.status == "open")
    open_before = {(row.inbox_id, row.column_name, row.reason_code): row for row in session.scalars(statement)}
    for reject in refused:
        row = open_before.pop((reject.inbox_id, reject.label, reject.code), None)
        if row is None:
            session.add(_row(place, reject))
        else:
            row.waits_in, row.waits_for = reject.waits_in, reject.waits_for
    session.flush()
    if open_before:
        settle(session, [row.quarantine_id for row in open_before.values()], status="resubmitted", by=by)


def settle(session: Session, ids: Sequence[int], *, status: str, by: str, note: str | None = None) -> int:
    """Closes open rows of the quarantine and answers how many were open."""
    closed = session.execute(
        text(
            "UPDATE landing.quarantine SET status = :status, settled_by = :by, settled_at = now(), note = :note"
            " WHERE quarantine_id = ANY(:ids) AND status = 'open' RETURNING 1"
        ),
        {"status": status, "by": by, "note": note, "ids": list(ids)},
    )
    return len(closed.all())


def _row(place: Place, reject: Reject) -> Quarantine:
    return Quarantine(
        load_id=place.load_id,
        source=place.source,
        row_number=reject.inbox_id,
        table_name=reject.table,
        column_name=reject.label,
        reason_code=reject.code,
        reason=reason(reject.code)[0],
        masked_values=reject.masked,
        owner=place.owner,
        inbox_id=reject.inbox_id,
        waits_in=reject.waits_in,
        waits_for=reject.waits_for,
    )


def _missing(work: Work) -> Iterator[tuple[int, int, str, uuid.UUID]]:
    """Row, reject, table and key of each record that an event waits for: one it refers to, or its own first part."""
    for why, rejection in enumerate(work.batch.rejections):
        if rejection.code == "unknown_reference" and rejection.column is not None:
            column = rejection.column
            parent = (
                target(rejection.table).columns[column].parent if column in target(rejection.table).columns else None
            )
            yield from _waiting(work, why, rejection.table, column, parent or "candidate")
        elif rejection.code == MISSING_PART:
            yield from _waiting(work, why, rejection.table, "key", rejection.table)


def _waiting(work: Work, why: int, table: str, column: str, awaited: str) -> Iterator[tuple[int, int, str, uuid.UUID]]:
    rows = f"(SELECT * FROM {work.rows.stage()} WHERE row_no IN (SELECT row_no FROM rejected WHERE why = {why}))"  # noqa: S608
    for item in work.batch.mapped:
        if item.query.entry.table == table and column in (*item.query.mapped, "key"):
            query = f"SELECT row_no, {quoted(column)} FROM ({item.query.query(rows, is_grouped=False)})"  # noqa: S608
            for row, key in work.connection.execute(query).fetchall():
                if key is not None:
                    yield row, why, awaited, uuid.UUID(bytes=key.bytes[::-1])

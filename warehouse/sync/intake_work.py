"""A batch of events mapped as far as the events alone allow: records to write, records to take away."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

import duckdb

from warehouse.files.batch import Batch
from warehouse.files.expressions import Reading
from warehouse.files.load import Work
from warehouse.files.mapped_sql import EntryQuery
from warehouse.files.mapping import Mapping
from warehouse.files.rows import Rows
from warehouse.sync.intake_events import Event, as_file
from warehouse.sync.intake_gone import Gone, deletions, gone
from warehouse.sync.intake_mapping import columns_of
from warehouse.sync.intake_order import GONE


@dataclass(frozen=True, slots=True, kw_only=True)
class EventWork:
    """What the engine works on, the records to take away, and all that the events touch.

    `records` are (table, inbox id, key, content) of every sound record, `GONE` where it is taken away.
    """

    engine: Work
    gone: tuple[Gone, ...]
    records: tuple[tuple[str, int, object, object], ...]

    def refused(self) -> list[tuple[int]]:
        """The inbox ids that are refused so far."""
        return self.engine.connection.execute("SELECT DISTINCT row_no FROM rejected").fetchall()


def event_work(
    connection: duckdb.DuckDBPyConnection, mapping: Mapping, at: dt.datetime, events: Sequence[Event]
) -> EventWork | None:
    """The events, mapped; None where none of them is a JSON object."""
    if all(event.body is None for event in events):
        return None
    writing = tuple(entry for entry in mapping.tables if not entry.only_deletes)
    deleting = deletions(mapping)
    whole = replace(mapping, tables=(*writing, *deleting))
    name = f"inbox {events[0].inbox_id}-{events[-1].inbox_id}"
    file = as_file(name, events, columns_of(whole))
    rows = Rows(connection, whole, lambda: file, None)
    reading = Reading(
        source=mapping.source, as_of=at.date(), timezone=mapping.timezone, dates=mapping.dates, names=rows.names
    )
    batch = Batch(connection, rows, [EntryQuery(entry, reading) for entry in writing])
    taken_away = gone(connection, rows.stage(), reading, deleting)
    return EventWork(
        engine=Work(connection=connection, name=name, mapping=mapping, rows=rows, batch=batch, at=at),
        gone=tuple(taken_away),
        records=(
            *batch.records_by_row(),
            *((item.table, item.inbox_id, _reversed(item), GONE) for item in taken_away),
        ),
    )


def _reversed(item: Gone) -> object:
    """The key as DuckDB holds it."""
    return type(item.key)(bytes=item.key.bytes[::-1])

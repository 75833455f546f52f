"""Records that are gone at their source: kept, or deleted where the mapping says so.

A key sweep tells of them by events of the entity `<Entity>.gone`, a source itself by an event of its own, which a table
of the mapping without columns names. What other records refer to is not deleted: the event goes to quarantine.
"""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import duckdb
from sqlalchemy import text
from sqlalchemy.orm import Session

from warehouse.files.expressions import Reading
from warehouse.files.mapped_sql import EntryQuery
from warehouse.files.mapping import Condition, Entry, Mapping, Value
from warehouse.files.targets import TABLES, target
from warehouse.sync.intake_mapping import ENTITY, ID, VERSION
from warehouse.tables.metadata import METADATA

STILL_REFERENCED = "still_referenced"
"""The code of an event whose record cannot be deleted."""

SUFFIX = ".gone"
"""What a key sweep adds to the entity of a record that it no longer finds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gone:
    """One event that takes a record away."""

    inbox_id: int
    table: str
    key: uuid.UUID
    version: int | None


def deletions(mapping: Mapping) -> tuple[Entry, ...]:
    """The tables of the mapping that take records away: their own, and those of a key sweep."""
    own = [entry for entry in mapping.tables if entry.only_deletes]
    swept = [_swept(entry) for entry in mapping.tables if entry.gone == "delete" and not entry.only_deletes]
    return (*own, *swept)


def gone(connection: duckdb.DuckDBPyConnection, rows: str, reading: Reading, entries: Sequence[Entry]) -> list[Gone]:
    """The records that the relation `rows` takes away, in its order."""
    found = []
    for entry in entries:
        mapped = EntryQuery(entry, reading).query(rows, is_grouped=False)
        query = f"SELECT row_no, key, record_version FROM ({mapped}) WHERE key IS NOT NULL"  # noqa: S608
        found += [
            Gone(inbox_id=row, table=entry.table, key=uuid.UUID(bytes=key.bytes[::-1]), version=version)
            for row, key, version in connection.execute(query).fetchall()
        ]
    return sorted(found, key=lambda item: item.inbox_id)


def delete(session: Session, records: Sequence[Gone]) -> tuple[list[Gone], list[Gone]]:
    """Deletes children before parents; answers what was deleted and what others still refer to.

    A record that is newer than its event, or not there, is neither.
    """
    deleted: list[Gone] = []
    kept: list[Gone] = []
    for table in reversed(TABLES):
        due = _newest_each(item for item in records if item.table == table)
        if not due:
            continue
        newest = _newest(session, table, due)
        gone_keys = set(session.scalars(text(_delete(table)), {"keys": list(newest)}))
        left = set(session.scalars(text(_left(table)), {"keys": list(newest.keys() - gone_keys)}))
        deleted += [item for key, item in newest.items() if key in gone_keys]
        kept += [item for key, item in newest.items() if key in left]
        _note(session, table, [item for key, item in newest.items() if key not in left])
    return deleted, kept


def _swept(entry: Entry) -> Entry:
    """What a sweep's event of the table's entities takes away: the record whose id is the event's."""
    words = [word for item in entry.when if item.column == ENTITY and item.test == "is" for word in item.words]
    when = Condition(column=ENTITY, test="is", words=tuple(word + SUFFIX for word in words))
    return Entry(
        table=entry.table,
        id=Value(column=ID, source=entry.id.source),
        columns={},
        when=(when,),
        version=Value(column=VERSION),
        gone="delete",
    )


def _newest_each(records: Iterable[Gone]) -> dict[uuid.UUID, Gone]:
    """Of several deletions of one record the newest, which need not be the last that came."""
    due: dict[uuid.UUID, Gone] = {}
    for item in records:
        known = due.get(item.key)
        if known is None or not _is_older(item, known.version, known.inbox_id):
            due[item.key] = item
    return due


def _newest(session: Session, table: str, due: dict[uuid.UUID, Gone]) -> dict[uuid.UUID, Gone]:
    """The deletions that are not older than what is known of their records."""
    query = text(
        "SELECT record_key, version, inbox_id FROM landing.record_version"
        " WHERE table_name = :t AND record_key = ANY(:k)"
    )
    known = {key: (version, place) for key, version, place in session.execute(query, {"t": table, "k": list(due)})}
    return {key: item for key, item in due.items() if not _is_older(item, *known.get(key, (None, None)))}


def _is_older(item: Gone, version: int | None, place: int | None) -> bool:
    if item.version is not None and version is not None and item.version != version:
        return item.version < version
    return place is not None and item.inbox_id < place


def _note(session: Session, table: str, items: Sequence[Gone]) -> None:
    session.execute(
        text(
            "INSERT INTO landing.record_version AS v (table_name, record_key, version, inbox_id)"
            " SELECT :t, k, n, i FROM unnest(CAST(:keys AS uuid[]), CAST(:versions AS bigint[]),"
            " CAST(:places AS bigint[])) AS g(k, n, i) ORDER BY k ON CONFLICT (table_name, record_key) DO UPDATE SET"
            " version = greatest(v.version, excluded.version), inbox_id = greatest(v.inbox_id, excluded.inbox_id)"
        ),
        {
            "t": table,
            "keys": [item.key for item in items],
            "versions": [item.version for item in items],
            "places": [item.inbox_id for item in items],
        },
    )


def _delete(table: str) -> str:
    key = _key(table)
    free = [
        f"NOT EXISTS (SELECT 1 FROM {child} c WHERE c.{column} = t.{named})"  # noqa: S608 - names of our own tables
        for child, column, named in _children(table)
    ]
    where = " AND ".join((f"t.{key} = ANY(:keys)", *free))
    deleting = f"DELETE FROM {target(table).name} t WHERE {where} RETURNING t.{key}"  # noqa: S608
    return f"WITH gone AS ({deleting}) SELECT DISTINCT {key} FROM gone"  # noqa: S608


def _left(table: str) -> str:
    return f"SELECT DISTINCT {_key(table)} FROM {target(table).name} WHERE {_key(table)} = ANY(:keys)"  # noqa: S608


def _key(table: str) -> str:
    return "interview_id" if table == "ai_interview" else target(table).key


def _children(table: str) -> list[tuple[str, str, str]]:
    """Table and column of what refers to the table's records, and the column that it names; what cascades is not."""
    name = target(table).name
    return [
        (str(other.fullname), key.parent.name, key.column.name)
        for other in METADATA.tables.values()
        for key in other.foreign_keys
        if str(key.column.table.fullname) == name and key.ondelete != "CASCADE"
    ]

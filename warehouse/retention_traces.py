"""Where a person stands in what was kept as it came: rows of raw files and events, found by mapping them once more.

Keys are made from sources' ids, so mapping a file again says exactly which of its rows lead to a person, refused rows
among them. A row may reveal a record that never got into the records, and through it further rows; the search goes on
until nothing new is found.
"""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

import duckdb
from sqlalchemy import text
from sqlalchemy.orm import Session

from warehouse.files.batch import Mapped
from warehouse.files.erased import registered, touching, turned
from warehouse.files.load import Work, prepared
from warehouse.files.mapping import Mapping, parse
from warehouse.files.source_file import Place
from warehouse.files.staging import staging
from warehouse.files.targets import target
from warehouse.retention_person import People, key_column
from warehouse.settings import Settings
from warehouse.sync import intake_events as inbox
from warehouse.sync.intake_events import Event
from warehouse.sync.intake_mapping import of_document
from warehouse.sync.intake_work import event_work

_FILES = (
    "SELECT DISTINCT l.file_sha256, l.file_name, l.source, l.mapping_version, m.document FROM landing.load l"
    " JOIN landing.mapping m ON m.source = l.source AND m.version = l.mapping_version"
    " WHERE l.kind = 'file' ORDER BY 1, 2, 3, 4"
)
# An event waits without a load; the newest mapping of its source is then the likeliest.
_EVENTS = """
SELECT i.source, coalesce(l.mapping_version,
    (SELECT max(m.version) FROM landing.mapping m WHERE m.source = i.source)) AS version, i.inbox_id
FROM landing.inbox i LEFT JOIN landing.load l USING (load_id)
WHERE i.erased_at IS NULL AND (CAST(:all AS boolean) OR EXISTS (
  SELECT 1 FROM unnest(CAST(:needles AS text[])) AS n
  WHERE position(n IN lower(encode(i.payload, 'escape'))) > 0 OR position(n IN lower(i.idempotency_key)) > 0))
ORDER BY 1, 2, 3
"""
_MOST_NEEDLES = 200
_AT_ONCE = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class FileTrace:
    """Rows of one raw file, by its sha256 as it came; `name` and `mapping` say how it is read."""

    sha256: str
    name: str
    mapping: Mapping
    rows: frozenset[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Traces:
    """What was found, and the people with all keys that the search came to know."""

    people: People
    files: tuple[FileTrace, ...]
    events: frozenset[int]


@dataclass(slots=True, kw_only=True)
class _Found:
    session: Session
    people: People
    rows: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    events: set[int] = field(default_factory=set)


def traces(session: Session, settings: Settings, people: People) -> Traces:
    """Every row and event that leads to the people. Reads each raw file that is there."""
    found = _Found(session=session, people=people)
    files = [row for row in session.execute(text(_FILES)).all() if (settings.raw / row[0]).is_file()]
    known = -1
    while known != len(found.people.all_keys):
        known = len(found.people.all_keys)
        for sha256, name, _, _, document in files:
            _look_in_file(settings, found, Place(path=settings.raw / sha256, name=name), sha256, parse(document))
        _look_in_events(session, settings, found)
    marked = tuple(
        FileTrace(sha256=sha256, name=name, mapping=parse(document), rows=frozenset(found.rows[sha256]))
        for sha256, name, document in {row[0]: (row[0], row[1], row[4]) for row in files}.values()
        if found.rows.get(sha256)
    )
    return Traces(people=found.people, files=marked, events=frozenset(found.events))


def _look_in_file(settings: Settings, found: _Found, place: Place, sha256: str, mapping: Mapping) -> None:
    with staging(settings.home) as connection:
        work = prepared(connection, place, mapping, dt.datetime.now(dt.UTC), None)
        found.rows[sha256] |= _touched(work, found)


def _touched(work: Work, found: _Found) -> set[int]:
    """The rows of the work that lead to the people, who come to know of more keys meanwhile."""
    rows: set[int] = set()
    before = -1
    while before != len(found.people.all_keys):
        before = len(found.people.all_keys)
        registered(work.connection, "person_keys", found.people.keys)
        for item in work.batch.mapped:
            rows |= _touched_by(work, item, found)
    return rows


def _touched_by(work: Work, item: Mapped, found: _Found) -> set[int]:
    entry = item.query.entry
    source = (
        item.query.query(work.rows.stage(), is_grouped=False) if item.is_grouped else f"SELECT * FROM {item.name}"  # noqa: S608
    )
    query = f"SELECT row_no, key, record_id FROM ({source}) m WHERE {touching(item.query, 'person_keys')}"  # noqa: S608
    touched = work.connection.execute(query).fetchall()
    own = "candidate" if entry.table == "demographics" else entry.table
    keys = _nobodys(found.session, own, frozenset(turned(key) for _, key, _ in touched if key is not None))
    ids = frozenset((entry.id.source or work.mapping.source, str(record)) for _, _, record in touched if record)
    grown = found.people.with_keys({own: keys})
    found.people = replace(grown, source_ids=grown.source_ids | ids)
    return {int(row) for row, _, _ in touched}


def _nobodys(session: Session, table: str, keys: frozenset[uuid.UUID]) -> frozenset[uuid.UUID]:
    """The keys without those that the records hold: a row may show a record as it was when it was another person's."""
    if not keys:
        return keys
    query = f"SELECT {key_column(table)} FROM {target(table).name} WHERE {key_column(table)} = ANY(:keys)"  # noqa: S608
    return keys - frozenset(session.scalars(text(query), {"keys": sorted(keys)}))


def _look_in_events(session: Session, settings: Settings, found: _Found) -> None:
    needles = _needles(found.people)
    given = {"all": needles is None, "needles": needles or []}
    by_mapping: dict[tuple[str, int | None], list[int]] = defaultdict(list)
    for source, version, inbox_id in session.execute(text(_EVENTS), given):
        by_mapping[source, version].append(inbox_id)
    for (source, version), ids in by_mapping.items():
        mapping = _mapping(session, source, version)
        for start in range(0, len(ids), _AT_ONCE):
            events = inbox.named(session, source, ids[start : start + _AT_ONCE])
            with staging(settings.home) as connection:
                found.events |= _touched_events(connection, mapping, events, found)


def _touched_events(
    connection: duckdb.DuckDBPyConnection, mapping: Mapping | None, events: Sequence[Event], found: _Found
) -> set[int]:
    """Events that lead to the people; of those that bring no record, the ones that hold their contact."""
    work = None if mapping is None else event_work(connection, mapping, dt.datetime.now(dt.UTC), events)
    rows: set[int] = set()
    mapped: set[int] = set()
    if work is not None:
        rows = _touched(work.engine, found)
        keys = found.people.keys
        rows |= {item.inbox_id for item in work.gone if item.key in keys.get(item.table, ())}
        mapped = {row for _, row, _, _ in work.records}
    return rows | {event.inbox_id for event in _holding(events, found.people) if event.inbox_id not in mapped}


def _holding(events: Iterable[Event], people: People) -> Iterator[Event]:
    contact = [one.encode() for one in people.contact]
    yield from (event for event in events if any(one in event.payload.lower() for one in contact))


def _mapping(session: Session, source: str, version: int | None) -> Mapping | None:
    if version is None:
        return None
    query = "SELECT document FROM landing.mapping WHERE source = :source AND version = :version"
    return of_document(session.execute(text(query), {"source": source, "version": version}).scalar_one())


def _needles(people: People) -> list[str] | None:
    """Texts of which an event about the people holds at least one; None where that cannot be told beforehand.

    An id of several parts need not stand there in one piece, and JSON may spell what is not ASCII in its own way.
    """
    pieces = {max(_pieces(record), key=len, default="") for _, record in people.source_ids}
    if "" in pieces or len(pieces) > _MOST_NEEDLES or not all(piece.isascii() for piece in pieces):
        return None
    return sorted({piece.lower() for piece in pieces} | {one for one in people.contact if one.isascii()})


def _pieces(record: str) -> list[str]:
    return "".join(one if one.isalnum() else " " for one in record).split()

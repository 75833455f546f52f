"""Rows of the inbox as the rows of a file: one JSON object an event, numbered by its place in the inbox.

What is no JSON object, or holds a character that no record can hold, is set aside as poison; everything else is the
mapping's to judge.
"""

import datetime as dt
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import cast

import orjson
import pyarrow as pa
from sqlalchemy import text
from sqlalchemy.orm import Session

from warehouse.files.json_lines import value_at
from warehouse.files.source_file import SourceFile, schema
from warehouse.sync.intake_mapping import ENTITY, HAPPENED_AT, ID, RECEIVED_AT, SOURCE, VERSION

BYTES_AT_ONCE = 32 << 20
"""Payload bytes of one batch, above which it ends early."""

_ROWS = 5_000
_FIELDS = "inbox_id, source, idempotency_key, received_at, payload, entity, happened_at, source_version"
_WAITING = (
    f"SELECT {_FIELDS} FROM (SELECT *, sum(octet_length(payload)) OVER (ORDER BY inbox_id) AS size FROM"  # noqa: S608
    " (SELECT * FROM landing.inbox WHERE source = :source AND handled_at IS NULL AND inbox_id <= :last"
    " ORDER BY inbox_id LIMIT :limit) waiting) sized"
    " WHERE size - octet_length(payload) < :bytes ORDER BY inbox_id"
)
_NAMED = (
    f"SELECT {_FIELDS} FROM landing.inbox WHERE source = :source AND inbox_id = ANY(:ids)"  # noqa: S608
    " AND erased_at IS NULL ORDER BY inbox_id"
)
_OF_LOAD = f"SELECT {_FIELDS} FROM landing.inbox WHERE load_id = :load_id AND erased_at IS NULL ORDER BY inbox_id"  # noqa: S608
BLANK_EVENTS = (
    "UPDATE landing.inbox SET payload = '{}', idempotency_key = 'erased:' || inbox_id, erased_at = clock_timestamp(),"
    " handled_at = coalesce(handled_at, clock_timestamp()) WHERE inbox_id = ANY(:ids)"
)
"""Takes the content and the sender's key out of events `ids`; a rebuild passes over them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One row of the inbox; `body` is None where the payload is no JSON object, and `fault` then says why."""

    inbox_id: int
    payload: bytes
    entity: str | None
    body: dict[str, object] | None
    fault: str | None = None
    happened_at: dt.datetime | None = None

    def lag_s(self, at: dt.datetime) -> float:
        """Seconds from the event to `at`; 0 where nobody said when it happened, or it lies ahead."""
        return max(0.0, (at - self.happened_at).total_seconds()) if self.happened_at else 0.0


def waiting(session: Session, source: str, *, last: int, limit: int) -> list[Event]:
    """The source's oldest waiting events up to inbox id `last`, at most `limit`, bounded in bytes."""
    given = {"source": source, "last": last, "limit": limit, "bytes": BYTES_AT_ONCE}
    return [_event(*row) for row in session.execute(text(_WAITING), given).all()]


def named(session: Session, source: str, ids: Sequence[int]) -> list[Event]:
    """The source's events of these inbox ids, in order."""
    return [_event(*row) for row in session.execute(text(_NAMED), {"source": source, "ids": list(ids)}).all()]


def of_load(session: Session, load_id: object) -> list[Event]:
    """The events that a load handled last, in order."""
    return [_event(*row) for row in session.execute(text(_OF_LOAD), {"load_id": load_id}).all()]


def sha256(events: Sequence[Event]) -> str:
    """The hash of the events' payloads in order, each framed by its length."""
    digest = hashlib.sha256()
    for event in events:
        digest.update(len(event.payload).to_bytes(8, "big"))
        digest.update(event.payload)
    return digest.hexdigest()


def as_file(name: str, events: Sequence[Event], columns: tuple[str, ...]) -> SourceFile:
    """The events as a file of these columns, whether any of them has such a field or none; poison is left out."""
    sound = [event for event in events if event.body is not None]
    return SourceFile(
        name=name, columns=columns, batches=lambda wanted: _batches(sound, wanted), done=lambda: 0, size=len(sound)
    )


def field(event: Event, column: str) -> str | None:
    """The text that stands in an event under a mapping's name of it."""
    return None if event.body is None else value_at(event.body, column)


def _batches(events: Sequence[Event], wanted: tuple[str, ...]) -> Iterator[pa.RecordBatch]:
    for start in range(0, len(events), _ROWS):
        part = events[start : start + _ROWS]
        arrays = [pa.array([field(event, column) for event in part], pa.string()) for column in wanted]
        rows = pa.array([event.inbox_id for event in part], pa.int64())
        yield pa.RecordBatch.from_arrays([*arrays, rows], schema=schema(wanted))


def _event(
    inbox_id: int,
    source: str,
    key: str,
    received_at: dt.datetime,
    payload: bytes,
    entity: str | None,
    happened_at: dt.datetime | None,
    version: int | None,
) -> Event:
    body, fault = _object(bytes(payload))
    if body is not None:
        body[SOURCE] = source
        body[ENTITY], body[ID], body[VERSION] = entity, record_id(entity, key), version
        body[HAPPENED_AT] = happened_at.astimezone(dt.UTC).isoformat() if happened_at else None
        body[RECEIVED_AT] = received_at.astimezone(dt.UTC).isoformat()
    return Event(
        inbox_id=inbox_id,
        payload=bytes(payload),
        entity=entity,
        body=body,
        fault=fault,
        happened_at=happened_at or received_at,
    )


def _object(payload: bytes) -> tuple[dict[str, object] | None, str | None]:
    try:
        read = orjson.loads(payload)
    except orjson.JSONDecodeError:
        return None, "not_json"
    if not isinstance(read, dict):
        return None, "not_an_object"
    if rb"\u0000" in payload and _has_nul(read):
        return None, "nul_character"
    return cast("dict[str, object]", read), None


def _has_nul(value: object) -> bool:
    """Whether a text in it, or a name, holds the character that no text of the records can hold."""
    if isinstance(value, dict):
        return any(_has_nul(part) for pair in value.items() for part in pair)
    return any(map(_has_nul, value)) if isinstance(value, list) else isinstance(value, str) and "\0" in value


def record_id(entity: str | None, key: str) -> str:
    """The record's id in an idempotency key of the form `<entity>:<id>:<version>`, or the key itself."""
    inner = key.removeprefix(f"{entity}:")
    if entity and inner != key and ":" in inner:
        return inner.rsplit(":", 1)[0]
    return key

"""What arrives: once per source and idempotency key, in the order given, waiting for the intake.

`put_all` adds a connector's records inside the unit of work that moves its cursor; single events of webhooks go through
`warehouse.sync.group_commit`. Both use the same statement, which wakes the intake through `NOTIFY hiregate_inbox`.
"""

import datetime as dt
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

from warehouse import telemetry

CHANNEL = "hiregate_inbox"
"""The PostgreSQL channel on which the intake listens; a notice carries the trace that it ends, or nothing."""

LONGEST_KEY = 500
"""Characters of an idempotency key that are kept as they are; a longer one is kept as its sha256."""

AT_ONCE = 5_000
"""Rows of one statement of `put_all`."""

_EARLIEST, _LATEST = dt.datetime(1, 1, 3, tzinfo=dt.UTC), dt.datetime(9999, 12, 30, tzinfo=dt.UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """One raw event or pulled record.

    `happened_at` is the time the source gives it and has a zone; `source_version` orders versions of the same record.
    """

    source: str
    idempotency_key: str
    payload: bytes
    content_type: str | None = None
    entity: str | None = None
    happened_at: dt.datetime | None = None
    source_version: int | None = None

    @property
    def key(self) -> str:
        """The idempotency key as it is stored, short enough for an index."""
        key = self.idempotency_key
        return key if len(key) <= LONGEST_KEY else f"sha256:{hashlib.sha256(key.encode()).hexdigest()}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """The inbox row of an arrival, and whether this arrival made it."""

    inbox_id: int
    is_new: bool


def insert_statement(parameter: str = "%({})b") -> str:
    """The statement that adds arrays of rows and answers each new row's id, source and key.

    `parameter` is how the driver spells a named parameter. One notice a transaction is sent, and only for new rows.
    """
    trace = f"CAST({parameter.format('trace')} AS text)"
    columns = ("sources", "keys", "payloads", "content_types", "entities", "times", "versions", "runs")
    types = ("text", "text", "bytea", "text", "text", "timestamptz", "bigint", "bigint")
    arrays = ", ".join(
        f"CAST({parameter.format(name)} AS {type_}[])" for name, type_ in zip(columns, types, strict=True)
    )
    names = "source, idempotency_key, payload, content_type, entity, happened_at, source_version, sync_run_id"
    return (
        f"WITH given AS (SELECT * FROM unnest({arrays}) WITH ORDINALITY AS g({names}, place)),"  # noqa: S608 - no value
        f" added AS (INSERT INTO landing.inbox ({names}) SELECT {names} FROM given ORDER BY place"
        " ON CONFLICT (source, idempotency_key) DO NOTHING RETURNING inbox_id, source, idempotency_key)"
        f" SELECT inbox_id, source, idempotency_key, (SELECT pg_notify('{CHANNEL}', {trace}))::text FROM added"
    )


def columns_of(
    arrivals: Sequence[Arrival], sync_run_id: int | None = None, *, trace: str | None = None
) -> dict[str, object]:
    """The parameters of `insert_statement` for these arrivals; `trace` is the W3C traceparent of who brings them."""
    return {
        "trace": trace or "",
        "sources": [arrival.source for arrival in arrivals],
        "keys": [arrival.key for arrival in arrivals],
        "payloads": [arrival.payload for arrival in arrivals],
        "content_types": [arrival.content_type for arrival in arrivals],
        "entities": [arrival.entity for arrival in arrivals],
        "times": [_storable(arrival.happened_at) for arrival in arrivals],
        "versions": [arrival.source_version for arrival in arrivals],
        "runs": [sync_run_id] * len(arrivals),
    }


def _storable(at: dt.datetime | None) -> dt.datetime | None:
    """None at the calendar's ends, which another zone's wall clock cannot show: one such time blocks its source."""
    return at if at is not None and _EARLIEST < at < _LATEST else None


def put_all(session: Session, arrivals: Iterable[Arrival], sync_run_id: int | None = None) -> int:
    """Adds the arrivals within the session's transaction and answers how many were new.

    The session is in the role of the application or of the intake.
    """
    new, part = 0, []
    for arrival in arrivals:
        part.append(arrival)
        if len(part) == AT_ONCE:
            new += _put(session, part, sync_run_id)
            part = []
    return new + _put(session, part, sync_run_id)


_STATEMENT = text(insert_statement(":{}"))


def _put(session: Session, arrivals: Sequence[Arrival], sync_run_id: int | None) -> int:
    if not arrivals:
        return 0
    return len(session.execute(_STATEMENT, columns_of(arrivals, sync_run_id, trace=telemetry.traceparent())).all())

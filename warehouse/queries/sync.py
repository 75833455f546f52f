"""What is known of each source and entity: when it last came, how late, how much, what was refused, how far the cursor
is. Counts and moments only, never a value of a record. Needs READ_LOADS.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import RowMapping, text
from sqlalchemy.orm import Session

from warehouse import postgres
from warehouse.access import Permission, Principal
from warehouse.settings import Settings

FILES = "files"
"""The entity of what arrives as files."""

USUAL_WEEKS = 8
"""Weeks before now that the usual yield of an hour and weekday is read from."""

LAG_DAYS = 7
"""Days that the lag is measured over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lag:
    """Seconds from the event at its source to the warehouse, of `n` events; None where nothing was handled."""

    n: int
    p50: float | None
    p95: float | None
    p99: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LastRun:
    """The newest run of a connector for the entity; `error` is a sentence without values."""

    state: str
    started_at: dt.datetime
    finished_at: dt.datetime | None
    rows_read: int
    rows_new: int
    requests: int
    retries: int
    source_total: int | None
    quota_left: int | None
    error_code: str | None
    error: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EntityFacts:
    """One entity of one source. `hours` counts arrivals by the UTC hour they came in, hours without any left out."""

    source: str
    entity: str
    received: int = 0
    last_event_at: dt.datetime | None = None
    last_received_at: dt.datetime | None = None
    last_handled_at: dt.datetime | None = None
    last_success_at: dt.datetime | None = None
    backlog: int = 0
    oldest_waiting_at: dt.datetime | None = None
    lag: Lag = Lag(n=0, p50=None, p95=None, p99=None)
    hours: Mapping[dt.datetime, int] = field(default_factory=dict)
    run: LastRun | None = None
    cursor: Mapping[str, object] | None = None
    cursor_moved_at: dt.datetime | None = None
    gone: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Reject:
    """Refused rows of a source that wait for one reason, and since when the oldest does."""

    source: str
    reason_code: str
    rows: int
    oldest_at: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncFacts:
    """All entities in order of source and entity, what waits in quarantine, and the moment of reading."""

    at: dt.datetime
    entities: tuple[EntityFacts, ...]
    rejects: tuple[Reject, ...]

    @property
    def sources(self) -> tuple[str, ...]:
        """The sources that ever delivered, ran or were refused something."""
        return tuple(sorted({*(one.source for one in self.entities), *(one.source for one in self.rejects)}))


def sync_facts(settings: Settings, principal: Principal, *, at: dt.datetime | None = None) -> SyncFacts:
    """What is known of every source at a moment (default now)."""
    principal.require(Permission.READ_LOADS)
    moment = at or dt.datetime.now(dt.UTC)
    with postgres.unit_of_work(settings, principal) as session:
        found: dict[tuple[str, str], dict[str, object]] = defaultdict(dict)
        for statement in (_ARRIVALS, _FILES, _CURSORS, _GONE, _SUCCESSES):
            for row in _rows(session, statement, moment):
                _add(found, row)
        for (source, entity), hours in _hours(session, moment).items():
            found[source, entity]["hours"] = hours
        for row in _rows(session, _RUNS, moment):
            found[row["source"], row["entity"]]["run"] = LastRun(
                **{k: v for k, v in row.items() if k not in {"source", "entity"}}
            )
        rejects = tuple(Reject(**row) for row in _rows(session, _REJECTS, moment))
    entities = (EntityFacts(source=key[0], entity=key[1], **facts) for key, facts in sorted(found.items()))  # type: ignore[arg-type]
    return SyncFacts(at=moment, entities=tuple(entities), rejects=rejects)


def _rows(session: Session, statement: str, at: dt.datetime) -> list[RowMapping]:
    values = {"at": at, "since": at - dt.timedelta(days=LAG_DAYS), "usual": _first_hour(at), "files": FILES}
    return list(session.execute(text(statement), values).mappings())


def _first_hour(at: dt.datetime) -> dt.datetime:
    return at - dt.timedelta(weeks=USUAL_WEEKS + 1)


def _add(found: dict[tuple[str, str], dict[str, object]], row: RowMapping) -> None:
    facts = found[row["source"], row["entity"]]
    values = {name: value for name, value in row.items() if name not in {"source", "entity"}}
    if "lag_n" in values:
        facts["lag"] = Lag(n=values.pop("lag_n"), **{name: values.pop(f"lag_{name}") for name in ("p50", "p95", "p99")})
    facts.update(values)


def _hours(session: Session, at: dt.datetime) -> dict[tuple[str, str], dict[dt.datetime, int]]:
    hours: dict[tuple[str, str], dict[dt.datetime, int]] = defaultdict(dict)
    for row in _rows(session, _HOURS, at):
        hours[row["source"], row["entity"]][row["hour"]] = row["n"]
    return dict(hours)


_ARRIVALS = """
SELECT source, coalesce(entity, '') AS entity, count(*) AS received, max(happened_at) AS last_event_at,
  max(received_at) AS last_received_at, max(handled_at) AS last_handled_at,
  count(*) FILTER (WHERE handled_at IS NULL) AS backlog,
  min(received_at) FILTER (WHERE handled_at IS NULL) AS oldest_waiting_at,
  count(lag) AS lag_n,
  percentile_cont(0.5) WITHIN GROUP (ORDER BY lag) AS lag_p50,
  percentile_cont(0.95) WITHIN GROUP (ORDER BY lag) AS lag_p95,
  percentile_cont(0.99) WITHIN GROUP (ORDER BY lag) AS lag_p99
FROM (
  SELECT source, entity, happened_at, received_at, handled_at, CASE WHEN handled_at >= :since
    THEN greatest(extract(epoch FROM handled_at - coalesce(happened_at, received_at)), 0) END::float8 AS lag
  FROM landing.inbox WHERE received_at <= :at
) AS arrivals GROUP BY 1, 2
"""

_FILES = """
SELECT source, CAST(:files AS text) AS entity, sum(rows_read)::bigint AS received,
  max(finished_at) AS last_received_at, max(finished_at) AS last_handled_at, max(finished_at) AS last_success_at
FROM landing.load WHERE kind = 'file' AND finished_at <= :at GROUP BY 1
"""

_HOURS = """
SELECT source, entity, hour, sum(n)::bigint AS n FROM (
  SELECT source, coalesce(entity, '') AS entity, date_trunc('hour', received_at, 'UTC') AS hour, count(*) AS n
  FROM landing.inbox WHERE received_at > :usual AND received_at <= :at GROUP BY 1, 2, 3
  UNION ALL
  SELECT source, :files, date_trunc('hour', finished_at, 'UTC'), sum(rows_read)
  FROM landing.load WHERE kind = 'file' AND finished_at > :usual AND finished_at <= :at GROUP BY 1, 3
) AS counted GROUP BY 1, 2, 3
"""

_RUNS = """
SELECT DISTINCT ON (source, entity) source, entity, state, started_at, finished_at, rows_read, rows_new, requests,
  retries, source_total, quota_left, error_code, error
FROM landing.sync_run WHERE direction = 'pull' AND started_at <= :at ORDER BY source, entity, started_at DESC
"""

_SUCCESSES = """
SELECT source, entity, max(finished_at) AS last_success_at
FROM landing.sync_run WHERE direction = 'pull' AND state = 'succeeded' AND finished_at <= :at GROUP BY 1, 2
"""

_CURSORS = "SELECT source, entity, position AS cursor, moved_at AS cursor_moved_at FROM landing.sync_cursor"

_GONE = """
SELECT source, entity, count(*) AS gone FROM landing.source_key WHERE gone_at IS NOT NULL GROUP BY 1, 2
"""

_REJECTS = """
SELECT source, reason_code, count(*) AS rows, min(created_at) AS oldest_at
FROM landing.quarantine WHERE status = 'open' AND created_at <= :at GROUP BY 1, 2 ORDER BY 1, 3 DESC, 2
"""

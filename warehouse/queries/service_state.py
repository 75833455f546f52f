"""What a monitor asks of the records: what waits, how fresh each source is, what was refused, how long the lease runs.

Counts, ages and names of sources only; nothing here is about a person, so it takes no principal. Each statement reads
an index or a small table and is cut off after a few seconds: a monitor must not be a load of its own.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import RowMapping, text
from sqlalchemy.orm import Session

from warehouse import postgres
from warehouse.access import NOBODY
from warehouse.ledger_values import WARN_DAYS
from warehouse.settings import Settings

LONGEST_S = 3
"""Seconds after which a statement is given up."""

ALL = "all"
"""The entity of what is known of a source as a whole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """Events of a source that the intake has not handled, and the age of the oldest in seconds."""

    source: str
    n: int
    oldest_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """When an entity of a source last came in with success, and how many seconds ago."""

    source: str
    entity: str
    last_success_at: dt.datetime
    age_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """How many there are of two names, such as a target's messages in a state."""

    name: str
    kind: str
    n: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """Seconds that a model's champion may still serve, negative after its end; and its policy's days around the end."""

    model: str
    seconds_left: float
    warn_days: int
    grace_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceState:
    """All of it at one moment. `jobs` are counted by task and state."""

    waiting: tuple[Waiting, ...]
    deliveries: tuple[Delivery, ...]
    quarantine: tuple[Counted, ...]
    outbox: tuple[Counted, ...]
    leases: tuple[Lease, ...]
    shadows: tuple[Counted, ...]
    audit_lines: int
    jobs: tuple[Counted, ...]


def service_state(settings: Settings) -> ServiceState:
    """The state as the database has it now."""
    with postgres.unit_of_work(settings, NOBODY) as session:
        _bound(session)
        return ServiceState(
            waiting=tuple(Waiting(**row) for row in _rows(session, _WAITING)),
            deliveries=_deliveries(session),
            quarantine=_counted(session, _QUARANTINE),
            outbox=_counted(session, _OUTBOX),
            leases=tuple(Lease(**row) for row in _rows(session, _LEASES)),
            shadows=_counted(session, _SHADOWS),
            audit_lines=int(session.execute(text(_AUDIT_LINES)).scalar_one()),
            jobs=_jobs(settings),
        )


def deliveries(settings: Settings) -> tuple[Delivery, ...]:
    """The freshness of each source and entity alone."""
    with postgres.unit_of_work(settings, NOBODY) as session:
        _bound(session)
        return _deliveries(session)


def _deliveries(session: Session) -> tuple[Delivery, ...]:
    return tuple(Delivery(**row) for row in _rows(session, _DELIVERIES))


def _counted(session: Session, statement: str) -> tuple[Counted, ...]:
    return tuple(Counted(**row) for row in _rows(session, statement))


def _jobs(settings: Settings) -> tuple[Counted, ...]:
    """The queue belongs to the owner of the database; where no worker ever ran there is none."""
    with Session(postgres.engine(settings)) as session:
        _bound(session)
        is_there = session.execute(text("SELECT to_regclass('jobs.procrastinate_jobs') IS NOT NULL")).scalar_one()
        return _counted(session, _JOBS) if is_there else ()


def _bound(session: Session) -> None:
    session.execute(text(f"SET LOCAL statement_timeout = '{LONGEST_S}s'"))


def _rows(session: Session, statement: str) -> Sequence[RowMapping]:
    return session.execute(text(statement), {"all": ALL, "warn_days": WARN_DAYS}).mappings().all()


_WAITING = """
SELECT source, count(*) AS n, greatest(extract(epoch FROM now() - min(received_at)), 0)::float8 AS oldest_s
FROM landing.inbox WHERE handled_at IS NULL GROUP BY 1 ORDER BY 1
"""

_DELIVERIES = """
SELECT source, entity, at AS last_success_at, greatest(extract(epoch FROM now() - at), 0)::float8 AS age_s FROM (
  SELECT source, entity, max(finished_at) AS at FROM landing.sync_run
  WHERE direction = 'pull' AND state = 'succeeded' AND finished_at IS NOT NULL GROUP BY 1, 2
  UNION ALL
  SELECT source, :all, max(finished_at) FROM landing.load GROUP BY 1
) AS last ORDER BY 1, 2
"""

_QUARANTINE = """
SELECT source AS name, reason_code AS kind, count(*) AS n
FROM landing.quarantine WHERE status = 'open' GROUP BY 1, 2 ORDER BY 1, 2
"""

_OUTBOX = "SELECT target AS name, state AS kind, count(*) AS n FROM landing.outbox GROUP BY 1, 2 ORDER BY 1, 2"

_LEASES = """
SELECT c.model_name AS model, extract(epoch FROM c.lease_until - now())::float8 AS seconds_left,
  coalesce((p.document #>> '{release,warn_days}')::int, :warn_days) AS warn_days,
  coalesce((p.document #>> '{release,grace_days}')::int, 0) AS grace_days
FROM governance.champion c JOIN governance.release r USING (release_id)
JOIN governance.gate_result g USING (gate_result_id) JOIN governance.policy_version p USING (policy_version_id)
ORDER BY 1
"""

_SHADOWS = """
SELECT c.model_name AS name, 'shadow' AS kind, count(s.release_id) AS n
FROM governance.champion c LEFT JOIN governance.shadow s USING (model_name) GROUP BY 1 ORDER BY 1
"""

_AUDIT_LINES = "SELECT coalesce(max(position), 0) FROM governance.audit_log"

_JOBS = """
SELECT task_name AS name, status::text AS kind, count(*) AS n FROM jobs.procrastinate_jobs GROUP BY 1, 2 ORDER BY 1, 2
"""

"""The intake: events that wait in the inbox become records, source by source, in the order they arrived.

Each batch is one transaction: its records, its quarantine, its load and the events' own mark commit together, so that a
killed intake leaves nothing half applied and the next one goes on. Sources take turns batch by batch; one that fails,
or that somebody else is loading, holds up no other.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

import duckdb
import psycopg
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm import Session

from warehouse import telemetry
from warehouse.access import Principal, Role
from warehouse.files import erased
from warehouse.files.errors import LoadError
from warehouse.files.findings import Check
from warehouse.files.load import register, wait_for_turn
from warehouse.files.staging import staging
from warehouse.identity_resolution.hires import make_hires
from warehouse.postgres import DatabaseRole, unit_of_work
from warehouse.settings import Settings
from warehouse.sync import intake_events as inbox
from warehouse.sync import outbox_causes
from warehouse.sync.intake_batch import BatchReport, Terms, take
from warehouse.sync.intake_events import Event
from warehouse.sync.intake_mapping import event_mapping
from warehouse.sync.intake_retries import requeue
from warehouse.sync.intake_work import event_work
from warehouse.sync.sources import SourceError

INTAKE = Principal(id="service:intake", roles=frozenset({Role.INTEGRATION_ADMIN}))
"""Who acts where nobody asked."""

LIMIT = 5_000
"""Events of one transaction."""

_SOURCES = """WITH RECURSIVE waiting AS (
  (SELECT source FROM landing.inbox WHERE handled_at IS NULL ORDER BY source LIMIT 1)
  UNION ALL
  SELECT (SELECT i.source FROM landing.inbox i WHERE i.handled_at IS NULL AND i.source > w.source
          ORDER BY i.source LIMIT 1) FROM waiting w WHERE w.source IS NOT NULL
) SELECT source FROM waiting WHERE source IS NOT NULL"""
_LOCK = "SELECT pg_try_advisory_xact_lock(hashtextextended('load:' || :s, 0))"
_NEWEST = "SELECT coalesce(max(inbox_id), 0) FROM landing.inbox"


@dataclass(frozen=True, slots=True, kw_only=True)
class IntakeReport:
    """What an intake did. `failures` name the sources whose events wait, and why."""

    batches: tuple[BatchReport, ...] = ()
    failures: dict[str, str] = field(default_factory=dict)

    @property
    def rows_read(self) -> int:
        """Events handled."""
        return sum(batch.rows_read for batch in self.batches)

    @property
    def rows_rejected(self) -> int:
        """Events in quarantine."""
        return sum(batch.rows_rejected for batch in self.batches)

    @property
    def brought_something(self) -> bool:
        """Whether any record is new or changed."""
        return any(batch.brought_something for batch in self.batches)

    def as_json(self) -> dict[str, object]:
        """Plain JSON values."""
        return {"batches": [batch.as_json() for batch in self.batches], "failures": self.failures}


def intake(settings: Settings, *, check: Check | None, source: str | None = None, limit: int = LIMIT) -> IntakeReport:
    """Handles what waits now, at most `limit` events a transaction.

    Of one source it waits for a load that goes on; of all sources it passes over those that somebody loads.
    """
    failures: dict[str, str] = {}
    batches = tuple(rounds(settings, check=check, source=source, limit=limit, failures=failures))
    return IntakeReport(batches=batches, failures=failures)


def held_up(settings: Settings) -> dict[str, str]:
    """The sources whose events wait because their mapping or their file cannot be used, and why."""
    found = {}
    for name in _waiting(settings, None)[1]:
        try:
            event_mapping(settings, name)
        except (LoadError, SourceError) as error:
            found[name] = failure(error)
    return found


def rounds(
    settings: Settings,
    *,
    check: Check | None,
    source: str | None = None,
    limit: int = LIMIT,
    failures: dict[str, str],
) -> Iterator[BatchReport]:
    """The batches one by one, each committed before it is answered; sources that fail are named in `failures`."""
    last, names = _waiting(settings, source)
    errand = _Errand(settings=settings, check=check, last=last, limit=limit, may_wait=source is not None)
    tried: frozenset[int] = frozenset()
    while True:
        yield from _drained(errand, names, failures)
        again = _requeue(settings, tried)
        if not again:
            return
        tried |= again
        names = [name for name in _waiting(settings, source)[1] if name not in failures]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Errand:
    """What is taken up to which event, in which portions, and whether a source's turn is waited for."""

    settings: Settings
    check: Check | None
    last: int
    limit: int
    may_wait: bool


def _drained(errand: _Errand, names: Sequence[str], failures: dict[str, str]) -> Iterator[BatchReport]:
    """Batch by batch in turns until nothing waits."""
    while names:
        left = []
        for name in names:
            try:
                report = _next_batch(errand, name)
            except (LoadError, SourceError, DBAPIError, psycopg.Error, duckdb.Error) as error:
                failures[name] = failure(error)
                continue
            if report is not None:
                left.append(name)
                _count(report)
                yield report
        names = left


def _count(report: BatchReport) -> None:
    for (entity, code), count in report.refused_for.items():
        telemetry.count("connector.records.rejected", count, source=report.source, entity=entity, reason=code)
    for entity, lag_s in report.lags:
        telemetry.measure("connector.lag.seconds", lag_s, source=report.source, entity=entity)


def failure(error: Exception) -> str:
    """What went wrong, without values: a database's own words may hold some."""
    return str(error) if isinstance(error, LoadError | SourceError) else type(error).__name__


def _requeue(settings: Settings, tried: frozenset[int]) -> frozenset[int]:
    """Lets refused events wait again whose missing records are there now; each has one turn."""
    with unit_of_work(settings, INTAKE, DatabaseRole.INTAKE) as session:
        return requeue(session, tried)


def _waiting(settings: Settings, source: str | None) -> tuple[int, Sequence[str]]:
    """The newest event now, and the sources that have any waiting."""
    with unit_of_work(settings, INTAKE, DatabaseRole.INTAKE) as session:
        last = session.execute(text(_NEWEST)).scalar_one()
        names = session.scalars(text(_SOURCES)).all()
    return last, [name for name in names if source in (None, name)]


def _next_batch(errand: _Errand, source: str) -> BatchReport | None:
    """The source's next batch; None where nothing waits or another load has its turn."""
    found = event_mapping(errand.settings, source)
    with unit_of_work(errand.settings, INTAKE, DatabaseRole.INTAKE) as session:
        if errand.may_wait:
            wait_for_turn(session, source)
        elif not session.execute(text(_LOCK), {"s": source}).scalar_one():
            return None
        events = inbox.waiting(session, source, last=errand.last, limit=errand.limit)
        if not events:
            return None
        erased.lend(session, errand.settings)
        terms = Terms(
            home=errand.settings.home,
            mapping=found.mapping,
            version=register(session, found.mapping),
            check=errand.check,
            at=dt.datetime.now(dt.UTC),
            principal=INTAKE,
            owner=found.owner,
        )
        report = take_safely(session, terms, events)
        make_hires(session)
        outbox_causes.follow(session, errand.settings)
        return report


def take_safely(session: Session, terms: Terms, events: Sequence[Event], *, is_dry_run: bool = False) -> BatchReport:
    """Takes a batch; where an event's value breaks the database, halves it until that event stands alone.

    Raises what the mapping itself breaks: then no event is to blame.
    """
    try:
        with session.begin_nested():
            return take(session, terms, events, is_dry_run=is_dry_run)
    except (OperationalError, psycopg.OperationalError):
        raise
    except (DBAPIError, psycopg.Error, duckdb.Error, LoadError):
        if len(events) > 1:
            return take_safely(session, terms, events[: len(events) // 2], is_dry_run=is_dry_run)
        try_mapping(terms)
        broken = replace(events[0], body=None, fault="cannot_be_stored")
        return take(session, terms, [broken], is_dry_run=is_dry_run)


def try_mapping(terms: Terms) -> None:
    """Maps an event without any field; what that raises is the mapping's own fault."""
    empty = Event(inbox_id=0, payload=b"{}", entity=None, body={})
    with staging(terms.home) as connection:
        event_work(connection, terms.mapping, terms.at, [empty])

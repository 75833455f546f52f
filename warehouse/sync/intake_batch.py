"""One batch of a source's events into the records, inside one transaction: mapped, checked, keyed, written, settled.

The engine is the one that loads files. An event that breaks the mapping is refused alone; a batch in which every event
is refused is no refusal of the batch.
"""

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Iterator, Sequence
from collections.abc import Mapping as Dictionary
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import cast

from sqlalchemy import text
from sqlalchemy.orm import Session

from warehouse.access import NOBODY, Principal
from warehouse.files import erased
from warehouse.files.comparison import TableCounts
from warehouse.files.findings import Check, Finding
from warehouse.files.mapping import Mapping
from warehouse.files.row_checks import FILE
from warehouse.files.staging import staging
from warehouse.files.wording import NOTES
from warehouse.sync import intake_events as inbox
from warehouse.sync.intake_engine import Engine
from warehouse.sync.intake_events import BLANK_EVENTS, Event
from warehouse.sync.intake_gone import SUFFIX, delete
from warehouse.sync.intake_mapping import ENTITY, columns_of
from warehouse.sync.intake_order import together
from warehouse.sync.intake_rejects import Place, Reject, poison, rejects, still_referenced, store
from warehouse.sync.intake_samples import samples
from warehouse.sync.intake_work import EventWork, event_work
from warehouse.tables.landing import Finding as FindingRow
from warehouse.tables.landing import Load as LoadRow


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchReport:
    """What one batch of events did, or would do where `load_id` is None."""

    source: str
    load_id: uuid.UUID | None
    mapping_version: int
    rows_read: int
    inbox_ids: tuple[int, ...] = ()
    rows_new: int = 0
    rows_changed: int = 0
    rows_rejected: int = 0
    tables: Dictionary[str, TableCounts] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    rejects: tuple[Reject, ...] = ()
    samples: Dictionary[str, Sequence[Dictionary[str, object]]] = field(default_factory=dict)
    lags: tuple[tuple[str, float], ...] = ()

    @property
    def rows_unchanged(self) -> int:
        """Events that brought nothing new."""
        return self.rows_read - self.rows_new - self.rows_changed - self.rows_rejected

    @property
    def refused_for(self) -> Dictionary[tuple[str, str], int]:
        """Refused events by entity and reason."""
        named = {(str(item.masked.get(ENTITY) or ""), item.code, item.inbox_id) for item in self.rejects}
        return Counter((entity, code) for entity, code, _ in named)

    @property
    def brought_something(self) -> bool:
        """Whether any record is new or changed."""
        return bool(self.rows_new or self.rows_changed)

    def as_json(self) -> dict[str, object]:
        """Plain JSON values."""
        return {
            "source": self.source,
            "load_id": str(self.load_id) if self.load_id else None,
            "mapping_version": self.mapping_version,
            "rows": {
                "read": self.rows_read,
                "new": self.rows_new,
                "changed": self.rows_changed,
                "unchanged": self.rows_unchanged,
                "rejected": self.rows_rejected,
            },
            "tables": {table: counts.as_json() for table, counts in self.tables.items()},
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """Under what a batch is taken: the mapping and its version, the contracts, the moment, who acts, who owns rejects.

    `home` is where DuckDB may spill.
    """

    home: Path
    mapping: Mapping
    version: int
    check: Check | None
    at: dt.datetime
    principal: Principal = NOBODY
    owner: str | None = None


def take(session: Session, terms: Terms, events: Sequence[Event], *, is_dry_run: bool = False) -> BatchReport:
    """Writes as many of the events as can be written at once, and marks them as handled.

    A dry run writes as much and leaves it to the caller to roll everything back.
    """
    with staging(terms.home) as connection:
        work = event_work(connection, terms.mapping, terms.at, events)
        ready = _ready(work, events)
        if len(ready) == len(events):
            report = apply(session, terms, work, events)
            return report if is_dry_run else _settled(session, terms, replace(report, load_id=uuid.uuid4()), events)
    return take(session, terms, ready, is_dry_run=is_dry_run)


def apply(session: Session, terms: Terms, work: EventWork | None, events: Sequence[Event]) -> BatchReport:
    """Writes the batch's records; nothing in `landing` changes but the records' versions.

    `work` is None where every event is poison.
    """
    refused = poison(events)
    report = BatchReport(
        source=terms.mapping.source,
        load_id=None,
        mapping_version=terms.version,
        rows_read=len(events),
        inbox_ids=tuple(event.inbox_id for event in events),
        lags=tuple((event.entity or "", event.lag_s(terms.at)) for event in events),
        rows_rejected=len(refused),
        rejects=tuple(refused),
    )
    if work is None:
        return report
    engine = Engine(session=session, work=work.engine, check=terms.check, version=terms.version)
    engine.decide()
    brought = engine.rows_brought()
    engine.write()
    deleted, kept = delete(session, work.gone)
    refused += rejects(work.engine, events)
    refused += still_referenced(kept, events, columns_of(terms.mapping))
    refused += _of_erased(session, work)
    fresh, other = _counted(brought, {item.inbox_id for item in deleted})
    return replace(
        report,
        rows_new=fresh,
        rows_changed=other,
        rows_rejected=len({reject.inbox_id for reject in refused}),
        tables=engine.counts,
        findings=(*engine.findings(), *_unmapped(work, events)),
        rejects=tuple(refused),
        samples=samples(work.engine),
    )


def _of_erased(session: Session, work: EventWork) -> list[Reject]:
    """Events that take away a record which went with an erased person: they name it, so they are not kept."""
    known = erased.known(session, [(item.table, item.key) for item in work.gone])
    return [
        Reject(inbox_id=item.inbox_id, table=item.table, label=None, code=erased.ERASED, masked={})
        for item in work.gone
        if (item.table, item.key) in known
    ]


def _counted(brought: Dictionary[int, bool], deleted: set[int]) -> tuple[int, int]:
    """How many events bring something new, and how many bring only changes, deletions among them."""
    fresh = sum(brought.values())
    return fresh, len(brought.keys() | deleted) - fresh


def _ready(work: EventWork | None, events: Sequence[Event]) -> Sequence[Event]:
    """The events that can be written at once; poison waits for nothing."""
    if work is None or len(events) == 1:
        return events
    must_wait = {row for _, row, _, _ in work.records} - together(work.records)
    return [event for event in events if event.inbox_id not in must_wait]


def _unmapped(work: EventWork, events: Sequence[Event]) -> Iterator[Finding]:
    """Events that no table of the mapping takes: handled, and said."""
    fed = {row for _, row, _, _ in work.records} | {row for (row,) in work.refused()}
    entities = [event.entity or "" for event in events if event.body is not None and event.inbox_id not in fed]
    unknown = sorted({entity for entity in entities if not entity.endswith(SUFFIX)})
    if unknown:
        count = sum(entity in unknown for entity in entities)
        words = {"n": count, "of": len(events), "keys": ", ".join(unknown)[:200]}
        yield Finding(
            table=FILE,
            column=ENTITY,
            expectation="unmapped",
            verdict="review",
            n=len(events),
            unexpected_n=count,
            en=NOTES["unmapped"][0].format(**words),
            zh=NOTES["unmapped"][1].format(**words),
        )


def _settled(session: Session, terms: Terms, report: BatchReport, events: Sequence[Event]) -> BatchReport:
    """Writes the load's own row, its rejects and findings, and marks the events as handled."""
    load_id = cast("uuid.UUID", report.load_id)
    session.add(_row(report, terms, events))
    session.flush()
    ids = [event.inbox_id for event in events]
    place = Place(load_id=load_id, source=report.source, owner=terms.owner)
    store(session, place, report.rejects, ids=ids, by=terms.principal.id)
    session.add_all(_finding_row(finding, load_id) for finding in report.findings)
    session.execute(
        text("UPDATE landing.inbox SET handled_at = clock_timestamp(), load_id = :load WHERE inbox_id = ANY(:ids)"),
        {"load": load_id, "ids": ids},
    )
    _blank_erased(session, report.rejects)
    return report


def _blank_erased(session: Session, rejects: Sequence[Reject]) -> None:
    """What an erased person's event held is not kept, nor the key that names it."""
    ids = sorted({reject.inbox_id for reject in rejects if reject.code == erased.ERASED})
    if ids:
        session.execute(text(BLANK_EVENTS), {"ids": ids})
        session.execute(
            text("UPDATE landing.quarantine SET masked_values = '{}' WHERE inbox_id = ANY(:ids)"), {"ids": ids}
        )


def _row(report: BatchReport, terms: Terms, events: Sequence[Event]) -> LoadRow:
    return LoadRow(
        load_id=report.load_id,
        kind="events",
        source=report.source,
        file_name=f"inbox {events[0].inbox_id}-{events[-1].inbox_id}",
        file_sha256=inbox.sha256(events),
        mapping_version=report.mapping_version,
        started_at=terms.at,
        finished_at=dt.datetime.now(dt.UTC),
        actor=terms.principal.id,
        rows_read=report.rows_read,
        rows_new=report.rows_new,
        rows_changed=report.rows_changed,
        rows_unchanged=report.rows_unchanged,
        rows_rejected=report.rows_rejected,
        tables={table: counts.as_json() for table, counts in report.tables.items()},
        is_generated=terms.mapping.is_generated,
    )


def _finding_row(finding: Finding, load_id: uuid.UUID) -> FindingRow:
    return FindingRow(
        load_id=load_id,
        table_name=finding.table,
        column_name=finding.column,
        expectation=finding.expectation,
        verdict=finding.verdict,
        n=finding.n,
        unexpected_n=finding.unexpected_n,
        sentence_en=finding.en,
        sentence_zh=finding.zh,
    )

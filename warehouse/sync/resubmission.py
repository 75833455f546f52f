"""Refused rows tried again inside one transaction: events from the inbox, rows of files from their raw copies."""

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from warehouse.access import Principal
from warehouse.files.errors import FileRefused
from warehouse.files.findings import Check
from warehouse.files.load import Intake, prepared, register
from warehouse.files.mapping import Mapping as FileMapping
from warehouse.files.mapping import parse
from warehouse.files.mapping_file import mapping_for
from warehouse.files.source_file import Place
from warehouse.files.staging import staging
from warehouse.settings import Settings
from warehouse.sync import intake_events as inbox
from warehouse.sync.intake import LIMIT, take_safely
from warehouse.sync.intake_batch import Terms
from warehouse.sync.intake_mapping import event_mapping
from warehouse.sync.intake_samples import samples
from warehouse.tables.landing import Load, Quarantine
from warehouse.tables.landing import Mapping as MappingRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A row that is still refused: its place in the inbox or in its file, why, and its values masked."""

    row: int
    file: str | None
    table: str | None
    column: str | None
    code: str
    masked: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """Rows tried, rows still refused and why, records brought by table, and the first of these records masked."""

    tried: int = 0
    refused: int = 0
    refusals: tuple[Refusal, ...] = ()
    tables: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    records: Mapping[str, Sequence[Mapping[str, object]]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Who tries again, where, with which contracts and which mapping in place of the usual one."""

    settings: Settings
    principal: Principal
    source: str
    check: Check | None
    mapping: Path | str | None
    is_dry_run: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Content:
    sha256: str


def together(attempts: Iterable[Attempt]) -> Attempt:
    """Several attempts as one; of each table the first records are shown."""
    found = list(attempts)
    tables: dict[str, Counter[str]] = {}
    records: dict[str, Sequence[Mapping[str, object]]] = {}
    for attempt in found:
        for table, counts in attempt.tables.items():
            tables.setdefault(table, Counter()).update(counts)
        records = dict(attempt.records) | records
    return Attempt(
        tried=sum(attempt.tried for attempt in found),
        refused=sum(attempt.refused for attempt in found),
        refusals=tuple(refusal for attempt in found for refusal in attempt.refusals),
        tables=tables,
        records=records,
    )


def of_events(session: Session, desk: Desk, ids: Sequence[int]) -> Attempt:
    """The events of these inbox ids, in their order, in batches."""
    if not ids:
        return Attempt()
    found = event_mapping(desk.settings, desk.source, desk.mapping)
    terms = Terms(
        home=desk.settings.home,
        mapping=found.mapping,
        version=register(session, found.mapping),
        check=desk.check,
        at=dt.datetime.now(dt.UTC),
        principal=desk.principal,
        owner=found.owner,
    )
    attempts: list[Attempt] = []
    pending = list(ids)
    while pending:
        events = inbox.named(session, desk.source, pending[:LIMIT])
        left = {event.inbox_id for event in events}
        pending = [*(each for each in pending[:LIMIT] if each in left), *pending[LIMIT:]]
        if not events:
            continue
        report = take_safely(session, replace(terms, at=dt.datetime.now(dt.UTC)), events, is_dry_run=desk.is_dry_run)
        done = set(report.inbox_ids)
        pending = [each for each in pending if each not in done]
        refusals = tuple(
            Refusal(row=r.inbox_id, file=None, table=r.table, column=r.label, code=r.code, masked=r.masked)
            for r in report.rejects
        )
        attempts.append(
            Attempt(
                tried=report.rows_read,
                refused=report.rows_rejected,
                refusals=refusals,
                tables={table: counts.as_json() for table, counts in report.tables.items()},
                records=report.samples,
            )
        )
    return together(attempts)


def of_files(session: Session, desk: Desk, loads: Sequence[uuid.UUID]) -> Attempt:
    """All refused rows of the files that these loads brought; each file once."""
    statement = select(Load).where(Load.load_id.in_(loads)).order_by(Load.finished_at)
    newest = {load.file_sha256: load for load in session.scalars(statement)}
    return together(_of_file(session, desk, load) for load in newest.values())


def _of_file(session: Session, desk: Desk, load: Load) -> Attempt:
    rows = _refused_rows(session, load)
    mapping = _mapping(session, desk, load)
    place = Place(path=desk.settings.raw / load.file_sha256, name=load.file_name)
    if not place.path.is_file():
        raise FileRefused(load.file_name, f"the raw file {load.file_sha256} is missing; restore it from the backup")
    with staging(desk.settings.home) as connection:
        work = prepared(connection, place, mapping, dt.datetime.now(dt.UTC), None, rows)
        intake = Intake(session=session, work=work, check=desk.check, version=register(session, mapping))
        intake.decide(may_refuse=False)
        report = intake.report(_Content(sha256=load.file_sha256), uuid.uuid4())
        records = samples(work)
        refused = connection.execute(
            "SELECT row_no, table_name, label, code FROM refused ORDER BY row_no, why"
        ).fetchall()
        intake.write()
        if not desk.is_dry_run:
            intake.record(report, desk.principal, _Content(sha256=load.file_sha256))
            _settle(session, desk, load, report.load_id, rows)
    return Attempt(
        tried=report.rows_read,
        refused=report.rows_rejected,
        refusals=tuple(
            Refusal(row=row, file=load.file_name, table=table, column=label, code=code)
            for row, table, label, code in refused
        ),
        tables={table: counts.as_json() for table, counts in report.tables.items()},
        records=records,
    )


def _refused_rows(session: Session, load: Load) -> list[int]:
    query = (
        select(Quarantine.row_number)
        .join(Load, Load.load_id == Quarantine.load_id)
        .where(
            Load.source == load.source,
            Load.file_sha256 == load.file_sha256,
            Quarantine.status == "open",
            Quarantine.inbox_id.is_(None),
        )
    )
    return sorted(set(session.scalars(query)))


def _mapping(session: Session, desk: Desk, load: Load) -> FileMapping:
    """The given mapping, or the one that the file was loaded with."""
    if desk.mapping is not None:
        return mapping_for(desk.source, desk.mapping)
    query = select(MappingRow.document).where(
        MappingRow.source == load.source, MappingRow.version == load.mapping_version
    )
    return parse(session.execute(query).scalar_one())


def _settle(session: Session, desk: Desk, load: Load, load_id: uuid.UUID | None, rows: list[int]) -> None:
    """Says which rows the load took, and who had the accepted ones tried."""
    session.execute(
        text("UPDATE landing.load SET row_numbers = :rows WHERE load_id = :load"), {"rows": rows, "load": load_id}
    )
    session.execute(
        text(
            "UPDATE landing.quarantine q SET settled_by = :by, settled_at = now() FROM landing.load l"
            " WHERE l.load_id = q.load_id AND l.source = :source AND l.file_sha256 = :sha256"
            " AND q.status = 'resubmitted' AND q.settled_at IS NULL"
        ),
        {"by": desk.principal.id, "source": load.source, "sha256": load.file_sha256},
    )

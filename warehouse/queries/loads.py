"""What came in, what the checks found and what was refused: listings for the loads page, values already masked.

They come from the records, not from the lake, and need READ_LOADS.
"""

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, select

from warehouse import postgres
from warehouse.access import Permission, Principal
from warehouse.settings import Settings
from warehouse.tables.landing import Finding, Load, Quarantine

MOST_ROWS = 1_000
"""Rows that a listing answers at most; the newest ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadRow:
    """One file that was loaded, with its row counts and what the checks said of it."""

    load_id: uuid.UUID
    source: str
    file_name: str
    file_sha256: str
    mapping_version: int
    started_at: dt.datetime
    finished_at: dt.datetime
    actor: str
    rows_read: int
    rows_new: int
    rows_changed: int
    rows_unchanged: int
    rows_rejected: int
    findings: Mapping[str, int]
    is_generated: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingRow:
    """One expectation of a contract on one load: `unexpected_n` of `n` values failed it."""

    load_id: uuid.UUID
    table_name: str
    column_name: str | None
    expectation: str
    verdict: str
    n: int
    unexpected_n: int
    sentence_en: str
    sentence_zh: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QuarantinedRow:
    """One refused row; `row_number` is its place in the file, its values are masked."""

    quarantine_id: int
    load_id: uuid.UUID
    source: str
    file_name: str
    row_number: int
    table_name: str | None
    column_name: str | None
    reason_code: str
    reason: str
    masked_values: Mapping[str, object]
    owner: str | None
    status: str
    created_at: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRow:
    """One source: its loads, when the last one ended, and how many refused rows wait."""

    source: str
    loads: int
    rows_read: int
    last_finished_at: dt.datetime
    open_quarantine: int


def loads(
    settings: Settings, principal: Principal, *, source: str | None = None, limit: int = 100
) -> tuple[LoadRow, ...]:
    """The newest loads first."""
    principal.require(Permission.READ_LOADS)
    statement = select(Load).order_by(Load.finished_at.desc(), Load.load_id).limit(min(limit, MOST_ROWS))
    if source is not None:
        statement = statement.where(Load.source == source)
    with postgres.unit_of_work(settings, principal) as session:
        found = session.scalars(statement).all()
        counted = select(Finding.load_id, Finding.verdict, func.count()).group_by(Finding.load_id, Finding.verdict)
        counted = counted.where(Finding.load_id.in_([load.load_id for load in found]))
        verdicts: dict[uuid.UUID, dict[str, int]] = {}
        for load_id, verdict, count in session.execute(counted):
            verdicts.setdefault(load_id, {})[verdict] = count
        return tuple(_load(load, verdicts.get(load.load_id, {})) for load in found)


def findings(settings: Settings, principal: Principal, load_id: uuid.UUID) -> tuple[FindingRow, ...]:
    """What the contracts said of one load, the failed ones first; nothing for a load that does not exist."""
    principal.require(Permission.READ_LOADS)
    order = (Finding.verdict == "pass", Finding.table_name, Finding.column_name, Finding.finding_id)
    with postgres.unit_of_work(settings, principal) as session:
        rows = session.scalars(select(Finding).where(Finding.load_id == load_id).order_by(*order)).all()
        return tuple(
            FindingRow(
                load_id=row.load_id,
                table_name=row.table_name,
                column_name=row.column_name,
                expectation=row.expectation,
                verdict=row.verdict,
                n=row.n,
                unexpected_n=row.unexpected_n,
                sentence_en=row.sentence_en,
                sentence_zh=row.sentence_zh,
            )
            for row in rows
        )


def quarantined(
    settings: Settings,
    principal: Principal,
    *,
    source: str | None = None,
    status: str | None = "open",
    limit: int = 100,
) -> tuple[QuarantinedRow, ...]:
    """Refused rows, the newest first; `status` None means all."""
    principal.require(Permission.READ_LOADS)
    statement = select(Quarantine, Load.file_name).join(Load, Load.load_id == Quarantine.load_id)
    if source is not None:
        statement = statement.where(Quarantine.source == source)
    if status is not None:
        statement = statement.where(Quarantine.status == status)
    statement = statement.order_by(Quarantine.quarantine_id.desc()).limit(min(limit, MOST_ROWS))
    with postgres.unit_of_work(settings, principal) as session:
        return tuple(_quarantined(row, file_name) for row, file_name in session.execute(statement))


def sources(settings: Settings, principal: Principal) -> tuple[SourceRow, ...]:
    """Every source that ever loaded something, in order."""
    principal.require(Permission.READ_LOADS)
    waiting = (
        select(func.count())
        .where(Quarantine.source == Load.source, Quarantine.status == "open")
        .correlate(Load)
        .scalar_subquery()
    )
    statement = select(
        Load.source, func.count(), func.sum(Load.rows_read), func.max(Load.finished_at), waiting
    ).group_by(Load.source)
    with postgres.unit_of_work(settings, principal) as session:
        return tuple(
            SourceRow(source=name, loads=count, rows_read=int(rows), last_finished_at=last, open_quarantine=open_)
            for name, count, rows, last, open_ in session.execute(statement.order_by(Load.source))
        )


def _load(load: Load, verdicts: Mapping[str, int]) -> LoadRow:
    return LoadRow(
        load_id=load.load_id,
        source=load.source,
        file_name=load.file_name,
        file_sha256=load.file_sha256,
        mapping_version=load.mapping_version,
        started_at=load.started_at,
        finished_at=load.finished_at,
        actor=load.actor,
        rows_read=load.rows_read,
        rows_new=load.rows_new,
        rows_changed=load.rows_changed,
        rows_unchanged=load.rows_unchanged,
        rows_rejected=load.rows_rejected,
        findings=dict(verdicts),
        is_generated=load.is_generated,
    )


def _quarantined(row: Quarantine, file_name: str) -> QuarantinedRow:
    return QuarantinedRow(
        quarantine_id=row.quarantine_id,
        load_id=row.load_id,
        source=row.source,
        file_name=file_name,
        row_number=row.row_number,
        table_name=row.table_name,
        column_name=row.column_name,
        reason_code=row.reason_code,
        reason=row.reason,
        masked_values=dict(row.masked_values),
        owner=row.owner,
        status=row.status,
        created_at=row.created_at,
    )

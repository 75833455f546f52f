"""Brings a file into the records: mapped, checked and keyed, all of it in one transaction or not at all."""

import contextlib
import datetime as dt
import json
import uuid
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import duckdb
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from warehouse import audit_log
from warehouse.access import Permission, Principal
from warehouse.files import comparison, erased, newness, quarantine, redaction
from warehouse.files.batch import Batch
from warehouse.files.contract_run import ContractRun
from warehouse.files.early_write import EarlyWrite
from warehouse.files.errors import FileRefused
from warehouse.files.existing import Existing
from warehouse.files.expressions import Reading
from warehouse.files.findings import Check, Finding
from warehouse.files.mapped_sql import EntryQuery
from warehouse.files.mapping import Mapping
from warehouse.files.mapping_file import mapping_for
from warehouse.files.notes import not_run, notes
from warehouse.files.raw_store import Content, Received, received
from warehouse.files.reading import opened
from warehouse.files.report import LoadReport
from warehouse.files.row_checks import row_checks
from warehouse.files.rows import Rows
from warehouse.files.settling import settle
from warehouse.files.source_file import Place, Progress, chosen
from warehouse.files.staging import staging
from warehouse.files.writing import BULK, Connection, Writer
from warehouse.postgres import DatabaseRole, unit_of_work
from warehouse.settings import Settings
from warehouse.tables.landing import Finding as FindingRow
from warehouse.tables.landing import Load as LoadRow
from warehouse.tables.landing import Mapping as MappingRow

_REDACTED = (
    "INSERT INTO landing.raw_redaction AS r (file_sha256, redacted_sha256, rows_blanked) VALUES (:name, :now, :rows)"
    " ON CONFLICT (file_sha256) DO UPDATE SET redacted_sha256 = excluded.redacted_sha256,"
    " rows_blanked = excluded.rows_blanked, redacted_at = clock_timestamp()"
)
_UNMASKED = (
    "UPDATE landing.quarantine q SET masked_values = '{}' FROM landing.load l"
    " WHERE l.load_id = q.load_id AND l.file_sha256 = :name AND q.row_number = ANY(:rows)"
)


def load_file(
    settings: Settings,
    principal: Principal,
    path: Path | str,
    *,
    source: str,
    mapping: Path | str | None = None,
    dry_run: bool = False,
    check: Check | None = None,
    progress: Progress | None = None,
    preview: Callable[[LoadReport], None] | None = None,
    at: dt.datetime | None = None,
) -> LoadReport:
    """Loads a CSV, XLSX, Parquet or JSON-lines file; with `dry_run` only says what it would do.

    `preview` is told what will be written before it is. `at` is the moment of the load (default now): records say that
    they were learned then, and dates after it lie in the future. Raises LoadError (nothing is written) or AccessDenied.
    """
    principal.require(Permission.LOAD_FILES)
    used = mapping_for(source, mapping)
    moment = at or dt.datetime.now(dt.UTC)
    with received(settings, Path(path), is_copied=not dry_run) as file, staging(settings.home) as connection:
        work = prepared(connection, file.place, used, moment, progress)
        with unit_of_work(settings, principal, DatabaseRole.INTAKE) as session:
            wait_for_turn(session, used.source)
            erased.lend(session, settings)
            version = (known_version(session, used) or 0) if dry_run else register(session, used)
            with contextlib.closing(Intake(session=session, work=work, check=check, version=version)) as intake:
                intake.decide(may_write=not dry_run)
                report = intake.report(file, None if dry_run else uuid.uuid4())
                if dry_run:
                    session.rollback()
                    return report
                if preview is not None:
                    preview(report)
                intake.write()
            intake.record(report, principal, file)
            intake.blank_erased(file)
            file.keep()
    return report


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """A file's records worked out as far as the file alone allows."""

    connection: duckdb.DuckDBPyConnection
    name: str
    mapping: Mapping
    rows: Rows
    batch: Batch
    at: dt.datetime


def prepared(
    connection: duckdb.DuckDBPyConnection,
    place: Place,
    mapping: Mapping,
    at: dt.datetime,
    progress: Progress | None,
    only: Collection[int] | None = None,
) -> Work:
    """Reads and maps the file, or `only` the rows of these numbers; raises FileRefused when it cannot be read."""
    rows = Rows(connection, mapping, lambda: chosen(opened(place, mapping.shape), only), progress)
    reading = Reading(
        source=mapping.source, as_of=at.date(), timezone=mapping.timezone, dates=mapping.dates, names=rows.names
    )
    batch = Batch(connection, rows, [EntryQuery(entry, reading) for entry in mapping.tables if not entry.only_deletes])
    return Work(connection=connection, name=place.name, mapping=mapping, rows=rows, batch=batch, at=at)


def wait_for_turn(session: Session, source: str) -> None:
    """Takes the source's lock until the transaction ends: loads of one source follow each other."""
    session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended('load:' || :s, 0))"), {"s": source})


class Intake:
    """One file on its way into the records, inside one transaction."""

    def __init__(self, *, session: Session, work: Work, check: Check | None, version: int) -> None:
        """It is the source's turn; `version` is the mapping's."""
        self._session, self._work, self._version = session, work, version
        self._postgres = _driver(session)
        self._existing = Existing(self._postgres)
        self._contracts = ContractRun(work.connection, work.batch, check) if check is not None else None
        self._counts: dict[str, comparison.TableCounts] = {}
        self._early: EarlyWrite | None = None
        self._loaded_before = self._hashes()

    def close(self) -> None:
        """Takes back what was written early and not yet kept."""
        if self._early is not None:
            early, self._early = self._early, None
            early.undo()

    def decide(self, *, may_refuse: bool = True, may_write: bool = False) -> None:
        """Finds what is new, changed and rejected; raises FileRefused when too many rows are rejected.

        With `may_write` a large load's records are written while the contracts are run.
        """
        batch, connection = self._work.batch, self._work.connection
        erased.refuse(connection, self._postgres, batch)
        settle(connection, self._existing, batch)
        pending = batch.tables
        while pending:
            for table in pending:
                comparison.compare(connection, self._existing, table)
                newness.spare(connection, batch, table)
            if not self._rejects(pending, may_write=may_write and pending is batch.tables):
                break
            pending = tuple(table for table in batch.tables if batch.conflicts(table)[0])
            settle(connection, self._existing, batch)
        quarantine.prepare(connection, batch)
        if may_refuse:
            self._refuse_if_hopeless()
        if self._early is None:
            self._count()

    def _rejects(self, tables: tuple[str, ...], *, may_write: bool) -> bool:
        """Whether the contracts reject any row of the tables."""
        if self._contracts is None:
            return False
        if may_write:
            self._write_early(self._contracts)
        has_rejected = self._contracts.run(tables)
        if has_rejected:
            self.close()
        return has_rejected

    def _write_early(self, contracts: ContractRun) -> None:
        self._count()
        if max((counts.new for counts in self._counts.values()), default=0) >= BULK:
            self._early = EarlyWrite(self._writer(), self._counts)
            contracts.on_reject = self._early.stop

    def _count(self) -> None:
        batch = self._work.batch
        self._counts = {table: comparison.counts(self._work.connection, batch, table) for table in batch.tables}

    def _writer(self) -> Writer:
        return Writer(
            connection=self._postgres,
            staging=self._work.connection.cursor(),
            batch=self._work.batch,
            existing=self._existing,
            source=self._work.mapping.source,
            at=self._work.at,
            version=self._version,
        )

    def _refuse_if_hopeless(self) -> None:
        rejected, count = self._work.batch.rejected_rows, self._work.rows.count
        limit = self._work.mapping.max_rejected_share
        first = quarantine.first(self._work.connection)
        if first is None or (rejected < count and rejected <= limit * count):
            return
        row, column, words = first
        share = (
            "every row is rejected"
            if rejected == count
            else f"{rejected} of {count} rows are rejected, more than {limit:.0%}"
        )
        raise FileRefused(self._work.name, f"{words} ({share})", row=row, column=column)

    def write(self) -> None:
        """Writes the new and changed records, or waits until they are written."""
        if self._early is None:
            self._writer().write(self._counts)
        else:
            self._early.keep()
            self._early = None
        for table in self._work.batch.tables:
            newness.note(self._work.connection, self._existing, self._work.batch, table)

    def report(self, file: Content, load_id: uuid.UUID | None) -> LoadReport:
        """What the load does, before its own row is written."""
        batch, mapping = self._work.batch, self._work.mapping
        rejected = batch.rejected_rows
        fresh, changed = comparison.row_counts(self._work.connection, batch)
        return LoadReport(
            load_id=load_id,
            source=mapping.source,
            file=self._work.name,
            sha256=file.sha256,
            mapping_version=self._version,
            rows_read=self._work.rows.count,
            rows_new=fresh,
            rows_changed=changed,
            rows_unchanged=self._work.rows.count - rejected - fresh - changed,
            rows_rejected=rejected,
            tables=self._counts,
            findings=tuple(self._findings()),
            is_dry_run=load_id is None,
            is_repeat=file.sha256 in self._loaded_before,
            is_generated=mapping.is_generated,
        )

    def _findings(self) -> Iterator[Finding]:
        yield from notes(self._work.batch, self._work.mapping)
        yield from row_checks(self._work.connection, self._work.mapping, self._work.rows)
        yield from quarantine.findings(self._work.connection, self._work.rows.count)
        yield from self._contracts.findings() if self._contracts is not None else [not_run()]

    def _hashes(self) -> frozenset[str]:
        """The files that this mapping's version has brought in before."""
        query = select(LoadRow.file_sha256).where(
            LoadRow.source == self._work.mapping.source,
            LoadRow.mapping_version == self._version,
            LoadRow.kind == "file",
            LoadRow.row_numbers.is_(None),
        )
        return frozenset(self._session.scalars(query))

    def record(self, report: LoadReport, principal: Principal, file: Content) -> None:
        """Writes the load's own row, its rejects, its findings and its audit line."""
        assert report.load_id is not None  # noqa: S101 - only a written load has a row of its own
        self._session.add(_row(report, principal, self._work.at))
        self._session.flush()
        quarantine.store(
            self._postgres,
            self._work.connection,
            load_id=report.load_id,
            source=report.source,
            sha256=file.sha256,
            rows=self._work.rows,
        )
        if not report.is_repeat:
            self._session.add_all(_finding_row(finding, report.load_id) for finding in report.findings)
        self._session.flush()
        audit_log.append(
            self._session,
            actor=principal.id,
            action="load_file",
            subject=str(report.load_id),
            detail={
                "source": report.source,
                "sha256": report.sha256,
                "mapping_version": report.mapping_version,
                "rows_new": report.rows_new,
                "rows_changed": report.rows_changed,
                "rows_rejected": report.rows_rejected,
            },
        )

    def blank_erased(self, file: Received) -> None:
        """Takes the rows of erased people out of the copy that is about to be kept, and their masks too."""
        rows = erased.rows(self._work.connection)
        if not rows:
            return
        redacted = file.rewritten(lambda path: redaction.redact(file.place, self._work.mapping.shape, rows, path))
        self._session.execute(text(_REDACTED), {"name": file.sha256, "now": redacted, "rows": len(rows)})
        self._session.execute(text(_UNMASKED), {"name": file.sha256, "rows": rows})


def _driver(session: Session) -> Connection:
    return cast("Connection", session.connection().connection.driver_connection)


def _row(report: LoadReport, principal: Principal, at: dt.datetime) -> LoadRow:
    return LoadRow(
        load_id=report.load_id,
        source=report.source,
        file_name=report.file,
        file_sha256=report.sha256,
        mapping_version=report.mapping_version,
        started_at=at,
        finished_at=dt.datetime.now(dt.UTC),
        actor=principal.id,
        rows_read=report.rows_read,
        rows_new=report.rows_new,
        rows_changed=report.rows_changed,
        rows_unchanged=report.rows_unchanged,
        rows_rejected=report.rows_rejected,
        tables={table: counts.as_json() for table, counts in report.tables.items()},
        is_generated=report.is_generated,
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


def known_version(session: Session, mapping: Mapping) -> int | None:
    """The mapping's version within its source, where it was used before."""
    query = select(MappingRow.version).where(MappingRow.source == mapping.source, MappingRow.sha256 == mapping.sha256)
    return session.execute(query).scalar_one_or_none()


def register(session: Session, mapping: Mapping) -> int:
    """The mapping's version within its source; a document seen for the first time gets the next one."""
    known = known_version(session, mapping)
    if known is not None:
        return known
    newest = session.execute(
        select(MappingRow.version)
        .where(MappingRow.source == mapping.source)
        .order_by(MappingRow.version.desc())
        .limit(1)
    ).scalar_one_or_none()
    version = (newest or 0) + 1
    document = json.loads(json.dumps(mapping.document))
    session.add(MappingRow(source=mapping.source, version=version, sha256=mapping.sha256, document=document))
    session.flush()
    return version

"""The engine that maps files, run on a batch of events inside one transaction."""

from collections.abc import Iterator, Mapping
from typing import cast

from sqlalchemy.orm import Session

from warehouse.files import comparison, erased, newness, quarantine
from warehouse.files.contract_run import ContractRun
from warehouse.files.existing import Existing
from warehouse.files.findings import Check, Finding
from warehouse.files.load import Work
from warehouse.files.notes import notes
from warehouse.files.row_checks import row_checks
from warehouse.files.settling import settle
from warehouse.files.writing import Connection, Writer


class Engine:
    """A batch's records held against what is there, checked, and written."""

    def __init__(self, *, session: Session, work: Work, check: Check | None, version: int) -> None:
        """The transaction holds the source's lock; `version` is the mapping's."""
        self._work, self._version = work, version
        self._postgres = cast("Connection", session.connection().connection.driver_connection)
        self._existing = Existing(self._postgres)
        self._contracts = ContractRun(work.connection, work.batch, check) if check is not None else None
        self.counts: Mapping[str, comparison.TableCounts] = {}

    def decide(self) -> None:
        """Finds what is new, changed and rejected."""
        batch, connection = self._work.batch, self._work.connection
        erased.refuse(connection, self._postgres, batch)
        settle(connection, self._existing, batch, is_event=True)
        pending = batch.tables
        while pending:
            for table in pending:
                comparison.compare(connection, self._existing, table)
                newness.spare(connection, batch, table)
            if self._contracts is None or not self._contracts.run(pending):
                break
            pending = tuple(table for table in batch.tables if batch.conflicts(table)[0])
            settle(connection, self._existing, batch, is_event=True)
        quarantine.prepare(connection, batch)
        self.counts = {table: comparison.counts(connection, batch, table) for table in batch.tables}

    def rows_brought(self) -> dict[int, bool]:
        """The inbox ids of the events that bring anything, and whether it is new or only a change."""
        parts = [
            f"SELECT row_no, {is_new} AS is_new FROM ({query})"  # noqa: S608 - names of our own tables
            for table in self._work.batch.tables
            for query, is_new in ((comparison.new(table), "true"), (comparison.changed(table), "false"))
        ]
        query = f"SELECT row_no, bool_or(is_new) FROM ({' UNION ALL '.join(parts)}) GROUP BY row_no"  # noqa: S608
        return dict(self._work.connection.execute(query).fetchall()) if parts else {}

    def write(self) -> None:
        """Writes the new and changed records."""
        writer = Writer(
            connection=self._postgres,
            staging=self._work.connection.cursor(),
            batch=self._work.batch,
            existing=self._existing,
            source=self._work.mapping.source,
            at=self._work.at,
            version=self._version,
        )
        writer.write(self.counts)
        for table in self._work.batch.tables:
            newness.note(self._work.connection, self._existing, self._work.batch, table, is_event=True)

    def findings(self) -> Iterator[Finding]:
        """What is worth a look."""
        work = self._work
        yield from notes(work.batch, work.mapping)
        yield from row_checks(work.connection, work.mapping, work.rows)
        yield from quarantine.findings(work.connection, work.rows.count)
        if self._contracts is not None:
            yield from self._contracts.findings()

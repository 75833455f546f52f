"""Runs the data contracts on a batch's new and changed records, piece by piece, and rejects what must not enter."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

import duckdb
import pyarrow as pa

from warehouse.files import comparison
from warehouse.files.batch import Batch
from warehouse.files.expressions import quoted
from warehouse.files.findings import Check, Checked, Finding

PIECE = 500_000
"""Records that the contracts see at once."""


@dataclass(slots=True)
class ContractRun:
    """The contracts' answers, added up over all pieces."""

    connection: duckdb.DuckDBPyConnection
    batch: Batch
    check: Check
    on_reject: Callable[[], object] = lambda: None
    _answers: dict[tuple[str, str, str | None], Checked] = field(default_factory=dict)

    def run(self, tables: Iterable[str]) -> bool:
        """Checks the tables; answers whether any row was rejected."""
        rejected = [table for table in tables if self._run_table(table)]
        return bool(rejected)

    def findings(self) -> list[Finding]:
        """One finding for each expectation that failed."""
        return [
            Finding(
                table=table,
                column=answer.column,
                expectation=answer.expectation,
                verdict="block" if answer.rejects else "review",
                n=answer.n,
                unexpected_n=answer.unexpected_n,
                en=answer.en.format(n=answer.unexpected_n, of=answer.n),
                zh=answer.zh.format(n=answer.unexpected_n, of=answer.n),
            )
            for (table, _, _), answer in self._answers.items()
            if answer.unexpected_n
        ]

    def _run_table(self, table: str) -> bool:
        columns = ", ".join(quoted(name) for name in self.batch.columns(table))
        rows = " UNION ALL BY NAME ".join((comparison.new(table), comparison.changed(table)))
        query = f"SELECT key, hash{', ' + columns if columns else ''} FROM ({rows})"
        has_rejected = False
        for piece in self.connection.cursor().sql(query).to_arrow_reader(PIECE):
            has_rejected |= self._check(table, pa.Table.from_batches([piece]))
        return has_rejected

    def _check(self, table: str, piece: pa.Table) -> bool:
        if piece.num_rows == 0:
            return False
        references = [
            name for name in piece.column_names if isinstance(piece.schema.field(name).type, pa.ExtensionType)
        ]
        flags = [name for name in references if piece.schema.field(name).type != pa.uuid()]
        rows = piece.drop_columns([name for name in references if name not in flags])
        for name in flags:
            storage = pa.chunked_array([chunk.storage.cast(pa.bool_()) for chunk in rows.column(name).chunks])
            rows = rows.set_column(rows.column_names.index(name), name, storage)
        has_rejected = False
        for answer in self.check(table, rows):
            self._add(table, answer)
            if answer.rejects and len(answer.failing):
                self.on_reject()
                versions = piece.select(["key", "hash"]).take(pa.array(list(answer.failing), pa.int64()))
                self.batch.reject_versions(table, answer.column, f"contract:{answer.expectation}", versions)
                has_rejected = True
        return has_rejected

    def _add(self, table: str, answer: Checked) -> None:
        key = (table, answer.expectation, answer.column)
        before = self._answers.get(key)
        if before is not None:
            answer = replace(answer, n=before.n + answer.n, unexpected_n=before.unexpected_n + answer.unexpected_n)
        self._answers[key] = replace(answer, failing=())

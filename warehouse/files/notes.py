"""What a load noted and did not reject: values left empty, blanks, assumptions, conflicts, columns left out."""

from collections.abc import Iterator
from dataclasses import replace

from warehouse.files.batch import Batch
from warehouse.files.findings import Finding
from warehouse.files.mapping import Mapping
from warehouse.files.row_checks import FILE
from warehouse.files.wording import NOTES


def notes(batch: Batch, mapping: Mapping) -> Iterator[Finding]:
    """All of them as findings to review."""
    for table, column, code, count, of in batch.notes():
        yield _finding(code, table, column, count, of)
    for column, count in batch.rows.trimmed.items():
        if count:
            yield _finding("trimmed", FILE, column, count, batch.rows.count)
    for table in batch.tables:
        conflicting, of = batch.conflicts(table)
        if conflicting:
            yield _finding("conflicting_records", table, None, conflicting, of)
    for table, column, why, count in batch.assumed():
        yield _finding("assumed", table, column, count, count, why)
    if mapping.only_successes:
        yield _finding("only_successes", FILE, None, batch.rows.count, batch.rows.count)
    for column, why in mapping.prohibited:
        yield _finding("prohibited_column", FILE, column, batch.rows.count, batch.rows.count, why)


def not_run() -> Finding:
    """Stands in the place of the contracts' findings where a load ran without them; the gate lacks evidence then."""
    return replace(_finding("contracts_not_run", FILE, None, 0, 0), verdict="not_enough_evidence")


def _finding(code: str, table: str, column: str | None, count: int, of: int, why: str = "") -> Finding:
    en, zh = NOTES[code]
    words = {"n": count, "of": of, "column": column or table, "table": table, "why": why}
    return Finding(
        table=table,
        column=column,
        expectation=code,
        verdict="review",
        n=of,
        unexpected_n=count,
        en=en.format(**words),
        zh=zh.format(**words),
    )

"""A mapping's checks of the file's own columns, as findings: filled, one value for each other, dates in order."""

from collections.abc import Iterator

import duckdb

from warehouse.files.duck import numbers
from warehouse.files.expressions import literal
from warehouse.files.findings import Finding
from warehouse.files.mapping import Mapping, RowCheck
from warehouse.files.rows import Rows
from warehouse.files.wording import NOTES

FILE = "file"
"""Stands in a finding where the file itself is meant and no table of the records."""


def row_checks(connection: duckdb.DuckDBPyConnection, mapping: Mapping, rows: Rows) -> Iterator[Finding]:
    """One finding for each check that some rows break."""
    for check in mapping.checks:
        count, of, keys = numbers(connection, _query(check, mapping, rows))
        if count:
            words = {"n": count, "of": of, "column": check.column, "other": check.other, "keys": keys}
            en, zh = NOTES[check.kind]
            yield Finding(
                table=FILE,
                column=check.column,
                expectation=check.kind if check.other is None else f"{check.kind}:{check.other}",
                verdict="review",
                n=of,
                unexpected_n=count,
                en=en.format(**words),
                zh=zh.format(**words),
            )


def _query(check: RowCheck, mapping: Mapping, rows: Rows) -> str:
    """Breaching rows, rows looked at, values of the first column concerned."""
    first = rows.names[check.column]
    if check.kind == "filled":
        return f"SELECT count(*) FILTER ({first} IS NULL), count(*), 0 FROM {rows.stage()}"
    second = rows.names[check.other or check.column]
    if check.kind in {"has_one", "one_spelling"}:
        first = f"lower({first})" if check.kind == "one_spelling" else first
        return (
            "SELECT sum(n - most) FILTER (kinds > 1), sum(n), count(*) FILTER (kinds > 1) FROM"
            " (SELECT a, sum(n) AS n, max(n) AS most, count(*) AS kinds FROM"
            f" (SELECT {first} AS a, {second} AS b, count(*) AS n FROM {rows.stage()}"
            " WHERE a IS NOT NULL AND b IS NOT NULL GROUP BY a, b) GROUP BY a)"
        )
    early, late = (_moment(column, check.formats or mapping.dates) for column in (first, second))
    both = f"{early} IS NOT NULL AND {late} IS NOT NULL"
    return f"SELECT count(*) FILTER ({early} > {late}), count(*) FILTER ({both}), 0 FROM {rows.stage()}"


def _moment(column: str, formats: tuple[str, ...]) -> str:
    iso = f"TRY_CAST({column} AS TIMESTAMP)"
    words = ", ".join(literal(format_) for format_ in formats)
    return f"coalesce(try_strptime({column}, [{words}]), {iso})" if formats else iso

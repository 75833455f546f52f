"""The first records that a batch brings, masked: what a dry run shows of a mapping without showing anybody."""

from collections.abc import Mapping

from warehouse.files import comparison
from warehouse.files.expressions import quoted
from warehouse.files.load import Work
from warehouse.files.targets import target
from warehouse.sync.intake_rejects import mask

MOST = 5
"""Records of each table."""

_SHOWN = frozenset({"double", "smallint", "boolean", "reference"})


def samples(work: Work) -> dict[str, list[dict[str, object]]]:
    """By table: texts, dates and pay masked, numbers and flags as they are, references as given or not."""
    return {table: found for table in work.batch.tables if (found := _of(work, table))}


def _of(work: Work, table: str) -> list[dict[str, object]]:
    names = work.batch.columns(table)
    parts = " UNION ALL BY NAME ".join((comparison.new(table), comparison.changed(table)))
    listed = ", ".join(f"CAST({quoted(name)} AS VARCHAR)" for name in ("record_id", *names))
    rows = work.connection.execute(f"SELECT {listed} FROM ({parts}) ORDER BY row_no LIMIT {MOST}").fetchall()  # noqa: S608
    kinds = {name: column.kind for name, column in target(table).columns.items()}
    return [_shown(dict(zip(("record_id", *names), row, strict=True)), kinds) for row in rows]


def _shown(row: Mapping[str, str | None], kinds: Mapping[str, str]) -> dict[str, object]:
    return {name: _value(value, kinds.get(name, "text")) for name, value in row.items() if value is not None}


def _value(value: str, kind: str) -> str:
    if kind == "reference":
        return "…"
    return value if kind in _SHOWN else mask(value)

"""Records as they stand, fetched into DuckDB with all their columns: what parts of them are put beside."""

import datetime as dt
import uuid
from decimal import Decimal

import duckdb
import pyarrow as pa

from warehouse.files.existing import Existing
from warehouse.files.targets import target

_TYPES = {
    "text": pa.string(),
    "double": pa.float64(),
    "smallint": pa.int16(),
    "decimal": pa.decimal128(14, 2),
    "boolean": pa.bool_(),
    "date": pa.date32(),
    "timestamp": pa.timestamp("us"),
}
_SKILLS = pa.list_(pa.struct([("skill", pa.string()), ("score", pa.float64())]))

Value = str | float | bool | Decimal | dt.date | uuid.UUID | list[object] | None


def stored(existing: Existing, staging: duckdb.DuckDBPyConnection, table: str, query: str) -> pa.Table:
    """The records of the keys of `query`: key, hash, every column, and of AI interviews `skills`."""
    columns = target(table).columns
    has_skills = table == "ai_interview"
    rows = existing.records(table, staging, query, tuple(columns), has_skills=has_skills)
    kinds = {"key": "reference", "hash": "reference"} | {name: column.kind for name, column in columns.items()}
    arrays = {
        name: _array(kind, [row[position] for row in rows]) for position, (name, kind) in enumerate(kinds.items())
    }
    if has_skills:
        arrays["skills"] = pa.array([_skills(row[-2], row[-1]) for row in rows], _SKILLS)
    return pa.table(arrays)


def _array(kind: str, values: list[Value]) -> pa.Array:
    if kind == "reference":
        keys = [value.bytes[::-1] if isinstance(value, uuid.UUID) else None for value in values]
        return pa.ExtensionArray.from_storage(pa.uuid(), pa.array(keys, pa.binary(16)))
    if kind == "timestamp":
        values = [
            value.astimezone(dt.UTC).replace(tzinfo=None) if isinstance(value, dt.datetime) else None
            for value in values
        ]
    return pa.array(values, _TYPES[kind])


def _skills(names: Value, scores: Value) -> list[dict[str, object]]:
    if not isinstance(names, list) or not isinstance(scores, list):
        return []
    return [{"skill": name, "score": score} for name, score in zip(names, scores, strict=True)]

"""SQL over the files of a snapshot: each row once, the newest, and without the deleted.

Without changes a table is a plain scan of its base. With changes, keys that have changed are taken out of the base and
the newest change of each is added; what follows an application goes by the changes of `applications`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa

from warehouse.lake.tables import APPLICATIONS, BY_NAME, LakeTable

_TYPES = {
    pa.string(): "VARCHAR",
    pa.float64(): "DOUBLE",
    pa.bool_(): "BOOLEAN",
    pa.date32(): "DATE",
    pa.int16(): "SMALLINT",
    pa.int32(): "INTEGER",
    pa.int64(): "BIGINT",
    pa.timestamp("us", tz="UTC"): "TIMESTAMPTZ",
}

_PLAIN = "SELECT {columns} FROM {base}"
_WITH_CHANGES = """
WITH newest AS (SELECT {hangs_on}, max(refresh_seq) AS refresh_seq FROM {leading} GROUP BY {hangs_on})
SELECT {columns} FROM {base} ANTI JOIN newest USING ({hangs_on})
UNION ALL
SELECT {columns} FROM {change} SEMI JOIN newest USING ({hangs_on}, refresh_seq) WHERE NOT is_deleted
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layers:
    """A table's two layers as SQL relations; None where a layer holds no file."""

    base: str | None
    change: str | None


def parquet(paths: Sequence[str]) -> str | None:
    """The files as one relation; None without any."""
    if not paths:
        return None
    return f"read_parquet([{', '.join(quoted(path) for path in paths)}], hive_partitioning = false)"


def quoted(value: str) -> str:
    """A text literal."""
    return "'" + value.replace("'", "''") + "'"


def current(table: LakeTable, layers: Mapping[str, Layers]) -> str:
    """A SELECT of the table's columns, each row once; `layers` has at least this table and `applications`."""
    columns = ", ".join(table.columns.names)
    leading = layers[APPLICATIONS.name if table.follows_application else table.name].change
    base = layers[table.name].base or _nothing(table)
    if leading is None:
        return _PLAIN.format(columns=columns, base=base)
    change = layers[table.name].change or _nothing(table)
    return _WITH_CHANGES.format(columns=columns, hangs_on=table.key, leading=leading, base=base, change=change)


def none_at_all(table_name: str) -> str:
    """A SELECT of the table's columns without a row, for a lake that was never refreshed."""
    return f"SELECT {', '.join(BY_NAME[table_name].columns.names)} FROM {_nothing(BY_NAME[table_name])}"  # noqa: S608


def _nothing(table: LakeTable) -> str:
    fields = [field for field in table.stored if field.name != "layer"]
    nulls = ", ".join(f"NULL::{_TYPES[field.type]} AS {field.name}" for field in fields)
    return f"(SELECT {nulls} WHERE false)"


def of_departments(departments: frozenset[str]) -> str:
    """The condition that a row belongs to one of the departments; without any it is never true."""
    if not departments:
        return "false"
    return f"department_id IN ({', '.join(quoted(department) for department in sorted(departments))})"

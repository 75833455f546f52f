"""The records' tables as a mapping sees them: columns with their kinds, references and the database's own checks.

All of it is read from the table classes, so that a new column or check needs no second place.
"""

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from warehouse.tables.columns import Provenance
from warehouse.tables.metadata import METADATA

TABLES = (
    "department",
    "requisition",
    "candidate",
    "employee",
    "demographics",
    "application",
    "stage_event",
    "ai_interview",
    "re_interview",
    "offer",
    "hire",
    "performance_review",
    "compensation",
    "course",
)
"""Every table that a mapping may feed, parents first."""

NATURAL_TIME = {
    "application": "applied_at",
    "stage_event": "entered_at",
    "ai_interview": "interviewed_at",
    "re_interview": "rated_at",
    "offer": "offered_at",
    "hire": "started_on",
    "employee": "started_on",
    "performance_review": "reviewed_on",
    "compensation": "effective_on",
    "course": "started_on",
    "requisition": "opened_on",
}
"""The column that says when a record's event happened."""

PLANS = frozenset({"started_on", "left_on", "opened_on", "closed_on", "effective_on", "completed_on"})
"""Dates that may lie ahead: they are planned before they happen."""

_OWN = frozenset(Provenance.__annotations__) - {"event_time"}
_MADE = {"ai_interview": frozenset({"interview_id", "revision", "is_current"})}
_CHECKED_ELSEWHERE = {"revision_counts_from_one"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of the records. `kind` is text, double, smallint, decimal, boolean, date, timestamp or reference."""

    name: str
    kind: str
    is_nullable: bool
    default: str | None = None
    parent: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A table of the records; `checks` are the database's own, by name, as SQL over its columns."""

    table: str
    schema: str
    key: str
    columns: Mapping[str, Column]
    checks: Mapping[str, str]

    @property
    def name(self) -> str:
        """Schema and table."""
        return f"{self.schema}.{self.table}"


@functools.cache
def target(table: str) -> Target:
    """The table's description."""
    schema = "vault" if table == "demographics" else "hr"
    described = METADATA.tables[f"{schema}.{table}"]
    key = next(iter(described.primary_key.columns)).name
    left_out = _OWN | _MADE.get(table, frozenset()) | {key}
    return Target(
        table=table,
        schema=schema,
        key=key,
        columns={column.name: _column(column) for column in described.columns if column.name not in left_out},
        checks={
            _check_name(table, str(check.name)): str(check.sqltext)
            for check in described.constraints
            if isinstance(check, sa.CheckConstraint) and _check_name(table, str(check.name)) not in _CHECKED_ELSEWHERE
        },
    )


def _check_name(table: str, name: str) -> str:
    return name.removeprefix(f"ck_{table}_")


def _column(column: "sa.Column[object]") -> Column:
    parent = next((key.column.table.name for key in column.foreign_keys), None)
    default = column.server_default
    return Column(
        name=column.name,
        kind="reference" if parent else _kind(column.type),
        is_nullable=bool(column.nullable),
        default=_literal(str(default.arg)) if isinstance(default, sa.DefaultClause) else None,
        parent=parent,
    )


def _kind(type_: object) -> str:
    kinds: tuple[tuple[type, str], ...] = (
        (sa.Boolean, "boolean"),
        (sa.SmallInteger, "smallint"),
        (sa.Float, "double"),
        (sa.Numeric, "decimal"),
        (sa.DateTime, "timestamp"),
        (sa.Date, "date"),
        (postgresql.UUID, "uuid"),
        (sa.Uuid, "uuid"),
    )
    return next((kind for class_, kind in kinds if isinstance(type_, class_)), "text")


def _literal(default: str) -> str:
    return default if re.fullmatch(r"-?[\d.]+|true|false", default) else "'" + default.replace("'", "''") + "'"

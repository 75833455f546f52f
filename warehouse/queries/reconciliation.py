"""Do the records hold what the source holds? Totals side by side, and the ids that only one of the two sides knows.

Three sides are compared for each entity: what a full key sweep saw at the source, what arrived, and what stands in the
records. Beside it hires against starters: whom the hiring system says it hired, and who started in the HR system.
Answers hold record ids and counts, never a value of a person. Needs READ_LOADS.
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from warehouse import postgres
from warehouse.access import Permission, Principal
from warehouse.postgres import DatabaseRole
from warehouse.settings import Settings

MOST_UNMATCHED = 500
"""Ids that a list of the unmatched answers at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Total:
    """One entity that feeds one table. `at_source` is None before the first sweep.

    `missing` stand at the source and not in the records, `extra` in the records and no longer at the source; of both
    the first ids.
    """

    source: str
    entity: str
    table: str
    at_source: int | None
    in_records: int
    missing: int | None
    extra: int | None
    missing_ids: tuple[str, ...]
    extra_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Starters:
    """One month of starting dates: people on both sides, and those that only one side has, with their record ids."""

    month: dt.date
    hires: int
    employees: int
    matched: int
    only_hires: tuple[str, ...]
    only_employees: tuple[str, ...]


def totals(settings: Settings, principal: Principal, source: str) -> tuple[Total, ...]:
    """Every entity of the source whose mapping takes records over one by one, in order of the mapping."""
    principal.require(Permission.READ_LOADS)
    with postgres.unit_of_work(settings, principal, DatabaseRole.INTAKE) as session:
        document = _mapping(session, source)
        return tuple(_total(session, source, entity, table) for entity, table in _fed(document))


def hires_and_starters(settings: Settings, principal: Principal) -> tuple[Starters, ...]:
    """Months of the last two years with a hire or a starter, the newest first."""
    principal.require(Permission.READ_LOADS)
    with postgres.unit_of_work(settings, principal, DatabaseRole.INTAKE) as session:
        rows = session.execute(text(_STARTERS)).mappings()
        return tuple(
            Starters(
                month=row["month"],
                hires=row["hires"],
                employees=row["employees"],
                matched=row["matched"],
                only_hires=tuple(row["only_hires"] or ())[:MOST_UNMATCHED],
                only_employees=tuple(row["only_employees"] or ())[:MOST_UNMATCHED],
            )
            for row in rows
        )


def _mapping(session: Session, source: str) -> Mapping[str, Any]:
    statement = "SELECT document FROM landing.mapping WHERE source = :source ORDER BY version DESC LIMIT 1"
    found = session.execute(text(statement), {"source": source}).scalar_one_or_none()
    return found if isinstance(found, dict) else {}


def _fed(document: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Entity and table of each entry that takes one record of the entity over under the entity's own id."""
    seen = set()
    for entry in document.get("tables", ()):
        if entry.get("id") not in ("_id", {"column": "_id"}):
            continue
        for entity in _entities(entry.get("when", ())):
            if (entity, entry["table"]) not in seen:
                seen.add((entity, entry["table"]))
                yield entity, str(entry["table"])


def _entities(when: object) -> Iterator[str]:
    conditions = [when] if isinstance(when, dict) else list(when) if isinstance(when, list) else []
    for condition in conditions:
        if condition.get("column") == "_entity" and "is" in condition:
            listed = condition["is"]
            yield from ([str(listed)] if isinstance(listed, str) else map(str, listed))


_TABLES = frozenset({
    "department", "requisition", "candidate", "application", "stage_event", "re_interview", "offer", "hire",
    "performance_review", "compensation", "course", "employee",
})  # fmt: skip


def _total(session: Session, source: str, entity: str, table: str) -> Total:
    """One entity held against one table; of AI interviews the current revisions count."""
    records = (
        f"SELECT source_record_id AS id FROM hr.{table} WHERE source = :source"  # noqa: S608 - a name of our own list
        if table in _TABLES
        else "SELECT DISTINCT source_record_id AS id FROM hr.ai_interview WHERE source = :source AND is_current"
    )
    values = {"source": source, "entity": entity, "most": MOST_UNMATCHED}
    live = "SELECT source_record_id AS id FROM landing.source_key WHERE source = :source AND entity = :entity"
    at_source = session.execute(text(f"SELECT count(*) FROM ({live}) AS k"), values).scalar_one()  # noqa: S608
    live += " AND gone_at IS NULL"
    in_records = session.execute(text(f"SELECT count(*) FROM ({records}) AS r"), values).scalar_one()  # noqa: S608
    if not at_source:
        return Total(
            source=source, entity=entity, table=table, at_source=None, in_records=in_records, missing=None, extra=None,
            missing_ids=(), extra_ids=(),
        )  # fmt: skip
    missing = _difference(session, live, records, values)
    extra = _difference(session, records, live, values)
    counted = session.execute(text(f"SELECT count(*) FROM ({live}) AS k"), values).scalar_one()  # noqa: S608
    return Total(
        source=source,
        entity=entity,
        table=table,
        at_source=counted,
        in_records=in_records,
        missing=missing[0],
        extra=extra[0],
        missing_ids=missing[1],
        extra_ids=extra[1],
    )


def _difference(session: Session, these: str, those: str, values: Mapping[str, object]) -> tuple[int, tuple[str, ...]]:
    statement = (
        f"SELECT count(*), (array_agg(id ORDER BY id))[1:{MOST_UNMATCHED}]"  # noqa: S608 - our own statements
        f" FROM ({these} EXCEPT {those}) AS d"
    )
    count, ids = session.execute(text(statement), values).one()
    return count, tuple(ids or ())


# A starter is an employee; the hire of the same source and record id, or of the same number, is the same person.
_STARTERS = """
WITH hires AS (
  SELECT h.hire_id, h.source, h.source_record_id, h.employee_number, date_trunc('month', h.started_on)::date AS month
  FROM hr.hire h WHERE h.started_on >= now() - interval '2 years'
), employees AS (
  SELECT e.employee_id, e.source, e.source_record_id, e.employee_number,
    date_trunc('month', e.started_on)::date AS month
  FROM hr.employee e WHERE e.started_on >= now() - interval '2 years'
), pairs AS (
  SELECT DISTINCT e.employee_id, h.hire_id, e.month
  FROM employees e JOIN hires h ON (h.source = e.source AND h.source_record_id = e.source_record_id)
    OR (h.employee_number = e.employee_number)
), sides AS (
  SELECT month, 1 AS hires, 0 AS employees, 0 AS matched,
    CASE WHEN hire_id NOT IN (SELECT hire_id FROM pairs) THEN source || ':' || source_record_id END AS only_hire,
    NULL AS only_employee FROM hires
  UNION ALL
  SELECT month, 0, 1, (employee_id IN (SELECT employee_id FROM pairs))::int, NULL,
    CASE WHEN employee_id NOT IN (SELECT employee_id FROM pairs) THEN source || ':' || source_record_id END
  FROM employees
)
SELECT month, sum(hires) AS hires, sum(employees) AS employees, sum(matched) AS matched,
  array_agg(only_hire ORDER BY only_hire) FILTER (WHERE only_hire IS NOT NULL) AS only_hires,
  array_agg(only_employee ORDER BY only_employee) FILTER (WHERE only_employee IS NOT NULL) AS only_employees
FROM sides GROUP BY month ORDER BY month DESC
"""

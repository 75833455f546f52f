"""Erased people as numbers: what the records held before, so that a total of then can still be reached."""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from warehouse.access import Permission, Principal
from warehouse.postgres import unit_of_work
from warehouse.queries.suppression import hidden
from warehouse.settings import Settings
from warehouse.tables.hiring import ErasedCount


@dataclass(frozen=True, slots=True, kw_only=True)
class ErasedCell:
    """How many erased applications of a department, job family and month (UTC) of applying got how far."""

    department_id: uuid.UUID
    job_family: str
    applied_month: dt.date
    stage_reached: str
    status: str
    n: int


def erased_cells(settings: Settings, principal: Principal) -> list[ErasedCell]:
    """Every cell of the departments that the principal may read, complete; needs READ_AUDIT_LOG, for cells are small.

    Added to the applications that the records hold they give what a report of then said.
    """
    principal.require(Permission.READ_AUDIT_LOG)
    with unit_of_work(settings, principal) as session:
        rows = session.scalars(select(ErasedCount)).all()
        found = [ErasedCell(**{name: getattr(row, name) for name in ErasedCell.__dataclass_fields__}) for row in rows]
    return sorted(found, key=lambda cell: (cell.applied_month, cell.job_family, cell.stage_reached, cell.status))


def erased_total(settings: Settings, principal: Principal) -> int | None:
    """How many erased applications there are in the visible departments; None where they are too few to be said."""
    principal.require(Permission.READ_LAKE)
    with unit_of_work(settings, principal) as session:
        counts: Sequence[int] = session.scalars(select(ErasedCount.n)).all()
    return None if hidden([sum(counts)]) else sum(counts)

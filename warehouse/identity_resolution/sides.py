"""Both records of a pair with names and contact, for the person who decides; each look leaves a line."""

import datetime as dt
import uuid
from dataclasses import dataclass, field

from sqlalchemy import text
from sqlalchemy.orm import Session

from warehouse.access import Permission, Principal
from warehouse.identity_resolution.links import found, log
from warehouse.identity_resolution.people import CANDIDATE
from warehouse.postgres import DatabaseRole, unit_of_work
from warehouse.settings import Settings

_COLUMNS = "t.source, t.source_record_id AS record_id, t.full_name, t.full_name_local, t.email, t.phone"
_CANDIDATE = text(
    f"SELECT {_COLUMNS}, (SELECT array_agg(o.accepted_at::date ORDER BY 1) FROM hr.application a"  # noqa: S608
    "  JOIN hr.offer o USING (application_id) WHERE a.candidate_id = t.candidate_id AND o.accepted_at IS NOT NULL)"
    " AS days FROM hr.candidate t WHERE t.candidate_id = :key"
)
_EMPLOYEE = text(
    f"SELECT {_COLUMNS}, array_remove(ARRAY[t.started_on], NULL) AS days"  # noqa: S608
    " FROM hr.employee t WHERE t.employee_id = :key"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One record; `days` are those of accepted offers, or of the beginning. Its `repr` shows nothing personal."""

    source: str
    record_id: str
    full_name: str | None = field(repr=False)
    full_name_local: str | None = field(repr=False)
    email: str | None = field(repr=False)
    phone: str | None = field(repr=False)
    days: tuple[dt.date, ...] = ()


def sides(settings: Settings, principal: Principal, link_id: uuid.UUID) -> tuple[Side | None, Side | None]:
    """The candidate and the other record of a pair; None for one that is gone. Raises UnknownLink."""
    principal.require(Permission.RESOLVE_IDENTITY)
    principal.require(Permission.READ_PEOPLE)
    with unit_of_work(settings, principal, DatabaseRole.INTAKE) as session:
        row = found(session, link_id)
        is_candidate = row.kind == CANDIDATE
        shown = _side(session, row.left_key), _side(session, row.right_key, is_candidate=is_candidate)
        log(session, principal, "identities_compared", row)
    return shown


def _side(session: Session, record_key: uuid.UUID, *, is_candidate: bool = True) -> Side | None:
    row = session.execute(_CANDIDATE if is_candidate else _EMPLOYEE, {"key": record_key}).one_or_none()
    return None if row is None else Side(**{**row._mapping, "days": tuple(row.days or ())})

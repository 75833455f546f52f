"""The hire that a link makes: an employee stands on the application whose offer the linked candidate accepted.

It has the employee's own source and record id, so that reviews and pay of that source find it; mapping version 0 marks
it as made by a link. The day of hire and of leaving follow the employee's record. What hangs on a hire that is taken
back waits in the inbox again, as if the hire had never been there.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

from warehouse.sync.inbox import CHANNEL

BY_LINK = 0
"""The mapping version of a hire that no mapping made."""

_KEY = "md5(concat_ws(chr(31), 'hire', e.source, e.source_record_id))::uuid"
_FOLLOWS = (
    "(h.employee_number, h.started_on, h.left_on, h.leaving_reason)"
    " IS NOT DISTINCT FROM (e.employee_number, e.started_on, e.left_on, e.leaving_reason)"
)
_DUE = text(
    "SELECT l.identity_link_id FROM hr.identity_link l JOIN hr.employee e ON e.employee_id = l.right_key"  # noqa: S608
    f" LEFT JOIN hr.hire h ON h.hire_id = {_KEY}"
    " WHERE l.kind = 'employee' AND l.state = 'linked' AND e.started_on IS NOT NULL"
    f" AND (h.hire_id IS NULL OR (h.mapping_version = {BY_LINK} AND NOT ({_FOLLOWS})))"
)
_MAKE = text(
    "WITH same AS MATERIALIZED (SELECT candidate_id, person FROM hr.same_person), linked AS ("  # noqa: S608
    " SELECT identity_link_id, left_key, right_key, coalesce(decided_at, suggested_at) AS since FROM hr.identity_link"
    " WHERE identity_link_id = ANY(:links)"
    "), who AS ("
    " SELECT identity_link_id, right_key, since, left_key AS candidate_id FROM linked"
    " UNION SELECT l.identity_link_id, l.right_key, l.since, m.candidate_id FROM linked l"
    "  JOIN same s ON s.candidate_id = l.left_key JOIN same m ON m.person = s.person)"
    " INSERT INTO hr.hire AS h (hire_id, application_id, employee_number, started_on, left_on, leaving_reason, source,"
    " source_record_id, event_time, loaded_at, mapping_version, payload_hash)"
    f" SELECT DISTINCT ON (e.employee_id) {_KEY}, o.application_id, e.employee_number, e.started_on, e.left_on,"
    f" e.leaving_reason, e.source, e.source_record_id, e.event_time, w.since, {BY_LINK},"
    " md5(w.identity_link_id::text)::uuid"
    " FROM who w JOIN hr.employee e ON e.employee_id = w.right_key JOIN hr.application a USING (candidate_id)"
    " JOIN hr.offer o ON o.application_id = a.application_id AND o.accepted_at IS NOT NULL"
    " ORDER BY e.employee_id, abs(o.accepted_at::date - e.started_on), o.offer_id"
    " ON CONFLICT (hire_id) DO UPDATE SET employee_number = excluded.employee_number,"
    "  started_on = excluded.started_on, left_on = excluded.left_on, leaving_reason = excluded.leaving_reason"
    f" WHERE h.mapping_version = {BY_LINK} RETURNING hire_id"
)
_OF_EMPLOYEE = text(
    f"SELECT h.hire_id FROM hr.employee e JOIN hr.hire h ON h.hire_id = {_KEY}"  # noqa: S608 - a constant
    f" WHERE e.employee_id = :employee AND h.mapping_version = {BY_LINK}"
)
_HANGING = (
    ("performance_review", "performance_review_id"),
    ("compensation", "compensation_id"),
    ("course", "course_id"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenBack:
    """What a hire's end did: events that wait again, and rows of files that must be loaded again."""

    hires: int = 0
    events_waiting: int = 0
    rows_of_files: int = 0


def make_hires(session: Session) -> int:
    """Makes the hires that links to employees lack, lets the others follow their employee; answers how many changed.

    A link whose candidate accepted no offer yet has no hire; it gets one when this runs after the offer came. Needs
    the intake's role.
    """
    due = session.scalars(_DUE).all()
    return len(session.execute(_MAKE, {"links": list(due)}).all()) if due else 0


def take_back(session: Session, employee_id: uuid.UUID) -> TakenBack:
    """Deletes the hire that a link made for the employee, and lets what hangs on it wait for another."""
    hire = session.execute(_OF_EMPLOYEE, {"employee": employee_id}).scalar_one_or_none()
    if hire is None:
        return TakenBack()
    waiting, rows = 0, 0
    for table, key in _HANGING:
        found = session.scalars(text(f"DELETE FROM hr.{table} WHERE hire_id = :hire RETURNING {key}"), {"hire": hire})  # noqa: S608
        gone = list(found)
        events = _let_wait(session, table, gone)
        waiting, rows = waiting + events, rows + len(gone) - events
    session.execute(text("DELETE FROM hr.hire WHERE hire_id = :hire"), {"hire": hire})
    return TakenBack(hires=1, events_waiting=waiting, rows_of_files=rows)


def _let_wait(session: Session, table: str, keys: Sequence[uuid.UUID]) -> int:
    """The events that brought these records are handled again; answers how many records have such an event."""
    forget = text(
        "DELETE FROM landing.record_version WHERE table_name = :table AND record_key = ANY(:keys)"
        " AND inbox_id IS NOT NULL RETURNING inbox_id"
    )
    events = session.scalars(forget, {"table": table, "keys": list(keys)}).all()
    session.execute(
        text("UPDATE landing.inbox SET handled_at = NULL WHERE inbox_id = ANY(:ids)"),
        {"ids": sorted(set(events))},
    )
    if events:
        session.execute(text("SELECT pg_notify(:channel, '')"), {"channel": CHANNEL})
    return len(events)

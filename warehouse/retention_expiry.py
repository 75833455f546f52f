"""Who is past every keep rule: people whose last record is old enough, none of them held, employed or in process.

Which rules hold is the caller's: they are dated data of the policies. A person counts by the latest day on which
anything happened to them, so that no minimum that still runs is cut short, and by when we learned of them where nothing
is known to have happened.
"""

import datetime as dt
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field

from sqlalchemy import text
from sqlalchemy.orm import Session

from warehouse.access import Permission, Principal
from warehouse.postgres import DatabaseRole, unit_of_work
from warehouse.retention import Elsewhere, Report, erase_all
from warehouse.retention_holds import held
from warehouse.retention_person import closure
from warehouse.settings import Settings

KeepUntil = Callable[[dt.date], dt.date]
"""The last day on which records must be kept whose period began on a day."""

_LAST = """
SELECT c.candidate_id, coalesce(greatest(max(c.event_time), max(a.applied_at), max(a.withdrawn_at),
    max(a.rejected_at), max(e.entered_at), max(e.left_at), max(i.interviewed_at), max(r.rated_at), max(o.offered_at),
    max(o.accepted_at), max(o.declined_at), max(h.started_on)::timestamptz, max(h.left_on)::timestamptz,
    max(p.reviewed_on)::timestamptz), max(c.loaded_at))::date AS last_on,
  coalesce(bool_or(h.hire_id IS NOT NULL AND h.left_on IS NULL), false) AS is_employed
FROM hr.candidate c LEFT JOIN hr.application a USING (candidate_id)
  LEFT JOIN hr.stage_event e USING (application_id) LEFT JOIN hr.ai_interview i USING (application_id)
  LEFT JOIN hr.re_interview r USING (application_id) LEFT JOIN hr.offer o USING (application_id)
  LEFT JOIN hr.hire h USING (application_id) LEFT JOIN hr.performance_review p USING (hire_id)
GROUP BY c.candidate_id
"""
_EMPLOYED = "SELECT employee_id FROM hr.employee WHERE left_on IS NULL"


@dataclass(frozen=True, slots=True, kw_only=True)
class Expired:
    """Candidates past every rule, by person; how many more are past it and held, or employed still."""

    candidates: tuple[uuid.UUID, ...] = field(repr=False)
    people: int
    held: int
    employed: int


def expired(settings: Settings, principal: Principal, *, keep_until: KeepUntil, on: dt.date) -> Expired:
    """Whose records no rule asks to keep any more on a day. Needs ERASE_PEOPLE."""
    principal.require(Permission.ERASE_PEOPLE)
    with unit_of_work(settings, principal, DatabaseRole.RETENTION) as session:
        return _expired(session, keep_until, on)


def expire(
    settings: Settings, principal: Principal, found: Expired, *, reason: str, elsewhere: Elsewhere
) -> Report | None:
    """Erases them all with one tombstone; None where nobody is past the rules."""
    if not found.candidates:
        return None
    return erase_all(
        settings, principal, list(found.candidates), people=found.people, reason=reason, elsewhere=elsewhere
    )


def _expired(session: Session, keep_until: KeepUntil, on: dt.date) -> Expired:
    rows = session.execute(text(_LAST)).all()
    last = {row.candidate_id: row.last_on for row in rows}
    working = {row.candidate_id for row in rows if row.is_employed}
    staff = frozenset(session.scalars(text(_EMPLOYED)))
    due = {one for one, day in last.items() if day is not None and keep_until(day) < on}
    under_hold = held(session, on=on)
    chosen: set[uuid.UUID] = set()
    counts = {"people": 0, "held": 0, "employed": 0}
    for person, employees in _people(session, due):
        if not person <= due:
            continue
        state = "held" if person & under_hold else "employed" if person & working or employees & staff else "people"
        counts[state] += 1
        chosen |= person if state == "people" else set()
    return Expired(candidates=tuple(sorted(chosen)), **counts)


def _people(session: Session, due: set[uuid.UUID]) -> list[tuple[frozenset[uuid.UUID], frozenset[uuid.UUID]]]:
    """Candidates and employees of each person who is among those due."""
    linked = closure(session, sorted(due)) if due else {"candidate": frozenset[uuid.UUID](), "employee": frozenset()}
    alone = len(linked["candidate"]) == len(due) and not linked["employee"]
    if alone and not session.scalar(text("SELECT EXISTS (SELECT 1 FROM hr.identity_link WHERE state = 'linked')")):
        return [(frozenset({one}), frozenset[uuid.UUID]()) for one in sorted(due)]
    people, seen = [], set[uuid.UUID]()
    for one in sorted(due):
        if one not in seen:
            keys = closure(session, [one])
            seen |= keys["candidate"]
            people.append((keys["candidate"], keys["employee"]))
    return people

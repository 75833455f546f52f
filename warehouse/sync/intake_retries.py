"""Refused events whose reason has gone: those that waited for a record which is there now go back into the queue."""

from sqlalchemy import text
from sqlalchemy.orm import Session

from warehouse.files.targets import TABLES, target

_KEYS = {"ai_interview": "interview_id"}


def requeue(session: Session, tried: frozenset[int] = frozenset()) -> frozenset[int]:
    """Lets the events wait again that were refused for nothing but missing records which are all there now.

    Answers their inbox ids. Those in `tried` stay: they had their turn.
    """
    found = session.scalars(text(_ARRIVED), {"tried": sorted(tried)}).all()
    if found:
        session.execute(
            text("UPDATE landing.inbox SET handled_at = NULL WHERE inbox_id = ANY(:ids)"), {"ids": list(found)}
        )
    return frozenset(found)


def _is_there() -> str:
    tests = " ".join(
        f"WHEN '{table}' THEN EXISTS (SELECT 1 FROM {target(table).name} t"  # noqa: S608 - names of our own tables
        f" WHERE t.{_KEYS.get(table, target(table).key)} = q.waits_for)"
        for table in TABLES
    )
    return f"CASE q.waits_in {tests} ELSE false END"


_ARRIVED = (
    "SELECT inbox_id FROM landing.quarantine q WHERE q.status = 'open' AND inbox_id IN"  # noqa: S608
    " (SELECT inbox_id FROM landing.quarantine WHERE status = 'open' AND waits_for IS NOT NULL)"
    f" AND inbox_id <> ALL(:tried) GROUP BY inbox_id HAVING bool_and({_is_there()})"
)

"""When evidence was made: lines of the audit log by their action, and the newest decision of each model.

Days and names only; who did it and every other detail stay in the log.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from warehouse import postgres
from warehouse.access import Permission, Principal
from warehouse.settings import Settings
from warehouse.tables.governance import AuditLog, Decision, Release


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedLine:
    """One line of the audit log: what was done, to what, when, and its details."""

    action: str
    subject: str
    at: dt.datetime
    detail: Mapping[str, object]


def logged(
    settings: Settings, principal: Principal, actions: Sequence[str], *, until: dt.datetime | None = None
) -> tuple[LoggedLine, ...]:
    """The lines of these actions up to a moment, oldest first. Needs READ_MODELS."""
    principal.require(Permission.READ_MODELS)
    statement = select(AuditLog).where(AuditLog.action.in_(actions)).order_by(AuditLog.position)
    if until is not None:
        statement = statement.where(AuditLog.happened_at <= until)
    with postgres.unit_of_work(settings, principal) as session:
        return tuple(
            LoggedLine(action=row.action, subject=row.subject, at=row.happened_at, detail=row.detail)
            for row in session.scalars(statement)
        )


def last_decisions(
    settings: Settings, principal: Principal, *, until: dt.datetime | None = None
) -> Mapping[str, dt.datetime]:
    """When each model gave its newest decision up to a moment, by the model's name. Needs READ_MODELS."""
    principal.require(Permission.READ_MODELS)
    statement = (
        select(Release.model_name, func.max(Decision.decided_at))
        .join(Release, Decision.release_id == Release.release_id)
        .group_by(Release.model_name)
    )
    if until is not None:
        statement = statement.where(Decision.decided_at <= until)
    with postgres.unit_of_work(settings, principal) as session:
        return {name: moment for name, moment in session.execute(statement).all() if moment is not None}

"""Conditions that came true, for people: raised once, acknowledged, explained, closed.

A condition that ceases clears its alert. What nobody had acknowledged by then closes by itself, with that as its cause;
what somebody took up stays until a person says why it happened. Rules say what is an alert for whom.

Errors:

  AlertError
    UnknownAlert    no open alert of that id
"""

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from warehouse import audit_log
from warehouse.access import Permission, Principal
from warehouse.postgres import unit_of_work
from warehouse.settings import Settings
from warehouse.sync import outbox_causes
from warehouse.tables.app import Alert

CLEARED = "the condition ceased by itself"


class AlertError(RuntimeError):
    """An alert cannot be handled as asked."""


class UnknownAlert(AlertError):
    """No open alert of that id."""

    def __init__(self, alert_id: uuid.UUID) -> None:
        """`alert_id` was asked for."""
        super().__init__(f"{alert_id}: there is no such open alert; `hiregate alert list` shows them")


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """Something true now: `kind` is a stable code, `subject` what it is about; `en` and `zh` say it in a sentence."""

    kind: str
    subject: str
    verdict: str
    en: str
    zh: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertLine:
    """One alert as a list shows it."""

    alert_id: uuid.UUID
    kind: str
    subject: str
    verdict: str
    en: str
    zh: str
    raised_at: dt.datetime
    acknowledged_by: str | None
    acknowledged_at: dt.datetime | None
    cleared_at: dt.datetime | None
    cause: str | None
    closed_by: str | None
    closed_at: dt.datetime | None


def follow(settings: Settings, by: Principal, conditions: list[Condition], *, kinds: frozenset[str]) -> list[Condition]:
    """Brings the open alerts of `kinds` up to what is true now, and answers those newly raised."""
    now = dt.datetime.now(dt.UTC)
    true = {(one.kind, one.subject): one for one in conditions if one.kind in kinds}
    with unit_of_work(settings, by) as session:
        open_ = session.scalars(select(Alert).where(Alert.closed_at.is_(None), Alert.kind.in_(kinds))).all()
        for alert in open_:
            found = true.pop((alert.kind, alert.subject), None)
            if found is None:
                _clear(alert, now)
            else:
                alert.cleared_at = None
                alert.verdict, alert.detail = found.verdict, _detail(found)
        return [one for one in true.values() if _raise(session, settings, one)]


def _clear(alert: Alert, now: dt.datetime) -> None:
    alert.cleared_at = alert.cleared_at or now
    if alert.acknowledged_at is None:
        alert.closed_at, alert.cause = now, CLEARED


def _raise(session: Session, settings: Settings, one: Condition) -> bool:
    """Whether it was raised now; then whoever the rules name hears of it, in the same transaction."""
    row = {
        "alert_id": uuid.uuid4(),
        "kind": one.kind,
        "subject": one.subject,
        "verdict": one.verdict,
        "detail": _detail(one),
    }
    statement = insert(Alert).values(**row).on_conflict_do_nothing().returning(Alert.alert_id)
    alert_id = session.scalar(statement)
    if alert_id is None:
        return False
    outbox_causes.alert_raised(
        session, settings, alert_id, kind=one.kind, about=one.subject, verdict=one.verdict, en=one.en, zh=one.zh
    )
    return True


def _detail(one: Condition) -> dict[str, object]:
    return {"en": one.en, "zh": one.zh}


def alerts(
    settings: Settings, principal: Principal, *, is_open: bool = True, limit: int = 200
) -> tuple[AlertLine, ...]:
    """The open alerts, or those closed, the newest first. Needs READ_LOADS."""
    principal.require(Permission.READ_LOADS)
    chosen = Alert.closed_at.is_(None) if is_open else Alert.closed_at.is_not(None)
    statement = select(Alert).where(chosen).order_by(Alert.raised_at.desc()).limit(limit)
    with unit_of_work(settings, principal) as session:
        return tuple(_line(alert) for alert in session.scalars(statement))


def acknowledge(settings: Settings, principal: Principal, alert_id: uuid.UUID) -> None:
    """Takes an alert up. Needs HANDLE_ALERTS; raises UnknownAlert."""
    changed: Mapping[str, object] = {"acknowledged_by": principal.id, "acknowledged_at": dt.datetime.now(dt.UTC)}
    _change(settings, principal, alert_id, "alert_acknowledged", changed)


def close(settings: Settings, principal: Principal, alert_id: uuid.UUID, cause: str) -> None:
    """Closes an alert with its cause. Needs HANDLE_ALERTS; raises UnknownAlert, and AlertError without a cause."""
    if not cause.strip():
        raise AlertError("a cause is needed to close an alert: say why it happened")
    changed = {"closed_by": principal.id, "closed_at": dt.datetime.now(dt.UTC), "cause": cause.strip()}
    _change(settings, principal, alert_id, "alert_closed", changed)


def _change(
    settings: Settings, principal: Principal, alert_id: uuid.UUID, action: str, changed: Mapping[str, object]
) -> None:
    principal.require(Permission.HANDLE_ALERTS)
    statement = (
        update(Alert)
        .where(Alert.alert_id == alert_id, Alert.closed_at.is_(None))
        .values(**changed)
        .returning(Alert.kind)
    )
    with unit_of_work(settings, principal) as session:
        kind = session.execute(statement).scalar_one_or_none()
        if kind is None:
            raise UnknownAlert(alert_id)
        audit_log.append(session, actor=principal.id, action=action, subject=str(alert_id), detail={"kind": kind})


def _line(alert: Alert) -> AlertLine:
    return AlertLine(
        alert_id=alert.alert_id,
        kind=alert.kind,
        subject=alert.subject,
        verdict=alert.verdict,
        en=str(alert.detail.get("en", "")),
        zh=str(alert.detail.get("zh", "")),
        raised_at=alert.raised_at,
        acknowledged_by=alert.acknowledged_by,
        acknowledged_at=alert.acknowledged_at,
        cleared_at=alert.cleared_at,
        cause=alert.cause,
        closed_by=alert.closed_by,
        closed_at=alert.closed_at,
    )

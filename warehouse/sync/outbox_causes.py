"""What makes messages: interviews that were completed, stages decided, offers accepted, hires, scores, alerts.

`follow` is called at the end of a transaction that wrote records and queues, in that same transaction, what the rules
ask for about the rows it wrote. Without rules it costs a look at a file's time. A cause older than the rule allows
makes no message, so that a file of past years writes to nobody.
"""

import contextlib
import datetime as dt
import logging
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import text
from sqlalchemy.orm import Session

from warehouse.postgres import DatabaseRole
from warehouse.settings import Settings
from warehouse.sync.notify_config import Notifications, Rule, notifications
from warehouse.sync.outbox import SERVICE, Draft, enqueue
from warehouse.sync.outbox_errors import OutboxError
from warehouse.sync.push import MessageKind
from warehouse.sync.sources import SourceError

_LOG = logging.getLogger(__name__)

RECORDED = ("ai_interview_complete", "stage_decided", "offer_accepted", "hire_recorded")
"""The causes that records tell of by themselves."""

_OF_APPLICATION = (
    "a.application_id::text AS application_id, a.source, a.source_record_id,"
    " EXISTS (SELECT 1 FROM landing.load g WHERE g.source = a.source AND g.is_generated) AS is_generated"
)
_RECORDS = {
    "ai_interview_complete": "SELECT DISTINCT ON (x.interview_id) 'ai_interview:' || x.interview_id AS key,"
    " x.interviewed_at AS at, NULL AS stage, NULL AS outcome, {application}"
    " FROM hr.ai_interview x JOIN hr.application a USING (application_id)"
    " WHERE {since} AND x.is_current AND x.interviewed_at >= :oldest",
    "stage_decided": "SELECT 'stage_event:' || x.stage_event_id || ':' || x.outcome AS key,"
    " coalesce(x.left_at, x.entered_at) AS at, x.stage, x.outcome, {application}"
    " FROM hr.stage_event x JOIN hr.application a USING (application_id)"
    " WHERE {since} AND x.outcome <> 'pending' AND coalesce(x.left_at, x.entered_at) >= :oldest",
    "offer_accepted": "SELECT 'offer:' || x.offer_id AS key, x.accepted_at AS at, NULL AS stage,"
    " NULL AS outcome, {application} FROM hr.offer x JOIN hr.application a USING (application_id)"
    " WHERE {since} AND x.accepted_at >= :oldest",
    "hire_recorded": "SELECT 'hire:' || x.hire_id AS key, x.started_on::timestamp AT TIME ZONE 'UTC' AS at,"
    " NULL AS stage, NULL AS outcome, {application} FROM hr.hire x JOIN hr.application a USING (application_id)"
    " WHERE {since} AND x.started_on >= CAST(:oldest AS date)",
}
_JUST_NOW = "x.changed_xid = pg_current_xact_id()"
_SINCE = "x.loaded_at >= :since"
_DAY_OF = {
    "ai_interview_complete": "interviewed_on",
    "stage_decided": "decided_on",
    "offer_accepted": "accepted_on",
    "hire_recorded": "starts_on",
}
_TYPES = {
    "ai_interview_complete": "talent.interview.completed.v1",
    "stage_decided": "talent.application.stage_changed.v1",
    "offer_accepted": "talent.offer.accepted.v1",
    "hire_recorded": "talent.hire.recorded.v1",
    "score_given": "talent.assessment.scored.v1",
    "alert_raised": "hiregate.alert.raised.v1",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """Something that happened. `key` tells it from every other; `facts` hold what rules ask for and templates say.

    `source` and `external_id` are those of the application, where it is about one.
    """

    when: str
    key: str
    at: dt.datetime
    facts: Mapping[str, object] = field(default_factory=dict)
    application_id: str | None = None
    source: str | None = None
    external_id: str | None = None
    created_by: str = SERVICE
    is_generated: bool = False


def follow(session: Session, settings: Settings) -> int:
    """Queues what the rules ask for about the rows that this transaction wrote, and answers how many were new.

    A file or a target that cannot be used stops no record: it is logged, and `catch_up` queues what was missed.
    """
    try:
        said = notifications(settings)
        return _queued(session, settings, said, _JUST_NOW, {}) if said.rules else 0
    except (OutboxError, SourceError) as error:
        _LOG.error("no message was queued: %s; mend it and run `hiregate outbox catch-up`", error)
        return 0


def catch_up(session: Session, settings: Settings, since: dt.datetime) -> int:
    """The same for everything loaded since a moment; what was queued before is not queued again.

    Raises NotificationsInvalid.
    """
    return _queued(session, settings, notifications(settings), _SINCE, {"since": since})


def happened(session: Session, settings: Settings, cause: Cause) -> int:
    """Queues what the rules ask for about one cause that no record tells of, as a score or an alert.

    A file or a target that cannot be used stops neither: it is logged.
    """
    try:
        rules = [rule for rule in notifications(settings).rules if rule.when == cause.when]
        return enqueue(session, settings, _drafts(rules, [cause], dt.datetime.now(dt.UTC)))
    except (OutboxError, SourceError) as error:
        _LOG.error("no message was queued about %s: %s", cause.key, error)
        return 0


def score_given(session: Session, settings: Settings, score: Mapping[str, object], of: Cause) -> int:
    """Queues a score for the application's own source: `score` is the payload of a `score` message without its id."""
    facts = {**of.facts, **score, "external_id": of.external_id}
    return happened(session, settings, _with(of, facts))


def alert_raised(
    session: Session, settings: Settings, alert_id: uuid.UUID, *, kind: str, about: str, verdict: str, en: str, zh: str
) -> int:
    """Queues the notices of an alert; its sentence holds no personal value."""
    facts = {"alert": {"en": en, "zh": zh}, "alert_kind": kind, "verdict": verdict, "about": about}
    cause = Cause(when="alert_raised", key=f"alert:{alert_id}", at=dt.datetime.now(dt.UTC), facts=facts)
    return happened(session, settings, cause)


def _with(cause: Cause, facts: Mapping[str, object]) -> Cause:
    return Cause(
        when=cause.when,
        key=cause.key,
        at=cause.at,
        facts=facts,
        application_id=cause.application_id,
        source=cause.source,
        external_id=cause.external_id,
        created_by=cause.created_by,
        is_generated=cause.is_generated,
    )


def _queued(session: Session, settings: Settings, said: Notifications, since: str, values: Mapping[str, object]) -> int:
    now = dt.datetime.now(dt.UTC)
    drafts: list[Draft] = []
    for when in RECORDED:
        rules = [rule for rule in said.rules if rule.when == when]
        if rules:
            oldest = now - max(rule.max_age for rule in rules)
            drafts += _drafts(rules, _recorded(session, when, since, {**values, "oldest": oldest}), now)
    return enqueue(session, settings, drafts)


def _recorded(session: Session, when: str, since: str, values: Mapping[str, object]) -> list[Cause]:
    query = _RECORDS[when].format(since=since, application=_OF_APPLICATION)
    with _as_intake(session):
        rows = session.execute(text(query), values).all()
    return [
        Cause(
            when=when,
            key=row.key,
            at=row.at,
            facts={
                _DAY_OF[when]: _said(when, row.at),
                "stage": row.stage,
                "outcome": row.outcome,
                "source": row.source,
                "application": row.source_record_id,
            },
            application_id=row.application_id,
            source=row.source,
            external_id=row.source_record_id,
            is_generated=row.is_generated,
        )
        for row in rows
    ]


def _said(when: str, at: dt.datetime) -> str:
    """The moment, or the day alone where the records know no more: no zone may shift it."""
    return at.astimezone(dt.UTC).date().isoformat() if when == "hire_recorded" else at.isoformat()


@contextlib.contextmanager
def _as_intake(session: Session) -> Iterator[None]:
    """The intake's role, which reads every application; afterwards the role that was before."""
    before = session.execute(text("SELECT current_setting('role')")).scalar_one()
    assume = text("SELECT set_config('role', :role, true)")
    session.execute(assume, {"role": DatabaseRole.INTAKE.value})
    yield
    session.execute(assume, {"role": before})


def _drafts(rules: Sequence[Rule], causes: Sequence[Cause], now: dt.datetime) -> list[Draft]:
    return [
        _draft(rule, cause)
        for cause in causes
        for rule in rules
        if now - cause.at <= rule.max_age and rule.takes(cause.facts) and _is_known_there(rule, cause)
    ]


def _is_known_there(rule: Rule, cause: Cause) -> bool:
    """A result goes back only to the source that the application came from; another does not know it."""
    is_push = rule.kind not in {MessageKind.NOTIFICATION, MessageKind.WEBHOOK}
    return not is_push or (cause.source == rule.target and cause.external_id is not None)


def _draft(rule: Rule, cause: Cause) -> Draft:
    name = rule.template or rule.type or rule.to or rule.kind.value
    return Draft(
        target=rule.target,
        kind=rule.kind,
        subject=f"application:{cause.application_id}" if cause.application_id else None,
        idempotency_key=f"{name}:{cause.key}",
        payload=_payload(rule, cause),
        created_by=cause.created_by,
        is_generated=cause.is_generated,
    )


def _payload(rule: Rule, cause: Cause) -> dict[str, object]:
    facts = {name: value for name, value in cause.facts.items() if value is not None}
    about = {"application_id": cause.application_id} if cause.application_id else {}
    if rule.kind is MessageKind.NOTIFICATION:
        return {"template": rule.template, "cause": cause.when, **about, "facts": facts}
    if rule.kind is MessageKind.WEBHOOK:
        return {"type": rule.type or _TYPES[cause.when], "at": cause.at.isoformat(), **about, "data": facts}
    if rule.kind is MessageKind.STAGE_MOVE:
        return {"external_id": cause.external_id, "to": rule.to, "because": cause.key}
    if rule.kind is MessageKind.SCORE:
        return {**facts, "external_id": cause.external_id}
    return {"external_id": cause.external_id, "at": cause.at.isoformat(), **facts}

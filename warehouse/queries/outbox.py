"""Where messages out stand: counts by target and state, and the targets that take none. Needs READ_LOADS."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import and_, case, func, select

from warehouse import postgres
from warehouse.access import Permission, Principal
from warehouse.settings import Settings
from warehouse.tables.landing import Outbox, OutboxTarget

DRY_RUN, WAITS = "dry_run", "waits"
STATES = (WAITS, "pending", "failed", "sent", "confirmed", "dead", DRY_RUN)
"""The states of a message as people see them: `waits` is for a person's release, a dry run is never sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageCount:
    """Messages of one target in one of `STATES`."""

    target: str
    state: str
    messages: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DisabledTarget:
    """A target that wants no more messages, since when and why; `held_back` messages wait for it."""

    target: str
    since: dt.datetime
    because: str
    held_back: int


def message_counts(settings: Settings, principal: Principal) -> tuple[MessageCount, ...]:
    """All messages by target and state."""
    principal.require(Permission.READ_LOADS)
    waits = and_(Outbox.needs_person, Outbox.released_by.is_(None), Outbox.state == "pending")
    state = case((Outbox.is_dry_run, DRY_RUN), (waits, WAITS), else_=Outbox.state).label("standing")
    counted = select(Outbox.target, state, Outbox.outbox_id).subquery()
    keys = (counted.c.target, counted.c.standing)
    statement = select(*keys, func.count()).group_by(*keys).order_by(*keys)
    with postgres.unit_of_work(settings, principal) as session:
        return tuple(
            MessageCount(target=target, state=standing, messages=count)
            for target, standing, count in session.execute(statement)
        )


def disabled_targets(settings: Settings, principal: Principal) -> tuple[DisabledTarget, ...]:
    """The targets to which nothing is sent until somebody enables them."""
    principal.require(Permission.READ_LOADS)
    due = and_(Outbox.target == OutboxTarget.target, Outbox.state.in_(("pending", "failed")), ~Outbox.is_dry_run)
    statement = (
        select(
            OutboxTarget.target, OutboxTarget.disabled_at, OutboxTarget.disabled_because, func.count(Outbox.outbox_id)
        )
        .outerjoin(Outbox, due)
        .where(OutboxTarget.disabled_at.is_not(None))
        .group_by(OutboxTarget.target)
        .order_by(OutboxTarget.target)
    )
    with postgres.unit_of_work(settings, principal) as session:
        return tuple(
            DisabledTarget(target=target, since=since, because=because or "", held_back=count)
            for target, since, because, count in session.execute(statement)
            if since is not None
        )

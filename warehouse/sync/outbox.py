"""Messages out: queued in the transaction of what caused them, once a target and idempotency key.

What is queued is sent later by `warehouse.sync.outbox_delivery`. A message for a target that runs dry, or about
generated records, is kept to be looked at and never sent. A stage move waits until a person who did not make it lets it
out.
"""

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import and_, not_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from warehouse import audit_log
from warehouse.access import AccessDenied, Permission, Principal
from warehouse.postgres import unit_of_work
from warehouse.settings import Settings
from warehouse.sync import outbox_targets
from warehouse.sync.outbox_errors import NotReleasable, NotSettled, UnknownMessage
from warehouse.sync.push import MessageKind
from warehouse.tables.landing import Outbox, OutboxTarget

SERVICE = "service:outbox"
"""The maker of messages that a rule queued."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A message to queue. `payload` names records by key and holds nothing personal.

    `created_by` is the identity that decided it. `is_generated` marks records of a demo, about which nothing is sent.
    """

    target: str
    kind: MessageKind
    idempotency_key: str
    payload: Mapping[str, object]
    created_by: str = SERVICE
    subject: str | None = None
    needs_person: bool = False
    is_generated: bool = False


def enqueue(session: Session, settings: Settings, drafts: Sequence[Draft]) -> int:
    """Queues messages within the session's transaction and answers how many were new; a repeated one changes nothing.

    The session is in the role of the application or of the intake. Raises UnknownTarget.
    """
    if not drafts:
        return 0
    live = {name: outbox_targets.is_live(settings, name) for name in {draft.target for draft in drafts}}
    now = dt.datetime.now(dt.UTC)
    rows = [_row(draft, is_dry_run=draft.is_generated or not live[draft.target], now=now) for draft in drafts]
    statement = insert(Outbox).on_conflict_do_nothing(index_elements=["target", "idempotency_key"])
    return len(session.scalars(statement.returning(Outbox.outbox_id), rows).all())


def _row(draft: Draft, *, is_dry_run: bool, now: dt.datetime) -> dict[str, object]:
    needs_person = draft.needs_person or draft.kind is MessageKind.STAGE_MOVE
    return {
        "target": draft.target,
        "kind": draft.kind.value,
        "subject": draft.subject,
        "idempotency_key": draft.idempotency_key,
        "payload": dict(draft.payload),
        "is_dry_run": is_dry_run,
        "needs_person": needs_person,
        "next_attempt_at": None if is_dry_run or needs_person else now,
        "created_by": draft.created_by,
        "created_at": now,
    }


def release(settings: Settings, principal: Principal, outbox_id: int) -> None:
    """Lets a message out that waits for a person. Raises NotReleasable, also for the one who made it."""
    principal.require(Permission.RELEASE_MESSAGES)
    with unit_of_work(settings, principal) as session:
        row = _locked(session, outbox_id)
        _require_releasable(row, principal)
        row.released_by = principal.id
        row.released_at = row.next_attempt_at = dt.datetime.now(dt.UTC)
        session.flush()
        _log(session, principal, "message_released", row)


def _require_releasable(row: Outbox, principal: Principal) -> None:
    if not row.needs_person or row.state != "pending" or row.released_by is not None:
        raise NotReleasable(f"message {row.outbox_id} does not wait for a release; it is {row.state}")
    if row.is_dry_run:
        raise NotReleasable(f"message {row.outbox_id} was worked out in a dry run of {row.target}; it is never sent")
    if row.created_by == principal.id:
        raise NotReleasable(f"message {row.outbox_id} was made by {principal.id}; another person must let it out")


def retry(settings: Settings, principal: Principal, outbox_id: int) -> None:
    """Makes a failed or dead message due at once, with its attempts again.

    Raises NotSettled, also while the message is being sent: its sender's result says whether there is need. One earlier
    attempt stays counted: it may have arrived, so the pusher still looks before it writes.
    """
    principal.require(Permission.RUN_SYNC)
    with unit_of_work(settings, principal) as session:
        row = _locked(session, outbox_id)
        if row.state not in {"failed", "dead"} or row.is_dry_run:
            raise NotSettled(f"message {outbox_id} is {_state(row)}; only a failed or dead one is tried again")
        _require_unclaimed(row)
        waits = row.needs_person and row.released_by is None
        row.state, row.attempts = "pending", min(row.attempts, 1)
        row.next_attempt_at = None if waits else dt.datetime.now(dt.UTC)
        session.flush()
        _log(session, principal, "message_retried", row)


def _require_unclaimed(row: Outbox) -> None:
    now = dt.datetime.now(dt.UTC)
    if row.claimed_until is not None and row.claimed_until > now:
        wait = math.ceil((row.claimed_until - now).total_seconds())
        raise NotSettled(
            f"message {row.outbox_id} is being sent at this moment; wait for its result, or {wait} s if there is none"
        )


def give_up(settings: Settings, principal: Principal, outbox_id: int) -> None:
    """Ends a message that was not sent; it stays as a row. Raises NotSettled."""
    if not principal.may(Permission.RELEASE_MESSAGES):
        principal.require(Permission.RUN_SYNC)
    with unit_of_work(settings, principal) as session:
        row = _locked(session, outbox_id)
        if row.state not in {"pending", "failed"}:
            raise NotSettled(f"message {outbox_id} is {_state(row)}; only a pending or failed one is given up")
        row.state, row.next_attempt_at, row.error_code = "dead", None, "given_up"
        session.flush()
        _log(session, principal, "message_given_up", row)


def enable(settings: Settings, principal: Principal, target: str) -> bool:
    """Sends to a target again that had asked for no more; answers whether it had."""
    principal.require(Permission.RUN_SYNC)
    with unit_of_work(settings, principal) as session:
        row = session.get(OutboxTarget, target, with_for_update=True)
        if row is None or row.disabled_at is None:
            return False
        row.disabled_at = row.disabled_because = row.slow_until = None
        session.flush()
        audit_log.append(session, actor=principal.id, action="target_enabled", subject=f"target:{target}")
        return True


def _locked(session: Session, outbox_id: int) -> Outbox:
    row = session.get(Outbox, outbox_id, with_for_update=True)
    if row is None:
        raise UnknownMessage(outbox_id)
    return row


def _state(row: Outbox) -> str:
    return "a dry run" if row.is_dry_run else row.state


def _log(session: Session, principal: Principal, action: str, row: Outbox) -> None:
    audit_log.append(
        session,
        actor=principal.id,
        action=action,
        subject=f"message:{row.outbox_id}",
        detail={"target": row.target, "kind": row.kind},
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One message as a list shows it; the payload names records by key."""

    outbox_id: int
    target: str
    kind: str
    subject: str | None
    idempotency_key: str
    state: str
    is_dry_run: bool
    needs_person: bool
    released_by: str | None
    attempts: int
    next_attempt_at: dt.datetime | None
    sent_at: dt.datetime | None
    confirmed_at: dt.datetime | None
    receipt: str | None
    error_code: str | None
    error: str | None
    created_by: str
    created_at: dt.datetime
    payload: Mapping[str, object]

    @property
    def waits_for_release(self) -> bool:
        """Whether a person still has to let it out."""
        return self.needs_person and self.released_by is None and self.state == "pending" and not self.is_dry_run


_WAITS = and_(Outbox.needs_person, Outbox.released_by.is_(None), Outbox.state == "pending", ~Outbox.is_dry_run)


def lines(
    settings: Settings,
    principal: Principal,
    *,
    target: str | None = None,
    state: str | None = None,
    waiting: bool | None = None,
    dry_run: bool | None = None,
    most: int = 200,
) -> list[Line]:
    """The newest messages. Needs READ_LOADS or the release.

    `waiting` lists only those that a person has to let out, or only the others; `dry_run` only what is never sent, or
    only the rest.
    """
    _require_reading(principal)
    query = select(Outbox).order_by(Outbox.outbox_id.desc()).limit(most)
    query = query.where(Outbox.target == target) if target else query
    query = query.where(Outbox.state == state) if state else query
    query = query if dry_run is None else query.where(Outbox.is_dry_run == dry_run)
    query = query if waiting is None else query.where(_WAITS if waiting else not_(_WAITS))
    with unit_of_work(settings, principal) as session:
        return [_line(row) for row in session.scalars(query)]


def line(settings: Settings, principal: Principal, outbox_id: int) -> Line:
    """One message. Raises UnknownMessage."""
    _require_reading(principal)
    with unit_of_work(settings, principal) as session:
        row = session.get(Outbox, outbox_id)
        if row is None:
            raise UnknownMessage(outbox_id)
        return _line(row)


def _require_reading(principal: Principal) -> None:
    if not (principal.may(Permission.READ_LOADS) or principal.may(Permission.RELEASE_MESSAGES)):
        raise AccessDenied(principal, Permission.READ_LOADS)


def _line(row: Outbox) -> Line:
    names = (
        "outbox_id", "target", "kind", "subject", "idempotency_key", "state", "is_dry_run", "needs_person",
        "released_by", "attempts", "next_attempt_at", "sent_at", "confirmed_at", "receipt", "error_code", "error",
        "created_by", "created_at", "payload",
    )  # fmt: skip
    return Line(**{name: getattr(row, name) for name in names})

"""Who sends a message now: a claim that ends, renewed for as long as its sender works.

A claim counts the attempt. Nobody else takes a claimed message, and nobody makes it due, before the claim ends: with
the sender's result, or a while after a sender that was killed.
"""

import contextlib
import datetime as dt
import logging
import threading
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Row, text
from sqlalchemy.exc import SQLAlchemyError

from warehouse import postgres
from warehouse.postgres import DatabaseRole
from warehouse.settings import Settings
from warehouse.sync.outbox_subject import SENDER
from warehouse.sync.push import Message, MessageKind

CLAIM_S = 300.0
"""Seconds after which a message of a killed sender is sent again."""

RENEW_S = 60.0
"""Seconds between the renewals of a claim whose sender still works."""

_LOG = logging.getLogger(__name__)

_DUE = """
  FROM landing.outbox d LEFT JOIN landing.outbox_target t USING (target)
  WHERE d.next_attempt_at <= :now AND d.state IN ('pending', 'failed') AND NOT d.is_dry_run
    AND (d.claimed_until IS NULL OR d.claimed_until <= :now)
    AND (NOT d.needs_person OR d.released_by IS NOT NULL)
    AND t.disabled_at IS NULL AND (t.slow_until IS NULL OR t.slow_until <= :now)
    AND (d.kind IN ('notification', 'webhook') OR NOT EXISTS (
      SELECT 1 FROM landing.outbox e
      WHERE e.target = d.target AND e.subject = d.subject AND e.kind = d.kind AND e.outbox_id < d.outbox_id
        AND e.state IN ('pending', 'failed') AND NOT e.is_dry_run))
"""
_TARGETS = text(f"SELECT DISTINCT d.target {_DUE} ORDER BY 1")
_CLAIM = text(
    "UPDATE landing.outbox o"  # noqa: S608 - a constant
    " SET attempts = o.attempts + 1, next_attempt_at = :until, claim = :claim, claimed_until = :until"
    f" FROM (SELECT d.outbox_id {_DUE} AND d.target = :target ORDER BY d.outbox_id LIMIT :most"
    "  FOR UPDATE OF d SKIP LOCKED) due WHERE o.outbox_id = due.outbox_id"
    " RETURNING o.outbox_id, o.target, o.kind, o.subject, o.payload, o.attempts, o.idempotency_key"
)
_RENEW = text(
    "UPDATE landing.outbox SET claimed_until = :until,"
    " next_attempt_at = CASE WHEN next_attempt_at IS NULL THEN NULL ELSE :until END WHERE claim = :claim"
    " AND outbox_id = ANY(:ids)"
)

Clock = Callable[[], dt.datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """Messages of one target, the oldest first, that belong to one sender until the claim ends."""

    key: uuid.UUID
    messages: Sequence[Message]


def due_targets(settings: Settings, now: dt.datetime) -> list[str]:
    """The targets that something is due for, by name."""
    with postgres.unit_of_work(settings, SENDER, DatabaseRole.INTAKE) as session:
        return list(session.execute(_TARGETS, {"now": now}).scalars())


def claimed(settings: Settings, target: str, most: int, now: dt.datetime) -> Claim:
    """Takes at most `most` messages of the target that are due; each counts one attempt more from now on."""
    key = uuid.uuid4()
    values = {"now": now, "until": now + dt.timedelta(seconds=CLAIM_S), "claim": key, "target": target, "most": most}
    with postgres.unit_of_work(settings, SENDER, DatabaseRole.INTAKE) as session:
        rows = session.execute(_CLAIM, values).all()
    return Claim(key=key, messages=[_message(row) for row in sorted(rows, key=lambda row: int(row.outbox_id))])


def renew(settings: Settings, claim: Claim, now: dt.datetime) -> None:
    """Moves the end of what is still the claim's; what another sender took since stays with that one."""
    ids = [message.outbox_id for message in claim.messages]
    values = {"until": now + dt.timedelta(seconds=CLAIM_S), "claim": claim.key, "ids": ids}
    with postgres.unit_of_work(settings, SENDER, DatabaseRole.INTAKE) as session:
        session.execute(_RENEW, values)


@contextlib.contextmanager
def kept(settings: Settings, claim: Claim, clock: Clock, *, every_s: float = RENEW_S) -> Iterator[None]:
    """Renews the claim until the block ends, so that a batch may take longer than a claim lasts."""
    is_over = threading.Event()
    keeper = threading.Thread(target=_keep, args=(settings, claim, clock, every_s, is_over), daemon=True)
    keeper.start()
    try:
        yield
    finally:
        is_over.set()
        keeper.join()


def _keep(settings: Settings, claim: Claim, clock: Clock, every_s: float, is_over: threading.Event) -> None:
    while not is_over.wait(every_s):
        try:
            renew(settings, claim, clock())
        except SQLAlchemyError as error:
            _LOG.warning("a claim of %d messages was not renewed: %s", len(claim.messages), type(error).__name__)


def _message(row: Row[tuple[object, ...]]) -> Message:
    return Message(
        outbox_id=row.outbox_id,
        target=row.target,
        kind=MessageKind(row.kind),
        subject=row.subject,
        payload=row.payload,
        attempts=row.attempts - 1,
        idempotency_key=row.idempotency_key,
    )

"""Sends what is due: claim in one transaction, send in none, record in another.

A claim counts the attempt and gives the sender a while alone with the message. Whoever dies between sending and
recording leaves it to be sent again, with the same idempotency key: at least once, never lost. Messages of one kind
about one record reach a system in the order in which they were made.
"""

import datetime as dt
import logging
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import Row, text

from warehouse import postgres, telemetry
from warehouse.postgres import DatabaseRole
from warehouse.settings import Settings
from warehouse.sync import outbox_targets
from warehouse.sync.outbox_errors import OutboxError
from warehouse.sync.outbox_receipts import Outcome, record
from warehouse.sync.outbox_subject import SENDER
from warehouse.sync.outbox_targets import Target
from warehouse.sync.push import Message, MessageKind, Receipt, ReceiptState

CLAIM_S = 600.0
"""Seconds that a claimed message belongs to its sender; longer than any attempt takes."""

MOST_AT_ONCE = 500
"""Messages of one target in one pass, so that one busy target does not hold up the rest."""

_LOG = logging.getLogger(__name__)

_DUE = """
  FROM landing.outbox d LEFT JOIN landing.outbox_target t USING (target)
  WHERE d.next_attempt_at <= :now AND d.state IN ('pending', 'failed') AND NOT d.is_dry_run
    AND (NOT d.needs_person OR d.released_by IS NOT NULL)
    AND t.disabled_at IS NULL AND (t.slow_until IS NULL OR t.slow_until <= :now)
    AND (d.kind IN ('notification', 'webhook') OR NOT EXISTS (
      SELECT 1 FROM landing.outbox e
      WHERE e.target = d.target AND e.subject = d.subject AND e.kind = d.kind AND e.outbox_id < d.outbox_id
        AND e.state IN ('pending', 'failed') AND NOT e.is_dry_run))
"""
_TARGETS = text(f"SELECT DISTINCT d.target {_DUE} ORDER BY 1")
_CLAIM = text(
    "UPDATE landing.outbox o SET attempts = o.attempts + 1, next_attempt_at = :until"  # noqa: S608 - a constant
    f" FROM (SELECT d.outbox_id {_DUE} AND d.target = :target ORDER BY d.outbox_id LIMIT :most"
    "  FOR UPDATE OF d SKIP LOCKED) due WHERE o.outbox_id = due.outbox_id"
    " RETURNING o.outbox_id, o.target, o.kind, o.subject, o.payload, o.attempts, o.idempotency_key"
)
_NEXT = text("SELECT min(next_attempt_at) FROM landing.outbox WHERE state IN ('pending', 'failed') AND NOT is_dry_run")

Clock = Callable[[], dt.datetime]
Lookup = Callable[[Settings, str], Target]


@dataclass(frozen=True, slots=True, kw_only=True)
class SendReport:
    """What one pass did, by outcome."""

    tried: int = 0
    sent: int = 0
    confirmed: int = 0
    failed: int = 0
    dead: int = 0

    def plus(self, outcome: Outcome) -> "SendReport":
        """Together with one batch's outcome."""
        return SendReport(
            tried=self.tried + outcome.tried,
            sent=self.sent + outcome.sent,
            confirmed=self.confirmed + outcome.confirmed,
            failed=self.failed + outcome.failed,
            dead=self.dead + outcome.dead,
        )


def _utc_now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def send_due(
    settings: Settings, *, target: str | None = None, clock: Clock = _utc_now, lookup: Lookup = outbox_targets.target
) -> SendReport:
    """Sends what is due now, target by target, and answers what became of it.

    A target that fails holds up only itself. Dry runs, unreleased stage moves and disabled targets stay where they are.
    """
    report = SendReport()
    for name in _due_targets(settings, clock()):
        if target is None or name == target:
            report = _sent_to(settings, name, clock, lookup, report)
    return report


def next_due(settings: Settings) -> dt.datetime | None:
    """When the next message is due, released or not; None where nothing waits."""
    with postgres.unit_of_work(settings, SENDER, DatabaseRole.INTAKE) as session:
        found: dt.datetime | None = session.execute(_NEXT).scalar_one()
    return found


def _due_targets(settings: Settings, now: dt.datetime) -> list[str]:
    with postgres.unit_of_work(settings, SENDER, DatabaseRole.INTAKE) as session:
        return list(session.execute(_TARGETS, {"now": now}).scalars())


def _sent_to(settings: Settings, name: str, clock: Clock, lookup: Lookup, report: SendReport) -> SendReport:
    try:
        target = lookup(settings, name)
    except (OutboxError, ValueError) as error:  # a source's file that cannot be used is a ValueError
        _LOG.warning("no message is sent to %s: %s", name, type(error).__name__)
        return report
    if not target.is_live:
        return report
    tried = 0
    while tried < MOST_AT_ONCE:
        messages = _claimed(settings, target, clock())
        if not messages:
            break
        tried += len(messages)
        with telemetry.span("outbox.send", target=target.name, rows=len(messages)):
            receipts = _pushed(target, messages)
            outcome = record(settings, messages, receipts, now=clock(), chance=_chance)
        _count(target.name, messages, receipts)
        report = report.plus(outcome)
    return report


def _claimed(settings: Settings, target: Target, now: dt.datetime) -> list[Message]:
    values = {
        "now": now,
        "until": now + dt.timedelta(seconds=CLAIM_S),
        "target": target.name,
        "most": target.at_once,
    }
    with postgres.unit_of_work(settings, SENDER, DatabaseRole.INTAKE) as session:
        rows = session.execute(_CLAIM, values).all()
    return [_message(row) for row in sorted(rows, key=lambda row: int(row.outbox_id))]


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


def _pushed(target: Target, messages: Sequence[Message]) -> Sequence[Receipt]:
    """The pusher's receipts; what it raised counts as a failed attempt of each, named by its class alone."""
    try:
        return target.pusher().push(messages)
    except Exception as error:  # noqa: BLE001 - an edge: a message or its log line must not repeat what was in the error
        code = type(error).__name__
        _LOG.warning("the pusher of %s failed: %s", target.name, code)
        return [
            Receipt(
                outbox_id=message.outbox_id,
                state=ReceiptState.FAILED,
                error_code=code,
                error="the pusher failed before it could say what became of the message",
            )
            for message in messages
        ]


def _count(target: str, messages: Sequence[Message], receipts: Sequence[Receipt]) -> None:
    kinds = {message.outbox_id: message.kind.value for message in messages}
    for receipt in receipts:
        kind = kinds.get(receipt.outbox_id, "")
        if receipt.state in {ReceiptState.SENT, ReceiptState.CONFIRMED}:
            telemetry.count("connector.records.written", source=target, entity=kind)
        else:
            telemetry.count(
                "connector.records.rejected",
                source=target,
                entity=kind,
                reason=receipt.error_code or receipt.state.value,
            )


def _chance() -> float:
    return random.random()  # noqa: S311 - spreads retries, protects nothing

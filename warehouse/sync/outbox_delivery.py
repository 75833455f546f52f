"""Sends what is due: claim in one transaction, send in none, record in another.

Whoever dies between sending and recording leaves a message to be sent again when its claim ends, with the same
idempotency key: at least once, never lost. Messages of one kind about one record reach a system in the order in which
they were made. Several targets are served at the same time, each for a while, so that none waits for a slow one.
"""

import datetime as dt
import logging
import random
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

from sqlalchemy import text

from warehouse import postgres, telemetry
from warehouse.postgres import DatabaseRole
from warehouse.settings import Settings
from warehouse.sync import outbox_targets
from warehouse.sync.outbox_claims import Clock, claimed, due_targets, kept
from warehouse.sync.outbox_errors import OutboxError
from warehouse.sync.outbox_receipts import Outcome, record
from warehouse.sync.outbox_subject import SENDER
from warehouse.sync.outbox_targets import Target
from warehouse.sync.push import Message, Receipt, ReceiptState

MOST_AT_ONCE = 500
"""Messages of one target in one pass, so that one busy target does not hold up the rest."""

LONGEST_PASS_S = 60.0
"""Seconds after which one pass takes no more messages of a target; the next pass goes on."""

TARGETS_AT_ONCE = 3
"""Targets that are sent to at the same time; their senders mostly wait for answers."""

_LOG = logging.getLogger(__name__)

_NEXT = text("SELECT min(next_attempt_at) FROM landing.outbox WHERE state IN ('pending', 'failed') AND NOT is_dry_run")

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

    A target that fails or is slow holds up only itself. Dry runs, unreleased stage moves and disabled targets stay
    where they are.
    """
    names = [name for name in due_targets(settings, clock()) if target in {None, name}]
    send = partial(_sent_to, settings, clock=clock, lookup=lookup)
    report = SendReport()
    with ThreadPoolExecutor(max_workers=TARGETS_AT_ONCE, thread_name_prefix="send") as pool:
        for outcomes in pool.map(send, names) if len(names) > 1 else map(send, names):
            for outcome in outcomes:
                report = report.plus(outcome)
    return report


def next_due(settings: Settings) -> dt.datetime | None:
    """When the next message is due, released or not; None where nothing waits."""
    with postgres.unit_of_work(settings, SENDER, DatabaseRole.INTAKE) as session:
        found: dt.datetime | None = session.execute(_NEXT).scalar_one()
    return found


def _sent_to(settings: Settings, name: str, *, clock: Clock, lookup: Lookup) -> list[Outcome]:
    try:
        target = lookup(settings, name)
    except (OutboxError, ValueError) as error:  # a source's file that cannot be used is a ValueError
        _LOG.warning("no message is sent to %s: %s", name, type(error).__name__)
        return []
    outcomes: list[Outcome] = []
    ends = time.monotonic() + LONGEST_PASS_S
    while target.is_live and sum(one.tried for one in outcomes) < MOST_AT_ONCE and time.monotonic() < ends:
        outcome = _batch(settings, target, clock)
        if outcome is None:
            break
        outcomes.append(outcome)
    return outcomes


def _batch(settings: Settings, target: Target, clock: Clock) -> Outcome | None:
    claim = claimed(settings, target.name, target.at_once, clock())
    if not claim.messages:
        return None
    with telemetry.span("outbox.send", target=target.name, rows=len(claim.messages)):
        with kept(settings, claim, clock):
            receipts = _pushed(target, claim.messages)
        outcome = record(settings, claim, receipts, now=clock(), chance=_chance)
    _count(target.name, claim.messages, receipts)
    return outcome


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

"""What became of messages, recorded in one transaction with the run that it belongs to.

Only the target's own answer for a message confirms it. A failure counts only while the message is still its sender's;
that a message arrived is true whoever says so, and is written even where another sender has it by now: that one finds
it settled. So a late receipt never takes a better one back.
"""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from warehouse import audit_log, postgres
from warehouse.postgres import DatabaseRole
from warehouse.settings import Settings
from warehouse.sync.outbox_claims import Claim
from warehouse.sync.outbox_ladder import wait_s
from warehouse.sync.outbox_subject import SENDER
from warehouse.sync.push import GONE, SLOW_DOWN, Message, MessageKind, Receipt, ReceiptState
from warehouse.sync.secrets import hide
from warehouse.tables.landing import Outbox, OutboxTarget, SyncRun

SLOW_S = 60.0
"""Seconds that a target is left alone which asked for less and did not say how long."""

ENTITY = "outbox"
"""The entity of the sync runs that sending leaves."""

LONGEST_ERROR = 300
_UNSETTLED = ("pending", "failed")
_UNCLAIMED = {"claim": None, "claimed_until": None}

Chance = Callable[[], float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """Counts of one batch."""

    tried: int
    sent: int
    confirmed: int
    failed: int
    dead: int


def record(
    settings: Settings, claim: Claim, receipts: Sequence[Receipt], *, now: dt.datetime, chance: Chance
) -> Outcome:
    """Records one batch of one target and ends its claim; a message without a receipt failed."""
    messages = claim.messages
    given = {receipt.outbox_id: receipt for receipt in receipts}
    settled = [
        _settled(message, given.get(message.outbox_id) or _missing(message), now, chance()) for message in messages
    ]
    with postgres.unit_of_work(settings, SENDER, DatabaseRole.INTAKE) as session:
        for outbox_id, values in settled:
            its_row = update(Outbox).where(Outbox.outbox_id == outbox_id)
            session.execute(its_row.where(_may_become(values, claim)).values(**values))
            session.execute(its_row.where(Outbox.claim == claim.key).values(**_UNCLAIMED))
        _heed(session, messages[0].target, receipts, now)
        outcome = _outcome([str(values["state"]) for _, values in settled])
        session.add(_run(messages[0].target, outcome, [values for _, values in settled], now))
        session.flush()
        _log(session, messages, settled)
    return outcome


def _may_become(values: Mapping[str, object], claim: Claim) -> ColumnElement[bool]:
    """What the receipt may end: what reached its target did so although it was given up or taken over meanwhile.

    What was erased meanwhile keeps nothing of the receipt.
    """
    is_open = Outbox.state.in_(_UNSETTLED)
    if values["state"] not in {"sent", "confirmed"}:
        return and_(is_open, Outbox.claim == claim.key)
    return or_(is_open, and_(Outbox.state == "dead", Outbox.error_code.is_distinct_from("erased")))


def confirm(settings: Settings, target: str, idempotency_key: str, receipt: str, *, now: dt.datetime) -> bool:
    """Marks a sent message as confirmed by its target's own later word; answers whether it was one."""
    with postgres.unit_of_work(settings, SENDER, DatabaseRole.INTAKE) as session:
        changed = session.execute(
            update(Outbox)
            .where(Outbox.target == target, Outbox.idempotency_key == idempotency_key, Outbox.state == "sent")
            .values(state="confirmed", confirmed_at=now, receipt=receipt[:LONGEST_ERROR])
            .returning(Outbox.outbox_id)
        ).all()
        return bool(changed)


def _missing(message: Message) -> Receipt:
    return Receipt(
        outbox_id=message.outbox_id,
        state=ReceiptState.FAILED,
        error_code="no_receipt",
        error="the pusher did not say what became of the message",
    )


def _settled(message: Message, receipt: Receipt, now: dt.datetime, chance: float) -> tuple[int, dict[str, object]]:
    """The new values of the message's row."""
    state = ReceiptState(receipt.state)
    wait = wait_s(message.attempts + 1, chance, receipt.retry_after_s) if state is ReceiptState.FAILED else None
    if state is ReceiptState.FAILED and wait is None:
        state = ReceiptState.DEAD
    is_taken = state in {ReceiptState.SENT, ReceiptState.CONFIRMED}
    return message.outbox_id, {
        **_UNCLAIMED,
        "state": state.value,
        "next_attempt_at": None if wait is None else now + dt.timedelta(seconds=wait),
        "receipt": hide(receipt.receipt)[:LONGEST_ERROR] if receipt.receipt else None,
        "error_code": None if is_taken else receipt.error_code,
        "error": None if is_taken or receipt.error is None else hide(receipt.error)[:LONGEST_ERROR],
        **({"sent_at": now} if is_taken else {}),
        **({"confirmed_at": now} if state is ReceiptState.CONFIRMED else {}),
    }


def _heed(session: Session, target: str, receipts: Sequence[Receipt], now: dt.datetime) -> None:
    """What a target said about all of its messages: no more, or slower."""
    codes = {receipt.error_code for receipt in receipts}
    if GONE in codes:
        _note(session, target, disabled_at=now, disabled_because="the target answered that it wants no more messages")
        audit_log.append(session, actor=SENDER.id, action="target_disabled", subject=f"target:{target}")
    elif SLOW_DOWN in codes:
        asked = [one.retry_after_s or SLOW_S for one in receipts if one.error_code == SLOW_DOWN]
        _note(session, target, slow_until=now + dt.timedelta(seconds=max(asked)))


def _note(session: Session, target: str, **values: object) -> None:
    statement = insert(OutboxTarget).values(target=target, **values)
    session.execute(statement.on_conflict_do_update(index_elements=["target"], set_=values))


def _outcome(states: Sequence[str]) -> Outcome:
    return Outcome(
        tried=len(states),
        sent=states.count("sent"),
        confirmed=states.count("confirmed"),
        failed=states.count("failed"),
        dead=states.count("dead"),
    )


def _run(target: str, outcome: Outcome, values: Sequence[Mapping[str, object]], now: dt.datetime) -> SyncRun:
    bad = [one for one in values if one["error_code"] is not None]
    done = outcome.sent + outcome.confirmed
    state = "succeeded" if not bad else "partial" if done else "failed"
    return SyncRun(
        source=target,
        entity=ENTITY,
        direction="push",
        state=state,
        started_at=now,
        finished_at=now,
        requests=outcome.tried,
        rows_read=outcome.tried,
        rows_new=done,
        rows_rejected=outcome.dead,
        error_code=bad[-1]["error_code"] if bad else None,
        error=bad[-1]["error"] if bad else None,
    )


def _log(session: Session, messages: Sequence[Message], settled: Sequence[tuple[int, Mapping[str, object]]]) -> None:
    """A line for each stage move that reached its target: it changed what happens to a person."""
    moves = {message.outbox_id: message for message in messages if message.kind is MessageKind.STAGE_MOVE}
    for outbox_id, values in settled:
        if outbox_id in moves and values["state"] in {"sent", "confirmed"}:
            released_by = session.scalars(select(Outbox.released_by).where(Outbox.outbox_id == outbox_id)).one()
            audit_log.append(
                session,
                actor=SENDER.id,
                action="stage_move_sent",
                subject=f"message:{outbox_id}",
                detail={"target": moves[outbox_id].target, "released_by": released_by},
            )

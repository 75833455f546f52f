"""What goes out, and what comes back: the words between the outbox and whatever delivers a message.

A pusher gets messages of one target and answers one receipt for each. `sent` means that the target took the bytes;
`confirmed` only that the target's own answer for this very message says so, never an HTTP status of the whole call.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

GONE = "gone"
"""The error code of a target that wants no more messages; none is sent to it until a person enables it again."""

SLOW_DOWN = "slow_down"
"""The error code of a target that has too much to do; all of its messages wait."""


class MessageKind(StrEnum):
    """What a message does at its target."""

    SCORE = "score"
    STATUS = "status"
    STAGE_MOVE = "stage_move"
    NOTE = "note"
    NOTIFICATION = "notification"
    WEBHOOK = "webhook"


class ReceiptState(StrEnum):
    """What became of one attempt; `failed` is tried again, `dead` never by itself."""

    SENT = "sent"
    CONFIRMED = "confirmed"
    FAILED = "failed"
    DEAD = "dead"


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message for one target.

    `subject` names the record it is about (`application:<key>`), never a person. `idempotency_key` is the same on every
    attempt; `attempts` counts the earlier ones, so a pusher that sees more than zero reads before it writes. The
    payload of a `score` is {"external_id" (the application at the target), "score", "band", "recommendation",
    "model_version", "decision_id", "decided_at", "reasons": [...]}; of a `stage_move` {"external_id", "to"}.
    """

    outbox_id: int
    target: str
    kind: MessageKind
    subject: str | None
    payload: Mapping[str, object]
    attempts: int = 0
    idempotency_key: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What the target answered to one message.

    `receipt` is the target's own id or row status; `error_code` a stable name and `error` a sentence, both without any
    person's values. `retry_after_s` is the wait in seconds that the target asked for.
    """

    outbox_id: int
    state: ReceiptState
    receipt: str | None = None
    error_code: str | None = None
    error: str | None = None
    retry_after_s: float | None = None


class Pusher(Protocol):
    """Delivers messages of one target; raises nothing for what goes wrong with one message."""

    def push(self, messages: Sequence[Message]) -> Sequence[Receipt]:
        """One receipt for each message, in any order."""
        ...

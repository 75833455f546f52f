"""Every score given, durable before its answer: written once, found again by its idempotency key or its id.

Errors:

  DecisionError
    KeyUsedDifferently    the idempotency key came with another request before
"""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from warehouse.tables.governance import Decision


class DecisionError(RuntimeError):
    """A decision cannot be recorded as asked."""


class KeyUsedDifferently(DecisionError):
    """The idempotency key came with another request before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDecision:
    """A score to record: `subject` is a pseudonym, `inputs` are features only, `answer` is what the caller gets."""

    decision_id: uuid.UUID
    client: str
    idempotency_key: str | None
    request_sha256: str
    subject: str | None
    release_id: uuid.UUID
    policy_version: str
    score: float | None
    band: str | None
    cut_score: float
    recommendation: str
    inputs: Mapping[str, object]
    answer: Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptDecision:
    """A recorded decision as it is shown again."""

    decision_id: uuid.UUID
    client: str
    decided_at: dt.datetime
    answer: Mapping[str, object]


def record(session: Session, decisions: Sequence[NewDecision]) -> list[KeptDecision]:
    """Writes decisions and answers, in their order, what stands: the earlier one where the key was used before.

    Raises KeyUsedDifferently when a key came with another request before.
    """
    now = dt.datetime.now(dt.UTC)
    rows = [
        {
            "decision_id": new.decision_id,
            "client": new.client,
            "idempotency_key": new.idempotency_key,
            "request_sha256": new.request_sha256,
            "subject": new.subject,
            "release_id": new.release_id,
            "policy_version": new.policy_version,
            "score": new.score,
            "band": new.band,
            "cut_score": new.cut_score,
            "recommendation": new.recommendation,
            "inputs": dict(new.inputs),
            "answer": dict(new.answer),
            "decided_at": now,
        }
        for new in decisions
    ]
    statement = insert(Decision).on_conflict_do_nothing().returning(Decision.decision_id)
    written = set(session.scalars(statement, rows).all())
    return [
        KeptDecision(decision_id=new.decision_id, client=new.client, decided_at=now, answer=new.answer)
        if new.decision_id in written
        else _earlier(session, new)
        for new in decisions
    ]


def earlier(session: Session, client: str, idempotency_key: str, request_sha256: str) -> KeptDecision | None:
    """The decision this client got for this key before, if any. Raises KeyUsedDifferently."""
    row = session.scalars(
        select(Decision).where(Decision.client == client, Decision.idempotency_key == idempotency_key)
    ).first()
    if row is None:
        return None
    if row.request_sha256 != request_sha256:
        raise KeyUsedDifferently(f"the idempotency key {idempotency_key!r} came with another request before")
    return _kept(row)


def found(session: Session, decision_id: uuid.UUID, client: str | None) -> KeptDecision | None:
    """A decision by its id; `client` restricts it to that client's own, None reads all."""
    row = session.get(Decision, decision_id)
    return None if row is None or (client is not None and row.client != client) else _kept(row)


def _earlier(session: Session, new: NewDecision) -> KeptDecision:
    assert new.idempotency_key is not None  # noqa: S101 - only the key's own constraint can have refused the row
    before = earlier(session, new.client, new.idempotency_key, new.request_sha256)
    assert before is not None  # noqa: S101
    return before


def _kept(row: Decision) -> KeptDecision:
    return KeptDecision(decision_id=row.decision_id, client=row.client, decided_at=row.decided_at, answer=row.answer)

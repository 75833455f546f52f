"""Who did what, in a chain: each line's hash covers the line before it, so that a change anywhere shows.

Lines are appended inside the transaction of the act itself: no act without its line, no line without its act.
Details hold identifiers and counts, never a personal value.
"""

import contextlib
import datetime as dt
import hashlib
import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from warehouse.tables.governance import AuditLog

GENESIS = bytes(32)
"""The hash that the first line follows."""

_LOCK = 0x48_47_41_55
"""Advisory lock key: lines are chained one at a time."""

_UNLOGGED = """
WITH label AS (SELECT release_id, model_name || '@' || version AS subject FROM governance.release), act AS (
  SELECT CASE kind WHEN 'waived' THEN 'check_waived' ELSE 'release_' || kind END AS action, subject, actor,
    count(*) AS n
  FROM governance.release_event JOIN label USING (release_id) WHERE kind <> 'replaced' GROUP BY 1, 2, 3
  UNION ALL
  SELECT 'release_' || answer, subject, decided_by, count(*) FROM governance.approval JOIN label USING (release_id)
  GROUP BY 1, 2, 3
  UNION ALL
  SELECT 'check_waived', subject, signed_by, count(*) FROM governance.waiver JOIN label USING (release_id)
  GROUP BY 1, 2, 3
  UNION ALL
  SELECT 'gate_evaluated', run_id, evaluated_by, count(*) FROM governance.gate_result GROUP BY 1, 2, 3
  UNION ALL
  SELECT 'api_key_created', principal_id, created_by, count(*) FROM app.api_key GROUP BY 1, 2, 3
  UNION ALL
  SELECT 'people_erased', erasure_id::text, NULL, 1 FROM hr.erasure WHERE finished_at IS NOT NULL
), line AS (SELECT action, subject, actor, count(*) AS n FROM governance.audit_log GROUP BY 1, 2, 3)
SELECT DISTINCT action, subject FROM act WHERE NOT EXISTS (
  SELECT 1 FROM line l WHERE l.action = act.action AND l.subject = act.subject AND l.n >= act.n
    AND (act.actor IS NULL OR l.actor = act.actor)
) ORDER BY 1, 2
"""
"""Acts that the records hold more of than the log has lines."""

Detail = Mapping[str, str | int | bool | list[str] | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """Whether the chain is whole: `lines` read, the first position that does not fit, if any, and acts without a line.

    A chain whose end was cut off still follows; the acts that the records hold tell what it lacks.
    """

    lines: int
    broken_at: int | None
    head: str
    unlogged: tuple[str, ...] = ()

    @property
    def is_whole(self) -> bool:
        """Whether every line follows from the one before it and no act lacks its line."""
        return self.broken_at is None and not self.unlogged


def append(session: Session, *, actor: str, action: str, subject: str, detail: Detail | None = None) -> int:
    """Chains one line within the session's transaction and answers its position.

    Other writers wait until this transaction ends, so append last.
    """
    session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    last = session.execute(
        select(AuditLog.position, AuditLog.hash).order_by(AuditLog.position.desc()).limit(1)
    ).one_or_none()
    position, previous = (last.position + 1, last.hash) if last else (1, GENESIS)
    line = AuditLog(
        position=position,
        happened_at=dt.datetime.now(dt.UTC),
        actor=actor,
        action=action,
        subject=subject,
        detail=dict(detail or {}),
        previous_hash=previous,
    )
    line.hash = line_hash(line)
    session.add(line)
    session.flush()
    return position


def line_hash(line: AuditLog) -> bytes:
    """The sha256 of a line's own values and the hash before it, as canonical JSON."""
    values = [
        line.position,
        line.happened_at.astimezone(dt.UTC).isoformat(timespec="microseconds"),
        line.actor,
        line.action,
        line.subject,
        line.detail,
        bytes(line.previous_hash).hex(),
    ]
    return hashlib.sha256(json.dumps(values, sort_keys=True, ensure_ascii=False).encode()).digest()


@dataclass(frozen=True, slots=True, kw_only=True)
class LogLine:
    """One line as an export shows it, its hashes in hex."""

    position: int
    happened_at: dt.datetime
    actor: str
    action: str
    subject: str
    detail: Mapping[str, object]
    previous_hash: str
    hash: str

    def as_json(self) -> dict[str, object]:
        """Plain JSON values; the time is UTC to the microsecond, as the hash has it."""
        return {
            "position": self.position,
            "happened_at": self.happened_at.astimezone(dt.UTC).isoformat(timespec="microseconds"),
            "actor": self.actor,
            "action": self.action,
            "subject": self.subject,
            "detail": dict(self.detail),
            "previous_hash": self.previous_hash,
            "hash": self.hash,
        }


def lines(session: Session, *, since: int) -> Iterator[LogLine]:
    """The lines from a position on, in order."""
    statement = select(AuditLog).where(AuditLog.position >= since).order_by(AuditLog.position)
    for row in session.scalars(statement):
        yield LogLine(
            position=row.position,
            happened_at=row.happened_at,
            actor=row.actor,
            action=row.action,
            subject=row.subject,
            detail=row.detail,
            previous_hash=bytes(row.previous_hash).hex(),
            hash=bytes(row.hash).hex(),
        )


def holds(session: Session, *, action: str, detail: Mapping[str, str]) -> bool:
    """Whether a line of this action has these details."""
    found = select(AuditLog.position).where(AuditLog.action == action, AuditLog.detail.contains(dict(detail)))
    return session.scalar(found.limit(1)) is not None


def detail(session: Session, *, action: str, subject: str) -> Mapping[str, object] | None:
    """The details of the first line of this action about the subject; None where there is none."""
    found = select(AuditLog.detail).where(AuditLog.action == action, AuditLog.subject == subject)
    return session.scalar(found.order_by(AuditLog.position).limit(1))


def details(session: Session, *, action: str, subject: str) -> list[Mapping[str, object]]:
    """The details of every line of this action about the subject, oldest first."""
    found = select(AuditLog.detail).where(AuditLog.action == action, AuditLog.subject == subject)
    return list(session.scalars(found.order_by(AuditLog.position)))


def subjects(session: Session, *, actions: Collection[str]) -> tuple[str, ...]:
    """What the lines of these actions are about, each once, by its first line."""
    found = select(AuditLog.subject).where(AuditLog.action.in_(actions)).group_by(AuditLog.subject)
    return tuple(session.scalars(found.order_by(func.min(AuditLog.position))))


def first(session: Session, *, subjects: Collection[str]) -> int | None:
    """The position of the first line about any of these subjects."""
    return session.scalar(select(func.min(AuditLog.position)).where(AuditLog.subject.in_(subjects)))


def verify(session: Session) -> Verification:
    """Reads the whole chain, oldest first, recomputes every hash, and looks for acts of which the log has no line."""
    unlogged = tuple(f"{action} of {subject}" for action, subject in session.execute(text(_UNLOGGED)).all())
    lines = session.scalars(select(AuditLog).order_by(AuditLog.position).execution_options(yield_per=1000))
    with contextlib.closing(lines):
        return replace(check_chain(lines), unlogged=unlogged)


def check_chain(lines: Iterable[AuditLog]) -> Verification:
    """The same check on lines from anywhere, such as an exported segment that begins at position 1."""
    previous, count = GENESIS, 0
    for line in lines:
        expected = count + 1
        is_next = line.position == expected and bytes(line.previous_hash) == previous
        if not is_next or line_hash(line) != bytes(line.hash):
            return Verification(lines=count, broken_at=expected, head=previous.hex())
        previous, count = bytes(line.hash), expected
    return Verification(lines=count, broken_at=None, head=previous.hex())

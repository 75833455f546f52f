"""Legal holds: somebody's records must stay for a matter, and no erasure or expiry takes them before it ends."""

import datetime as dt
import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from warehouse import audit_log
from warehouse.access import Permission, Principal
from warehouse.postgres import DatabaseRole, unit_of_work
from warehouse.retention_errors import HeldPerson, UnknownHold
from warehouse.retention_person import closure, find
from warehouse.settings import Settings
from warehouse.tables.hiring import LegalHold


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """One hold; `candidate` is None once the person was erased, `until` None until somebody lifts it."""

    number: int
    candidate: uuid.UUID | None
    matter: str
    until: dt.date | None
    placed_by: str
    placed_at: dt.datetime
    lifted_by: str | None
    lifted_at: dt.datetime | None


def add(settings: Settings, principal: Principal, candidate: str, *, matter: str, until: dt.date | None = None) -> Hold:
    """Places a hold on a candidate, and with it on all who are the same person. Raises UnknownCandidate."""
    principal.require(Permission.ERASE_PEOPLE)
    with unit_of_work(settings, principal, DatabaseRole.RETENTION) as session:
        row = LegalHold(candidate_id=find(session, candidate), matter=matter, until=until, placed_by=principal.id)
        session.add(row)
        session.flush()
        session.refresh(row)
        _line(session, principal, "hold_placed", row)
        return _hold(row)


def lift(settings: Settings, principal: Principal, number: int) -> Hold:
    """Ends a hold. Raises UnknownHold where there is none that stands."""
    principal.require(Permission.ERASE_PEOPLE)
    with unit_of_work(settings, principal, DatabaseRole.RETENTION) as session:
        row = session.get(LegalHold, number)
        if row is None or row.lifted_at is not None:
            raise UnknownHold(f"no hold {number} stands; `hiregate hold list` shows those that do")
        row.lifted_by, row.lifted_at = principal.id, dt.datetime.now(dt.UTC)
        session.flush()
        _line(session, principal, "hold_lifted", row)
        return _hold(row)


def listed(settings: Settings, principal: Principal, *, also_lifted: bool = False) -> list[Hold]:
    """The holds that stand, oldest first; with `also_lifted` those of the past too."""
    principal.require(Permission.ERASE_PEOPLE)
    query = select(LegalHold).order_by(LegalHold.legal_hold_id)
    with unit_of_work(settings, principal, DatabaseRole.RETENTION) as session:
        rows = session.scalars(query if also_lifted else query.where(LegalHold.lifted_at.is_(None)))
        return [_hold(row) for row in rows]


def refuse_held(session: Session, candidates: Collection[uuid.UUID], *, on: dt.date) -> None:
    """Raises HeldPerson where a hold stands on one of the candidates."""
    rows = _standing(session, candidates, on)
    if rows:
        named = "; ".join(
            f"hold {row.legal_hold_id} ({row.matter}) "
            + (f"until {row.until.isoformat()}" if row.until else "until it is lifted")
            for row in rows
        )
        raise HeldPerson(f"the person's records must stay: {named}")


def held(session: Session, *, on: dt.date) -> frozenset[uuid.UUID]:
    """Every candidate under a hold that stands on a day, and all who are the same people."""
    keys = {row.candidate_id for row in _standing(session, None, on) if row.candidate_id is not None}
    return closure(session, keys)["candidate"] if keys else frozenset()


def _standing(session: Session, candidates: Collection[uuid.UUID] | None, on: dt.date) -> Sequence[LegalHold]:
    query = select(LegalHold).where(
        LegalHold.lifted_at.is_(None), or_(LegalHold.until.is_(None), LegalHold.until >= on)
    )
    if candidates is not None:
        query = query.where(LegalHold.candidate_id.in_(candidates))
    return session.scalars(query.order_by(LegalHold.legal_hold_id)).all()


def _line(session: Session, principal: Principal, action: str, row: LegalHold) -> None:
    audit_log.append(session, actor=principal.id, action=action, subject=f"hold:{row.legal_hold_id}")


def _hold(row: LegalHold) -> Hold:
    return Hold(
        number=row.legal_hold_id,
        candidate=row.candidate_id,
        matter=row.matter,
        until=row.until,
        placed_by=row.placed_by,
        placed_at=row.placed_at,
        lifted_by=row.lifted_by,
        lifted_at=row.lifted_at,
    )

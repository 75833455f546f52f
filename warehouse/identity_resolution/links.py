"""What a person decides about two records: that they are one person, that they are not, or that a link was wrong.

A decision stays as a row. Linking a candidate to an employee makes the hire, taking the link back takes it back.
"""

import contextlib
import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from warehouse import audit_log
from warehouse.access import Permission, Principal
from warehouse.identity_resolution.errors import ContradictsDecision, NotDecidable, UnknownLink
from warehouse.identity_resolution.hires import TakenBack, make_hires, take_back
from warehouse.identity_resolution.people import CANDIDATE, EMPLOYEE
from warehouse.identity_resolution.persons import Persons
from warehouse.keys import key
from warehouse.postgres import DatabaseRole, unit_of_work
from warehouse.settings import Settings
from warehouse.tables.hiring import Candidate, Employee, IdentityLink

MOST_ROWS = 1_000
_DECIDED = sa.case(
    (IdentityLink.state != "suggested", sa.func.coalesce(IdentityLink.decided_at, IdentityLink.suggested_at))
)
_ORDER = (_DECIDED.desc().nulls_first(), IdentityLink.score.desc(), IdentityLink.identity_link_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkLine:
    """One pair as a list shows it: where the records come from and which fields agreed, no value of any."""

    link_id: uuid.UUID
    kind: str
    left_source: str | None
    left_record: str | None
    right_source: str | None
    right_record: str | None
    score: float
    evidence: Mapping[str, object]
    state: str
    suggested_at: dt.datetime
    decided_by: str | None
    decided_at: dt.datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unmerged:
    """What taking a link back did; `is_still_one` where other links still hold the two together."""

    taken_back: TakenBack
    is_still_one: bool


def lines(
    settings: Settings,
    principal: Principal,
    *,
    state: str | None = "suggested",
    kind: str | None = None,
    about: str | None = None,
) -> list[LinkLine]:
    """The pairs in a state, the likeliest first, decided ones the newest first; None lists all states.

    `about` names a pair by its id, or a record by its id at the source, and lists nothing else.
    """
    principal.require(Permission.RESOLVE_IDENTITY)
    query = select(IdentityLink).order_by(*_ORDER).limit(MOST_ROWS)
    query = query.where(_is_about(about)) if about else query
    query = query.where(IdentityLink.state == state) if state else query
    query = query.where(IdentityLink.kind == kind) if kind else query
    with unit_of_work(settings, principal, DatabaseRole.INTAKE) as session:
        rows = session.scalars(query).all()
        records = _records(session, rows)
        return [_line(row, records) for row in rows]


def _is_about(named: str) -> sa.ColumnElement[bool]:
    with contextlib.suppress(ValueError):
        return IdentityLink.identity_link_id == uuid.UUID(named)
    candidates = select(Candidate.candidate_id).where(Candidate.source_record_id == named)
    employees = select(Employee.employee_id).where(Employee.source_record_id == named)
    of_right = sa.case((IdentityLink.kind == CANDIDATE, IdentityLink.right_key.in_(candidates)),
                       else_=IdentityLink.right_key.in_(employees))  # fmt: skip
    return IdentityLink.left_key.in_(candidates) | of_right


def link(settings: Settings, principal: Principal, link_id: uuid.UUID) -> int:
    """Says that both records are one person and answers how many hires that made.

    Raises UnknownLink, NotDecidable, and ContradictsDecision where it would also join records that somebody parted.
    """
    principal.require(Permission.RESOLVE_IDENTITY)
    with unit_of_work(settings, principal, DatabaseRole.INTAKE) as session:
        row = found(session, link_id)
        if row.state == "linked":
            raise NotDecidable(f"{link_id}: the records are linked already")
        _require_consistent(session, row)
        _decide(session, principal, row, "linked")
        return make_hires(session)


def link_records(settings: Settings, principal: Principal, candidate: uuid.UUID, other: uuid.UUID, kind: str) -> int:
    """The same for two records that nobody suggested. Raises UnknownLink where one of them does not exist."""
    principal.require(Permission.RESOLVE_IDENTITY)
    left, right = (candidate, other) if kind == EMPLOYEE or candidate < other else (other, candidate)
    link_id = key("identity_link", kind, f"{left}:{right}")
    with unit_of_work(settings, principal, DatabaseRole.INTAKE) as session:
        right_table = Candidate if kind == CANDIDATE else Employee
        if left == right or session.get(Candidate, left) is None or session.get(right_table, right) is None:
            raise UnknownLink(link_id)
        if session.get(IdentityLink, link_id) is None:
            values = {"score": 1.0, "evidence": {"agreed": [], "differed": [], "by_hand": True}, "state": "suggested"}
            session.add(IdentityLink(identity_link_id=link_id, kind=kind, left_key=left, right_key=right, **values))
    return link(settings, principal, link_id)


def reject(settings: Settings, principal: Principal, link_id: uuid.UUID) -> None:
    """Says that both records are different people; they are not suggested again. Raises NotDecidable."""
    principal.require(Permission.RESOLVE_IDENTITY)
    with unit_of_work(settings, principal, DatabaseRole.INTAKE) as session:
        row = found(session, link_id)
        if row.state != "suggested":
            raise NotDecidable(f"{link_id}: the pair is {row.state}; only a suggested one is rejected")
        _decide(session, principal, row, "rejected")


def unmerge(settings: Settings, principal: Principal, link_id: uuid.UUID) -> Unmerged:
    """Takes a link back with the hire that it made; the pair is not suggested again. Raises NotDecidable."""
    principal.require(Permission.RESOLVE_IDENTITY)
    with unit_of_work(settings, principal, DatabaseRole.INTAKE) as session:
        row = found(session, link_id)
        if row.state != "linked":
            raise NotDecidable(f"{link_id}: the pair is {row.state}; only a linked one is taken back")
        _decide(session, principal, row, "unmerged")
        if row.kind == EMPLOYEE:
            return Unmerged(taken_back=take_back(session, row.right_key), is_still_one=False)
        return Unmerged(taken_back=_without_hires(session), is_still_one=_is_one(session, row))


def _without_hires(session: Session) -> TakenBack:
    """Two candidates that are parted may part an employee from the offer; hires follow the links that stand."""
    done = [take_back(session, employee) for employee in session.scalars(_STRANDED).all()]
    make_hires(session)
    return TakenBack(
        hires=sum(one.hires for one in done),
        events_waiting=sum(one.events_waiting for one in done),
        rows_of_files=sum(one.rows_of_files for one in done),
    )


_STRANDED = text(
    "SELECT l.right_key FROM hr.identity_link l JOIN hr.employee e ON e.employee_id = l.right_key"
    " JOIN hr.hire h ON h.mapping_version = 0 AND h.source = e.source AND h.source_record_id = e.source_record_id"
    " JOIN hr.application a USING (application_id) LEFT JOIN hr.same_person s ON s.candidate_id = l.left_key"
    " LEFT JOIN hr.same_person t ON t.candidate_id = a.candidate_id"
    " WHERE l.kind = 'employee' AND l.state = 'linked'"
    "  AND coalesce(s.person, l.left_key) <> coalesce(t.person, a.candidate_id)"
)


def _is_one(session: Session, row: IdentityLink) -> bool:
    return _persons(session).are_one(row.left_key, row.right_key)


def _persons(session: Session) -> Persons:
    query = select(IdentityLink.left_key, IdentityLink.right_key, IdentityLink.state).where(
        IdentityLink.kind == CANDIDATE, IdentityLink.state != "suggested"
    )
    rows = session.execute(query).all()
    return Persons(
        links=[(row.left_key, row.right_key) for row in rows if row.state == "linked"],
        parted=[(row.left_key, row.right_key) for row in rows if row.state != "linked"],
    )


def _require_consistent(session: Session, row: IdentityLink) -> None:
    """A person may change a decision about this very pair, but not, by the way, one about others."""
    if row.kind == EMPLOYEE:
        _require_single(session, row)
        return
    persons = _persons(session)
    left, right = persons.members(row.left_key), persons.members(row.right_key)
    parted = select(IdentityLink.identity_link_id).where(
        IdentityLink.kind == CANDIDATE,
        IdentityLink.state.in_(("rejected", "unmerged")),
        IdentityLink.identity_link_id != row.identity_link_id,
        (IdentityLink.left_key.in_(left) & IdentityLink.right_key.in_(right))
        | (IdentityLink.left_key.in_(right) & IdentityLink.right_key.in_(left)),
    )
    other = session.scalars(parted.limit(1)).first()
    if other is not None:
        raise ContradictsDecision(
            f"the link would also join the pair {other}, which somebody parted; decide that first", other
        )


def _require_single(session: Session, row: IdentityLink) -> None:
    query = select(IdentityLink).where(
        IdentityLink.kind == EMPLOYEE, IdentityLink.state == "linked", IdentityLink.right_key == row.right_key
    )
    persons = _persons(session)
    for standing in session.scalars(query):
        if not persons.are_one(standing.left_key, row.left_key):
            raise ContradictsDecision(
                f"the employee is linked to another person by {standing.identity_link_id}; take that back first",
                standing.identity_link_id,
            )


def _decide(session: Session, principal: Principal, row: IdentityLink, state: str) -> None:
    row.state, row.decided_by, row.decided_at = state, principal.id, dt.datetime.now(dt.UTC)
    session.flush()
    log(session, principal, f"identity_{state}", row)


def log(session: Session, principal: Principal, action: str, row: IdentityLink) -> None:
    """A line of the audit log about the pair."""
    audit_log.append(
        session,
        actor=principal.id,
        action=action,
        subject=f"identity_link:{row.identity_link_id}",
        detail={"kind": row.kind, "score": str(row.score)},
    )


def found(session: Session, link_id: uuid.UUID) -> IdentityLink:
    """The pair, locked until the transaction ends. Raises UnknownLink."""
    row = session.get(IdentityLink, link_id, with_for_update=True)
    if row is None:
        raise UnknownLink(link_id)
    return row


def _records(session: Session, rows: Sequence[IdentityLink]) -> dict[uuid.UUID, tuple[str, str]]:
    keys = {side for row in rows for side in (row.left_key, row.right_key)}
    candidates = select(Candidate.candidate_id, Candidate.source, Candidate.source_record_id)
    employees = select(Employee.employee_id, Employee.source, Employee.source_record_id)
    known = [
        *session.execute(candidates.where(Candidate.candidate_id.in_(keys))).all(),
        *session.execute(employees.where(Employee.employee_id.in_(keys))).all(),
    ]
    return {row[0]: (row[1], row[2]) for row in known}


def _line(row: IdentityLink, records: Mapping[uuid.UUID, tuple[str, str]]) -> LinkLine:
    left, right = (records.get(side, (None, None)) for side in (row.left_key, row.right_key))
    return LinkLine(
        link_id=row.identity_link_id,
        kind=row.kind,
        left_source=left[0],
        left_record=left[1],
        right_source=right[0],
        right_record=right[1],
        score=row.score,
        evidence=row.evidence,
        state=row.state,
        suggested_at=row.suggested_at,
        decided_by=row.decided_by,
        decided_at=row.decided_at,
    )

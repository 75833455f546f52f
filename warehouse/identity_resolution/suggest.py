"""Finds records that are, or may be, one person: the certain are linked, the likely wait for a person.

A link is made without a person only where the score is above `LINK_FROM`, two independent identifiers agree, the names
do not speak against it, and it is the only such link. What somebody rejected or took back is not suggested again.
"""

import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from warehouse import audit_log
from warehouse.access import Permission, Principal
from warehouse.identity_resolution.hires import make_hires
from warehouse.identity_resolution.pairs import pairs
from warehouse.identity_resolution.people import CANDIDATE, EMPLOYEE, Person, people
from warehouse.identity_resolution.persons import Persons
from warehouse.identity_resolution.scoring import Match, match, population
from warehouse.keys import key
from warehouse.lake.pseudonyms import key_of
from warehouse.postgres import DatabaseRole, unit_of_work
from warehouse.settings import Settings
from warehouse.tables.hiring import IdentityLink

LINK_FROM = 0.99
"""The score from which a link may be made without a person."""

SUGGEST_FROM = 0.2
"""The score from which a pair is worth a person's look."""

TWO = 2

SERVICE = "service:identity"
"""Who decided what no person did."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestions:
    """What one run did."""

    records: int
    compared: int
    linked: int
    suggested: int
    hires: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """The pairs that stand: their state by kind and keys."""

    states: Mapping[tuple[str, uuid.UUID, uuid.UUID], str]

    def persons(self) -> Persons:
        """The candidates that are linked, and those that were parted."""
        mine = {(left, right): state for (kind, left, right), state in self.states.items() if kind == CANDIDATE}
        return Persons(
            links=[pair for pair, state in mine.items() if state == "linked"],
            parted=[pair for pair, state in mine.items() if state in {"rejected", "unmerged"}],
        )


def suggest(settings: Settings, principal: Principal) -> Suggestions:
    """Compares all candidates and employees, links what is certain and queues what is likely."""
    principal.require(Permission.RESOLVE_IDENTITY)
    with unit_of_work(settings, principal, DatabaseRole.INTAKE) as session:
        found = people(session, key_of(settings))
        matches, compared = matched(found)
        known = _known(session)
        linked, waiting = decided(matches, known)
        new = _store(session, linked, "linked"), _store(session, waiting, "suggested")
        hires = make_hires(session)
        done = Suggestions(records=len(found), compared=compared, linked=new[0], suggested=new[1], hires=hires)
        if new[0] or hires:
            audit_log.append(
                session,
                actor=principal.id,
                action="identities_linked",
                subject="identities",
                detail={"links": new[0], "suggestions": new[1], "hires": hires},
            )
    return done


def matched(found: Sequence[Person]) -> tuple[list[Match], int]:
    """The pairs that are likely enough, the likeliest first, and how many were compared."""
    of, worth = population(found), pairs(found)
    matches = [made for left, right in worth if (made := match(left, right, of)).score >= SUGGEST_FROM]
    return sorted(matches, key=lambda one: (-one.score, one.left.key, one.right.key)), len(worth)


def decided(matches: Sequence[Match], known: Known) -> tuple[list[Match], list[Match]]:
    """Which of the matches are linked at once, and which wait for a person."""
    persons = known.persons()
    new = [one for one in matches if known.states.get(_place(one)) in {None, "suggested"}]
    linked, waiting = _candidates([one for one in new if one.right.kind == CANDIDATE], persons)
    employees = _employees([one for one in new if one.right.kind == EMPLOYEE], persons, known)
    return linked + employees[0], waiting + employees[1]


def is_certain(found: Match) -> bool:
    """Whether no person needs to look at it."""
    return found.score >= LINK_FROM and found.identifiers >= TWO and "name" not in found.differed


def _candidates(matches: Sequence[Match], persons: Persons) -> tuple[list[Match], list[Match]]:
    linked, waiting = [], []
    for found in matches:
        left, right = found.left.key, found.right.key
        if persons.are_one(left, right):
            continue
        if is_certain(found) and persons.may_join(left, right):
            persons.join(left, right)
            linked.append(found)
        else:
            waiting.append(found)
    return linked, [one for one in waiting if not persons.are_one(one.left.key, one.right.key)]


def _employees(matches: Sequence[Match], persons: Persons, known: Known) -> tuple[list[Match], list[Match]]:
    """One person an employee: where two would do, somebody has to look."""
    taken = {
        right: left for (kind, left, right), state in known.states.items() if (kind, state) == (EMPLOYEE, "linked")
    }
    by_employee: dict[uuid.UUID, list[Match]] = defaultdict(list)
    for found in matches:
        by_employee[found.right.key].append(found)
    linked, waiting = [], []
    for employee, choices in by_employee.items():
        before = taken.get(employee)
        others = [one for one in choices if before is None or not persons.are_one(before, one.left.key)]
        certain = [one for one in others if is_certain(one)]
        whom = {persons.members(one.left.key) for one in certain}
        if before is None and len(whom) == 1:
            linked.append(max(certain, key=lambda one: (bool(one.left.days), one.score)))
            others = [one for one in others if not persons.are_one(one.left.key, certain[0].left.key)]
        waiting += others
    return linked, waiting


def _place(found: Match) -> tuple[str, uuid.UUID, uuid.UUID]:
    return found.right.kind, found.left.key, found.right.key


def _known(session: Session) -> Known:
    rows = session.execute(
        select(IdentityLink.kind, IdentityLink.left_key, IdentityLink.right_key, IdentityLink.state)
    ).all()
    return Known(states={(row.kind, row.left_key, row.right_key): row.state for row in rows})


def _store(session: Session, matches: Sequence[Match], state: str) -> int:
    """Writes the pairs; one that waited already is written only when it is linked now."""
    if not matches:
        return 0
    statement = insert(IdentityLink)
    decided_now = {"state": statement.excluded.state, "decided_by": statement.excluded.decided_by}
    upsert = statement.on_conflict_do_update(
        index_elements=["kind", "left_key", "right_key"],
        set_={**decided_now, "score": statement.excluded.score, "evidence": statement.excluded.evidence},
        where=(IdentityLink.state == "suggested") & (statement.excluded.state == "linked"),
    )
    rows = [_row(found, state) for found in matches]
    return len(session.scalars(upsert.returning(IdentityLink.identity_link_id), rows).all())


def _row(found: Match, state: str) -> dict[str, object]:
    kind, left, right = _place(found)
    return {
        "identity_link_id": key("identity_link", kind, f"{left}:{right}"),
        "kind": kind,
        "left_key": left,
        "right_key": right,
        "score": round(found.score, 6),
        "evidence": found.evidence,
        "state": state,
        "decided_by": SERVICE if state == "linked" else None,
    }

"""Erasure of people: records, vault, events, files, lake and runs, with a tombstone that names nobody.

An erasure is a row first: from its commit on, every load and event of these people is refused. Then, holding each
source's turn, one transaction takes them out of all tables, and raw files follow its commit; runs and lake come last.
Every step can be done twice, so that after a kill the same command goes on where it stopped.
"""

import contextlib
import datetime as dt
import re
import secrets
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace

import psycopg
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from warehouse import audit_log, postgres, retention_lake, retention_raw, retention_records
from warehouse.access import Permission, Principal
from warehouse.files.erased import key_hash
from warehouse.files.load import wait_for_turn
from warehouse.lake import pseudonyms
from warehouse.postgres import DatabaseRole, unit_of_work
from warehouse.retention_errors import ReasonNamesPerson
from warehouse.retention_holds import refuse_held
from warehouse.retention_person import People, find, people_of, possible_keys
from warehouse.retention_traces import traces
from warehouse.settings import Settings
from warehouse.tables.hiring import ErasedKey, Erasure

_SOURCES = "SELECT source FROM landing.load UNION SELECT source FROM landing.inbox ORDER BY 1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgotten:
    """What the parts outside the records need: the erasure, and by each pseudonym of the lake what stands in its place.

    The stand-ins are random, the same in every file of one erasure, and kept nowhere after it.
    """

    erasure_id: uuid.UUID
    stand_ins: Mapping[str, str] = field(repr=False)


Elsewhere = Callable[[Settings, Principal, Forgotten], Mapping[str, int]]
"""Takes people out of what lies outside the records and the lake; answers counts. It may be called twice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What an erasure did. `state` is `erased`, `erased_before` or `dry_run`; counts by place."""

    state: str
    erasure_id: uuid.UUID | None
    people: int
    counts: Mapping[str, int]
    requested_at: dt.datetime | None = None

    def as_json(self) -> dict[str, object]:
        """Plain JSON values."""
        return {
            "state": self.state,
            "erasure_id": str(self.erasure_id) if self.erasure_id else None,
            "people": self.people,
            "counts": dict(self.counts),
            "requested_at": self.requested_at.isoformat() if self.requested_at else None,
        }


def erase(settings: Settings, principal: Principal, candidate: str, *, reason: str, elsewhere: Elsewhere) -> Report:
    """Erases the person with this candidate key or id at a source, and all who are linked as the same person.

    After a kill the same call goes on. Raises AccessDenied, UnknownCandidate, AmbiguousCandidate, HeldPerson and
    ReasonNamesPerson; then nothing was erased.
    """
    principal.require(Permission.ERASE_PEOPLE)
    with _alone(settings):
        with unit_of_work(settings, principal, DatabaseRole.RETENTION) as session:
            row = _known(session, settings, candidate)
            if row is None:
                chosen = people_of(session, [find(session, candidate)])
                _refuse_naming(reason, chosen)
                row = _begun(session, settings, principal, chosen, reason)
            erasure_id, is_done = row.erasure_id, row.finished_at is not None
        return (
            _told(settings, principal, erasure_id, "erased_before")
            if is_done
            else _go_on(settings, principal, erasure_id, elsewhere)
        )


def erase_all(
    settings: Settings,
    principal: Principal,
    candidates: list[uuid.UUID],
    *,
    people: int,
    reason: str,
    elsewhere: Elsewhere,
) -> Report:
    """Erases several `people` at once, who are these candidates, with one tombstone.

    Erasures that were killed earlier are finished first.
    """
    principal.require(Permission.ERASE_PEOPLE)
    with _alone(settings):
        for unfinished in _unfinished(settings, principal):
            _go_on(settings, principal, unfinished, elsewhere)
        with unit_of_work(settings, principal, DatabaseRole.RETENTION) as session:
            row = _begun(session, settings, principal, replace(people_of(session, candidates), people=people), reason)
            erasure_id = row.erasure_id
        return _go_on(settings, principal, erasure_id, elsewhere)


def preview(settings: Settings, principal: Principal, candidate: str) -> Report:
    """How many rows of each place an erasure would take. Raises what `erase` raises."""
    principal.require(Permission.ERASE_PEOPLE)
    with unit_of_work(settings, principal, DatabaseRole.RETENTION) as session:
        row = _known(session, settings, candidate)
        if row is not None and row.finished_at is not None:
            return _report(row, "erased_before")
        people = people_of(session, [find(session, candidate)])
        refuse_held(session, people.keys["candidate"], on=_today())
        counts = retention_records.counted(session, traces(session, settings, people))
    return Report(state="dry_run", erasure_id=None, people=1, counts=counts)


def _known(session: Session, settings: Settings, candidate: str) -> Erasure | None:
    """The erasure that this id was part of, newest first; None where it never was."""
    secret = pseudonyms.key_of(settings)
    hashes = [key_hash(secret, "candidate", one) for one in possible_keys(session, candidate)]
    query = select(Erasure).join(ErasedKey, ErasedKey.erasure_id == Erasure.erasure_id)
    return session.scalars(query.where(ErasedKey.key_hash.in_(hashes)).order_by(Erasure.requested_at.desc())).first()


def _begun(session: Session, settings: Settings, principal: Principal, people: People, reason: str) -> Erasure:
    refuse_held(session, people.keys["candidate"], on=_today())
    secret = pseudonyms.key_of(settings)
    row = Erasure(
        erasure_id=uuid.uuid4(),
        people=people.people,
        reason=reason,
        requested_by=principal.id,
        key_fingerprint=pseudonyms.fingerprint(secret),
        counts={},
        work=people.as_json(),
    )
    session.add(row)
    session.flush()
    _keep_hashes(session, row.erasure_id, people, secret)
    return row


def _refuse_naming(reason: str, people: People) -> None:
    """A name counts as a word of its own; one of a script without blanks counts anywhere."""
    words = [re.escape(one) if not one.isascii() else rf"(?<!\w){re.escape(one)}(?!\w)" for one in people.named]
    if words and re.search("|".join(words), reason.lower()):
        raise ReasonNamesPerson("the reason holds the person's name or contact, and it stays; say it without")


def _keep_hashes(session: Session, erasure_id: uuid.UUID, people: People, secret: bytes) -> None:
    hashes = sorted(
        key_hash(secret, table, one) for table in people.keys if table != "demographics" for one in people.of(table)
    )
    session.execute(
        text(
            "INSERT INTO hr.erased_key (key_hash, erasure_id) SELECT h, :erasure FROM unnest(CAST(:hashes AS text[])) h"
            " ON CONFLICT DO NOTHING"
        ),
        {"erasure": erasure_id, "hashes": hashes},
    )


def _go_on(settings: Settings, principal: Principal, erasure_id: uuid.UUID, elsewhere: Elsewhere) -> Report:
    _take_out(settings, principal, erasure_id)
    with unit_of_work(settings, principal, DatabaseRole.RETENTION) as session:
        retention_raw.put_in_place(session, settings)
        work = session.get_one(Erasure, erasure_id).work or {}
    stand_ins = work["stand_ins"]
    assert isinstance(stand_ins, dict)  # noqa: S101 - written by _take_out
    outside = elsewhere(settings, principal, Forgotten(erasure_id=erasure_id, stand_ins=stand_ins))
    in_lake = retention_lake.forget(settings, principal)
    with unit_of_work(settings, principal, DatabaseRole.RETENTION) as session:
        row = session.get_one(Erasure, erasure_id)
        retention_records.forget_deletions(session, People.from_json(work))
        row.counts = {**row.counts, **outside, **in_lake}
        row.work, row.finished_at = None, dt.datetime.now(dt.UTC)
        session.flush()
        audit_log.append(session, actor=principal.id, action="erasure_finished", subject=str(erasure_id))
    return _told(settings, principal, erasure_id, "erased")


def _take_out(settings: Settings, principal: Principal, erasure_id: uuid.UUID) -> None:
    """The records' transaction: no source loads meanwhile, and what was under way when the erasure began has ended."""
    secret = pseudonyms.key_of(settings)
    with unit_of_work(settings, principal, DatabaseRole.RETENTION) as session:
        row = session.get_one(Erasure, erasure_id)
        if row.work is not None and "stand_ins" in row.work:
            return
        for source in session.scalars(text(_SOURCES)).all():
            wait_for_turn(session, source)
        before = People.from_json(row.work or {})
        now = people_of(session, before.of("candidate")).with_keys(before.keys)
        found = traces(session, settings, now)
        _keep_hashes(session, erasure_id, found.people, secret)
        for file in found.files:
            retention_raw.draft(session, settings, file)
        counts = retention_records.erase(session, erasure_id, found, secret, by=principal.id)
        counts |= {"raw_rows": sum(len(file.rows) for file in found.files)}
        keys_only = People(people=before.people, keys=found.people.keys)
        row.work = {**keys_only.as_json(), "stand_ins": _stand_ins(found.people, secret)}
        row.counts = dict(counts)
        session.flush()
        detail: audit_log.Detail = {"people": row.people, **{name: count for name, count in counts.items() if count}}
        audit_log.append(session, actor=principal.id, action="people_erased", subject=str(erasure_id), detail=detail)


def _stand_ins(people: People, secret: bytes) -> dict[str, str]:
    """A random name by each pseudonym that the lake knows the people and their applications by."""
    return {
        pseudonyms.pseudonym(secret, kind, str(one)): f"erased-{secrets.token_hex(12)}"
        for kind in ("candidate", "application")
        for one in people.of(kind)
    }


def _unfinished(settings: Settings, principal: Principal) -> list[uuid.UUID]:
    with unit_of_work(settings, principal, DatabaseRole.RETENTION) as session:
        query = select(Erasure.erasure_id).where(Erasure.finished_at.is_(None)).order_by(Erasure.requested_at)
        return list(session.scalars(query))


def _told(settings: Settings, principal: Principal, erasure_id: uuid.UUID, state: str) -> Report:
    with unit_of_work(settings, principal, DatabaseRole.RETENTION) as session:
        return _report(session.get_one(Erasure, erasure_id), state)


def _report(row: Erasure, state: str) -> Report:
    return Report(
        state=state,
        erasure_id=row.erasure_id,
        people=row.people,
        counts={name: int(str(count)) for name, count in row.counts.items()},
        requested_at=row.requested_at,
    )


@contextlib.contextmanager
def _alone(settings: Settings) -> Iterator[None]:
    """One erasure at a time; one that dies lets go."""
    with psycopg.connect(postgres.address(settings), autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(hashtextextended('hiregate.erasure', 0))")
        yield


def _today() -> dt.date:
    return dt.datetime.now(dt.UTC).date()

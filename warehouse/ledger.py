"""SQL access to the release ledger: policies, gate results, releases, answers, waivers, events and the champion.

Rows in, values out, within the caller's transaction; what may happen is decided in `models.releases`. Everything but
the champion's row is only ever added. `lock` makes changes of one model name wait for each other.
"""

import datetime as dt
import uuid
from collections.abc import Sequence

from sqlalchemy import ColumnClause, Select, delete, func, literal_column, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, defer

from warehouse.gate_reading import readable
from warehouse.ledger_values import (
    Answer,
    Document,
    EventKind,
    NewRelease,
    Pointer,
    ShadowPointer,
    StoredAnswer,
    StoredEvent,
    StoredGate,
    StoredRelease,
    StoredWaiver,
)
from warehouse.postgres import reader_of
from warehouse.tables.governance import (
    Approval,
    Champion,
    GateResult,
    PolicyVersion,
    Release,
    ReleaseEvent,
    Waiver,
)


def lock(session: Session, model_name: str) -> None:
    """Waits until no other transaction changes this model's ledger, and holds the others off until this one ends."""
    key = f"hiregate.release {model_name}"
    session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 0))"), {"key": key})


def clock(session: Session) -> dt.datetime:
    """The database's own time, which every process agrees on."""
    now: dt.datetime = session.execute(select(func.clock_timestamp())).scalar_one()
    return now


def register_policy(session: Session, *, name: str, version: str, sha256: str, document: Document) -> uuid.UUID:
    """The id of this policy as it stands; a policy seen before keeps its id."""
    new = {"policy_version_id": uuid.uuid4(), "name": name, "version": version, "sha256": sha256}
    session.execute(insert(PolicyVersion).values(**new, document=dict(document)).on_conflict_do_nothing())
    statement = select(PolicyVersion.policy_version_id)
    return session.scalars(statement.where(PolicyVersion.name == name, PolicyVersion.sha256 == sha256)).one()


def add_gate(
    session: Session, *, run_id: str, policy_version_id: uuid.UUID, verdict: str, report: Document, by: str
) -> uuid.UUID:
    """Records one evaluation and answers its id."""
    row = GateResult(
        gate_result_id=uuid.uuid4(),
        run_id=run_id,
        policy_version_id=policy_version_id,
        verdict=verdict,
        checks=dict(report),
        evaluated_at=clock(session),
        evaluated_by=by,
    )
    session.add(row)
    session.flush()
    return row.gate_result_id


def gate(session: Session, gate_result_id: uuid.UUID) -> StoredGate:
    """The evaluation with this id."""
    return _gates(session, _gate_rows().where(GateResult.gate_result_id == gate_result_id))[0]


def latest_gate(
    session: Session, run_id: str, policy_version_id: uuid.UUID | None = None, *, until: dt.datetime | None = None
) -> StoredGate | None:
    """The run's newest evaluation, under this policy and up to this moment where they are given."""
    statement = _gate_rows().where(GateResult.run_id == run_id).order_by(GateResult.evaluated_at.desc()).limit(1)
    if policy_version_id is not None:
        statement = statement.where(GateResult.policy_version_id == policy_version_id)
    if until is not None:
        statement = statement.where(GateResult.evaluated_at <= until)
    return next(iter(_gates(session, statement)), None)


def _gate_rows() -> Select[GateResult, PolicyVersion]:
    return select(GateResult, PolicyVersion).join(
        PolicyVersion, GateResult.policy_version_id == PolicyVersion.policy_version_id
    )


def _gates(session: Session, statement: Select[GateResult, PolicyVersion]) -> list[StoredGate]:
    """The evaluations as far as the one for whom the session reads may see them."""
    reader = reader_of(session)
    return [
        StoredGate(
            gate_result_id=row.gate_result_id,
            run_id=row.run_id,
            policy_version_id=row.policy_version_id,
            policy=policy.name,
            policy_version=policy.version,
            policy_sha256=policy.sha256,
            policy_document=policy.document,
            verdict=row.verdict,
            report=readable(row.checks, reader),
            evaluated_at=row.evaluated_at,
            evaluated_by=row.evaluated_by,
        )
        for row, policy in session.execute(statement).all()
    ]


def add_release(session: Session, new: NewRelease) -> StoredRelease:
    """Adds the release under the next version of its model name; hold `lock` while calling."""
    last = session.scalar(select(func.max(Release.version)).where(Release.model_name == new.model_name))
    row = Release(
        release_id=uuid.uuid4(),
        model_name=new.model_name,
        version=(last or 0) + 1,
        run_id=new.run_id,
        gate_result_id=new.gate_result_id,
        artifact=new.artifact,
        artifact_sha256=new.artifact_sha256,
        feature_spec=dict(new.feature_spec),
        cut_score=new.cut_score,
        snapshot=dict(new.snapshot),
        data_fingerprint=new.data_fingerprint,
        details=dict(new.details),
        is_generated=new.is_generated,
        proposed_by=new.proposed_by,
        proposed_at=clock(session),
    )
    session.add(row)
    session.flush()
    return _release(row)


def releases(
    session: Session,
    *,
    model_name: str | None = None,
    version: int | None = None,
    release_id: uuid.UUID | None = None,
    run_prefix: str | None = None,
) -> list[StoredRelease]:
    """Releases that fit, newest first."""
    statement = (
        select(Release).options(defer(Release.artifact)).order_by(Release.proposed_at.desc(), Release.version.desc())
    )
    if model_name is not None:
        statement = statement.where(Release.model_name == model_name)
    if version is not None:
        statement = statement.where(Release.version == version)
    if release_id is not None:
        statement = statement.where(Release.release_id == release_id)
    if run_prefix is not None:
        statement = statement.where(Release.run_id.startswith(run_prefix, autoescape=True))
    return [_release(row) for row in session.scalars(statement)]


def artifact(session: Session, release_id: uuid.UUID) -> bytes:
    """The model file of a release."""
    return session.scalars(select(Release.artifact).where(Release.release_id == release_id)).one()


def record_sha256(session: Session, release_id: uuid.UUID) -> str:
    """The sha256 of what a release says of itself beside its file, as PostgreSQL writes it."""
    query = (
        "SELECT encode(sha256(convert_to(concat_ws(chr(10), run_id, artifact_sha256, feature_spec, cut_score, snapshot,"
        " data_fingerprint, details, is_generated, proposed_by), 'UTF8')), 'hex')"
        " FROM governance.release WHERE release_id = :id"
    )
    return str(session.execute(text(query), {"id": release_id}).scalar_one())


def add_answer(session: Session, release: StoredRelease, *, answer: Answer, by: str, reason: str) -> None:
    """A checker's answer; the database refuses the proposer's own."""
    row = Approval(
        approval_id=uuid.uuid4(),
        release_id=release.release_id,
        proposed_by=release.proposed_by,
        decided_by=by,
        answer=answer,
        reason=reason,
        decided_at=clock(session),
    )
    session.add(row)
    session.flush()


def answers(session: Session, release_id: uuid.UUID) -> list[StoredAnswer]:
    """The answers to a proposal, oldest first."""
    rows = session.scalars(select(Approval).where(Approval.release_id == release_id).order_by(Approval.decided_at))
    return [
        StoredAnswer(answer=row.answer, decided_by=row.decided_by, reason=row.reason, decided_at=row.decided_at)
        for row in rows
    ]


def add_waiver(
    session: Session, release: StoredRelease, *, check: str, by: str, owner: str, reason: str, expires_at: dt.datetime
) -> None:
    """A signed exception; the database refuses the proposer's own and one that ends before it begins."""
    row = Waiver(
        waiver_id=uuid.uuid4(),
        release_id=release.release_id,
        proposed_by=release.proposed_by,
        check_name=check,
        signed_by=by,
        owner=owner,
        reason=reason,
        signed_at=clock(session),
        expires_at=expires_at,
    )
    session.add(row)
    session.flush()


def waivers(session: Session, release_id: uuid.UUID) -> list[StoredWaiver]:
    """The waivers of a release, oldest first."""
    rows = session.scalars(select(Waiver).where(Waiver.release_id == release_id).order_by(Waiver.signed_at))
    return [
        StoredWaiver(
            check=row.check_name,
            signed_by=row.signed_by,
            owner=row.owner,
            reason=row.reason,
            signed_at=row.signed_at,
            expires_at=row.expires_at,
        )
        for row in rows
    ]


def add_event(
    session: Session,
    release: StoredRelease,
    *,
    kind: EventKind,
    actor: str,
    reason: str | None = None,
    lease_until: dt.datetime | None = None,
) -> StoredEvent:
    """Appends one line to the ledger."""
    row = ReleaseEvent(
        model_name=release.model_name,
        release_id=release.release_id,
        kind=kind,
        actor=actor,
        reason=reason,
        lease_until=lease_until,
    )
    session.add(row)
    session.flush()
    session.refresh(row)
    return _event(row, release.version)


def events(
    session: Session,
    *,
    model_name: str | None = None,
    release_id: uuid.UUID | None = None,
    until: dt.datetime | None = None,
    kinds: Sequence[str] | None = None,
) -> list[StoredEvent]:
    """The ledger's lines in order, those after `until` left out."""
    statement = (
        select(ReleaseEvent, Release.version)
        .join(Release, ReleaseEvent.release_id == Release.release_id)
        .order_by(ReleaseEvent.release_event_id)
    )
    if model_name is not None:
        statement = statement.where(ReleaseEvent.model_name == model_name)
    if release_id is not None:
        statement = statement.where(ReleaseEvent.release_id == release_id)
    if until is not None:
        statement = statement.where(ReleaseEvent.happened_at <= until)
    if kinds is not None:
        statement = statement.where(ReleaseEvent.kind.in_(kinds))
    return [_event(row, version) for row, version in session.execute(statement).all()]


def pointer(session: Session, model_name: str, *, for_update: bool = False) -> Pointer | None:
    """The champion's row, with its shadows in the same look; `for_update` locks it until the transaction ends."""
    statement = select(Champion, _SHADOWS).where(Champion.model_name == model_name)
    found = session.execute(statement.with_for_update(of=Champion) if for_update else statement).one_or_none()
    if found is None:
        return None
    row, shadows = found
    return Pointer(
        model_name=row.model_name,
        release_id=row.release_id,
        event_id=row.release_event_id,
        lease_until=row.lease_until,
        since=row.since,
        shadows=tuple(shadows),
    )


_SHADOWS: ColumnClause[list[uuid.UUID]] = literal_column(
    "ARRAY(SELECT s.release_id FROM governance.shadow s WHERE s.model_name = governance.champion.model_name"
    " ORDER BY s.release_event_id)"
)


def model_names(session: Session) -> list[str]:
    """The model names that have releases, sorted."""
    return list(session.scalars(select(Release.model_name).distinct().order_by(Release.model_name)))


def is_retired(session: Session, release_id: uuid.UUID) -> bool:
    """Whether a checker took the release out of service for good."""
    found = select(ReleaseEvent.release_event_id).where(
        ReleaseEvent.release_id == release_id, ReleaseEvent.kind == "retired"
    )
    return session.scalar(found.limit(1)) is not None


def shadows(session: Session, model_name: str | None = None) -> list[ShadowPointer]:
    """What runs in shadow, the longest there first."""
    rows = session.execute(
        text(
            "SELECT model_name, release_id, release_event_id AS event_id, since FROM governance.shadow"
            " WHERE CAST(:model AS text) IS NULL OR model_name = :model ORDER BY release_event_id"
        ),
        {"model": model_name},
    )
    return [ShadowPointer(**row) for row in rows.mappings()]


def drop_champion(session: Session, model_name: str) -> None:
    """Leaves the model without a champion; the database lets only a retired one go."""
    session.execute(delete(Champion).where(Champion.model_name == model_name))


def move_champion(session: Session, event: StoredEvent) -> None:
    """Points the model's champion at the event's release; the first time this makes the row."""
    values = {
        "release_id": event.release_id,
        "release_event_id": event.event_id,
        "lease_until": event.lease_until,
        "since": event.happened_at,
    }
    statement = insert(Champion).values(model_name=event.model_name, **values)
    session.execute(statement.on_conflict_do_update(index_elements=[Champion.model_name], set_=values))


def _release(row: Release) -> StoredRelease:
    return StoredRelease(
        release_id=row.release_id,
        model_name=row.model_name,
        version=row.version,
        run_id=row.run_id,
        gate_result_id=row.gate_result_id,
        artifact_sha256=row.artifact_sha256,
        feature_spec=row.feature_spec,
        cut_score=row.cut_score,
        snapshot=row.snapshot,
        data_fingerprint=row.data_fingerprint,
        details=row.details,
        is_generated=row.is_generated,
        proposed_by=row.proposed_by,
        proposed_at=row.proposed_at,
    )


def _event(row: ReleaseEvent, version: int) -> StoredEvent:
    return StoredEvent(
        event_id=row.release_event_id,
        model_name=row.model_name,
        release_id=row.release_id,
        version=version,
        kind=row.kind,
        actor=row.actor,
        reason=row.reason,
        lease_until=row.lease_until,
        happened_at=row.happened_at,
    )

"""Schema `governance`: releases, who agreed, what the gate saw, every score given, and the chained audit log.

All but the champion pointer is append-only: triggers refuse UPDATE and DELETE to every role. One row of `champion` a
model name makes two champions impossible; maker and checker differ by a check constraint that no path can go around,
for the maker is copied through a composite foreign key.
"""

import datetime as dt
import uuid

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    LargeBinary,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from warehouse.tables.columns import Base, Document, Key, Xid8

VERDICTS = "('pass', 'review', 'block', 'not_enough_evidence')"
APPEND_ONLY = (
    "policy_version",
    "gate_result",
    "release",
    "approval",
    "waiver",
    "release_event",
    "decision",
    "audit_log",
    "document_part",
)

_GOVERNANCE = {"schema": "governance"}


def _other_person(one: str, other: str, *, name: str) -> CheckConstraint:
    """Two names that no reader would take for each other: `warehouse.access.plain_name`, told to the database."""
    return CheckConstraint(f"governance.plain_name({one}) <> governance.plain_name({other})", name=name)


class PolicyVersion(Base):
    """A gate policy as it stood when it was used."""

    __tablename__ = "policy_version"
    __table_args__ = (UniqueConstraint("name", "sha256"), _GOVERNANCE)
    policy_version_id: Mapped[Key]
    name: Mapped[str]
    version: Mapped[str]
    sha256: Mapped[str]
    document: Mapped[Document]
    registered_at: Mapped[dt.datetime] = mapped_column(server_default=func.now())


class GateResult(Base):
    """One evaluation of a run by a policy: each check's verdict, figures and reason in `checks`."""

    __tablename__ = "gate_result"
    __table_args__ = (CheckConstraint(f"verdict IN {VERDICTS}", name="known_verdict"), _GOVERNANCE)
    gate_result_id: Mapped[Key]
    run_id: Mapped[str] = mapped_column(index=True)
    policy_version_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("governance.policy_version.policy_version_id"))
    verdict: Mapped[str]
    checks: Mapped[Document]
    evaluated_at: Mapped[dt.datetime] = mapped_column(server_default=func.now())
    evaluated_by: Mapped[str]


class Release(Base):
    """A proposed version: the model file itself, its feature spec, cut score, snapshot and gate result."""

    __tablename__ = "release"
    __table_args__ = (
        UniqueConstraint("model_name", "version"),
        UniqueConstraint("release_id", "proposed_by"),
        CheckConstraint("octet_length(artifact) > 0", name="artifact_is_there"),
        _GOVERNANCE,
    )
    release_id: Mapped[Key]
    model_name: Mapped[str]
    version: Mapped[int]
    run_id: Mapped[str]
    gate_result_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("governance.gate_result.gate_result_id"))
    artifact: Mapped[bytes] = mapped_column(LargeBinary)
    artifact_sha256: Mapped[str]
    feature_spec: Mapped[Document]
    cut_score: Mapped[float]
    snapshot: Mapped[Document]
    data_fingerprint: Mapped[str]
    details: Mapped[Document]
    is_generated: Mapped[bool] = mapped_column(server_default="false")
    proposed_by: Mapped[str]
    proposed_at: Mapped[dt.datetime] = mapped_column(server_default=func.now())


class Approval(Base):
    """A checker's answer to a proposal: approved or sent back, with a reason. The maker cannot give it."""

    __tablename__ = "approval"
    __table_args__ = (
        ForeignKeyConstraint(
            ["release_id", "proposed_by"], ["governance.release.release_id", "governance.release.proposed_by"]
        ),
        _other_person("decided_by", "proposed_by", name="maker_is_not_checker"),
        CheckConstraint("answer IN ('approved', 'sent_back')", name="known_answer"),
        CheckConstraint("length(trim(reason)) > 0", name="reason_is_given"),
        _GOVERNANCE,
    )
    approval_id: Mapped[Key]
    release_id: Mapped[uuid.UUID] = mapped_column(index=True)
    proposed_by: Mapped[str]
    decided_by: Mapped[str]
    answer: Mapped[str]
    reason: Mapped[str]
    decided_at: Mapped[dt.datetime] = mapped_column(server_default=func.now())


class Waiver(Base):
    """A signed exception for one check of one release, with owner and end. The maker cannot sign it."""

    __tablename__ = "waiver"
    __table_args__ = (
        ForeignKeyConstraint(
            ["release_id", "proposed_by"], ["governance.release.release_id", "governance.release.proposed_by"]
        ),
        _other_person("signed_by", "proposed_by", name="maker_is_not_checker"),
        CheckConstraint("expires_at > signed_at", name="expires_later"),
        CheckConstraint("length(trim(reason)) > 0", name="reason_is_given"),
        _GOVERNANCE,
    )
    waiver_id: Mapped[Key]
    release_id: Mapped[uuid.UUID] = mapped_column(index=True)
    proposed_by: Mapped[str]
    check_name: Mapped[str]
    signed_by: Mapped[str]
    owner: Mapped[str]
    reason: Mapped[str]
    signed_at: Mapped[dt.datetime] = mapped_column(server_default=func.now())
    expires_at: Mapped[dt.datetime]


class ReleaseEvent(Base):
    """What happened to a release, in order: the ledger. `lease_until` is set where it began to serve.

    `replaced` is what another release's promotion does to the champion; `retired` is a checker's act, and final.
    """

    __tablename__ = "release_event"
    __table_args__ = (
        CheckConstraint(
            "kind IN ('proposed', 'approved', 'sent_back', 'waived', 'promoted', 'rolled_back', 'retired',"
            " 'replaced', 'shadowed', 'unshadowed')",
            name="known_kind",
        ),
        CheckConstraint(
            "(kind IN ('promoted', 'rolled_back')) = (lease_until IS NOT NULL)", name="serving_has_a_lease"
        ),
        _GOVERNANCE,
    )
    release_event_id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    model_name: Mapped[str] = mapped_column(index=True)
    release_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("governance.release.release_id"), index=True)
    kind: Mapped[str]
    actor: Mapped[str]
    reason: Mapped[str | None]
    lease_until: Mapped[dt.datetime | None]
    happened_at: Mapped[dt.datetime] = mapped_column(server_default=func.clock_timestamp())


class Champion(Base):
    """The release that decides, one a model name; moves only with its ledger event, leaves only by retirement."""

    __tablename__ = "champion"
    __table_args__ = (_GOVERNANCE,)
    model_name: Mapped[str] = mapped_column(primary_key=True)
    release_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("governance.release.release_id"))
    release_event_id: Mapped[int] = mapped_column(ForeignKey("governance.release_event.release_event_id"), unique=True)
    lease_until: Mapped[dt.datetime]
    since: Mapped[dt.datetime]


class Decision(Base):
    """One score given, with versions, reasons and the fingerprint of its inputs; durable before the answer."""

    __tablename__ = "decision"
    __table_args__ = (
        UniqueConstraint("client", "idempotency_key"),
        CheckConstraint(
            "recommendation IN ('advance', 'hold', 'human_review', 'cannot_score')", name="known_recommendation"
        ),
        _GOVERNANCE,
    )
    decision_id: Mapped[Key]
    client: Mapped[str]
    idempotency_key: Mapped[str | None]
    request_sha256: Mapped[str]
    subject: Mapped[str | None] = mapped_column(index=True)
    release_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("governance.release.release_id"), index=True)
    policy_version: Mapped[str]
    score: Mapped[float | None]
    band: Mapped[str | None]
    cut_score: Mapped[float]
    recommendation: Mapped[str]
    inputs: Mapped[Document]
    answer: Mapped[Document]
    decided_at: Mapped[dt.datetime] = mapped_column(server_default=func.clock_timestamp())
    changed_xid: Mapped[int] = mapped_column(Xid8(), server_default=text("pg_current_xact_id()"), index=True)


class ShadowScore(Base):
    """What a shadow would have said of one decision: neither inputs nor a subject, and gone with the person."""

    __tablename__ = "shadow_score"
    __table_args__ = (
        CheckConstraint(
            "recommendation IN ('advance', 'hold', 'human_review', 'cannot_score')", name="known_recommendation"
        ),
        _GOVERNANCE,
    )
    decision_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("governance.decision.decision_id"), primary_key=True)
    release_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("governance.release.release_id"), primary_key=True, index=True
    )
    score: Mapped[float | None]
    band: Mapped[str | None]
    recommendation: Mapped[str]
    scored_at: Mapped[dt.datetime] = mapped_column(server_default=func.clock_timestamp())


class DocumentPart(Base):
    """One version of a text that a person wrote for a document; the newest version of a part and language is in force.

    `subject` is a model's name. Versions count from 1 without a gap, which a trigger holds.
    """

    __tablename__ = "document_part"
    __table_args__ = (
        UniqueConstraint("kind", "subject", "part", "language", "version"),
        CheckConstraint("language IN ('en', 'zh')", name="known_language"),
        CheckConstraint("length(trim(text)) > 0 AND length(text) <= 20000", name="text_of_bearable_length"),
        _GOVERNANCE,
    )
    document_part_id: Mapped[Key]
    kind: Mapped[str]
    subject: Mapped[str]
    part: Mapped[str]
    language: Mapped[str]
    version: Mapped[int]
    text: Mapped[str]
    author: Mapped[str]
    written_at: Mapped[dt.datetime] = mapped_column(server_default=func.clock_timestamp())
    sha256: Mapped[str]


class AuditLog(Base):
    """Who did what, chained: each row's hash covers the row before it, so a change anywhere shows."""

    __tablename__ = "audit_log"
    __table_args__ = (UniqueConstraint("previous_hash"), _GOVERNANCE)
    position: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    happened_at: Mapped[dt.datetime]
    actor: Mapped[str]
    action: Mapped[str]
    subject: Mapped[str]
    detail: Mapped[Document]
    previous_hash: Mapped[bytes] = mapped_column(LargeBinary)
    hash: Mapped[bytes] = mapped_column(LargeBinary)

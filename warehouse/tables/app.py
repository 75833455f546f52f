"""Schema `app`: identities, their grants, API keys as hashes, saved views, alerts, jobs, and the lake's snapshots."""

import datetime as dt
import uuid

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, UniqueConstraint, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from warehouse.tables.columns import Base, Document, Key, Xid8

_APP = {"schema": "app"}


class PrincipalRow(Base):
    """A person or a service that may ask."""

    __tablename__ = "principal"
    __table_args__ = (CheckConstraint("kind IN ('person', 'service')", name="known_kind"), _APP)
    principal_id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(server_default="person")
    display_name: Mapped[str | None]
    candidate_id: Mapped[uuid.UUID | None]
    is_generated: Mapped[bool] = mapped_column(server_default="false")
    created_at: Mapped[dt.datetime] = mapped_column(server_default=func.now())


class RoleGrant(Base):
    """A role given to a principal, for one department or for the whole company; revoked, never deleted."""

    __tablename__ = "role_grant"
    __table_args__ = (
        Index("ix_role_grant_live", "principal_id", postgresql_where="revoked_at IS NULL"),
        CheckConstraint("role <> 'department_manager' OR department_id IS NOT NULL", name="manager_has_a_department"),
        _APP,
    )
    role_grant_id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    principal_id: Mapped[str] = mapped_column(ForeignKey("app.principal.principal_id"))
    role: Mapped[str]
    department_id: Mapped[uuid.UUID | None]
    granted_by: Mapped[str]
    granted_at: Mapped[dt.datetime] = mapped_column(server_default=func.now())
    revoked_at: Mapped[dt.datetime | None]


class ApiKey(Base):
    """A key of one system; only its hash is kept. `prefix` finds it, `secret_sha256` proves it."""

    __tablename__ = "api_key"
    __table_args__ = (UniqueConstraint("prefix"), _APP)
    api_key_id: Mapped[Key]
    prefix: Mapped[str]
    secret_sha256: Mapped[str]
    principal_id: Mapped[str] = mapped_column(ForeignKey("app.principal.principal_id"))
    name: Mapped[str]
    created_at: Mapped[dt.datetime] = mapped_column(server_default=func.now())
    created_by: Mapped[str]
    expires_at: Mapped[dt.datetime | None]
    revoked_at: Mapped[dt.datetime | None]


class SavedView(Base):
    """A page with its filters under a name; the filters are the address bar's."""

    __tablename__ = "saved_view"
    __table_args__ = (UniqueConstraint("principal_id", "name"), _APP)
    saved_view_id: Mapped[Key]
    principal_id: Mapped[str] = mapped_column(ForeignKey("app.principal.principal_id"))
    name: Mapped[str]
    page: Mapped[str]
    query: Mapped[str]
    created_at: Mapped[dt.datetime] = mapped_column(server_default=func.now())


class AlertRule(Base):
    """A condition that somebody wants to hear of."""

    __tablename__ = "alert_rule"
    __table_args__ = (_APP,)
    alert_rule_id: Mapped[Key]
    principal_id: Mapped[str] = mapped_column(ForeignKey("app.principal.principal_id"))
    kind: Mapped[str]
    settings: Mapped[Document]
    created_at: Mapped[dt.datetime] = mapped_column(server_default=func.now())


class Alert(Base):
    """A condition that came true, once until it is closed: acknowledged, explained and closed by people.

    `cleared_at` is when the condition ceased; what nobody acknowledged by then closes by itself.
    """

    __tablename__ = "alert"
    __table_args__ = (
        CheckConstraint("verdict IN ('review', 'block')", name="known_verdict"),
        CheckConstraint("closed_at IS NULL OR cause IS NOT NULL", name="closed_with_a_cause"),
        Index("uq_alert_open", "kind", "subject", unique=True, postgresql_where="closed_at IS NULL"),
        _APP,
    )
    alert_id: Mapped[Key]
    alert_rule_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("app.alert_rule.alert_rule_id"))
    kind: Mapped[str]
    subject: Mapped[str]
    verdict: Mapped[str]
    detail: Mapped[Document]
    raised_at: Mapped[dt.datetime] = mapped_column(server_default=func.now())
    acknowledged_by: Mapped[str | None]
    acknowledged_at: Mapped[dt.datetime | None]
    cleared_at: Mapped[dt.datetime | None]
    cause: Mapped[str | None]
    closed_by: Mapped[str | None]
    closed_at: Mapped[dt.datetime | None]


class Job(Base):
    """Work that a person asked for: its progress, its log and how it ended.

    `step` of `steps` is done or being done; `is_storing` says that it can no longer be cancelled, for its result is
    being written. `arguments` name configurations, runs and policies, never people. A row that runs has a process that
    holds its advisory lock (`warehouse.job_rows`).
    """

    __tablename__ = "job"
    __table_args__ = (
        CheckConstraint(
            "state IN ('queued', 'running', 'cancelling', 'cancelled', 'failed', 'done')", name="known_state"
        ),
        CheckConstraint(
            "(finished_at IS NOT NULL) = (state IN ('cancelled', 'failed', 'done'))", name="over_when_ended"
        ),
        CheckConstraint("(error IS NOT NULL) = (state = 'failed')", name="failed_with_a_reason"),
        CheckConstraint("state = 'done' OR result IS NULL", name="result_of_the_done"),
        Index("ix_job_asked_at", "asked_at"),
        Index("ix_job_open", "state", postgresql_where="finished_at IS NULL"),
        _APP,
    )
    job_id: Mapped[Key]
    kind: Mapped[str]
    asked_by: Mapped[str]
    asked_at: Mapped[dt.datetime] = mapped_column(server_default=func.clock_timestamp())
    arguments: Mapped[Document]
    state: Mapped[str] = mapped_column(server_default="queued")
    step: Mapped[int] = mapped_column(server_default="0")
    steps: Mapped[int | None]
    step_text: Mapped[str | None]
    log: Mapped[list[dict[str, object]]] = mapped_column(JSONB, server_default="[]")
    is_storing: Mapped[bool] = mapped_column(server_default="false")
    started_at: Mapped[dt.datetime | None]
    cancelled_by: Mapped[str | None]
    result: Mapped[dict[str, object] | None] = mapped_column(JSONB(none_as_null=True))
    error: Mapped[str | None]
    finished_at: Mapped[dt.datetime | None]


class LakeSnapshot(Base):
    """The versions of all lake tables at one moment, and the transaction up to which they follow the records.

    `origin` names the PostgreSQL cluster that the transaction belongs to, for after a restore from a dump its number
    means nothing, and the fingerprint of the key that the lake's pseudonyms were made with. `erased_at` says that its
    files are gone, for they held somebody who was erased since.
    """

    __tablename__ = "lake_snapshot"
    __table_args__ = (_APP,)
    lake_snapshot_id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    lake_url: Mapped[str] = mapped_column(index=True)
    versions: Mapped[Document]
    watermark: Mapped[int] = mapped_column(Xid8())
    origin: Mapped[str]
    rows_written: Mapped[int] = mapped_column(BigInteger)
    is_full: Mapped[bool]
    is_generated: Mapped[bool] = mapped_column(server_default="false")
    created_at: Mapped[dt.datetime] = mapped_column(server_default=func.clock_timestamp())
    erased_at: Mapped[dt.datetime | None]

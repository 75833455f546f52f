"""Schema `landing`: what arrived, how it was mapped, what was refused, and how far each sync got."""

import datetime as dt
import uuid

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Identity,
    Index,
    LargeBinary,
    SmallInteger,
    UniqueConstraint,
    func,
)
from sqlalchemy.orm import Mapped, mapped_column

from warehouse.tables.columns import Base, Document, Key

_LANDING = {"schema": "landing"}


class Inbox(Base):
    """A raw event as it came, once per source and idempotency key."""

    __tablename__ = "inbox"
    __table_args__ = (UniqueConstraint("source", "idempotency_key"), _LANDING)
    inbox_id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    source: Mapped[str]
    idempotency_key: Mapped[str]
    received_at: Mapped[dt.datetime] = mapped_column(server_default=func.now())
    content_type: Mapped[str | None]
    payload: Mapped[bytes] = mapped_column(LargeBinary)
    handled_at: Mapped[dt.datetime | None]


class Mapping(Base):
    """A mapping document as it was used, so that a rebuild maps each file the same way."""

    __tablename__ = "mapping"
    __table_args__ = (UniqueConstraint("source", "sha256"), _LANDING)
    source: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    sha256: Mapped[str]
    document: Mapped[Document]
    registered_at: Mapped[dt.datetime] = mapped_column(server_default=func.now())


class Load(Base):
    """One file brought in; `file_sha256` names the raw copy. A repeated load changes nothing and is listed too."""

    __tablename__ = "load"
    __table_args__ = (
        CheckConstraint("rows_read = rows_new + rows_changed + rows_unchanged + rows_rejected", name="rows_add_up"),
        _LANDING,
    )
    load_id: Mapped[Key]
    source: Mapped[str] = mapped_column(index=True)
    file_name: Mapped[str]
    file_sha256: Mapped[str]
    mapping_version: Mapped[int] = mapped_column(SmallInteger)
    started_at: Mapped[dt.datetime]
    finished_at: Mapped[dt.datetime]
    actor: Mapped[str]
    rows_read: Mapped[int] = mapped_column(BigInteger)
    rows_new: Mapped[int] = mapped_column(BigInteger)
    rows_changed: Mapped[int] = mapped_column(BigInteger)
    rows_unchanged: Mapped[int] = mapped_column(BigInteger)
    rows_rejected: Mapped[int] = mapped_column(BigInteger)
    tables: Mapped[Document]
    is_generated: Mapped[bool] = mapped_column(server_default="false")


class Quarantine(Base):
    """A refused row: where it stands, why, and its values masked. The raw file keeps the row itself."""

    __tablename__ = "quarantine"
    __table_args__ = (
        CheckConstraint("status IN ('open', 'resubmitted', 'dismissed')", name="known_status"),
        Index("ix_quarantine_open", "source", postgresql_where="status = 'open'"),
        _LANDING,
    )
    quarantine_id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    load_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("landing.load.load_id"), index=True)
    source: Mapped[str]
    row_number: Mapped[int] = mapped_column(BigInteger)
    table_name: Mapped[str | None]
    column_name: Mapped[str | None]
    reason_code: Mapped[str]
    reason: Mapped[str]
    masked_values: Mapped[Document]
    owner: Mapped[str | None]
    status: Mapped[str] = mapped_column(server_default="open")
    created_at: Mapped[dt.datetime] = mapped_column(server_default=func.now())


class Finding(Base):
    """One failed or noted expectation of a data contract on one load; no value of any row is kept."""

    __tablename__ = "finding"
    __table_args__ = (
        CheckConstraint("verdict IN ('pass', 'review', 'block', 'not_enough_evidence')", name="known_verdict"),
        _LANDING,
    )
    finding_id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    load_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("landing.load.load_id"), index=True)
    table_name: Mapped[str]
    column_name: Mapped[str | None]
    expectation: Mapped[str]
    verdict: Mapped[str]
    n: Mapped[int] = mapped_column(BigInteger)
    unexpected_n: Mapped[int] = mapped_column(BigInteger)
    sentence_en: Mapped[str]
    sentence_zh: Mapped[str]


class SyncCursor(Base):
    """How far a connector got; it moves in the transaction of its rows."""

    __tablename__ = "sync_cursor"
    __table_args__ = (_LANDING,)
    source: Mapped[str] = mapped_column(primary_key=True)
    entity: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[Document]
    moved_at: Mapped[dt.datetime] = mapped_column(server_default=func.now())


class SyncRun(Base):
    """One run of a connector, with what it yielded; a run of zero rows is visible as such."""

    __tablename__ = "sync_run"
    __table_args__ = (_LANDING,)
    sync_run_id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    source: Mapped[str] = mapped_column(index=True)
    entity: Mapped[str]
    started_at: Mapped[dt.datetime]
    finished_at: Mapped[dt.datetime | None]
    rows_read: Mapped[int] = mapped_column(BigInteger, server_default="0")
    rows_rejected: Mapped[int] = mapped_column(BigInteger, server_default="0")
    error: Mapped[str | None]


class Outbox(Base):
    """A message to an outside system: pending, sent, confirmed by that system, failed or dead."""

    __tablename__ = "outbox"
    __table_args__ = (
        UniqueConstraint("target", "idempotency_key"),
        CheckConstraint("state IN ('pending', 'sent', 'confirmed', 'failed', 'dead')", name="known_state"),
        _LANDING,
    )
    outbox_id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    target: Mapped[str]
    idempotency_key: Mapped[str]
    payload: Mapped[Document]
    state: Mapped[str] = mapped_column(server_default="pending")
    attempts: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    next_attempt_at: Mapped[dt.datetime | None]
    created_at: Mapped[dt.datetime] = mapped_column(server_default=func.now())

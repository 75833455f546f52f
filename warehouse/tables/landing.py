"""Schema `landing`: what arrived, how it was mapped, what was refused, and how far each sync got."""

import datetime as dt
import uuid

from sqlalchemy import (
    ARRAY,
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
    """A raw event or pulled record as it came, once per source and idempotency key.

    `entity` is the event's type or the connector's entity, `happened_at` the time that the sender gives it,
    `source_version` its place in the order of the same record's versions where the sender says one. `load_id` names the
    intake that handled it; until then it waits. `erased_at` says when payload and key were blanked for an erasure.
    """

    __tablename__ = "inbox"
    __table_args__ = (
        UniqueConstraint("source", "idempotency_key"),
        Index("ix_inbox_waiting", "source", "inbox_id", postgresql_where="handled_at IS NULL"),
        Index("ix_inbox_load_id", "load_id"),
        Index("ix_inbox_received_at", "received_at", postgresql_using="brin"),
        _LANDING,
    )
    inbox_id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    source: Mapped[str]
    idempotency_key: Mapped[str]
    received_at: Mapped[dt.datetime] = mapped_column(server_default=func.now())
    content_type: Mapped[str | None]
    payload: Mapped[bytes] = mapped_column(LargeBinary)
    entity: Mapped[str | None]
    happened_at: Mapped[dt.datetime | None]
    source_version: Mapped[int | None] = mapped_column(BigInteger)
    sync_run_id: Mapped[int | None] = mapped_column(BigInteger)
    handled_at: Mapped[dt.datetime | None]
    load_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("landing.load.load_id"))
    erased_at: Mapped[dt.datetime | None]


class RecordVersion(Base):
    """How new a canonical record is; what is older and comes late changes nothing.

    `version` is the source's own, where it numbers them; `inbox_id` the last event that brought the record, which
    decides where it does not.
    """

    __tablename__ = "record_version"
    __table_args__ = (_LANDING,)
    table_name: Mapped[str] = mapped_column(primary_key=True)
    record_key: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    version: Mapped[int | None] = mapped_column(BigInteger)
    inbox_id: Mapped[int | None] = mapped_column(BigInteger)


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
    """One file, or one batch of inbox events, brought in; a repeated load changes nothing and is listed too.

    `file_sha256` names the raw copy of a file; of events it is the hash of their payloads in order, and the inbox holds
    them. `row_numbers` are the rows of the file that were taken where it was not all of them, as with resubmitted ones.
    """

    __tablename__ = "load"
    __table_args__ = (
        CheckConstraint("rows_read = rows_new + rows_changed + rows_unchanged + rows_rejected", name="rows_add_up"),
        CheckConstraint("kind IN ('file', 'events')", name="known_kind"),
        _LANDING,
    )
    load_id: Mapped[Key]
    kind: Mapped[str] = mapped_column(server_default="file")
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
    row_numbers: Mapped[list[int] | None] = mapped_column(ARRAY(BigInteger))


class RawRedaction(Base):
    """A raw file without the rows of erased people: it keeps the name of what it was, and this is what it is now."""

    __tablename__ = "raw_redaction"
    __table_args__ = (_LANDING,)
    file_sha256: Mapped[str] = mapped_column(primary_key=True)
    redacted_sha256: Mapped[str]
    rows_blanked: Mapped[int] = mapped_column(BigInteger)
    redacted_at: Mapped[dt.datetime] = mapped_column(server_default=func.clock_timestamp())


class Quarantine(Base):
    """A refused row: where it stands, why, and its values masked. The raw file or the inbox keeps the row itself.

    `settled_by` and `settled_at` say who resubmitted or dismissed it, `note` why. A row that refers to a record which
    has not arrived names it by table and key (`waits_in`, `waits_for`), and is tried again once it is there.
    """

    __tablename__ = "quarantine"
    __table_args__ = (
        CheckConstraint("status IN ('open', 'resubmitted', 'dismissed')", name="known_status"),
        Index("ix_quarantine_open", "source", postgresql_where="status = 'open'"),
        Index("ix_quarantine_waiting", "waits_in", postgresql_where="status = 'open' AND waits_for IS NOT NULL"),
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
    inbox_id: Mapped[int | None] = mapped_column(ForeignKey("landing.inbox.inbox_id"), index=True)
    settled_by: Mapped[str | None]
    settled_at: Mapped[dt.datetime | None]
    note: Mapped[str | None]
    waits_in: Mapped[str | None]
    waits_for: Mapped[uuid.UUID | None]
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
    """One run of a connector for one entity, with what it yielded; a run of zero rows is visible as such.

    `source_total` is how many records the source itself says it holds, where it says; `quota_left` what its own limit
    leaves of calls. `is_sweep` says that all keys were compared, to find what is gone. `error` is a sentence without
    values, `error_code` its stable name.
    """

    __tablename__ = "sync_run"
    __table_args__ = (
        CheckConstraint("state IN ('running', 'succeeded', 'partial', 'failed', 'cancelled')", name="known_state"),
        CheckConstraint("direction IN ('pull', 'push')", name="known_direction"),
        Index("ix_sync_run_source_entity", "source", "entity", "started_at"),
        _LANDING,
    )
    sync_run_id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    source: Mapped[str]
    entity: Mapped[str]
    direction: Mapped[str] = mapped_column(server_default="pull")
    state: Mapped[str] = mapped_column(server_default="running")
    started_at: Mapped[dt.datetime]
    finished_at: Mapped[dt.datetime | None]
    requests: Mapped[int] = mapped_column(BigInteger, server_default="0")
    retries: Mapped[int] = mapped_column(BigInteger, server_default="0")
    rows_read: Mapped[int] = mapped_column(BigInteger, server_default="0")
    rows_new: Mapped[int] = mapped_column(BigInteger, server_default="0")
    rows_rejected: Mapped[int] = mapped_column(BigInteger, server_default="0")
    rows_gone: Mapped[int] = mapped_column(BigInteger, server_default="0")
    is_sweep: Mapped[bool] = mapped_column(server_default="false")
    source_total: Mapped[int | None] = mapped_column(BigInteger)
    quota_left: Mapped[int | None] = mapped_column(BigInteger)
    position: Mapped[Document | None]
    error_code: Mapped[str | None]
    error: Mapped[str | None]


class SourceKey(Base):
    """A key that a pull or a full sweep saw at the source; what a later sweep no longer sees was deleted there.

    `body_sha256` is the hash of the record's body as it was pulled last, so that what did not change is not kept again.
    """

    __tablename__ = "source_key"
    __table_args__ = (_LANDING,)
    source: Mapped[str] = mapped_column(primary_key=True)
    entity: Mapped[str] = mapped_column(primary_key=True)
    source_record_id: Mapped[str] = mapped_column(primary_key=True)
    seen_in: Mapped[int] = mapped_column(BigInteger)
    body_sha256: Mapped[str | None]
    gone_at: Mapped[dt.datetime | None]


class Outbox(Base):
    """A message to an outside system: pending, sent, confirmed by that system, failed or dead.

    What `needs_person` waits until `released_by` is set. `is_dry_run` messages are worked out and kept, never sent.
    `payload` names records by key; names and contact are filled in when it is sent, and kept nowhere. `claim` names the
    sender that has it now, alone until `claimed_until`.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        UniqueConstraint("target", "idempotency_key"),
        CheckConstraint("state IN ('pending', 'sent', 'confirmed', 'failed', 'dead')", name="known_state"),
        CheckConstraint(
            "kind IN ('score', 'status', 'stage_move', 'note', 'notification', 'webhook')", name="known_kind"
        ),
        CheckConstraint("needs_person OR kind <> 'stage_move'", name="stage_moves_need_a_person"),
        CheckConstraint(
            "governance.plain_name(released_by) <> governance.plain_name(created_by)", name="maker_is_not_releaser"
        ),
        CheckConstraint(
            "state IN ('pending', 'dead') OR (NOT is_dry_run AND (NOT needs_person OR released_by IS NOT NULL))",
            name="sent_only_when_let_out",
        ),
        CheckConstraint("(claim IS NULL) = (claimed_until IS NULL)", name="claims_end"),
        Index("ix_outbox_due", "next_attempt_at", postgresql_where="state IN ('pending', 'failed')"),
        _LANDING,
    )
    outbox_id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    target: Mapped[str]
    kind: Mapped[str]
    subject: Mapped[str | None]
    idempotency_key: Mapped[str]
    payload: Mapped[Document]
    state: Mapped[str] = mapped_column(server_default="pending")
    is_dry_run: Mapped[bool] = mapped_column(server_default="false")
    needs_person: Mapped[bool] = mapped_column(server_default="false")
    released_by: Mapped[str | None]
    released_at: Mapped[dt.datetime | None]
    attempts: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    next_attempt_at: Mapped[dt.datetime | None]
    claim: Mapped[uuid.UUID | None]
    claimed_until: Mapped[dt.datetime | None]
    sent_at: Mapped[dt.datetime | None]
    confirmed_at: Mapped[dt.datetime | None]
    receipt: Mapped[str | None]
    error_code: Mapped[str | None]
    error: Mapped[str | None]
    created_by: Mapped[str]
    created_at: Mapped[dt.datetime] = mapped_column(server_default=func.now())


class OutboxTarget(Base):
    """What the outbox learned about a target: whether it asked for no more messages, or for slower ones."""

    __tablename__ = "outbox_target"
    __table_args__ = (
        CheckConstraint("(disabled_at IS NULL) = (disabled_because IS NULL)", name="disabled_for_a_reason"),
        _LANDING,
    )
    target: Mapped[str] = mapped_column(primary_key=True)
    disabled_at: Mapped[dt.datetime | None]
    disabled_because: Mapped[str | None]
    slow_until: Mapped[dt.datetime | None]

"""Schema `hr`: people, openings and everything that happens to an application.

Keys are deterministic: the md5 of table name, source and source record id, as a uuid (`warehouse.keys`). The same
record therefore gets the same key on every load and on a rebuild, and the primary key keeps it unique.
"""

import datetime as dt
import uuid
from decimal import Decimal

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Identity,
    Index,
    Numeric,
    SmallInteger,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from warehouse.tables.columns import Base, Key, Provenance, Xid8

STAGES = ("applied", "ai_interview", "re_interview", "offer", "hire")
OUTCOMES = ("advanced", "not_advanced", "withdrawn", "pending")

_HR = {"schema": "hr"}


def _one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


class Department(Provenance, Base):
    """A department of the company; managers' rights follow it."""

    __tablename__ = "department"
    __table_args__ = (_HR,)
    department_id: Mapped[Key]
    name: Mapped[str]
    name_zh: Mapped[str | None]


class Requisition(Provenance, Base):
    """An approved opening; the job family groups requisitions."""

    __tablename__ = "requisition"
    __table_args__ = (_HR,)
    requisition_id: Mapped[Key]
    department_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("hr.department.department_id"), index=True)
    job_family: Mapped[str]
    title: Mapped[str | None]
    location: Mapped[str | None]
    job_level: Mapped[str | None]
    opened_on: Mapped[dt.date | None]
    closed_on: Mapped[dt.date | None]


class Candidate(Provenance, Base):
    """A person who applies: names in both scripts and contact, which never leave this schema."""

    __tablename__ = "candidate"
    __table_args__ = (_HR,)
    candidate_id: Mapped[Key]
    full_name: Mapped[str | None]
    full_name_local: Mapped[str | None]
    email: Mapped[str | None]
    phone: Mapped[str | None]
    language: Mapped[str | None]
    country: Mapped[str | None]


class Application(Provenance, Base):
    """One candidate for one requisition. `department_id` repeats the requisition's, for row rights without a join."""

    __tablename__ = "application"
    __table_args__ = (
        CheckConstraint("withdrawn_at IS NULL OR withdrawn_at >= applied_at", name="withdrawn_after_applied"),
        _HR,
    )
    application_id: Mapped[Key]
    candidate_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("hr.candidate.candidate_id"), index=True)
    requisition_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("hr.requisition.requisition_id"), index=True)
    department_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("hr.department.department_id"), index=True)
    applied_at: Mapped[dt.datetime]
    channel: Mapped[str | None]
    season: Mapped[str | None]
    withdrawn_at: Mapped[dt.datetime | None]
    rejected_at: Mapped[dt.datetime | None]


class StageEvent(Provenance, Base):
    """An application entered a stage, and how it left it; `decided_by` is a role or `rule`, never a name."""

    __tablename__ = "stage_event"
    __table_args__ = (
        CheckConstraint(_one_of("stage", STAGES), name="known_stage"),
        CheckConstraint(_one_of("outcome", OUTCOMES), name="known_outcome"),
        CheckConstraint("left_at IS NULL OR left_at >= entered_at", name="left_after_entered"),
        _HR,
    )
    stage_event_id: Mapped[Key]
    application_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("hr.application.application_id"), index=True)
    stage: Mapped[str]
    entered_at: Mapped[dt.datetime]
    left_at: Mapped[dt.datetime | None]
    outcome: Mapped[str] = mapped_column(server_default="pending")
    decided_by: Mapped[str | None]


class AiInterview(Provenance, Base):
    """One revision of an AI interview's result; the raw score and its scale stay beside the 0-100 score."""

    __tablename__ = "ai_interview"
    __table_args__ = (
        UniqueConstraint("interview_id", "revision"),
        CheckConstraint("revision >= 1", name="revision_counts_from_one"),
        CheckConstraint("score BETWEEN 0 AND 100", name="score_on_its_scale"),
        CheckConstraint("scale_max > scale_min", name="scale_has_width"),
        Index("ix_ai_interview_current", "application_id", postgresql_where="is_current"),
        Index("uq_ai_interview_current", "interview_id", unique=True, postgresql_where="is_current"),
        _HR,
    )
    ai_interview_id: Mapped[Key]
    interview_id: Mapped[uuid.UUID]
    revision: Mapped[int] = mapped_column(SmallInteger)
    is_current: Mapped[bool] = mapped_column(server_default="true")
    application_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("hr.application.application_id"))
    vendor: Mapped[str]
    vendor_model_version: Mapped[str | None]
    rubric_version: Mapped[str | None]
    language: Mapped[str | None]
    interviewed_at: Mapped[dt.datetime]
    duration_minutes: Mapped[float | None]
    raw_score: Mapped[float | None]
    scale_min: Mapped[float] = mapped_column(server_default="0")
    scale_max: Mapped[float] = mapped_column(server_default="100")
    score: Mapped[float | None]


class SkillScore(Base):
    """One skill of one revision of an AI interview, on the 0-100 scale unless the mapping keeps it raw."""

    __tablename__ = "skill_score"
    __table_args__ = (_HR,)
    ai_interview_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("hr.ai_interview.ai_interview_id", ondelete="CASCADE"), primary_key=True
    )
    skill: Mapped[str] = mapped_column(primary_key=True)
    score: Mapped[float | None]
    changed_xid: Mapped[int] = mapped_column(Xid8(), server_default=text("pg_current_xact_id()"), index=True)


class ReInterview(Provenance, Base):
    """A human's later interview of the same application; `is_blind` when rated before seeing the AI score."""

    __tablename__ = "re_interview"
    __table_args__ = (
        CheckConstraint("rating BETWEEN scale_min AND scale_max", name="rating_on_its_scale"),
        _HR,
    )
    re_interview_id: Mapped[Key]
    application_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("hr.application.application_id"), index=True)
    rater_id: Mapped[str | None]
    rated_at: Mapped[dt.datetime]
    is_blind: Mapped[bool | None]
    rating: Mapped[float | None]
    scale_min: Mapped[float] = mapped_column(server_default="1")
    scale_max: Mapped[float] = mapped_column(server_default="5")
    passed: Mapped[bool | None]


class Offer(Provenance, Base):
    """A proposal; accepted and declined are dates, at most one of them set."""

    __tablename__ = "offer"
    __table_args__ = (
        CheckConstraint("accepted_at IS NULL OR declined_at IS NULL", name="accepted_or_declined"),
        _HR,
    )
    offer_id: Mapped[Key]
    application_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("hr.application.application_id"), index=True)
    offered_at: Mapped[dt.datetime]
    accepted_at: Mapped[dt.datetime | None]
    declined_at: Mapped[dt.datetime | None]


class Hire(Provenance, Base):
    """Accepted and started; `left_on` when the person left."""

    __tablename__ = "hire"
    __table_args__ = (CheckConstraint("left_on IS NULL OR left_on >= started_on", name="left_after_started"), _HR)
    hire_id: Mapped[Key]
    application_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("hr.application.application_id"), index=True)
    employee_number: Mapped[str | None]
    started_on: Mapped[dt.date]
    left_on: Mapped[dt.date | None]
    leaving_reason: Mapped[str | None]


class Employee(Provenance, Base):
    """A person in the HR record system, which may not say which application brought them; contact stays in this schema.

    Where the system names the application, or identity resolution finds it, a hire of the same source and record id
    stands beside it, and reviews and pay hang on that hire.
    """

    __tablename__ = "employee"
    __table_args__ = (CheckConstraint("left_on IS NULL OR left_on >= started_on", name="left_after_started"), _HR)
    employee_id: Mapped[Key]
    employee_number: Mapped[str | None]
    full_name: Mapped[str | None]
    full_name_local: Mapped[str | None]
    email: Mapped[str | None]
    phone: Mapped[str | None]
    department_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("hr.department.department_id"), index=True)
    started_on: Mapped[dt.date | None]
    left_on: Mapped[dt.date | None]
    leaving_reason: Mapped[str | None]


class IdentityLink(Base):
    """Two records that are, or may be, the same person: a candidate beside a candidate or an employee.

    `left_key` is always a candidate; `right_key` a candidate or, for `kind` employee, an employee. `score` is between 0
    and 1; `evidence` names which fields agreed, never their values. A person decides what is only suggested; a link
    that was taken back stays as a row and is not suggested again.
    """

    __tablename__ = "identity_link"
    __table_args__ = (
        UniqueConstraint("kind", "left_key", "right_key"),
        CheckConstraint("kind IN ('candidate', 'employee')", name="known_kind"),
        CheckConstraint("state IN ('suggested', 'linked', 'rejected', 'unmerged')", name="known_state"),
        CheckConstraint("score BETWEEN 0 AND 1", name="score_is_a_share"),
        CheckConstraint("left_key <> right_key", name="of_two"),
        Index("ix_identity_link_left", "left_key"),
        Index("ix_identity_link_right", "right_key"),
        _HR,
    )
    identity_link_id: Mapped[Key]
    kind: Mapped[str]
    left_key: Mapped[uuid.UUID]
    right_key: Mapped[uuid.UUID]
    score: Mapped[float]
    evidence: Mapped[dict[str, object]]
    state: Mapped[str]
    suggested_at: Mapped[dt.datetime] = mapped_column(server_default=func.now())
    decided_by: Mapped[str | None]
    decided_at: Mapped[dt.datetime | None]
    changed_xid: Mapped[int] = mapped_column(Xid8(), server_default=text("pg_current_xact_id()"), index=True)


class PerformanceReview(Provenance, Base):
    """A later judgement of one criterion; `months` is tenure at review (3, 6, 12), empty where unknown."""

    __tablename__ = "performance_review"
    __table_args__ = (
        CheckConstraint("rating BETWEEN scale_min AND scale_max", name="rating_on_its_scale"),
        _HR,
    )
    performance_review_id: Mapped[Key]
    hire_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("hr.hire.hire_id"), index=True)
    criterion: Mapped[str] = mapped_column(server_default="overall")
    months: Mapped[int | None] = mapped_column(SmallInteger)
    reviewed_on: Mapped[dt.date | None]
    reviewer_id: Mapped[str | None]
    rating: Mapped[float | None]
    scale_min: Mapped[float] = mapped_column(server_default="1")
    scale_max: Mapped[float] = mapped_column(server_default="5")


class Compensation(Provenance, Base):
    """Annual base pay from a date on."""

    __tablename__ = "compensation"
    __table_args__ = (CheckConstraint("annual_base > 0", name="pay_is_positive"), _HR)
    compensation_id: Mapped[Key]
    hire_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("hr.hire.hire_id"), index=True)
    effective_on: Mapped[dt.date | None]
    currency: Mapped[str]
    annual_base: Mapped[Decimal] = mapped_column(Numeric(14, 2))


class Course(Provenance, Base):
    """A course that an employee took."""

    __tablename__ = "course"
    __table_args__ = (_HR,)
    course_id: Mapped[Key]
    hire_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("hr.hire.hire_id"), index=True)
    name: Mapped[str]
    skill: Mapped[str | None]
    started_on: Mapped[dt.date | None]
    completed_on: Mapped[dt.date | None]
    result: Mapped[float | None]


class Deletion(Base):
    """A row of `hr` or `vault` that is gone: whose lake rows must follow. Triggers write it, the refresh reads it."""

    __tablename__ = "deletion"
    __table_args__ = (
        CheckConstraint("num_nonnulls(application_id, candidate_id) = 1", name="of_one_subject"),
        _HR,
    )
    deletion_id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    application_id: Mapped[uuid.UUID | None]
    candidate_id: Mapped[uuid.UUID | None]
    changed_xid: Mapped[int] = mapped_column(Xid8(), server_default=text("pg_current_xact_id()"), index=True)


class Erasure(Base):
    """A tombstone: people were erased, when, by whom and why, with counts by place; nothing in it names anybody.

    `reason` is a sentence without values. `work` holds the keys that are still to be taken out of files, until the
    erasure has finished; `key_fingerprint` tells under which key the ids in `erased_key` were hashed.
    """

    __tablename__ = "erasure"
    __table_args__ = (
        CheckConstraint("length(trim(reason)) > 0", name="reason_is_given"),
        CheckConstraint("finished_at IS NULL OR work IS NULL", name="finished_without_keys"),
        _HR,
    )
    erasure_id: Mapped[Key]
    people: Mapped[int]
    reason: Mapped[str]
    requested_by: Mapped[str]
    requested_at: Mapped[dt.datetime] = mapped_column(server_default=func.clock_timestamp())
    finished_at: Mapped[dt.datetime | None]
    key_fingerprint: Mapped[str]
    counts: Mapped[dict[str, object]]
    work: Mapped[dict[str, object] | None] = mapped_column(JSONB(none_as_null=True))


class ErasedKey(Base):
    """A keyed hash of an erased record's key, by which a later load or event of it is known and refused."""

    __tablename__ = "erased_key"
    __table_args__ = (_HR,)
    key_hash: Mapped[str] = mapped_column(primary_key=True)
    erasure_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("hr.erasure.erasure_id"), index=True)


class ErasedCount(Base):
    """Erased applications as numbers: how many of a department, job family and month got how far, of nobody."""

    __tablename__ = "erased_count"
    __table_args__ = (_HR,)
    department_id: Mapped[Key]
    job_family: Mapped[str] = mapped_column(primary_key=True)
    applied_month: Mapped[dt.date] = mapped_column(primary_key=True)
    stage_reached: Mapped[str] = mapped_column(primary_key=True)
    status: Mapped[str] = mapped_column(primary_key=True)
    n: Mapped[int] = mapped_column(BigInteger)


class LegalHold(Base):
    """Somebody whose records must stay for a matter, until a day or until it is lifted; then the key goes too."""

    __tablename__ = "legal_hold"
    __table_args__ = (
        CheckConstraint("length(trim(matter)) > 0", name="matter_is_given"),
        CheckConstraint("(lifted_at IS NULL) = (lifted_by IS NULL)", name="lifted_by_somebody"),
        CheckConstraint("candidate_id IS NOT NULL OR lifted_at IS NOT NULL OR until IS NOT NULL", name="of_somebody"),
        Index("ix_legal_hold_standing", "candidate_id", postgresql_where="lifted_at IS NULL"),
        _HR,
    )
    legal_hold_id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    candidate_id: Mapped[uuid.UUID | None]
    matter: Mapped[str]
    until: Mapped[dt.date | None]
    placed_by: Mapped[str]
    placed_at: Mapped[dt.datetime] = mapped_column(server_default=func.now())
    lifted_by: Mapped[str | None]
    lifted_at: Mapped[dt.datetime | None]

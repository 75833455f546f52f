"""Hiring tables and the vault."""

import sqlalchemy as sa
from alembic import op

from warehouse.tables.columns import Xid8

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Makes the tables."""
    op.execute("CREATE SCHEMA IF NOT EXISTS hr")
    op.execute("CREATE SCHEMA IF NOT EXISTS vault")
    op.create_table(
        "candidate",
        sa.Column("candidate_id", sa.UUID(), nullable=False),
        sa.Column("full_name", sa.Text(), nullable=True),
        sa.Column("full_name_local", sa.Text(), nullable=True),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("country", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("source_record_id", sa.Text(), nullable=False),
        sa.Column("event_time", sa.DateTime(timezone=True), nullable=True),
        sa.Column("loaded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("mapping_version", sa.SmallInteger(), nullable=False),
        sa.Column("payload_hash", sa.UUID(), nullable=False),
        sa.Column("changed_xid", Xid8(), server_default=sa.text("pg_current_xact_id()"), nullable=False),
        sa.PrimaryKeyConstraint("candidate_id", name=op.f("pk_candidate")),
        schema="hr",
    )
    op.create_index(op.f("ix_candidate_changed_xid"), "candidate", ["changed_xid"], unique=False, schema="hr")
    op.create_table(
        "department",
        sa.Column("department_id", sa.UUID(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_zh", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("source_record_id", sa.Text(), nullable=False),
        sa.Column("event_time", sa.DateTime(timezone=True), nullable=True),
        sa.Column("loaded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("mapping_version", sa.SmallInteger(), nullable=False),
        sa.Column("payload_hash", sa.UUID(), nullable=False),
        sa.Column("changed_xid", Xid8(), server_default=sa.text("pg_current_xact_id()"), nullable=False),
        sa.PrimaryKeyConstraint("department_id", name=op.f("pk_department")),
        schema="hr",
    )
    op.create_index(op.f("ix_department_changed_xid"), "department", ["changed_xid"], unique=False, schema="hr")
    op.create_table(
        "requisition",
        sa.Column("requisition_id", sa.UUID(), nullable=False),
        sa.Column("department_id", sa.UUID(), nullable=False),
        sa.Column("job_family", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("location", sa.Text(), nullable=True),
        sa.Column("job_level", sa.Text(), nullable=True),
        sa.Column("opened_on", sa.Date(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("source_record_id", sa.Text(), nullable=False),
        sa.Column("event_time", sa.DateTime(timezone=True), nullable=True),
        sa.Column("loaded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("mapping_version", sa.SmallInteger(), nullable=False),
        sa.Column("payload_hash", sa.UUID(), nullable=False),
        sa.Column("changed_xid", Xid8(), server_default=sa.text("pg_current_xact_id()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["department_id"], ["hr.department.department_id"], name=op.f("fk_requisition_department_id")
        ),
        sa.PrimaryKeyConstraint("requisition_id", name=op.f("pk_requisition")),
        schema="hr",
    )
    op.create_index(op.f("ix_requisition_changed_xid"), "requisition", ["changed_xid"], unique=False, schema="hr")
    op.create_index(op.f("ix_requisition_department_id"), "requisition", ["department_id"], unique=False, schema="hr")
    op.create_table(
        "demographics",
        sa.Column("candidate_id", sa.UUID(), nullable=False),
        sa.Column("sex", sa.Text(), nullable=True),
        sa.Column("race_ethnicity", sa.Text(), nullable=True),
        sa.Column("birth_year", sa.SmallInteger(), nullable=True),
        sa.Column("disability", sa.Text(), nullable=True),
        sa.Column("declined", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("source_record_id", sa.Text(), nullable=False),
        sa.Column("event_time", sa.DateTime(timezone=True), nullable=True),
        sa.Column("loaded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("mapping_version", sa.SmallInteger(), nullable=False),
        sa.Column("payload_hash", sa.UUID(), nullable=False),
        sa.Column("changed_xid", Xid8(), server_default=sa.text("pg_current_xact_id()"), nullable=False),
        sa.CheckConstraint("birth_year BETWEEN 1900 AND 2100", name=op.f("ck_demographics_birth_year_is_a_year")),
        sa.ForeignKeyConstraint(
            ["candidate_id"], ["hr.candidate.candidate_id"], name=op.f("fk_demographics_candidate_id")
        ),
        sa.PrimaryKeyConstraint("candidate_id", name=op.f("pk_demographics")),
        schema="vault",
    )
    op.create_index(op.f("ix_demographics_changed_xid"), "demographics", ["changed_xid"], unique=False, schema="vault")
    op.create_table(
        "application",
        sa.Column("application_id", sa.UUID(), nullable=False),
        sa.Column("candidate_id", sa.UUID(), nullable=False),
        sa.Column("requisition_id", sa.UUID(), nullable=False),
        sa.Column("department_id", sa.UUID(), nullable=False),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("channel", sa.Text(), nullable=True),
        sa.Column("season", sa.Text(), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("rejected_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("source_record_id", sa.Text(), nullable=False),
        sa.Column("event_time", sa.DateTime(timezone=True), nullable=True),
        sa.Column("loaded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("mapping_version", sa.SmallInteger(), nullable=False),
        sa.Column("payload_hash", sa.UUID(), nullable=False),
        sa.Column("changed_xid", Xid8(), server_default=sa.text("pg_current_xact_id()"), nullable=False),
        sa.CheckConstraint(
            "withdrawn_at IS NULL OR withdrawn_at >= applied_at", name=op.f("ck_application_withdrawn_after_applied")
        ),
        sa.ForeignKeyConstraint(
            ["candidate_id"], ["hr.candidate.candidate_id"], name=op.f("fk_application_candidate_id")
        ),
        sa.ForeignKeyConstraint(
            ["department_id"], ["hr.department.department_id"], name=op.f("fk_application_department_id")
        ),
        sa.ForeignKeyConstraint(
            ["requisition_id"], ["hr.requisition.requisition_id"], name=op.f("fk_application_requisition_id")
        ),
        sa.PrimaryKeyConstraint("application_id", name=op.f("pk_application")),
        schema="hr",
    )
    op.create_index(op.f("ix_application_candidate_id"), "application", ["candidate_id"], unique=False, schema="hr")
    op.create_index(op.f("ix_application_changed_xid"), "application", ["changed_xid"], unique=False, schema="hr")
    op.create_index(op.f("ix_application_department_id"), "application", ["department_id"], unique=False, schema="hr")
    op.create_index(op.f("ix_application_requisition_id"), "application", ["requisition_id"], unique=False, schema="hr")
    op.create_table(
        "ai_interview",
        sa.Column("ai_interview_id", sa.UUID(), nullable=False),
        sa.Column("interview_id", sa.UUID(), nullable=False),
        sa.Column("revision", sa.SmallInteger(), nullable=False),
        sa.Column("is_current", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("application_id", sa.UUID(), nullable=False),
        sa.Column("vendor", sa.Text(), nullable=False),
        sa.Column("vendor_model_version", sa.Text(), nullable=True),
        sa.Column("rubric_version", sa.Text(), nullable=True),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("interviewed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("duration_minutes", sa.Double(), nullable=True),
        sa.Column("raw_score", sa.Double(), nullable=True),
        sa.Column("scale_min", sa.Double(), server_default="0", nullable=False),
        sa.Column("scale_max", sa.Double(), server_default="100", nullable=False),
        sa.Column("score", sa.Double(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("source_record_id", sa.Text(), nullable=False),
        sa.Column("event_time", sa.DateTime(timezone=True), nullable=True),
        sa.Column("loaded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("mapping_version", sa.SmallInteger(), nullable=False),
        sa.Column("payload_hash", sa.UUID(), nullable=False),
        sa.Column("changed_xid", Xid8(), server_default=sa.text("pg_current_xact_id()"), nullable=False),
        sa.CheckConstraint("revision >= 1", name=op.f("ck_ai_interview_revision_counts_from_one")),
        sa.CheckConstraint("scale_max > scale_min", name=op.f("ck_ai_interview_scale_has_width")),
        sa.CheckConstraint("score BETWEEN 0 AND 100", name=op.f("ck_ai_interview_score_on_its_scale")),
        sa.ForeignKeyConstraint(
            ["application_id"], ["hr.application.application_id"], name=op.f("fk_ai_interview_application_id")
        ),
        sa.PrimaryKeyConstraint("ai_interview_id", name=op.f("pk_ai_interview")),
        sa.UniqueConstraint("interview_id", "revision", name=op.f("uq_ai_interview_interview_id_revision")),
        schema="hr",
    )
    op.create_index(op.f("ix_ai_interview_changed_xid"), "ai_interview", ["changed_xid"], unique=False, schema="hr")
    op.create_index(
        "ix_ai_interview_current",
        "ai_interview",
        ["application_id"],
        unique=False,
        schema="hr",
        postgresql_where="is_current",
    )
    op.create_index(
        "uq_ai_interview_current",
        "ai_interview",
        ["interview_id"],
        unique=True,
        schema="hr",
        postgresql_where="is_current",
    )
    op.create_table(
        "hire",
        sa.Column("hire_id", sa.UUID(), nullable=False),
        sa.Column("application_id", sa.UUID(), nullable=False),
        sa.Column("employee_number", sa.Text(), nullable=True),
        sa.Column("started_on", sa.Date(), nullable=False),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.Column("leaving_reason", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("source_record_id", sa.Text(), nullable=False),
        sa.Column("event_time", sa.DateTime(timezone=True), nullable=True),
        sa.Column("loaded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("mapping_version", sa.SmallInteger(), nullable=False),
        sa.Column("payload_hash", sa.UUID(), nullable=False),
        sa.Column("changed_xid", Xid8(), server_default=sa.text("pg_current_xact_id()"), nullable=False),
        sa.CheckConstraint("left_on IS NULL OR left_on >= started_on", name=op.f("ck_hire_left_after_started")),
        sa.ForeignKeyConstraint(
            ["application_id"], ["hr.application.application_id"], name=op.f("fk_hire_application_id")
        ),
        sa.PrimaryKeyConstraint("hire_id", name=op.f("pk_hire")),
        schema="hr",
    )
    op.create_index(op.f("ix_hire_application_id"), "hire", ["application_id"], unique=False, schema="hr")
    op.create_index(op.f("ix_hire_changed_xid"), "hire", ["changed_xid"], unique=False, schema="hr")
    op.create_table(
        "offer",
        sa.Column("offer_id", sa.UUID(), nullable=False),
        sa.Column("application_id", sa.UUID(), nullable=False),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("declined_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("source_record_id", sa.Text(), nullable=False),
        sa.Column("event_time", sa.DateTime(timezone=True), nullable=True),
        sa.Column("loaded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("mapping_version", sa.SmallInteger(), nullable=False),
        sa.Column("payload_hash", sa.UUID(), nullable=False),
        sa.Column("changed_xid", Xid8(), server_default=sa.text("pg_current_xact_id()"), nullable=False),
        sa.CheckConstraint("accepted_at IS NULL OR declined_at IS NULL", name=op.f("ck_offer_accepted_or_declined")),
        sa.ForeignKeyConstraint(
            ["application_id"], ["hr.application.application_id"], name=op.f("fk_offer_application_id")
        ),
        sa.PrimaryKeyConstraint("offer_id", name=op.f("pk_offer")),
        schema="hr",
    )
    op.create_index(op.f("ix_offer_application_id"), "offer", ["application_id"], unique=False, schema="hr")
    op.create_index(op.f("ix_offer_changed_xid"), "offer", ["changed_xid"], unique=False, schema="hr")
    op.create_table(
        "re_interview",
        sa.Column("re_interview_id", sa.UUID(), nullable=False),
        sa.Column("application_id", sa.UUID(), nullable=False),
        sa.Column("rater_id", sa.Text(), nullable=True),
        sa.Column("rated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_blind", sa.Boolean(), nullable=True),
        sa.Column("rating", sa.Double(), nullable=True),
        sa.Column("scale_min", sa.Double(), server_default="1", nullable=False),
        sa.Column("scale_max", sa.Double(), server_default="5", nullable=False),
        sa.Column("passed", sa.Boolean(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("source_record_id", sa.Text(), nullable=False),
        sa.Column("event_time", sa.DateTime(timezone=True), nullable=True),
        sa.Column("loaded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("mapping_version", sa.SmallInteger(), nullable=False),
        sa.Column("payload_hash", sa.UUID(), nullable=False),
        sa.Column("changed_xid", Xid8(), server_default=sa.text("pg_current_xact_id()"), nullable=False),
        sa.CheckConstraint("rating BETWEEN scale_min AND scale_max", name=op.f("ck_re_interview_rating_on_its_scale")),
        sa.ForeignKeyConstraint(
            ["application_id"], ["hr.application.application_id"], name=op.f("fk_re_interview_application_id")
        ),
        sa.PrimaryKeyConstraint("re_interview_id", name=op.f("pk_re_interview")),
        schema="hr",
    )
    op.create_index(
        op.f("ix_re_interview_application_id"), "re_interview", ["application_id"], unique=False, schema="hr"
    )
    op.create_index(op.f("ix_re_interview_changed_xid"), "re_interview", ["changed_xid"], unique=False, schema="hr")
    op.create_table(
        "stage_event",
        sa.Column("stage_event_id", sa.UUID(), nullable=False),
        sa.Column("application_id", sa.UUID(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.Text(), server_default="pending", nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("source_record_id", sa.Text(), nullable=False),
        sa.Column("event_time", sa.DateTime(timezone=True), nullable=True),
        sa.Column("loaded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("mapping_version", sa.SmallInteger(), nullable=False),
        sa.Column("payload_hash", sa.UUID(), nullable=False),
        sa.Column("changed_xid", Xid8(), server_default=sa.text("pg_current_xact_id()"), nullable=False),
        sa.CheckConstraint(
            "outcome IN ('advanced', 'not_advanced', 'withdrawn', 'pending')", name=op.f("ck_stage_event_known_outcome")
        ),
        sa.CheckConstraint(
            "stage IN ('applied', 'ai_interview', 're_interview', 'offer', 'hire')",
            name=op.f("ck_stage_event_known_stage"),
        ),
        sa.CheckConstraint("left_at IS NULL OR left_at >= entered_at", name=op.f("ck_stage_event_left_after_entered")),
        sa.ForeignKeyConstraint(
            ["application_id"], ["hr.application.application_id"], name=op.f("fk_stage_event_application_id")
        ),
        sa.PrimaryKeyConstraint("stage_event_id", name=op.f("pk_stage_event")),
        schema="hr",
    )
    op.create_index(op.f("ix_stage_event_application_id"), "stage_event", ["application_id"], unique=False, schema="hr")
    op.create_index(op.f("ix_stage_event_changed_xid"), "stage_event", ["changed_xid"], unique=False, schema="hr")


def downgrade() -> None:
    """Drops them."""
    op.execute("DROP SCHEMA vault CASCADE")
    op.execute("DROP SCHEMA hr CASCADE")

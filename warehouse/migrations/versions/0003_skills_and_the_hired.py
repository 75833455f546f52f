"""Skills, what is known of the hired, and the notes of deleted records."""

import sqlalchemy as sa
from alembic import op

from warehouse.tables.columns import Xid8

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Makes the tables."""
    op.create_table(
        "compensation",
        sa.Column("compensation_id", sa.UUID(), nullable=False),
        sa.Column("hire_id", sa.UUID(), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=True),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("annual_base", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("source_record_id", sa.Text(), nullable=False),
        sa.Column("event_time", sa.DateTime(timezone=True), nullable=True),
        sa.Column("loaded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("mapping_version", sa.SmallInteger(), nullable=False),
        sa.Column("payload_hash", sa.UUID(), nullable=False),
        sa.Column("changed_xid", Xid8(), server_default=sa.text("pg_current_xact_id()"), nullable=False),
        sa.CheckConstraint("annual_base > 0", name=op.f("ck_compensation_pay_is_positive")),
        sa.ForeignKeyConstraint(["hire_id"], ["hr.hire.hire_id"], name=op.f("fk_compensation_hire_id")),
        sa.PrimaryKeyConstraint("compensation_id", name=op.f("pk_compensation")),
        schema="hr",
    )
    op.create_index(op.f("ix_compensation_changed_xid"), "compensation", ["changed_xid"], unique=False, schema="hr")
    op.create_index(op.f("ix_compensation_hire_id"), "compensation", ["hire_id"], unique=False, schema="hr")
    op.create_table(
        "course",
        sa.Column("course_id", sa.UUID(), nullable=False),
        sa.Column("hire_id", sa.UUID(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("skill", sa.Text(), nullable=True),
        sa.Column("started_on", sa.Date(), nullable=True),
        sa.Column("completed_on", sa.Date(), nullable=True),
        sa.Column("result", sa.Double(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("source_record_id", sa.Text(), nullable=False),
        sa.Column("event_time", sa.DateTime(timezone=True), nullable=True),
        sa.Column("loaded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("mapping_version", sa.SmallInteger(), nullable=False),
        sa.Column("payload_hash", sa.UUID(), nullable=False),
        sa.Column("changed_xid", Xid8(), server_default=sa.text("pg_current_xact_id()"), nullable=False),
        sa.ForeignKeyConstraint(["hire_id"], ["hr.hire.hire_id"], name=op.f("fk_course_hire_id")),
        sa.PrimaryKeyConstraint("course_id", name=op.f("pk_course")),
        schema="hr",
    )
    op.create_index(op.f("ix_course_changed_xid"), "course", ["changed_xid"], unique=False, schema="hr")
    op.create_index(op.f("ix_course_hire_id"), "course", ["hire_id"], unique=False, schema="hr")
    op.create_table(
        "performance_review",
        sa.Column("performance_review_id", sa.UUID(), nullable=False),
        sa.Column("hire_id", sa.UUID(), nullable=False),
        sa.Column("criterion", sa.Text(), server_default="overall", nullable=False),
        sa.Column("months", sa.SmallInteger(), nullable=True),
        sa.Column("reviewed_on", sa.Date(), nullable=True),
        sa.Column("reviewer_id", sa.Text(), nullable=True),
        sa.Column("rating", sa.Double(), nullable=True),
        sa.Column("scale_min", sa.Double(), server_default="1", nullable=False),
        sa.Column("scale_max", sa.Double(), server_default="5", nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("source_record_id", sa.Text(), nullable=False),
        sa.Column("event_time", sa.DateTime(timezone=True), nullable=True),
        sa.Column("loaded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("mapping_version", sa.SmallInteger(), nullable=False),
        sa.Column("payload_hash", sa.UUID(), nullable=False),
        sa.Column("changed_xid", Xid8(), server_default=sa.text("pg_current_xact_id()"), nullable=False),
        sa.CheckConstraint(
            "rating BETWEEN scale_min AND scale_max", name=op.f("ck_performance_review_rating_on_its_scale")
        ),
        sa.ForeignKeyConstraint(["hire_id"], ["hr.hire.hire_id"], name=op.f("fk_performance_review_hire_id")),
        sa.PrimaryKeyConstraint("performance_review_id", name=op.f("pk_performance_review")),
        schema="hr",
    )
    op.create_index(
        op.f("ix_performance_review_changed_xid"), "performance_review", ["changed_xid"], unique=False, schema="hr"
    )
    op.create_index(op.f("ix_performance_review_hire_id"), "performance_review", ["hire_id"], unique=False, schema="hr")
    op.create_table(
        "skill_score",
        sa.Column("ai_interview_id", sa.UUID(), nullable=False),
        sa.Column("skill", sa.Text(), nullable=False),
        sa.Column("score", sa.Double(), nullable=True),
        sa.Column("changed_xid", Xid8(), server_default=sa.text("pg_current_xact_id()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["ai_interview_id"],
            ["hr.ai_interview.ai_interview_id"],
            name=op.f("fk_skill_score_ai_interview_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("ai_interview_id", "skill", name=op.f("pk_skill_score")),
        schema="hr",
    )
    op.create_index(op.f("ix_skill_score_changed_xid"), "skill_score", ["changed_xid"], unique=False, schema="hr")
    op.create_table(
        "deletion",
        sa.Column("deletion_id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("application_id", sa.UUID(), nullable=True),
        sa.Column("candidate_id", sa.UUID(), nullable=True),
        sa.Column("changed_xid", Xid8(), server_default=sa.text("pg_current_xact_id()"), nullable=False),
        sa.CheckConstraint("num_nonnulls(application_id, candidate_id) = 1", name=op.f("ck_deletion_of_one_subject")),
        sa.PrimaryKeyConstraint("deletion_id", name=op.f("pk_deletion")),
        schema="hr",
    )
    op.create_index(op.f("ix_deletion_changed_xid"), "deletion", ["changed_xid"], unique=False, schema="hr")


def downgrade() -> None:
    """Drops them."""
    op.drop_table("deletion", schema="hr")
    op.drop_table("skill_score", schema="hr")
    op.drop_table("performance_review", schema="hr")
    op.drop_table("course", schema="hr")
    op.drop_table("compensation", schema="hr")

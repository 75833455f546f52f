"""Jobs of people: what they started, its progress, its log, and whether it was cancelled."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

ASKER = "asked_by = (SELECT current_setting('hiregate.principal', true)) AND asked_by <> ''"
MAY_TRAIN = (
    "'train' = ANY (ARRAY(SELECT unnest("
    "coalesce(nullif(current_setting('hiregate.permissions', true), ''), '{}')::text[])))"
)
STOPPED = "'cancelling', 'cancelled', 'failed'"
"""What somebody else who may train can make of a job."""

MOVING = "state, step, steps, step_text, log, is_storing, started_at, cancelled_by, result, error, finished_at"
"""What the course of a job changes; who asked for what never changes."""


def upgrade() -> None:
    """Makes the table: whoever asked sees the job, and so does whoever may train."""
    op.create_table(
        "job",
        sa.Column("job_id", sa.UUID(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.Column("arguments", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("state", sa.Text(), server_default="queued", nullable=False),
        sa.Column("step", sa.Integer(), server_default="0", nullable=False),
        sa.Column("steps", sa.Integer(), nullable=True),
        sa.Column("step_text", sa.Text(), nullable=True),
        sa.Column("log", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False),
        sa.Column("is_storing", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_by", sa.Text(), nullable=True),
        sa.Column("result", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('queued', 'running', 'cancelling', 'cancelled', 'failed', 'done')",
            name=op.f("ck_job_known_state"),
        ),
        sa.CheckConstraint(
            "(finished_at IS NOT NULL) = (state IN ('cancelled', 'failed', 'done'))",
            name=op.f("ck_job_over_when_ended"),
        ),
        sa.CheckConstraint("(error IS NOT NULL) = (state = 'failed')", name=op.f("ck_job_failed_with_a_reason")),
        sa.CheckConstraint("state = 'done' OR result IS NULL", name=op.f("ck_job_result_of_the_done")),
        sa.PrimaryKeyConstraint("job_id", name=op.f("pk_job")),
        schema="app",
    )
    op.create_index("ix_job_asked_at", "job", ["asked_at"], schema="app")
    op.create_index("ix_job_open", "job", ["state"], schema="app", postgresql_where="finished_at IS NULL")
    op.execute("REVOKE ALL ON app.job FROM hiregate_app")
    op.execute(f"GRANT SELECT, INSERT, UPDATE ({MOVING}) ON app.job TO hiregate_app")
    op.execute("ALTER TABLE app.job ENABLE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY seen ON app.job FOR SELECT TO hiregate_app USING ({ASKER} OR {MAY_TRAIN})")
    op.execute(
        f"CREATE POLICY moved ON app.job FOR UPDATE TO hiregate_app USING ({ASKER} OR {MAY_TRAIN})"
        f" WITH CHECK ({ASKER} OR ({MAY_TRAIN} AND state IN ({STOPPED})))"
    )
    op.execute(f"CREATE POLICY asked ON app.job FOR INSERT TO hiregate_app WITH CHECK ({ASKER})")


def downgrade() -> None:
    """Takes it away."""
    op.drop_table("job", schema="app")

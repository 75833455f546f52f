"""Governance tables."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from warehouse.tables.columns import Xid8

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Makes the tables."""
    op.execute("CREATE SCHEMA IF NOT EXISTS governance")
    op.create_table(
        "audit_log",
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("detail", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("previous_hash", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_audit_log")),
        sa.UniqueConstraint("previous_hash", name=op.f("uq_audit_log_previous_hash")),
        schema="governance",
    )
    op.create_table(
        "policy_version",
        sa.Column("policy_version_id", sa.UUID(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("document", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("registered_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("policy_version_id", name=op.f("pk_policy_version")),
        sa.UniqueConstraint("name", "sha256", name=op.f("uq_policy_version_name_sha256")),
        schema="governance",
    )
    op.create_table(
        "gate_result",
        sa.Column("gate_result_id", sa.UUID(), nullable=False),
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("policy_version_id", sa.UUID(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("checks", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("evaluated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("evaluated_by", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "verdict IN ('pass', 'review', 'block', 'not_enough_evidence')", name=op.f("ck_gate_result_known_verdict")
        ),
        sa.ForeignKeyConstraint(
            ["policy_version_id"],
            ["governance.policy_version.policy_version_id"],
            name=op.f("fk_gate_result_policy_version_id"),
        ),
        sa.PrimaryKeyConstraint("gate_result_id", name=op.f("pk_gate_result")),
        schema="governance",
    )
    op.create_index(op.f("ix_gate_result_run_id"), "gate_result", ["run_id"], unique=False, schema="governance")
    op.create_table(
        "release",
        sa.Column("release_id", sa.UUID(), nullable=False),
        sa.Column("model_name", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("gate_result_id", sa.UUID(), nullable=False),
        sa.Column("artifact", sa.LargeBinary(), nullable=False),
        sa.Column("artifact_sha256", sa.Text(), nullable=False),
        sa.Column("feature_spec", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("cut_score", sa.Double(), nullable=False),
        sa.Column("snapshot", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("data_fingerprint", sa.Text(), nullable=False),
        sa.Column("details", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("is_generated", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("proposed_by", sa.Text(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("octet_length(artifact) > 0", name=op.f("ck_release_artifact_is_there")),
        sa.ForeignKeyConstraint(
            ["gate_result_id"], ["governance.gate_result.gate_result_id"], name=op.f("fk_release_gate_result_id")
        ),
        sa.PrimaryKeyConstraint("release_id", name=op.f("pk_release")),
        sa.UniqueConstraint("model_name", "version", name=op.f("uq_release_model_name_version")),
        sa.UniqueConstraint("release_id", "proposed_by", name=op.f("uq_release_release_id_proposed_by")),
        schema="governance",
    )
    op.create_table(
        "approval",
        sa.Column("approval_id", sa.UUID(), nullable=False),
        sa.Column("release_id", sa.UUID(), nullable=False),
        sa.Column("proposed_by", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("answer IN ('approved', 'sent_back')", name=op.f("ck_approval_known_answer")),
        sa.CheckConstraint("decided_by <> proposed_by", name=op.f("ck_approval_maker_is_not_checker")),
        sa.CheckConstraint("length(trim(reason)) > 0", name=op.f("ck_approval_reason_is_given")),
        sa.ForeignKeyConstraint(
            ["release_id", "proposed_by"],
            ["governance.release.release_id", "governance.release.proposed_by"],
            name=op.f("fk_approval_release_id_proposed_by"),
        ),
        sa.PrimaryKeyConstraint("approval_id", name=op.f("pk_approval")),
        schema="governance",
    )
    op.create_index(op.f("ix_approval_release_id"), "approval", ["release_id"], unique=False, schema="governance")
    op.create_table(
        "decision",
        sa.Column("decision_id", sa.UUID(), nullable=False),
        sa.Column("client", sa.Text(), nullable=False),
        sa.Column("idempotency_key", sa.Text(), nullable=True),
        sa.Column("request_sha256", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=True),
        sa.Column("release_id", sa.UUID(), nullable=False),
        sa.Column("policy_version", sa.Text(), nullable=False),
        sa.Column("score", sa.Double(), nullable=True),
        sa.Column("band", sa.Text(), nullable=True),
        sa.Column("cut_score", sa.Double(), nullable=False),
        sa.Column("recommendation", sa.Text(), nullable=False),
        sa.Column("inputs", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("answer", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column(
            "decided_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("changed_xid", Xid8(), server_default=sa.text("pg_current_xact_id()"), nullable=False),
        sa.CheckConstraint(
            "recommendation IN ('advance', 'hold', 'human_review', 'cannot_score')",
            name=op.f("ck_decision_known_recommendation"),
        ),
        sa.ForeignKeyConstraint(["release_id"], ["governance.release.release_id"], name=op.f("fk_decision_release_id")),
        sa.PrimaryKeyConstraint("decision_id", name=op.f("pk_decision")),
        sa.UniqueConstraint("client", "idempotency_key", name=op.f("uq_decision_client_idempotency_key")),
        schema="governance",
    )
    op.create_index(op.f("ix_decision_changed_xid"), "decision", ["changed_xid"], unique=False, schema="governance")
    op.create_index(op.f("ix_decision_subject"), "decision", ["subject"], unique=False, schema="governance")
    op.create_table(
        "release_event",
        sa.Column("release_event_id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("model_name", sa.Text(), nullable=False),
        sa.Column("release_id", sa.UUID(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "happened_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.CheckConstraint(
            "(kind IN ('promoted', 'rolled_back')) = (lease_until IS NOT NULL)",
            name=op.f("ck_release_event_serving_has_a_lease"),
        ),
        sa.CheckConstraint(
            "kind IN ('proposed', 'approved', 'sent_back', 'waived', 'promoted', 'rolled_back', 'retired')",
            name=op.f("ck_release_event_known_kind"),
        ),
        sa.ForeignKeyConstraint(
            ["release_id"], ["governance.release.release_id"], name=op.f("fk_release_event_release_id")
        ),
        sa.PrimaryKeyConstraint("release_event_id", name=op.f("pk_release_event")),
        schema="governance",
    )
    op.create_index(
        op.f("ix_release_event_model_name"), "release_event", ["model_name"], unique=False, schema="governance"
    )
    op.create_table(
        "waiver",
        sa.Column("waiver_id", sa.UUID(), nullable=False),
        sa.Column("release_id", sa.UUID(), nullable=False),
        sa.Column("proposed_by", sa.Text(), nullable=False),
        sa.Column("check_name", sa.Text(), nullable=False),
        sa.Column("signed_by", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("expires_at > signed_at", name=op.f("ck_waiver_expires_later")),
        sa.CheckConstraint("length(trim(reason)) > 0", name=op.f("ck_waiver_reason_is_given")),
        sa.CheckConstraint("signed_by <> proposed_by", name=op.f("ck_waiver_maker_is_not_checker")),
        sa.ForeignKeyConstraint(
            ["release_id", "proposed_by"],
            ["governance.release.release_id", "governance.release.proposed_by"],
            name=op.f("fk_waiver_release_id_proposed_by"),
        ),
        sa.PrimaryKeyConstraint("waiver_id", name=op.f("pk_waiver")),
        schema="governance",
    )
    op.create_index(op.f("ix_waiver_release_id"), "waiver", ["release_id"], unique=False, schema="governance")
    op.create_table(
        "champion",
        sa.Column("model_name", sa.Text(), nullable=False),
        sa.Column("release_id", sa.UUID(), nullable=False),
        sa.Column("release_event_id", sa.BigInteger(), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["release_event_id"],
            ["governance.release_event.release_event_id"],
            name=op.f("fk_champion_release_event_id"),
        ),
        sa.ForeignKeyConstraint(["release_id"], ["governance.release.release_id"], name=op.f("fk_champion_release_id")),
        sa.PrimaryKeyConstraint("model_name", name=op.f("pk_champion")),
        sa.UniqueConstraint("release_event_id", name=op.f("uq_champion_release_event_id")),
        schema="governance",
    )


def downgrade() -> None:
    """Drops them."""
    op.execute("DROP SCHEMA governance CASCADE")

"""Landing and application tables."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from warehouse.tables.columns import Xid8

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Makes the tables."""
    op.execute("CREATE SCHEMA IF NOT EXISTS landing")
    op.execute("CREATE SCHEMA IF NOT EXISTS app")
    op.create_table(
        "lake_snapshot",
        sa.Column("lake_snapshot_id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("lake_url", sa.Text(), nullable=False),
        sa.Column("versions", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("watermark", Xid8(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("rows_written", sa.BigInteger(), nullable=False),
        sa.Column("is_full", sa.Boolean(), nullable=False),
        sa.Column("is_generated", sa.Boolean(), server_default="false", nullable=False),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.PrimaryKeyConstraint("lake_snapshot_id", name=op.f("pk_lake_snapshot")),
        schema="app",
    )
    op.create_index(op.f("ix_lake_snapshot_lake_url"), "lake_snapshot", ["lake_url"], unique=False, schema="app")
    op.create_table(
        "principal",
        sa.Column("principal_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), server_default="person", nullable=False),
        sa.Column("display_name", sa.Text(), nullable=True),
        sa.Column("candidate_id", sa.UUID(), nullable=True),
        sa.Column("is_generated", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("kind IN ('person', 'service')", name=op.f("ck_principal_known_kind")),
        sa.PrimaryKeyConstraint("principal_id", name=op.f("pk_principal")),
        schema="app",
    )
    op.create_table(
        "inbox",
        sa.Column("inbox_id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("idempotency_key", sa.Text(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("content_type", sa.Text(), nullable=True),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.Column("handled_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("inbox_id", name=op.f("pk_inbox")),
        sa.UniqueConstraint("source", "idempotency_key", name=op.f("uq_inbox_source_idempotency_key")),
        schema="landing",
    )
    op.create_table(
        "load",
        sa.Column("load_id", sa.UUID(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("file_sha256", sa.Text(), nullable=False),
        sa.Column("mapping_version", sa.SmallInteger(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("rows_read", sa.BigInteger(), nullable=False),
        sa.Column("rows_new", sa.BigInteger(), nullable=False),
        sa.Column("rows_changed", sa.BigInteger(), nullable=False),
        sa.Column("rows_unchanged", sa.BigInteger(), nullable=False),
        sa.Column("rows_rejected", sa.BigInteger(), nullable=False),
        sa.Column("tables", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("is_generated", sa.Boolean(), server_default="false", nullable=False),
        sa.CheckConstraint(
            "rows_read = rows_new + rows_changed + rows_unchanged + rows_rejected", name=op.f("ck_load_rows_add_up")
        ),
        sa.PrimaryKeyConstraint("load_id", name=op.f("pk_load")),
        schema="landing",
    )
    op.create_index(op.f("ix_load_source"), "load", ["source"], unique=False, schema="landing")
    op.create_table(
        "mapping",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("version", sa.SmallInteger(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("document", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("registered_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("source", "version", name=op.f("pk_mapping")),
        sa.UniqueConstraint("source", "sha256", name=op.f("uq_mapping_source_sha256")),
        schema="landing",
    )
    op.create_table(
        "outbox",
        sa.Column("outbox_id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("idempotency_key", sa.Text(), nullable=False),
        sa.Column("payload", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("state", sa.Text(), server_default="pending", nullable=False),
        sa.Column("attempts", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("next_attempt_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "state IN ('pending', 'sent', 'confirmed', 'failed', 'dead')", name=op.f("ck_outbox_known_state")
        ),
        sa.PrimaryKeyConstraint("outbox_id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("target", "idempotency_key", name=op.f("uq_outbox_target_idempotency_key")),
        schema="landing",
    )
    op.create_table(
        "sync_cursor",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("entity", sa.Text(), nullable=False),
        sa.Column("position", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("moved_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("source", "entity", name=op.f("pk_sync_cursor")),
        schema="landing",
    )
    op.create_table(
        "sync_run",
        sa.Column("sync_run_id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("entity", sa.Text(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("rows_read", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("rows_rejected", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("sync_run_id", name=op.f("pk_sync_run")),
        schema="landing",
    )
    op.create_index(op.f("ix_sync_run_source"), "sync_run", ["source"], unique=False, schema="landing")
    op.create_table(
        "alert_rule",
        sa.Column("alert_rule_id", sa.UUID(), nullable=False),
        sa.Column("principal_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("settings", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["principal_id"], ["app.principal.principal_id"], name=op.f("fk_alert_rule_principal_id")
        ),
        sa.PrimaryKeyConstraint("alert_rule_id", name=op.f("pk_alert_rule")),
        schema="app",
    )
    op.create_table(
        "api_key",
        sa.Column("api_key_id", sa.UUID(), nullable=False),
        sa.Column("prefix", sa.Text(), nullable=False),
        sa.Column("secret_sha256", sa.Text(), nullable=False),
        sa.Column("principal_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["principal_id"], ["app.principal.principal_id"], name=op.f("fk_api_key_principal_id")),
        sa.PrimaryKeyConstraint("api_key_id", name=op.f("pk_api_key")),
        sa.UniqueConstraint("prefix", name=op.f("uq_api_key_prefix")),
        schema="app",
    )
    op.create_table(
        "role_grant",
        sa.Column("role_grant_id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("principal_id", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("department_id", sa.UUID(), nullable=True),
        sa.Column("granted_by", sa.Text(), nullable=False),
        sa.Column("granted_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "role <> 'department_manager' OR department_id IS NOT NULL",
            name=op.f("ck_role_grant_manager_has_a_department"),
        ),
        sa.ForeignKeyConstraint(
            ["principal_id"], ["app.principal.principal_id"], name=op.f("fk_role_grant_principal_id")
        ),
        sa.PrimaryKeyConstraint("role_grant_id", name=op.f("pk_role_grant")),
        schema="app",
    )
    op.create_index(
        "ix_role_grant_live",
        "role_grant",
        ["principal_id"],
        unique=False,
        schema="app",
        postgresql_where="revoked_at IS NULL",
    )
    op.create_table(
        "saved_view",
        sa.Column("saved_view_id", sa.UUID(), nullable=False),
        sa.Column("principal_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("page", sa.Text(), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["principal_id"], ["app.principal.principal_id"], name=op.f("fk_saved_view_principal_id")
        ),
        sa.PrimaryKeyConstraint("saved_view_id", name=op.f("pk_saved_view")),
        sa.UniqueConstraint("principal_id", "name", name=op.f("uq_saved_view_principal_id_name")),
        schema="app",
    )
    op.create_table(
        "finding",
        sa.Column("finding_id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("load_id", sa.UUID(), nullable=False),
        sa.Column("table_name", sa.Text(), nullable=False),
        sa.Column("column_name", sa.Text(), nullable=True),
        sa.Column("expectation", sa.Text(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("n", sa.BigInteger(), nullable=False),
        sa.Column("unexpected_n", sa.BigInteger(), nullable=False),
        sa.Column("sentence_en", sa.Text(), nullable=False),
        sa.Column("sentence_zh", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "verdict IN ('pass', 'review', 'block', 'not_enough_evidence')", name=op.f("ck_finding_known_verdict")
        ),
        sa.ForeignKeyConstraint(["load_id"], ["landing.load.load_id"], name=op.f("fk_finding_load_id")),
        sa.PrimaryKeyConstraint("finding_id", name=op.f("pk_finding")),
        schema="landing",
    )
    op.create_index(op.f("ix_finding_load_id"), "finding", ["load_id"], unique=False, schema="landing")
    op.create_table(
        "quarantine",
        sa.Column("quarantine_id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("load_id", sa.UUID(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("row_number", sa.BigInteger(), nullable=False),
        sa.Column("table_name", sa.Text(), nullable=True),
        sa.Column("column_name", sa.Text(), nullable=True),
        sa.Column("reason_code", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("masked_values", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("owner", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), server_default="open", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("status IN ('open', 'resubmitted', 'dismissed')", name=op.f("ck_quarantine_known_status")),
        sa.ForeignKeyConstraint(["load_id"], ["landing.load.load_id"], name=op.f("fk_quarantine_load_id")),
        sa.PrimaryKeyConstraint("quarantine_id", name=op.f("pk_quarantine")),
        schema="landing",
    )
    op.create_index(op.f("ix_quarantine_load_id"), "quarantine", ["load_id"], unique=False, schema="landing")
    op.create_index(
        "ix_quarantine_open",
        "quarantine",
        ["source"],
        unique=False,
        schema="landing",
        postgresql_where="status = 'open'",
    )
    op.create_table(
        "alert",
        sa.Column("alert_id", sa.UUID(), nullable=False),
        sa.Column("alert_rule_id", sa.UUID(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("detail", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("acknowledged_by", sa.Text(), nullable=True),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cause", sa.Text(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["alert_rule_id"], ["app.alert_rule.alert_rule_id"], name=op.f("fk_alert_alert_rule_id")
        ),
        sa.PrimaryKeyConstraint("alert_id", name=op.f("pk_alert")),
        schema="app",
    )


def downgrade() -> None:
    """Drops them."""
    op.execute("DROP SCHEMA app CASCADE")
    op.execute("DROP SCHEMA landing CASCADE")

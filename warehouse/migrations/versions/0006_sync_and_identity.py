"""Sync: what waits in the inbox, versions of records, keys seen at a source, messages out, employees and identity."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from warehouse.tables.columns import Xid8

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

SEES_ALL = "(SELECT current_setting('hiregate.sees_all', true) = 'on')"
DEPARTMENTS = "ARRAY(SELECT unnest(coalesce(nullif(current_setting('hiregate.departments', true), ''), '{}')::uuid[]))"
PEOPLE = (
    "'read_people' = ANY (ARRAY(SELECT unnest("
    "coalesce(nullif(current_setting('hiregate.permissions', true), ''), '{}')::text[])))"
)
OUTBOX_RULES = {
    "known_kind": "kind IN ('score', 'status', 'stage_move', 'note', 'notification', 'webhook')",
    "stage_moves_need_a_person": "needs_person OR kind <> 'stage_move'",
    "maker_is_not_releaser": "released_by <> created_by",
    "sent_only_when_let_out": "state IN ('pending', 'dead')"
    " OR (NOT is_dry_run AND (NOT needs_person OR released_by IS NOT NULL))",
}
# Who is whom by the links that stand: each linked candidate, and the smallest key among all that are the same person.
SAME_PERSON = """
CREATE VIEW hr.same_person WITH (security_invoker = true) AS
WITH RECURSIVE link AS (
  SELECT left_key, right_key FROM hr.identity_link WHERE kind = 'candidate' AND state = 'linked'
), step AS (
  SELECT left_key AS candidate_id, right_key AS other FROM link UNION ALL SELECT right_key, left_key FROM link
), reached AS (
  SELECT candidate_id, other FROM step
  UNION
  SELECT r.candidate_id, s.other FROM reached r JOIN step s ON s.candidate_id = r.other
)
SELECT candidate_id, (array_agg(other ORDER BY other))[1] AS person FROM reached GROUP BY candidate_id
"""
LINK_DELETED = """
CREATE FUNCTION hr.note_deletion_of_identity_link() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  INSERT INTO hr.deletion (candidate_id)
  SELECT left_key FROM gone WHERE kind = 'candidate' UNION SELECT right_key FROM gone WHERE kind = 'candidate';
  RETURN NULL;
END $$
"""
VISIBLE = {
    "employee": f"{PEOPLE} AND ({SEES_ALL} OR department_id = ANY ({DEPARTMENTS}))",
    "identity_link": f"{PEOPLE} AND {SEES_ALL}",
}


def upgrade() -> None:
    """Makes the tables and widens those of the first migration."""
    _make_people()
    _make_landing()
    _widen_inbox()
    _widen_runs_and_messages()
    _widen_alerts()
    _grant()


def _make_people() -> None:
    op.create_table(
        "employee",
        sa.Column("employee_id", sa.UUID(), nullable=False),
        sa.Column("employee_number", sa.Text(), nullable=True),
        sa.Column("full_name", sa.Text(), nullable=True),
        sa.Column("full_name_local", sa.Text(), nullable=True),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("department_id", sa.UUID(), nullable=True),
        sa.Column("started_on", sa.Date(), nullable=True),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.Column("leaving_reason", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("source_record_id", sa.Text(), nullable=False),
        sa.Column("event_time", sa.DateTime(timezone=True), nullable=True),
        sa.Column("loaded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("mapping_version", sa.SmallInteger(), nullable=False),
        sa.Column("payload_hash", sa.UUID(), nullable=False),
        sa.Column("changed_xid", Xid8(), server_default=sa.text("pg_current_xact_id()"), nullable=False),
        sa.CheckConstraint("left_on IS NULL OR left_on >= started_on", name=op.f("ck_employee_left_after_started")),
        sa.ForeignKeyConstraint(
            ["department_id"], ["hr.department.department_id"], name=op.f("fk_employee_department_id")
        ),
        sa.PrimaryKeyConstraint("employee_id", name=op.f("pk_employee")),
        schema="hr",
    )
    op.create_index(op.f("ix_employee_changed_xid"), "employee", ["changed_xid"], unique=False, schema="hr")
    op.create_index(op.f("ix_employee_department_id"), "employee", ["department_id"], unique=False, schema="hr")
    op.create_table(
        "identity_link",
        sa.Column("identity_link_id", sa.UUID(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("left_key", sa.UUID(), nullable=False),
        sa.Column("right_key", sa.UUID(), nullable=False),
        sa.Column("score", sa.Double(), nullable=False),
        sa.Column("evidence", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("suggested_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changed_xid", Xid8(), server_default=sa.text("pg_current_xact_id()"), nullable=False),
        sa.CheckConstraint("kind IN ('candidate', 'employee')", name=op.f("ck_identity_link_known_kind")),
        sa.CheckConstraint(
            "state IN ('suggested', 'linked', 'rejected', 'unmerged')", name=op.f("ck_identity_link_known_state")
        ),
        sa.CheckConstraint("left_key <> right_key", name=op.f("ck_identity_link_of_two")),
        sa.CheckConstraint("score BETWEEN 0 AND 1", name=op.f("ck_identity_link_score_is_a_share")),
        sa.PrimaryKeyConstraint("identity_link_id", name=op.f("pk_identity_link")),
        sa.UniqueConstraint("kind", "left_key", "right_key", name=op.f("uq_identity_link_kind_left_key_right_key")),
        schema="hr",
    )
    op.create_index(op.f("ix_identity_link_changed_xid"), "identity_link", ["changed_xid"], unique=False, schema="hr")
    op.create_index("ix_identity_link_left", "identity_link", ["left_key"], unique=False, schema="hr")
    op.create_index("ix_identity_link_right", "identity_link", ["right_key"], unique=False, schema="hr")


def _make_landing() -> None:
    op.create_table(
        "record_version",
        sa.Column("table_name", sa.Text(), nullable=False),
        sa.Column("record_key", sa.UUID(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=True),
        sa.Column("inbox_id", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("table_name", "record_key", name=op.f("pk_record_version")),
        schema="landing",
    )
    op.create_table(
        "source_key",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("entity", sa.Text(), nullable=False),
        sa.Column("source_record_id", sa.Text(), nullable=False),
        sa.Column("seen_in", sa.BigInteger(), nullable=False),
        sa.Column("body_sha256", sa.Text(), nullable=True),
        sa.Column("gone_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("source", "entity", "source_record_id", name=op.f("pk_source_key")),
        schema="landing",
    )
    op.create_table(
        "outbox_target",
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("disabled_because", sa.Text(), nullable=True),
        sa.Column("slow_until", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(disabled_at IS NULL) = (disabled_because IS NULL)", name=op.f("ck_outbox_target_disabled_for_a_reason")
        ),
        sa.PrimaryKeyConstraint("target", name=op.f("pk_outbox_target")),
        schema="landing",
    )


def _widen_inbox() -> None:
    op.add_column("inbox", sa.Column("entity", sa.Text(), nullable=True), schema="landing")
    op.add_column("inbox", sa.Column("happened_at", sa.DateTime(timezone=True), nullable=True), schema="landing")
    op.add_column("inbox", sa.Column("source_version", sa.BigInteger(), nullable=True), schema="landing")
    op.add_column("inbox", sa.Column("sync_run_id", sa.BigInteger(), nullable=True), schema="landing")
    op.add_column("inbox", sa.Column("load_id", sa.UUID(), nullable=True), schema="landing")
    op.create_index("ix_inbox_load_id", "inbox", ["load_id"], unique=False, schema="landing")
    op.create_index(
        "ix_inbox_received_at", "inbox", ["received_at"], unique=False, schema="landing", postgresql_using="brin"
    )
    op.create_index(
        "ix_inbox_waiting",
        "inbox",
        ["source", "inbox_id"],
        unique=False,
        schema="landing",
        postgresql_where="handled_at IS NULL",
    )
    op.create_foreign_key(
        op.f("fk_inbox_load_id"),
        "inbox",
        "load",
        ["load_id"],
        ["load_id"],
        source_schema="landing",
        referent_schema="landing",
    )
    op.add_column("load", sa.Column("kind", sa.Text(), server_default="file", nullable=False), schema="landing")
    op.add_column("load", sa.Column("row_numbers", sa.ARRAY(sa.BigInteger()), nullable=True), schema="landing")
    op.add_column("quarantine", sa.Column("inbox_id", sa.BigInteger(), nullable=True), schema="landing")
    op.add_column("quarantine", sa.Column("settled_by", sa.Text(), nullable=True), schema="landing")
    op.add_column("quarantine", sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True), schema="landing")
    op.add_column("quarantine", sa.Column("note", sa.Text(), nullable=True), schema="landing")
    op.add_column("quarantine", sa.Column("waits_in", sa.Text(), nullable=True), schema="landing")
    op.add_column("quarantine", sa.Column("waits_for", sa.UUID(), nullable=True), schema="landing")
    op.create_index(
        "ix_quarantine_waiting",
        "quarantine",
        ["waits_in"],
        unique=False,
        schema="landing",
        postgresql_where="status = 'open' AND waits_for IS NOT NULL",
    )
    op.create_index(op.f("ix_quarantine_inbox_id"), "quarantine", ["inbox_id"], unique=False, schema="landing")
    op.create_foreign_key(
        op.f("fk_quarantine_inbox_id"),
        "quarantine",
        "inbox",
        ["inbox_id"],
        ["inbox_id"],
        source_schema="landing",
        referent_schema="landing",
    )
    op.create_check_constraint(op.f("ck_load_known_kind"), "load", "kind IN ('file', 'events')", schema="landing")


def _widen_runs_and_messages() -> None:
    op.add_column("outbox", sa.Column("kind", sa.Text(), nullable=False), schema="landing")
    op.add_column("outbox", sa.Column("subject", sa.Text(), nullable=True), schema="landing")
    op.add_column(
        "outbox", sa.Column("is_dry_run", sa.Boolean(), server_default="false", nullable=False), schema="landing"
    )
    op.add_column(
        "outbox", sa.Column("needs_person", sa.Boolean(), server_default="false", nullable=False), schema="landing"
    )
    op.add_column("outbox", sa.Column("released_by", sa.Text(), nullable=True), schema="landing")
    op.add_column("outbox", sa.Column("released_at", sa.DateTime(timezone=True), nullable=True), schema="landing")
    op.add_column("outbox", sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True), schema="landing")
    op.add_column("outbox", sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True), schema="landing")
    op.add_column("outbox", sa.Column("receipt", sa.Text(), nullable=True), schema="landing")
    op.add_column("outbox", sa.Column("error_code", sa.Text(), nullable=True), schema="landing")
    op.add_column("outbox", sa.Column("error", sa.Text(), nullable=True), schema="landing")
    op.add_column("outbox", sa.Column("created_by", sa.Text(), nullable=False), schema="landing")
    for name, rule in OUTBOX_RULES.items():
        op.create_check_constraint(op.f(f"ck_outbox_{name}"), "outbox", rule, schema="landing")
    op.create_index(
        "ix_outbox_due",
        "outbox",
        ["next_attempt_at"],
        unique=False,
        schema="landing",
        postgresql_where="state IN ('pending', 'failed')",
    )
    op.add_column(
        "sync_run", sa.Column("direction", sa.Text(), server_default="pull", nullable=False), schema="landing"
    )
    op.add_column("sync_run", sa.Column("state", sa.Text(), server_default="running", nullable=False), schema="landing")
    op.add_column(
        "sync_run", sa.Column("requests", sa.BigInteger(), server_default="0", nullable=False), schema="landing"
    )
    op.add_column(
        "sync_run", sa.Column("retries", sa.BigInteger(), server_default="0", nullable=False), schema="landing"
    )
    op.add_column(
        "sync_run", sa.Column("rows_new", sa.BigInteger(), server_default="0", nullable=False), schema="landing"
    )
    op.add_column(
        "sync_run", sa.Column("rows_gone", sa.BigInteger(), server_default="0", nullable=False), schema="landing"
    )
    op.add_column(
        "sync_run", sa.Column("is_sweep", sa.Boolean(), server_default="false", nullable=False), schema="landing"
    )
    op.add_column("sync_run", sa.Column("source_total", sa.BigInteger(), nullable=True), schema="landing")
    op.add_column("sync_run", sa.Column("quota_left", sa.BigInteger(), nullable=True), schema="landing")
    op.add_column(
        "sync_run", sa.Column("position", postgresql.JSONB(astext_type=sa.Text()), nullable=True), schema="landing"
    )
    op.add_column("sync_run", sa.Column("error_code", sa.Text(), nullable=True), schema="landing")
    op.drop_index(op.f("ix_sync_run_source"), table_name="sync_run", schema="landing")
    op.create_index(
        "ix_sync_run_source_entity", "sync_run", ["source", "entity", "started_at"], unique=False, schema="landing"
    )
    op.create_check_constraint(
        op.f("ck_sync_run_known_state"),
        "sync_run",
        "state IN ('running', 'succeeded', 'partial', 'failed', 'cancelled')",
        schema="landing",
    )
    op.create_check_constraint(
        op.f("ck_sync_run_known_direction"), "sync_run", "direction IN ('pull', 'push')", schema="landing"
    )


def _widen_alerts() -> None:
    op.add_column("alert", sa.Column("verdict", sa.Text(), nullable=False), schema="app")
    op.add_column("alert", sa.Column("cleared_at", sa.DateTime(timezone=True), nullable=True), schema="app")
    op.add_column("alert", sa.Column("closed_by", sa.Text(), nullable=True), schema="app")
    op.create_check_constraint(op.f("ck_alert_known_verdict"), "alert", "verdict IN ('review', 'block')", schema="app")
    op.create_check_constraint(
        op.f("ck_alert_closed_with_a_cause"), "alert", "closed_at IS NULL OR cause IS NOT NULL", schema="app"
    )
    op.create_index(
        "uq_alert_open", "alert", ["kind", "subject"], unique=True, schema="app", postgresql_where="closed_at IS NULL"
    )


def _grant() -> None:
    for table, visible in VISIBLE.items():
        op.execute(f"GRANT SELECT ON hr.{table} TO hiregate_app")
        op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON hr.{table} TO hiregate_intake")
        op.execute(f"ALTER TABLE hr.{table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY readers ON hr.{table} FOR SELECT TO hiregate_app USING ({visible})")
        op.execute(f"CREATE POLICY intake ON hr.{table} TO hiregate_intake USING (true) WITH CHECK (true)")
        op.execute(
            f"CREATE TRIGGER stamp_change BEFORE UPDATE ON hr.{table} FOR EACH ROW EXECUTE FUNCTION hr.stamp_change()"
        )
    op.execute(SAME_PERSON)
    op.execute("GRANT SELECT ON hr.same_person TO hiregate_intake, hiregate_lake, hiregate_vault")
    op.execute(LINK_DELETED)
    op.execute(
        "CREATE TRIGGER note_deletion AFTER DELETE ON hr.identity_link REFERENCING OLD TABLE AS gone"
        " FOR EACH STATEMENT EXECUTE FUNCTION hr.note_deletion_of_identity_link()"
    )
    op.execute("GRANT SELECT ON hr.identity_link TO hiregate_lake, hiregate_vault")
    op.execute("CREATE POLICY lake ON hr.identity_link FOR SELECT TO hiregate_lake, hiregate_vault USING (true)")
    op.execute("GRANT SELECT, INSERT, UPDATE ON landing.record_version, landing.source_key TO hiregate_intake")
    op.execute("GRANT DELETE ON landing.record_version TO hiregate_intake")
    op.execute("GRANT SELECT ON landing.source_key TO hiregate_app")
    op.execute("GRANT SELECT, INSERT, UPDATE ON landing.outbox_target TO hiregate_intake, hiregate_app")
    # Raw payloads hold names and contact: the application's role reads everything of an event but its payload.
    op.execute("REVOKE SELECT ON landing.inbox FROM hiregate_app")
    op.execute(
        "GRANT SELECT (inbox_id, source, idempotency_key, received_at, content_type, entity, happened_at,"
        " source_version, sync_run_id, handled_at, load_id) ON landing.inbox TO hiregate_app"
    )


def downgrade() -> None:
    """Takes them away."""
    op.execute("REVOKE SELECT (inbox_id) ON landing.inbox FROM hiregate_app")
    op.execute("GRANT SELECT ON landing.inbox TO hiregate_app")
    op.execute(
        "ALTER TABLE landing.quarantine DROP COLUMN inbox_id, DROP COLUMN settled_by, DROP COLUMN settled_at,"
        " DROP COLUMN note, DROP COLUMN waits_in, DROP COLUMN waits_for"
    )
    op.execute("ALTER TABLE landing.load DROP COLUMN kind, DROP COLUMN row_numbers")
    op.execute("DROP INDEX landing.ix_inbox_received_at")
    op.execute(
        "ALTER TABLE landing.inbox DROP COLUMN entity, DROP COLUMN happened_at, DROP COLUMN source_version,"
        " DROP COLUMN sync_run_id, DROP COLUMN load_id"
    )
    op.execute("DROP INDEX IF EXISTS landing.ix_inbox_waiting")
    _narrow_runs_and_messages()
    op.execute("DROP INDEX app.uq_alert_open")
    op.execute("ALTER TABLE app.alert DROP CONSTRAINT ck_alert_closed_with_a_cause, DROP COLUMN verdict")
    op.execute("ALTER TABLE app.alert DROP COLUMN cleared_at, DROP COLUMN closed_by")
    op.execute("DROP VIEW hr.same_person")
    op.execute(
        "DROP TABLE landing.record_version, landing.source_key, landing.outbox_target, hr.identity_link, hr.employee"
    )
    op.execute("DROP FUNCTION hr.note_deletion_of_identity_link()")


def _narrow_runs_and_messages() -> None:
    for column in (
        "kind", "subject", "is_dry_run", "needs_person", "released_by", "released_at", "sent_at", "confirmed_at",
        "receipt", "error_code", "error", "created_by",
    ):  # fmt: skip
        op.drop_column("outbox", column, schema="landing")
    op.drop_index("ix_outbox_due", "outbox", schema="landing")
    op.drop_index("ix_sync_run_source_entity", "sync_run", schema="landing")
    for column in (
        "direction", "state", "requests", "retries", "rows_new", "rows_gone", "is_sweep", "source_total", "quota_left",
        "position", "error_code",
    ):  # fmt: skip
        op.drop_column("sync_run", column, schema="landing")
    op.create_index(op.f("ix_sync_run_source"), "sync_run", ["source"], unique=False, schema="landing")

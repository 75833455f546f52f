"""Retention: tombstones, legal holds, redacted raw files, and the one narrow way to blank a decision's person."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

ROLE = "hiregate_retention"
MAY_ERASE = (
    "'erase_people' = ANY (ARRAY(SELECT unnest("
    "coalesce(nullif(current_setting('hiregate.permissions', true), ''), '{}')::text[])))"
)
SEES_ALL = "(SELECT current_setting('hiregate.sees_all', true) = 'on')"
DEPARTMENTS = "ARRAY(SELECT unnest(coalesce(nullif(current_setting('hiregate.departments', true), ''), '{}')::uuid[]))"
PEOPLE = (
    "hr.candidate", "hr.application", "hr.stage_event", "hr.ai_interview", "hr.skill_score", "hr.re_interview",
    "hr.offer", "hr.hire", "hr.performance_review", "hr.compensation", "hr.course", "hr.employee", "hr.identity_link",
    "vault.demographics",
)  # fmt: skip
"""Tables whose rows are about people; the role deletes from these and no other of theirs."""

OWN = ("hr.erasure", "hr.erased_key", "hr.erased_count", "hr.legal_hold")

# An UPDATE of decisions is refused unless an unfinished erasure is named, and then touches what tells of a person only.
DECISION_GUARD = """
CREATE FUNCTION governance.guard_decision() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog AS $$
BEGIN
  IF TG_OP <> 'UPDATE' OR NOT EXISTS (
    SELECT 1 FROM hr.erasure e
    WHERE e.erasure_id::text = current_setting('hiregate.erasure', true) AND e.finished_at IS NULL
  ) THEN
    RAISE EXCEPTION 'decision is append-only' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NULL;
END $$
"""
DECISION_ROW_GUARD = """
CREATE FUNCTION governance.guard_decision_row() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.subject IS NOT NULL OR NEW.idempotency_key IS NOT NULL OR NEW.inputs <> '{}'::jsonb
    OR NEW.answer <> jsonb_set(OLD.answer, '{reasons}', '[]'::jsonb, false)
    OR to_jsonb(NEW) - '{subject,idempotency_key,inputs,answer,changed_xid}'::text[]
      <> to_jsonb(OLD) - '{subject,idempotency_key,inputs,answer,changed_xid}'::text[]
  THEN
    RAISE EXCEPTION 'an erasure blanks the person of a decision and nothing else' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$
"""
BLANK_DECISIONS = """
CREATE FUNCTION governance.blank_decisions(erasure uuid, subjects text[]) RETURNS bigint LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE blanked bigint;
BEGIN
  PERFORM set_config('hiregate.erasure', erasure::text, true);
  UPDATE governance.decision SET subject = NULL, idempotency_key = NULL, inputs = '{}',
    answer = jsonb_set(answer, '{reasons}', '[]'::jsonb, false), changed_xid = pg_current_xact_id()
  WHERE subject = ANY (subjects);
  GET DIAGNOSTICS blanked = ROW_COUNT;
  PERFORM set_config('hiregate.erasure', '', true);
  RETURN blanked;
END $$
"""


def upgrade() -> None:
    """Makes the tables, the role and the guards."""
    _make_tables()
    op.add_column("inbox", sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True), schema="landing")
    op.add_column("lake_snapshot", sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True), schema="app")
    op.execute(f"DO $$ BEGIN CREATE ROLE {ROLE} NOLOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$")
    op.execute(f"GRANT {ROLE} TO CURRENT_USER")
    _grant()
    _secure_rows()
    _guard_decisions()


def _make_tables() -> None:
    op.create_table(
        "erasure",
        sa.Column("erasure_id", sa.UUID(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("requested_by", sa.Text(), nullable=False),
        sa.Column(
            "requested_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("key_fingerprint", sa.Text(), nullable=False),
        sa.Column("counts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("work", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.CheckConstraint("length(trim(reason)) > 0", name=op.f("ck_erasure_reason_is_given")),
        sa.CheckConstraint("finished_at IS NULL OR work IS NULL", name=op.f("ck_erasure_finished_without_keys")),
        sa.PrimaryKeyConstraint("erasure_id", name=op.f("pk_erasure")),
        schema="hr",
    )
    op.create_table(
        "erased_key",
        sa.Column("key_hash", sa.Text(), nullable=False),
        sa.Column("erasure_id", sa.UUID(), nullable=False),
        sa.ForeignKeyConstraint(["erasure_id"], ["hr.erasure.erasure_id"], name=op.f("fk_erased_key_erasure_id")),
        sa.PrimaryKeyConstraint("key_hash", name=op.f("pk_erased_key")),
        schema="hr",
    )
    op.create_index(op.f("ix_erased_key_erasure_id"), "erased_key", ["erasure_id"], unique=False, schema="hr")
    op.create_table(
        "erased_count",
        sa.Column("department_id", sa.UUID(), nullable=False),
        sa.Column("job_family", sa.Text(), nullable=False),
        sa.Column("applied_month", sa.Date(), nullable=False),
        sa.Column("stage_reached", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("n", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint(
            "department_id", "job_family", "applied_month", "stage_reached", "status", name=op.f("pk_erased_count")
        ),
        schema="hr",
    )
    op.create_table(
        "legal_hold",
        sa.Column("legal_hold_id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("candidate_id", sa.UUID(), nullable=True),
        sa.Column("matter", sa.Text(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("placed_by", sa.Text(), nullable=False),
        sa.Column("placed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("lifted_by", sa.Text(), nullable=True),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("length(trim(matter)) > 0", name=op.f("ck_legal_hold_matter_is_given")),
        sa.CheckConstraint("(lifted_at IS NULL) = (lifted_by IS NULL)", name=op.f("ck_legal_hold_lifted_by_somebody")),
        sa.CheckConstraint(
            "candidate_id IS NOT NULL OR lifted_at IS NOT NULL OR until IS NOT NULL",
            name=op.f("ck_legal_hold_of_somebody"),
        ),
        sa.PrimaryKeyConstraint("legal_hold_id", name=op.f("pk_legal_hold")),
        schema="hr",
    )
    op.create_index(
        "ix_legal_hold_standing",
        "legal_hold",
        ["candidate_id"],
        unique=False,
        schema="hr",
        postgresql_where="lifted_at IS NULL",
    )
    op.create_table(
        "raw_redaction",
        sa.Column("file_sha256", sa.Text(), nullable=False),
        sa.Column("redacted_sha256", sa.Text(), nullable=False),
        sa.Column("rows_blanked", sa.BigInteger(), nullable=False),
        sa.Column(
            "redacted_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.PrimaryKeyConstraint("file_sha256", name=op.f("pk_raw_redaction")),
        schema="landing",
    )


def _grant() -> None:
    op.execute(f"GRANT USAGE ON SCHEMA hr, vault, landing, governance, app TO {ROLE}")
    op.execute(f"GRANT SELECT, DELETE ON {', '.join(PEOPLE)} TO {ROLE}")
    op.execute(f"GRANT SELECT, INSERT, DELETE ON hr.deletion TO {ROLE}")
    op.execute(f"GRANT SELECT ON hr.same_person, hr.requisition TO {ROLE}")
    op.execute(f"GRANT SELECT, INSERT, UPDATE ON {', '.join(OWN)} TO {ROLE}")
    op.execute(f"GRANT SELECT, UPDATE ON landing.inbox, landing.quarantine, landing.outbox TO {ROLE}")
    op.execute(f"GRANT SELECT ON landing.load, landing.mapping TO {ROLE}")
    op.execute(f"GRANT SELECT, DELETE ON landing.source_key, landing.record_version TO {ROLE}")
    op.execute(f"GRANT SELECT, INSERT, UPDATE ON landing.raw_redaction TO {ROLE}, hiregate_intake")
    op.execute(f"GRANT SELECT, INSERT ON governance.audit_log TO {ROLE}")
    op.execute(f"GRANT SELECT (decision_id, subject) ON governance.decision TO {ROLE}")
    op.execute(f"GRANT SELECT ON governance.release TO {ROLE}")
    op.execute(f"GRANT SELECT, UPDATE ON app.principal, app.role_grant, app.lake_snapshot TO {ROLE}")
    op.execute("GRANT SELECT ON hr.erased_key TO hiregate_intake")
    op.execute("GRANT SELECT ON hr.erased_count TO hiregate_app")
    op.execute("GRANT SELECT (erasure_id, requested_at, finished_at) ON hr.erasure TO hiregate_app")


def _secure_rows() -> None:
    """The role alone is not enough: the principal who asks must be allowed to erase people."""
    for table in PEOPLE:
        op.execute(f"CREATE POLICY retention ON {table} TO {ROLE} USING ({MAY_ERASE}) WITH CHECK ({MAY_ERASE})")
    for table in OWN:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY retention ON {table} TO {ROLE} USING ({MAY_ERASE}) WITH CHECK ({MAY_ERASE})")
    op.execute(f"CREATE POLICY retention ON hr.requisition FOR SELECT TO {ROLE} USING ({MAY_ERASE})")
    op.execute(
        "CREATE POLICY readers ON hr.erased_count FOR SELECT TO hiregate_app"
        f" USING ({SEES_ALL} OR department_id = ANY ({DEPARTMENTS}))"
    )
    op.execute("CREATE POLICY intake ON hr.erased_key FOR SELECT TO hiregate_intake USING (true)")
    op.execute("CREATE POLICY readers ON hr.erasure FOR SELECT TO hiregate_app USING (true)")


def _guard_decisions() -> None:
    for function in (DECISION_GUARD, DECISION_ROW_GUARD, BLANK_DECISIONS):
        op.execute(function)
    op.execute("DROP TRIGGER append_only ON governance.decision")
    op.execute(
        "CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON governance.decision"
        " FOR EACH STATEMENT EXECUTE FUNCTION governance.guard_decision()"
    )
    op.execute(
        "CREATE TRIGGER blanked_only BEFORE UPDATE ON governance.decision"
        " FOR EACH ROW EXECUTE FUNCTION governance.guard_decision_row()"
    )
    op.execute("REVOKE ALL ON FUNCTION governance.blank_decisions(uuid, text[]) FROM PUBLIC")
    op.execute(f"GRANT EXECUTE ON FUNCTION governance.blank_decisions(uuid, text[]) TO {ROLE}")


def downgrade() -> None:
    """Takes them away; the role belongs to the whole server and stays."""
    op.execute("DROP TRIGGER blanked_only ON governance.decision")
    op.execute("DROP TRIGGER append_only ON governance.decision")
    op.execute(
        "CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON governance.decision"
        " FOR EACH STATEMENT EXECUTE FUNCTION governance.refuse_change()"
    )
    op.execute("DROP FUNCTION governance.blank_decisions(uuid, text[])")
    op.execute("DROP FUNCTION governance.guard_decision()")
    op.execute("DROP FUNCTION governance.guard_decision_row()")
    for table in (*PEOPLE, "hr.requisition"):
        op.execute(f"DROP POLICY retention ON {table}")
    op.execute("REVOKE SELECT (decision_id, subject) ON governance.decision FROM hiregate_retention")
    op.execute("DROP TABLE hr.erased_key, hr.erased_count, hr.erasure, hr.legal_hold, landing.raw_redaction")
    op.execute("ALTER TABLE landing.inbox DROP COLUMN erased_at")
    op.execute("ALTER TABLE app.lake_snapshot DROP COLUMN erased_at")
    for schema in ("hr", "landing", "vault", "governance", "app"):
        op.execute(f"REVOKE ALL ON ALL TABLES IN SCHEMA {schema} FROM {ROLE}")
        op.execute(f"REVOKE ALL ON SCHEMA {schema} FROM {ROLE}")

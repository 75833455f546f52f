"""Database roles, row-level security and the guards that keep the ledger append-only."""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

ROLES = ("hiregate_app", "hiregate_intake", "hiregate_lake", "hiregate_vault")
HR_TABLES = (
    "department", "requisition", "candidate", "application", "stage_event", "ai_interview", "skill_score",
    "re_interview", "offer", "hire", "performance_review", "compensation", "course",
)  # fmt: skip
STAMPED = (*(f"hr.{table}" for table in HR_TABLES), "vault.demographics")
_OWN = "(application_id) SELECT DISTINCT application_id FROM gone"
DELETED = {
    **{
        f"hr.{table}": _OWN for table in ("application", "stage_event", "ai_interview", "re_interview", "offer", "hire")
    },
    "hr.skill_score": "(application_id) SELECT DISTINCT i.application_id FROM gone"
    " JOIN hr.ai_interview i USING (ai_interview_id)",
    "hr.performance_review": "(application_id) SELECT DISTINCT h.application_id FROM gone"
    " JOIN hr.hire h USING (hire_id)",
    "vault.demographics": "(candidate_id) SELECT candidate_id FROM gone",
}
"""Tables whose deleted rows the lake must follow, and whose rows in the lake those are."""

APPEND_ONLY = (
    "policy_version",
    "gate_result",
    "release",
    "approval",
    "waiver",
    "release_event",
    "decision",
    "audit_log",
)

# The subselects make PostgreSQL read each setting once a query and not once a row.
SEES_ALL = "(SELECT current_setting('hiregate.sees_all', true) = 'on')"
DEPARTMENTS = "ARRAY(SELECT unnest(coalesce(nullif(current_setting('hiregate.departments', true), ''), '{}')::uuid[]))"
CANDIDATE = "(SELECT nullif(current_setting('hiregate.candidate', true), '')::uuid)"


def _may(permission: str) -> str:
    granted = "ARRAY(SELECT unnest(coalesce(nullif(current_setting('hiregate.permissions', true), ''), '{}')::text[]))"
    return f"'{permission}' = ANY ({granted})"


def _of_application(table: str) -> str:
    return f"EXISTS (SELECT 1 FROM hr.application a WHERE a.application_id = {table}.application_id)"


def _of_hire(table: str) -> str:
    return f"EXISTS (SELECT 1 FROM hr.hire h WHERE h.hire_id = {table}.hire_id)"


PEOPLE = _may("read_people")
VISIBLE = {
    "department": f"{SEES_ALL} OR department_id = ANY ({DEPARTMENTS})",
    "requisition": f"{SEES_ALL} OR department_id = ANY ({DEPARTMENTS})",
    "application": f"({PEOPLE} AND ({SEES_ALL} OR department_id = ANY ({DEPARTMENTS}))) OR candidate_id = {CANDIDATE}",
    "candidate": f"({PEOPLE} AND EXISTS (SELECT 1 FROM hr.application a WHERE a.candidate_id = candidate.candidate_id))"
    f" OR candidate_id = {CANDIDATE}",
    "stage_event": _of_application("stage_event"),
    "ai_interview": _of_application("ai_interview"),
    "skill_score": "EXISTS (SELECT 1 FROM hr.ai_interview i WHERE i.ai_interview_id = skill_score.ai_interview_id)",
    "re_interview": f"{PEOPLE} AND {_of_application('re_interview')}",
    "offer": _of_application("offer"),
    "hire": _of_application("hire"),
    "performance_review": f"{PEOPLE} AND {_of_hire('performance_review')}",
    "compensation": f"{_may('read_pay')} AND {_of_hire('compensation')}",
    "course": _of_hire("course"),
}

# Whoever writes the champion's row, in code or by hand, needs the event that brought the release and its approval.
CHAMPION_GUARD = """
CREATE FUNCTION governance.guard_champion() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (
    SELECT 1 FROM governance.release_event e
    WHERE e.release_event_id = NEW.release_event_id AND e.release_id = NEW.release_id
      AND e.model_name = NEW.model_name AND e.lease_until = NEW.lease_until
      AND e.kind IN ('promoted', 'rolled_back')
  ) THEN
    RAISE EXCEPTION 'the champion moves only with its ledger event' USING ERRCODE = 'restrict_violation';
  END IF;
  IF TG_OP = 'UPDATE' AND (NEW.model_name <> OLD.model_name OR NEW.release_event_id <= OLD.release_event_id) THEN
    RAISE EXCEPTION 'the champion moves only to a later event' USING ERRCODE = 'restrict_violation';
  END IF;
  IF NOT EXISTS (
    SELECT 1 FROM governance.release r JOIN governance.approval a USING (release_id)
    WHERE r.release_id = NEW.release_id AND r.model_name = NEW.model_name AND a.answer = 'approved'
  ) OR EXISTS (
    SELECT 1 FROM governance.approval a WHERE a.release_id = NEW.release_id AND a.answer = 'sent_back'
  ) THEN
    RAISE EXCEPTION 'a champion needs an approval and must not be sent back' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$
"""


def upgrade() -> None:
    """Makes roles, grants, policies and guards."""
    for role in ROLES:
        op.execute(f"DO $$ BEGIN CREATE ROLE {role} NOLOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$")
        op.execute(f"GRANT {role} TO CURRENT_USER")
    op.execute("GRANT USAGE ON SCHEMA hr, landing, governance, app TO hiregate_app, hiregate_intake")
    op.execute("GRANT USAGE ON SCHEMA hr, app TO hiregate_lake, hiregate_vault")
    op.execute("GRANT USAGE ON SCHEMA vault TO hiregate_vault, hiregate_intake")
    _grant_tables()
    _secure_rows()
    _guard_ledger()
    _follow_changes()


def _grant_tables() -> None:
    op.execute("GRANT SELECT ON ALL TABLES IN SCHEMA hr TO hiregate_app")
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA hr TO hiregate_intake")
    op.execute("GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA landing TO hiregate_intake, hiregate_app")
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON vault.demographics TO hiregate_intake")
    op.execute("GRANT SELECT ON vault.demographics TO hiregate_vault")
    op.execute("GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA governance TO hiregate_app")
    op.execute("GRANT SELECT, INSERT ON governance.audit_log TO hiregate_intake, hiregate_vault, hiregate_lake")
    op.execute("GRANT USAGE ON SCHEMA governance TO hiregate_vault, hiregate_lake")
    op.execute("GRANT UPDATE ON governance.champion TO hiregate_app")
    op.execute("GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA app TO hiregate_app")
    op.execute("GRANT SELECT, INSERT ON app.lake_snapshot TO hiregate_lake, hiregate_vault")
    # The lake's role reads no name and no contact: those columns are not granted to it.
    for table in HR_TABLES:
        if table != "candidate":
            op.execute(f"GRANT SELECT ON hr.{table} TO hiregate_lake")
    op.execute(
        "GRANT SELECT (candidate_id, source, language, country, loaded_at, changed_xid)"
        " ON hr.candidate TO hiregate_lake"
    )
    op.execute("GRANT SELECT (candidate_id, changed_xid) ON hr.candidate TO hiregate_vault")
    _grant_lake_extras()


def _grant_lake_extras() -> None:
    """What the refresh reads beside the hiring tables: decisions without inputs, generated sources, deletions."""
    op.execute("GRANT USAGE ON SCHEMA landing TO hiregate_lake")
    op.execute("GRANT SELECT (source, is_generated) ON landing.load TO hiregate_lake")
    op.execute("GRANT SELECT (release_id, model_name, version) ON governance.release TO hiregate_lake")
    op.execute(
        "GRANT SELECT (decision_id, subject, release_id, score, band, recommendation, decided_at, changed_xid)"
        " ON governance.decision TO hiregate_lake"
    )
    op.execute("REVOKE ALL ON hr.deletion FROM hiregate_app, hiregate_intake")
    op.execute("GRANT INSERT ON hr.deletion TO hiregate_intake")
    op.execute("GRANT SELECT ON hr.deletion TO hiregate_lake, hiregate_vault")


def _secure_rows() -> None:
    for table in HR_TABLES:
        op.execute(f"ALTER TABLE hr.{table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY readers ON hr.{table} FOR SELECT TO hiregate_app USING ({VISIBLE[table]})")
        op.execute(f"CREATE POLICY intake ON hr.{table} TO hiregate_intake USING (true) WITH CHECK (true)")
        op.execute(f"CREATE POLICY lake ON hr.{table} FOR SELECT TO hiregate_lake USING (true)")
    op.execute("CREATE POLICY vault ON hr.candidate FOR SELECT TO hiregate_vault USING (true)")
    op.execute("ALTER TABLE vault.demographics ENABLE ROW LEVEL SECURITY")
    op.execute(
        "CREATE POLICY readers ON vault.demographics FOR SELECT TO hiregate_vault"
        f" USING ({_may('read_demographics')} AND {SEES_ALL})"
    )
    op.execute("CREATE POLICY intake ON vault.demographics TO hiregate_intake USING (true) WITH CHECK (true)")


def _guard_ledger() -> None:
    op.execute(
        "CREATE FUNCTION governance.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        " RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation'; END $$"
    )
    for table in APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON governance.{table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION governance.refuse_change()"
        )
    op.execute(
        "CREATE TRIGGER never_without_champion BEFORE DELETE OR TRUNCATE ON governance.champion"
        " FOR EACH STATEMENT EXECUTE FUNCTION governance.refuse_change()"
    )
    op.execute(CHAMPION_GUARD)
    op.execute(
        "CREATE TRIGGER stands_in_the_ledger BEFORE INSERT OR UPDATE ON governance.champion"
        " FOR EACH ROW EXECUTE FUNCTION governance.guard_champion()"
    )


def _follow_changes() -> None:
    """Each update stamps its row with its transaction, each deletion leaves a line: no change escapes a refresh."""
    op.execute(
        "CREATE FUNCTION hr.stamp_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        " NEW.changed_xid := pg_current_xact_id(); RETURN NEW; END $$"
    )
    for table in STAMPED:
        op.execute(
            f"CREATE TRIGGER stamp_change BEFORE UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION hr.stamp_change()"
        )
    for table, subject in DELETED.items():
        name = table.replace(".", "_")
        op.execute(
            f"CREATE FUNCTION hr.note_deletion_of_{name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            f" INSERT INTO hr.deletion {subject}; RETURN NULL; END $$"
        )
        op.execute(
            f"CREATE TRIGGER note_deletion AFTER DELETE ON {table} REFERENCING OLD TABLE AS gone"
            f" FOR EACH STATEMENT EXECUTE FUNCTION hr.note_deletion_of_{name}()"
        )


def _forget_changes() -> None:
    for table in STAMPED:
        op.execute(f"DROP TRIGGER stamp_change ON {table}")
    op.execute("DROP FUNCTION hr.stamp_change()")
    for table in DELETED:
        op.execute(f"DROP TRIGGER note_deletion ON {table}")
        op.execute(f"DROP FUNCTION hr.note_deletion_of_{table.replace('.', '_')}()")


def downgrade() -> None:
    """Takes the guards, policies and grants away; roles belong to the whole server and stay."""
    for table in APPEND_ONLY:
        op.execute(f"DROP TRIGGER append_only ON governance.{table}")
    op.execute("DROP TRIGGER never_without_champion ON governance.champion")
    op.execute("DROP TRIGGER stands_in_the_ledger ON governance.champion")
    op.execute("DROP FUNCTION governance.guard_champion()")
    op.execute("DROP FUNCTION governance.refuse_change()")
    _forget_changes()
    op.execute("DROP POLICY vault ON hr.candidate")
    for table in HR_TABLES:
        for policy in ("readers", "intake", "lake"):
            op.execute(f"DROP POLICY {policy} ON hr.{table}")
        op.execute(f"ALTER TABLE hr.{table} DISABLE ROW LEVEL SECURITY")
    for policy in ("readers", "intake"):
        op.execute(f"DROP POLICY {policy} ON vault.demographics")
    op.execute("ALTER TABLE vault.demographics DISABLE ROW LEVEL SECURITY")
    for schema in ("hr", "landing", "vault", "governance", "app"):
        for role in ROLES:
            op.execute(f"REVOKE ALL ON ALL TABLES IN SCHEMA {schema} FROM {role}")
            op.execute(f"REVOKE ALL ON SCHEMA {schema} FROM {role}")

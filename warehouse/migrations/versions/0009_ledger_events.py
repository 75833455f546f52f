"""The ledger's further events: retirement for good, shadows and their scores, and the guards that hold both.

What a promotion or a rollback takes out of service is `replaced` from here on; `retired` is a checker's act and final.
"""

from importlib import import_module

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

KNOWN = "ck_release_event_known_kind"
KINDS_BEFORE = "'proposed', 'approved', 'sent_back', 'waived', 'promoted', 'rolled_back', 'retired'"
KINDS = f"{KINDS_BEFORE}, 'replaced', 'shadowed', 'unshadowed'"
MOST_SHADOWS = 2

# The lock is the one that the application takes, so that lines written by hand wait their turn as well.
EVENT_GUARD = """
CREATE FUNCTION governance.guard_release_event() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE of governance.release%ROWTYPE;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('hiregate.release ' || NEW.model_name, 0));
  SELECT * INTO of FROM governance.release r WHERE r.release_id = NEW.release_id;
  IF of.model_name IS DISTINCT FROM NEW.model_name THEN
    RAISE EXCEPTION 'a line of the ledger bears its release''s own model name' USING ERRCODE = 'restrict_violation';
  END IF;
  IF EXISTS (SELECT 1 FROM governance.release_event e WHERE e.release_id = NEW.release_id AND e.kind = 'retired') THEN
    RAISE EXCEPTION 'a retired release stays retired' USING ERRCODE = 'restrict_violation';
  END IF;
  IF NEW.kind IN ('approved', 'sent_back', 'waived', 'retired', 'shadowed', 'unshadowed') THEN
    IF NEW.actor = of.proposed_by THEN
      RAISE EXCEPTION 'maker_is_not_checker: % proposed the release', NEW.actor USING ERRCODE = 'check_violation';
    END IF;
    IF length(trim(coalesce(NEW.reason, ''))) = 0 THEN
      RAISE EXCEPTION 'reason_is_given: a checker''s act needs a reason' USING ERRCODE = 'check_violation';
    END IF;
  END IF;
  IF NEW.kind = 'shadowed' THEN
    PERFORM governance.refuse_shadow(of);
  ELSIF NEW.kind = 'unshadowed' AND NOT EXISTS (
    SELECT 1 FROM governance.shadow s WHERE s.release_id = NEW.release_id
  ) THEN
    RAISE EXCEPTION 'only a release in shadow leaves the shadow' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$
"""
REFUSE_SHADOW = f"""
CREATE FUNCTION governance.refuse_shadow(of governance.release) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM governance.champion c WHERE c.release_id = of.release_id) THEN
    RAISE EXCEPTION 'the champion is not its own shadow' USING ERRCODE = 'restrict_violation';
  END IF;
  IF EXISTS (SELECT 1 FROM governance.approval a WHERE a.release_id = of.release_id AND a.answer = 'sent_back') THEN
    RAISE EXCEPTION 'a release that was sent back runs nowhere' USING ERRCODE = 'restrict_violation';
  END IF;
  IF (
    SELECT g.verdict FROM governance.gate_result g
    JOIN governance.gate_result p ON p.gate_result_id = of.gate_result_id AND p.policy_version_id = g.policy_version_id
    WHERE g.run_id = of.run_id ORDER BY g.evaluated_at DESC LIMIT 1
  ) = 'block' THEN
    RAISE EXCEPTION 'a release that the gate blocks runs nowhere' USING ERRCODE = 'restrict_violation';
  END IF;
  IF EXISTS (SELECT 1 FROM governance.shadow s WHERE s.release_id = of.release_id) THEN
    RAISE EXCEPTION 'the release is in shadow already' USING ERRCODE = 'restrict_violation';
  END IF;
  IF (SELECT count(*) FROM governance.shadow s WHERE s.model_name = of.model_name) >= {MOST_SHADOWS} THEN
    RAISE EXCEPTION 'at most {MOST_SHADOWS} releases of a model run in shadow' USING ERRCODE = 'restrict_violation';
  END IF;
END $$
"""
# What is in shadow follows from the ledger alone: a promotion, a sending back or a retirement ends it by itself.
SHADOW_VIEW = """
CREATE VIEW governance.shadow AS
SELECT model_name, release_id, release_event_id, since FROM (
  SELECT DISTINCT ON (model_name, release_id) model_name, release_id, release_event_id, kind, happened_at AS since
  FROM governance.release_event
  WHERE kind IN ('shadowed', 'unshadowed', 'promoted', 'rolled_back', 'sent_back', 'retired')
  ORDER BY model_name, release_id, release_event_id DESC
) AS last WHERE kind = 'shadowed'
"""
# At the end of the transaction the champion's row and the ledger say the same.
EVENT_FOLLOWED = """
CREATE FUNCTION governance.follow_release_event() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.kind IN ('promoted', 'rolled_back') AND NOT EXISTS (
    SELECT 1 FROM governance.champion c
    WHERE c.model_name = NEW.model_name AND c.release_event_id >= NEW.release_event_id
  ) THEN
    RAISE EXCEPTION 'a release that begins to serve becomes the champion' USING ERRCODE = 'restrict_violation';
  END IF;
  IF NEW.kind = 'retired' AND EXISTS (
    SELECT 1 FROM governance.champion c WHERE c.release_id = NEW.release_id
  ) THEN
    RAISE EXCEPTION 'a retired release serves no longer' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NULL;
END $$
"""
CHAMPION_STANDS = """
CREATE FUNCTION governance.guard_standing() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (
    SELECT 1 FROM governance.release_event e WHERE e.release_id = NEW.release_id AND e.kind = 'retired'
  ) THEN
    RAISE EXCEPTION 'a retired release stays retired' USING ERRCODE = 'restrict_violation';
  END IF;
  IF EXISTS (
    SELECT 1 FROM governance.release_event e WHERE e.model_name = NEW.model_name
      AND e.kind IN ('promoted', 'rolled_back') AND e.release_event_id > NEW.release_event_id
  ) THEN
    RAISE EXCEPTION 'the champion is the last release that began to serve' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$
"""
CHAMPION_LEAVES = """
CREATE FUNCTION governance.guard_leaving() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (
    SELECT 1 FROM governance.release_event e WHERE e.release_id = OLD.release_id AND e.kind = 'retired'
  ) THEN
    RAISE EXCEPTION 'champion is append-only until its release is retired' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN OLD;
END $$
"""
# SECURITY DEFINER: the lock on the decision keeps an erasure from passing between the look and the row.
SCORE_GUARD = """
CREATE FUNCTION governance.guard_shadow_score() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog AS $$
DECLARE decided record;
BEGIN
  SELECT d.subject, d.release_id, r.model_name INTO decided
  FROM governance.decision d JOIN governance.release r USING (release_id)
  WHERE d.decision_id = NEW.decision_id FOR SHARE OF d;
  IF decided.subject IS NULL THEN
    RETURN NULL; -- erased meanwhile, or never decided: nobody is scored
  END IF;
  IF decided.release_id = NEW.release_id OR NOT EXISTS (
    SELECT 1 FROM governance.release_event e
    WHERE e.release_id = NEW.release_id AND e.model_name = decided.model_name AND e.kind = 'shadowed'
  ) THEN
    RAISE EXCEPTION 'only a shadow of the same model scores a decision' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$
"""
SCORES_KEPT = """
CREATE FUNCTION governance.guard_shadow_scores() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog AS $$
BEGIN
  IF TG_OP <> 'DELETE' OR NOT EXISTS (
    SELECT 1 FROM hr.erasure e
    WHERE e.erasure_id::text = current_setting('hiregate.erasure', true) AND e.finished_at IS NULL
  ) THEN
    RAISE EXCEPTION 'shadow_score is append-only' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NULL;
END $$
"""
SCORE_ERASED = """
CREATE FUNCTION governance.guard_erased_score() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM governance.decision d WHERE d.decision_id = OLD.decision_id AND d.subject IS NOT NULL) THEN
    RAISE EXCEPTION 'an erasure takes the shadow scores of the erased and of nobody else'
      USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN OLD;
END $$
"""
BLANK_DECISIONS = """
CREATE OR REPLACE FUNCTION governance.blank_decisions(erasure uuid, subjects text[]) RETURNS bigint LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE blanked uuid[];
BEGIN
  PERFORM set_config('hiregate.erasure', erasure::text, true);
  WITH gone AS (
    UPDATE governance.decision SET subject = NULL, idempotency_key = NULL, inputs = '{}',
      answer = jsonb_set(answer, '{reasons}', '[]'::jsonb, false), changed_xid = pg_current_xact_id()
    WHERE subject = ANY (subjects) RETURNING decision_id
  ) SELECT coalesce(array_agg(decision_id), '{}') INTO blanked FROM gone;
  DELETE FROM governance.shadow_score WHERE decision_id = ANY (blanked);
  PERFORM set_config('hiregate.erasure', '', true);
  RETURN cardinality(blanked);
END $$
"""
FUNCTIONS = (
    "guard_release_event()", "refuse_shadow(governance.release)", "follow_release_event()", "guard_standing()",
    "guard_leaving()", "guard_shadow_score()", "guard_shadow_scores()", "guard_erased_score()",
)  # fmt: skip


def upgrade() -> None:
    """Renames what was replaced, makes the shadows' table and puts the guards in place."""
    _rename(before="retired", after="replaced", kinds=KINDS)
    _make_scores()
    for statement in (SHADOW_VIEW, REFUSE_SHADOW, EVENT_GUARD, EVENT_FOLLOWED, CHAMPION_STANDS, CHAMPION_LEAVES):
        op.execute(statement)
    for statement in (SCORE_GUARD, SCORES_KEPT, SCORE_ERASED, BLANK_DECISIONS):
        op.execute(statement)
    _guard()
    op.execute("GRANT SELECT ON governance.shadow TO hiregate_app")
    op.execute("GRANT SELECT, INSERT ON governance.shadow_score TO hiregate_app")
    op.execute("GRANT SELECT (decision_id) ON governance.shadow_score TO hiregate_retention")
    op.execute("GRANT DELETE ON governance.champion TO hiregate_app")


def _rename(*, before: str, after: str, kinds: str) -> None:
    """Before this migration nobody could retire a release: each such line says that another took its place."""
    op.drop_constraint(KNOWN, "release_event", schema="governance")
    op.execute("ALTER TABLE governance.release_event DISABLE TRIGGER append_only")
    op.execute(f"UPDATE governance.release_event SET kind = '{after}' WHERE kind = '{before}'")
    op.execute("ALTER TABLE governance.release_event ENABLE TRIGGER append_only")
    op.create_check_constraint(op.f(KNOWN), "release_event", f"kind IN ({kinds})", schema="governance")


def _make_scores() -> None:
    op.create_table(
        "shadow_score",
        sa.Column("decision_id", sa.UUID(), nullable=False),
        sa.Column("release_id", sa.UUID(), nullable=False),
        sa.Column("score", sa.Double(), nullable=True),
        sa.Column("band", sa.Text(), nullable=True),
        sa.Column("recommendation", sa.Text(), nullable=False),
        sa.Column("scored_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.CheckConstraint(
            "recommendation IN ('advance', 'hold', 'human_review', 'cannot_score')",
            name=op.f("ck_shadow_score_known_recommendation"),
        ),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["governance.decision.decision_id"], name=op.f("fk_shadow_score_decision_id")
        ),
        sa.ForeignKeyConstraint(
            ["release_id"], ["governance.release.release_id"], name=op.f("fk_shadow_score_release_id")
        ),
        sa.PrimaryKeyConstraint("decision_id", "release_id", name=op.f("pk_shadow_score")),
        schema="governance",
    )
    op.create_index(
        op.f("ix_shadow_score_release_id"), "shadow_score", ["release_id"], unique=False, schema="governance"
    )
    op.create_index(
        op.f("ix_release_event_release_id"), "release_event", ["release_id"], unique=False, schema="governance"
    )
    op.create_index(op.f("ix_decision_release_id"), "decision", ["release_id"], unique=False, schema="governance")


def _guard() -> None:
    on = {
        "guarded": "BEFORE INSERT ON governance.release_event FOR EACH ROW EXECUTE FUNCTION"
        " governance.guard_release_event()",
        "still_retired": "BEFORE INSERT OR UPDATE ON governance.champion FOR EACH ROW EXECUTE FUNCTION"
        " governance.guard_standing()",
        "leaves_by_retirement": "BEFORE DELETE ON governance.champion FOR EACH ROW EXECUTE FUNCTION"
        " governance.guard_leaving()",
        "never_emptied": "BEFORE TRUNCATE ON governance.champion FOR EACH STATEMENT EXECUTE FUNCTION"
        " governance.refuse_change()",
        "of_a_shadow": "BEFORE INSERT ON governance.shadow_score FOR EACH ROW EXECUTE FUNCTION"
        " governance.guard_shadow_score()",
        "append_only": "BEFORE UPDATE OR DELETE OR TRUNCATE ON governance.shadow_score FOR EACH STATEMENT"
        " EXECUTE FUNCTION governance.guard_shadow_scores()",
        "erased_only": "BEFORE DELETE ON governance.shadow_score FOR EACH ROW EXECUTE FUNCTION"
        " governance.guard_erased_score()",
    }
    op.execute("DROP TRIGGER never_without_champion ON governance.champion")
    for name, what in on.items():
        op.execute(f"CREATE TRIGGER {name} {what}")
    op.execute(
        "CREATE CONSTRAINT TRIGGER followed AFTER INSERT ON governance.release_event DEFERRABLE INITIALLY DEFERRED"
        " FOR EACH ROW EXECUTE FUNCTION governance.follow_release_event()"
    )


def downgrade() -> None:
    """Takes it away. A ledger with retirements or shadows cannot go back: its lines would lie."""
    op.execute(
        "DO $$ BEGIN IF EXISTS (SELECT 1 FROM governance.release_event"
        " WHERE kind IN ('retired', 'shadowed', 'unshadowed')) THEN"
        " RAISE EXCEPTION 'the ledger has retirements or shadows, which an older Hiregate cannot read'; END IF; END $$"
    )
    op.execute("DROP TRIGGER followed ON governance.release_event")
    op.execute("DROP TRIGGER guarded ON governance.release_event")
    for name in ("still_retired", "leaves_by_retirement", "never_emptied"):
        op.execute(f"DROP TRIGGER {name} ON governance.champion")
    op.execute(
        "CREATE TRIGGER never_without_champion BEFORE DELETE OR TRUNCATE ON governance.champion"
        " FOR EACH STATEMENT EXECUTE FUNCTION governance.refuse_change()"
    )
    op.execute("REVOKE DELETE ON governance.champion FROM hiregate_app")
    before = import_module("warehouse.migrations.versions.0007_retention").BLANK_DECISIONS
    op.execute(before.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION", 1))
    op.drop_table("shadow_score", schema="governance")
    op.drop_index(op.f("ix_release_event_release_id"), "release_event", schema="governance")
    op.drop_index(op.f("ix_decision_release_id"), "decision", schema="governance")
    op.execute("DROP VIEW governance.shadow CASCADE")
    for function in FUNCTIONS:
        op.execute(f"DROP FUNCTION governance.{function}")
    _rename(before="replaced", after="retired", kinds=KINDS_BEFORE)

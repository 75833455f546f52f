"""Maker and checker are compared as a reader sees their names; an erasure also takes what could confirm a guess."""

from importlib import import_module

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

# As `warehouse.access.plain_name`, whose tests hold both together; capitals beyond the database's locale stay there.
PLAIN_NAME = r"""
CREATE FUNCTION governance.plain_name(name text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog AS $$
  SELECT regexp_replace(
    normalize(lower(normalize(name, NFKC)), NFKC),
    '[\s\u0001-\u001f\u007f-\u00a0\u00ad\u0300-\u036f\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]',
    '', 'g'
  )
$$
"""
PAIRS = (
    ("governance", "approval", "maker_is_not_checker", "decided_by", "proposed_by"),
    ("governance", "waiver", "maker_is_not_checker", "signed_by", "proposed_by"),
    ("landing", "outbox", "maker_is_not_releaser", "released_by", "created_by"),
)
SAME_ACTOR = "NEW.actor = of.proposed_by"
SAME_PERSON = "governance.plain_name(NEW.actor) = governance.plain_name(of.proposed_by)"
ROW_GUARD = """
CREATE OR REPLACE FUNCTION governance.guard_decision_row() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.subject IS NOT NULL OR NEW.idempotency_key IS NOT NULL OR NEW.request_sha256 <> ''
    OR NEW.inputs <> '{}'::jsonb OR NEW.answer <> governance.blank_answer(OLD.answer)
    OR to_jsonb(NEW) - '{subject,idempotency_key,request_sha256,inputs,answer,changed_xid}'::text[]
      <> to_jsonb(OLD) - '{subject,idempotency_key,request_sha256,inputs,answer,changed_xid}'::text[]
  THEN
    RAISE EXCEPTION 'an erasure blanks the person of a decision and nothing else' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$
"""
BLANK_ANSWER = """
CREATE FUNCTION governance.blank_answer(answer jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE STRICT
SET search_path = pg_catalog AS $$
  SELECT jsonb_set(jsonb_set(answer, '{reasons}', '[]'::jsonb, false), '{request_id}', '""'::jsonb, false)
$$
"""


def upgrade() -> None:
    """A name's other spelling is the same person; records in which a maker checked under one do not go up."""
    op.execute(PLAIN_NAME)
    op.execute("GRANT EXECUTE ON FUNCTION governance.plain_name(text) TO PUBLIC")
    for schema, table, name, one, other in PAIRS:
        _hold(schema, table, name, f"governance.plain_name({one}) <> governance.plain_name({other})")
    op.execute(_replacing(_before("0009_ledger_events", "EVENT_GUARD")).replace(SAME_ACTOR, SAME_PERSON))
    op.execute(BLANK_ANSWER)
    op.execute(ROW_GUARD)
    op.execute(_thorough(_before("0009_ledger_events", "BLANK_DECISIONS")))


def downgrade() -> None:
    """Names are compared letter by letter again; what was blanked stays blank."""
    op.execute(_replacing(_before("0009_ledger_events", "BLANK_DECISIONS")))
    op.execute(_replacing(_before("0007_retention", "DECISION_ROW_GUARD")))
    op.execute("DROP FUNCTION governance.blank_answer(jsonb)")
    op.execute(_replacing(_before("0009_ledger_events", "EVENT_GUARD")))
    for schema, table, name, one, other in PAIRS:
        _hold(schema, table, name, f"{one} <> {other}")
    op.execute("DROP FUNCTION governance.plain_name(text)")


def _hold(schema: str, table: str, name: str, condition: str) -> None:
    full = op.f(f"ck_{table}_{name}")
    op.drop_constraint(full, table, schema=schema)
    op.create_check_constraint(full, table, condition, schema=schema)


def _before(revision_file: str, name: str) -> str:
    return str(getattr(import_module(f"warehouse.migrations.versions.{revision_file}"), name))


def _replacing(function: str) -> str:
    return function.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")


def _thorough(function: str) -> str:
    """Takes the request's fingerprint and the caller's own id too, in what blanks the person of a decision."""
    return function.replace("idempotency_key = NULL,", "idempotency_key = NULL, request_sha256 = '',").replace(
        "jsonb_set(answer, '{reasons}', '[]'::jsonb, false)", "governance.blank_answer(answer)"
    )

"""Documents: the parts that people write, every version kept."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

PERMISSIONS = "ARRAY(SELECT unnest(coalesce(nullif(current_setting('hiregate.permissions', true), ''), '{}')::text[]))"

# The lock makes the count of versions true: two writers of one part get two numbers, one after the other.
GUARD = """
CREATE FUNCTION governance.guard_document_part() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(
    hashtextextended(concat_ws(chr(31), 'hiregate.document', NEW.kind, NEW.subject, NEW.part, NEW.language), 0)
  );
  IF NEW.version <> 1 + coalesce((
    SELECT max(p.version) FROM governance.document_part p
    WHERE (p.kind, p.subject, p.part, p.language) = (NEW.kind, NEW.subject, NEW.part, NEW.language)
  ), 0) THEN
    RAISE EXCEPTION 'the versions of a part count without a gap' USING ERRCODE = 'restrict_violation';
  END IF;
  IF NEW.author IS DISTINCT FROM current_setting('hiregate.principal', true) OR NEW.author = '' THEN
    RAISE EXCEPTION 'a part bears the name of who writes it' USING ERRCODE = 'restrict_violation';
  END IF;
  IF NEW.sha256 IS DISTINCT FROM encode(sha256(convert_to(NEW.text, 'UTF8')), 'hex') THEN
    RAISE EXCEPTION 'a part bears the hash of its text' USING ERRCODE = 'restrict_violation';
  END IF;
  NEW.written_at = clock_timestamp();
  RETURN NEW;
END $$
"""


def upgrade() -> None:
    """Makes the table: read with `read_models`, written with `write_documents`, changed by nobody."""
    op.create_table(
        "document_part",
        sa.Column("document_part_id", sa.UUID(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("part", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column(
            "written_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.CheckConstraint("language IN ('en', 'zh')", name=op.f("ck_document_part_known_language")),
        sa.CheckConstraint(
            "length(trim(text)) > 0 AND length(text) <= 20000",
            name=op.f("ck_document_part_text_of_bearable_length"),
        ),
        sa.PrimaryKeyConstraint("document_part_id", name=op.f("pk_document_part")),
        sa.UniqueConstraint(
            "kind", "subject", "part", "language", "version",
            name=op.f("uq_document_part_kind_subject_part_language_version"),
        ),
        schema="governance",
    )  # fmt: skip
    op.execute("REVOKE ALL ON governance.document_part FROM hiregate_app")
    op.execute("GRANT SELECT, INSERT ON governance.document_part TO hiregate_app")
    op.execute("ALTER TABLE governance.document_part ENABLE ROW LEVEL SECURITY")
    for name, rest in (
        ("readers", f"FOR SELECT TO hiregate_app USING ('read_models' = ANY ({PERMISSIONS}))"),
        ("writers", f"FOR INSERT TO hiregate_app WITH CHECK ('write_documents' = ANY ({PERMISSIONS}))"),
    ):
        op.execute(f"CREATE POLICY {name} ON governance.document_part {rest}")
    op.execute(GUARD)
    op.execute(
        "CREATE TRIGGER guarded BEFORE INSERT ON governance.document_part FOR EACH ROW"
        " EXECUTE FUNCTION governance.guard_document_part()"
    )
    op.execute(
        "CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON governance.document_part"
        " FOR EACH STATEMENT EXECUTE FUNCTION governance.refuse_change()"
    )


def downgrade() -> None:
    """Takes it away with its triggers and policies."""
    op.drop_table("document_part", schema="governance")
    op.execute("DROP FUNCTION governance.guard_document_part()")

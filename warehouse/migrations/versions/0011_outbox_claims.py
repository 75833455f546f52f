"""Outbox: who sends a message at this moment, and until when nobody else does. Jobs: ended ones go after a while."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

MAY_TRAIN = (
    "'train' = ANY (ARRAY(SELECT unnest("
    "coalesce(nullif(current_setting('hiregate.permissions', true), ''), '{}')::text[])))"
)


def upgrade() -> None:
    """Adds a claim with an end; a message that is being sent while this runs keeps its next attempt's time.

    Whoever looks after jobs may take away those that ended, at the earliest a day after.
    """
    op.add_column("outbox", sa.Column("claim", sa.UUID(), nullable=True), schema="landing")
    op.add_column("outbox", sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True), schema="landing")
    op.create_check_constraint(
        op.f("ck_outbox_claims_end"), "outbox", "(claim IS NULL) = (claimed_until IS NULL)", schema="landing"
    )
    op.execute("GRANT DELETE ON app.job TO hiregate_app")
    op.execute(
        "CREATE POLICY forgotten ON app.job FOR DELETE TO hiregate_app"
        f" USING ({MAY_TRAIN} AND finished_at < clock_timestamp() - interval '1 day')"
    )


def downgrade() -> None:
    """Takes the claims away; what is being sent is left alone until its next attempt's time."""
    op.execute("DROP POLICY forgotten ON app.job")
    op.execute("REVOKE DELETE ON app.job FROM hiregate_app")
    op.drop_constraint(op.f("ck_outbox_claims_end"), "outbox", schema="landing", type_="check")
    op.drop_column("outbox", "claimed_until", schema="landing")
    op.drop_column("outbox", "claim", schema="landing")

"""Outbox: who sends a message at this moment, and until when nobody else does."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds a claim with an end; a message that is being sent while this runs keeps its next attempt's time."""
    op.add_column("outbox", sa.Column("claim", sa.UUID(), nullable=True), schema="landing")
    op.add_column("outbox", sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True), schema="landing")
    op.create_check_constraint(
        op.f("ck_outbox_claims_end"), "outbox", "(claim IS NULL) = (claimed_until IS NULL)", schema="landing"
    )


def downgrade() -> None:
    """Takes the claims away; what is being sent is left alone until its next attempt's time."""
    op.drop_constraint(op.f("ck_outbox_claims_end"), "outbox", schema="landing", type_="check")
    op.drop_column("outbox", "claimed_until", schema="landing")
    op.drop_column("outbox", "claim", schema="landing")

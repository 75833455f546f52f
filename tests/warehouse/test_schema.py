"""The migrations and the invariants that the database keeps by itself."""

import pytest
import sqlalchemy as sa

from warehouse import postgres, schema
from warehouse.settings import Settings


def test_migrations_go_up_down_and_up_without_drift(records: Settings) -> None:
    schema.downgrade(records, "base")
    schema.upgrade(records)

    schema.check(records)


def test_an_approval_by_the_maker_is_refused_by_the_database(records: Settings) -> None:
    statement = (
        "INSERT INTO governance.approval (approval_id, release_id, proposed_by, decided_by, answer, reason)"
        " VALUES (gen_random_uuid(), gen_random_uuid(), 'li', 'li', 'approved', 'fine')"
    )

    with postgres.engine(records).connect() as connection, pytest.raises(sa.exc.IntegrityError, match="maker_is_not"):
        connection.execute(sa.text(statement))


@pytest.mark.parametrize("table", ["audit_log", "release_event", "approval", "decision"])
def test_the_ledger_refuses_changes_even_from_the_owner(records: Settings, table: str) -> None:
    with postgres.engine(records).connect() as connection, pytest.raises(sa.exc.IntegrityError, match="append-only"):
        connection.execute(sa.text(f"DELETE FROM governance.{table}"))


def test_a_schema_that_lacks_a_migration_is_not_the_newest(records: Settings) -> None:
    newest = schema.is_newest(records)
    schema.downgrade(records, "0007")

    assert newest
    assert not schema.is_newest(records)

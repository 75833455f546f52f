"""The chained audit log."""

import sqlalchemy as sa

from warehouse import audit_log, postgres
from warehouse.access import NOBODY
from warehouse.settings import Settings


def _write(settings: Settings, count: int) -> None:
    for number in range(count):
        with postgres.unit_of_work(settings, NOBODY) as session:
            audit_log.append(session, actor="li", action="tried", subject=f"thing {number}", detail={"n": number})


def _forge(settings: Settings, statement: str) -> None:
    with postgres.engine(settings).begin() as connection:
        connection.execute(sa.text("ALTER TABLE governance.audit_log DISABLE TRIGGER append_only"))
        connection.execute(sa.text(statement))


def test_an_untouched_chain_is_whole(records: Settings) -> None:
    _write(records, 3)

    with postgres.unit_of_work(records, NOBODY) as session:
        found = audit_log.verify(session)

    assert (found.lines, found.is_whole) == (3, True)


def test_a_changed_line_is_found_at_its_position(records: Settings) -> None:
    _write(records, 3)

    _forge(records, "UPDATE governance.audit_log SET actor = 'wang' WHERE position = 2")

    with postgres.unit_of_work(records, NOBODY) as session:
        assert audit_log.verify(session).broken_at == 2


def test_a_removed_line_is_found_at_its_position(records: Settings) -> None:
    _write(records, 3)

    _forge(records, "DELETE FROM governance.audit_log WHERE position = 1")

    with postgres.unit_of_work(records, NOBODY) as session:
        assert audit_log.verify(session).broken_at == 1


def test_an_act_that_fails_leaves_no_line(records: Settings) -> None:
    with postgres.engine(records).connect() as connection, sa.orm.Session(connection) as session:
        audit_log.append(session, actor="li", action="tried", subject="thing")
        session.rollback()

    with postgres.unit_of_work(records, NOBODY) as session:
        assert audit_log.verify(session).lines == 0

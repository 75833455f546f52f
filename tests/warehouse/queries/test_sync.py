"""What is known of each source and entity, read back from rows that the test writes itself."""

import datetime as dt

import psycopg
import pytest

from warehouse import postgres
from warehouse.access import NOBODY, ROLES, AccessDenied, Permission, Role, principal
from warehouse.queries.sync import sync_facts
from warehouse.settings import Settings

ADMIN = principal("ines", [Role.INTEGRATION_ADMIN])
AT = dt.datetime(2026, 3, 18, 10, 30, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)


def _execute(settings: Settings, statement: str, *values: object) -> None:
    with psycopg.connect(postgres.address(settings)) as connection:
        connection.execute(statement, values)


def _event(
    settings: Settings, key: str, came: dt.datetime, *, happened: dt.datetime, handled: dt.datetime | None
) -> None:
    _execute(
        settings,
        "INSERT INTO landing.inbox (source, idempotency_key, payload, entity, received_at, happened_at, handled_at)"
        " VALUES ('acme', %s, '{}', 'scored', %s, %s, %s)",
        key,
        came,
        happened,
        handled,
    )


def _run(settings: Settings, started: dt.datetime, state: str, error: str | None = None) -> None:
    _execute(
        settings,
        "INSERT INTO landing.sync_run (source, entity, state, started_at, finished_at, rows_read, error)"
        " VALUES ('acme', 'scored', %s, %s, %s, 7, %s)",
        state,
        started,
        started + MINUTE,
        error,
    )


def test_lag_is_measured_from_the_event_to_the_warehouse(records: Settings) -> None:
    for number in range(1, 101):
        came = AT - 60 * MINUTE
        _event(records, str(number), came, happened=came, handled=came + number * dt.timedelta(seconds=1))

    (found,) = sync_facts(records, ADMIN, at=AT).entities

    assert (found.lag.n, found.lag.p50) == (100, 50.5)
    assert found.lag.p99 == pytest.approx(99.01)


def test_what_waits_is_the_backlog(records: Settings) -> None:
    _event(records, "1", AT - 9 * MINUTE, happened=AT - 10 * MINUTE, handled=None)
    _event(records, "2", AT - 3 * MINUTE, happened=AT - 3 * MINUTE, handled=None)

    (found,) = sync_facts(records, ADMIN, at=AT).entities

    assert (found.backlog, found.oldest_waiting_at, found.lag.n) == (2, AT - 9 * MINUTE, 0)
    assert found.hours == {AT.replace(minute=0): 2}


def test_the_newest_run_and_the_last_success_are_told_apart(records: Settings) -> None:
    _run(records, AT - 120 * MINUTE, "succeeded")
    _run(records, AT - 60 * MINUTE, "failed", "the source answered 503")

    (found,) = sync_facts(records, ADMIN, at=AT).entities

    assert found.run is not None
    assert (found.run.state, found.run.error, found.run.rows_read) == ("failed", "the source answered 503", 7)
    assert found.last_success_at == AT - 119 * MINUTE


def test_nothing_after_the_moment_asked_for_counts(records: Settings) -> None:
    _event(records, "1", AT + MINUTE, happened=AT, handled=None)
    _run(records, AT + MINUTE, "failed")

    assert sync_facts(records, ADMIN, at=AT).entities == ()


@pytest.mark.parametrize("role", [*Role, None])
def test_facts_open_to_the_roles_that_read_loads(records: Settings, role: Role | None) -> None:
    who = NOBODY if role is None else principal("x", [role])

    if role is not None and Permission.READ_LOADS in ROLES[role][1]:
        assert sync_facts(records, who).entities == ()
    else:
        with pytest.raises(AccessDenied):
            sync_facts(records, who)

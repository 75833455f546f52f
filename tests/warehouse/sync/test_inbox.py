"""The inbox: every arrival once per source and key, durable before it is acknowledged, whatever waits beside it."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import TypeVar

import psycopg
import pytest

from warehouse import postgres
from warehouse.access import NOBODY
from warehouse.postgres import DatabaseRole, unit_of_work
from warehouse.settings import Settings
from warehouse.sync import group_commit, inbox
from warehouse.sync.group_commit import Inbox, InboxRefused, InboxUnavailable
from warehouse.sync.inbox import Arrival, put_all

T = TypeVar("T")


def _arrival(key: str, payload: bytes = b"{}", source: str = "acme") -> Arrival:
    return Arrival(source=source, idempotency_key=key, payload=payload, entity="interview")


def _stored(settings: Settings) -> list[tuple[object, ...]]:
    with psycopg.connect(postgres.address(settings)) as connection:
        return connection.execute(
            "SELECT source, idempotency_key, payload FROM landing.inbox ORDER BY inbox_id"
        ).fetchall()


def _with_inbox(settings: Settings, act: Callable[[Inbox], Coroutine[None, None, T]]) -> T:
    async def run() -> T:
        door = Inbox(settings)
        try:
            return await act(door)
        finally:
            await door.close()

    return asyncio.run(run())


@pytest.mark.parametrize("role", [DatabaseRole.APP, DatabaseRole.INTAKE])
def test_a_connectors_records_are_added_once_and_in_order(records: Settings, role: DatabaseRole) -> None:
    with unit_of_work(records, NOBODY, role) as session:
        first = put_all(session, [_arrival("a"), _arrival("b"), _arrival("a")], sync_run_id=7)
        second = put_all(session, iter([_arrival("b", b"other"), _arrival("c")]))

    assert (first, second) == (2, 1)
    assert _stored(records) == [("acme", "a", b"{}"), ("acme", "b", b"{}"), ("acme", "c", b"{}")]


def test_records_of_a_failed_page_leave_nothing(records: Settings) -> None:
    def fails_after_its_rows() -> None:
        with unit_of_work(records, NOBODY) as session:
            put_all(session, [_arrival("a")])
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fails_after_its_rows()
    assert _stored(records) == []


def test_more_records_than_one_statement_takes_are_all_added(
    records: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inbox, "AT_ONCE", 3)

    with unit_of_work(records, NOBODY) as session:
        assert put_all(session, (_arrival(str(number)) for number in range(8))) == 8


def test_two_long_keys_that_differ_at_their_ends_stay_two(records: Settings) -> None:
    with unit_of_work(records, NOBODY) as session:
        assert put_all(session, [_arrival("k" * 3000 + end) for end in "ab"]) == 2


def test_the_same_key_gets_the_row_that_is_there(records: Settings) -> None:
    async def twice(door: Inbox) -> list[tuple[int, bool]]:
        answers = [await door.put(_arrival("a", body)) for body in (b"first", b"second")]
        return [(answer.inbox_id, answer.is_new) for answer in answers]

    (first, is_new), (second, is_new_again) = _with_inbox(records, twice)

    assert (first, is_new, is_new_again) == (second, True, False)
    assert _stored(records) == [("acme", "a", b"first")]


def test_the_same_key_is_another_event_of_another_source(records: Settings) -> None:
    answers = _with_inbox(
        records, lambda door: door.put_together([_arrival("a"), _arrival("a", source="other"), _arrival("a")])
    )

    assert [answer.is_new for answer in answers] == [True, True, False]
    assert answers[0].inbox_id == answers[2].inbox_id != answers[1].inbox_id


def test_those_who_wait_together_share_transactions(records: Settings) -> None:
    async def many(door: Inbox) -> None:
        await asyncio.gather(*(door.put(_arrival(str(number))) for number in range(400)))

    _with_inbox(records, many)

    with psycopg.connect(postgres.address(records)) as connection:
        rows, transactions = connection.execute(
            "SELECT count(*), count(DISTINCT xmin::text) FROM landing.inbox"
        ).fetchone() or (0, 0)
    assert rows == 400
    assert transactions < 20


def test_one_request_is_one_transaction_however_many_rows_it_has(records: Settings) -> None:
    _with_inbox(records, lambda door: door.put_together([_arrival(str(number)) for number in range(700)]))

    with psycopg.connect(postgres.address(records)) as connection:
        found = connection.execute("SELECT count(DISTINCT xmin::text) FROM landing.inbox").fetchone()
    assert found == (1,)


def test_a_value_that_cannot_be_stored_fails_its_own_request_alone(records: Settings) -> None:
    async def mixed(door: Inbox) -> list[object]:
        bad = Arrival(source="acme", idempotency_key="bad", payload=b"{}", source_version=2**80)
        given = [door.put(_arrival("a")), door.put(bad), door.put(_arrival("b"))]
        return list(await asyncio.gather(*given, return_exceptions=True))

    first, bad, last = _with_inbox(records, mixed)

    assert isinstance(bad, InboxRefused)
    assert [row[1] for row in _stored(records)] == ["a", "b"]
    assert not isinstance(first, Exception)
    assert not isinstance(last, Exception)


def test_a_connection_that_was_cut_is_replaced_without_the_sender_noticing(records: Settings) -> None:
    async def across_a_cut(door: Inbox) -> bool:
        await door.put(_arrival("a"))
        _cut_connections(records)
        return (await door.put(_arrival("b"))).is_new

    assert _with_inbox(records, across_a_cut)


def test_where_postgresql_is_away_the_sender_hears_so_and_later_succeeds(records: Settings) -> None:
    async def away_and_back(door: Inbox) -> bool:
        _allow_connections(records, "false")
        _cut_connections(records)
        with pytest.raises(InboxUnavailable):
            await door.put(_arrival("a"))
        _allow_connections(records, "true")
        return (await door.put(_arrival("a"))).is_new

    assert _with_inbox(records, away_and_back)


def test_a_row_that_somebody_else_is_adding_is_not_waited_for_without_end(
    records: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(group_commit, "WRITE_S", 0.4)

    async def behind(other: "psycopg.Connection[tuple[object, ...]]", door: Inbox) -> bool:
        with pytest.raises(InboxUnavailable):
            await door.put(_arrival("a"))
        other.rollback()
        return (await door.put(_arrival("a"))).is_new

    with psycopg.connect(postgres.address(records)) as other:
        other.execute("INSERT INTO landing.inbox (source, idempotency_key, payload) VALUES ('acme', 'a', '')")
        assert _with_inbox(records, lambda door: behind(other, door))


def test_a_fault_of_ours_leaves_nobody_waiting(records: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    async def many(door: Inbox) -> list[object]:
        monkeypatch.setattr(group_commit, "columns_of", broken)
        monkeypatch.setattr(group_commit, "LARGEST_BATCH", 1)
        given = [door.put(_arrival(str(number))) for number in range(3)]
        answers = list(await asyncio.gather(*given, return_exceptions=True))
        monkeypatch.undo()
        await door.put(_arrival("after"))
        return answers

    answers = _with_inbox(records, many)

    assert {type(answer) for answer in answers} == {InboxUnavailable}


def test_a_new_row_wakes_the_intake_and_a_repeated_one_does_not(records: Settings) -> None:
    with psycopg.connect(postgres.address(records), autocommit=True) as listener:
        listener.execute(f"LISTEN {inbox.CHANNEL}")

        _with_inbox(records, lambda door: door.put(_arrival("a")))
        _with_inbox(records, lambda door: door.put(_arrival("a")))

        assert len(list(listener.notifies(timeout=0.2))) == 1


def _admin(settings: Settings) -> str:
    return postgres.address(settings, "postgres")


def _allow_connections(settings: Settings, is_allowed: str) -> None:
    with psycopg.connect(_admin(settings), autocommit=True) as connection:
        connection.execute(f"ALTER DATABASE {_name(settings)} ALLOW_CONNECTIONS {is_allowed}")


def _cut_connections(settings: Settings) -> None:
    with psycopg.connect(_admin(settings), autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = %s", [_name(settings)]
        )


def _name(settings: Settings) -> str:
    return psycopg.conninfo.conninfo_to_dict(postgres.address(settings))["dbname"]

"""Runs over a connector of lists and a real database: every page with its cursor, or not at all."""

import threading

import pytest

from tests.warehouse.sync.lists import RUNNER, Lists, inbox, record, rows, with_source
from warehouse import access
from warehouse.settings import Settings
from warehouse.sync import runner
from warehouse.sync.connectors.beisen_records import employee
from warehouse.sync.intake_events import record_id
from warehouse.sync.kit import errors
from warehouse.sync.kit.records import Entity
from warehouse.sync.run_rows import INTERRUPTED
from warehouse.sync.runner import AlreadyRunning, RunReport, UnknownEntity, run


@pytest.fixture
def settings(records: Settings) -> Settings:
    return with_source(records)


def pull(settings: Settings, lists: Lists, **options: object) -> RunReport:
    return run(settings, RUNNER, "acme", connector=lists, **options)


def five() -> Lists:
    return Lists({"Job": [record("Job", str(n), n, name=f"job {n}") for n in range(1, 6)]})


def fail_on_second_page(_: str, page: int) -> None:
    if page == 1:
        raise errors.Unavailable("acme: GET /jobs: 500 unavailable")


def cursor(settings: Settings) -> object:
    return rows(settings, "SELECT position FROM landing.sync_cursor WHERE source = 'acme'")[0][0]


def test_every_record_arrives_once_with_its_cursor_and_counts(settings: Settings) -> None:
    report = pull(settings, five())

    assert inbox(settings) == [("Job", str(n), n) for n in range(1, 6)]
    assert cursor(settings) == {"since": 5}
    assert (report.state, report.entities[0].rows_read, report.entities[0].rows_new) == ("succeeded", 5, 5)


def test_a_second_run_asks_from_the_cursor_and_brings_nothing(settings: Settings) -> None:
    lists = five()
    pull(settings, lists)

    report = pull(settings, lists)

    assert lists.pulled_from[-1] == ("Job", {"since": 5})
    assert report.rows_new == 0
    assert report.state == "succeeded"


def test_a_failing_page_keeps_the_pages_before_it(settings: Settings) -> None:
    lists = five()
    lists.before_page = fail_on_second_page

    report = pull(settings, lists)

    assert (report.state, report.entities[0].error_code) == ("partial", "unavailable")
    assert len(inbox(settings)) == 2
    assert cursor(settings) == {"since": 2}


def test_the_next_run_goes_on_where_the_rows_end(settings: Settings) -> None:
    lists = five()
    lists.before_page = fail_on_second_page
    pull(settings, lists)
    lists.before_page = lambda *_: None

    pull(settings, lists)

    assert inbox(settings) == [("Job", str(n), n) for n in range(1, 6)]


def test_an_interrupt_leaves_a_run_cancelled_and_a_cursor_with_its_rows(settings: Settings) -> None:
    def interrupt(entity: str, page: int) -> None:
        if page == 2:
            raise KeyboardInterrupt

    lists = five()
    lists.before_page = interrupt

    report = pull(settings, lists)

    assert report.state == "cancelled"
    assert cursor(settings) == {"since": 4}
    assert rows(settings, "SELECT state FROM landing.sync_run")[0][0] == "cancelled"


def test_a_killed_run_is_ended_by_the_next(settings: Settings) -> None:
    rows(
        settings, "INSERT INTO landing.sync_run (source, entity, started_at) VALUES ('acme', 'Job', now()) RETURNING 1"
    )

    pull(settings, five())

    states = rows(settings, "SELECT state, error_code FROM landing.sync_run ORDER BY sync_run_id")
    assert [tuple(row) for row in states] == [("failed", INTERRUPTED), ("succeeded", None)]


def test_a_position_that_lives_no_longer_is_forgotten(settings: Settings) -> None:
    def expire(*_: object) -> None:
        raise errors.Expired("acme: the scroll lives no longer")

    lists = five()
    pull(settings, lists)
    lists.records["Job"].append(record("Job", "6", 6))
    lists.before_page = expire
    pull(settings, lists)
    lists.before_page = lambda *_: None

    pull(settings, lists)

    assert lists.pulled_from[-1] == ("Job", None)
    assert len(inbox(settings)) == 6


def test_what_depends_on_a_failed_entity_waits_and_the_rest_goes_on(settings: Settings) -> None:
    def fail(entity: str, page: int) -> None:
        if entity == "Job":
            raise errors.Forbidden("acme: GET /jobs: 403 forbidden")

    order = [Entity(name="Application", depends_on=("Job",)), Entity(name="Job"), Entity(name="User")]
    lists = Lists({name: [record(name, "1")] for name in ("Job", "Application", "User")}, order, fail)

    report = pull(settings, lists)

    found = {entity.entity: (entity.state, entity.error_code) for entity in report.entities}
    assert found["Job"] == ("failed", "forbidden")
    assert found["Application"] == ("failed", "dependency_failed")
    assert found["User"] == ("succeeded", None)
    assert report.state == "partial"


def test_what_the_customer_does_not_have_stops_nothing_else(settings: Settings) -> None:
    def fail(entity: str, page: int) -> None:
        if entity == "Job":
            raise errors.NotLicensed("acme: Job is not part of the licence")

    order = [Entity(name="Job"), Entity(name="Application", depends_on=("Job",))]
    lists = Lists({name: [record(name, "1")] for name in ("Job", "Application")}, order, fail)

    report = pull(settings, lists)

    assert [entity.state for entity in report.entities] == ["failed", "succeeded"]


def test_parents_come_before_children(settings: Settings) -> None:
    order = [Entity(name="Application", depends_on=("Job",)), Entity(name="Job")]
    lists = Lists({name: [record(name, "1")] for name in ("Application", "Job")}, order)

    pull(settings, lists)

    assert [row[0] for row in inbox(settings)] == ["Job", "Application"]


def test_an_unforeseen_error_is_named_without_its_message(settings: Settings) -> None:
    def fail(entity: str, page: int) -> None:
        raise KeyError("li.wei@example.com")

    lists = five()
    lists.before_page = fail

    report = pull(settings, lists)

    assert report.entities[0].error_code == "unexpected"
    assert "KeyError" in (report.entities[0].error or "")
    assert "li.wei" not in (report.entities[0].error or "")


def test_a_record_without_versions_that_changes_back_is_kept_again(settings: Settings) -> None:
    for name in ("a", "b", "a", "a"):
        pull(settings, Lists({"Team": [record("Team", "1", None, name=name)]}))

    assert len(inbox(settings)) == 3


def test_a_record_that_stands_twice_on_a_page_arrives_once(settings: Settings) -> None:
    pull(settings, Lists({"Job": [record("Job", "1", 1), record("Job", "1", 1)]}))

    assert len(inbox(settings)) == 1


def test_a_sweep_tells_what_is_gone(settings: Settings) -> None:
    lists = five()
    pull(settings, lists, sweep=True)
    del lists.records["Job"][1]

    report = pull(settings, lists, sweep=True)

    assert report.entities[0].rows_gone == 1
    assert inbox(settings)[-1] == ("Job.gone", "2", None)
    assert [
        row[0] for row in rows(settings, "SELECT source_record_id FROM landing.source_key WHERE gone_at > '-infinity'")
    ] == ["2"]


def test_a_sweep_tells_it_once(settings: Settings) -> None:
    lists = five()
    pull(settings, lists, sweep=True)
    del lists.records["Job"][1]

    for _ in range(2):
        pull(settings, lists, sweep=True)

    assert [row[0] for row in inbox(settings)].count("Job.gone") == 1


def test_a_record_that_comes_back_is_read_again(settings: Settings) -> None:
    lists = five()
    pull(settings, lists, sweep=True)
    lost = lists.records["Job"].pop(1)
    pull(settings, lists, sweep=True)
    lists.records["Job"].insert(1, lost)

    pull(settings, lists, sweep=True)
    pull(settings, lists)

    assert inbox(settings)[-1] == ("Job", "2", 2)
    assert rows(settings, "SELECT count(*) FROM landing.source_key WHERE gone_at IS NOT NULL")[0][0] == 0


def test_an_empty_answer_does_not_take_everything_away(settings: Settings) -> None:
    lists = five()
    pull(settings, lists, sweep=True)
    lists.records["Job"].clear()

    report = pull(settings, lists, sweep=True)

    assert (report.state, report.entities[0].error_code) == ("failed", "implausible_sweep")
    assert rows(settings, "SELECT count(*) FROM landing.source_key WHERE gone_at IS NOT NULL")[0][0] == 0


def test_a_person_may_accept_that_everything_is_gone(settings: Settings) -> None:
    lists = five()
    pull(settings, lists, sweep=True)
    lists.records["Job"].clear()

    report = pull(settings, lists, sweep=True, accept_gone=True)

    assert report.entities[0].rows_gone == 5


def test_one_run_of_a_source_at_a_time(settings: Settings) -> None:
    inside, leave = threading.Event(), threading.Event()

    def wait(entity: str, page: int) -> None:
        inside.set()
        leave.wait(30)

    lists = five()
    lists.before_page = wait
    first = threading.Thread(target=pull, args=(settings, lists))
    first.start()
    inside.wait(30)

    with pytest.raises(AlreadyRunning, match="another run is not done"):
        pull(settings, five())
    leave.set()
    first.join()
    assert len(inbox(settings)) == 5


def test_a_run_needs_its_permission(settings: Settings) -> None:
    reader = access.principal("lee", [access.Role.HR_LEADER])

    with pytest.raises(access.AccessDenied, match="run_sync"):
        run(settings, reader, "acme", connector=five())


def test_an_entity_that_does_not_exist_is_refused_with_those_that_do(settings: Settings) -> None:
    with pytest.raises(UnknownEntity, match="there are Job"):
        pull(settings, five(), entities=["Jop"])


def test_a_circle_of_entities_is_refused() -> None:
    circle = [Entity(name="A", depends_on=("B",)), Entity(name="B", depends_on=("A",))]

    with pytest.raises(errors.Misconfigured, match="circle"):
        runner.in_order(circle, None)


def test_a_text_that_was_cut_within_an_emoji_stops_no_record(settings: Settings) -> None:
    lists = Lists({"Job": [record("Job", "1", 1, name="done \ud83d"), record("Job", "2", 2)]})

    report = pull(settings, lists)

    assert (report.state, len(inbox(settings))) == ("succeeded", 2)
    payload = rows(settings, "SELECT payload FROM landing.inbox ORDER BY inbox_id")[0][0]
    assert b"done ?" in bytes(payload)


def test_a_long_id_reaches_the_mapping_as_it_is(settings: Settings) -> None:
    """Hashed with its version it would be another record after each change."""
    id_ = "9" * 300

    pull(settings, Lists({"Job": [record("Job", id_)]}))

    ((entity, key),) = rows(settings, "SELECT entity, idempotency_key FROM landing.inbox")
    assert record_id(entity, key) == id_


def test_somebody_who_left_twice_is_told_gone_twice(settings: Settings) -> None:
    """A person who came back in between: their second going must not pass for the first one, read again."""
    lists = Lists({"Employee": []}, order=[Entity(name="Employee")])

    for day, is_gone in ((1, False), (2, True), (3, False), (4, True)):
        info = {"userID": 7, "modifiedTime": f"2026-01-0{day}T00:00:00", "stdIsDeleted": is_gone}
        lists.records["Employee"] = list(employee({"employeeInfo": info}))
        pull(settings, lists)

    assert [entity for entity, _, _ in inbox(settings)] == ["Employee", "Employee.gone"] * 2


@pytest.mark.parametrize("bad", ["2\x00b", "2\ud83d"])
def test_an_id_that_no_column_can_hold_stops_neither_pull_nor_sweep(settings: Settings, bad: str) -> None:
    lists = Lists({"Job": [record("Job", "1", 1), record("Job", bad, 2), record("Job", "3", 3)]})

    report = pull(settings, lists, sweep=True)

    assert (report.state, len(inbox(settings)), report.entities[0].rows_gone) == ("succeeded", 3, 0)

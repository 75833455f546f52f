"""The Beisen connector against its stand-in: the same rows whatever goes wrong, and no more requests than are due."""

import datetime as dt
from collections.abc import Iterator

import pytest

from tests.standins import beisen
from tests.standins.beisen import Beisen
from tests.standins.beisen_company import Company, guid
from tests.standins.pulled import FAULTS, Pulled
from tests.standins.standin import running
from warehouse.settings import Settings
from warehouse.sync.kit.errors import Misconfigured


def content(url: str, **pull: object) -> dict[str, object]:
    given = {
        "base_url": url,
        "app_id": beisen.APP,
        "app_secret": "env:BEISEN_SECRET",
        "tenant_id": beisen.TENANT,
        "since": "2025-01-01",
        "timeout_seconds": 0.5,
    }
    return {"connector": "beisen", "pull": given | pull}


@pytest.fixture
def vendor(monkeypatch: pytest.MonkeyPatch) -> Beisen:
    monkeypatch.setenv("BEISEN_SECRET", beisen.SECRET)
    return Beisen(Company.of(25))


@pytest.fixture
def url(vendor: Beisen) -> Iterator[str]:
    with running(vendor) as address:
        yield address


@pytest.fixture
def source(records: Settings, url: str) -> Pulled:
    return Pulled(records, "acme", content(url))


@pytest.fixture(scope="module")
def undisturbed(module_records: Settings) -> tuple[object, object]:
    """What a run without any fault leaves of the same company."""
    with pytest.MonkeyPatch.context() as patch, running(Beisen(Company.of(25))) as url:
        patch.setenv("BEISEN_SECRET", beisen.SECRET)
        return Pulled(module_records, "acme", content(url)).run_and_take()


def ids(source: Pulled, entity: str) -> set[str]:
    query = f"SELECT split_part(idempotency_key, ':', 2) FROM landing.inbox WHERE entity = '{entity}'"
    return {str(row[0]) for row in source.rows(query)}


def test_everything_arrives_and_becomes_records(source: Pulled, vendor: Beisen) -> None:
    report = source.run()
    taken = source.take()

    assert (report.state, report.rows_new) == ("succeeded", 3 + 25 + 25 + 2 + 2 + 2)
    assert taken.rows_rejected == 0
    assert {table: len(rows) for table, rows in source.records().items()} == {
        "department": 3,
        "requisition": 3,
        "candidate": 25,
        "application": 25,
        "stage_event": 29,
        "offer": 2,
        "hire": 2,
        "employee": 2,
    }


def test_a_hire_is_tied_to_its_application_and_begins_on_chinas_date(source: Pulled, vendor: Beisen) -> None:
    source.run()
    source.take()

    query = (
        "SELECT h.employee_number, a.source_record_id, h.started_on FROM hr.hire h JOIN hr.application a"
        " USING (application_id) ORDER BY 1"
    )
    assert source.rows(query) == [
        ("E00010", guid("apply", 10), dt.date(2025, 2, 15)),
        ("E00020", guid("apply", 20), dt.date(2025, 2, 25)),
    ]


def test_what_nobody_asked_for_is_not_kept(source: Pulled) -> None:
    source.run()

    held = source.rows("SELECT string_agg(convert_from(payload, 'UTF8'), '') FROM landing.inbox")[0][0]
    assert "idNumber" not in str(held)
    assert "files.example.com" not in str(held)


@pytest.mark.parametrize("shape", ["flat", "nested"])
def test_both_shapes_of_an_application_are_the_same_record(source: Pulled, vendor: Beisen, shape: str) -> None:
    vendor.shape = shape

    source.run()
    source.take()

    query = "SELECT count(*), count(DISTINCT candidate_id), min(channel) FROM hr.application"
    assert source.rows(query) == [(25, 25, "官网")]


READS = ("Job/GetJobList", "ByModifiedTime", "ByApplyId", "GetPersonProfileList", "Offer/GetBy", "Employee/GetBy")


@pytest.mark.parametrize("kind", [*FAULTS, "partial_failure"])
def test_a_fault_in_every_method_leaves_the_same_rows(
    source: Pulled, vendor: Beisen, undisturbed: tuple[object, object], kind: str
) -> None:
    for path in READS:
        vendor.faults.inject(kind, path)

    again = source.run_and_take()

    assert again == undisturbed
    assert vendor.faults.taken


@pytest.mark.parametrize("kind", ["403", "500", "timeout_after_commit"])
def test_what_a_run_does_not_get_over_the_next_one_makes_good(
    source: Pulled, vendor: Beisen, undisturbed: tuple[object, object], kind: str
) -> None:
    vendor.faults.inject(kind, READS[-1], times=99)
    failed = source.run()
    vendor.faults.clear()

    again = source.run_and_take()

    assert failed.state == "partial"
    assert again == undisturbed


def test_a_scroll_that_expires_begins_its_window_again(
    source: Pulled, vendor: Beisen, undisturbed: tuple[object, object]
) -> None:
    vendor.scrolls_to_expire = 2

    assert source.run_and_take() == undisturbed


def test_a_scroll_that_always_expires_fails_and_keeps_the_cursor(source: Pulled, vendor: Beisen) -> None:
    vendor.scrolls_to_expire = 99

    report = source.run(entities=["Employee"])

    assert (report.entities[0].state, report.entities[0].error_code) == ("partial", "expired")
    assert source.rows("SELECT position->>'until' < '2025-03-10' FROM landing.sync_cursor") == []


def test_rows_that_fail_twice_keep_the_cursor_before_them(source: Pulled, vendor: Beisen) -> None:
    source.run(entities=["Job", "Person"])
    vendor.faults.inject("partial_failure", "ByApplyId", times=2)

    report = source.run(entities=["Application"])
    expected = len(vendor.company.applications)
    source.run(entities=["Application"])

    assert report.entities[0].error_code == "refused"
    assert len(ids(source, "Application")) == expected


def test_no_window_is_longer_than_ninety_days(source: Pulled, vendor: Beisen) -> None:
    """From January 2025 to May 2026 are 486 days: six windows, each with a page and the empty one after it, or one."""
    report = source.run(entities=["Employee"])

    assert report.state == "succeeded"
    assert report.entities[0].requests == 1 + 6 + 1


@pytest.mark.parametrize("seconds", [-600.0, 600.0])
def test_a_server_whose_clock_is_off_by_ten_minutes_loses_nothing(
    source: Pulled, vendor: Beisen, seconds: float
) -> None:
    """The stand-in stamps what happens between two runs with its own clock."""
    source.run()
    vendor.faults.inject("clock_skew", seconds=seconds)
    source.clock.sleep(60)
    at = source.clock.now() + vendor.faults.skew()
    vendor.company.person(26, at)
    vendor.company.application(26, at)

    source.run()
    source.clock.sleep(3600)
    source.run()

    assert guid("apply", 26) in ids(source, "Application")


def test_an_incremental_pull_costs_in_proportion(records: Settings, vendor: Beisen, url: str) -> None:
    """Of 1,000 applications ten change: the second run asks for their details alone."""
    vendor.company = Company.of(1_000, every_hours=10)
    source = Pulled(records, "acme", content(url))
    first = source.run(entities=["Person", "Application"])
    for number in range(1, 11):
        vendor.company.move(guid("apply", number), "interview", "waiting", source.clock.now())

    second = source.run(entities=["Person", "Application"])

    assert second.rows_new == 10
    assert sum(one.requests for one in second.entities) == 1 + 4 < sum(one.requests for one in first.entities) / 8


def test_a_change_and_the_change_back_are_both_kept(source: Pulled, vendor: Beisen) -> None:
    source.run()
    apply_id = guid("apply", 1)
    for phase in ("interview", "screening"):
        source.clock.sleep(60)
        vendor.company.move(apply_id, phase, "waiting", source.clock.now())
        source.run(entities=["Application"])

    kept = f"SELECT count(*) FROM landing.inbox WHERE idempotency_key LIKE 'Application:{apply_id}:%'"
    assert source.rows(kept) == [(3,)]


def test_an_employee_deleted_there_is_deleted_here_once_nothing_refers_to_it(source: Pulled, vendor: Beisen) -> None:
    vendor.company.employee(77, dt.datetime(2026, 1, 5, tzinfo=dt.UTC))
    source.run_and_take()
    vendor.company.employees["100077"].update(stdIsDeleted=True, _modified=source.clock.now())

    source.run_and_take()

    assert source.rows("SELECT count(*) FROM hr.employee WHERE source_record_id = '100077'") == [(0,)]


def test_a_method_that_was_not_granted_says_so(records: Settings, url: str) -> None:
    described = {"Evaluation": {"path": "RecruitV6/api/v1/Nowhere", "method": "POST", "id": "id"}}
    source = Pulled(records, "acme", content(url, entities={"Job": {}, **described}))

    report = source.run()

    failed = next(one for one in report.entities if one.entity == "Evaluation")
    assert (failed.state, failed.error_code) == ("failed", "unauthorized")


def test_an_unknown_path_is_explained(records: Settings, vendor: Beisen, url: str) -> None:
    vendor.faults.inject("401", "GetJobList", times=9)
    source = Pulled(records, "acme", content(url))

    report = source.run(entities=["Job"])

    assert "was not granted or that do not exist" in str(report.entities[0].error)


def test_a_method_without_public_fields_is_described_in_the_source_file(records: Settings, url: str) -> None:
    interview = {
        "path": "RecruitV6/api/v1/Interview/GetInterviewsByDate",
        "method": "POST",
        "json": {"startTime": "{incremental.start_value}", "endTime": "{incremental.end_value}"},
        "incremental": {"format": "%Y-%m-%dT%H:%M:%S", "window_days": 90, "initial_value": "2025-01-01"},
        "data_selector": "data",
        "id": "interviewId",
        "happened_at": "interviewTime",
    }
    source = Pulled(records, "acme", content(url, entities={"Interview": interview}))

    report = source.run(entities=["Interview"])

    assert (report.state, report.rows_new) == ("succeeded", 25)


def test_a_missing_tenant_is_named(records: Settings, url: str) -> None:
    given = content(url)
    del given["pull"]["tenant_id"]

    with pytest.raises(Misconfigured, match="pull: tenant_id is missing"):
        Pulled(records, "acme", given).run()


def test_no_secret_reaches_the_logs(source: Pulled, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")

    source.run()

    assert caplog.text
    assert beisen.SECRET not in caplog.text

"""The ihr360 connector against its stand-in: the same rows whatever goes wrong, three months at most, and no push."""

import datetime as dt
from collections.abc import Iterator

import pytest

from tests.standins import ihr360
from tests.standins.ihr360 import Ihr360
from tests.standins.ihr360_company import Company, staff_id
from tests.standins.pulled import FAULTS, Pulled
from tests.standins.standin import running
from warehouse.settings import Settings
from warehouse.sync.connectors import registry
from warehouse.sync.kit.errors import Misconfigured
from warehouse.sync.sources import source as source_named


def content(url: str, **pull: object) -> dict[str, object]:
    given = {
        "base_url": url,
        "app_id": ihr360.APP,
        "app_secret": "env:IHR_SECRET",
        "since": "2024-01-01",
        "timeout_seconds": 0.5,
    }
    return {"connector": "ihr360", "pull": given | pull}


@pytest.fixture
def vendor(monkeypatch: pytest.MonkeyPatch) -> Ihr360:
    monkeypatch.setenv("IHR_SECRET", ihr360.SECRET)
    return Ihr360(Company.of(25))


@pytest.fixture
def url(vendor: Ihr360) -> Iterator[str]:
    with running(vendor) as address:
        yield address


@pytest.fixture
def source(records: Settings, url: str) -> Pulled:
    return Pulled(records, "acme", content(url, base_salary="BASE_SALARY"))


@pytest.fixture(scope="module")
def undisturbed(module_records: Settings) -> tuple[object, object]:
    """What a run without any fault leaves of the same company."""
    with pytest.MonkeyPatch.context() as patch, running(Ihr360(Company.of(25))) as url:
        patch.setenv("IHR_SECRET", ihr360.SECRET)
        return Pulled(module_records, "acme", content(url, base_salary="BASE_SALARY")).run_and_take()


def count(source: Pulled, entity: str) -> int:
    return int(str(source.rows(f"SELECT count(*) FROM landing.inbox WHERE entity = '{entity}'")[0][0]))


def test_people_become_employees_with_the_reason_of_those_who_left(source: Pulled) -> None:
    report = source.run()
    source.take()

    assert (report.state, report.rows_new) == ("succeeded", 25 + 5 + 25 + 25)
    query = "SELECT employee_number, full_name_local, started_on, left_on, leaving_reason FROM hr.employee ORDER BY 1"
    rows = source.rows(query)
    assert len(rows) == 25
    assert rows[4] == ("N00005", "王芳5", dt.date(2024, 3, 9), dt.date(2025, 3, 9), "个人发展")


def test_reviews_and_pay_wait_for_a_hire(source: Pulled) -> None:
    """The system names no application, so no hire is invented."""
    source.run()
    source.take()

    query = "SELECT reason_code, count(*) FROM landing.quarantine GROUP BY 1"
    assert source.rows(query) == [("missing_reference", 50)]


def test_identity_cards_are_not_kept(source: Pulled) -> None:
    source.run()

    held = source.rows("SELECT string_agg(convert_from(payload, 'UTF8'), '') FROM landing.inbox")[0][0]
    assert "idCardNo" not in str(held)
    assert "rankingInCompany" not in str(held)


READS = ("staffs/ids", "staffs/basic", "quitedWithinInterval", "performances/staffIds", "queryWithStaffId")


@pytest.mark.parametrize("kind", [*FAULTS, "partial_failure"])
def test_a_fault_in_every_method_leaves_the_same_rows(
    source: Pulled, vendor: Ihr360, undisturbed: tuple[object, object], kind: str
) -> None:
    for path in READS:
        vendor.faults.inject(kind, path)

    again = source.run_and_take()

    assert again == undisturbed
    assert vendor.faults.taken


@pytest.mark.parametrize("kind", ["403", "500", "timeout_after_commit"])
def test_what_a_run_does_not_get_over_the_next_one_makes_good(
    source: Pulled, vendor: Ihr360, undisturbed: tuple[object, object], kind: str
) -> None:
    vendor.faults.inject(kind, READS[-1], times=99)
    failed = source.run()
    vendor.faults.clear()

    again = source.run_and_take()

    assert failed.state == "partial"
    assert again == undisturbed


@pytest.mark.parametrize(("code", "first"), [(0, 1), (200, 1), (0, 0)])
def test_both_codes_of_success_and_both_first_pages_are_understood(
    source: Pulled, vendor: Ihr360, code: int, first: int
) -> None:
    vendor.success_code, vendor.reports_from = code, first

    assert source.run(entities=["Staff"]).rows_new == 25


def test_a_refusal_under_http_200_fails_the_entity_alone(source: Pulled, vendor: Ihr360) -> None:
    vendor.success_code = 500

    report = source.run(entities=["Staff"])

    assert (report.entities[0].state, report.entities[0].error_code) == ("failed", "refused")


def test_leavers_are_asked_for_in_spans_below_three_months(source: Pulled, vendor: Ihr360) -> None:
    """From January 2024 to May 2026 are 852 days: ten spans, none of which the vendor refuses."""
    report = source.run(entities=["Staff", "Quit"])

    assert [one.state for one in report.entities] == ["succeeded", "succeeded"]
    assert report.entities[1].requests == 10


def test_a_second_run_asks_for_a_month_of_leavers_and_for_no_details(source: Pulled, vendor: Ihr360) -> None:
    source.run()
    vendor.seen.clear()

    second = source.run()

    assert second.rows_new == 0
    assert {one.entity: one.requests for one in second.entities} == {
        "Staff": 1 + 2 + 1 + 1,
        "Quit": 1,
        "Performance": 0,
        "SalaryProfile": 0,
    }


def test_details_are_read_again_after_a_day(source: Pulled, vendor: Ihr360) -> None:
    source.run()
    vendor.company.performances[staff_id(1)][0]["finalScore"] = 99
    source.clock.sleep(25 * 3600)

    second = source.run()

    assert second.rows_new == 1


def test_one_changed_person_is_one_new_row(source: Pulled, vendor: Ihr360) -> None:
    source.run()
    vendor.company.rename(3, "王芳芳", dt.datetime(2026, 4, 30, 12, tzinfo=dt.UTC))
    source.run()
    source.take()

    assert count(source, "Staff") == 26
    query = f"SELECT full_name_local FROM hr.employee WHERE source_record_id = '{staff_id(3)}'"
    assert source.rows(query) == [("王芳芳",)]


def test_a_person_who_is_no_longer_listed_is_marked_and_kept(source: Pulled, vendor: Ihr360) -> None:
    source.run()
    del vendor.company.staff[staff_id(2)]

    report = source.run(sweep=True)
    source.take()

    assert sum(one.rows_gone for one in report.entities) == 1
    assert source.rows("SELECT count(*) FROM hr.employee") == [(25,)]


def test_a_list_that_never_comes_whole_takes_nobody_away(source: Pulled, vendor: Ihr360) -> None:
    source.run()
    del vendor.company.staff[staff_id(2)]
    vendor.overstated = 1

    report = source.run(entities=["Staff"], sweep=True)

    assert (report.entities[0].rows_gone, report.entities[0].error_code) == (0, "malformed")


def test_a_thousand_people_cost_requests_in_proportion(records: Settings, vendor: Ihr360, url: str) -> None:
    vendor.company, vendor.largest_page = Company.of(1_000), 100
    source = Pulled(records, "acme", content(url))

    first, second = source.run(), source.run()

    assert sum(one.requests for one in first.entities) == 1 + 10 + 1 + 10 + 10
    assert sum(one.requests for one in second.entities) == 1 + 10 + 1 + 1


def test_pay_is_not_read_unless_its_field_is_named(records: Settings, url: str) -> None:
    source = Pulled(records, "acme", content(url))

    report = source.run()

    assert {one.entity for one in report.entities} == {"Staff", "Quit", "Performance"}


def test_nothing_can_be_pushed(source: Pulled) -> None:
    with pytest.raises(Misconfigured, match="takes no messages"):
        registry.pusher(source_named(source.settings, "acme"))


def test_no_secret_reaches_the_logs(source: Pulled, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")

    source.run()

    assert caplog.text
    assert ihr360.SECRET not in caplog.text

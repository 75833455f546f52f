"""The SuccessFactors connector against its stand-in: whatever goes wrong, the same rows arrive."""

import datetime as dt
from collections.abc import Iterator

import pytest

from tests.standins.standin import running
from tests.standins.successfactors import PASSWORD, SuccessFactors
from tests.standins.successfactors_contract import configured, held, inbox, pulled, rows, source_of, taken_in, told
from tests.standins.successfactors_rows import Tenant
from tests.standins.successfactors_tenant import (
    ai_interview,
    employee,
    human_interview,
    job_slice,
    leave,
    report,
    review,
    small_tenant,
)
from validation.contracts import check_batch
from warehouse.settings import Settings
from warehouse.sync.connectors.successfactors.pull import connector

LATER = dt.datetime(2025, 9, 1, 8, 0, tzinfo=dt.UTC)
READS = r"/odata/v2/(Candidate|JobApplication|JobApplicationInterview|EmpJob|EmpEmployment)$"
PROTECTED = """convert_from(payload, 'UTF8') ~ '"(dateOfBirth|gender|race)"'"""
FAULTS = ("401", "403", "429", "500", "503", "timeout_after_commit", "duplicate", "reorder", "clock_skew")


def few() -> Tenant:
    return small_tenant(candidates=24, requisitions=4)


@pytest.fixture(autouse=True)
def _password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ACME_SF_PASSWORD", PASSWORD)


@pytest.fixture
def tenant(records: Settings) -> Iterator[SuccessFactors]:
    """The server of a tenant of a few people, whose source file is in place."""
    made = SuccessFactors(few())
    with running(made) as url:
        configured(records, url, pull={"timeout_seconds": 1})
        yield made


@pytest.fixture(scope="module")
def undisturbed() -> set[tuple[object, ...]]:
    """Entity and body of every record of the same tenant, read without any fault."""
    with pytest.MonkeyPatch.context() as patch, running(SuccessFactors(few())) as url:
        patch.setenv("ACME_SF_PASSWORD", PASSWORD)
        reader = connector(source_of(url))
        return {
            (record.entity, record.canonical)
            for entity in reader.entities()
            for page in reader.pull(entity.name, None)
            for record in page.records
        }


@pytest.mark.parametrize("kind", FAULTS)
def test_a_fault_in_the_midst_of_reads_leaves_the_same_inbox(
    records: Settings, tenant: SuccessFactors, undisturbed: set[tuple[object, ...]], kind: str
) -> None:
    """What a 401 or 403 stops, the next run brings."""
    tenant.faults.inject(kind, path=READS, times=3)
    pulled(records)
    tenant.faults.clear()

    pulled(records)

    assert inbox(records) == undisturbed


def test_records_are_what_the_tenant_holds(records: Settings, tenant: SuccessFactors) -> None:
    pulled(records)

    refused = taken_in(records, check=check_batch)

    assert (held(records), refused) == (told(tenant.tenant), 0)


@pytest.mark.parametrize("kind", ["duplicate", "reorder", "timeout_after_commit"])
def test_records_are_the_same_however_the_rows_came(records: Settings, tenant: SuccessFactors, kind: str) -> None:
    tenant.faults.inject(kind, path=READS, times=4)

    pulled(records)
    taken_in(records)

    assert held(records) == told(tenant.tenant)


def test_what_happened_since_arrives_with_the_next_run(records: Settings, tenant: SuccessFactors) -> None:
    """A new score, a human's rating, somebody who leaves, a review, a move between departments."""
    pulled(records)
    taken_in(records)
    people = tenant.tenant
    hired = next(row for row in people.rows["JobApplication"] if row["hiredOn"])
    fresh = next(row for row in people.rows["JobApplication"] if not row["hiredOn"])
    people.move(fresh, "AI Interview", LATER)
    ai_interview(people, fresh, 91, at=LATER)
    human_interview(people, fresh, 4, at=LATER)
    leave(people, str(hired["usersSysId"]), LATER.replace(tzinfo=None), LATER)
    review(people, str(hired["usersSysId"]), LATER.replace(tzinfo=None), 5)
    job_slice(people, str(hired["usersSysId"]), LATER.replace(tzinfo=None), LATER, department="D_SALES")

    pulled(records)
    taken_in(records)

    assert held(records) == told(people)


def test_a_new_score_of_the_same_order_is_a_new_revision(records: Settings, tenant: SuccessFactors) -> None:
    """Every update of a report appends; the latest counts, and the earlier one is kept."""
    pulled(records)
    taken_in(records)
    order = max(tenant.tenant.rows["JobApplicationAssessmentOrder"], key=lambda row: str(row["lastModifiedDateTime"]))
    report(tenant.tenant, order, {"Score": "12.5"}, LATER)

    pulled(records, "JobApplicationAssessmentOrder")
    taken_in(records)

    query = f"SELECT revision, is_current FROM hr.ai_interview WHERE source_record_id = '{order['id']}' ORDER BY 1"
    assert rows(records, query) == [(1, False), (2, True)]
    assert (str(order["id"]), 12.5, "HIREGATE") in held(records)["ai_interview"]


def test_protected_attributes_reach_the_vault_and_no_other_payload(records: Settings, tenant: SuccessFactors) -> None:
    pulled(records)
    taken_in(records)

    found = rows(records, f"SELECT DISTINCT entity FROM landing.inbox WHERE {PROTECTED}")

    assert found == [("JobApplicationDemographics",)]
    assert len(rows(records, "SELECT 1 FROM vault.demographics WHERE sex IS NOT NULL AND birth_year > 1980")) == 24


def test_custom_fields_stay_in_the_raw_payload(records: Settings, tenant: SuccessFactors) -> None:
    pulled(records, "Candidate")

    found = rows(records, "SELECT convert_from(payload, 'UTF8')::jsonb ->> 'custSchoolTier' FROM landing.inbox LIMIT 1")

    assert found == [("A",)]


def test_an_employee_who_never_applied_is_kept_without_a_hire(records: Settings, tenant: SuccessFactors) -> None:
    employee(tenant.tenant, "transfer1", dt.datetime(2025, 3, 1), LATER)  # noqa: DTZ001 - a date

    pulled(records)
    taken_in(records)

    assert rows(records, "SELECT full_name FROM hr.employee WHERE source_record_id = 'transfer1'") == [
        ("Ada Lovelace",)
    ]
    assert rows(records, "SELECT 1 FROM hr.hire WHERE source_record_id = 'transfer1'") == []


def test_what_is_deleted_there_is_found_by_its_key(records: Settings, tenant: SuccessFactors) -> None:
    pulled(records)
    offers = tenant.tenant.rows["JobOffer"]
    gone = offers.pop()

    pulled(records, "JobOffer", sweep=True, accept_gone=True)

    found = rows(
        records, "SELECT source_record_id FROM landing.source_key WHERE entity = 'JobOffer' AND gone_at IS NOT NULL"
    )
    assert found == [(str(gone["offerApprovalId"]),)]

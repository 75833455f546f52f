"""The SuccessFactors stand-in itself: as strict as the vendor's notes, so that the connector cannot lean on it."""

from collections.abc import Iterator

import httpx
import pytest

from tests.standins.standin import LABELS, running
from tests.standins.successfactors import PASSWORD, USER, SuccessFactors
from tests.standins.successfactors_tenant import small_tenant


@pytest.fixture
def tenant() -> SuccessFactors:
    return SuccessFactors(small_tenant(candidates=12, requisitions=4))


@pytest.fixture
def web(tenant: SuccessFactors) -> Iterator[httpx.Client]:
    with running(tenant) as url, httpx.Client(base_url=f"{url}/odata/v2", auth=(USER, PASSWORD)) as client:
        yield client


def status(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


@pytest.mark.parametrize("auth", [("api", PASSWORD), (USER, "wrong"), None])
def test_only_the_user_at_the_company_gets_in(web: httpx.Client, auth: tuple[str, str] | None) -> None:
    web.auth = auth  # type: ignore[assignment]

    assert status(web.get("/Candidate"))[0] == 401


def test_numbers_of_64_bits_and_dates_are_text(web: httpx.Client) -> None:
    row = web.get("/JobApplication?$top=1").json()["d"]["results"][0]

    assert (row["applicationId"], row["applicationDate"]) == ("5001", "/Date(1736157600000+0000)/")
    assert "__deferred" in row["jobAppStatus"]


def test_no_page_has_more_than_a_thousand_rows(tenant: SuccessFactors, web: httpx.Client) -> None:
    first = tenant.tenant.rows["Candidate"][0]
    tenant.tenant.rows["Candidate"] = [{**first, "candidateId": n} for n in range(1_500)]

    body = web.get("/Candidate?customPageSize=5000&paging=snapshot").json()["d"]

    assert (len(body["results"]), "$skiptoken" in httpx.URL(body["__next"]).params) == (1_000, True)


def test_a_dead_token_is_refused(tenant: SuccessFactors, web: httpx.Client) -> None:
    following = web.get("/Candidate?customPageSize=5&paging=snapshot").json()["d"]["__next"]
    tenant.snapshots.expire()

    assert status(web.get(following))[0] == 400


def test_interviews_past_the_first_thousand_need_application_ids(tenant: SuccessFactors, web: httpx.Client) -> None:
    first = tenant.tenant.rows["JobApplicationInterview"][0]
    tenant.tenant.rows["JobApplicationInterview"] = [{**first, "applicationInterviewId": n} for n in range(1_200)]

    scanned = web.get("/JobApplicationInterview/$count").text
    asked = web.get(f"/JobApplicationInterview/$count?$filter=applicationId in {first['applicationId']}L").text

    assert (scanned, asked) == ("1000", "1200")


@pytest.mark.parametrize(
    "query",
    [
        "/JobApplication?$filter=appStatusSetItemId eq 1001L",
        "/JobApplication?$filter=noSuchField eq 1",
        "/Candidate?$filter=candidateId eq 'x'",
        "/Candidate?$filter=lastModifiedDateTime ge datetime'2026-01-01T00:00:00'",
        "/Candidate?$filter=candidateId eq 1 or candidateId eq 2",
        "/Candidate?$expand=nowhere",
        "/Candidate?pageSize=10",
        "/EmpJob?asOfDate=2026-01-01&fromDate=1900-01-01",
    ],
)
def test_what_is_not_understood_is_a_bad_request(web: httpx.Client, query: str) -> None:
    assert status(web.get(query))[0] == 400


def test_without_dates_only_todays_slices_are_seen(tenant: SuccessFactors, web: httpx.Client) -> None:
    for row in tenant.tenant.rows["EmpJob"]:
        row["endDate"] = row["startDate"]

    assert web.get("/EmpJob").json()["d"]["results"] == []
    assert len(web.get("/EmpJob?fromDate=1900-01-01").json()["d"]["results"]) == len(tenant.tenant.rows["EmpJob"])


def test_a_second_application_to_the_same_requisition_fails_under_200(
    tenant: SuccessFactors, web: httpx.Client
) -> None:
    there = tenant.tenant.rows["JobApplication"][0]
    row = {
        "__metadata": {"uri": "JobApplication"},
        "candidateId": str(there["candidateId"]),
        "jobReqId": str(there["jobReqId"]),
    }

    answer = web.post("/upsert", json=[row])

    assert answer.status_code == 200
    assert (answer.json()["d"][0]["status"], "COE" in answer.json()["d"][0]["message"]) == ("ERROR", True)


def test_more_than_a_thousand_rows_are_refused_at_once(web: httpx.Client) -> None:
    assert status(web.post("/upsert", json=[{}] * 1_001)) == (400, "BadRequestException")


def test_a_set_without_licence_is_not_found(web: httpx.Client) -> None:
    assert status(web.get("/CalibrationSession")) == (404, "NotFoundException")


def test_each_route_says_how_sure_it_is(tenant: SuccessFactors) -> None:
    assert all(route.label in LABELS and route.note for route in tenant.routes)

"""Apply Connect end to end: challenge, signed delivery with any letters, 200, and the records that come of it."""

import datetime as dt
import json
from collections.abc import Iterator

import httpx
import psycopg
import pytest
from fastapi.testclient import TestClient

from models.api import create
from tests.standins import linkedin
from validation.contracts import check_batch
from warehouse import postgres
from warehouse.settings import Settings
from warehouse.sync.intake import intake

SOURCE = """
source: acme_li
connector: linkedin
webhook:
  scheme: linkedin
  secrets: ["env:LI_SECRET"]
  entity: type
  key: [jobApplicationId]
  happened_at: appliedAt
"""
URL = "/v1/events/acme_li"
APPLIED_AT = dt.datetime.fromtimestamp(1_767_603_600, tz=dt.UTC)
NAMES = [("Ada", "Lovelace"), ("伟", "李"), ("Zoë", "O’Brien-Ångström"), ("𠮷", "野"), ("Ol\u00ec\u2028", "T<&>")]


class Door:
    """The API with a LinkedIn source, and LinkedIn outside."""

    def __init__(self, settings: Settings) -> None:
        (settings.home / "sources").mkdir(parents=True, exist_ok=True)
        (settings.home / "sources" / "acme_li.yaml").write_text(SOURCE, encoding="utf-8")
        self.settings, self.linkedin = settings, linkedin.create()
        self.client = TestClient(create(settings))

    def deliver(self, body: dict[str, object]) -> httpx.Response:
        return self.linkedin.deliver(self.client.post, URL, body)

    def rows(self, query: str) -> list[tuple[object, ...]]:
        with psycopg.connect(postgres.address(self.settings)) as connection:
            return connection.execute(query).fetchall()


@pytest.fixture
def door(records: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Door]:
    """An endpoint that LinkedIn may deliver to."""
    monkeypatch.setenv("LI_SECRET", linkedin.SECRET)
    found = Door(records)
    with found.client:
        yield found


def test_the_challenge_is_answered_with_the_secret(door: Door) -> None:
    assert door.linkedin.is_proven(door.client.get, URL)


@pytest.mark.parametrize("name", NAMES)
def test_an_application_with_any_name_is_taken_with_200(door: Door, name: tuple[str, str]) -> None:
    """LinkedIn signs the escaped body and sends the letters themselves: the classic failure."""
    first, last = name

    answer = door.deliver(door.linkedin.application(first=first, last=last))

    assert answer.status_code == 200, answer.text


def test_a_changed_letter_is_refused_in_linkedins_own_words(door: Door) -> None:
    body = door.linkedin.application(last="李")
    raw = json.dumps(body, ensure_ascii=False).replace("李", "王").encode()
    headers = {"X-LI-Signature": linkedin.signature(json.dumps(body)), "Content-Type": "application/json"}

    answer = door.client.post(URL, content=raw, headers=headers)

    assert (answer.status_code, answer.json()["errorCode"]) == (401, "bad_signature")
    assert door.rows("SELECT count(*) FROM landing.inbox") == [(0,)]


def test_an_application_becomes_a_candidate_who_came_through_linkedin(door: Door) -> None:
    door.deliver(door.linkedin.application(first="伟", last="李", email="li.wei@example.com"))

    report = intake(door.settings, check=check_batch)

    assert (report.rows_rejected, report.failures) == (0, {})
    assert door.rows("SELECT full_name, email, phone FROM hr.candidate") == [("伟 李", "li.wei@example.com", "5550100")]
    assert door.rows(
        "SELECT a.source_record_id, a.channel, a.applied_at, r.source_record_id"
        " FROM hr.application a JOIN hr.requisition r USING (requisition_id)"
    ) == [("urn:li:jobApplication:1", "linkedin", APPLIED_AT, "JOB-7")]


def test_six_deliveries_of_one_application_are_one(door: Door) -> None:
    answers = {door.deliver(door.linkedin.application()).status_code for _ in range(6)}

    intake(door.settings, check=check_batch)

    assert answers == {200}
    assert door.rows("SELECT count(*) FROM landing.inbox") == [(1,)]
    assert door.rows("SELECT count(*) FROM hr.application") == [(1,)]


def test_two_applications_of_one_person_share_the_candidate(door: Door) -> None:
    second = {**door.linkedin.application(2), "jobApplicant": "urn:li:person:p1", "externalJobId": "JOB-8"}
    door.deliver(door.linkedin.application(1))
    door.deliver(second)

    intake(door.settings, check=check_batch)

    assert door.rows("SELECT count(*) FROM hr.candidate") == [(1,)]
    assert door.rows("SELECT count(*) FROM hr.application") == [(2,)]


def test_an_application_without_a_phone_or_an_applicant_is_taken(door: Door) -> None:
    body = door.linkedin.application()
    contact = body["questionResponses"]["contactInformationQuestionResponses"]  # type: ignore[index]
    del body["jobApplicant"], contact["cellphoneNumberQuestionAnswer"]
    door.deliver(body)

    report = intake(door.settings, check=check_batch)

    assert report.rows_rejected == 0
    assert door.rows("SELECT source_record_id, phone FROM hr.candidate") == [("urn:li:jobApplication:1", None)]


def test_another_kind_of_notice_makes_no_record(door: Door) -> None:
    door.deliver({"type": "EXPORT_CANDIDATE", "jobApplicationId": "n-1", "requestId": "req-1"})

    report = intake(door.settings, check=check_batch)

    assert report.rows_rejected == 0
    assert door.rows("SELECT count(*) FROM hr.candidate") == [(0,)]


def test_the_resumes_address_reaches_no_record(door: Door) -> None:
    door.deliver(door.linkedin.application())

    intake(door.settings, check=check_batch)

    assert "ambry" not in str(door.rows("SELECT to_jsonb(c) FROM hr.candidate c"))
    assert "ambry" not in str(door.rows("SELECT to_jsonb(a) FROM hr.application a"))

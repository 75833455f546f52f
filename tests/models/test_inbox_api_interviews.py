"""`/v1/interviews`: the plain shape in, item by item; results out to those who may see them, and to nobody else."""

import datetime as dt
import uuid
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
import sqlalchemy as sa
from fastapi.testclient import TestClient

from models.api import create
from tests.builders import Builder, build
from tests.models.served import OPERATOR
from tests.models.webhook_sender import PLAIN, count, problem, source, stored
from warehouse import api_keys, identity, postgres
from warehouse.access import Role
from warehouse.keys import key
from warehouse.settings import Settings


@pytest.fixture
def client(records: Settings) -> Iterator[TestClient]:
    """An API without any key of its own."""
    with TestClient(create(records)) as ready:
        yield ready


def _key(settings: Settings, name: str, role: Role = Role.INTERVIEW_SOURCE) -> dict[str, str]:
    return {"Authorization": f"Bearer {api_keys.create(settings, OPERATOR, name, role=role)}"}


@pytest.fixture
def sender(records: Settings) -> dict[str, str]:
    """The headers of a system that may send."""
    return _key(records, "vendor")


def test_a_result_is_durable_when_it_is_acknowledged(
    records: Settings, client: TestClient, sender: dict[str, str]
) -> None:
    answer = client.post("/v1/interviews", json=PLAIN, headers=sender)

    assert (answer.status_code, list(answer.json())) == (202, ["id"])
    assert stored(records) == [("plain_interviews", "interview", PLAIN)]


def test_the_same_result_again_answers_the_same_and_a_corrected_one_is_kept_too(
    records: Settings, client: TestClient, sender: dict[str, str]
) -> None:
    first, again, corrected = (
        client.post("/v1/interviews", json={**PLAIN, "assessment_score": score}, headers=sender).json()["id"]
        for score in (70, 70, 75)
    )

    assert first == again != corrected
    assert count(records) == 2


def test_a_list_is_answered_item_by_item(records: Settings, client: TestClient, sender: dict[str, str]) -> None:
    wrong = {**PLAIN, "candidate_id": "", "assessment_score": 101, "video_url": "http://x.example"}

    answer = client.post("/v1/interviews", json=[PLAIN, wrong, {**PLAIN, "candidate_id": "C2"}], headers=sender)

    assert answer.status_code == 202
    assert (answer.json()["accepted"], answer.json()["refused"], count(records)) == (2, 1, 2)
    assert {fault["path"] for fault in answer.json()["items"][1]["errors"]} == {
        "candidate_id",
        "assessment_score",
        "video_url",
    }


@pytest.mark.parametrize(
    "change",
    [
        {"candidate_id": 5},
        {"interview_time": "yesterday"},
        {"interview_time": "2026-13-45 09:00:00"},
        {"assessment_score": "71"},
        {"assessment_score": -1},
        {"skills": [5]},
        {"skills": [{"score": 5}]},
        {"video_url": "ftp://x.example/v"},
        {"candidate_id": "a\x00b"},
    ],
)
def test_a_result_of_another_form_is_refused_by_its_place_alone(
    records: Settings, client: TestClient, sender: dict[str, str], change: dict[str, object]
) -> None:
    answer = client.post("/v1/interviews", json={**PLAIN, **change, "Zhang San": 1}, headers=sender)

    assert problem(answer) == (422, "invalid_request")
    assert answer.json()["errors"][0]["path"].split(".")[0] == next(iter(change))
    assert "Zhang" not in answer.text
    assert count(records) == 0


@pytest.mark.parametrize(("body", "status"), [(b"{", 400), (b"[]", 422), (b"5", 422), (b"\xff", 400)])
def test_a_body_without_any_result_is_refused(
    client: TestClient, sender: dict[str, str], body: bytes, status: int
) -> None:
    assert client.post("/v1/interviews", content=body, headers=sender).status_code == status


def test_fields_that_nobody_knows_are_kept_in_the_raw_record(
    records: Settings, client: TestClient, sender: dict[str, str]
) -> None:
    body = {**PLAIN, "proctoring": {"flags": 0}, "skills": [{"name": "logic", "score": 4, "scale_max": 5}]}

    client.post("/v1/interviews", json=body, headers=sender)

    assert stored(records)[0][2] == body


@pytest.mark.parametrize("by", ["header", "event_id"])
def test_an_id_of_the_senders_own_is_the_key(
    records: Settings, client: TestClient, sender: dict[str, str], by: str
) -> None:
    for score in (70, 75):
        body = {**PLAIN, "assessment_score": score} | ({"event_id": "e1"} if by == "event_id" else {})
        headers = {**sender, "Idempotency-Key": "k1"} if by == "header" else sender
        client.post("/v1/interviews", json=body, headers=headers)

    assert count(records) == 1


def test_two_systems_may_use_the_same_ids(records: Settings, client: TestClient, sender: dict[str, str]) -> None:
    for headers in (sender, _key(records, "other")):
        client.post("/v1/interviews", json={**PLAIN, "event_id": "e1"}, headers=headers)

    assert count(records) == 2


def test_a_system_with_a_source_of_its_name_sends_as_that_source_in_its_zone(
    records: Settings, client: TestClient
) -> None:
    source(records, "berlin", scheme="none", secrets=[])
    path = records.sources / "berlin.yaml"
    path.write_text(path.read_text(encoding="utf-8") + "timezone: Europe/Berlin\n", encoding="utf-8")

    client.post("/v1/interviews", json=PLAIN, headers=_key(records, "berlin"))

    with postgres.engine(records).connect() as connection:
        found = connection.execute(sa.text("SELECT source, happened_at FROM landing.inbox")).one()
    assert tuple(found) == ("berlin", dt.datetime(2026, 5, 1, 7, tzinfo=dt.UTC))


@pytest.mark.parametrize(
    "role", [role for role in Role if role not in {Role.INTERVIEW_SOURCE, Role.DEPARTMENT_MANAGER}]
)
def test_only_a_system_that_may_send_does(records: Settings, client: TestClient, role: Role) -> None:
    answer = client.post("/v1/interviews", json=PLAIN, headers=_key(records, "curious", role))

    assert problem(answer) == (403, "not_allowed")
    assert count(records) == 0


def test_without_a_key_nothing_is_taken_and_nothing_is_shown(client: TestClient) -> None:
    assert problem(client.post("/v1/interviews", json=PLAIN)) == (401, "missing_key")
    assert problem(client.get("/v1/interviews/C1")) == (401, "missing_key")


LOAD = (
    "INSERT INTO landing.load (load_id, source, file_name, file_sha256, mapping_version, started_at, finished_at,"
    " actor, rows_read, rows_new, rows_changed, rows_unchanged, rows_rejected, tables)"
    " VALUES (:id, 'built', 'f', '', 1, now(), now(), 'a', 0, 0, 0, 0, 0, '{}')"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """Two departments with one interviewed candidate each, known as `S-1` and `R-1` at their source."""

    settings: Settings
    sales: uuid.UUID
    candidate: uuid.UUID


@pytest.fixture
def company(records: Settings) -> Company:
    """The candidates' keys are those that a load of the source would have given them."""
    with postgres.engine(records).begin() as connection:
        connection.execute(sa.text(LOAD), {"id": uuid.uuid4()})
    sales, candidate = build(records, lambda builder: _department(builder, "Sales", "S-1"))
    build(records, lambda builder: _department(builder, "Research", "R-1"))
    return Company(settings=records, sales=sales, candidate=candidate)


def _department(builder: Builder, name: str, id_: str) -> tuple[uuid.UUID, uuid.UUID]:
    department = builder.department(name)
    candidate = builder.candidate(candidate_id=key("candidate", "built", id_), source_record_id=id_)
    application = builder.application(builder.requisition(department), candidate)
    builder.ai_interview(application, score=70.0, skills={"logic": 64.0})
    builder.re_interview(application)
    return department, candidate


def _reader(company: Company, role: Role) -> dict[str, str]:
    """A key whose system holds the role, in the department of sales where it needs one."""
    headers = _key(company.settings, "reader", Role.CANDIDATE if role is Role.DEPARTMENT_MANAGER else role)
    if role is Role.DEPARTMENT_MANAGER:
        identity.grant(company.settings, OPERATOR, "system:reader", role, department_id=company.sales)
    if role is Role.CANDIDATE:
        with postgres.engine(company.settings).begin() as connection:
            connection.execute(
                sa.text("UPDATE app.principal SET candidate_id = :id WHERE principal_id = 'system:reader'"),
                {"id": company.candidate},
            )
    return headers


SEEN = {
    Role.HR_LEADER: (200, 200),
    Role.HR_ADMIN: (200, 200),
    Role.DEPARTMENT_MANAGER: (200, 404),
    Role.CANDIDATE: (200, 404),
}


@pytest.mark.parametrize("role", list(Role))
def test_each_role_sees_its_own_candidates_and_no_others(company: Company, client: TestClient, role: Role) -> None:
    headers = _reader(company, role)
    other = client.get("/v1/interviews/R-1", headers=headers)

    own = client.get("/v1/interviews/S-1", headers=headers)

    assert (own.status_code, other.status_code) == SEEN.get(role, (403, 403))


@pytest.mark.parametrize("role", [Role.DEPARTMENT_MANAGER, Role.CANDIDATE])
def test_out_of_reach_and_absent_look_the_same(company: Company, client: TestClient, role: Role) -> None:
    headers = {**_reader(company, role), "X-Request-Id": "r"}

    there, nowhere = (client.get(f"/v1/interviews/{id_}", headers=headers) for id_ in ("R-1", uuid.uuid4()))

    assert (there.status_code, there.text) == (nowhere.status_code, nowhere.text)


def test_a_key_whose_identity_lost_its_roles_sees_nothing(company: Company, client: TestClient) -> None:
    headers = _reader(company, Role.HR_LEADER)
    identity.revoke(company.settings, OPERATOR, "system:reader", Role.HR_LEADER)

    assert problem(client.get(f"/v1/interviews/{company.candidate}", headers=headers)) == (403, "not_allowed")


def test_a_result_shows_the_score_on_both_scales_and_its_skills_but_no_human_rating(
    company: Company, client: TestClient
) -> None:
    answer = client.get(f"/v1/interviews/{company.candidate}", headers=_reader(company, Role.CANDIDATE)).json()

    (interview,) = answer["interviews"]
    assert (interview["score"], interview["skills"]) == (70.0, [{"skill": "logic", "score": 64.0}])
    assert "rating" not in str(answer)

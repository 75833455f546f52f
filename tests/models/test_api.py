"""The HTTP API: only the ledger's champion scores, the decision is kept before the answer, refusals are clear."""

import datetime as dt
import hashlib

import pytest
import sqlalchemy as sa
from fastapi.testclient import TestClient

from models import releases
from tests.models import served
from tests.models.release_builder import CHECKER, MODEL
from tests.models.served import INTERVIEW, OPERATOR
from warehouse import api_keys, postgres
from warehouse.settings import Settings


@pytest.fixture
def empty(records: Settings) -> TestClient:
    """An API before any promotion."""
    return served.client(records)


@pytest.fixture
def live(records: Settings) -> TestClient:
    """An API with a promoted model."""
    served.promote(records)
    return served.client(records)


def _kept(settings: Settings) -> int:
    with postgres.engine(settings).connect() as connection:
        return int(connection.execute(sa.text("SELECT count(*) FROM governance.decision")).scalar_one())


def test_without_a_promoted_model_nothing_is_scored(empty: TestClient) -> None:
    answer = empty.post("/v1/score", json=INTERVIEW)

    assert (answer.status_code, answer.json()["code"]) == (503, "no_promoted_model")
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_model_name_that_no_release_bears_is_not_found_and_not_repeated(live: TestClient) -> None:
    answer = live.get("/v1/model", params={"model": "zhang san"})

    assert (answer.status_code, answer.json()["code"]) == (404, "unknown_model")
    assert "zhang" not in answer.text


def test_text_that_postgresql_cannot_hold_is_the_callers_mistake(live: TestClient) -> None:
    answer = live.get("/v1/model", params={"model": "a\x00b"})

    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")


def test_a_score_comes_with_reasons_versions_and_a_kept_decision(records: Settings, live: TestClient) -> None:
    answer = live.post("/v1/score", json=INTERVIEW).json()

    assert answer["recommendation"] == "advance"
    assert answer["model_version"] == "re-interview-pass@1"
    assert all(reason["en"] and reason["zh"] for reason in answer["reasons"])
    assert _kept(records) == 1


def test_a_low_score_is_held_and_never_rejected(live: TestClient) -> None:
    weak = {**INTERVIEW, "skills": [{**skill, "score": 20} for skill in INTERVIEW["skills"]]}

    assert live.post("/v1/score", json=weak).json()["recommendation"] == "hold"


def test_a_missing_skill_sends_the_request_to_a_person(live: TestClient) -> None:
    partial = {**INTERVIEW, "skills": INTERVIEW["skills"][:2]}

    answer = live.post("/v1/score", json=partial).json()

    assert (answer["recommendation"], answer["missing"]) == ("human_review", ["communication"])


def test_without_any_feature_it_cannot_score(live: TestClient) -> None:
    answer = live.post("/v1/score", json={**INTERVIEW, "skills": []}).json()

    assert (answer["recommendation"], answer["score"]) == ("cannot_score", None)


@pytest.mark.parametrize(
    "extra",
    [
        {"sex": "F"},
        {"dateOfBirth": "1990-01-01"},
        {"details": {"ethnicity": "x"}},
        {"性别": "女"},
        {"skills": [{"skill": "smile", "score": 3}]},
    ],
)
def test_a_protected_field_is_refused_and_leaves_an_audit_line(
    records: Settings, live: TestClient, extra: dict[str, object]
) -> None:
    answer = live.post("/v1/score", json={**INTERVIEW, **extra})

    assert (answer.status_code, answer.json()["code"]) == (422, "protected_field")
    with postgres.engine(records).connect() as connection:
        last = connection.execute(sa.text("SELECT action FROM governance.audit_log ORDER BY position DESC LIMIT 1"))
        assert last.scalar_one() == "protected_field_refused"


def test_an_error_repeats_no_value_and_no_unknown_name_of_the_request(live: TestClient) -> None:
    answer = live.post("/v1/score", json={**INTERVIEW, "assessment_score": 171.5, "Zhang San": "13800000000"})

    assert answer.status_code == 422
    assert not any(part in answer.text for part in ("171.5", "Zhang", "138000"))


def test_the_same_idempotency_key_answers_the_same_once(records: Settings, live: TestClient) -> None:
    headers = {"Idempotency-Key": "k1"}

    first = live.post("/v1/score", json=INTERVIEW, headers=headers).json()
    second = live.post("/v1/score", json=INTERVIEW, headers=headers).json()

    assert second == first
    assert _kept(records) == 1


def test_an_idempotency_key_with_another_request_is_a_conflict(live: TestClient) -> None:
    headers = {"Idempotency-Key": "k1"}
    live.post("/v1/score", json=INTERVIEW, headers=headers)

    answer = live.post("/v1/score", json={**INTERVIEW, "assessment_score": 10}, headers=headers)

    assert (answer.status_code, answer.json()["code"]) == (409, "idempotency_conflict")


def test_a_batch_is_scored_in_order_and_kept_whole(records: Settings, live: TestClient) -> None:
    weak = {**INTERVIEW, "skills": [{**skill, "score": 20} for skill in INTERVIEW["skills"]]}

    answers = live.post("/v1/score/batch", json={"items": [INTERVIEW, weak]}).json()

    assert [answer["recommendation"] for answer in answers] == ["advance", "hold"]
    assert _kept(records) == 2


def test_a_batch_with_one_bad_item_keeps_nothing(records: Settings, live: TestClient) -> None:
    answer = live.post("/v1/score/batch", json={"items": [INTERVIEW, {"candidate_id": "C-2"}]})

    assert answer.status_code == 422
    assert _kept(records) == 0


def test_the_person_is_kept_as_a_pseudonym_only(records: Settings, live: TestClient) -> None:
    live.post("/v1/score", json={**INTERVIEW, "candidate_id": "zhang.san@example.com"})

    with postgres.engine(records).connect() as connection:
        row = connection.execute(sa.text("SELECT * FROM governance.decision")).one()
    assert "zhang" not in str(row)


@pytest.mark.parametrize("header", [None, "Basic abc", "Bearer", "Bearer hg_000000000000_ff", "Bearer x"])
def test_without_a_live_key_nothing_is_answered(records: Settings, header: str | None) -> None:
    client = TestClient(served.create(records), headers={"Authorization": header} if header else {})

    assert client.post("/v1/score", json=INTERVIEW).status_code == 401
    assert client.get("/v1/model").status_code == 401


def test_a_revoked_key_is_refused(records: Settings) -> None:
    client = served.client(records)
    api_keys.revoke(records, OPERATOR, api_keys.listed(records, OPERATOR)[0].prefix)

    assert client.get("/v1/model").json()["code"] == "unknown_key"


def test_keys_are_stored_as_hashes(records: Settings) -> None:
    key = api_keys.create(records, OPERATOR, "tester")

    with postgres.engine(records).connect() as connection:
        row = str(connection.execute(sa.text("SELECT * FROM app.api_key")).one())
    assert key.rsplit("_", 1)[1] not in row


def test_the_artifact_is_the_promoted_file_with_its_hash(records: Settings) -> None:
    sha256 = served.promote(records)

    answer = served.client(records).get("/v1/model/artifact")

    assert hashlib.sha256(answer.content).hexdigest() == sha256
    assert answer.headers["etag"] == f'"{sha256}"'


def test_who_has_the_artifact_is_told_so(records: Settings) -> None:
    sha256 = served.promote(records)

    answer = served.client(records).get("/v1/model/artifact", headers={"If-None-Match": f'"{sha256}"'})

    assert (answer.status_code, answer.content) == (304, b"")


def test_the_model_says_who_approved_it(live: TestClient) -> None:
    answer = live.get("/v1/model").json()

    assert answer["approved_by"] == ["chen"]
    assert answer["lease_state"] == "valid"


def test_a_promotion_is_served_by_the_next_request(records: Settings, live: TestClient) -> None:
    live.post("/v1/score", json=INTERVIEW)

    served.promote(records, "run-b", rounds=30)

    assert live.post("/v1/score", json=INTERVIEW).json()["model_version"] == "re-interview-pass@2"


def test_a_rollback_is_served_by_the_next_request(records: Settings, live: TestClient) -> None:
    served.promote(records, "run-b", rounds=30)
    live.post("/v1/score", json=INTERVIEW)

    releases.rollback(records, CHECKER, MODEL, reason="too many holds")

    assert live.post("/v1/score", json=INTERVIEW).json()["model_version"] == "re-interview-pass@1"


def _end_lease(settings: Settings, days_ago: int) -> None:
    ended = dt.datetime.now(dt.UTC) - dt.timedelta(days=days_ago)
    with postgres.engine(settings).begin() as connection:
        connection.execute(sa.text("ALTER TABLE governance.champion DISABLE TRIGGER USER"))
        connection.execute(sa.text("UPDATE governance.champion SET lease_until = :ended"), {"ended": ended})


def test_after_the_lease_every_answer_goes_to_a_person(records: Settings, live: TestClient) -> None:
    _end_lease(records, days_ago=1)

    answer = live.post("/v1/score", json=INTERVIEW).json()

    assert (answer["mode"], answer["recommendation"]) == ("review_only", "human_review")


def test_after_the_grace_it_refuses(records: Settings, live: TestClient) -> None:
    _end_lease(records, days_ago=90)

    answer = live.post("/v1/score", json=INTERVIEW)

    assert (answer.status_code, answer.json()["code"]) == (409, "lease_expired")


def test_readiness_names_its_causes(records: Settings, empty: TestClient) -> None:
    before = empty.get("/ready")
    served.promote(records)
    after = empty.get("/ready")

    assert (before.status_code, after.status_code) == (503, 200)
    assert {cause["name"] for cause in before.json()["causes"]} == {"records", "model"}


def test_another_systems_decision_is_not_found(records: Settings, live: TestClient) -> None:
    decision = live.post("/v1/score", json=INTERVIEW).json()["decision_id"]
    other = api_keys.create(records, OPERATOR, "other")

    own = live.get(f"/v1/decisions/{decision}")
    foreign = live.get(f"/v1/decisions/{decision}", headers={"Authorization": f"Bearer {other}"})

    assert (own.status_code, foreign.status_code) == (200, 404)


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"null", b"\xff", b'{"a":' * 5000])
def test_a_body_that_is_no_request_is_refused(live: TestClient, body: bytes) -> None:
    assert live.post("/v1/score", content=body).json()["code"] == "invalid_request"


def test_a_body_that_is_too_large_is_refused(live: TestClient) -> None:
    assert live.post("/v1/score", content=b" " * 5_000_000).status_code == 413

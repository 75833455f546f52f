"""What a careless or hostile caller sends to the HTTP API: refused as a problem, without a value of the request."""

import json
from typing import Any

import pytest
import sqlalchemy as sa
from fastapi.testclient import TestClient

from models import card_making, releases
from models.card import Card
from tests.models import served
from tests.models.release_builder import MODEL
from tests.models.served import INTERVIEW, OPERATOR
from warehouse import api_keys, postgres
from warehouse.access import Role
from warehouse.settings import Settings


@pytest.fixture
def live(records: Settings) -> TestClient:
    """An API with a promoted model."""
    served.promote(records)
    return served.client(records)


def test_what_is_no_score_is_refused_and_not_read_as_one(live: TestClient) -> None:
    values = ["true", "false", "NaN", "Infinity", "-Infinity", "1e400", "-1", "100.5", '"x"', "[]"]
    spaced = json.dumps(INTERVIEW | {"skills": [{"skill": "content_logic", "score": "HERE"}]})
    bodies = [spaced.replace('"HERE"', value) for value in values]

    answers = [live.post("/v1/score", content=body) for body in bodies]

    assert [one.json()["code"] for one in answers] == ["invalid_request"] * len(values)
    assert {one.json()["detail"].rpartition(":")[0] for one in answers} == {"skills.0.score"}


def test_two_scores_of_one_skill_are_refused(live: TestClient) -> None:
    """Whichever of the two counted, the answer would depend on the order of a list."""
    twice = [{"skill": "content_logic", "score": 1}, {"skill": "content_logic", "score": 99}]

    answer = live.post("/v1/score", json={**INTERVIEW, "skills": twice})

    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")


@pytest.mark.parametrize("route", ["/v1/score", "/v1/score/batch"])
def test_a_body_that_is_no_request_is_refused_as_a_problem(live: TestClient, route: str) -> None:
    bodies = [
        b"",
        b"[]",
        b"null",
        b"{",
        b"\xff\xfe{",
        b'{"a":' * 200_000,
        b"[" * 500_000,
        b'{"items": [{}]}',
        b"1" * 6000,
    ]

    answers = [live.post(route, content=body) for body in bodies]

    assert {(one.status_code, one.headers["content-type"]) for one in answers} == {(422, "application/problem+json")}


def test_a_body_is_not_read_for_a_caller_without_a_key(live: TestClient) -> None:
    answer = live.post("/v1/score", content=b"x" * 5_000_000, headers={"Authorization": ""})

    assert (answer.status_code, answer.json()["code"]) == (401, "missing_key")


def test_a_batch_has_its_limits(live: TestClient) -> None:
    answers = [live.post("/v1/score/batch", json={"items": [INTERVIEW] * n}) for n in (0, 1001)]

    assert [one.json()["code"] for one in answers] == ["invalid_request"] * 2


def test_one_bad_item_keeps_none_of_a_batch(records: Settings, live: TestClient) -> None:
    live.post("/v1/score/batch", json={"items": [INTERVIEW, {**INTERVIEW, "assessment_score": 101}]})

    with postgres.engine(records).connect() as connection:
        assert connection.execute(sa.text("SELECT count(*) FROM governance.decision")).scalar_one() == 0


def test_the_same_person_twice_in_a_batch_gets_two_decisions_of_one_score(live: TestClient) -> None:
    first, second = live.post("/v1/score/batch", json={"items": [INTERVIEW, INTERVIEW]}).json()

    assert first["decision_id"] != second["decision_id"]
    assert (first["score"], first["reasons"]) == (second["score"], second["reasons"])


def test_an_empty_idempotency_key_is_refused(live: TestClient) -> None:
    """Taken as a key it would tie strangers' requests together."""
    answer = live.post("/v1/score", json=INTERVIEW, headers={"Idempotency-Key": ""})

    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")


def test_another_method_is_refused_as_a_problem(live: TestClient) -> None:
    answers = [live.request(*one) for one in (("GET", "/v1/score"), ("POST", "/v1/model"), ("DELETE", "/ready"))]

    assert {(one.status_code, one.json()["code"]) for one in answers} == {(405, "method_not_allowed")}
    assert all(one.headers["allow"] for one in answers)


def test_a_key_of_another_role_learns_nothing_of_scores(records: Settings, live: TestClient) -> None:
    roles = (Role.CANDIDATE, Role.INTERVIEW_SOURCE, Role.AUDITOR)
    keys = [api_keys.create(records, OPERATOR, f"other-{role.value}", role=role) for role in roles]
    routes = ("/v1/model", "/v1/model/artifact", "/v1/decisions/0e4c2d6c-94f6-4b0e-8b5b-3f8d5a1c9f00")

    answers = [live.get(route, headers={"Authorization": f"Bearer {key}"}) for key in keys for route in routes]

    assert {(one.status_code, one.json()["code"]) for one in answers} == {(403, "not_allowed")}


def test_what_is_no_key_is_refused(live: TestClient) -> None:
    schemes = ("Basic", "Bearer hg_", "Bearer", "bearer  ", "Bearer \xe9", "Bearer hg_a_b_c")

    answers = [live.get("/v1/model", headers={b"Authorization": one.encode("latin-1")}) for one in schemes]

    assert {(one.status_code, one.headers["www-authenticate"]) for one in answers} == {(401, "Bearer")}


def test_an_expired_key_is_refused(records: Settings, live: TestClient) -> None:
    key = api_keys.create(records, OPERATOR, "late", days=1)
    with postgres.engine(records).begin() as connection:
        connection.execute(sa.text("UPDATE app.api_key SET expires_at = now() WHERE name = 'late'"))

    assert live.get("/v1/model", headers={"Authorization": f"Bearer {key}"}).json()["code"] == "unknown_key"


def test_a_model_file_changed_in_the_ledger_is_not_served(records: Settings) -> None:
    served.promote(records)
    with postgres.engine(records).begin() as connection:
        connection.execute(sa.text("SET LOCAL session_replication_role = replica"))
        connection.execute(
            sa.text("UPDATE governance.release SET artifact = set_byte(artifact, 400, 255 - get_byte(artifact, 400))")
        )

    client = served.client(records)

    for answer in (client.post("/v1/score", json=INTERVIEW), client.get("/v1/model/artifact"), client.get("/v1/model")):
        assert (answer.status_code, answer.json()["code"]) == (503, "model_changed")
    assert not client.get("/ready").json()["is_ready"]


def test_a_cut_score_or_spec_changed_in_the_ledger_is_not_served(records: Settings) -> None:
    served.promote(records)
    with postgres.engine(records).begin() as connection:
        connection.execute(sa.text("SET LOCAL session_replication_role = replica"))
        connection.execute(
            sa.text("UPDATE governance.release SET details = jsonb_set(details, '{training,cut_score}', '0.01')")
        )

    answer = served.client(records).post("/v1/score", json=INTERVIEW)

    assert (answer.status_code, answer.json()["code"]) == (503, "model_changed")


def test_the_card_is_made_once_and_again_after_each_change(
    records: Settings, live: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[object] = []
    of_stored = card_making.of_stored

    def noted(*given: Any) -> Card:
        made.append(given)
        return of_stored(*given)

    monkeypatch.setattr(card_making, "of_stored", noted)

    cards = [live.get("/v1/model").json()["card"] for _ in range(3)]
    served.promote(records, "run-b")
    after = live.get("/v1/model").json()["card"]

    assert (len(made), cards[0] == cards[2]) == (2, True)
    assert after["run_id"] == "run-b"


def test_reasons_in_both_languages_are_the_strongest_contributions_of_the_score(live: TestClient) -> None:
    answer = live.post("/v1/score", json=INTERVIEW).json()

    contributions = [abs(reason["contribution"]) for reason in answer["reasons"]]
    assert contributions == sorted(contributions, reverse=True)
    assert all(reason["en"] != reason["zh"] for reason in answer["reasons"])


def test_the_lease_ends_with_its_last_moment(records: Settings) -> None:
    served.promote(records)
    pointer = releases.pointer(records, MODEL)
    assert pointer is not None

    ended = releases.champion(records, MODEL, at=pointer.lease_until)

    assert ended is not None
    assert ended.state.value == "review_only"

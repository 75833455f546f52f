"""A score that names its application goes back to that application's system, where a rule asks for it."""

import pytest
from fastapi.testclient import TestClient

from tests.models import served
from tests.models.served import INTERVIEW
from tests.warehouse.sync.messages import configure, live_source, rows
from warehouse.settings import Settings

WITH_APPLICATION = {**INTERVIEW, "application": {"source": "acme", "id": "a9"}}


@pytest.fixture
def live(records: Settings) -> TestClient:
    """An API with a promoted model, and a source that scores go back to."""
    served.promote(records)
    live_source(records, "acme")
    configure(records, rules=[{"when": "score_given", "push": "acme"}])
    return served.client(records)


def test_the_score_is_queued_with_its_decision_and_reasons(records: Settings, live: TestClient) -> None:
    answer = live.post("/v1/score", json=WITH_APPLICATION).json()

    (row,) = rows(records)
    assert (row.target, row.kind, row.payload["external_id"]) == ("acme", "score", "a9")
    assert row.payload["decision_id"] == answer["decision_id"]
    assert row.payload["score"] == answer["score"]


def test_a_repeated_request_is_queued_once(records: Settings, live: TestClient) -> None:
    for _ in range(2):
        live.post("/v1/score", json=WITH_APPLICATION, headers={"Idempotency-Key": "k1"})

    assert len(rows(records)) == 1


def test_each_item_of_a_batch_goes_to_its_own_application(records: Settings, live: TestClient) -> None:
    other = {**INTERVIEW, "candidate_id": "C-2", "application": {"source": "acme", "id": "a10"}}

    live.post("/v1/score/batch", json={"items": [WITH_APPLICATION, other, INTERVIEW]})

    assert sorted(row.payload["external_id"] for row in rows(records)) == ["a10", "a9"]


def test_without_an_application_or_a_rule_nothing_is_queued(records: Settings, live: TestClient) -> None:
    live.post("/v1/score", json=INTERVIEW)
    configure(records, rules=[])
    live.post("/v1/score", json=WITH_APPLICATION)

    assert rows(records) == []


def test_a_broken_file_of_rules_stops_no_score(records: Settings, live: TestClient) -> None:
    (records.home / "notifications.yaml").write_text("rules: [", encoding="utf-8")

    assert live.post("/v1/score", json=WITH_APPLICATION).status_code == 200

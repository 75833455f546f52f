"""Shadows beside the champion: each decision is scored once more, unseen, and nothing of it disturbs the answer."""

import asyncio
import json
import logging
import threading
import uuid
from collections.abc import Mapping

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text

from models import releases
from models.scorer import Scorer
from models.shadow_scoring import Gallery
from tests.models import served
from tests.models.release_builder import CHECKER, MAKER, MODEL
from warehouse.postgres import unit_of_work
from warehouse.settings import Settings


@pytest.fixture
def client(records: Settings) -> TestClient:
    """A champion, and a better-trained release in its shadow."""
    served.promote(records)
    served.offer(records, "run-b", rounds=40)
    releases.shadow(records, CHECKER, f"{MODEL}@2", reason="look at it for a month")
    return served.client(records)


def _scores(settings: Settings) -> list[Mapping[str, object]]:
    with unit_of_work(settings, MAKER) as session:
        found = session.execute(text("SELECT * FROM governance.shadow_score ORDER BY scored_at, decision_id"))
        return [dict(row) for row in found.mappings()]


def test_each_decision_is_scored_by_the_shadow_too(client: TestClient, records: Settings) -> None:
    answer = client.post("/v1/score", json=served.INTERVIEW).json()

    (kept,) = _scores(records)
    assert str(kept["decision_id"]) == answer["decision_id"]
    assert kept["score"] != answer["score"]
    assert kept["recommendation"] in {"advance", "hold"}


def test_the_answer_says_nothing_of_the_shadow(client: TestClient) -> None:
    answers = [client.post("/v1/score", json=served.INTERVIEW), client.get("/v1/model")]
    answers.append(client.get(f"/v1/decisions/{answers[0].json()['decision_id']}"))

    assert answers[0].json()["model_version"] == f"{MODEL}@1"
    assert not [answer for answer in answers if "shadow" in answer.text or f"{MODEL}@2" in answer.text]


def test_a_batch_is_shadowed_item_by_item(client: TestClient, records: Settings) -> None:
    items = [served.INTERVIEW | {"candidate_id": f"C-{number}"} for number in range(5)]

    answers = client.post("/v1/score/batch", json={"items": items}).json()

    assert {str(one["decision_id"]) for one in _scores(records)} == {one["decision_id"] for one in answers}


def test_a_replay_writes_no_second_score(client: TestClient, records: Settings) -> None:
    first = client.post("/v1/score", json=served.INTERVIEW, headers={"Idempotency-Key": "k"}).json()
    again = client.post("/v1/score", json=served.INTERVIEW, headers={"Idempotency-Key": "k"}).json()

    assert first == again
    assert len(_scores(records)) == 1


def test_what_the_shadow_cannot_score_is_kept_as_such(client: TestClient, records: Settings) -> None:
    bare = {name: value for name, value in served.INTERVIEW.items() if name != "skills"}

    client.post("/v1/score", json=bare)

    (kept,) = _scores(records)
    assert (kept["score"], kept["recommendation"]) == (None, "cannot_score")


def test_a_shadow_whose_file_cannot_be_read_disturbs_nobody(
    records: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    served.promote(records)
    served.offer(records, "run-b", content=b"no model")
    releases.shadow(records, CHECKER, f"{MODEL}@2", reason="by mistake")
    client = served.client(records)

    with caplog.at_level(logging.WARNING, "hiregate.shadow"):
        answer = client.post("/v1/score", json=served.INTERVIEW)

    assert answer.status_code == 200
    assert "failed on 1 decisions" in caplog.text
    assert str(served.INTERVIEW["candidate_id"]) not in caplog.text


def test_a_failing_shadow_is_counted_and_the_other_one_scores(client: TestClient, records: Settings) -> None:
    served.offer(records, "run-c", content=b"no model")
    releases.shadow(records, CHECKER, f"{MODEL}@3", reason="by mistake")

    client.post("/v1/score", json=served.INTERVIEW)

    metrics = client.get("/metrics").text
    assert f'hiregate_shadow_scores_total{{model="{MODEL}",state="failed"}}' in metrics
    assert len(_scores(records)) == 1


def test_a_shadow_that_hangs_keeps_no_answer_back(client: TestClient, records: Settings) -> None:
    """The answer has left as a whole while the shadow still stands; it goes on only when the test lets it."""
    stuck = Stuck()
    client.app.state.gallery = stuck  # type: ignore[attr-defined]

    told = asyncio.run(_answered_meanwhile(client, stuck))

    assert (told["status"], told["is_whole"], told["is_shadow_done"]) == (200, True, False)
    assert len(_scores(records)) == 1


class Stuck(Gallery):
    """A gallery in which the shadow waits until it is let go."""

    def __init__(self) -> None:
        super().__init__()
        self.go = threading.Event()
        self.is_done = False

    def scorer(self, settings: Settings, release_id: uuid.UUID) -> Scorer:
        self.go.wait(60)
        self.is_done = True
        return super().scorer(settings, release_id)


async def _answered_meanwhile(client: TestClient, stuck: Stuck) -> dict[str, object]:
    """What the caller has by the time that the answer is whole, taken from the server's own interface."""
    body = json.dumps(served.INTERVIEW).encode()
    headers = [(b"authorization", client.headers["authorization"].encode()), (b"content-type", b"application/json")]
    scope = {
        "type": "http", "method": "POST", "path": "/v1/score", "raw_path": b"/v1/score", "query_string": b"",
        "headers": headers, "http_version": "1.1", "scheme": "http", "server": ("t", 80), "client": ("127.0.0.1", 1),
    }  # fmt: skip
    told: dict[str, object] = {}
    is_whole = asyncio.Event()

    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Mapping[str, object]) -> None:
        if message["type"] == "http.response.start":
            told["status"] = message["status"]
        elif not message.get("more_body", False):
            is_whole.set()

    call: asyncio.Task[None] = asyncio.create_task(client.app(scope, receive, send))  # type: ignore[arg-type]
    await asyncio.wait_for(is_whole.wait(), 60)
    told |= {"is_whole": is_whole.is_set(), "is_shadow_done": stuck.is_done}
    stuck.go.set()
    await call
    return told


def test_a_shadow_that_was_ended_scores_no_more(client: TestClient, records: Settings) -> None:
    releases.unshadow(records, CHECKER, f"{MODEL}@2", reason="seen enough")

    client.post("/v1/score", json=served.INTERVIEW)

    assert _scores(records) == []


def test_a_protected_field_reaches_no_shadow_either(client: TestClient, records: Settings) -> None:
    answer = client.post("/v1/score", json=served.INTERVIEW | {"gender": "F"})

    assert answer.status_code == 422
    assert _scores(records) == []


def test_the_shadow_scores_as_it_would_as_champion(client: TestClient, records: Settings) -> None:
    """The same interview, after the shadow has been promoted: the oracle is the champion's own path."""
    client.post("/v1/score", json=served.INTERVIEW)
    releases.approve(records, CHECKER, f"{MODEL}@2", reason="agreed")
    releases.promote(records, MAKER, f"{MODEL}@2")

    answer = client.post("/v1/score", json=served.INTERVIEW | {"candidate_id": "C-2"}).json()

    (kept,) = _scores(records)
    assert answer["model_version"] == f"{MODEL}@2"
    assert (kept["score"], kept["band"], kept["recommendation"]) == (
        answer["score"], answer["band"], answer["recommendation"],
    )  # fmt: skip

"""`POST /v1/events/{source}`: who may send, how much, what is an event, and that an answer means a durable row."""

import asyncio
import hashlib
import hmac
import json
import logging
import time
from collections.abc import Callable, Iterator

import psycopg
import pytest
from fastapi.testclient import TestClient

from models import event_door
from models.api import create
from models.event_door import body_within
from models.problems import Problem
from tests.models.webhook_sender import PLAIN, SECRET, count, problem, signed, source, stored
from warehouse import postgres
from warehouse.settings import Settings
from warehouse.sync import gates

BODY = json.dumps(PLAIN)


@pytest.fixture
def client(records: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    """An API whose source `acme` signs as Standard Webhooks do, from an address of its own."""
    monkeypatch.setenv("ACME_SECRET", SECRET)
    monkeypatch.setenv("OTHER_SECRET", "s3cret-token")
    source(records)
    with TestClient(create(records), client=("192.0.2.7", 5000)) as ready:
        yield ready


def test_a_signed_event_is_durable_when_it_is_acknowledged(records: Settings, client: TestClient) -> None:
    answer = client.post("/v1/events/acme", content=BODY, headers=signed(BODY))

    assert (answer.status_code, list(answer.json())) == (202, ["id"])
    assert stored(records) == [("acme", "interview", PLAIN)]


def test_the_raw_bytes_are_kept_as_they_came(records: Settings, client: TestClient) -> None:
    body = '{ "candidate_id": "王",\n "score": 1.10 }'

    client.post("/v1/events/acme", content=body.encode(), headers=signed(body))

    with psycopg.connect(postgres.address(records)) as connection:
        assert connection.execute("SELECT payload FROM landing.inbox").fetchone() == (body.encode(),)


def test_the_same_key_again_answers_the_same_and_adds_nothing(records: Settings, client: TestClient) -> None:
    answers = [client.post("/v1/events/acme", content=BODY, headers=signed(BODY, ago_s=ago)) for ago in (0, 60, 5)]

    assert len({(answer.status_code, answer.text) for answer in answers}) == 1
    assert count(records) == 1


@pytest.mark.parametrize(
    "headers",
    [
        lambda: signed(BODY + " "),
        lambda: signed(BODY, secret="whsec_" + "A" * 32),
        lambda: {"content-type": "application/json"},
    ],
)
def test_what_the_source_did_not_sign_is_refused(
    records: Settings, client: TestClient, headers: Callable[[], dict[str, str]]
) -> None:
    answer = client.post("/v1/events/acme", content=BODY, headers=headers())

    assert problem(answer) == (401, "bad_signature")
    assert count(records) == 0


@pytest.mark.parametrize("ago_s", [400, -400])
def test_an_old_event_and_one_from_the_future_are_refused(client: TestClient, ago_s: float) -> None:
    answer = client.post("/v1/events/acme", content=BODY, headers=signed(BODY, ago_s=ago_s))

    assert problem(answer) == (401, "timestamp_outside")


def test_a_secret_is_replaced_without_a_restart_and_without_a_gap(
    records: Settings, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    newer = "whsec_" + "B" * 32
    monkeypatch.setenv("NEWER", newer)
    monkeypatch.setattr(gates, "LOOK_AGAIN_S", 0.0)
    source(records, secrets=["env:NEWER", "env:ACME_SECRET"])

    answers = [
        client.post("/v1/events/acme", content=BODY, headers=signed(BODY, id_, secret=secret))
        for id_, secret in (("a", SECRET), ("b", newer))
    ]

    assert [answer.status_code for answer in answers] == [202, 202]


@pytest.mark.parametrize("name", ["nobody", "plain_interviews", "Not A Name", "..%2f..%2fetc", "a" * 100])
def test_a_source_that_takes_no_webhooks_is_not_there(client: TestClient, name: str) -> None:
    assert problem(client.post(f"/v1/events/{name}", content=BODY)) == (404, "not_found")


@pytest.mark.parametrize(
    ("body", "media", "expected"),
    [
        ("{", "application/json", (400, "malformed")),
        ("", "application/json", (400, "malformed")),
        ("5", "application/json", (422, "invalid_request")),
        ("[]", "application/json", (422, "invalid_request")),
        ("{}", "application/cloudevents+json", (422, "invalid_request")),
        ("<a/>", "application/xml", (415, "unsupported_media_type")),
    ],
)
def test_what_is_no_event_is_refused_with_places_for_machines(
    client: TestClient, body: str, media: str, expected: tuple[int, str]
) -> None:
    answer = client.post("/v1/events/acme", content=body, headers=signed(body) | {"content-type": media})

    assert problem(answer) == expected
    assert all(set(fault) == {"path", "code"} for fault in answer.json()["errors"])


def test_nothing_personal_stands_in_a_refusal_or_in_the_log(
    client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger="hiregate")
    body = json.dumps({"specversion": "1.0", "id": "Zhang San", "Zhang San": "13800000000"})

    answer = client.post("/v1/events/acme", content=body, headers=signed(body) | {"x-request-id": "r1"})

    assert answer.status_code == 422
    assert not any(part in answer.text + caplog.text for part in ("Zhang", "138000"))


def test_a_body_over_the_sources_limit_is_refused(records: Settings, client: TestClient) -> None:
    source(records, "small", max_bytes=1024)

    assert problem(client.post("/v1/events/small", content=b" " * 1025)) == (413, "too_large")


@pytest.mark.parametrize(("declared", "parts_read"), [({"content-length": "5000"}, 0), ({}, 2)])
def test_a_body_is_not_read_further_than_its_limit(declared: dict[str, str], parts_read: int) -> None:
    read = []

    async def receive() -> dict[str, object]:
        read.append(600)
        return {"type": "http.request", "body": b" " * 600, "more_body": True}

    with pytest.raises(Problem, match="too_large"):
        asyncio.run(body_within(1024, declared, receive))
    assert len(read) == parts_read


def test_a_body_that_does_not_come_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(event_door, "BODY_S", 0.01)
    begun = [{"type": "http.request", "body": b"{", "more_body": True}]

    async def receive() -> dict[str, object]:
        return begun.pop() if begun else await asyncio.Event().wait()  # type: ignore[return-value]

    with pytest.raises(Problem, match="too_slow"):
        asyncio.run(body_within(1024, {}, receive))


def test_a_source_over_its_rate_is_told_when_to_come_again(
    records: Settings, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gates, "BURST_S", 2.0)
    source(records, "eager", scheme="none", secrets=[], rate_per_second=1)

    answers = [client.post("/v1/events/eager", json={"n": number}) for number in range(3)]

    assert [answer.status_code for answer in answers] == [202, 202, 429]
    assert int(answers[2].headers["retry-after"]) >= 1
    assert count(records) == 2


@pytest.mark.parametrize(("network", "status"), [("192.0.2.0/24", 202), ("198.51.100.4", 403)])
def test_a_source_with_a_list_of_addresses_is_heard_from_them_alone(
    records: Settings, client: TestClient, network: str, status: int
) -> None:
    source(records, "listed", scheme="none", secrets=[], allow_addresses=[network])

    assert client.post("/v1/events/listed", json={"n": 1}).status_code == status


def test_a_source_without_any_check_is_said_loudly(
    records: Settings, client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    source(records, "open", scheme="none", secrets=[])

    client.post("/v1/events/open", json={"n": 1})

    assert "ANYONE CAN SEND AS THE SOURCE open" in caplog.text


def test_a_source_whose_secret_is_not_there_lets_nothing_in_and_says_why(
    records: Settings, client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    source(records, "forgotten", secrets=["env:NOT_THERE"])

    answer = client.post("/v1/events/forgotten", content=BODY, headers=signed(BODY))

    assert problem(answer) == (503, "source_closed")
    assert "env:NOT_THERE" in caplog.text


def test_a_static_token_is_enough_for_a_source_that_has_nothing_better(records: Settings, client: TestClient) -> None:
    source(records, "token", scheme="static_token", secrets=["env:OTHER_SECRET"], header="X-AtsiToken")

    answers = [
        client.post("/v1/events/token", json=PLAIN, headers={"X-AtsiToken": token})
        for token in ("s3cret-token", "another")
    ]

    assert [answer.status_code for answer in answers] == [202, 401]


@pytest.mark.parametrize(
    ("headers", "fields"),
    [
        ({"webhook-id": "another"}, {}),
        ({}, {"specversion": "1.0", "id": "another", "source": "lever", "type": "hired"}),
        ({"ce-specversion": "1.0", "ce-id": "another", "ce-source": "lever", "ce-type": "hired"}, {}),
    ],
)
def test_an_overheard_lever_event_counts_once_whatever_else_names_it(
    records: Settings, client: TestClient, headers: dict[str, str], fields: dict[str, str]
) -> None:
    """Lever signs its token and time alone, so that nothing else may tell one event from another."""
    source(records, "lever", scheme="lever", secrets=["env:OTHER_SECRET"])
    token, at = "t1", int(time.time() * 1000)
    signature = hmac.new(b"s3cret-token", f"{token}{at}".encode(), hashlib.sha256).hexdigest()
    body = {"token": token, "triggeredAt": at, "signature": signature, "event": "candidateHired"}

    first = client.post("/v1/events/lever", json=body)
    again = client.post("/v1/events/lever", json=body | fields, headers=headers)

    assert (first.status_code, first.json()) == (202, again.json())
    assert count(records) == 1


def test_linkedin_hears_200_and_its_own_error_fields(records: Settings, client: TestClient) -> None:
    source(records, "linkedin", scheme="linkedin", secrets=["env:OTHER_SECRET"])
    body = b'{"name": "\xe7\x8e\x8b"}'
    signature = hmac.new(b"s3cret-token", b'hmacsha256={"name": "\\u738b"}', hashlib.sha256).hexdigest()

    taken = client.post("/v1/events/linkedin", content=body, headers={"X-LI-Signature": signature})
    refused = client.post("/v1/events/linkedin", content=body, headers={"X-LI-Signature": "00"})

    assert taken.status_code == 200
    assert (refused.status_code, refused.json()["errorCode"]) == (401, "bad_signature")


def test_linkedin_s_challenge_is_answered_for_uuids_alone(records: Settings, client: TestClient) -> None:
    """Whatever else was signed here could be a delivery that somebody wants to forge."""
    source(records, "linkedin", scheme="linkedin", secrets=["env:OTHER_SECRET"])
    code = "890e4665-4dfe-4ab1-b689-ed553bceeed0"

    answer = client.get("/v1/events/linkedin", params={"challengeCode": code})
    forging = client.get("/v1/events/linkedin", params={"challengeCode": 'hmacsha256={"jobApplicationId":"x"}'})

    expected = hmac.new(b"s3cret-token", code.encode(), hashlib.sha256).hexdigest()
    assert answer.json() == {"challengeCode": code, "challengeResponse": expected}
    assert problem(forging) == (422, "invalid_request")


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH"])
def test_other_methods_are_refused(client: TestClient, method: str) -> None:
    answer = client.request(method, "/v1/events/acme")

    assert problem(answer) == (405, "method_not_allowed")
    assert answer.headers["allow"] == "POST"


def test_where_postgresql_is_away_nothing_is_acknowledged(records: Settings, client: TestClient) -> None:
    client.get("/health")
    name = psycopg.conninfo.conninfo_to_dict(postgres.address(records))["dbname"]
    with psycopg.connect(postgres.address(records, "postgres"), autocommit=True) as admin:
        admin.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        away = client.post("/v1/events/acme", content=BODY, headers=signed(BODY))
        admin.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
    back = client.post("/v1/events/acme", content=BODY, headers=signed(BODY))

    assert problem(away) == (503, "unavailable")
    assert away.headers["retry-after"] == "1"
    assert (back.status_code, count(records)) == (202, 1)

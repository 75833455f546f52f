"""Clients that we did not write send, we accept: `standardwebhooks` signs, `cloudevents` makes the messages."""

import datetime as dt
import json
from collections.abc import Iterator
from typing import Any

import pytest
from cloudevents.core.bindings.http import HTTPMessage, to_binary_event, to_structured_event
from cloudevents.core.v1.event import CloudEvent
from fastapi.testclient import TestClient

from models.api import create
from tests.models.webhook_sender import PLAIN, SECRET, signed, source, stored
from warehouse.settings import Settings


@pytest.fixture
def client(records: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    """An API with a source that signs and one that does not."""
    monkeypatch.setenv("ACME_SECRET", SECRET)
    source(records)
    source(records, "open", scheme="none", secrets=[])
    with TestClient(create(records)) as ready:
        yield ready


def _event(id_: str = "e1") -> CloudEvent:
    attributes = {
        "id": id_,
        "source": "/connectors/acme/王",
        "type": "talent.interview.completed.v1",
        "specversion": "1.0",
        "time": dt.datetime(2026, 5, 1, 9, tzinfo=dt.UTC),
        "datacontenttype": "application/json",
        "subject": "interview/王小明",
    }
    return CloudEvent(attributes, PLAIN)


def _post(client: TestClient, message: HTTPMessage, name: str = "open", **headers: str) -> Any:
    return client.post(f"/v1/events/{name}", content=message.body, headers={**message.headers, **headers})


def test_an_event_in_structured_and_in_binary_mode_is_the_same_event(records: Settings, client: TestClient) -> None:
    structured, binary = (_post(client, made(_event())) for made in (to_structured_event, to_binary_event))

    assert (structured.status_code, structured.text) == (binary.status_code, binary.text) == (202, structured.text)
    ((_, entity, payload),) = stored(records)
    assert (entity, payload["data"]) == ("talent.interview.completed.v1", PLAIN)  # type: ignore[index]


def test_an_event_in_binary_mode_keeps_attributes_and_data_together(records: Settings, client: TestClient) -> None:
    _post(client, to_binary_event(_event()))

    ((_, _, payload),) = stored(records)
    assert payload["subject"] == "interview/王小明"  # type: ignore[index]
    assert payload["data"] == PLAIN  # type: ignore[index]


def test_a_batch_is_answered_with_a_row_an_event_and_repeated_ones_with_theirs(
    records: Settings, client: TestClient
) -> None:
    events = [json.loads(to_structured_event(_event(id_)).body) for id_ in ("e1", "e2", "e1")]

    answer = client.post(
        "/v1/events/open", json=events, headers={"content-type": "application/cloudevents-batch+json"}
    ).json()

    assert answer["ids"] == [answer["id"], answer["ids"][1], answer["id"]]
    assert len(stored(records)) == 2


def test_a_cloud_event_travels_under_a_standard_webhooks_signature(client: TestClient) -> None:
    message = to_structured_event(_event())
    headers = signed(message.body.decode(), "e1")
    headers.pop("content-type")

    answers = [_post(client, message, "acme", **headers).status_code for _ in range(2)]
    changed = HTTPMessage(headers=message.headers, body=message.body.replace(b"71.5", b"99.5"))

    assert answers == [202, 202]
    assert _post(client, changed, "acme", **headers).status_code == 401

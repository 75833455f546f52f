"""SuccessFactors' SOAP event at the door of the inbox: its own token, its own answer, one row."""

from collections.abc import Iterator

import pytest
import yaml
from fastapi.testclient import TestClient

from models.api import create
from tests.models.webhook_sender import count, problem, stored
from tests.standins.successfactors import TRIGGER_TOKEN, SuccessFactors
from tests.standins.successfactors_tenant import small_tenant
from warehouse.settings import Settings

TENANT = SuccessFactors(small_tenant(candidates=1, requisitions=1))
XML = {"content-type": "text/xml; charset=utf-8"}


@pytest.fixture
def client(records: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    """An API with the source acme_sf, whose alerts carry a token."""
    monkeypatch.setenv("ACME_SF_TOKEN", TRIGGER_TOKEN)
    webhook = {"scheme": "static_token", "secrets": ["env:ACME_SF_TOKEN"]}
    records.sources.mkdir(parents=True, exist_ok=True)
    document = {"source": "acme_sf", "connector": "successfactors", "webhook": webhook}
    (records.sources / "acme_sf.yaml").write_text(yaml.safe_dump(document), encoding="utf-8")
    with TestClient(create(records)) as ready:
        yield ready


def test_an_alert_is_kept_once_and_answered_in_soap(records: Settings, client: TestClient) -> None:
    answers = [client.post("/v1/events/acme_sf", content=TENANT.event(90_123), headers=XML) for _ in range(2)]

    assert {(one.status_code, one.headers["content-type"]) for one in answers} == {(200, "text/xml")}
    assert "<entityId>90123</entityId>" in answers[0].text
    assert stored(records) == [
        (
            "acme_sf",
            "rcm_assessment_alert_v2",
            {"orderId": "90123", "entityId": "90123", "entityName": "AssessmentOrder"},
        )
    ]


def test_an_alert_with_another_token_is_refused(records: Settings, client: TestClient) -> None:
    answer = client.post("/v1/events/acme_sf", content=TENANT.event(1, token="guessed"), headers=XML)

    assert problem(answer) == (401, "bad_signature")
    assert count(records) == 0


def test_xml_that_is_no_alert_is_refused(records: Settings, client: TestClient) -> None:
    answer = client.post("/v1/events/acme_sf", content=b"<a/>", headers=XML)

    assert problem(answer) == (422, "invalid_request")
    assert count(records) == 0

"""One trace from the caller to the records: through the API, the inbox and its notice, the score, the next system."""

from collections.abc import Iterator

import psycopg
import pytest
from fastapi.testclient import TestClient

from models.api import create
from tests.models import served
from tests.models.served import INTERVIEW
from tests.standins.newrelic import NewRelic, attributes_of, points_of
from tests.standins.standin import StandIn, running
from tests.telemetry_collector import collecting
from validation.contracts import check_batch
from warehouse import api_keys, postgres, telemetry
from warehouse.access import Role
from warehouse.settings import Settings
from warehouse.sync.follow import Follower
from warehouse.sync.inbox import CHANNEL
from warehouse.sync.kit.client import Client
from warehouse.sync.kit.clock import JumpingClock
from warehouse.sync.kit.errors import ConnectorError

TRACE = "0af7651916cd43dd8448eb211c80319c"
HEADERS = {"traceparent": f"00-{TRACE}-b7ad6b7169203331-01"}
RESULT = {"candidate_id": "C-1", "interview_time": "2026-05-01 09:00:00", "assessment_score": 71, "skills": []}


@pytest.fixture
def collector(monkeypatch: pytest.MonkeyPatch) -> Iterator[NewRelic]:
    """The collector that this process exports to."""
    with collecting(monkeypatch) as found:
        yield found


def _spans(collector: NewRelic) -> dict[str, object]:
    telemetry.shut_down()
    return {span.name: span for span in collector.spans}


def test_a_scoring_request_is_one_trace_without_any_value_of_it(records: Settings, collector: NewRelic) -> None:
    served.promote(records)

    served.client(records).post("/v1/score", json=INTERVIEW, headers=HEADERS)

    spans = _spans(collector)
    assert {name: spans[name].trace_id.hex() for name in ("http.request", "score")} == {
        "http.request": TRACE,
        "score": TRACE,
    }
    assert attributes_of(spans["http.request"].attributes) == {
        "method": "POST",
        "route": "/v1/score",
        "status_code": "200",
    }
    assert not any(b"C-1" in span.SerializeToString() for span in collector.spans)


def test_scores_are_counted_as_they_are_given(records: Settings, collector: NewRelic) -> None:
    served.promote(records)

    served.client(records).post("/v1/score", json=INTERVIEW)

    telemetry.shut_down()
    [point] = points_of(collector.metric("scores.given")[0])
    assert attributes_of(point.attributes) == {"model": "re-interview-pass", "recommendation": "advance"}


def test_the_notice_of_the_inbox_carries_the_callers_trace(records: Settings, collector: NewRelic) -> None:
    key = api_keys.create(records, served.OPERATOR, "vendor", role=Role.INTERVIEW_SOURCE)
    with (
        psycopg.connect(postgres.address(records), autocommit=True) as listening,
        TestClient(create(records), headers={"Authorization": f"Bearer {key}"}) as client,
    ):
        listening.execute(f"LISTEN {CHANNEL}")
        answer = client.post("/v1/interviews", json=RESULT, headers=HEADERS)
        [notice] = listening.notifies(timeout=5, stop_after=1)

    put = _spans(collector)["inbox.put"]
    assert answer.status_code == 202
    assert notice.payload == f"00-{TRACE}-{put.span_id.hex()}-01"


def test_without_an_endpoint_the_notice_is_empty(records: Settings) -> None:
    key = api_keys.create(records, served.OPERATOR, "vendor", role=Role.INTERVIEW_SOURCE)
    with (
        psycopg.connect(postgres.address(records), autocommit=True) as listening,
        TestClient(create(records), headers={"Authorization": f"Bearer {key}"}) as client,
    ):
        listening.execute(f"LISTEN {CHANNEL}")
        client.post("/v1/interviews", json=RESULT, headers=HEADERS)
        [notice] = listening.notifies(timeout=5, stop_after=1)

    assert notice.payload == ""


def test_a_call_to_an_outside_system_carries_the_trace_and_its_failures_are_counted(collector: NewRelic) -> None:
    vendor = StandIn("vendor")
    vendor.faults.inject("403")
    with running(vendor) as url, telemetry.span("connector.run", parent=HEADERS["traceparent"], source="acme"):
        client = Client(source="acme", base_url=url, clock=JumpingClock())
        with pytest.raises(ConnectorError):
            client.get("rows")

    telemetry.shut_down()
    [metric] = collector.metric("connector.http.errors")
    assert vendor.seen[0].headers["traceparent"].split("-")[1] == TRACE
    assert attributes_of(points_of(metric)[0].attributes) == {"source": "acme", "status_code": "403"}


def test_an_event_is_one_chain_from_the_request_to_the_lake(records: Settings, collector: NewRelic) -> None:
    key = api_keys.create(records, served.OPERATOR, "vendor", role=Role.INTERVIEW_SOURCE)
    with (
        psycopg.connect(postgres.address(records), autocommit=True) as listening,
        TestClient(create(records), headers={"Authorization": f"Bearer {key}"}) as client,
    ):
        listening.execute(f"LISTEN {CHANNEL}")
        client.post("/v1/interviews", json=RESULT, headers=HEADERS)
        traces = {notice.payload for notice in listening.notifies(timeout=5, stop_after=1)}

    taken = Follower(records, check=check_batch).once(traces)

    spans = _spans(collector)
    assert taken == 1
    assert [link.trace_id.hex() for link in spans["intake"].links] == [TRACE]
    assert spans["refresh"].parent_span_id == spans["intake"].span_id
    [lag] = points_of(collector.metric("connector.lag.seconds")[0])
    assert (lag.count, attributes_of(lag.attributes)["source"]) == (1, "plain_interviews")


def test_looking_at_an_empty_inbox_leaves_no_span(records: Settings, collector: NewRelic) -> None:
    Follower(records, check=check_batch).once()

    assert _spans(collector) == {}

"""Telemetry as a real collector sees it: off without an endpoint, deltas with one, and nothing but allowed names."""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.standins import newrelic
from tests.standins.newrelic import NewRelic, attributes_of, points_of
from tests.telemetry_collector import collecting
from warehouse import telemetry, telemetry_words
from warehouse.telemetry_words import METRICS, Attributes

ROOT = Path(__file__).resolve().parents[2]
PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
UNSAMPLED = PARENT[:-2] + "00"
DELTA = 1


@pytest.fixture
def collector(monkeypatch: pytest.MonkeyPatch) -> Iterator[NewRelic]:
    """New Relic's stand-in, which this process exports to; `telemetry.shut_down()` sends."""
    with collecting(monkeypatch) as found:
        yield found


def test_without_an_endpoint_no_library_is_loaded() -> None:
    program = (
        "import sys; from warehouse import telemetry\n"
        "telemetry.count('webhook.verified', source='a')\n"
        "with telemetry.span('intake', source='a') as act: act.note(rows=1)\n"
        "print(telemetry.traceparent(), any(name.startswith('opentelemetry') for name in sys.modules))"
    )
    environment = {name: value for name, value in os.environ.items() if not name.startswith("OTEL_")}

    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True)

    assert done.stdout.split() == ["None", "False"]


def test_counts_arrive_as_deltas(collector: NewRelic) -> None:
    telemetry.count("connector.records.read", 3, source="acme", entity="Candidate")
    telemetry.count("connector.records.read", 4, source="acme", entity="Candidate")

    telemetry.shut_down()

    [metric] = collector.metric("connector.records.read")
    [point] = points_of(metric)
    assert (point.as_int, metric.sum.aggregation_temporality, metric.sum.is_monotonic) == (7, DELTA, True)
    assert attributes_of(point.attributes) == {"source": "acme", "entity": "Candidate"}


def test_a_second_export_holds_only_what_is_new(collector: NewRelic) -> None:
    telemetry.count("webhook.verified", 5, source="acme")
    telemetry.shut_down()
    telemetry.count("webhook.verified", 2, source="acme")

    telemetry.shut_down()

    assert [points_of(metric)[0].as_int for metric in collector.metric("webhook.verified")] == [5, 2]


def test_a_lag_is_a_histogram_of_seconds(collector: NewRelic) -> None:
    for seconds in (0.5, 20, 4_000):
        telemetry.measure("connector.lag.seconds", seconds, source="acme", entity="Candidate")

    telemetry.shut_down()

    [point] = points_of(collector.metric("connector.lag.seconds")[0])
    assert (point.count, point.sum) == (3, 4_020.5)
    assert tuple(point.explicit_bounds) == telemetry_words.LAG_BOUNDS_S


def test_a_gauge_is_read_at_the_export(collector: NewRelic) -> None:
    values = [12.0]
    telemetry.observe("pipeline.freshness.seconds", lambda: [(values[0], Attributes(source="acme", entity="all"))])
    values[0] = 34.0

    telemetry.shut_down()

    [point] = points_of(collector.metric("pipeline.freshness.seconds")[0])
    assert point.as_double == 34.0


def test_every_metric_of_the_list_can_be_exported(collector: NewRelic) -> None:
    for name, metric in METRICS.items():
        if metric.instrument == "counter":
            telemetry.count(name)
        elif metric.instrument == "histogram":
            telemetry.measure(name, 1.0)
        else:
            telemetry.observe(name, lambda: [(1.0, Attributes())])

    telemetry.shut_down()

    assert {metric.name for metric in collector.metrics} == set(METRICS)


def test_a_name_that_is_not_on_the_list_does_not_leave(collector: NewRelic) -> None:
    """The type checker refuses such a call; whoever gets around it is stopped here."""
    smuggled = {"candidate_id": "C-1", "email": "ada@example.org", "score": 0.7, "source": "acme"}
    telemetry.count("webhook.verified", 1, **smuggled)
    with telemetry.span("intake", **smuggled) as act:
        act.note(full_name="Ada Lovelace")

    telemetry.shut_down()

    assert collector.names() == {"source"}


def test_an_error_leaves_its_class_and_never_its_message(collector: NewRelic) -> None:
    with pytest.raises(ValueError, match="Lovelace"), telemetry.span("intake", source="acme"):
        raise ValueError("cannot read the score of Ada Lovelace")

    telemetry.shut_down()

    [span] = collector.spans
    assert span.status.message == "ValueError"
    assert b"Lovelace" not in span.SerializeToString()


def test_a_span_belongs_to_the_trace_that_came_with_the_request(collector: NewRelic) -> None:
    with telemetry.span("http.request", parent=PARENT), telemetry.span("score"):
        carried = telemetry.traceparent()

    telemetry.shut_down()

    score, request = collector.spans
    assert {span.trace_id.hex() for span in (score, request)} == {PARENT.split("-")[1]}
    assert request.parent_span_id.hex() == PARENT.split("-")[2]
    assert carried == f"00-{score.trace_id.hex()}-{score.span_id.hex()}-01"


def test_an_outgoing_request_carries_the_trace_and_not_what_a_stranger_wrote(collector: NewRelic) -> None:
    headers: dict[str, str] = {}

    with telemetry.span("outbox.send", parent=PARENT):
        telemetry.carry(headers)

    assert list(headers) == ["traceparent"]
    assert headers["traceparent"].split("-")[1] == PARENT.split("-")[1]


def test_work_that_finishes_others_work_links_to_it(collector: NewRelic) -> None:
    with telemetry.span("intake", links=[PARENT, "nonsense"]):
        pass

    telemetry.shut_down()

    assert [link.trace_id.hex() for link in collector.spans[0].links] == [PARENT.split("-")[1]]


def test_a_caller_that_does_not_sample_is_not_sampled(collector: NewRelic) -> None:
    with telemetry.span("http.request", parent=UNSAMPLED):
        pass

    telemetry.shut_down()

    assert collector.spans == []


@pytest.mark.parametrize(
    "header", ["", "00-zz-zz-01", "x" * 600, PARENT.upper(), "00-" + "0" * 32 + "-" + "0" * 16 + "-01"]
)
def test_a_header_that_is_no_traceparent_begins_a_trace_of_its_own(collector: NewRelic, header: str) -> None:
    with telemetry.span("http.request", parent=header):
        pass

    telemetry.shut_down()

    assert collector.spans[0].parent_span_id == b""


def test_the_service_is_named_and_no_person_or_path_is(collector: NewRelic) -> None:
    telemetry.count("webhook.verified", source="acme")

    telemetry.shut_down()

    [resource] = collector.resources
    assert resource["service.name"] == "hiregate"
    assert set(resource) <= {
        "service.name",
        "service.version",
        "service.instance.id",
        "telemetry.sdk.language",
        "telemetry.sdk.name",
        "telemetry.sdk.version",
    }


def test_a_name_given_in_the_environment_wins(collector: NewRelic, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_SERVICE_NAME", "hiregate-east")
    telemetry.count("webhook.verified", source="acme")

    telemetry.shut_down()

    assert collector.resources[0]["service.name"] == "hiregate-east"


def test_without_the_key_nothing_is_taken_and_the_work_goes_on(
    collector: NewRelic, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_HEADERS", "api-key=wrong-licence")
    telemetry.count("webhook.verified", source="acme")

    telemetry.shut_down()

    assert (collector.metrics, collector.seen[-1].status) == ([], 403)
    assert "wrong-licence" not in caplog.text


def test_another_path_is_unknown_there(collector: NewRelic, monkeypatch: pytest.MonkeyPatch) -> None:
    endpoint = os.environ["OTEL_EXPORTER_OTLP_ENDPOINT"]
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", f"{endpoint}/v1/metric")
    telemetry.count("webhook.verified", source="acme")

    telemetry.shut_down()

    assert (collector.seen[-1].path, collector.seen[-1].status) == ("/v1/metric", 404)


def test_a_refusal_for_now_is_tried_again(collector: NewRelic) -> None:
    collector.faults.inject("429", path="/v1/metrics", retry_after="0")
    telemetry.count("webhook.verified", 6, source="acme")

    telemetry.shut_down()

    assert [one.status for one in collector.seen if one.path == "/v1/metrics"] == [429, 200]
    assert points_of(collector.metric("webhook.verified")[0])[0].as_int == 6


def test_many_series_are_sent_in_parts_that_new_relic_takes(
    collector: NewRelic, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_COMPRESSION", "none")
    for number in range(1_900):
        letters = "".join(chr(97 + int(digit)) for digit in str(number))
        telemetry.measure("connector.lag.seconds", 1.0, source=letters, entity="Candidate")

    telemetry.shut_down()

    assert sum(len(points_of(metric)) for metric in collector.metrics) == 1_900
    assert max(collector.sizes) <= newrelic.LARGEST_BYTES


def test_more_than_a_megabyte_is_refused_by_the_stand_in(collector: NewRelic, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(newrelic, "LARGEST_BYTES", 50)
    telemetry.count("webhook.verified", source="acme")

    telemetry.shut_down()

    assert collector.seen[-1].status == 413


def test_an_unreachable_collector_stops_nothing(collector: NewRelic, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9")
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_TIMEOUT", "0.2")

    telemetry.count("webhook.verified", source="acme")
    with telemetry.span("intake"):
        pass

    telemetry.shut_down()


def test_a_protocol_that_is_not_spoken_is_said(
    collector: NewRelic, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc")

    telemetry.count("webhook.verified", source="acme")
    telemetry.shut_down()

    assert "only http/protobuf is spoken" in caplog.text
    assert collector.seen == []


@pytest.mark.parametrize(("name", "value"), [("OTEL_SDK_DISABLED", "true"), ("OTEL_EXPORTER_OTLP_ENDPOINT", "")])
def test_it_is_off_where_the_environment_says_so(
    collector: NewRelic, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)

    assert not telemetry.is_exporting()


def test_one_signal_alone_can_be_exported(collector: NewRelic, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_TRACES_EXPORTER", "none")
    telemetry.count("webhook.verified", source="acme")
    with telemetry.span("intake"):
        assert telemetry.traceparent() is None

    telemetry.shut_down()

    assert {one.path for one in collector.seen} == {"/v1/metrics"}


def test_a_listener_hears_counts_without_any_endpoint(monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[tuple[str, int, dict[str, object]]] = []

    class Ear:
        def count(self, name: str, n: int, attributes: Mapping[str, object]) -> None:
            heard.append((name, n, dict(attributes)))

    telemetry.listen(Ear())

    telemetry.count("webhook.rejected", 2, source="acme", reason="bad_signature")
    telemetry.count("webhook.rejected", 0, source="acme", reason="bad_signature")

    assert heard == [("webhook.rejected", 2, {"source": "acme", "reason": "bad_signature"})]

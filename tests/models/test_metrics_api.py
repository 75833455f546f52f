"""`GET /metrics`: what it counts, where its gauges come from, and who may read it."""

import datetime as dt
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa
from fastapi.testclient import TestClient
from prometheus_client.parser import text_string_to_metric_families

from models.api import create
from models.metrics_process import MOST_SERIES, ProcessMetrics
from tests.models import served
from tests.models.served import INTERVIEW, OPERATOR
from warehouse import api_keys, audit_log, jobs, postgres, telemetry
from warehouse.access import NOBODY
from warehouse.settings import Settings

Samples = dict[tuple[str, frozenset[tuple[str, str]]], float]


def _client(settings: Settings, host: str = "127.0.0.1") -> TestClient:
    return TestClient(create(settings), client=(host, 50_000))


def _read(client: TestClient) -> Samples:
    answer = client.get("/metrics")
    assert answer.status_code == 200, answer.text
    families = text_string_to_metric_families(answer.text)
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in families
        for sample in family.samples
    }


def _value(samples: Samples, name: str, **labels: str) -> float:
    return samples.get((name, frozenset(labels.items())), 0.0)


def _execute(settings: Settings, statement: str, **values: object) -> None:
    with postgres.engine(settings).begin() as connection:
        connection.execute(sa.text(statement), values)


def test_requests_are_counted_by_route_and_status(records: Settings) -> None:
    client = _client(records)
    labels = {"method": "GET", "route": "/v1/decisions/{decision_id}", "status": "401"}
    before = _value(_read(client), "hiregate_http_requests_total", **labels)

    client.get("/v1/decisions/7b0f6f0e-0000-4000-8000-000000000001")

    assert _value(_read(client), "hiregate_http_requests_total", **labels) == before + 1


def test_a_path_that_nothing_answers_is_not_a_label_of_its_own(records: Settings) -> None:
    client = _client(records)

    client.get("/someone@example.org")

    assert not [key for key in _read(client) if "someone" in str(key)]


def test_durations_are_a_histogram_whose_count_is_the_requests(records: Settings) -> None:
    client = _client(records)
    before = _value(_read(client), "hiregate_http_request_duration_seconds_count", method="GET", route="/health")

    client.get("/health")
    client.get("/health")

    after = _value(_read(client), "hiregate_http_request_duration_seconds_count", method="GET", route="/health")
    assert after == before + 2


def test_an_event_at_the_short_way_is_counted_under_its_route(records: Settings) -> None:
    client = _client(records)
    labels = {"method": "POST", "route": "/v1/events/{source}", "status": "404"}
    before = _value(_read(client), "hiregate_http_requests_total", **labels)

    client.post("/v1/events/nowhere", json={})

    assert _value(_read(client), "hiregate_http_requests_total", **labels) == before + 1


def test_what_telemetry_counts_is_in_the_text(records: Settings) -> None:
    client = _client(records)
    before = _value(_read(client), "hiregate_webhook_rejected_total", source="acme", reason="signature")

    telemetry.count("webhook.rejected", 3, source="acme", reason="signature")

    after = _value(_read(client), "hiregate_webhook_rejected_total", source="acme", reason="signature")
    assert after == before + 3


def test_scores_are_counted_by_model_and_recommendation(records: Settings) -> None:
    served.promote(records)
    client, labels = served.client(records), {"model": "re-interview-pass", "recommendation": "advance"}
    before = _value(_read(_client(records)), "hiregate_scores_given_total", **labels)

    client.post("/v1/score", json=INTERVIEW)

    assert _value(_read(_client(records)), "hiregate_scores_given_total", **labels) == before + 1


def test_a_sender_cannot_make_series_without_end() -> None:
    watched = ProcessMetrics()

    for number in range(MOST_SERIES + 50):
        letters = "".join(chr(97 + int(digit)) for digit in str(number))
        watched.count("webhook.verified", 1, {"source": letters})

    values = {sample.labels["source"]: sample.value for sample in _samples(watched, "hiregate_webhook_verified_total")}
    assert len(values) == MOST_SERIES + 1
    assert values["other"] == 50


def _samples(watched: ProcessMetrics, name: str) -> list:
    return [s for family in watched.registry.collect() for s in family.samples if s.name == name]


def test_backlog_and_age_are_those_of_the_waiting_rows(records: Settings) -> None:
    statement = (
        "INSERT INTO landing.inbox (source, idempotency_key, payload, received_at, handled_at) VALUES"
        " ('acme', '1', '{}', now() - interval '90 s', NULL), ('acme', '2', '{}', now() - interval '30 s', NULL),"
        " ('acme', '3', '{}', now() - interval '300 s', now())"
    )
    _execute(records, statement)

    samples = _read(_client(records))

    assert _value(samples, "hiregate_inbox_waiting", source="acme") == 2
    assert _value(samples, "hiregate_inbox_oldest_waiting_seconds", source="acme") == pytest.approx(90, abs=30)


def test_freshness_counts_successes_alone(records: Settings) -> None:
    statement = (
        "INSERT INTO landing.sync_run (source, entity, state, started_at, finished_at) VALUES"
        " ('acme', 'Candidate', 'succeeded', now() - interval '2 h', now() - interval '1 h'),"
        " ('acme', 'Candidate', 'failed', now() - interval '10 min', now() - interval '9 min')"
    )
    _execute(records, statement)

    samples = _read(_client(records))

    fresh = _value(samples, "hiregate_source_freshness_seconds", source="acme", entity="Candidate")
    at = _value(samples, "hiregate_source_last_success_timestamp_seconds", source="acme", entity="Candidate")
    assert fresh == pytest.approx(3_600, abs=60)
    assert at + fresh == pytest.approx(dt.datetime.now(dt.UTC).timestamp(), abs=60)


def test_messages_are_counted_by_target_and_state(records: Settings) -> None:
    statement = (
        "INSERT INTO landing.outbox (target, kind, idempotency_key, payload, state, created_by) VALUES"
        " ('hris', 'score', '1', '{}', 'pending', 't'), ('hris', 'score', '2', '{}', 'dead', 't'),"
        " ('hris', 'score', '3', '{}', 'dead', 't')"
    )
    _execute(records, statement)

    samples = _read(_client(records))

    assert _value(samples, "hiregate_outbox_messages", target="hris", state="dead") == 2
    assert _value(samples, "hiregate_outbox_messages", target="hris", state="pending") == 1


def test_the_lease_and_the_chain_are_those_of_the_ledger(records: Settings) -> None:
    served.promote(records)

    samples = _read(_client(records))

    with postgres.unit_of_work(records, NOBODY) as session:
        lines = audit_log.verify(session).lines
    assert _value(samples, "hiregate_audit_log_lines") == lines > 0
    assert _value(samples, "hiregate_lease_seconds_left", model="re-interview-pass") > 0


def test_jobs_are_counted_by_task_and_state(records: Settings) -> None:
    jobs.prepare(records)
    jobs.request_refresh(records)

    assert _value(_read(_client(records)), "hiregate_jobs", task="warehouse:refresh", state="todo") == 1


def test_without_records_the_rest_is_still_told(tmp_path: Path) -> None:
    nowhere = Settings(home=tmp_path, database_url=f"postgresql://nobody@/none?host={tmp_path}")

    samples = _read(_client(nowhere))

    assert _value(samples, "hiregate_records_reachable") == 0
    assert not [name for name, _ in samples if name.startswith("hiregate_inbox")]


def test_the_database_is_asked_once_for_scrapes_that_follow_closely(records: Settings) -> None:
    client = _client(records)
    _read(client)
    _execute(records, "INSERT INTO landing.inbox (source, idempotency_key, payload) VALUES ('late', '1', '{}')")

    samples = _read(client)

    assert ("hiregate_inbox_waiting", frozenset({("source", "late")})) not in samples


def test_from_another_machine_a_key_is_needed(records: Settings) -> None:
    client = _client(records, host="192.0.2.7")

    refused = client.get("/metrics")

    assert (refused.status_code, refused.json()["code"]) == (401, "missing_key")


def test_a_proxy_on_this_machine_does_not_make_its_callers_local(records: Settings) -> None:
    refused = _client(records).get("/metrics", headers={"X-Forwarded-For": "192.0.2.7"})

    assert refused.status_code == 401


def test_from_another_machine_a_scoring_key_will_do(records: Settings) -> None:
    key = api_keys.create(records, OPERATOR, "monitor")
    client = _client(records, host="192.0.2.7")

    answer = client.get("/metrics", headers={"Authorization": f"Bearer {key}"})

    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain")


def test_no_value_of_a_candidate_is_in_the_text(records: Settings) -> None:
    statement = (
        "INSERT INTO landing.inbox (source, idempotency_key, payload, entity) VALUES"
        " ('acme', 'candidate:C-1', '{\"name\": \"Ada Lovelace\"}', 'interview')"
    )
    _execute(records, statement)

    text = _client(records).get("/metrics").text

    assert "C-1" not in text
    assert "Lovelace" not in text


def test_reading_the_state_leaves_no_transaction_open(records: Settings) -> None:
    _read(_client(records))

    with psycopg.connect(postgres.address(records)) as connection:
        row = connection.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in trans%'"
        ).fetchone()
    assert row == (0,)

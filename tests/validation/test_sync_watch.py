"""What stands of all sources, and the alerts that follow from it."""

import datetime as dt

import psycopg
import pytest

from validation.outcome import Verdict
from validation.sync_watch import standing, watch
from warehouse import alerts, postgres
from warehouse.access import NOBODY, AccessDenied, Role, principal
from warehouse.settings import Settings

ADMIN = principal("ines", [Role.INTEGRATION_ADMIN])
SOURCE = """
source: acme
connector: webhook
mapping: plain_interviews
freshness_minutes: 60
webhook: {scheme: none}
"""


@pytest.fixture
def acme(records: Settings) -> Settings:
    """A configured source that has delivered nothing."""
    records.sources.mkdir(parents=True)
    (records.sources / "acme.yaml").write_text(SOURCE)
    return records


def _run(settings: Settings, minutes_ago: int, state: str = "succeeded", error: str | None = None) -> None:
    at = dt.datetime.now(dt.UTC) - dt.timedelta(minutes=minutes_ago)
    with psycopg.connect(postgres.address(settings)) as connection:
        connection.execute(
            "INSERT INTO landing.sync_run (source, entity, state, started_at, finished_at, error_code, error)"
            " VALUES ('acme', 'Interview', %s, %s, %s, 'unavailable', %s)",
            [state, at, at, error],
        )


def test_a_configured_source_that_never_came_is_listed(acme: Settings) -> None:
    (found,) = standing(acme, ADMIN)

    assert (found.name, found.verdict) == ("acme", Verdict.NOT_ENOUGH_EVIDENCE)
    assert [notice.code for _, notice in found.notices] == ["never_came"]


def test_a_source_within_its_target_passes_and_a_late_one_does_not(acme: Settings) -> None:
    _run(acme, 30)
    fresh = standing(acme, ADMIN)[0].verdict

    with psycopg.connect(postgres.address(acme)) as connection:
        connection.execute("UPDATE landing.sync_run SET finished_at = finished_at - interval '1 day'")

    assert (fresh, standing(acme, ADMIN)[0].verdict) == (Verdict.PASS, Verdict.BLOCK)


def test_a_failed_run_is_an_alert_until_a_run_succeeds(acme: Settings) -> None:
    _run(acme, 5, "failed", "the source answered 503")
    raised, again = watch(acme), watch(acme)

    _run(acme, 1)
    watch(acme)

    assert [(one.kind, one.subject) for one in raised] == [("sync.failed", "acme/Interview")]
    assert again == []
    assert alerts.alerts(acme, ADMIN) == ()


def test_a_file_that_cannot_be_used_is_named_with_its_reason(acme: Settings) -> None:
    (acme.sources / "broken.yaml").write_text("source: other\nconnector: webhook\nmapping: x\n")

    found = {state.name: state for state in standing(acme, ADMIN)}

    assert found["broken"].verdict is Verdict.BLOCK
    assert "broken.yaml" in str(found["broken"].broken)
    assert [one.kind for one in watch(acme) if one.subject == "broken"] == ["sync.broken"]


def test_a_source_whose_events_no_mapping_takes_says_so(acme: Settings) -> None:
    (acme.sources / "acme.yaml").write_text(SOURCE.replace("plain_interviews", "mappings/nowhere.yaml"))
    with psycopg.connect(postgres.address(acme)) as connection:
        connection.execute("INSERT INTO landing.inbox (source, idempotency_key, payload) VALUES ('acme', 'k', '{}')")

    assert "unmapped" in [notice.code for _, notice in standing(acme, ADMIN)[0].notices]


def test_files_that_somebody_loaded_by_hand_raise_no_alert_by_their_silence(records: Settings) -> None:
    with psycopg.connect(postgres.address(records)) as connection:
        connection.execute(
            "INSERT INTO landing.load (load_id, source, file_name, file_sha256, mapping_version, started_at,"
            " finished_at, actor, rows_read, rows_new, rows_changed, rows_unchanged, rows_rejected, tables)"
            " SELECT gen_random_uuid(), 'hand', 'f', 'x', 1, t, t, 'me', 50, 50, 0, 0, 0, '{}'"
            " FROM generate_series(now() - interval '8 weeks', now() - interval '2 days', interval '1 day') AS t"
        )

    assert "low_yield" in [notice.code for _, notice in standing(records, ADMIN)[0].notices]
    assert watch(records) == []


def test_the_state_as_json_holds_no_more_than_counts_and_moments(acme: Settings) -> None:
    _run(acme, 5)

    document = standing(acme, ADMIN)[0].as_json()

    assert document["entities"][0]["run"]["state"] == "succeeded"
    assert set(document) == {
        "source", "verdict", "connector", "verification", "owner", "notices", "rejects", "entities",
    }  # fmt: skip


def test_who_may_not_read_loads_learns_nothing(acme: Settings) -> None:
    for who in (NOBODY, principal("lee", [Role.HR_LEADER])):
        with pytest.raises(AccessDenied):
            standing(acme, who)

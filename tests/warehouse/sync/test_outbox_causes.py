"""Rules: what is queued, and in whose transaction, when an interview is complete or an offer accepted."""

import datetime as dt
import uuid
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from tests.builders import Builder
from tests.warehouse.sync.intake_source import Source, application, interview
from tests.warehouse.sync.messages import configure, live_source, person, rows
from warehouse import alerts, postgres
from warehouse.access import NOBODY, Principal, Role
from warehouse.alerts import Condition
from warehouse.postgres import DatabaseRole
from warehouse.settings import Settings
from warehouse.sync import outbox_causes
from warehouse.sync.outbox_causes import Cause
from warehouse.sync.outbox_subject import variables

_NOW = dt.datetime.now(dt.UTC)
_CHANNEL = {"channels": {"hr": {"url": "env:HR", "language": "zh", "mode": "live"}}}
_RULES = [{"when": "offer_accepted", "channel": "hr", "template": "onboarding_request"}]


def _accept(settings: Settings, application: uuid.UUID, *, days_ago: float = 0.0) -> int:
    """An accepted offer in one transaction, as the intake writes it, and what was queued with it."""
    at = _NOW - dt.timedelta(days=days_ago, minutes=5)
    with postgres.unit_of_work(settings, NOBODY, DatabaseRole.INTAKE) as session:
        Builder(session=session).offer(application, offered_at=at, accepted_at=at)
        return outbox_causes.follow(session, settings)


def test_without_a_file_nothing_is_queued(records: Settings) -> None:
    assert _accept(records, person(records)) == 0


def test_an_accepted_offer_asks_for_onboarding_by_key_alone(records: Settings) -> None:
    configure(records, **_CHANNEL, rules=_RULES)
    application = person(records)

    queued = _accept(records, application)

    (row,) = rows(records)
    assert (queued, row.kind, row.subject) == (1, "notification", f"application:{application}")
    assert "Wei" not in str(row.payload)


def test_the_same_offer_written_again_queues_nothing_more(records: Settings) -> None:
    configure(records, **_CHANNEL, rules=_RULES)
    _accept(records, person(records))

    with postgres.unit_of_work(records, NOBODY, DatabaseRole.INTAKE) as session:
        session.execute(sa.text("UPDATE hr.offer SET mapping_version = 2"))
        again = outbox_causes.follow(session, records)

    assert (again, len(rows(records))) == (0, 1)


def test_an_offer_of_long_ago_writes_to_nobody(records: Settings) -> None:
    configure(records, **_CHANNEL, rules=_RULES)

    assert _accept(records, person(records), days_ago=30) == 0


def test_only_decisions_that_the_rule_names_make_a_message(records: Settings) -> None:
    rule = {
        "when": "stage_decided",
        "channel": "hr",
        "template": "offer_request",
        "only": {"stage": ["re_interview"], "outcome": ["advanced"]},
    }
    configure(records, **_CHANNEL, rules=[rule])
    application = person(records)

    with postgres.unit_of_work(records, NOBODY, DatabaseRole.INTAKE) as session:
        builder = Builder(session=session, started=_NOW - dt.timedelta(days=2))
        for stage, outcome in (("ai_interview", "advanced"), ("re_interview", "advanced"), ("offer", "pending")):
            builder.stage_event(application, stage, outcome)
        queued = outbox_causes.follow(session, records)

    assert (queued, rows(records)[0].payload["facts"]["stage"]) == (1, "re_interview")


def test_a_completed_interview_is_told_once_whatever_its_revisions(records: Settings) -> None:
    rule = {"when": "ai_interview_complete", "webhook": "hooks"}
    configure(records, webhooks={"hooks": {"url": "https://example.com/", "secrets": ["env:S"]}}, rules=[rule])
    application, interview = person(records), uuid.uuid4()

    for revision, is_current in ((1, False), (2, True)):
        with postgres.unit_of_work(records, NOBODY, DatabaseRole.INTAKE) as session:
            Builder(session=session, started=_NOW - dt.timedelta(days=3, hours=1)).ai_interview(
                application, interview_id=interview, revision=revision, is_current=True
            )
            outbox_causes.follow(session, records)
            if not is_current:
                session.execute(sa.text("UPDATE hr.ai_interview SET is_current = false"))

    assert [row.payload["type"] for row in rows(records)] == ["talent.interview.completed.v1"]


def test_a_result_goes_back_only_to_the_source_that_knows_the_application(records: Settings) -> None:
    live_source(records, "acme")
    live_source(records, "other")
    rules = [{"when": "offer_accepted", "push": name} for name in ("acme", "other")]
    configure(records, rules=rules)

    _accept(records, person(records, source="acme"))

    (row,) = rows(records)
    assert (row.target, row.kind) == ("acme", "status")
    assert row.payload["external_id"].startswith("r")


def test_a_stage_move_that_a_rule_asks_for_still_waits_for_a_person(records: Settings) -> None:
    live_source(records, "acme")
    configure(records, rules=[{"when": "offer_accepted", "push": "acme", "kind": "stage_move", "to": "Hired"}])

    _accept(records, person(records, source="acme"))

    (row,) = rows(records)
    assert (row.kind, row.needs_person, row.payload["to"]) == ("stage_move", True, "Hired")


def test_a_score_goes_back_with_the_payload_that_pushers_expect(records: Settings) -> None:
    live_source(records, "acme")
    configure(records, rules=[{"when": "score_given", "push": "acme"}])
    score = {"score": 0.7, "band": "high", "recommendation": "advance", "decision_id": "d1", "reasons": []}
    cause = Cause(when="score_given", key="decision:d1", at=_NOW, source="acme", external_id="a9")

    with postgres.unit_of_work(records, Principal(id="api", roles=frozenset({Role.SCORING_CLIENT}))) as session:
        outbox_causes.score_given(session, records, score, cause)

    assert rows(records)[0].payload == {**score, "external_id": "a9"}


def test_an_alert_reaches_the_companys_own_channel_once(records: Settings) -> None:
    configure(records, **_CHANNEL, rules=[{"when": "alert_raised", "channel": "hr", "template": "alert_raised"}])
    condition = Condition(kind="zero_rows", subject="acme", verdict="block", en="No rows", zh="没有数据")
    watcher = Principal(id="service:health", roles=frozenset({Role.INTEGRATION_ADMIN}))

    for _ in range(2):
        alerts.follow(records, watcher, [condition], kinds=frozenset({"zero_rows"}))

    (row,) = rows(records)
    assert row.payload["facts"]["alert"] == {"en": "No rows", "zh": "没有数据"}


def test_an_alert_is_raised_although_the_file_is_broken(records: Settings) -> None:
    (records.home / "notifications.yaml").write_text("rules: [", encoding="utf-8")
    condition = Condition(kind="zero_rows", subject="acme", verdict="block", en="No rows", zh="没有数据")

    raised = alerts.follow(records, NOBODY, [condition], kinds=frozenset({"zero_rows"}))

    assert (raised, rows(records)) == ([condition], [])


@pytest.mark.parametrize(
    "content", ["rules: [{when: never}]", "rules: [", "rules: [{when: offer_accepted, push: nobody}]"]
)
def test_a_broken_file_stops_no_record_and_catch_up_queues_what_was_missed(records: Settings, content: str) -> None:
    (records.home / "notifications.yaml").write_text(content, encoding="utf-8")
    missed = _accept(records, person(records, source="nobody"))
    configure(records, **_CHANNEL, rules=_RULES)

    with postgres.unit_of_work(records, NOBODY) as session:
        caught = outbox_causes.catch_up(session, records, _NOW - dt.timedelta(hours=1))

    assert (missed, caught) == (0, 1)


def test_an_interview_that_comes_as_an_event_is_told_in_the_intakes_own_transaction(records: Settings) -> None:
    rule = {"when": "ai_interview_complete", "webhook": "hooks", "max_age_hours": 1_000_000}
    configure(records, webhooks={"hooks": {"url": "https://example.com/", "secrets": ["env:S"]}}, rules=[rule])
    source = Source(records)
    source.send_all([application(), interview()])

    source.take()

    assert [row.payload["data"]["application"] for row in rows(records)] == ["A1"]


def test_following_leaves_the_session_in_the_role_it_had(records: Settings) -> None:
    configure(records, **_CHANNEL, rules=_RULES)

    with postgres.unit_of_work(records, NOBODY) as session:
        outbox_causes.follow(session, records)
        role = session.execute(sa.text("SELECT current_setting('role')")).scalar_one()

    assert role == DatabaseRole.APP.value


def test_records_of_a_generated_source_make_dry_runs_only(records: Settings) -> None:
    configure(records, **_CHANNEL, rules=_RULES)
    application = person(records, source="demo")
    with postgres.engine(records).begin() as connection:
        connection.execute(
            sa.text(
                "INSERT INTO landing.load (load_id, source, file_name, file_sha256, mapping_version, started_at,"
                " finished_at, actor, rows_read, rows_new, rows_changed, rows_unchanged, rows_rejected, tables,"
                " is_generated) VALUES (gen_random_uuid(), 'demo', 'f', '', 1, now(), now(), 'x', 0, 0, 0, 0, 0,"
                " '{}', true)"
            )
        )

    _accept(records, application)

    assert rows(records)[0].is_dry_run


@pytest.mark.parametrize("zone", ["America/New_York", "Asia/Shanghai"])
@pytest.mark.parametrize("of_session", ["America/New_York", "UTC", "Asia/Shanghai"])
def test_the_day_of_a_hire_is_the_same_day_in_every_zone(records: Settings, zone: str, of_session: str) -> None:
    hook = {"url": "https://example.com/in", "secrets": ["env:S"], "mode": "live"}
    configure(records, webhooks={"payroll": hook}, rules=[{"when": "hire_recorded", "webhook": "payroll"}])
    application, day = person(records), _NOW.date()
    with postgres.unit_of_work(records, NOBODY, DatabaseRole.INTAKE) as session:
        session.execute(sa.text(f"SET LOCAL TimeZone = '{of_session}'"))
        Builder(session=session).hire(application, started_on=day)
        outbox_causes.follow(session, records)

    facts = rows(records)[0].payload["data"]

    assert facts["starts_on"] == day.isoformat()
    assert variables(facts, "en", ZoneInfo(zone))["starts_on"] == day.isoformat()

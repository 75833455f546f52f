"""`hiregate outbox …`: what an administrator sees and does with messages out."""

import json

import pytest
from typer.testing import CliRunner

from dashboards.outbox_cli import app
from tests.warehouse.sync.messages import configure, draft, live_source, person, queue, rows
from warehouse import identity
from warehouse.access import Principal, Role
from warehouse.settings import Settings
from warehouse.sync.push import MessageKind


@pytest.fixture
def home(records: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """The environment points at the test's home; mei administers HR, ivan the integrations."""
    monkeypatch.setenv("HIREGATE_HOME", str(records.home))
    monkeypatch.setenv("HIREGATE_DATABASE_URL", records.database_url)
    operator = Principal(id="op", roles=frozenset({Role.OPERATOR}))
    identity.grant(records, operator, "mei", Role.HR_ADMIN)
    identity.grant(records, operator, "ivan", Role.INTEGRATION_ADMIN)
    return records


def _said(*arguments: str) -> str:
    result = CliRunner().invoke(app, list(arguments), catch_exceptions=False)
    assert result.exit_code == 0
    return result.output


def test_a_stage_move_is_listed_released_and_listed_as_due(home: Settings) -> None:
    queue(home, draft(live_source(home), kind=MessageKind.STAGE_MOVE))
    number = str(rows(home)[0].outbox_id)

    before = _said("list", "--waiting", "--as", "mei")
    _said("release", number, "--as", "mei")
    after = json.loads(_said("list", "--json", "--as", "mei"))

    assert "waits for release" in before
    assert (after[0]["released_by"], after[0]["state"]) == ("mei", "pending")


def test_a_dry_run_shows_the_letter_without_the_name(home: Settings) -> None:
    words = {"company": {"en": "Acme", "zh": "安可"}, "human_contact": {"en": "call us", "zh": "来电"}}
    configure(home, **words, channels={"mail": {"url": "env:MAIL", "recipient": "email"}})
    payload = {
        "template": "ai_interview_complete",
        "application_id": str(person(home)),
        "facts": {"interviewed_on": "2026-03-02T01:00:00+00:00"},
    }
    queue(home, draft("channel:mail", kind=MessageKind.NOTIFICATION, payload=payload))

    shown = _said("show", str(rows(home)[0].outbox_id), "--as", "mei")

    assert "dry run" in shown
    assert "Dear ‹candidate's name›" in shown
    assert "Wei" not in shown


def test_a_webhook_is_shown_as_the_event_that_would_go(home: Settings) -> None:
    hook = {"url": "https://example.com/in", "secrets": ["env:S"], "personal": ["email"]}
    configure(home, webhooks={"erp": hook})
    payload = {"type": "talent.offer.accepted.v1", "at": "2026-03-02T01:00:00+00:00", "data": {"application": "a1"}}
    queue(home, draft("webhook:erp", kind=MessageKind.WEBHOOK, payload=payload))

    shown = json.loads(_said("show", str(rows(home)[0].outbox_id), "--json", "--as", "ivan"))

    assert shown["would_send"]["data"] == {"application": "a1", "candidate": {"email": "‹filled in at sending›"}}


def test_giving_up_and_trying_again(home: Settings) -> None:
    queue(home, draft(live_source(home)))
    number = str(rows(home)[0].outbox_id)

    _said("dead", number, "--as", "ivan")
    _said("retry", number, "--as", "ivan")

    assert rows(home)[0].state == "pending"


def test_sending_says_how_many(home: Settings) -> None:
    report = json.loads(_said("send", "--json", "--as", "ivan"))

    assert report == {"tried": 0, "sent": 0, "confirmed": 0, "failed": 0, "dead": 0}


@pytest.mark.parametrize(("language", "word"), [("en", "Dear"), ("zh", "您好")])
def test_a_template_is_previewed_in_both_languages(home: Settings, language: str, word: str) -> None:
    assert word in _said("preview", "ai_interview_complete", "--language", language)


def test_preview_without_a_name_lists_all_templates(home: Settings) -> None:
    assert _said("preview").split() == [
        "ai_interview_complete",
        "alert_raised",
        "offer_request",
        "onboarding_request",
        "re_interview_invitation",
    ]

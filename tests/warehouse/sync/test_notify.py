"""Notifications: the words in the recipient's language, through Apprise to a real receiver, and nothing kept."""

import json
import logging
from pathlib import Path

import pytest

from tests.warehouse.sync.messages import Clock, configure, draft, person, queue, rows
from tests.warehouse.sync.receiver import Receiver, receiving
from warehouse.settings import Settings
from warehouse.sync import notify_templates
from warehouse.sync.notify_config import CAUSE_VARIABLES, notifications
from warehouse.sync.notify_templates import Template, language_of
from warehouse.sync.outbox_delivery import send_due
from warehouse.sync.outbox_errors import MissingVariable, NotificationsInvalid, TemplateInvalid
from warehouse.sync.push import MessageKind

_WORDS = {
    "company": {"en": "Acme", "zh": "安可"},
    "human_contact": {"en": "write to people@acme.example", "zh": "请致信 people@acme.example"},
}
_RULE = {"when": "ai_interview_complete", "channel": "mail", "template": "ai_interview_complete"}
_MAIL = {"url": "env:MAIL", "recipient": "email", "mode": "live"}


@pytest.fixture
def receiver(monkeypatch: pytest.MonkeyPatch):
    """A receiver that stands for a mail service; its address with a place for the recipient is a secret."""
    with receiving() as found:
        monkeypatch.setenv("MAIL", found.url.replace("http://", "json://") + "/sesame/{to}")
        yield found


def _waiting(settings: Settings, channel: dict[str, str], **candidate: object) -> None:
    configure(settings, **_WORDS, channels={"mail": channel}, rules=[_RULE])
    payload = {
        "template": "ai_interview_complete",
        "application_id": str(person(settings, **candidate)),
        "facts": {"interviewed_on": "2026-03-02T20:30:00+00:00"},
    }
    queue(settings, draft("channel:mail", kind=MessageKind.NOTIFICATION, payload=payload))


def _received(receiver: Receiver) -> dict[str, str]:
    return json.loads(receiver.got[0].body)


def test_the_candidate_reads_what_was_automated_and_how_to_ask_for_a_person(
    records: Settings, receiver: Receiver
) -> None:
    _waiting(records, _MAIL)

    send_due(records, clock=Clock())

    said = _received(receiver)
    assert said["title"] == "Acme: your AI interview is complete"
    assert "Dear Wei Zhang" in said["message"]
    assert "software asked the questions" in said["message"]
    assert "write to people@acme.example" in said["message"]


@pytest.mark.parametrize("language", ["zh", "zh-CN", "ZH_Hans", "中文"])
def test_a_candidate_who_reads_chinese_is_written_to_in_chinese(
    records: Settings, receiver: Receiver, language: str
) -> None:
    _waiting(records, _MAIL, language=language)

    send_due(records, clock=Clock())

    assert "张伟，您好" in _received(receiver)["message"]


def test_days_are_those_of_the_companys_zone(records: Settings, receiver: Receiver) -> None:
    _waiting(records, _MAIL)

    send_due(records, clock=Clock())

    assert "on 2026-03-03 is complete" in _received(receiver)["message"]


def test_the_address_takes_its_place_in_the_channels_and_the_row_keeps_no_name(
    records: Settings, receiver: Receiver
) -> None:
    _waiting(records, _MAIL)

    send_due(records, clock=Clock())

    (row,) = rows(records)
    assert (row.state, receiver.got[0].path) == ("sent", "/sesame/wei@example.com")
    assert "Wei" not in str(row.payload)


@pytest.mark.parametrize(("contact", "code"), [(None, "no_contact"), ("", "no_contact")])
def test_who_left_no_address_gets_nothing(
    records: Settings, receiver: Receiver, contact: str | None, code: str
) -> None:
    _waiting(records, _MAIL, email=contact)

    send_due(records, clock=Clock())

    (row,) = rows(records)
    assert (row.state, row.error_code, receiver.got) == ("dead", code, [])


def test_a_service_that_refuses_is_tried_again_and_nothing_personal_is_logged(
    records: Settings, receiver: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    _waiting(records, _MAIL)
    receiver.answers.append((500, {}))

    send_due(records, clock=Clock())

    (row,) = rows(records)
    written = f"{caplog.text} {row.error} {row.receipt}"
    assert (row.state, row.error_code) == ("failed", "channel_refused")
    assert not any(word in written for word in ("Wei", "wei@", "sesame"))


def test_a_channel_without_its_secret_waits_and_says_which_reference(
    records: Settings, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("MAIL")
    _waiting(records, _MAIL)

    send_due(records, clock=Clock())

    (row,) = rows(records)
    assert (row.state, row.error_code) == ("failed", "SecretMissing")
    assert "env:MAIL" in str(row.error)


def test_a_channel_runs_dry_unless_it_says_live(records: Settings, receiver: Receiver) -> None:
    _waiting(records, {"url": "env:MAIL", "recipient": "email"})

    report = send_due(records, clock=Clock())

    assert (report.tried, rows(records)[0].is_dry_run, receiver.got) == (0, True, [])


@pytest.mark.parametrize("name", notify_templates.names(Path("/nowhere")))
def test_each_template_needs_the_same_in_both_languages(name: str) -> None:
    english, chinese = (notify_templates.template(Path("/nowhere"), name, language) for language in ("en", "zh"))

    assert english.variables == chinese.variables
    assert english.body != chinese.body


@pytest.mark.parametrize("name", notify_templates.names(Path("/nowhere")))
@pytest.mark.parametrize("language", ["en", "zh"])
def test_each_template_refuses_to_leave_a_variable_empty(name: str, language: str) -> None:
    template = notify_templates.template(Path("/nowhere"), name, language)

    for missing in template.variables:
        with pytest.raises(MissingVariable, match=missing):
            template.filled({**dict.fromkeys(template.variables, "x"), missing: " "})


@pytest.mark.parametrize("name", notify_templates.names(Path("/nowhere")))
def test_each_shipped_template_can_be_filled_by_some_cause(name: str) -> None:
    template = notify_templates.template(Path("/nowhere"), name, "en")

    company = {"company", "human_contact", "result_page"}
    assert any(template.variables <= known | company for known in CAUSE_VARIABLES.values())


def test_a_title_stays_on_one_line() -> None:
    template = Template(name="t", language="en", title="To ${who}", body="b")

    assert template.filled({"who": "Wei\r\nBcc: all@example.com"}).title == "To Wei Bcc: all@example.com"


def test_the_homes_own_template_takes_the_place_of_a_shipped_one(records: Settings) -> None:
    own = records.home / "templates" / "en"
    own.mkdir(parents=True)
    (own / "ai_interview_complete.yaml").write_text("title: Ours\nbody: Hello ${candidate_name}\n", encoding="utf-8")

    assert notify_templates.template(records.home, "ai_interview_complete", "en").title == "Ours"


@pytest.mark.parametrize("name", ["../secrets", "nope", "UP"])
def test_a_template_that_does_not_exist_is_said_so(records: Settings, name: str) -> None:
    with pytest.raises(TemplateInvalid, match="no template"):
        notify_templates.template(records.home, name, "en")


@pytest.mark.parametrize(
    ("given", "expected"), [(None, "zh"), ("", "zh"), ("fr", "en"), ("EN-us", "en"), ("zho", "zh")]
)
def test_the_language_is_the_persons_else_the_companys(given: str | None, expected: str) -> None:
    assert language_of(given, "zh") == expected


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ({"channels": {"mail": {"url": "mailtos://user:pass@example.com"}}}, "channels.mail.url"),
        ({"webhooks": {"w": {"url": "https://x/", "secrets": ["whsec_abc"]}}}, "webhooks.w.secrets"),
        ({"rules": [_RULE]}, "no channel 'mail'"),
        ({"channels": {"mail": _MAIL}, "rules": [_RULE]}, "needs company, human_contact"),
        ({"rules": [{"when": "score_given", "push": "acme", "kind": "stage_move"}]}, "`to`"),
        ({"rules": [{"when": "alert_raised", "channel": "mail", "template": "alert_raised"}],
          "channels": {"mail": _MAIL}}, "no candidate"),
        ({"rules": [{"when": "sunrise", "push": "acme"}]}, "rules.0.when"),
        ({"timezone": "Mars/Olympus"}, "no zone"),
        ({"webhooks": {"w": {"url": "https://x/", "secrets": ["env:A"], "allow_addresses": ["ten"]}}}, "no network"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_work_is_refused_with_its_place(
    records: Settings, content: dict[str, object], said: str
) -> None:
    configure(records, **content)

    with pytest.raises(NotificationsInvalid, match=said) as refused:
        notifications(records)

    assert "pass@" not in str(refused.value)
    assert "whsec_" not in str(refused.value)

"""What goes out, on the page: states and targets, releases by another person, retries, giving up, enabling."""

import pytest
from streamlit.testing.v1 import AppTest

from tests.dashboards.pages import opened, words_on
from tests.warehouse.sync.messages import (
    HR_ADMIN,
    INTEGRATION,
    configure,
    draft,
    live_source,
    person,
    queue,
    rows,
    told,
)
from warehouse.access import NOBODY, Permission, Principal, Role, principal
from warehouse.settings import Settings
from warehouse.sync import outbox
from warehouse.sync.outbox_delivery import send_due
from warehouse.sync.push import GONE, MessageKind


@pytest.fixture
def waiting(records: Settings) -> int:
    """A stage move that a rule made; its number."""
    queue(records, draft(live_source(records), kind=MessageKind.STAGE_MOVE, payload={"external_id": "a1", "to": "hr"}))
    return rows(records)[0].outbox_id


def _page(settings: Settings, who: Principal, *, language: str = "en", **address: str) -> AppTest:
    page = opened("outbox", settings, who, language=language, address=dict(address))
    assert not page.exception
    return page


def _pressed(page: AppTest, key: str) -> AppTest:
    page = page.button(key=key).click().run()
    assert not page.exception
    return page


def _answered(settings: Settings, state: str, **given: object) -> int:
    """A message that its target answered so; its number."""
    queue(settings, draft(live_source(settings)))
    send_due(settings, lookup=told(state, **given).lookup)
    return rows(settings)[-1].outbox_id


def _tiles(page: AppTest) -> dict[str, str]:
    return {metric.label: metric.value for metric in page.metric}


def test_messages_are_counted_by_what_becomes_of_them(records: Settings, waiting: int) -> None:
    queue(records, draft("acme", "k2"), draft("acme", "k3", is_generated=True))

    page = _page(records, INTEGRATION)

    assert _tiles(page) == {"Wait for a person": "1", "Under way": "1", "Sent": "0", "Given up": "0", "Dry runs": "1"}
    assert len(page.get("plotly_chart")) == 1


def test_a_dry_run_is_shown_as_such(records: Settings) -> None:
    queue(records, draft(live_source(records, mode="dry_run")))

    page = _page(records, INTEGRATION)

    assert "dry run, never sent" in page.dataframe[-1].value.to_csv()
    assert not page.button


def test_a_message_waits_with_its_preview(records: Settings, waiting: int) -> None:
    page = _page(records, HR_ADMIN)

    assert f"Stage move to acme, message {waiting}" in words_on(page)
    assert '"to":"hr"' in page.json[0].value.replace(" ", "")


def test_a_letter_is_previewed_without_the_name(records: Settings) -> None:
    words = {"company": {"en": "Acme", "zh": "安可"}, "human_contact": {"en": "call us", "zh": "来电"}}
    configure(records, **words, channels={"mail": {"url": "env:MAIL", "recipient": "email"}})
    payload = {
        "template": "ai_interview_complete",
        "application_id": str(person(records)),
        "facts": {"interviewed_on": "2026-03-02T01:00:00+00:00"},
    }
    queue(records, draft("channel:mail", kind=MessageKind.NOTIFICATION, payload=payload))

    page = _page(records, INTEGRATION)

    assert "Dear ‹candidate's name›" in page.text[0].value
    assert "Wei" not in page.text[0].value


def test_a_preview_that_cannot_be_made_says_why(records: Settings) -> None:
    configure(records, channels={"mail": {"url": "env:MAIL", "recipient": "email"}})
    queue(records, draft("channel:mail", kind=MessageKind.NOTIFICATION, payload={"template": "no_such", "facts": {}}))

    page = _page(records, INTEGRATION)

    assert "It cannot be shown: " in page.warning[0].value


def test_a_person_who_did_not_make_it_lets_a_message_out(records: Settings, waiting: int) -> None:
    page = _pressed(_page(records, HR_ADMIN), f"release-{waiting}")

    assert f"Message {waiting} is let out." in words_on(page)
    assert rows(records)[0].released_by == "mei"


def test_the_maker_has_no_button_to_let_the_own_message_out(records: Settings) -> None:
    queue(records, draft(live_source(records), kind=MessageKind.STAGE_MOVE, created_by=HR_ADMIN.id))

    page = _page(records, HR_ADMIN)

    assert "You made this message" in words_on(page)
    assert not [button for button in page.button if str(button.key).startswith("release")]


def test_a_release_that_came_too_late_is_said_in_its_place(records: Settings, waiting: int) -> None:
    page = _page(records, HR_ADMIN)
    outbox.give_up(records, INTEGRATION, waiting)

    page = _pressed(page, f"release-{waiting}")

    assert "does not wait for a release" in page.error[0].value


@pytest.mark.parametrize("state", ["failed", "dead"])
def test_what_was_not_taken_is_tried_again(records: Settings, state: str) -> None:
    number = _answered(records, state, error_code="refused", error="The target said no.")
    page = _page(records, INTEGRATION)
    before = words_on(page)

    after = words_on(_pressed(page, f"retry-{number}"))

    assert "refused: The target said no." in before
    assert f"Message {number} is due again." in after
    assert rows(records)[0].state == "pending"


def test_a_failed_message_is_given_up(records: Settings) -> None:
    number = _answered(records, "failed", error_code="refused")

    page = _pressed(_page(records, HR_ADMIN), f"give_up-{number}")

    assert "Every message was taken." in words_on(page)
    assert (rows(records)[0].state, rows(records)[0].error_code) == ("dead", "given_up")


def test_a_target_that_asked_for_no_more_is_enabled_again(records: Settings) -> None:
    _answered(records, "failed", error_code=GONE)
    page = _page(records, INTEGRATION)
    before = words_on(page)

    after = words_on(_pressed(page, "enable-acme"))

    assert "held back: 1" in before
    assert "acme gets messages again." in after
    assert "Which targets want no more messages?" not in after


def test_the_address_narrows_the_list_to_a_state(records: Settings, waiting: int) -> None:
    queue(records, draft("acme", "k2"), draft("acme", "k3", is_generated=True))

    listed = {
        state: len(_page(records, INTEGRATION, message_state=state).dataframe[-1].value)
        for state in ("all", "waits", "pending", "dry_run")
    }

    assert listed == {"all": 3, "waits": 1, "pending": 1, "dry_run": 1}


@pytest.mark.parametrize("role", [None, *Role])
def test_each_role_has_the_buttons_of_its_permissions(records: Settings, waiting: int, role: Role | None) -> None:
    who = NOBODY if role is None else principal("x", [role])

    acts = {str(button.key).partition("-")[0] for button in _page(records, who).button}

    may_release = who.may(Permission.RELEASE_MESSAGES)
    expected = {"release": may_release, "give_up": may_release or who.may(Permission.RUN_SYNC)}
    assert acts == {act for act, is_allowed in expected.items() if is_allowed}


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.DATA_SCIENTIST, Role.COMPLIANCE])
def test_who_may_only_look_is_told_so(records: Settings, waiting: int, role: Role) -> None:
    assert "Your roles let you look, not act." in words_on(_page(records, principal("x", [role])))

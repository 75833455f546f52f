"""Decisions taken on the page: the same rights and refusals as everywhere, and the same lines in the ledger."""

from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from models import releases
from tests.dashboards.pages import opened, words_on
from tests.models import release_builder
from tests.models.release_builder import CHECKER, MAKER, MODEL
from validation.decision_rule import State
from warehouse.access import Principal, Role, principal
from warehouse.settings import Settings

LABEL = f"{MODEL}@1"
OTHER = principal("olga", [Role.COMPLIANCE])
BOTH = principal("mia", [Role.DATA_SCIENTIST, Role.COMPLIANCE])
REVIEW = {"leakage": State.PASS, "adverse_impact.sex": State.REVIEW}


def _page(settings: Settings, who: Principal) -> AppTest:
    page = opened("releases", settings, who)
    assert not page.exception
    return page


def _said(page: AppTest, key: str, text: str) -> AppTest:
    return page.text_input(key=key).set_value(text).run()


def _keys(page: AppTest) -> set[str]:
    return {button.key for button in page.button}


def test_a_checker_approves_with_a_reason_and_the_maker_promotes(records: Settings) -> None:
    release_builder.proposed(records)

    checked = _said(_page(records, CHECKER), f"reason-{LABEL}", "The evidence was read.")
    checked = checked.button(key=f"approve-{LABEL}").click().run()
    release = releases.promote(records, MAKER, LABEL).release

    assert f"{LABEL} is approved." in words_on(checked)
    assert releases.champion(records, MODEL).release_id == release.release_id  # type: ignore[union-attr]


def test_without_a_reason_nothing_can_be_decided(records: Settings) -> None:
    release_builder.proposed(records)

    page = _page(records, CHECKER)

    assert page.button(key=f"approve-{LABEL}").disabled
    assert page.button(key=f"send_back-{LABEL}").disabled


def test_a_check_in_review_is_waived_with_owner_and_end_before_the_promotion(records: Settings) -> None:
    release_builder.proposed(records, states=REVIEW)
    page = _said(_page(records, CHECKER), f"reason-{LABEL}", "Few answered; asked again in March.")
    page = page.button(key=f"approve-{LABEL}").click().run()

    page = _said(page, f"reason-{LABEL}", "Few answered; asked again in March.")
    page = _said(page, f"owner-{LABEL}", "head of hiring")
    page.button(key=f"waive-{LABEL}").click().run()

    assert f"promote-{LABEL}" in _keys(_page(records, MAKER))
    assert releases.promote(records, MAKER, LABEL).is_new


def test_a_waiver_may_run_to_the_last_day_that_the_page_offers(records: Settings) -> None:
    """The last day counts to its end and stays within the policy's longest."""
    release_builder.proposed(records, states=REVIEW)
    page = _said(_page(records, CHECKER), f"reason-{LABEL}", "Few answered.")
    page = _said(page, f"owner-{LABEL}", "head of hiring")
    last = page.date_input(key=f"expires-{LABEL}").max
    page = page.date_input(key=f"expires-{LABEL}").set_value(last).run()

    page = page.button(key=f"waive-{LABEL}").click().run()

    assert not page.exception
    assert f"A waiver is signed for {LABEL}." in words_on(page)


def test_who_proposed_has_no_button_to_check_the_own_proposal(records: Settings) -> None:
    """`mia` proposed it and is a checker too."""
    release_builder.proposed(records)

    page = _page(records, BOTH)

    assert "You proposed this" in words_on(page)
    assert not {key for key in _keys(page) if key.startswith(("approve", "send_back", "waive"))}


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.HR_LEADER])
def test_readers_see_the_evidence_and_no_button(records: Settings, role: Role) -> None:
    release_builder.proposed(records)

    page = _page(records, principal("rea", [role]))

    assert LABEL in words_on(page)
    assert _keys(page) == set()


def test_a_proposal_that_is_sent_back_waits_no_more(records: Settings) -> None:
    release_builder.proposed(records)
    page = _said(_page(records, CHECKER), f"reason-{LABEL}", "The cut was not agreed.")

    page = page.button(key=f"send_back-{LABEL}").click().run()

    assert f"{LABEL} is sent back." in words_on(page)
    assert "No proposal waits." in words_on(page)


def test_the_previous_champion_comes_back_with_a_reason(records: Settings) -> None:
    """MLflow knows nothing of these runs: its alias cannot follow, and the ledger stands all the same."""
    release_builder.promoted(records, "run-a")
    release_builder.promoted(records, "run-b")
    page = _said(_page(records, MAKER), f"rollback-reason-{MODEL}", "Complaints.")

    page.button(key=f"rollback-{MODEL}@2").click().run()

    assert releases.champion(records, MODEL).version == 1  # type: ignore[union-attr]


def test_without_an_earlier_champion_nothing_can_be_brought_back(records: Settings) -> None:
    release_builder.promoted(records)

    page = _page(records, MAKER)

    assert "No earlier champion could be brought back." in words_on(page)
    assert not {key for key in _keys(page) if key.startswith("rollback")}


def _further(settings: Settings, who: Principal, reason: str, act: str) -> AppTest:
    page = _said(_page(settings, who), f"further-reason-{LABEL}", reason)
    return page.button(key=f"{act}-{LABEL}").click().run()


def test_a_checker_lets_a_proposal_run_in_shadow_and_ends_it(records: Settings) -> None:
    release_builder.proposed(records)

    page = _further(records, CHECKER, "Look at it for a month.", "shadow")
    running = words_on(page)
    page = _said(page, f"unshadow-reason-{LABEL}", "Seen enough.")
    page = page.button(key=f"unshadow-{LABEL}").click().run()

    assert f"{LABEL} scores in shadow from now on." in running
    assert "Look at it for a month" in running
    assert "Nothing runs in shadow." in words_on(page)


def test_a_checker_retires_a_proposal_for_good(records: Settings) -> None:
    release_builder.proposed(records)

    page = _further(records, CHECKER, "The rubric is gone.", "retire")

    assert f"{LABEL} is retired for good." in words_on(page)
    assert "No proposal waits." in words_on(page)


def test_the_champion_is_retired_only_after_the_tick(records: Settings) -> None:
    release_builder.promoted(records)
    page = _said(_page(records, CHECKER), f"retire-reason-{LABEL}", "Unsafe.")
    before = page.button(key=f"retire-{LABEL}").disabled

    page = page.checkbox(key=f"and-stop-{LABEL}").check().run()
    page = page.button(key=f"retire-{LABEL}").click().run()

    assert before
    assert f"Nothing serves for {MODEL}" in words_on(page)
    assert releases.pointer(records, MODEL) is None


def test_after_a_retirement_the_previous_champion_comes_back_from_the_page(records: Settings) -> None:
    release_builder.promoted(records, "run-a")
    release_builder.promoted(records, "run-b")
    releases.retire(records, CHECKER, f"{MODEL}@2", reason="unsafe", and_stop_serving=True)
    page = _said(_page(records, MAKER), f"rollback-reason-{MODEL}", "The old one was fine.")

    page.button(key=f"rollback-{MODEL}@2").click().run()

    assert releases.champion(records, MODEL).version == 1  # type: ignore[union-attr]


def test_who_proposed_can_neither_shadow_nor_retire_the_own(records: Settings) -> None:
    """`mia` made all of them and is a checker too: a proposal, a champion, one that served before, and a shadow."""
    for run in ("run-a", "run-b"):
        release_builder.promoted(records, run)
    release_builder.proposed(records, "run-c")
    release_builder.proposed(records, "run-d")
    releases.shadow(records, CHECKER, f"{MODEL}@4", reason="look")

    keys = _keys(_page(records, BOTH))

    assert not {key for key in keys if key.startswith(("shadow", "unshadow", "retire"))}


def test_an_earlier_champion_can_be_retired_and_shadowed(records: Settings) -> None:
    release_builder.promoted(records, "run-a")
    release_builder.promoted(records, "run-b")

    keys = _keys(_page(records, CHECKER))

    assert {f"shadow-{LABEL}", f"retire-{LABEL}"} <= keys


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.HR_LEADER, Role.OPERATOR])
def test_readers_see_shadow_lease_and_timeline_and_no_button(records: Settings, role: Role) -> None:
    release_builder.promoted(records, "run-a")
    release_builder.proposed(records, "run-b")
    releases.shadow(records, CHECKER, f"{MODEL}@2", reason="look")

    page = _page(records, principal("rea", [role]))

    for needed in (f"{MODEL}@2", "in shadow since", "Its lease runs until", "When did which release serve?"):
        assert needed in words_on(page)
    assert _keys(page) == set()


def test_the_pages_words_are_there_in_chinese(records: Settings) -> None:
    release_builder.promoted(records, "run-a")
    release_builder.proposed(records, "run-b")
    releases.shadow(records, CHECKER, f"{MODEL}@2", reason="look")

    page = opened("releases", records, CHECKER, language="zh")

    assert not page.exception
    assert "影子运行" in words_on(page)


def test_the_model_page_answers_for_a_time_in_the_companys_zone(records: Settings) -> None:
    release_builder.promoted(records, "run-a")
    releases.retire(records, CHECKER, LABEL, reason="unsafe", and_stop_serving=True)
    shanghai = replace(records, timezone="Asia/Shanghai")

    before = words_on(opened("model", shanghai, CHECKER, address={"at": "2020-03-03T10:00"}))
    now = words_on(opened("model", shanghai, CHECKER))

    assert "As of 2020-03-03 10:00:00 Asia/Shanghai (2020-03-03 02:00 UTC)." in before
    assert f"Nothing was live for {MODEL}" in now
    assert f"Retired for good: {LABEL}" in now

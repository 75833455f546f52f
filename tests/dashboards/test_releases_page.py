"""Decisions taken on the page: the same rights and refusals as everywhere, and the same lines in the ledger."""

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

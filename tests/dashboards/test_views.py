"""Each page for each role, in both languages, with a company, with one row, and with nothing at all."""

import pytest

from dashboards.wording.words import Words
from tests.dashboards.pages import VIEWS, opened, opened_for_a_purpose, someone, words_on
from tests.warehouse.queries.people import COMPLIANCE, LEADER, MANAGER
from warehouse.access import Permission, Role
from warehouse.settings import Settings

NEEDS = {
    "funnel": Permission.READ_LAKE,
    "process": Permission.READ_LAKE,
    "validity": Permission.READ_LAKE,
    "fairness": Permission.READ_DEMOGRAPHICS,
    "drift": Permission.READ_LAKE,
    "loads": Permission.READ_LOADS,
    "sync": Permission.READ_LOADS,
    "identity": Permission.RESOLVE_IDENTITY,
    "outbox": Permission.READ_LOADS,
    "model": Permission.READ_MODELS,
    "releases": Permission.READ_MODELS,
    "documents": Permission.READ_MODELS,
    "leaderboard": Permission.READ_MODELS,
    "compare": Permission.READ_MODELS,
    "alternatives": Permission.READ_MODELS,
    "obligations": Permission.READ_MODELS,
}
READERS = {
    "funnel": Role.HR_LEADER,
    "process": Role.HR_LEADER,
    "validity": Role.HR_LEADER,
    "fairness": Role.COMPLIANCE,
    "drift": Role.DATA_SCIENTIST,
    "loads": Role.INTEGRATION_ADMIN,
    "sync": Role.INTEGRATION_ADMIN,
    "identity": Role.HR_ADMIN,
    "outbox": Role.INTEGRATION_ADMIN,
    "model": Role.AUDITOR,
    "releases": Role.COMPLIANCE,
    "documents": Role.COMPLIANCE,
    "leaderboard": Role.DATA_SCIENTIST,
    "compare": Role.AUDITOR,
    "alternatives": Role.HR_LEADER,
    "obligations": Role.HR_LEADER,
}

OF_RECORDS = (
    "loads",
    "sync",
    "identity",
    "outbox",
    "model",
    "releases",
    "documents",
    "obligations",
    "leaderboard",
    "compare",
    "alternatives",
)
"""Pages that read the records, not the lake."""


@pytest.mark.parametrize("role", [*Role, None])
@pytest.mark.parametrize("view", VIEWS)
def test_a_page_opens_for_the_roles_that_include_it_and_says_so_to_others(
    company: Settings, view: str, role: Role | None
) -> None:
    who = someone(role)

    page = opened(view, company, who)

    assert not page.exception
    assert (Words("en")("app.no_permission") in words_on(page)) is not who.may(NEEDS[view])
    assert bool(page.title) is who.may(NEEDS[view])


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("view", VIEWS)
def test_a_page_shows_its_question_and_that_the_data_was_generated(company: Settings, view: str, language: str) -> None:
    say = Words(language)

    page = opened(view, company, someone(READERS[view]), language=language)

    assert page.title[0].value == say(f"{view}.title")
    assert say("app.generated") in words_on(page)


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("view", VIEWS)
def test_a_page_without_any_data_says_what_to_do(records: Settings, view: str, language: str) -> None:
    page = opened(view, records, someone(READERS[view]), language=language)

    assert not page.exception
    say = Words(language)
    assert page.info[0].value in {say("app.no_lake"), *(say(f"{one}.none") for one in OF_RECORDS)}


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("view", ["funnel", "process", "validity", "drift", *OF_RECORDS])
def test_a_page_over_a_single_row_shows_no_figure_of_it(one_row: Settings, view: str, language: str) -> None:
    page = opened(view, one_row, someone(READERS[view]), language=language)

    assert not page.exception
    assert view in OF_RECORDS or not page.metric


def test_fairness_over_a_single_row_draws_no_chart(one_row: Settings) -> None:
    page = opened_for_a_purpose("fairness", one_row, COMPLIANCE)

    assert not page.exception
    assert not page.get("plotly_chart")


@pytest.mark.parametrize("view", ["funnel", "process", "validity", "drift"])
def test_a_managers_filter_lists_hold_the_own_department_alone(company: Settings, view: str) -> None:
    page = opened(view, company, MANAGER)

    assert page.multiselect(key="choice-department").options == ["Sales"]
    assert page.multiselect(key="choice-job_family").options == ["sales"]


def test_an_address_cannot_open_a_department_that_the_reader_may_not_see(company: Settings) -> None:
    own = opened("funnel", company, MANAGER)

    asked = opened("funnel", company, MANAGER, address={"department": ["Research"]})

    assert asked.multiselect(key="choice-department").value == []
    assert asked.metric[0].value == own.metric[0].value


def test_two_readers_after_each_other_see_their_own_numbers(company: Settings) -> None:
    """A cached read that left the principal out of its key would hand the second reader the first one's rows."""
    leader = opened("funnel", company, LEADER)

    manager = opened("funnel", company, MANAGER)

    assert leader.metric[0].value == "240"
    assert int(manager.metric[0].value) < 240


def test_a_filter_of_the_address_bar_is_in_force(company: Settings, everyone: list) -> None:
    page = opened("funnel", company, LEADER, address={"channel": ["agency"]})

    assert page.metric[0].value == str(sum(person.channel == "agency" for person in everyone))


def test_a_choice_is_written_to_the_address_bar(company: Settings) -> None:
    page = opened("funnel", company, LEADER)

    page.selectbox(key="choice-by").set_value("channel").run()

    assert page.query_params["by"] == "channel"
    assert not page.exception

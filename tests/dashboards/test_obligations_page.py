"""The page of obligations: which places and models it shows, and how it tells a state without colour."""

import pytest

from dashboards.obligation_figures import SIGNS
from dashboards.wording.words import Words
from tests.dashboards.pages import opened, words_on
from tests.models.release_builder import MODEL
from tests.warehouse.queries.people import LEADER
from validation.obligation_rules import load
from validation.obligations import State
from warehouse.settings import Settings


def test_every_place_is_shown_while_no_policy_names_one(company: Settings) -> None:
    page = opened("obligations", company, LEADER)

    assert Words("en")("obligations.all_places") in words_on(page)
    assert {"New York City", "European Union", "China"} <= set(page.dataframe[0].value["Place"])


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_place_of_the_address_bar_is_in_force_and_an_unknown_one_opens_nothing(
    company: Settings, language: str
) -> None:
    say = Words(language)

    page = opened("obligations", company, LEADER, language=language, address={"jurisdiction": ["US-NYC", "ATLANTIS"]})

    assert set(page.dataframe[0].value[say("obligations.place")]) == {say("place.US-NYC"), say("place.US")}


def test_a_model_that_is_chosen_leaves_the_company_s_own_duties_in(company: Settings) -> None:
    page = opened("obligations", company, LEADER, address={"model": [MODEL]})

    assert set(page.dataframe[0].value["Model"]) == {MODEL, "the company"}


def test_a_state_is_told_by_a_sign_and_a_word(company: Settings) -> None:
    page = opened("obligations", company, LEADER, address={"jurisdiction": ["US-NYC"]})

    told = set(page.dataframe[0].value["State"])
    assert f"{SIGNS[State.OVERDUE]} Overdue" in told
    assert len(set(SIGNS.values())) == len(State)


def test_what_is_unverified_says_so_in_the_row(company: Settings) -> None:
    page = opened("obligations", company, LEADER, address={"jurisdiction": ["EU"]})

    rows = page.dataframe[0].value.set_index("Article")
    assert rows.loc["Article 11, Annex III point 4, Annex IV", "Applies from"] == "2027-12-02 (unverified)"
    assert "Official Journal" in rows.loc["Article 11, Annex III point 4, Annex IV", "Note"]


def test_every_place_of_the_duties_has_a_name() -> None:
    places = {one.jurisdiction for one in load().obligations}

    assert [place for place in places for language in ("en", "zh") if not Words(language).has(f"place.{place}")] == []

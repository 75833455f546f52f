"""Profiles of columns, against the people they were made of."""

from collections import Counter

import numpy as np
import pytest

from tests.warehouse.queries.people import LEADER, Person
from warehouse.lake.door import opened
from warehouse.queries import profiles
from warehouse.queries.profiles import column_profiles
from warehouse.settings import Settings


def interviewed(everyone: list[Person]) -> list[Person]:
    """Those with an AI interview."""
    return [person for person in everyone if person.reached >= 2]


def test_a_column_comes_as_its_values_with_their_weight(company: Settings, everyone: list[Person]) -> None:
    with opened(company, LEADER) as lake:
        (cells,) = column_profiles(lake, columns=("ai_score",))

    found = dict(zip(cells.frame["value"], cells.frame["n"], strict=True))
    assert found == Counter(person.score for person in interviewed(everyone))


def test_text_and_skills_are_profiled_too(company: Settings, everyone: list[Person]) -> None:
    with opened(company, LEADER) as lake:
        channel, logic = column_profiles(lake, columns=("channel", "skill:logic"))

    channels = dict(zip(channel.frame["value"], channel.frame["n"], strict=True))
    assert channels == Counter(person.channel for person in interviewed(everyone))
    assert int(logic.frame["n"].sum()) == len(interviewed(everyone))


def test_periods_add_up_to_the_whole(company: Settings, everyone: list[Person]) -> None:
    with opened(company, LEADER) as lake:
        (cells,) = column_profiles(lake, columns=("ai_score",), by=("month",))

    assert sorted(set(cells.frame["month"])) == ["2025-01-01", "2025-02-01"]
    assert int(cells.frame["n"].sum()) == len(interviewed(everyone))


def test_a_segment_that_is_too_small_is_left_out(company: Settings) -> None:
    with opened(company, LEADER) as lake:
        (cells,) = column_profiles(lake, columns=("ai_score",), by=("department",))

    assert "Kitchen" not in set(cells.frame["department"])


def test_very_many_values_collapse_to_the_grid_and_keep_its_counts(
    company: Settings, everyone: list[Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A value on an edge belongs to the interval that ends there."""
    monkeypatch.setattr(profiles, "EXACT_VALUES", 5)
    grid = (50.0, 60.0, 80.0)

    with opened(company, LEADER) as lake:
        (cells,) = column_profiles(lake, columns=("ai_score",), grids={"ai_score": grid})

    scores = [person.score for person in interviewed(everyone)]
    expected = np.bincount(np.searchsorted(grid, scores), minlength=4)
    assert cells.frame["n"].tolist() == expected.tolist()
    assert cells.frame["value"].to_numpy() @ cells.frame["n"] == pytest.approx(sum(filter(None, scores)))


def test_a_column_outside_the_list_is_refused(company: Settings) -> None:
    with opened(company, LEADER) as lake, pytest.raises(ValueError, match="candidate_key"):
        column_profiles(lake, columns=("candidate_key",))

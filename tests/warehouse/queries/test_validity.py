"""Sums and cells for validity, against NumPy on the people themselves."""

import numpy as np
import pytest

from tests.warehouse.queries.people import COMPLIANCE, LEADER, NAMES, Person
from warehouse.lake.door import opened
from warehouse.queries.validity import GroupSums, Sums, expectancy_cells, skills, validity_moments
from warehouse.settings import Settings


def correlation(sums: Sums, first: int, second: int) -> float:
    """Pearson's r from raw sums."""
    n, s, p = sums.n, np.array(sums.sums), np.array(sums.products)
    cross = p - np.outer(s, s) / n
    return float(cross[first, second] / np.sqrt(cross[first, first] * cross[second, second]))


def scored(everyone: list[Person]) -> list[tuple[float, float]]:
    """Score and re-interview rating of those who have both."""
    return [(p.score, p.rating) for p in everyone if p.score is not None and p.rating is not None]


def test_sums_give_the_correlation_that_numpy_computes(company: Settings, everyone: list[Person]) -> None:
    with opened(company, LEADER) as lake:
        found = validity_moments(lake, predictors=("ai_score",), criterion="re_interview_rating")

    pairs = np.array(scored(everyone))
    (group,) = found.groups
    assert group.sums.n == len(pairs)
    assert correlation(group.sums, 0, 1) == pytest.approx(np.corrcoef(pairs.T)[0, 1], abs=1e-12)


def test_the_pool_is_everybody_with_the_predictor(company: Settings, everyone: list[Person]) -> None:
    with opened(company, LEADER) as lake:
        found = validity_moments(lake, predictors=("ai_score",), criterion="performance_6m")

    scores = np.array([person.score for person in everyone if person.score is not None])
    (pool,) = found.pool
    variance = (pool.products[0][0] - pool.sums[0] ** 2 / pool.n) / (pool.n - 1)
    assert (pool.n, variance) == (len(scores), pytest.approx(scores.var(ddof=1)))


def test_groups_hold_their_own_sums_and_small_ones_are_left_out(company: Settings) -> None:
    with opened(company, LEADER) as lake:
        found = validity_moments(lake, predictors=("ai_score",), criterion="re_interview_rating", by=("department",))

    assert [group.group for group in found.groups] == [("Research",), ("Sales",)]
    assert (found.hidden_groups, found.by) == (1, ("department",))


def test_a_skill_is_a_predictor_like_the_score(company: Settings) -> None:
    """The skill `logic` was built equal to the score."""
    with opened(company, LEADER) as lake:
        found = validity_moments(lake, predictors=("ai_score", "skill:logic"), criterion="re_interview_passed")
        names = skills(lake)

    assert names == ("logic",)
    assert correlation(found.groups[0].sums, 0, 1) == pytest.approx(1.0)


def test_attributes_take_validity_apart(company: Settings, everyone: list[Person]) -> None:
    with opened(company, COMPLIANCE, purpose="differential prediction") as lake:
        found = validity_moments(lake, predictors=("ai_score",), criterion="re_interview_rating", by=("sex",))

    women = [p for p in everyone if p.sex == "F" and p.score is not None and p.rating is not None]
    assert GroupSums(group=("F",), sums=found.groups[0].sums).sums.n == len(women)


def test_expectancy_cells_hold_every_pair_once(company: Settings, everyone: list[Person]) -> None:
    with opened(company, LEADER) as lake:
        frame = expectancy_cells(lake, predictor="ai_score", criterion="re_interview_passed")

    assert int(frame["n"].sum()) == len(everyone)
    assert int(frame.dropna()["n"].sum()) == len(scored(everyone))
    assert not frame.duplicated(["x", "y"]).any()


def test_expectancy_leaves_small_groups_out(company: Settings) -> None:
    with opened(company, LEADER) as lake:
        frame = expectancy_cells(lake, predictor="ai_score", criterion="re_interview_passed", by=("department",))

    assert set(frame["department"]) == set(NAMES.values()) - {"Kitchen"}


def test_a_column_that_is_no_predictor_is_refused(company: Settings) -> None:
    with opened(company, LEADER) as lake, pytest.raises(ValueError, match="annual_base"):
        validity_moments(lake, predictors=("annual_base",), criterion="performance_6m")

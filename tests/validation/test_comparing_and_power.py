"""Increments, comparisons, corrections and sample sizes against statsmodels, and out of their range."""

import math

import numpy as np
import pytest
import statsmodels.api as sm
from scipy import stats

from validation.comparing import independent, meng_rosenthal_rubin, steiger
from validation.corrections import case_ii, criterion_unreliability, range_ratio
from validation.correlation import fisher_interval
from validation.incremental import composite_validity, increment, increment_of
from validation.moments import moments
from validation.power import (
    detectable_correlation,
    more_hires,
    people_for_correlation,
    people_for_interval,
    people_per_group,
    power_of_correlation,
)
from validation.selection_effects import criterion_means, mean_z_of_selected, top_down_range_ratio


def test_increments_equal_statsmodels():
    rng = np.random.default_rng(6)
    x = rng.normal(size=(150, 3))
    x[:, 1] += x[:, 0]
    y = x @ [0.3, 0.2, 0.1] + rng.normal(size=150)
    small, full = (sm.OLS(y, sm.add_constant(x[:, :count])).fit() for count in (1, 3))

    found = increment_of(moments({"a": x[:, 0], "b": x[:, 1], "c": x[:, 2], "y": y}), ["a", "b", "c"], "y")

    f, p, _ = full.compare_f_test(small)
    assert (found.r_squared, found.f, found.p) == pytest.approx((full.rsquared, f, p), rel=1e-8)


def test_collinear_predictors_have_no_increment():
    assert increment([[1, 1], [1, 1]], [0.3, 0.3], 100) is None
    assert composite_validity([[1, -1], [-1, 1]], [0.3, -0.3]) is None


def test_an_impossible_table_of_correlations_is_undefined():
    assert increment([[1, -0.9], [-0.9, 1]], [0.9, 0.9], 100) is None


def test_dependent_comparisons_agree_and_beat_the_independent_one():
    meng, pooled = (method(0.45, 0.30, 0.7, 250) for method in (meng_rosenthal_rubin, steiger))

    assert meng.z == pytest.approx(pooled.z, abs=0.02)
    assert abs(meng.z) > abs(independent(0.45, 250, 0.30, 250).z)


def test_comparisons_without_enough_people_are_undefined():
    found = [meng_rosenthal_rubin(0.5, 0.4, 0.3, 3), steiger(0.5, 0.4, 0.3, 3), independent(0.5, 3, 0.4, 50)]

    assert [one.z for one in found] == [None, None, None]
    assert meng_rosenthal_rubin(0.5, 0.4, 1.0, 100).p is None


def test_corrections_out_of_range_are_not_correctable():
    assert criterion_unreliability(0.9, 0.5) is None
    assert criterion_unreliability(0.3, 0.0) is None
    assert (case_ii(0.3, 0.0), range_ratio(0.0, 1.0), range_ratio(None, 1.0)) == (None, None, None)


def test_fishers_interval_needs_four_people_and_an_imperfect_r():
    assert fisher_interval(0.5, 3).as_list() == [None, None]
    assert fisher_interval(1.0, 50).as_list() == [None, None]


def test_power_and_sample_size_are_inverse():
    n = people_for_correlation(0.25)

    assert power_of_correlation(0.25, n) == pytest.approx(0.8, abs=0.01)
    assert detectable_correlation(n) == pytest.approx(0.25, abs=0.002)
    assert (power_of_correlation(0.25, 3), detectable_correlation(3)) == (0.0, None)


def test_people_for_an_interval_reach_its_width():
    n = people_for_interval(0.3, 0.1)

    ends = fisher_interval(0.3, n)
    assert (ends.high - ends.low) / 2 == pytest.approx(0.1, abs=5e-4)
    assert people_for_interval(0.9, 0.9) == 4


def test_people_per_group_see_the_difference():
    n = people_per_group(0.3)

    z = 0.3 / math.sqrt(2 / (n - 3))
    assert z == pytest.approx(stats.norm.isf(0.025) + stats.norm.ppf(0.8), abs=0.01)


@pytest.mark.parametrize(
    ("needed", "n", "en", "zh"),
    [
        (194, 14, "180 more hires with an outcome before this can be judged.", "还需要 180 名"),
        (31, 30, "1 more hire with an outcome before this can be judged.", "还需要 1 名"),
        (30, 40, "40 hires with an outcome are enough to judge this.", "足以作出判断"),
    ],
)
def test_the_missing_hires_are_a_sentence_in_both_languages(needed, n, en, zh):
    found = more_hires(needed, n)

    assert found.en == en
    assert zh in found.zh


def test_a_correlation_of_zero_needs_no_sample_size():
    with pytest.raises(ValueError, match="is not 0"):
        people_for_correlation(0.0)


def test_selecting_everybody_changes_nothing():
    assert (mean_z_of_selected(1.0), top_down_range_ratio(1.0)) == (0.0, 1.0)
    assert criterion_means(0.4, 1.0).not_hired is None
    with pytest.raises(ValueError, match="selection ratio"):
        mean_z_of_selected(0.0)

"""Agreement of raters, interviewer severity and weights against statsmodels, SciPy and simulation."""

import numpy as np
import pytest
import statsmodels.api as sm
from scipy import stats
from statsmodels.stats.inter_rater import cohens_kappa

from validation.agreement import bland_altman, concordance, icc2_interval, icc3_interval, intraclass, rating_moments
from validation.kappa import agreement_table, category_agreement, kappa_interval, weighted_kappa
from validation.moments import moments
from validation.severity import RaterTotal, residual_totals, severities
from validation.weighting import inverse_weights, kish_n, weighted_validity


def test_intraclass_mean_squares_equal_an_analysis_of_variance():
    rng = np.random.default_rng(8)
    table = rng.normal(size=(40, 3)) + rng.normal(size=(40, 1))
    rows, columns = (np.indices(table.shape)[axis].ravel() for axis in (0, 1))
    design = np.column_stack([np.ones(120), np.eye(40)[rows][:, 1:], np.eye(3)[columns][:, 1:]])

    found = intraclass(rating_moments(table))

    assert found.error == pytest.approx(sm.OLS(table.ravel(), design).fit().mse_resid, rel=1e-9)


def test_agreement_without_two_targets_or_any_spread_is_undefined():
    same = intraclass(rating_moments([[3.0, 3.0], [3.0, 3.0], [3.0, 3.0]]))

    assert intraclass(rating_moments([[1.0, 2.0]])) is None
    assert (same.icc2, icc2_interval(same).low, icc3_interval(same).low) == (None, None, None)
    assert concordance(moments({"a": [3.0, 3.0], "b": [3.0, 3.0]}), "a", "b") is None
    assert bland_altman(moments({"a": [3.0], "b": [3.0]}), "a", "b") is None


def test_proportional_bias_is_the_slope_of_the_difference_on_the_mean():
    rng = np.random.default_rng(11)
    human = rng.normal(50, 10, 80)
    ai = 1.3 * human - 10 + rng.normal(0, 3, 80)
    fit = sm.OLS(ai - human, sm.add_constant((ai + human) / 2)).fit()

    found = bland_altman(moments({"ai": ai, "human": human}), "ai", "human")

    assert (found.slope, found.slope_p) == pytest.approx((fit.params[1], fit.pvalues[1]), rel=1e-8)


def test_a_constant_shift_has_no_proportional_bias():
    human = np.arange(10.0)

    found = bland_altman(moments({"ai": human + 4, "human": human}), "ai", "human")

    assert (found.bias, found.slope, found.slope_p) == (4.0, 0.0, None)


def test_kappa_and_its_interval_equal_statsmodels():
    table = [[10, 4, 1, 0], [5, 10, 12, 2], [2, 4, 12, 5], [0, 2, 6, 13]]
    oracle = cohens_kappa(table)

    assert weighted_kappa(table, "unweighted") == pytest.approx(oracle.kappa, abs=1e-12)
    assert kappa_interval(table).as_list() == pytest.approx([oracle.kappa_low, oracle.kappa_upp], abs=1e-9)


def test_kappa_of_one_category_is_undefined_while_agreement_is_full():
    found = category_agreement([[25, 0], [0, 0]])

    assert (found.agreement, found.kappa, found.kappa_interval.low) == (1.0, None, None)
    assert category_agreement([[0, 0], [0, 0]]).agreement is None


def test_a_table_of_two_raters_has_both_raters_categories():
    found = agreement_table([1, 2, 2], [1, 3, 2], [2, 1, 4])

    assert found.tolist() == [[2, 0, 0], [0, 4, 1], [0, 0, 0]]


def test_weights_need_a_chance_for_everybody():
    found = weighted_validity([1, 2, 3, 4], [1, 2, 2, 4], [0.5, 0.0, 0.5, 1.0], [True, False, True, True])

    assert (found.positive, found.weighted) == (False, None)
    assert (inverse_weights([]), inverse_weights([np.nan]), kish_n([])) == (None, None, 0.0)


def test_severity_is_shrunk_more_where_less_was_seen():
    rng = np.random.default_rng(12)
    true = rng.normal(0, 0.5, 30)
    sizes = rng.integers(3, 80, 30)
    ratings = {f"r{i}": rng.normal(3 + true[i], 1, sizes[i]) for i in range(30)}
    totals = {
        name: RaterTotal(n=len(given), mean=given.mean(), sum_of_squares=((given - given.mean()) ** 2).sum())
        for name, given in ratings.items()
    }

    found = severities(totals)

    shrunk = np.array([one.shrunk for one in found.raters])
    raw = np.array([one.raw for one in found.raters])
    assert ((shrunk - true) ** 2).mean() < ((raw - true) ** 2).mean()
    assert found.p == pytest.approx(stats.f_oneway(*ratings.values()).pvalue, rel=1e-8)
    least, most = np.argmin(sizes), np.argmax(sizes)
    assert found.raters[least].reliability < found.raters[most].reliability


def test_interviewers_who_do_not_differ_shrink_to_the_mean():
    alike = RaterTotal(n=10, mean=3.0, sum_of_squares=9.0)

    found = severities({"a": alike, "b": alike, "c": alike})

    assert [(one.shrunk, one.reliability) for one in found.raters] == [(0.0, 0.0)] * 3
    assert severities({"a": alike}) is None
    assert severities({"a": RaterTotal(n=1, mean=1, sum_of_squares=0), "b": alike}) is not None


def test_an_interviewer_of_weak_candidates_is_not_severe():
    rng = np.random.default_rng(13)
    weak, strong = rng.normal(40, 5, 200), rng.normal(60, 5, 200)
    blocks = {
        name: moments({"x": score, "y": 0.1 * score + rng.normal(0, 0.5, 200)})
        for name, score in (("weak", weak), ("strong", strong))
    }

    found = severities(residual_totals(blocks))

    assert [abs(one.raw) < 0.15 for one in found.raters] == [True, True]
    assert residual_totals({}) == {}

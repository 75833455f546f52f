"""Normal tails, expectancy tables and categorical criteria against SciPy, and at their edges."""

import math

import numpy as np
import pytest
from scipy import stats

from validation.categorical_criteria import auc, auc_equivalents, biserial, polyserial, polyserial_ad_hoc
from validation.cells import cells
from validation.expectancy import empirical_expectancy, expected_rates, success_cut, trend_z
from validation.normal_tails import upper_tail, upper_tail_of_three
from validation.taylor_russell import success_ratio


def _normal_pairs(rho, n, seed):
    z = np.random.default_rng(seed).normal(size=(n, 2))
    return z[:, 0], rho * z[:, 0] + math.sqrt(1 - rho * rho) * z[:, 1]


@pytest.mark.parametrize(("h", "k", "rho"), [(0.3, -0.7, 0.5), (1.2, 1.5, -0.6), (0.0, 0.0, 0.99), (-2.0, 0.4, 0.0)])
def test_the_bivariate_tail_equals_scipys(h, k, rho):
    wanted = stats.multivariate_normal([0, 0], [[1, rho], [rho, 1]]).cdf([-h, -k])

    assert upper_tail(h, k, rho) == pytest.approx(wanted, abs=1e-7)


def test_the_bivariate_tail_at_its_ends():
    half = stats.norm.sf(0.5)

    assert upper_tail(math.inf, 0.0, 0.3) == 0.0
    assert upper_tail(-math.inf, 0.5, 0.3) == pytest.approx(half)
    assert (upper_tail(0.5, 0.2, 1.0), upper_tail(0.5, 0.2, -1.0)) == pytest.approx((half, 0.0))


def test_the_trivariate_tail_of_independent_variables_is_a_product():
    found = upper_tail_of_three((0.3, -0.2, 0.8), 0.0, 0.0, 0.0)

    assert found == pytest.approx(stats.norm.sf(0.3) * stats.norm.sf(-0.2) * stats.norm.sf(0.8), abs=1e-10)


def test_impossible_correlations_are_refused():
    with pytest.raises(ValueError, match="not possible together"):
        upper_tail_of_three((0.0, 0.0, 0.0), -0.9, 0.9, 0.9)
    with pytest.raises(ValueError, match="out of range"):
        success_ratio(1.2, 0.5, 0.2)


def test_bands_of_the_normal_model_average_to_the_base_rate():
    found = expected_rates(0.4, 0.3, [0.0, 0.1, 0.55, 1.0])

    assert 0.1 * found[0] + 0.45 * found[1] + 0.45 * found[2] == pytest.approx(0.3, abs=1e-9)


@pytest.mark.parametrize(
    ("criterion", "cut"),
    [([0, 1, 1, 1], 1.0), ([1, 2, 3, 4], 3.0), ([1, 1, 1, 2, 3], 2.0), ([1, 2, 2, 3], 2.0), ([5, 5, 5], None)],
)
def test_success_starts_at_the_median_or_above_the_floor(criterion, cut):
    assert success_cut(cells(np.arange(float(len(criterion))), criterion)) == cut


def test_an_expectancy_table_counts_everybody_once():
    x, y = _normal_pairs(0.5, 500, 2)

    found = empirical_expectancy(cells(x, y))

    assert [band.n for band in found.bands] == [100.0] * 5
    assert sum(band.successes for band in found.bands) == 250.0
    assert found.trend_z > 5


def test_expectancy_of_a_flat_criterion_is_empty():
    found = empirical_expectancy(cells([1.0, 2.0, 3.0], [4.0, 4.0, 4.0]))

    assert (found.bands, found.base_rate, found.trend_z) == ((), None, None)
    assert trend_z([0, 0], [5, 5]) is None
    assert trend_z([], []) is None


def test_polyserial_recovers_the_correlation_under_a_split_criterion():
    x, y = _normal_pairs(0.45, 40_000, 4)

    found = polyserial(cells(x, np.digitize(y, [-0.5, 0.4, 1.6])))

    assert found == pytest.approx(0.45, abs=0.015)


def test_polyserial_maximises_the_likelihood_written_out():
    x, y = _normal_pairs(0.5, 300, 9)
    levels = np.digitize(y, [0.0, 1.0])
    z = (x - x.mean()) / x.std()
    below = np.cumsum(np.bincount(levels))[:-1] / 300
    cuts = np.r_[-np.inf, stats.norm.ppf(below), np.inf]

    def likelihood(rho):
        scale = math.sqrt(1 - rho * rho)
        return np.log(
            stats.norm.cdf((cuts[levels + 1] - rho * z) / scale) - stats.norm.cdf((cuts[levels] - rho * z) / scale)
        ).sum()

    found = polyserial(cells(x, levels))

    grid = np.linspace(found - 0.02, found + 0.02, 81)
    assert grid[np.argmax([likelihood(rho) for rho in grid])] == pytest.approx(found, abs=6e-4)


def test_the_ad_hoc_polyserial_can_exceed_one_and_the_likelihood_cannot():
    x = np.r_[np.full(95, 0.0), np.full(5, 10.0)]
    y = np.r_[np.zeros(95), np.ones(5)]

    assert polyserial_ad_hoc(cells(x, y)) > 1
    assert polyserial(cells(x, y)) <= 1


def test_categories_that_do_not_vary_are_undefined():
    flat = cells([1.0, 2.0, 3.0], [1.0, 1.0, 1.0])

    assert (polyserial(flat), polyserial_ad_hoc(flat), auc(flat), biserial(0.3, 1.0)) == (None, None, None, None)


def test_auc_is_mann_whitneys_share():
    rng = np.random.default_rng(5)
    x, y = rng.integers(0, 8, 200).astype(float), rng.integers(0, 2, 200)

    u = stats.mannwhitneyu(x[y == 1], x[y == 0]).statistic

    assert auc(cells(x, y)) == pytest.approx(u / ((y == 1).sum() * (y == 0).sum()), abs=1e-12)
    with pytest.raises(ValueError, match="inside"):
        auc_equivalents(1.0)

"""Distances against SciPy, nulls against simulation, and what is undefined."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from scipy.spatial import distance

from tests.validation.drift_cases import histogram
from validation import drift_measures as measures

shares = st.lists(st.floats(0.01, 10), min_size=2, max_size=12)


@settings(deadline=None)
@given(pairs=st.lists(st.tuples(st.floats(0.01, 10), st.floats(0.01, 10)), min_size=2, max_size=12))
def test_psi_and_jensen_shannon_equal_scipy(pairs):
    reference, current = (np.asarray(side) / sum(side) for side in zip(*pairs, strict=True))

    symmetric = stats.entropy(current, reference) + stats.entropy(reference, current)

    assert measures.population_stability_index(reference, current, empty_share=1e-9) == pytest.approx(
        symmetric, abs=1e-12
    )
    with np.errstate(invalid="ignore"):
        # Of equal shares SciPy takes the root of a sum that rounding may leave just below zero.
        oracle = np.nan_to_num(distance.jensenshannon(reference, current))
    assert measures.jensen_shannon(reference, current) == pytest.approx(oracle, abs=1e-7)


@settings(deadline=None)
@given(pairs=st.lists(st.tuples(st.floats(0, 10), st.floats(0, 10)), min_size=2, max_size=12), seed=st.integers(0, 99))
def test_relabelling_bins_changes_nothing(pairs, seed):
    order = np.random.default_rng(seed).permutation(len(pairs))
    sides = [np.asarray(side) for side in zip(*pairs, strict=True)]

    before = measures.population_stability_index(*sides), measures.jensen_shannon(*sides)
    after = (
        measures.population_stability_index(*(side[order] for side in sides)),
        measures.jensen_shannon(*(side[order] for side in sides)),
    )

    assert (before[0] is None) == (after[0] is None)
    if before[0] is not None:
        assert after == pytest.approx(before, abs=1e-7)


@settings(deadline=None)
@given(
    reference=st.lists(st.floats(-100, 100), min_size=2, max_size=80),
    current=st.lists(st.floats(-100, 100), min_size=1, max_size=80),
)
def test_wasserstein_equals_scipy_over_the_population_deviation(reference, current):
    expected = stats.wasserstein_distance(reference, current) / max(np.std(reference), 0.001)

    found = measures.wasserstein_normed(histogram(reference), histogram(current))

    assert found == pytest.approx(expected, rel=1e-9, abs=1e-9)


def test_a_shift_by_a_tenth_of_a_deviation_is_a_tenth():
    values = np.random.default_rng(1).normal(50, 12, 3000)

    assert measures.wasserstein_normed(histogram(values), histogram(values + 0.1 * values.std())) == pytest.approx(0.1)


def test_a_constant_reference_uses_the_floor_of_the_deviation():
    assert measures.wasserstein_normed(histogram([5.0] * 9), histogram([5.002] * 4)) == pytest.approx(2.0)


@pytest.mark.parametrize("level", [0.9, 0.95, 0.99])
@pytest.mark.parametrize("shape", ["normal", "skewed", "two values", "five values"])
def test_the_null_of_wasserstein_is_near_the_simulated_one(shape, level):
    rng = np.random.default_rng(4)
    values = {
        "normal": rng.normal(size=5000),
        "skewed": rng.exponential(size=5000),
        "two values": rng.integers(0, 2, 5000),
        "five values": rng.integers(1, 6, 5000),
    }[shape]
    distances = [
        measures.wasserstein_normed(histogram(rng.choice(values, 300)), histogram(rng.choice(values, 200)))
        for _ in range(600)
    ]

    null = measures.wasserstein_null(histogram(values), 300, 200, level=level)

    assert null == pytest.approx(np.quantile(distances, level), rel=0.15)


@pytest.mark.parametrize("n", [200, 1000])
def test_the_null_of_jensen_shannon_is_near_the_simulated_one(n):
    rng, chances = np.random.default_rng(5), [0.4, 0.3, 0.15, 0.1, 0.05]
    distances = [measures.jensen_shannon(*rng.multinomial(n, chances, 2)) for _ in range(1000)]

    assert measures.jensen_shannon_null(5, n, n) == pytest.approx(np.quantile(distances, 0.95), rel=0.08)


def test_the_null_of_missing_shares_is_the_two_sample_z():
    null = measures.missing_null(0.10, 500, 0.16, 400)

    pooled = (50 + 64) / 900
    assert null == pytest.approx(1.959963984540054 * math.sqrt(pooled * (1 - pooled) * (1 / 500 + 1 / 400)))


@pytest.mark.parametrize("sides", [([0, 0], [1, 2]), ([1, 2], [0, 0]), ([], [])])
def test_distances_without_people_are_undefined(sides):
    assert measures.population_stability_index(*sides) is None
    assert measures.jensen_shannon(*sides) is None
    assert measures.chi_square(*sides) is None


def test_distances_of_empty_columns_are_undefined():
    assert measures.wasserstein_normed(histogram([]), histogram([1.0])) is None
    assert measures.kolmogorov_smirnov(histogram([1.0]), histogram([])) is None


def test_nulls_without_people_are_out_of_reach():
    assert measures.psi_null(10, 0, 5) == math.inf
    assert measures.wasserstein_null(histogram([1.0, 2.0]), 5, 0) == math.inf
    assert measures.kolmogorov_smirnov_null(0, 1) == math.inf


def test_an_exact_test_that_overflows_is_silently_asymptotic():
    """SciPy warns of five tenfold rows against another five; the warning would be a line on somebody's terminal."""
    same, other = histogram([1.0] * 50), histogram([1.0] * 40 + [2.5] * 10)

    gap, p_value = measures.kolmogorov_smirnov(same, other)

    assert gap == pytest.approx(0.2)
    assert 0.2 < p_value < 0.3

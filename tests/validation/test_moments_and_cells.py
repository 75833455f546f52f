"""Moments and cells: merged blocks, counts against rows, order and scale, and what cannot be computed."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from validation.cells import UNKNOWN, bands, cells, cells_by, merged_cells, midranks, weighted_median
from validation.correlation import kendall_tau_b, pearson_of, spearman
from validation.moments import merged, moments, moments_from_sums

scores = st.integers(min_value=-50, max_value=50).map(float)
pairs_of_scores = st.lists(st.tuples(scores, scores), min_size=4, max_size=60)


def _columns(rows):
    return np.array([row[0] for row in rows]), np.array([row[1] for row in rows])


@settings(deadline=None)
@given(rows=pairs_of_scores, cut=st.integers(min_value=0, max_value=60))
def test_merged_blocks_equal_the_whole(rows, cut):
    x, y = _columns(rows)
    whole = moments({"x": x, "y": y})

    found = merged([moments({"x": part[0], "y": part[1]}) for part in ((x[:cut], y[:cut]), (x[cut:], y[cut:]))])

    assert found.n == whole.n
    assert found.mean == pytest.approx(whole.mean, abs=1e-9)
    assert found.cross == pytest.approx(whole.cross, abs=1e-6)


@settings(deadline=None)
@given(rows=pairs_of_scores)
def test_raw_sums_of_an_engine_give_the_same_moments(rows):
    table = np.array(rows)
    whole = moments({"x": table[:, 0], "y": table[:, 1]})

    found = moments_from_sums(["x", "y"], len(table), table.sum(axis=0), table.T @ table)

    assert found.cross == pytest.approx(whole.cross, abs=1e-6)


@settings(deadline=None)
@given(rows=st.lists(st.tuples(scores, scores, st.integers(min_value=1, max_value=5)), min_size=4, max_size=30))
def test_counts_and_rows_give_the_same_answer(rows):
    x, y, people = (np.array([row[part] for row in rows], dtype=float) for part in range(3))
    times = people.astype(int)

    counted, listed = cells(x, y, people), cells(np.repeat(x, times), np.repeat(y, times))

    assert (pearson_of(counted), spearman(counted)) == (pearson_of(listed), spearman(listed))
    assert kendall_tau_b(counted) == kendall_tau_b(listed)


@settings(deadline=None)
@given(rows=pairs_of_scores, seed=st.integers(min_value=0, max_value=1000))
def test_the_order_of_rows_does_not_matter(rows, seed):
    x, y = _columns(rows)
    order = np.random.default_rng(seed).permutation(len(x))

    found = cells(x[order], y[order])

    assert pearson_of(found) == pearson_of(cells(x, y))
    assert spearman(found) == spearman(cells(x, y))


@settings(deadline=None)
@given(rows=pairs_of_scores)
def test_another_scale_leaves_correlations_alone(rows):
    x, y = _columns(rows)
    plain, moved = pearson_of(cells(x, y)).r, pearson_of(cells(1e6 + 3 * x, y / 7)).r

    assert (plain is None) == (moved is None)
    assert plain is None or moved == pytest.approx(plain, abs=1e-6)


@settings(deadline=None)
@given(rows=pairs_of_scores, cut=st.integers(min_value=0, max_value=60))
def test_merged_cells_equal_the_whole(rows, cut):
    x, y = _columns(rows)

    found = merged_cells([cells(x[:cut], y[:cut]), cells(x[cut:], y[cut:])])

    whole = cells(x, y)
    assert (found.x.tolist(), found.y.tolist(), found.weight.tolist()) == (
        whole.x.tolist(),
        whole.y.tolist(),
        whole.weight.tolist(),
    )


def test_correlations_equal_scipys():
    rng = np.random.default_rng(7)
    x = rng.integers(0, 20, 500).astype(float)
    y = x + rng.normal(0, 8, 500).round()
    pairs = cells(x, y)

    assert pearson_of(pairs).r == pytest.approx(stats.pearsonr(x, y).statistic, abs=1e-12)
    assert pearson_of(pairs).p == pytest.approx(stats.pearsonr(x, y).pvalue, rel=1e-9)
    assert spearman(pairs) == pytest.approx(stats.spearmanr(x, y).statistic, abs=1e-12)


@pytest.mark.parametrize("constant", [0.1, 0.0, 1e9 + 0.3, 1e-300])
def test_a_constant_column_has_no_correlation(constant):
    found = pearson_of(cells(np.full(101, constant), np.arange(101.0)))

    assert (found.r, found.p, found.interval.low) == (None, None, None)


def test_a_small_spread_on_a_large_mean_is_no_constant():
    x = 1e9 + np.arange(20.0) % 2

    found = pearson_of(cells(x, np.arange(20.0) % 2))

    assert found.r == pytest.approx(1.0)


def test_numbers_too_large_to_square_are_undefined_and_not_a_warning():
    found = pearson_of(cells([1e300, -1e300, 5e299, 1.0], [1.0, 2.0, 3.0, 5.0]))

    assert found.r is None


def test_incomplete_rows_are_counted_as_missing():
    found = cells([1.0, np.nan, 3.0, np.inf], [1.0, 2.0, np.nan, 4.0], [1, 2, 3, 4])

    assert (found.n, found.missing) == (1.0, 9.0)


def test_a_missing_group_is_the_group_unknown():
    found = cells_by(["F", None, " ", float("nan"), "M", "F"], np.arange(6.0), np.arange(6.0))

    assert {name: block.n for name, block in found.items()} == {"F": 2.0, "M": 1.0, UNKNOWN: 3.0}


def test_no_rows_at_all_are_undefined():
    found = pearson_of(cells([], []))

    assert (found.r, found.n) == (None, 0.0)
    assert spearman(cells([], [])) is None


def test_merging_nothing_is_refused():
    with pytest.raises(ValueError, match="at least one block"):
        merged([])


def test_midranks_share_ties():
    found = midranks(np.array([3.0, 1.0, 3.0, 2.0]), np.ones(4))

    assert found.tolist() == [3.5, 1.0, 3.5, 2.0]


@settings(deadline=None)
@given(values=st.lists(scores, min_size=1, max_size=80), count=st.integers(min_value=1, max_value=10))
def test_bands_ascend_keep_ties_together_and_leave_no_gap(values, count):
    x = np.sort(np.array(values))

    found = bands(x, np.ones(len(x)), count)

    assert np.all(np.diff(found) >= 0)
    assert all(len(set(found[x == level])) == 1 for level in set(values))
    assert sorted(set(found)) == list(range(len(set(found))))


@settings(deadline=None)
@given(values=st.lists(scores, min_size=1, max_size=40))
def test_the_weighted_median_is_the_median_of_the_people(values):
    levels, counts = np.unique(np.array(values), return_counts=True)

    found = weighted_median(levels, counts.astype(float))

    assert found == pytest.approx(float(np.median(values)))


def test_nobody_has_no_median():
    assert weighted_median(np.zeros(0), np.zeros(0)) is None

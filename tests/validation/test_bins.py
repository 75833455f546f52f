"""Frozen bins and profiles: order, chunks, relabelling and weights change nothing."""

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from validation.bins import NEW, BinsError, ColumnProfile, FrozenBins, Kind, freeze, profile, reference_profile

numbers = st.lists(st.floats(-1e6, 1e6, allow_nan=False), min_size=1, max_size=200)
texts = st.lists(st.sampled_from(["a", "b", "c", "d", "", None]), min_size=1, max_size=200)


def same(one: ColumnProfile, other: ColumnProfile) -> bool:
    """Equal counts, new values, missing values and cells."""
    cells = (one.cells is None) == (other.cells is None)
    if one.cells is not None and other.cells is not None:
        cells = np.array_equal(one.cells.means, other.cells.means) and np.allclose(
            one.cells.weights, other.cells.weights
        )
    return bool(
        np.allclose(one.counts, other.counts) and one.new == other.new and one.missing == other.missing and cells
    )


def test_a_tenth_of_the_reference_lies_in_each_decile():
    found = reference_profile(np.random.default_rng(0).normal(size=10_000))

    assert found.bins.kind is Kind.CONTINUOUS
    assert found.counts.tolist() == [1000.0] * 10


def test_a_number_with_few_values_is_cut_at_each_of_them():
    found = profile([1, 2, 2, 5, 6], freeze([1, 2, 3, 4, 5] * 10))

    assert found.counts.tolist() == [1, 2, 0, 0, 1]
    assert found.new == {"6.0": 1.0}


@pytest.mark.parametrize("values", [list("abcab"), np.arange(100) % 7, np.random.default_rng(1).normal(size=500)])
def test_bins_and_profiles_survive_json(values):
    bins = freeze(values)
    found = profile(values, bins)

    assert FrozenBins.from_json(bins.as_json()) == bins
    assert same(ColumnProfile.from_json(found.as_json()), found)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"kind": "round"}', json.dumps({"kind": "text", "edges": None})])
def test_what_is_not_a_stored_document_is_refused(text):
    with pytest.raises(BinsError, match="freeze them again"):
        FrozenBins.from_json(text)
    with pytest.raises(BinsError):
        ColumnProfile.from_json(text)


def test_a_profile_whose_counts_do_not_fit_its_bins_is_refused():
    stored = json.loads(reference_profile(list("abc")).as_json())

    with pytest.raises(BinsError, match="2 counts for 3 bins"):
        ColumnProfile.from_json(json.dumps(stored | {"counts": [1, 2]}))


def test_profiles_of_other_bins_do_not_merge():
    with pytest.raises(BinsError, match="same frozen bins"):
        reference_profile(["a"]).merge(reference_profile(["b"]))


@settings(deadline=None, max_examples=50)
@given(values=numbers, cut=st.integers(0, 200))
def test_profiles_of_chunks_merge_into_the_profile_of_the_whole(values, cut):
    bins = freeze(values[::2] or values)

    parts = profile(values[:cut], bins).merge(profile(values[cut:], bins))

    assert same(parts, profile(values, bins))


@settings(deadline=None, max_examples=50)
@given(values=texts, cut=st.integers(0, 200))
def test_chunks_of_text_merge_too(values, cut):
    bins = freeze(["a", "b"])

    parts = profile(values[:cut], bins).merge(profile(values[cut:], bins))

    assert same(parts, profile(values, bins))


@settings(deadline=None, max_examples=50)
@given(values=numbers, seed=st.integers(0, 100))
def test_order_does_not_matter(values, seed):
    shuffled = np.random.default_rng(seed).permutation(values)

    assert freeze(shuffled) == freeze(values)
    assert same(reference_profile(shuffled), reference_profile(values))


@settings(deadline=None, max_examples=50)
@given(counted=st.lists(st.tuples(st.integers(-50, 50), st.integers(1, 5)), min_size=1, max_size=60))
def test_counts_stand_for_rows(counted):
    values, weights = (np.asarray(side, dtype=float) for side in zip(*counted, strict=True))
    rows = np.repeat(values, weights.astype(int))

    assert freeze(values, weights) == freeze(rows)
    assert same(reference_profile(values, weights), reference_profile(rows))


def test_counts_stand_for_rows_of_text():
    weighted = reference_profile(["a", "b", None], np.asarray([3.0, 2.0, 4.0]))

    assert same(weighted, reference_profile(["a"] * 3 + ["b"] * 2 + [None] * 4))


@pytest.mark.parametrize("holder", [list, np.asarray, pd.Series, lambda values: pd.Series(values, dtype="category")])
def test_text_reads_alike_from_any_holder(holder):
    found = reference_profile(holder(["x", "y", "x"]))

    assert dict(zip(found.bins.labels, found.counts, strict=True)) == {"x": 2.0, "y": 1.0}


def test_what_is_no_number_is_missing_and_counted_as_unreadable():
    found = profile(["1", "two", "", None, "3", "nan", np.inf], freeze([1, 2, 3]))

    assert found.present == 2
    assert (found.missing, found.unreadable) == (5, 1)


def test_whole_numbers_meet_bins_of_text_as_text():
    bins = freeze(["17", "2"])

    assert profile([17, 2, 2], bins).counts.tolist() == [1, 2]
    assert profile([17.0, 2.0, None], bins).counts.tolist() == [1, 1]


def test_rare_categories_share_a_bin():
    found = reference_profile([f"city {number % 500}" for number in range(5000)])

    assert found.bins.size == 200
    assert found.counts.sum() == 5000


def test_a_flood_of_new_values_is_kept_as_one_total():
    bins = freeze(["a", "b"])
    halves = [profile([f"{half}{number}" for number in range(700)], bins) for half in "xy"]

    assert len(halves[0].new) == 700
    assert halves[0].merge(halves[1]).new == {NEW: 1400.0}


@pytest.mark.parametrize("values", [[], [None, None], [np.nan] * 3, np.asarray([np.inf, -np.inf])])
def test_a_column_without_values_has_bins_that_hold_nothing(values):
    found = reference_profile(values)

    assert found.present == 0
    assert found.missing == len(values)


def test_a_long_histogram_keeps_counts_and_mean_on_its_grid():
    values = np.random.default_rng(2).normal(size=100_000)

    found = reference_profile(values)

    assert found.cells.means.size <= 2048
    assert np.average(found.cells.means, weights=found.cells.weights) == pytest.approx(values.mean(), abs=1e-12)

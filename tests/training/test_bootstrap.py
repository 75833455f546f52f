"""Draws of people, against slow second methods on the very rows that were drawn."""

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score

from training import bootstrap
from training.auc import auc_value
from training.bootstrap import People, Ranked, Sums, drawn
from validation.gate_comparison import paired_ranking


@pytest.fixture
def scored() -> tuple[np.ndarray, np.ndarray]:
    """Labels of 90 rows with tied scores."""
    random = np.random.default_rng(4)
    label = (random.random(90) < 0.4).astype(float)
    return label, np.round(label + random.normal(size=90), 1)


def test_all_rows_of_a_person_are_drawn_together_and_a_row_of_nobody_alone() -> None:
    people = People.of(pd.Series(["a", "b", "a", None, None], dtype=object))

    counts = np.hstack(list(people.blocks(seed=1, draws=50)))

    assert people.n == 4
    np.testing.assert_array_equal(counts[0], counts[2])
    assert not np.array_equal(counts[3], counts[4])


def test_every_draw_has_as_many_people_as_the_sample() -> None:
    people = People.of(list(range(30)))

    counts = np.hstack(list(people.blocks(seed=1, draws=20)))

    assert set(counts.sum(axis=0)) == {30.0}


def test_draws_do_not_depend_on_the_size_of_a_block(monkeypatch: pytest.MonkeyPatch) -> None:
    people = People.of(list(range(60)))
    whole = np.hstack(list(people.blocks(seed=1, draws=20)))

    monkeypatch.setattr(bootstrap, "BLOCK", 180)

    np.testing.assert_array_equal(np.hstack(list(people.blocks(seed=1, draws=20))), whole)


def test_another_seed_draws_others() -> None:
    people = People.of(list(range(60)))

    one, two = (next(people.blocks(seed=seed, draws=5)) for seed in (1, 2))

    assert not np.array_equal(one, two)


def test_a_drawn_auc_is_that_of_the_rows_written_down_as_often(scored: tuple[np.ndarray, np.ndarray]) -> None:
    label, score = scored
    counts = np.random.default_rng(2).integers(0, 4, (90, 3)).astype(float)

    found = Ranked.by(score, label, np.zeros(90, np.intp), 1).aucs(counts)

    written = [np.repeat(np.arange(90), column.astype(int)) for column in counts.T]
    assert found[0] == pytest.approx([roc_auc_score(label[rows], score[rows]) for rows in written])


def test_a_slices_auc_is_that_of_its_rows(scored: tuple[np.ndarray, np.ndarray]) -> None:
    label, score = scored
    codes = np.random.default_rng(3).integers(-1, 4, 90)
    counts = np.random.default_rng(2).integers(1, 4, (90, 1)).astype(float)

    found = Ranked.by(score, label, codes, 4).aucs(counts)[:, 0]

    expected = [
        roc_auc_score(label[codes == c], score[codes == c], sample_weight=counts[codes == c, 0]) for c in range(4)
    ]
    assert found == pytest.approx(expected)


def test_a_slice_without_both_outcomes_has_no_auc() -> None:
    label, codes = np.array([1.0, 1.0, 0.0, 1.0]), np.array([0, 0, 1, 1])

    found = Ranked.by(np.array([0.1, 0.2, 0.3, 0.4]), label, codes, 3).aucs(np.ones((4, 1)))

    np.testing.assert_array_equal(found[:, 0], [np.nan, 1.0, np.nan])


def test_rows_of_which_none_is_in_a_slice_have_no_auc() -> None:
    """So few rows that every slice is too small to judge are still compared."""
    found = Ranked.by(np.array([0.1, 0.2]), np.array([0.0, 1.0]), np.array([-1, -1]), 0)

    assert found.aucs(np.ones((2, 3))).shape == (0, 3)


def test_a_draw_without_one_outcome_has_no_auc() -> None:
    found = Ranked.by(np.array([0.1, 0.2]), np.array([0.0, 1.0]), np.zeros(2, np.intp), 1).aucs(
        np.array([[1.0, 2.0], [1.0, 0.0]])
    )

    np.testing.assert_array_equal(found, [[1.0, np.nan]])


def test_sums_are_those_of_the_rows_drawn() -> None:
    random, people = np.random.default_rng(5), People.of([0, 0, 1, 2, 3, 3])
    values, codes, sums = random.random(6), np.array([0, 1, 1, -1, 0, 2]), Sums(rows=6)
    whole, first = sums.add(values), sums.add_by(codes, 3, values)

    found = drawn(people, sums, [], seed=9, draws=4).sums

    counts = np.hstack([np.ones((6, 1)), *people.blocks(seed=9, draws=4)])
    np.testing.assert_allclose(found[whole], values @ counts)
    for code in range(3):
        np.testing.assert_allclose(found[first + code], (values * (codes == code)) @ counts)


def test_the_interval_of_a_difference_equals_delongs() -> None:
    """An independent method for the same question, where nobody has two rows."""
    random = np.random.default_rng(4)
    label = (random.random(500) < 0.4).astype(float)
    one, two = label + random.normal(size=500), label + random.normal(size=500) * 1.5
    orders = [Ranked.by(score, label, np.zeros(500, np.intp), 1) for score in (one, two)]

    found = drawn(People.of(list(range(500))), Sums(rows=500), orders, seed=3, draws=1_000)

    gap = found.aucs[1][0] - found.aucs[0][0]
    interval = paired_ranking(label, two, one, level=0.95).interval
    assert np.quantile(gap[1:], [0.025, 0.975]) == pytest.approx([interval.low, interval.high], abs=0.012)


def test_the_first_column_is_the_sample_itself(scored: tuple[np.ndarray, np.ndarray]) -> None:
    label, score = scored

    found = drawn(
        People.of(list(range(90))), Sums(rows=90), [Ranked.by(score, label, np.zeros(90, np.intp), 1)], seed=1, draws=5
    )

    assert found.aucs[0].shape == (1, 6)
    assert found.aucs[0][0, 0] == pytest.approx(auc_value(score, label))


def test_whoever_listens_may_stop_the_draws() -> None:
    def stop(step: str) -> None:
        raise KeyboardInterrupt(step)

    with pytest.raises(KeyboardInterrupt, match="drawing people again"):
        drawn(People.of([1, 2]), Sums(rows=2), [], seed=1, draws=5, tell=stop)

"""AUC and its interval against independent methods."""

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from training.auc import auc, auc_value


def _scores(count: int = 300) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(3)
    labels = (random.random(count) < 0.4).astype(float)
    return np.round(labels * 0.8 + random.normal(size=count), 1), labels


def test_the_value_equals_scikit_learns_with_ties() -> None:
    scores, labels = _scores()

    assert auc_value(scores, labels) == pytest.approx(roc_auc_score(labels, scores))


def test_the_value_equals_counting_all_pairs() -> None:
    scores, labels = _scores(60)
    good, bad = scores[labels == 1], scores[labels == 0]

    pairs = (good[:, None] > bad).mean() + 0.5 * (good[:, None] == bad).mean()

    assert auc_value(scores, labels) == pytest.approx(pairs)


def test_the_standard_error_equals_that_of_a_stratified_bootstrap() -> None:
    """DeLong's variance is that of resampling the good and the bad apart."""
    scores, labels = _scores()
    good, bad = scores[labels == 1], scores[labels == 0]
    random = np.random.default_rng(1)
    y = np.r_[np.ones(good.size), np.zeros(bad.size)]

    draws = [
        auc_value(np.r_[random.choice(good, good.size), random.choice(bad, bad.size)], y) or 0.0 for _ in range(2000)
    ]

    assert auc(scores, labels).standard_error == pytest.approx(np.std(draws), rel=0.06)


def test_without_both_outcomes_it_is_undefined() -> None:
    result = auc(np.array([0.1, 0.2]), np.array([1.0, 1.0]))

    assert (result.value, result.interval.low, result.positives, result.negatives) == (None, None, 2, 0)


def test_a_perfect_order_stays_within_its_bounds() -> None:
    result = auc(np.array([0.1, 0.2, 0.8, 0.9]), np.array([0.0, 0.0, 1.0, 1.0]))

    assert (result.value, result.interval.high) == (1.0, 1.0)

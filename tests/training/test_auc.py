"""AUC against independent methods."""

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from training.auc import auc_value


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


def test_without_both_outcomes_it_is_undefined() -> None:
    assert auc_value(np.array([0.1, 0.2]), np.array([1.0, 1.0])) is None

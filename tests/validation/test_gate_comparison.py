"""AUC and correlation, alone and paired, against scikit-learn and the bootstrap."""

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from tests.validation.gate_evidence_builder import holdout
from validation.gate_comparison import difference_interval, paired_ranking, ranking


def test_auc_is_scikit_learns_with_ties() -> None:
    rows = holdout(n=300)
    score = np.round(rows.score)

    found = ranking(rows.label, score, level=0.9)

    assert found.value == pytest.approx(roc_auc_score(rows.label, score), abs=1e-12)


def test_delongs_interval_is_the_bootstraps() -> None:
    rows = holdout(n=800)
    rng = np.random.default_rng(5)
    draws = [rng.integers(0, 800, 800) for _ in range(1_500)]
    values = [roc_auc_score(rows.label[d], rows.score[d]) for d in draws]

    found = ranking(rows.label, rows.score, level=0.9)

    assert (found.interval.low, found.interval.high) == pytest.approx(np.quantile(values, [0.05, 0.95]), abs=0.006)


def test_the_paired_interval_is_the_bootstraps() -> None:
    rows = holdout(n=800)
    first, second = rows.score, rows.others["vendor_score"]
    rng = np.random.default_rng(6)
    draws = [rng.integers(0, 800, 800) for _ in range(1_500)]
    gaps = [roc_auc_score(rows.label[d], first[d]) - roc_auc_score(rows.label[d], second[d]) for d in draws]

    found = paired_ranking(rows.label, first, second, level=0.9)

    assert found.difference == pytest.approx(
        roc_auc_score(rows.label, first) - roc_auc_score(rows.label, second), abs=1e-12
    )
    assert (found.interval.low, found.interval.high) == pytest.approx(np.quantile(gaps, [0.05, 0.95]), abs=0.006)


def test_a_score_compared_with_itself_differs_by_nothing() -> None:
    rows = holdout(n=300)

    found = paired_ranking(rows.label, rows.score, rows.score, level=0.9)

    assert (found.interval.low, found.difference, found.interval.high) == pytest.approx((0.0, 0.0, 0.0), abs=1e-9)


def test_rows_without_a_label_or_a_score_are_left_out() -> None:
    rows = holdout(n=300)
    label = np.where(np.arange(300) < 20, np.nan, rows.label)
    score = np.where(np.arange(300) >= 290, np.nan, rows.score)

    assert ranking(label, score, level=0.9).n == 270


def test_one_value_of_the_label_is_undefined() -> None:
    rows = holdout(n=50)

    assert ranking(np.ones(50), rows.score, level=0.9).value is None
    assert paired_ranking(np.ones(50), rows.score, rows.score, level=0.9).difference is None


def test_one_value_of_the_score_is_undefined() -> None:
    rows = holdout(n=60)

    found = ranking(rows.label, np.full(60, 0.3), level=0.9)

    assert (found.value, found.interval.low, found.interval.high) == (None, None, None)


def test_a_graded_label_is_compared_by_correlation() -> None:
    rng = np.random.default_rng(3)
    label = rng.normal(size=500)
    better, worse = label + rng.normal(size=500), label + 3 * rng.normal(size=500)

    found = paired_ranking(label, better, worse, level=0.9)

    assert found.metric == "r"
    assert found.interval.low is not None
    assert found.interval.low > 0


def test_zous_interval_is_the_bootstraps() -> None:
    rng = np.random.default_rng(4)
    truth = rng.normal(size=600)
    y, a, b = truth + rng.normal(size=600), truth + rng.normal(size=600), truth + 2 * rng.normal(size=600)
    gaps = []
    for _ in range(1_500):
        d = rng.integers(0, 600, 600)
        table = np.corrcoef([y[d], a[d], b[d]])
        gaps.append(table[0, 1] - table[0, 2])
    table = np.corrcoef([y, a, b])

    found = difference_interval(table[0, 1], table[0, 2], table[1, 2], 600, level=0.9)

    assert (found.low, found.high) == pytest.approx(np.quantile(gaps, [0.05, 0.95]), abs=0.012)

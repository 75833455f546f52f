"""Performance before and after the labels, against scikit-learn and simulation."""

import numpy as np
import pytest
from sklearn.metrics import accuracy_score, f1_score, precision_score, recall_score, roc_auc_score

from validation.outcome import Verdict
from validation.performance_estimate import calibrate, estimate, in_chunks, judge, minimum_chunk, realise


def people(n, seed, low=0.02, high=0.98):
    """Scores that are chances, and the labels they lead to."""
    rng = np.random.default_rng(seed)
    scores = rng.uniform(low, high, n)
    return scores, (rng.uniform(size=n) < scores).astype(float)


SCORES, LABELS = people(20_000, 1)
CALIBRATION = calibrate(SCORES, LABELS)
REFERENCE = realise(SCORES, LABELS, cut=0.5)


def test_realised_performance_equals_scikit_learn():
    chosen = SCORES >= 0.5

    found = realise(SCORES, LABELS, cut=0.5)

    assert found.auc == pytest.approx(roc_auc_score(LABELS, SCORES), abs=1e-12)
    assert (found.accuracy, found.precision, found.recall, found.f1) == pytest.approx(
        tuple(measure(LABELS, chosen) for measure in (accuracy_score, precision_score, recall_score, f1_score))
    )


def test_the_estimate_meets_what_the_labels_show_later():
    scores, labels = people(20_000, 2, low=0.3, high=0.7)

    estimated, realised = estimate(scores, CALIBRATION, cut=0.5), realise(scores, labels, cut=0.5)

    assert estimated.auc == pytest.approx(realised.auc, abs=4 * realised.auc_error)
    assert estimated.accuracy == pytest.approx(realised.accuracy, abs=0.015)


def test_an_uncalibrated_score_is_calibrated_first():
    """The score says .9 where .5 is true; the estimate must not believe it."""
    overconfident = SCORES**0.2
    found = estimate(overconfident, calibrate(overconfident, LABELS), cut=0.8)

    assert found.positives == pytest.approx(LABELS.sum(), rel=1e-9)
    assert found.auc == pytest.approx(REFERENCE.auc, abs=0.005)


def test_counts_stand_for_rows():
    scores, labels, weights = np.asarray([0.2, 0.6, 0.9]), np.asarray([0.0, 1.0, 1.0]), np.asarray([3.0, 2.0, 4.0])
    rows = np.repeat(scores, weights.astype(int)), np.repeat(labels, weights.astype(int))

    assert realise(scores, labels, cut=0.5, weights=weights) == realise(*rows, cut=0.5)
    assert calibrate(scores, labels, weights) == calibrate(*rows)


def test_rows_without_score_or_label_are_left_out():
    found = realise(np.asarray([0.1, np.nan, 0.8, 0.9]), np.asarray([0.0, 1.0, np.nan, 1.0]), cut=0.5)

    assert (found.n, found.positives) == (2, 1)


def test_one_label_only_leaves_the_auc_undefined():
    found = realise(np.asarray([0.2, 0.7]), np.asarray([1.0, 1.0]), cut=0.5)

    assert (found.auc, found.as_json()["auc_error"], minimum_chunk(found)) == (None, None, None)


def test_nothing_to_calibrate_on_is_an_error():
    with pytest.raises(ValueError, match="cannot be calibrated"):
        calibrate(np.asarray([np.nan]), np.asarray([1.0]))


def test_the_error_of_the_auc_is_the_simulated_one():
    found = [realise(*people(500, seed), cut=0.5) for seed in range(10, 210)]

    simulated = np.std([performance.auc for performance in found])

    assert found[0].auc_error == pytest.approx(simulated, rel=0.25)


def test_the_minimum_chunk_is_where_the_error_gets_small_enough():
    least = minimum_chunk(REFERENCE)

    assert realise(*people(least, 3), cut=0.5).auc_error == pytest.approx(0.02, rel=0.2)


def noisy(seed, share):
    """People of whom a share has labels that the score knows nothing of."""
    scores, labels = people(5000, seed)
    rng = np.random.default_rng(seed + 1)
    lost = rng.uniform(size=5000) < share
    return scores, np.where(lost, rng.integers(0, 2, 5000), labels).astype(float)


@pytest.mark.parametrize(("share", "verdict"), [(0.0, Verdict.PASS), (0.2, Verdict.REVIEW), (0.6, Verdict.BLOCK)])
def test_realised_performance_decides_once_it_is_there(share, verdict):
    scores, labels = noisy(4, share)

    found = judge("May", REFERENCE, estimate(scores, CALIBRATION, cut=0.5), realise(scores, labels, cut=0.5))

    assert found.verdict is verdict
    assert "realised AUC" in found.reason.en


def test_an_estimate_alone_asks_for_a_review_and_never_blocks():
    scores, _ = people(5000, 5, low=0.45, high=0.55)

    found = judge("May", REFERENCE, estimate(scores, CALIBRATION, cut=0.5))

    assert found.estimated.auc < REFERENCE.auc - 0.2
    assert (found.verdict, found.realised) == (Verdict.REVIEW, None)


def test_a_small_chunk_has_no_verdict():
    found = judge("May", REFERENCE, estimate(SCORES[:50], CALIBRATION, cut=0.5))

    assert found.verdict is Verdict.NOT_ENOUGH_EVIDENCE
    assert found.as_json()["realised"] is None


def test_chunks_cover_every_row_once():
    assert [(part.start, part.stop) for part in in_chunks(12, 5)] == [(0, 5), (5, 10), (10, 12)]

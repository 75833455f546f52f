"""Calibration by group, what forces unequal errors, and the common cut score."""

import numpy as np
import pytest

from validation.calibration import calibration, calibration_by_group, implied_false_positive_rate
from validation.cells import cells
from validation.cut_score_sweep import group_scores, sweep


def test_calibration_sees_what_brier_misses():
    """One group is promised too little and the other too much, with the same Brier score."""
    low, high = cells([0.4] * 10, [1] * 5 + [0] * 5), cells([0.6] * 10, [1] * 5 + [0] * 5)

    found = calibration_by_group({"low": low, "high": high})

    assert found["low"].brier == pytest.approx(found["high"].brier)
    assert [found[name].observed_over_expected for name in found] == pytest.approx([1.25, 0.5 / 0.6])
    assert [found[name].in_the_large for name in found] == pytest.approx([0.1, -0.1])


def test_calibration_bins_hold_equally_many_people():
    rng = np.random.default_rng(14)
    chance = rng.uniform(size=2000)
    outcome = (rng.uniform(size=2000) < chance).astype(float)

    found = calibration(cells(chance, outcome))

    assert [one.n for one in found.bins] == [200.0] * 10
    assert found.expected_calibration_error < 0.05
    assert found.brier == pytest.approx(((chance - outcome) ** 2).mean())


def test_calibration_of_nobody_is_undefined_and_of_scores_refused():
    assert calibration(cells([], [])).observed_over_expected is None
    with pytest.raises(ValueError, match="between 0 and 1"):
        calibration(cells([70.0], [1.0]))


def test_nobody_hired_at_a_cut_leaves_the_ratio_undefined():
    found = sweep({"a": group_scores([1.0, 2.0]), "b": group_scores([1.0])}, [5.0])[0]

    assert (found.impact_ratio, found.overall, found.expected_success) == (None, 0.0, None)
    assert sweep({}) == ()


def test_a_sweep_without_cuts_visits_every_score_and_counts_successes():
    found = sweep({"a": group_scores([1.0, 2.0, 2.0], [0.0, 1.0, 0.0]), "b": group_scores([3.0], [1.0])})

    assert [one.cut for one in found] == [1.0, 2.0, 3.0]
    assert [one.expected_success for one in found] == pytest.approx([0.5, 2 / 3, 1.0])


def test_a_missing_score_cannot_be_cut():
    with pytest.raises(ValueError, match="missing or infinite"):
        group_scores([1.0, float("nan")])


def test_an_impossible_false_positive_rate_is_none():
    assert implied_false_positive_rate(base_rate=1.0, ppv=0.7, fnr=0.3) is None
    assert implied_false_positive_rate(base_rate=0.3, ppv=0.0, fnr=0.3) is None

"""Challenger against champion on the same hires."""

import math

import numpy as np
import pytest

from validation.champion_validity import compare_with_champion, difference_interval
from validation.correlation import pearson
from validation.outcome import Verdict


def _hires(champion_r, challenger_r, between, n):
    """Three columns with exactly these sample correlations."""
    rng = np.random.default_rng(4)
    raw = rng.normal(size=(n, 3))
    raw -= raw.mean(axis=0)
    white = raw @ np.linalg.inv(np.linalg.cholesky(raw.T @ raw / n)).T
    wanted = np.array([[1, between, champion_r], [between, 1, challenger_r], [champion_r, challenger_r, 1]])
    return (white @ np.linalg.cholesky(wanted).T).T


def test_zous_interval_of_a_printed_example():
    """Zou (2007), example 2: r .396 and .179 with .088 between them, n = 66, gives -.093 to .517."""
    found = difference_interval(pearson(0.396, 66), pearson(0.179, 66), 0.088)

    assert found.as_list() == pytest.approx([-0.093, 0.517], abs=0.001)


@pytest.mark.parametrize(
    ("champion", "challenger", "n", "verdict"),
    [
        (0.30, 0.35, 400, Verdict.PASS),
        (0.35, 0.33, 200, Verdict.REVIEW),
        (0.45, 0.10, 400, Verdict.BLOCK),
        (0.30, 0.35, 20, Verdict.NOT_ENOUGH_EVIDENCE),
    ],
)
def test_the_verdict_on_a_challenger(champion, challenger, n, verdict):
    found = compare_with_champion(*_hires(champion, challenger, 0.8, n))

    assert found.judgement.verdict is verdict
    assert found.judgement.reason.zh
    assert math.copysign(1, found.meng.z) == math.copysign(1, challenger - champion)


def test_a_score_that_does_not_vary_cannot_be_compared():
    found = compare_with_champion([1.0] * 50, np.arange(50.0), np.arange(50.0) % 7)

    assert (found.judgement.verdict, found.meng) == (Verdict.NOT_ENOUGH_EVIDENCE, None)
    assert "does not vary" in found.judgement.reason.en

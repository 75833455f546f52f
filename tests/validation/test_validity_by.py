"""Validity within strata, beside the naive figure of all people."""

import math

import numpy as np
import pytest
from scipy import stats

from validation.cells import cells, cells_by
from validation.validity_by import validity_by


def _jobs(slopes, n=300):
    rng = np.random.default_rng(3)
    job = np.repeat([f"job {index}" for index in range(len(slopes))], n)
    x = rng.normal(size=len(job))
    y = np.repeat(slopes, n) * x + rng.normal(size=len(job))
    return job, x, y


def test_the_mean_within_strata_weighs_by_their_size():
    found = validity_by({"a": cells([1, 2, 3, 4, 5], [1, 3, 2, 5, 4]), "b": cells([1, 2, 3, 4], [2, 1, 4, 3])})

    z = [math.atanh(0.8), math.atanh(0.6)]
    mean = (2 * z[0] + z[1]) / 3
    q = 2 * (z[0] - mean) ** 2 + (z[1] - mean) ** 2
    assert (found.mean_r, found.q) == pytest.approx((math.tanh(mean), q))
    assert (found.p, found.df) == pytest.approx((stats.chi2.sf(q, 1), 1))


def test_jobs_of_different_level_do_not_make_a_validity():
    """Harder jobs attract stronger candidates and stricter ratings: pooled, the score seems to harm."""
    job, x, y = _jobs([0.5, 0.5])
    level = (job == "job 1") * 3.0

    found = validity_by(cells_by(list(job), x + level, y - level))

    assert found.naive.r < 0 < found.mean_r
    assert found.is_homogeneous is True


def test_strata_that_disagree_are_told():
    job, x, y = _jobs([0.8, 0.0])

    assert validity_by(cells_by(list(job), x, y)).is_homogeneous is False


def test_strata_without_people_or_spread_carry_no_weight():
    found = validity_by({"few": cells([1, 2], [1, 2]), "flat": cells([1.0] * 9, np.arange(9.0))})

    assert (found.mean_r, found.q, found.is_homogeneous, found.interval.low) == (None, None, None, None)
    assert validity_by({}).naive.r is None

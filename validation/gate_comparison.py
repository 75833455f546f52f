"""How well a score ranks a label, and two scores against each other on the same rows.

AUC with DeLong's covariance (DeLong, DeLong & Clarke-Pearson 1988, by the midranks of Sun & Xu 2014) for a label of two
values; Pearson's r with Fisher's interval and Zou's (2007) interval of a difference for a graded one. Both comparisons
know that the scores share their rows. None means undefined: one value of the label only, or a score that is constant.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

from validation.correlation import fisher_interval
from validation.moments import moments
from validation.outcome import Interval
from validation.proportion import quantile

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranking:
    """How well one score ranks the label on `n` rows."""

    metric: str
    n: int
    value: float | None
    interval: Interval


@dataclass(frozen=True, slots=True, kw_only=True)
class PairedRanking:
    """Two scores on the same `n` rows; `difference` is first minus second, with its interval."""

    metric: str
    n: int
    first: float | None
    second: float | None
    difference: float | None
    interval: Interval


def is_graded(label: Floats) -> bool:
    """Whether the label takes more than two values."""
    return len(np.unique(label[np.isfinite(label)])) > 2


def ranking(label: Floats, score: Floats, *, level: float) -> Ranking:
    """AUC, or r of a graded label, on the rows that have both; `level` is the two-sided coverage.

    A score of one value orders nobody: its AUC is undefined, not one half without any doubt.
    """
    kept = np.isfinite(label) & np.isfinite(score)
    y, x = label[kept], score[kept]
    if is_graded(label):
        r = moments({"x": x, "y": y}).r("x", "y")
        return Ranking(metric="r", n=len(y), value=r, interval=fisher_interval(r, len(y), level))
    found = _delong(y, x[None, :]) if len(x) and np.ptp(x) > 0 else None
    if found is None:
        return Ranking(metric="auc", n=len(y), value=None, interval=_nowhere(level, "delong"))
    aucs, covariance = found
    interval = _around(float(aucs[0]), float(covariance[0, 0]), level)
    return Ranking(metric="auc", n=len(y), value=float(aucs[0]), interval=interval)


def paired_ranking(label: Floats, first: Floats, second: Floats, *, level: float) -> PairedRanking:
    """Both scores on the rows that have label and both scores."""
    kept = np.isfinite(label) & np.isfinite(first) & np.isfinite(second)
    y, x1, x2 = label[kept], first[kept], second[kept]
    if is_graded(label):
        return _paired_r(y, x1, x2, level)
    found = _delong(y, np.vstack([x1, x2]))
    if found is None:
        return _undefined("auc", len(y), level, "delong")
    aucs, covariance = found
    difference = float(aucs[0] - aucs[1])
    variance = float(covariance[0, 0] + covariance[1, 1] - 2 * covariance[0, 1])
    return PairedRanking(
        metric="auc",
        n=len(y),
        first=float(aucs[0]),
        second=float(aucs[1]),
        difference=difference,
        interval=_around(difference, variance, level),
    )


def _delong(label: Floats, scores: Floats) -> tuple[Floats, Floats] | None:
    """AUCs of the scores (a row each) and their covariance; None with fewer than two rows of either label value."""
    values = np.unique(label)
    if len(values) != 2:
        return None
    positive = label == values[1]
    m, n = int(positive.sum()), int((~positive).sum())
    if min(m, n) < 2:
        return None
    ranks = rankdata(scores, axis=1)
    above = (ranks[:, positive] - rankdata(scores[:, positive], axis=1)) / n
    below = 1 - (ranks[:, ~positive] - rankdata(scores[:, ~positive], axis=1)) / m
    covariance = np.cov(above).reshape(len(scores), -1) / m + np.cov(below).reshape(len(scores), -1) / n
    return above.mean(axis=1), covariance


def _paired_r(label: Floats, first: Floats, second: Floats, level: float) -> PairedRanking:
    seen = moments({"y": label, "a": first, "b": second})
    r1, r2, r12 = seen.r("a", "y"), seen.r("b", "y"), seen.r("a", "b")
    if r1 is None or r2 is None or r12 is None:
        return _undefined("r", len(label), level, "zou")
    return PairedRanking(
        metric="r",
        n=len(label),
        first=r1,
        second=r2,
        difference=r1 - r2,
        interval=difference_interval(r1, r2, r12, len(label), level=level),
    )


def difference_interval(r1: float, r2: float, r12: float, n: int, *, level: float) -> Interval:
    """Zou's (2007) interval of r1 - r2, two correlations with one criterion on the same people."""
    one, two = fisher_interval(r1, n, level), fisher_interval(r2, n, level)
    if one.low is None or one.high is None or two.low is None or two.high is None:
        return _nowhere(level, "zou")
    shared = (r12 - r1 * r2 / 2) * (1 - r1**2 - r2**2 - r12**2) + r12**3
    c = shared / ((1 - r1**2) * (1 - r2**2))
    down = (r1 - one.low) ** 2 + (two.high - r2) ** 2 - 2 * c * (r1 - one.low) * (two.high - r2)
    up = (one.high - r1) ** 2 + (r2 - two.low) ** 2 - 2 * c * (one.high - r1) * (r2 - two.low)
    low, high = r1 - r2 - math.sqrt(max(0.0, down)), r1 - r2 + math.sqrt(max(0.0, up))
    return Interval(low=low, high=high, level=level, method="zou")


def _around(centre: float, variance: float, level: float) -> Interval:
    half = quantile(0.5 + level / 2) * math.sqrt(max(0.0, variance))
    return Interval(low=centre - half, high=centre + half, level=level, method="delong")


def _nowhere(level: float, method: str) -> Interval:
    return Interval(low=None, high=None, level=level, method=method)


def _undefined(metric: str, n: int, level: float, method: str) -> PairedRanking:
    return PairedRanking(metric=metric, n=n, first=None, second=None, difference=None, interval=_nowhere(level, method))

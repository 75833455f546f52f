"""AUC with DeLong's interval: how often a good outcome is scored above a bad one, ties counting half.

DeLong, DeLong & Clarke-Pearson (1988) on mid-ranks as in Sun & Xu (2014). Undefined where
one of the outcomes is absent.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

from validation.outcome import Interval
from validation.proportion import quantile

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Auc:
    """An AUC (None: undefined), its standard error and interval, and the people with either outcome."""

    value: float | None
    standard_error: float | None
    interval: Interval
    positives: int
    negatives: int


def auc(scores: Array, labels: Array, level: float = 0.95) -> Auc:
    """The AUC of `scores` for `labels` of 0 and 1."""
    is_good = labels > 0.5
    placements = _placements(scores, is_good)
    value = auc_value(scores, labels)
    if value is None or placements is None:
        return _undefined(is_good, level)
    error = math.sqrt(sum(float(part.var(ddof=1)) / part.size for part in placements if part.size > 1))
    half = quantile(0.5 + level / 2) * error
    low, high = max(0.0, value - half), min(1.0, value + half)
    return Auc(
        value=value,
        standard_error=error,
        interval=Interval(low=low, high=high, level=level, method="delong"),
        positives=int(is_good.sum()),
        negatives=int((~is_good).sum()),
    )


def auc_value(scores: Array, labels: Array) -> float | None:
    """The AUC alone, from ranks; None where one of the outcomes is absent."""
    is_good = labels > 0.5
    positives, negatives = int(is_good.sum()), int((~is_good).sum())
    if not positives or not negatives:
        return None
    ranks = rankdata(scores)
    return float((ranks[is_good].sum() - positives * (positives + 1) / 2) / (positives * negatives))


def _placements(scores: Array, is_good: NDArray[np.bool_]) -> tuple[Array, Array] | None:
    good, bad = scores[is_good], scores[~is_good]
    if not good.size or not bad.size:
        return None
    ranks = rankdata(scores)
    above = (ranks[is_good] - rankdata(good)) / bad.size
    below = 1.0 - (ranks[~is_good] - rankdata(bad)) / good.size
    return above, below


def _undefined(is_good: NDArray[np.bool_], level: float) -> Auc:
    nothing = Interval(low=None, high=None, level=level, method="delong")
    good = int(is_good.sum())
    return Auc(value=None, standard_error=None, interval=nothing, positives=good, negatives=is_good.size - good)

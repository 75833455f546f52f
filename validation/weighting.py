"""Inverse-probability weighting: validity among all applicants from the hired, by logged hiring probabilities.

It needs positivity: with strict top-down hiring somebody had no chance at all, and the answer is undefined, not zero.
Kish's effective n replaces n in every interval.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from validation.correlation import Correlation, pearson
from validation.moments import Array, moments


@dataclass(frozen=True, slots=True, kw_only=True)
class WeightedValidity:
    """Raw r of the hired, weighted r with its interval on the effective n; `positive` is False without positivity."""

    n: float
    effective_n: float
    raw: Correlation
    weighted: Correlation | None
    positive: bool


def inverse_weights(probabilities: ArrayLike) -> Array | None:
    """1/p for hiring probabilities in (0, 1]; None as soon as one is outside, for then no weight can stand for it."""
    p = np.asarray(probabilities, dtype=np.float64)
    usable = np.isfinite(p).all() and ((p > 0) & (p <= 1)).all()
    return 1 / p if usable and p.size else None


def kish_n(weights: ArrayLike) -> float:
    """Effective n (sum w)^2 / sum w^2; 0 without weights."""
    w = np.asarray(weights, dtype=np.float64)
    return float(w.sum() ** 2 / (w @ w)) if w.size and (w @ w) > 0 else 0.0


def weighted_validity(
    x: ArrayLike, y: ArrayLike, probabilities: ArrayLike, hired: ArrayLike, level: float = 0.95
) -> WeightedValidity:
    """Validity of the hired weighted to the applicants. All arrays have a row per applicant.

    Positivity is judged over all applicants; the outcome `y` is only read of the hired.
    """
    chosen = np.asarray(hired, dtype=bool)
    weights = inverse_weights(probabilities)
    rows = {"x": np.asarray(x, dtype=np.float64)[chosen], "y": np.asarray(y, dtype=np.float64)[chosen]}
    seen = moments(rows)
    raw = pearson(seen.r("x", "y"), seen.n, level)
    if weights is None:
        return WeightedValidity(n=seen.n, effective_n=0.0, raw=raw, weighted=None, positive=False)
    balanced = moments(rows, weights[chosen])
    weighted = pearson(balanced.r("x", "y"), balanced.effective_n, level)
    return WeightedValidity(n=seen.n, effective_n=balanced.effective_n, raw=raw, weighted=weighted, positive=True)

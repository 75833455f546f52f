"""Validity against a criterion in categories: hired or not, a rating of five levels, retained or not.

A split criterion attenuates r (by .80 at an even split, .47 at 5 %); these functions give the r of the continuous
criterion underneath, assuming that it is normal. Cut points come from the margins (two steps, Olsson et al. 1982).
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, stats

from validation.cells import Cells, midranks
from validation.moments import Array

_EDGE = 1 - 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class AucEquivalents:
    """An AUC in other scales: Cohen's d (equal variances), r with the two classes, rank-biserial r."""

    d: float
    point_biserial: float
    rank_biserial: float


def biserial(r_point_biserial: float, share: float) -> float | None:
    """r_pb sqrt(pq)/phi(z_p) (Pearson 1909); None for a share of 0 or 1. The ad hoc form may exceed 1: not clipped."""
    if not 0 < share < 1:
        return None
    return r_point_biserial * math.sqrt(share * (1 - share)) / float(stats.norm.pdf(stats.norm.ppf(share)))


def both_dichotomised(phi: float, share_x: float, share_y: float) -> float | None:
    """The r underneath when predictor and criterion were both split: the biserial step on either side."""
    once = biserial(phi, share_x)
    return None if once is None else biserial(once, share_y)


def auc_equivalents(auc: float, share: float = 0.5) -> AucEquivalents:
    """d = sqrt(2) Phi^-1(AUC), r = d/sqrt(d^2 + 1/(pq)), rank-biserial 2 AUC - 1 (Salgado 2018); AUC inside (0, 1)."""
    if not (0 < auc < 1 and 0 < share < 1):
        raise ValueError(f"AUC {auc} and share {share} must both lie inside (0, 1)")
    d = math.sqrt(2) * float(stats.norm.ppf(auc))
    r = d / math.sqrt(d * d + 1 / (share * (1 - share)))
    return AucEquivalents(d=d, point_biserial=r, rank_biserial=2 * auc - 1)


def auc(pairs: Cells) -> float | None:
    """P(a positive scores above a negative), ties half, for a criterion of two values; None for any other."""
    levels = np.unique(pairs.y)
    if len(levels) != 2:
        return None
    positive = pairs.y == levels[1]
    n_positive, n_negative = pairs.weight[positive].sum(), pairs.weight[~positive].sum()
    # The last rank of a run is its midrank plus (size - 1)/2; with weights the U statistic needs midranks only.
    ranks = midranks(pairs.x, pairs.weight)[positive]
    total = float(ranks @ pairs.weight[positive])
    return float((total - n_positive * (n_positive + 1) / 2) / (n_positive * n_negative))


def polyserial_ad_hoc(pairs: Cells) -> float | None:
    """r sd(y)/sum phi(cuts) with y scored 1, 2, 3 ...; can exceed 1, kept only to show beside the ML estimate."""
    levels, codes = np.unique(pairs.y, return_inverse=True)
    scored = Cells(x=pairs.x, y=codes.astype(np.float64), weight=pairs.weight)
    r, spread = scored.moments().r("x", "y"), scored.moments().sd("y", ddof=0)
    if r is None or spread is None or len(levels) < 2:
        return None
    return float(r * spread / stats.norm.pdf(_cuts(codes, pairs.weight)[1:-1]).sum())


def polyserial(pairs: Cells) -> float | None:
    """Two-step maximum-likelihood polyserial correlation of a continuous x and an ordered y; None if either is flat.

    x is standardised with n in the denominator, cuts come from the margin of y, rho alone is maximised.
    """
    levels, codes = np.unique(pairs.y, return_inverse=True)
    seen = pairs.moments()
    spread, mean = seen.sd("x", ddof=0), seen.mean_of("x")
    if len(levels) < 2 or not spread or mean is None:
        return None
    z, cuts = (pairs.x - mean) / spread, _cuts(codes, pairs.weight)
    lower, upper = cuts[codes], cuts[codes + 1]

    def loss(rho: float) -> float:
        return -float(pairs.weight @ np.log(_cell_probability(z, lower, upper, rho)))

    found = optimize.minimize_scalar(loss, bounds=(-_EDGE, _EDGE), method="bounded", options={"xatol": 1e-11})
    return float(found.x)


def _cuts(codes: NDArray[np.intp], weight: Array) -> Array:
    """Normal cut points of an ordered variable, with minus and plus infinity at the ends."""
    size = np.bincount(codes, weights=weight)
    below = np.cumsum(size)[:-1] / size.sum()
    return np.concatenate([[-np.inf], np.asarray(stats.norm.ppf(below), dtype=np.float64), [np.inf]])


def _cell_probability(z: Array, lower: Array, upper: Array, rho: float) -> Array:
    scale = math.sqrt(1 - rho * rho)
    top, bottom = (upper - rho * z) / scale, (lower - rho * z) / scale
    # Of two equal probabilities the one in the lower tail keeps its digits.
    flip = bottom > 0
    high, low = np.where(flip, -bottom, top), np.where(flip, -top, bottom)
    share = np.asarray(stats.norm.cdf(high) - stats.norm.cdf(low), dtype=np.float64)
    return np.asarray(np.maximum(share, np.finfo(np.float64).tiny), dtype=np.float64)

"""Correlations with their intervals: Pearson (Fisher z), Spearman (Bonett-Wright, Fieller) and Kendall's tau-b.

All but tau-b are computed from moments or cells. None means undefined: a constant column or too few people.
"""

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy import stats

from validation.cells import Cells, midranks
from validation.moments import moments
from validation.outcome import Interval

SpearmanMethod = Literal["bonett_wright", "fieller"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Correlation:
    """A correlation with n, its interval, and the t test of zero correlation on n - 2 degrees of freedom."""

    r: float | None
    n: float
    interval: Interval
    t: float | None
    p: float | None


def pearson(r: float | None, n: float, level: float = 0.95) -> Correlation:
    """Pearson's r of n people with Fisher's interval and the t test. n may be an effective n."""
    t, p = _zero_test(r, n)
    return Correlation(r=r, n=n, interval=fisher_interval(r, n, level), t=t, p=p)


def pearson_of(pairs: Cells, level: float = 0.95) -> Correlation:
    """Pearson's r between predictor and criterion of some cells."""
    return pearson(pairs.moments().r("x", "y"), pairs.n, level)


def _zero_test(r: float | None, n: float) -> tuple[float | None, float | None]:
    if r is None or n <= 2:
        return None, None
    if abs(r) >= 1:
        return None, 0.0
    t = r * math.sqrt((n - 2) / (1 - r * r))
    return t, float(2 * stats.t.sf(abs(t), n - 2))


def fisher_interval(r: float | None, n: float, level: float = 0.95) -> Interval:
    """tanh(atanh r +/- z/sqrt(n - 3)); undefined for n of 3 or fewer and for r of exactly 1 or -1."""
    return _z_interval(r, 1 / math.sqrt(n - 3) if n > 3 else None, level, "fisher_z")


def spearman_interval(
    rho: float | None, n: float, method: SpearmanMethod = "bonett_wright", level: float = 0.95
) -> Interval:
    """Interval on the z scale: SE sqrt((1 + rho^2/2)/(n - 3)) (Bonett & Wright 2000) or sqrt(1.06/(n - 3)).

    The second is Fieller, Hartley & Pearson (1957), often rounded to 1.03/sqrt(n - 3).
    """
    if rho is None or n <= 3:
        return Interval(low=None, high=None, level=level, method=method)
    error = math.sqrt(1.06 / (n - 3)) if method == "fieller" else math.sqrt((1 + rho * rho / 2) / (n - 3))
    return _z_interval(rho, error, level, method)


def _z_interval(r: float | None, error: float | None, level: float, method: str) -> Interval:
    if r is None or error is None or abs(r) >= 1:
        return Interval(low=None, high=None, level=level, method=method)
    half = float(stats.norm.isf((1 - level) / 2)) * error
    centre = math.atanh(r)
    return Interval(low=math.tanh(centre - half), high=math.tanh(centre + half), level=level, method=method)


def spearman(pairs: Cells) -> float | None:
    """Spearman's rank correlation: Pearson's r of the midranks."""
    ranks = {"x": midranks(pairs.x, pairs.weight), "y": midranks(pairs.y, pairs.weight)}
    return moments(ranks, pairs.weight).r("x", "y")


def kendall_tau_b(pairs: Cells) -> float | None:
    """Kendall's tau-b; the one statistic here whose cost grows with people. Weights are rounded to whole people."""
    times = np.rint(pairs.weight).astype(np.intp)
    x, y = np.repeat(pairs.x, times), np.repeat(pairs.y, times)
    if len(np.unique(x)) < 2 or len(np.unique(y)) < 2:
        return None
    return float(stats.kendalltau(x, y).statistic)

"""Agreement of interval ratings: the six intraclass correlations, Lin's concordance, and Bland-Altman limits.

Correlation is not agreement: an AI that always rates ten points higher correlates perfectly. ICC2, absolute agreement,
answers "may the one stand in for the other"; ICC3, consistency, only "do they rank alike". All from moments.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from validation.moments import Moments, moments
from validation.outcome import Interval


@dataclass(frozen=True, slots=True, kw_only=True)
class IntraclassCorrelations:
    """Shrout & Fleiss (1979): single ratings (1, 2, 3), means of k ratings (1k, 2k, 3k), and the mean squares."""

    n: float
    k: int
    icc1: float | None
    icc2: float | None
    icc3: float | None
    icc1k: float | None
    icc2k: float | None
    icc3k: float | None
    between_targets: float
    between_judges: float
    error: float
    within_targets: float


@dataclass(frozen=True, slots=True, kw_only=True)
class BlandAltman:
    """Mean difference first minus second with its interval, limits of agreement, and proportional bias.

    `slope` regresses the difference on the mean of the two: apart from zero, the disagreement grows with the score.
    """

    n: float
    bias: float
    sd: float
    se: float
    interval: Interval
    limits: Interval
    se_limit: float
    lower_limit_interval: Interval
    upper_limit_interval: Interval
    slope: float | None
    slope_p: float | None


def rating_moments(ratings: ArrayLike, weights: ArrayLike | None = None) -> Moments:
    """Moments of a table with a row a target and a column a judge; incomplete rows are left out."""
    table = np.asarray(ratings, dtype=np.float64)
    return moments({f"judge{index}": table[:, index] for index in range(table.shape[1])}, weights)


def intraclass(seen: Moments) -> IntraclassCorrelations | None:
    """All six forms from the moments of k judges' ratings; None for fewer than two targets or judges."""
    n, k = seen.n, len(seen.columns)
    if n < 2 or k < 2:
        return None
    total = float(np.trace(seen.cross))
    targets = float(seen.cross.sum()) / k
    judges = n * float(((seen.mean - seen.mean.mean()) ** 2).sum())
    between, between_judges = targets / (n - 1), judges / (k - 1)
    error = max(0.0, total - targets) / ((n - 1) * (k - 1))
    within = (max(0.0, total - targets) + judges) / (n * (k - 1))
    return IntraclassCorrelations(
        n=n,
        k=k,
        icc1=_ratio(between - within, between + (k - 1) * within),
        icc2=_ratio(between - error, between + (k - 1) * error + k * (between_judges - error) / n),
        icc3=_ratio(between - error, between + (k - 1) * error),
        icc1k=_ratio(between - within, between),
        icc2k=_ratio(between - error, between + (between_judges - error) / n),
        icc3k=_ratio(between - error, between),
        between_targets=between,
        between_judges=between_judges,
        error=error,
        within_targets=within,
    )


def _ratio(top: float, bottom: float) -> float | None:
    return top / bottom if bottom != 0 else None


def icc2_interval(found: IntraclassCorrelations, level: float = 0.95) -> Interval:
    """Interval of ICC2, single rating, absolute agreement (McGraw & Wong 1996, Satterthwaite degrees of freedom)."""
    n, k, rho = found.n, found.k, found.icc2
    between, judges, error = found.between_targets, found.between_judges, found.error
    if rho is None or error <= 0 or rho >= 1:
        return Interval(low=None, high=None, level=level, method="mcgraw_wong")
    a, b = k * rho / (n * (1 - rho)), 1 + k * rho * (n - 1) / (n * (1 - rho))
    df = (a * judges + b * error) ** 2 / ((a * judges) ** 2 / (k - 1) + (b * error) ** 2 / ((n - 1) * (k - 1)))
    high_f, low_f = (float(stats.f.isf((1 - level) / 2, *pair)) for pair in ((n - 1, df), (df, n - 1)))
    spread = k * judges + (k * n - k - n) * error
    low = n * (between - high_f * error) / (high_f * spread + n * between)
    high = n * (low_f * between - error) / (spread + n * low_f * between)
    return Interval(low=low, high=high, level=level, method="mcgraw_wong")


def icc3_interval(found: IntraclassCorrelations, level: float = 0.95) -> Interval:
    """Interval of ICC3, single rating, consistency (Shrout & Fleiss 1979)."""
    if found.error <= 0:
        return Interval(low=None, high=None, level=level, method="shrout_fleiss")
    n, k, f = found.n, found.k, found.between_targets / found.error
    df = (n - 1) * (k - 1)
    low = f / float(stats.f.isf((1 - level) / 2, n - 1, df))
    high = f * float(stats.f.isf((1 - level) / 2, df, n - 1))
    return Interval(
        low=(low - 1) / (low + k - 1), high=(high - 1) / (high + k - 1), level=level, method="shrout_fleiss"
    )


def concordance(seen: Moments, first: str, second: str) -> float | None:
    """Lin's (1989) concordance correlation, moments with n in the denominator; None when nothing varies at all."""
    gap = float(seen.mean[seen.at(first)] - seen.mean[seen.at(second)])
    spread = seen.sum_of_squares(first) + seen.sum_of_squares(second) + seen.n * gap**2
    return 2 * seen.sum_of_products(first, second) / spread if seen.n > 0 and spread > 0 else None


def bland_altman(
    seen: Moments, first: str, second: str, multiplier: float = 1.96, level: float = 0.95
) -> BlandAltman | None:
    """Bland & Altman (1986): limits bias +/- multiplier SD; None for fewer than two pairs.

    The standard error of a limit is their approximation sqrt(3/n) SD; intervals use t with n - 1 degrees of freedom.
    """
    n = seen.n
    if n < 2:
        return None
    xx, yy, xy = seen.sum_of_squares(first), seen.sum_of_squares(second), seen.sum_of_products(first, second)
    bias = float(seen.mean[seen.at(first)] - seen.mean[seen.at(second)])
    sd = math.sqrt(max(0.0, xx + yy - 2 * xy) / (n - 1))
    t = float(stats.t.isf((1 - level) / 2, n - 1))
    low, high, se_limit = bias - multiplier * sd, bias + multiplier * sd, sd * math.sqrt(3 / n)
    slope, slope_p = _slope((xx - yy) / 2, (xx + yy + 2 * xy) / 4, max(0.0, xx + yy - 2 * xy), n)
    return BlandAltman(
        n=n,
        bias=bias,
        sd=sd,
        se=sd / math.sqrt(n),
        interval=_around(bias, t * sd / math.sqrt(n), level),
        limits=Interval(low=low, high=high, level=level, method=f"bias +/- {multiplier:g} SD"),
        se_limit=se_limit,
        lower_limit_interval=_around(low, t * se_limit, level),
        upper_limit_interval=_around(high, t * se_limit, level),
        slope=slope,
        slope_p=slope_p,
    )


def _around(centre: float, half: float, level: float) -> Interval:
    return Interval(low=centre - half, high=centre + half, level=level, method="t")


def _slope(
    products: float, mean_squares: float, difference_squares: float, n: float
) -> tuple[float | None, float | None]:
    """Slope of the difference on the mean, and its p."""
    if mean_squares <= 0 or n <= 2:
        return None, None
    slope = products / mean_squares
    left = difference_squares - slope * products
    if left <= 1e-12 * difference_squares:
        return slope, None if difference_squares <= 0 else 0.0
    t = slope / math.sqrt(left / (n - 2) / mean_squares)
    return slope, float(2 * stats.t.sf(abs(t), n - 2))

"""Comparing two validities: champion and challenger on the same hires are dependent, two groups are independent.

Treating dependent correlations as independent is far too conservative when the two scores agree.
"""

import math
from dataclasses import dataclass

from scipy import stats


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """A z statistic with its two-sided p, the difference first minus second, and the method."""

    difference: float
    z: float | None
    p: float | None
    method: str


def _comparison(difference: float, z: float | None, method: str) -> Comparison:
    p = None if z is None else float(2 * stats.norm.sf(abs(z)))
    return Comparison(difference=difference, z=z, p=p, method=method)


def meng_rosenthal_rubin(r_first: float, r_second: float, r_between: float, n: float) -> Comparison:
    """Dependent correlations of two predictors with one criterion (Meng, Rosenthal & Rubin 1992)."""
    difference = r_first - r_second
    mean_square = (r_first**2 + r_second**2) / 2
    if n <= 3 or r_between >= 1 or max(abs(r_first), abs(r_second)) >= 1:
        return _comparison(difference, None, "meng_rosenthal_rubin")
    f = min(1.0, (1 - r_between) / (2 * (1 - mean_square)))
    h = (1 - f * mean_square) / (1 - mean_square)
    gap = math.atanh(r_first) - math.atanh(r_second)
    return _comparison(difference, gap * math.sqrt((n - 3) / (2 * (1 - r_between) * h)), "meng_rosenthal_rubin")


def steiger(r_first: float, r_second: float, r_between: float, n: float) -> Comparison:
    """Dependent correlations with pooled covariance (Steiger 1980, eq. 14)."""
    difference = r_first - r_second
    square = ((r_first + r_second) / 2) ** 2
    if n <= 3 or max(abs(r_first), abs(r_second)) >= 1:
        return _comparison(difference, None, "steiger")
    covariance = r_between * (1 - 2 * square) - square * (1 - 2 * square - r_between**2) / 2
    spread = 2 - 2 * covariance / (1 - square) ** 2
    if spread <= 0:
        return _comparison(difference, None, "steiger")
    gap = math.atanh(r_first) - math.atanh(r_second)
    return _comparison(difference, gap * math.sqrt((n - 3) / spread), "steiger")


def independent(r_first: float, n_first: float, r_second: float, n_second: float) -> Comparison:
    """Correlations of two separate groups of people (Fisher z)."""
    difference = r_first - r_second
    if min(n_first, n_second) <= 3 or max(abs(r_first), abs(r_second)) >= 1:
        return _comparison(difference, None, "independent_fisher_z")
    error = math.sqrt(1 / (n_first - 3) + 1 / (n_second - 3))
    return _comparison(difference, (math.atanh(r_first) - math.atanh(r_second)) / error, "independent_fisher_z")

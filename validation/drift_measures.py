"""How far two distributions lie apart, and how far chance alone would put them.

Each distance has its null: the value that 95 % (or another level) of comparisons of one unchanged population stay
below. A distance without it alarms on small samples, a p-value without a distance alarms on large ones.
"""

import math
import warnings
from collections.abc import Sequence

import numpy as np
from scipy import special, stats

from validation.histogram import Floats, Histogram

EMPTY_SHARE = 1e-4
LEAST_SD = 0.001
_NULL_CELLS = 256
_EXACT_KS = 1_000


def population_stability_index(
    reference: Sequence[float] | Floats, current: Sequence[float] | Floats, *, empty_share: float | None = None
) -> float | None:
    """PSI, the sum of (a − e) ln(a / e) over bins; weights or shares go in, None comes out when a side is empty.

    An empty bin has no logarithm: it counts as `empty_share`, without renormalising. By default as Evidently has it,
    1e-4, or a millionth of the least share where that is no greater than 1e-4.
    """
    shares = _shares(reference, current)
    if shares is None:
        return None
    expected, actual = (_filled(side, empty_share) for side in shares)
    return float(((actual - expected) * (np.log(actual) - np.log(expected))).sum())


def smoothed_psi(reference: Sequence[float], current: Sequence[float], *, added: float = 0.5) -> float | None:
    """PSI of counts with `added` put into each bin of both sides (Laplace), which needs no share for empty bins."""
    return population_stability_index([count + added for count in reference], [count + added for count in current])


def jensen_shannon(
    reference: Sequence[float] | Floats, current: Sequence[float] | Floats, *, base: float | None = None
) -> float | None:
    """The Jensen-Shannon distance: the root of the divergence, natural logarithm unless `base` says otherwise.

    It runs from 0 to √ln 2 = 0.833. None when a side is empty.
    """
    shares = _shares(reference, current)
    if shares is None:
        return None
    middle = (shares[0] + shares[1]) / 2
    divergence = sum(float(special.rel_entr(side, middle).sum()) for side in shares) / 2
    return math.sqrt(max(divergence, 0.0) / (math.log(base) if base else 1.0))


def wasserstein_normed(reference: Histogram, current: Histogram) -> float | None:
    """The first Wasserstein distance over the reference's population standard deviation (at least .001).

    0.1 is a shift by a tenth of a standard deviation. None when a side is empty.
    """
    if not (reference.total > 0 and current.total > 0):
        return None
    distance = stats.wasserstein_distance(reference.means, current.means, reference.weights, current.weights)
    return float(distance) / max(reference.standard_deviation() or 0.0, LEAST_SD)


def kolmogorov_smirnov(reference: Histogram, current: Histogram) -> tuple[float, float] | None:
    """D, the largest gap between the two distribution functions, and its two-sided p-value; None when a side is empty.

    Exact up to 1,000 on each side, asymptotic with the effective size n·m / (n + m) beyond.
    """
    n, m = reference.total, current.total
    if not (n > 0 and m > 0):
        return None
    if max(n, m) <= _EXACT_KS and n.is_integer() and m.is_integer():
        with warnings.catch_warnings():
            # Where SciPy's exact p-value overflows it takes the asymptotic one, as is done here for many rows.
            warnings.filterwarnings("ignore", "ks_2samp: Exact calculation unsuccessful", RuntimeWarning)
            exact = stats.ks_2samp(_rows(reference), _rows(current))
        return float(exact.statistic), float(exact.pvalue)
    points = np.union1d(reference.means, current.means)
    gap = float(np.abs(_reached(reference, points) - _reached(current, points)).max())
    return gap, float(stats.kstwobign.sf(gap * math.sqrt(n * m / (n + m))))


def kolmogorov_smirnov_null(n: float, m: float, *, level: float = 0.95) -> float:
    """The `level` point of D without any drift (asymptotic): at a million rows .0019, so that everything alarms."""
    return float(stats.kstwobign.ppf(level)) * math.sqrt(1 / n + 1 / m) if min(n, m) > 0 else math.inf


def chi_square(
    reference: Sequence[float] | Floats, current: Sequence[float] | Floats
) -> tuple[float, float, float] | None:
    """The two-sample chi-square statistic, its p-value and Cramér's V; None when a side or all but one bin is empty.

    Both samples vary: treating the reference as the truth would alarm on 22 % of unchanged columns of three values.
    """
    table = np.vstack([np.asarray(reference, dtype=np.float64), np.asarray(current, dtype=np.float64)])
    table = table[:, table.sum(axis=0) > 0]
    if table.shape[1] < 2 or not (table.sum(axis=1) > 0).all():
        return None
    statistic, p_value, *_ = stats.chi2_contingency(table, correction=False)
    return float(statistic), float(p_value), math.sqrt(float(statistic) / float(table.sum()))


def psi_null(bins: int, n: float, m: float, *, level: float = 0.95) -> float:
    """The `level` point of PSI without any drift: (1/N + 1/M) times that of chi-square with bins − 1 degrees.

    Source: Yurdakul & Naranjo, Statistical properties of the population stability index.
    """
    if min(n, m) <= 0:
        return math.inf
    return (1 / n + 1 / m) * float(stats.chi2.ppf(level, bins - 1)) if bins > 1 else 0.0


def jensen_shannon_null(bins: int, n: float, m: float, *, level: float = 0.95) -> float:
    """The `level` point of the Jensen-Shannon distance without any drift.

    For small changes the divergence is an eighth of PSI (both are second-order in the differences of the shares).
    """
    return math.sqrt(psi_null(bins, n, m, level=level) / 8)


def wasserstein_null(reference: Histogram, n: float, m: float, *, level: float = 0.95) -> float:
    """The `level` point of the normed Wasserstein distance when `n` and `m` values share the reference's population.

    The distance then is √(1/n + 1/m) times the area between a Brownian bridge, run through the distribution function,
    and zero. Its square is the square of the bridge's signed area (a normal variable: the difference of the means) and
    a rest, taken at its mean; exact for two values, and right in the tail, where the bridge lies on one side.
    """
    if min(n, m) <= 0:
        return math.inf
    signed, absolute = _bridge_areas(reference)
    normal = float(stats.norm.ppf(0.5 + level / 2))
    point = math.sqrt(normal**2 * signed + max(absolute - signed, 0.0))
    return math.sqrt(1 / n + 1 / m) * point / max(reference.standard_deviation() or 0.0, LEAST_SD)


def missing_null(reference_share: float, n: float, current_share: float, m: float, *, level: float = 0.95) -> float:
    """How far two shares of missing values differ by chance at `level` (two-sided, pooled standard error)."""
    if min(n, m) <= 0:
        return math.inf
    pooled = (reference_share * n + current_share * m) / (n + m)
    error = math.sqrt(pooled * (1 - pooled) * (1 / n + 1 / m))
    return float(stats.norm.ppf(0.5 + level / 2)) * error


def false_alarm_chance(columns: int, *, alpha: float = 0.05) -> float:
    """The chance of at least one false alarm among so many independent columns, each tested at `alpha`."""
    return 1 - (1 - alpha) ** columns


def corrected_level(tests: int, *, alpha: float = 0.05) -> float:
    """The level at which each of so many tests keeps the chance of any false alarm at `alpha` (Bonferroni)."""
    return 1 - alpha / max(tests, 1)


def _shares(reference: Sequence[float] | Floats, current: Sequence[float] | Floats) -> tuple[Floats, Floats] | None:
    expected, actual = np.asarray(reference, dtype=np.float64), np.asarray(current, dtype=np.float64)
    if not (expected.sum() > 0 and actual.sum() > 0):
        return None
    return expected / expected.sum(), actual / actual.sum()


def _filled(shares: Floats, empty_share: float | None) -> Floats:
    if empty_share is None:
        least = float(shares[shares > 0].min())
        empty_share = least / 1e6 if least <= EMPTY_SHARE else EMPTY_SHARE
    return np.where(shares > 0, shares, empty_share)


def _rows(histogram: Histogram) -> Floats:
    return np.repeat(histogram.means, histogram.weights.astype(int))


def _reached(histogram: Histogram, points: Floats) -> Floats:
    reached = np.concatenate([[0.0], np.cumsum(histogram.weights)]) / histogram.total
    return reached[np.searchsorted(histogram.means, points, side="right")]


def _bridge_areas(reference: Histogram) -> tuple[float, float]:
    """The mean squares of ∫B(F(x))dx and of ∫|B(F(x))|dx.

    The covariance of the bridge is min(s, t) − s·t, and E|XY| = (2/π)·σ·τ·(√(1−ρ²) + ρ·arcsin ρ) for two normals.
    """
    short = _condensed(reference)
    if short.means.size < 2:
        return 0.0, 0.0
    reached = np.cumsum(short.weights)[:-1] / short.total
    lower, upper = np.minimum.outer(reached, reached), np.maximum.outer(reached, reached)
    correlation = np.sqrt(np.clip(lower * (1 - upper) / (upper * (1 - lower)), 0.0, 1.0))
    both = 2 / math.pi * (np.sqrt(1 - correlation**2) + correlation * np.arcsin(correlation))
    spread = np.sqrt(reached * (1 - reached)) * np.diff(short.means)
    return float(spread @ correlation @ spread), float(spread @ both @ spread)


def _condensed(reference: Histogram) -> Histogram:
    if reference.means.size <= _NULL_CELLS:
        return reference
    return reference.on_grid(np.unique(reference.quantiles(_NULL_CELLS)).tolist())

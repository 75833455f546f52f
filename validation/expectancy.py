"""Expectancy: how many of each score band succeed, as the normal model expects it and as it was seen.

Bands never tear ties apart. Seen rates carry Wilson intervals and n, for a band of ten people proves little.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

from validation.cells import Cells, bands, weighted_median
from validation.normal_tails import upper_tail
from validation.outcome import Interval
from validation.proportion import wilson


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """One score band: the lowest and highest score in it, people, successes, rate with interval, expected rate."""

    band: int
    low: float
    high: float
    n: float
    successes: float
    rate: float
    interval: Interval
    expected_rate: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectancy:
    """Bands from low to high, the criterion value that counts as success, the base rate and the trend across bands."""

    bands: tuple[Band, ...]
    success_at: float | None
    base_rate: float | None
    trend_z: float | None


def normal_expectancy(r: float, base_rate: float, groups: int = 5) -> tuple[float, ...]:
    """P(success) in each of `groups` equal bands, low to high, when both are normal (Lawshe et al. 1958)."""
    edges = [index / groups for index in range(groups + 1)]
    return expected_rates(r, base_rate, edges)


def expected_rates(r: float, base_rate: float, edges: Sequence[float]) -> tuple[float, ...]:
    """P(success) between cumulative shares `edges` (from 0 to 1, ascending) of the predictor."""
    if not (0 < base_rate < 1 and -1 <= r <= 1):
        raise ValueError(f"base rate {base_rate} must lie inside (0, 1) and r {r} within [-1, 1]")
    cut = float(stats.norm.isf(base_rate))
    above = [upper_tail(float(stats.norm.ppf(edge)), cut, r) for edge in edges]
    return tuple(
        (first - second) / (high - low)
        for first, second, low, high in zip(above, above[1:], edges, edges[1:], strict=False)
    )


def trend_z(successes: Sequence[float], sizes: Sequence[float]) -> float | None:
    """Cochran-Armitage z for a linear trend of the rate over equally spaced bands; None when nothing varies."""
    x, n = np.asarray(successes, dtype=np.float64), np.asarray(sizes, dtype=np.float64)
    scores = np.arange(len(n), dtype=np.float64)
    total = float(n.sum())
    if total <= 0:
        return None
    rate = float(x.sum()) / total
    centred = scores - float(n @ scores) / total
    variance = rate * (1 - rate) * float(n @ centred**2)
    return float(x @ centred) / math.sqrt(variance) if variance > 0 else None


def success_cut(pairs: Cells) -> float | None:
    """The criterion value from which on people count as successes when nobody named one.

    The higher of two values; else the median, or the next value above it where nobody lies below. None if flat.
    """
    levels = np.unique(pairs.y)
    if len(levels) < 2:
        return None
    middle = weighted_median(pairs.y, pairs.weight)
    if len(levels) == 2 or middle is None or middle <= levels[0]:
        return float(levels[1])
    return float(levels[np.searchsorted(levels, middle)])


def empirical_expectancy(
    pairs: Cells, success_at: float | None = None, groups: int = 5, level: float = 0.95
) -> Expectancy:
    """Expectancy table of some cells; success is a criterion at or above `success_at` (or `success_cut`)."""
    cut = success_cut(pairs) if success_at is None else success_at
    if cut is None or pairs.n <= 0:
        return Expectancy(bands=(), success_at=cut, base_rate=None, trend_z=None)
    codes = bands(pairs.x, pairs.weight, groups).astype(np.intp)
    sizes = [float(size) for size in np.bincount(codes, weights=pairs.weight)]
    good = [float(size) for size in np.bincount(codes, weights=pairs.weight * (pairs.y >= cut))]
    base_rate = sum(good) / sum(sizes)
    expected = _expected(pairs, base_rate, sizes)
    scores = [pairs.x[codes == index] for index in range(len(sizes))]
    return Expectancy(
        bands=tuple(
            Band(
                band=index + 1,
                low=float(scores[index].min()),
                high=float(scores[index].max()),
                n=size,
                successes=good[index],
                rate=good[index] / size,
                interval=wilson(good[index], size, level=level),
                expected_rate=expected[index],
            )
            for index, size in enumerate(sizes)
        ),
        success_at=cut,
        base_rate=base_rate,
        trend_z=trend_z(good, sizes),
    )


def _expected(pairs: Cells, base_rate: float, sizes: Sequence[float]) -> list[float | None]:
    r = pairs.moments().r("x", "y")
    if r is None or not 0 < base_rate < 1:
        return [None] * len(sizes)
    edges = [0.0, *(float(edge) for edge in np.cumsum(sizes)[:-1] / sum(sizes)), 1.0]
    return list(expected_rates(r, base_rate, edges))

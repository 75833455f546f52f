"""Agreement of two raters in categories: kappa plain and weighted, PABAK and Gwet's AC1, with the base rates.

The weights are always stated. Where nearly everybody passes, kappa falls to zero although the raters agree; AC1 does
not, and the base rates say why. All from the square table of counts.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from validation.moments import Array
from validation.outcome import Interval

Weights = Literal["unweighted", "linear", "quadratic"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryAgreement:
    """Agreement of one table; None where undefined. `base_rates` are each rater's shares by category."""

    n: float
    agreement: float | None
    kappa: float | None
    kappa_interval: Interval
    linear: float | None
    quadratic: float | None
    pabak: float | None
    ac1: float | None
    base_rates: tuple[tuple[float, ...], tuple[float, ...]]


def category_agreement(table: ArrayLike, level: float = 0.95) -> CategoryAgreement:
    """All of them for a square table, rows one rater and columns the other, categories in order."""
    counts = np.asarray(table, dtype=np.float64)
    n = float(counts.sum())
    shares = counts / n if n > 0 else counts
    rows, columns = shares.sum(axis=1), shares.sum(axis=0)
    observed = float(np.trace(shares)) if n > 0 else None
    return CategoryAgreement(
        n=n,
        agreement=observed,
        kappa=weighted_kappa(counts, "unweighted"),
        kappa_interval=kappa_interval(counts, level),
        linear=weighted_kappa(counts, "linear"),
        quadratic=weighted_kappa(counts, "quadratic"),
        pabak=None if observed is None else _above_chance(observed, 1 / len(counts)),
        ac1=None if observed is None else _above_chance(observed, _gwet_chance((rows + columns) / 2)),
        base_rates=(tuple(map(float, rows)), tuple(map(float, columns))),
    )


def _gwet_chance(shares: Array) -> float:
    return float((shares * (1 - shares)).sum() / (len(shares) - 1)) if len(shares) > 1 else 1.0


def _above_chance(observed: float, chance: float) -> float | None:
    return (observed - chance) / (1 - chance) if chance < 1 - 1e-12 else None


def disagreement_weights(size: int, weights: Weights) -> Array:
    """Cost of each disagreement: 0/1, |i - j| or (i - j)^2."""
    distance = np.abs(np.subtract.outer(np.arange(size, dtype=np.float64), np.arange(size, dtype=np.float64)))
    if weights == "quadratic":
        return distance**2
    return distance if weights == "linear" else (distance > 0).astype(np.float64)


def weighted_kappa(table: ArrayLike, weights: Weights) -> float | None:
    """1 - observed/expected disagreement (Cohen 1968); None when both raters use one and the same category."""
    counts = np.asarray(table, dtype=np.float64)
    n = float(counts.sum())
    if n <= 0:
        return None
    cost = disagreement_weights(len(counts), weights)
    expected = float((cost * np.outer(counts.sum(axis=1), counts.sum(axis=0))).sum()) / n
    return 1 - float((cost * counts).sum()) / expected if expected > 0 else None


def kappa_interval(table: ArrayLike, level: float = 0.95) -> Interval:
    """Large-sample interval of plain kappa (Fleiss, Cohen & Everitt 1969), cut off at -1 and 1."""
    counts = np.asarray(table, dtype=np.float64)
    kappa, n = weighted_kappa(counts, "unweighted"), float(counts.sum())
    if kappa is None:
        return Interval(low=None, high=None, level=level, method="fleiss_cohen_everitt")
    shares = counts / n
    rows, columns = shares.sum(axis=1), shares.sum(axis=0)
    chance, agreed = float(rows @ columns), np.diag(shares)
    sums = np.add.outer(columns, rows)
    a = float((agreed * (1 - np.diag(sums) * (1 - kappa)) ** 2).sum())
    off = shares * sums**2
    b = (1 - kappa) ** 2 * float(off.sum() - np.trace(off))
    variance = max(0.0, a + b - (kappa - chance * (1 - kappa)) ** 2) / (n * (1 - chance) ** 2)
    half = float(stats.norm.isf((1 - level) / 2)) * float(np.sqrt(variance))
    return Interval(
        low=max(-1.0, kappa - half), high=min(1.0, kappa + half), level=level, method="fleiss_cohen_everitt"
    )


def agreement_table(first: ArrayLike, second: ArrayLike, weights: ArrayLike | None = None) -> Array:
    """Square table of two raters' categories in ascending order, both raters' categories on both sides."""
    one, two = np.asarray(first), np.asarray(second)
    levels = np.unique(np.concatenate([one, two]))
    weight = np.ones(len(one)) if weights is None else np.asarray(weights, dtype=np.float64)
    position = np.searchsorted(levels, one) * len(levels) + np.searchsorted(levels, two)
    counts = np.bincount(position, weights=weight, minlength=len(levels) ** 2)
    return counts.reshape(len(levels), len(levels)).astype(np.float64)

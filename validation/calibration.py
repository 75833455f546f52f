"""Calibration of a predicted chance, by group: does 70 % mean seven in ten for everyone?

Brier alone misses a group that is promised too much and another that is promised too little, so observed over expected
and the equal-mass bins stand beside it. Chouldechova's identity says which equalities exclude each other.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from validation.cells import Cells, bands
from validation.outcome import Interval
from validation.proportion import quantile, wilson


@dataclass(frozen=True, slots=True, kw_only=True)
class CalibrationBin:
    """One bin: people, mean predicted chance, observed share with Wilson's interval."""

    n: float
    predicted: float
    observed: float
    interval: Interval


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """`in_the_large` is observed minus predicted; `observed_over_expected` carries a log interval."""

    n: float
    predicted: float | None
    observed: float | None
    in_the_large: float | None
    observed_over_expected: float | None
    interval: Interval
    brier: float | None
    expected_calibration_error: float | None
    bins: tuple[CalibrationBin, ...]


def calibration(pairs: Cells, bins: int = 10, level: float = 0.95) -> Calibration:
    """Calibration of chances x in [0, 1] against outcomes y of 0 and 1; bins hold about equally many people."""
    if ((pairs.x < 0) | (pairs.x > 1)).any() or not np.isin(pairs.y, (0.0, 1.0)).all():
        raise ValueError("calibration needs predicted chances between 0 and 1 and outcomes of 0 or 1")
    n = pairs.n
    if n <= 0:
        undefined = Interval(low=None, high=None, level=level, method="log_poisson_binomial")
        return Calibration(
            n=0.0,
            predicted=None,
            observed=None,
            in_the_large=None,
            observed_over_expected=None,
            interval=undefined,
            brier=None,
            expected_calibration_error=None,
            bins=(),
        )
    predicted, observed = float(pairs.weight @ pairs.x), float(pairs.weight @ pairs.y)
    table = _bins(pairs, bins, level)
    return Calibration(
        n=n,
        predicted=predicted / n,
        observed=observed / n,
        in_the_large=(observed - predicted) / n,
        observed_over_expected=observed / predicted if predicted > 0 else None,
        interval=_ratio_interval(observed, predicted, n, level),
        brier=float(pairs.weight @ (pairs.x - pairs.y) ** 2) / n,
        expected_calibration_error=sum(one.n * abs(one.predicted - one.observed) for one in table) / n,
        bins=table,
    )


def _ratio_interval(observed: float, expected: float, n: float, level: float) -> Interval:
    """exp(ln O/E +/- z sqrt((1 - O/n)/O)); undefined when nobody succeeded or nothing was expected."""
    if observed <= 0 or expected <= 0:
        return Interval(low=None, high=None, level=level, method="log")
    half = quantile(0.5 + level / 2) * math.sqrt((1 - observed / n) / observed)
    ratio = observed / expected
    return Interval(low=ratio * math.exp(-half), high=ratio * math.exp(half), level=level, method="log")


def _bins(pairs: Cells, count: int, level: float) -> tuple[CalibrationBin, ...]:
    codes = bands(pairs.x, pairs.weight, count).astype(np.intp)
    size, chance, good = (
        np.bincount(codes, weights=pairs.weight * part) for part in (np.ones(len(pairs.x)), pairs.x, pairs.y)
    )
    return tuple(
        CalibrationBin(
            n=float(size[index]),
            predicted=float(chance[index] / size[index]),
            observed=float(good[index] / size[index]),
            interval=wilson(float(good[index]), float(size[index]), level=level),
        )
        for index in range(len(size))
    )


def calibration_by_group(groups: Mapping[str, Cells], bins: int = 10, level: float = 0.95) -> dict[str, Calibration]:
    """Calibration of each group, in the order given."""
    return {name: calibration(pairs, bins, level) for name, pairs in groups.items()}


def implied_false_positive_rate(*, base_rate: float, ppv: float, fnr: float) -> float | None:
    """FPR = p/(1-p) (1-PPV)/PPV (1-FNR) (Chouldechova 2017): what equal PPV and FNR force at this base rate.

    None for a base rate of 1 or a PPV of 0. A value above 1 says that such a classifier is impossible.
    """
    if base_rate >= 1 or ppv <= 0:
        return None
    return base_rate / (1 - base_rate) * (1 - ppv) / ppv * (1 - fnr)

"""Cells: the distinct pairs of a predictor and a criterion with the number of people in each.

Whatever needs more than moments (ranks, bands, thresholds) is computed from cells, so rows and an aggregated table
give the same answer. Missing values are counted, never guessed.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from validation.moments import Array, Moments, is_usable, moments
from validation.untold import is_untold

UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Cells:
    """Distinct finite (x, y) pairs in ascending order, their weights, and the weight of the incomplete rows."""

    x: Array
    y: Array
    weight: Array
    missing: float = 0.0

    @property
    def n(self) -> float:
        """People in all cells."""
        return float(self.weight.sum())

    def moments(self) -> Moments:
        """Moments of the columns `x` and `y`."""
        return moments({"x": self.x, "y": self.y}, self.weight)


def cells(x: ArrayLike, y: ArrayLike, weights: ArrayLike | None = None) -> Cells:
    """Cells of rows; a row without a usable x and y is missing, a row without a positive weight is nobody."""
    first, second = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    weight = np.ones(first.shape) if weights is None else np.asarray(weights, dtype=np.float64)
    weight = np.where(is_usable(weight) & (weight > 0), weight, 0.0)
    kept = is_usable(first) & is_usable(second) & (weight > 0)
    return _grouped(first[kept], second[kept], weight[kept], float(weight[~kept].sum()))


def _grouped(x: Array, y: Array, weight: Array, missing: float) -> Cells:
    order = np.lexsort((y, x))
    x, y, weight = x[order], y[order], weight[order]
    starts = np.flatnonzero(np.r_[True, (x[1:] != x[:-1]) | (y[1:] != y[:-1])]) if len(x) else np.zeros(0, np.intp)
    total = np.add.reduceat(weight, starts) if len(starts) else weight
    return Cells(x=x[starts], y=y[starts], weight=total, missing=missing)


def merged_cells(blocks: Sequence[Cells]) -> Cells:
    """Cells of all blocks together."""
    x, y, weight = (
        np.concatenate([getattr(block, part) for block in blocks]) if blocks else np.zeros(0)
        for part in ("x", "y", "weight")
    )
    return _grouped(x, y, weight, sum(block.missing for block in blocks))


def cells_by(
    groups: Sequence[object], x: ArrayLike, y: ArrayLike, weights: ArrayLike | None = None
) -> Mapping[str, Cells]:
    """Cells of each group (sex, competency, job family, language, vendor version), names in ascending order.

    A missing or blank group is the group `unknown`, disclosed and never dropped.
    """
    seen, uniques = pd.factorize(np.asarray(groups, dtype=object), use_na_sentinel=False)
    names, renamed = np.unique(np.array([group_name(value) for value in uniques], dtype=np.str_), return_inverse=True)
    codes = renamed[seen]
    first, second = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    weight = np.ones(first.shape) if weights is None else np.asarray(weights, dtype=np.float64)
    order = np.argsort(codes, kind="stable")
    parts = np.split(order, np.searchsorted(codes[order], np.arange(1, len(names)))) if len(names) else []
    return {str(name): cells(first[part], second[part], weight[part]) for name, part in zip(names, parts, strict=True)}


def group_name(value: object) -> str:
    """A group's name as text; what is missing, blank or not told is `unknown`."""
    if value is None or value is pd.NA or value is pd.NaT or (isinstance(value, float) and math.isnan(value)):
        return UNKNOWN
    text = str(value).strip()
    return UNKNOWN if is_untold(text) else text


def midranks(values: Array, weight: Array) -> Array:
    """Weighted midranks: ties share the mean of the ranks that their people would take (1 to n)."""
    levels, codes = np.unique(values, return_inverse=True)
    size = np.bincount(codes, weights=weight, minlength=len(levels))
    ranks: Array = (np.cumsum(size) - size + (size + 1) / 2)[codes]
    return ranks


def bands(values: Array, weight: Array, count: int) -> Array:
    """Band number (0 is lowest) of each value in `count` bands of about equal mass; ties are never torn apart.

    A level belongs to the band in which the middle of its mass falls; bands that get nobody are closed up.
    """
    levels, codes = np.unique(values, return_inverse=True)
    size = np.bincount(codes, weights=weight, minlength=len(levels))
    middle = (np.cumsum(size) - size / 2) / max(float(size.sum()), np.finfo(float).tiny)
    band = np.minimum((middle * count).astype(np.intp), count - 1)
    closed: Array = np.unique(band, return_inverse=True)[1].astype(np.float64)[codes]
    return closed


def weighted_median(values: Array, weight: Array) -> float | None:
    """Median of the people, the mean of the two middle values where they differ; None for nobody."""
    if not len(values):
        return None
    order = np.argsort(values)
    total = np.cumsum(weight[order])
    half = total[-1] / 2
    low = values[order][np.searchsorted(total, half * (1 - 1e-12))]
    high = values[order][min(np.searchsorted(total, half * (1 + 1e-12), side="right"), len(values) - 1)]
    return float((low + high) / 2)

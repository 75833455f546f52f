"""What a predictor adds to another: R^2, its increment with F, and unit-weight composites.

All of it from a correlation matrix and n, so that moments of any origin serve.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from validation.moments import Array, Moments

# Beyond this condition number standardised weights are rounding noise.
_COLLINEAR = 1e12
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Increment:
    """Multiple correlation of all predictors, and what the added ones bring over the first."""

    r: float
    r_squared: float
    r_squared_adjusted: float | None
    betas: tuple[float, ...]
    delta_r_squared: float
    delta_r: float
    f: float | None
    df: tuple[int, float]
    p: float | None


def explained(between: ArrayLike, with_criterion: ArrayLike) -> tuple[float, Array] | None:
    """R^2 and standardised weights from correlations; None when predictors are collinear or the table is impossible."""
    matrix, vector = np.asarray(between, dtype=np.float64), np.asarray(with_criterion, dtype=np.float64)
    if len(vector) == 0:
        return 0.0, vector
    if np.linalg.cond(matrix) > _COLLINEAR:
        return None
    betas: Array = np.linalg.solve(matrix, vector).astype(np.float64)
    share = float(betas @ vector)
    return (min(share, 1.0), betas) if -_ROUNDING <= share <= 1 + _ROUNDING else None


def increment(between: ArrayLike, with_criterion: ArrayLike, n: float, first: int = 1) -> Increment | None:
    """All predictors over the first `first` of them; None when they are collinear."""
    matrix, vector = np.asarray(between, dtype=np.float64), np.asarray(with_criterion, dtype=np.float64)
    small, full = explained(matrix[:first, :first], vector[:first]), explained(matrix, vector)
    if small is None or full is None:
        return None
    added, left = len(vector) - first, n - len(vector) - 1
    gain = max(0.0, full[0] - small[0])
    f = gain / added / ((1 - full[0]) / left) if added > 0 and left > 0 and full[0] < 1 else None
    return Increment(
        r=math.sqrt(max(full[0], 0.0)),
        r_squared=full[0],
        r_squared_adjusted=1 - (1 - full[0]) * (n - 1) / left if left > 0 else None,
        betas=tuple(float(beta) for beta in full[1]),
        delta_r_squared=gain,
        delta_r=math.sqrt(max(full[0], 0.0)) - math.sqrt(max(small[0], 0.0)),
        f=f,
        df=(added, left),
        p=None if f is None else float(stats.f.sf(f, added, left)),
    )


def increment_of(seen: Moments, predictors: Sequence[str], criterion: str, first: int = 1) -> Increment | None:
    """`increment` of columns of some moments; None when one of them is constant."""
    matrix = seen.correlations([*predictors, criterion])
    return None if matrix is None else increment(matrix[:-1, :-1], matrix[:-1, -1], seen.n, first)


def composite_validity(between: ArrayLike, with_criterion: ArrayLike) -> float | None:
    """Validity of the unit-weight sum of standardised predictors; None when the sum does not vary."""
    return _of_composite(between, with_criterion)


def composite_d(between: ArrayLike, differences: ArrayLike) -> float | None:
    """Standardised group difference of the unit-weight sum (Sackett & Ellingson 1997), not the mean of the parts."""
    return _of_composite(between, differences)


def _of_composite(between: ArrayLike, parts: ArrayLike) -> float | None:
    variance = float(np.asarray(between, dtype=np.float64).sum())
    return float(np.asarray(parts, dtype=np.float64).sum() / np.sqrt(variance)) if variance > 0 else None

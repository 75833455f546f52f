"""Moments: count, means and centred sums of products of some columns, the only thing most validity statistics need.

They come from arrays, from weighted cells or from the sums an engine returned, and blocks merge without loss, so that
the cost of a statistic grows with groups and not with people. Weights are frequencies unless a function says otherwise.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]

# A sum of squares this far below the raw one is rounding noise: the column is constant.
_TWO_PASS_NOISE = 1e-26
_RAW_SUM_NOISE = 1e-12
# No score or rating is larger: beyond it stands damage or a sentinel, and its square would not be a number.
LARGEST = 1e100


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Moments:
    """`n` is the sum of the weights; `cross` holds centred sums of products; `squared_weights` serves Kish's n."""

    columns: tuple[str, ...]
    n: float
    mean: Array
    cross: Array
    squared_weights: float

    @property
    def effective_n(self) -> float:
        """Kish's effective n, (sum of w)^2 / sum of w^2; 0 for no rows."""
        return self.n**2 / self.squared_weights if self.squared_weights > 0 else 0.0

    def at(self, column: str) -> int:
        """Position of a column."""
        return self.columns.index(column)

    def mean_of(self, column: str) -> float | None:
        """Mean; None without rows."""
        return float(self.mean[self.at(column)]) if self.n > 0 else None

    def sum_of_squares(self, column: str) -> float:
        """Centred sum of squares."""
        return float(self.cross[self.at(column), self.at(column)])

    def sum_of_products(self, first: str, second: str) -> float:
        """Centred sum of products of two columns."""
        return float(self.cross[self.at(first), self.at(second)])

    def sd(self, column: str, ddof: float = 1.0) -> float | None:
        """Standard deviation; None when n does not exceed `ddof`."""
        return float(np.sqrt(self.sum_of_squares(column) / (self.n - ddof))) if self.n > ddof else None

    def r(self, first: str, second: str) -> float | None:
        """Pearson correlation; None where a column is constant, missing or too large to square."""
        squares = self.sum_of_squares(first), self.sum_of_squares(second)
        if not (min(squares) > 0 and max(squares) < np.inf):
            return None
        value = self.sum_of_products(first, second) / np.sqrt(squares[0]) / np.sqrt(squares[1])
        return float(np.clip(value, -1.0, 1.0)) if np.isfinite(value) else None

    def correlations(self, columns: Sequence[str]) -> Array | None:
        """Correlation matrix of some columns; None where any of them is constant."""
        pairs = [[self.r(first, second) for second in columns] for first in columns]
        return None if any(value is None for row in pairs for value in row) else np.array(pairs, dtype=np.float64)


def is_usable(values: Array) -> NDArray[np.bool_]:
    """Which values are numbers that can be squared; the others count as missing."""
    usable: NDArray[np.bool_] = np.abs(values) <= LARGEST
    return usable


def moments(columns: Mapping[str, ArrayLike], weights: ArrayLike | None = None) -> Moments:
    """Moments of the rows in which every column is usable and the weight is finite and positive."""
    rows = np.column_stack([np.asarray(column, dtype=np.float64) for column in columns.values()])
    weight = np.ones(len(rows)) if weights is None else np.asarray(weights, dtype=np.float64)
    kept = is_usable(rows).all(axis=1) & is_usable(weight) & (weight > 0)
    return _two_pass(tuple(columns), rows[kept], weight[kept])


def _two_pass(columns: tuple[str, ...], rows: Array, weight: Array) -> Moments:
    n = float(weight.sum())
    with np.errstate(over="ignore", invalid="ignore"):
        mean = weight @ rows / n if n > 0 else np.zeros(len(columns))
        centred = rows - mean
        cross = centred.T @ (centred * weight[:, None])
        cross = _without_noise(cross, n * mean**2 * _TWO_PASS_NOISE)
    return Moments(columns=columns, n=n, mean=mean, cross=cross, squared_weights=float(weight @ weight))


def _without_noise(cross: Array, floor: Array) -> Array:
    """Zeroes rows and columns whose own sum of squares is rounding noise."""
    noise = np.diag(cross) <= floor
    clean = cross.copy()
    clean[noise, :] = 0.0
    clean[:, noise] = 0.0
    return clean


def moments_from_sums(columns: Sequence[str], n: float, sums: ArrayLike, products: ArrayLike) -> Moments:
    """Moments from an engine's raw answer: count, sums, and the matrix of raw sums of products.

    Raw sums lose digits when a mean is large against its standard deviation; let the engine subtract a constant then.
    """
    total, raw = np.asarray(sums, dtype=np.float64), np.asarray(products, dtype=np.float64)
    mean = total / n if n > 0 else np.zeros(len(columns))
    cross = _without_noise(raw - n * np.outer(mean, mean), np.abs(np.diag(raw)) * _RAW_SUM_NOISE)
    return Moments(columns=tuple(columns), n=float(n), mean=mean, cross=cross, squared_weights=float(n))


def merged(blocks: Sequence[Moments]) -> Moments:
    """Moments of all blocks together (Chan, Golub & LeVeque 1983); the order of the blocks does not matter."""
    if not blocks:
        raise ValueError("merged() needs at least one block of moments")
    n = sum(block.n for block in blocks)
    mean = sum((block.n * block.mean for block in blocks), np.zeros_like(blocks[0].mean)) / (n or 1.0)
    cross = np.zeros_like(blocks[0].cross)
    for block in blocks:
        gap = block.mean - mean
        cross = cross + block.cross + block.n * np.outer(gap, gap)
    floor = n * mean**2 * _TWO_PASS_NOISE
    squared = sum(block.squared_weights for block in blocks)
    return Moments(
        columns=blocks[0].columns, n=n, mean=mean, cross=_without_noise(cross, floor), squared_weights=squared
    )

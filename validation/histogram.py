"""Weighted cells of a numeric column: the smallest thing from which its quantiles, spread and distances follow.

Up to 65,536 distinct values a histogram is exact. Beyond that the values of one cell of a frozen grid are kept as their
weight and their mean, so that a profile stays small however many people stand behind it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

EXACT_VALUES = 65_536


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Histogram:
    """Cell means in ascending order, and the weight (people, rows) of each; all means are finite."""

    means: Floats
    weights: Floats

    @property
    def total(self) -> float:
        """The weight of all cells."""
        return float(self.weights.sum())

    def quantiles(self, parts: int) -> Floats:
        """The inner quantiles that cut the weight into `parts`: the least value at or below which k/parts of it lies.

        This is the inverse of the empirical distribution function, so counts and rows give the same answer.
        """
        if not self.means.size:
            return np.empty(0)
        reached = np.cumsum(self.weights) * parts
        wanted = np.arange(1, parts) * (reached[-1] / parts)
        least: Floats = self.means[np.minimum(np.searchsorted(reached, wanted), self.means.size - 1)]
        return least

    def standard_deviation(self) -> float | None:
        """The population standard deviation (divisor n) of the cell means; None without weight."""
        if self.total <= 0:
            return None
        mean = np.average(self.means, weights=self.weights)
        return float(np.sqrt(np.average((self.means - mean) ** 2, weights=self.weights)))

    def merge(self, other: "Histogram", grid: Sequence[float]) -> "Histogram":
        """Both together; `grid` are the inner edges used once the distinct values are too many."""
        means = np.concatenate([self.means, other.means])
        return cells(means, np.concatenate([self.weights, other.weights]), grid)

    def on_grid(self, grid: Sequence[float]) -> "Histogram":
        """The same weight with one cell for each interval (previous, edge] of the grid."""
        if not self.means.size:
            return self
        place = np.searchsorted(np.asarray(grid, dtype=np.float64), self.means)
        starts = np.flatnonzero(np.diff(place, prepend=-1))
        weights = np.add.reduceat(self.weights, starts)
        return Histogram(means=np.add.reduceat(self.means * self.weights, starts) / weights, weights=weights)

    def shortened(self, grid: Sequence[float]) -> "Histogram":
        """Itself while the distinct values are few enough to keep exactly, else on the grid."""
        return self.on_grid(grid) if len(grid) and self.means.size > EXACT_VALUES else self

    def counts(self, edges: Sequence[float]) -> Floats:
        """The weight in each interval (previous, edge], the last one open to the right."""
        inside = np.searchsorted(self.means, np.asarray(edges, dtype=np.float64), side="right")
        reached = np.concatenate([[0.0], np.cumsum(self.weights)])
        return np.diff(reached[np.concatenate([[0], inside, [self.means.size]])])


def cells(values: Floats, weights: Floats | None, grid: Sequence[float]) -> Histogram:
    """The histogram of finite values with their weights (None: one each); an empty grid keeps it exact."""
    means, weights = _collapsed(values, weights)
    return Histogram(means=means, weights=weights).shortened(grid)


def _collapsed(values: Floats, weights: Floats | None) -> tuple[Floats, Floats]:
    if weights is None:
        ordered, running = np.sort(values), None
    else:
        kept = weights > 0
        values, weights = values[kept], weights[kept]
        order = np.argsort(values, kind="stable")
        ordered, running = values[order], weights[order]
    starts = np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]])) if ordered.size else np.empty(0, int)
    if not starts.size:
        return np.empty(0), np.empty(0)
    if running is not None:
        return ordered[starts], np.add.reduceat(running, starts)
    return ordered[starts], np.diff(np.append(starts, ordered.size)).astype(np.float64)

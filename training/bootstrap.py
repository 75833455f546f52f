"""The uncertainty of a difference between two scores on the same people: people drawn again, good and bad apart.

Each draw is a count of how often a person was drawn, so that an AUC needs no sorting again; draws are computed in
blocks that bound the memory.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

DRAWS = 1_000
BLOCK = 4_000_000
"""Counts held at once."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Ranked:
    """People in the order of one score: their places, where each run of ties begins, and who proved good."""

    order: NDArray[np.intp]
    starts: NDArray[np.intp]
    is_good: NDArray[np.bool_]

    @classmethod
    def by(cls, score: Array, is_good: NDArray[np.bool_]) -> Self:
        order = np.argsort(score, kind="stable")
        starts = np.flatnonzero(np.r_[True, np.diff(score[order]) != 0])
        return cls(order=order, starts=starts, is_good=is_good[order])

    def aucs(self, counts: Array) -> Array:
        """The AUC of each row of counts, ties counting half."""
        ordered = counts[:, self.order]
        good = np.add.reduceat(ordered * self.is_good, self.starts, axis=1)
        bad = np.add.reduceat(ordered * ~self.is_good, self.starts, axis=1)
        below = np.cumsum(bad, axis=1) - bad / 2
        return np.asarray((good * below).sum(axis=1) / (good.sum(axis=1) * bad.sum(axis=1)))


def auc_differences(first: Array, second: Array, label: Array, *, seed: int, draws: int = DRAWS) -> Array:
    """Second AUC minus first in each draw; `label` is 0 or 1 and must take both values."""
    is_good = label > 0.5
    one, two = _Ranked.by(first, is_good), _Ranked.by(second, is_good)
    blocks = _drawn(is_good, np.random.default_rng(seed), draws)
    return np.concatenate([two.aucs(counts) - one.aucs(counts) for counts in blocks])


def _drawn(is_good: NDArray[np.bool_], random: np.random.Generator, draws: int) -> Iterator[Array]:
    size = max(1, BLOCK // is_good.size)
    for begin in range(0, draws, size):
        counts = np.zeros((min(size, draws - begin), is_good.size))
        for row in counts:
            for side in (np.flatnonzero(is_good), np.flatnonzero(~is_good)):
                row[side] = np.bincount(random.integers(0, side.size, side.size), minlength=side.size)
        yield counts

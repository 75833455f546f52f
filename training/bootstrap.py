"""People drawn again: one set of draws for every figure of every side, so that all differences are paired.

Whole people are drawn, with all applications they have (a cluster bootstrap; Davison & Hinkley 1997, 3.8). A draw is a
count for each row; sums over rows are one sparse product for a block of draws, and an AUC is a running sum along an
order that was sorted once. Column 0 of every result is the sample itself, each row counted once.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]
Places = NDArray[np.intp]

DRAWS = 1_000
BLOCK = 2_000_000
"""Counts held at once."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class People:
    """Whose each row is: `codes` numbers the people from 0, in the order in which they first appear."""

    codes: Places
    n: int

    @classmethod
    def of(cls, keys: "Sequence[object] | pd.Series[str]") -> Self:
        """The people of these keys, a row each; a row without a key is a person of its own."""
        codes, uniques = pd.factorize(np.asarray(keys, dtype=object))
        alone = codes < 0
        codes = np.where(alone, len(uniques) + np.cumsum(alone) - 1, codes)
        return cls(codes=codes.astype(np.intp), n=len(uniques) + int(alone.sum()))

    def blocks(self, *, seed: int, draws: int) -> Iterator[Array]:
        """Counts of the rows, a row an application and a column a draw; the sizes of blocks change no draw."""
        random = np.random.default_rng(seed)
        size = max(1, BLOCK // max(1, self.codes.size))
        for begin in range(0, draws, size):
            counts = [
                np.bincount(random.integers(0, self.n, self.n), minlength=self.n)
                for _ in range(min(size, draws - begin))
            ]
            yield np.ascontiguousarray(np.array(counts, dtype=np.float64).T)[self.codes]


@dataclass(slots=True, kw_only=True, eq=False)
class Sums:
    """Weighted sums over the rows, asked for one by one and computed together; `add` answers the sum's place."""

    rows: int
    _at: list[Places] = field(default_factory=list)
    _values: list[Array] = field(default_factory=list)

    def add(self, values: Array | Mask) -> int:
        """Asks for the sum of `values` over the rows, each times how often it was drawn."""
        plain = np.asarray(values, dtype=np.float64)
        at = np.flatnonzero(plain)
        self._at.append(at)
        self._values.append(plain[at])
        return len(self._at) - 1

    def add_by(self, codes: Places, count: int, values: Array | Mask) -> int:
        """Asks for the sum within each of `count` slices (a code of -1 is in none); answers the place of the first."""
        plain = np.asarray(values, dtype=np.float64)
        at = np.flatnonzero((plain != 0) & (codes >= 0))
        order = at[np.argsort(codes[at], kind="stable")]
        bounds = np.searchsorted(codes[order], np.arange(count + 1))
        first = len(self._at)
        for begin, end in pairwise(bounds):
            self._at.append(order[begin:end])
            self._values.append(plain[order[begin:end]])
        return first

    def matrix(self) -> csr_array:
        """A row a sum, a column an application."""
        lengths = [at.size for at in self._at]
        places = np.repeat(np.arange(len(lengths)), lengths)
        columns = np.concatenate([np.zeros(0, np.intp), *self._at])
        values = np.concatenate([np.zeros(0), *self._values])
        return coo_array((values, (places, columns)), shape=(len(lengths), self.rows)).tocsr()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ranked:
    """Good and bad rows of some slices in the order of one score, for the AUC within each slice.

    `left` and `right`: how many bad rows stand before each good one, ties left out and in; `base`: before its slice.
    """

    count: int
    slices: Places
    good: Places
    bad: Places
    left: Places
    right: Places
    starts: Places
    base: Places
    end: Places

    @classmethod
    def by(cls, score: Array, label: Array, codes: Places, count: int) -> Self:
        """The order of the rows with a code from 0; a slice without both outcomes has no AUC."""
        is_good = label > 0.5
        goods, bads = (np.bincount(codes[(codes >= 0) & side], minlength=count) for side in (is_good, ~is_good))
        has_both = (goods > 0) & (bads > 0)
        rows = np.flatnonzero(codes >= 0)
        rows = rows[has_both[codes[rows]]]
        order = rows[np.lexsort((score[rows], codes[rows]))]
        is_new = np.r_[True, (np.diff(score[order]) != 0) | (np.diff(codes[order]) != 0)][: order.size]
        rank = np.cumsum(is_new)
        good, bad = order[is_good[order]], order[~is_good[order]]
        good_rank, bad_rank = rank[is_good[order]], rank[~is_good[order]]
        slices = np.flatnonzero(has_both)
        return cls(
            count=count,
            slices=slices,
            good=good,
            bad=bad,
            left=np.searchsorted(bad_rank, good_rank, side="left"),
            right=np.searchsorted(bad_rank, good_rank, side="right"),
            starts=np.searchsorted(codes[good], slices),
            base=np.searchsorted(codes[bad], slices, side="left"),
            end=np.searchsorted(codes[bad], slices, side="right"),
        )

    def aucs(self, weights: Array) -> Array:
        """The AUC of each slice in each draw, ties counting half; NaN where the draw lacks one of the outcomes."""
        found = np.full((self.count, weights.shape[1]), np.nan)
        if not self.slices.size:
            return found
        before = np.zeros((self.bad.size + 1, weights.shape[1]))
        np.cumsum(weights[self.bad], axis=0, out=before[1:])
        good = weights[self.good]
        has_ties = not np.array_equal(self.left, self.right)
        below = (before[self.left] + before[self.right]) / 2 if has_ties else before[self.left]
        positives = np.add.reduceat(good, self.starts, axis=0)
        pairs = np.add.reduceat(good * below, self.starts, axis=0) - before[self.base] * positives
        with np.errstate(invalid="ignore"):
            found[self.slices] = pairs / (positives * (before[self.end] - before[self.base]))
        return found


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Drawn:
    """Results with the sample in column 0 and a draw in every other: sums by place, and the AUCs of each order."""

    sums: Array
    aucs: tuple[Array, ...]


def drawn(
    people: People,
    sums: Sums,
    orders: Sequence[Ranked],
    *,
    seed: int,
    draws: int = DRAWS,
    tell: Callable[[str], None] = lambda _step: None,
) -> Drawn:
    """All sums and AUCs in the sample and in each draw; `tell` hears of each block, and may raise to stop."""
    matrix, done = sums.matrix(), 0
    found_sums, found_aucs = [], []
    for block in _with_the_sample(people, seed, draws):
        tell(f"drawing people again: {max(0, done - 1):,} of {draws:,}")
        found_sums.append(matrix @ block)
        found_aucs.append([order.aucs(block) for order in orders])
        done += block.shape[1]
    return Drawn(
        sums=np.concatenate(found_sums, axis=1),
        aucs=tuple(np.concatenate(parts, axis=1) for parts in zip(*found_aucs, strict=True)),
    )


def _with_the_sample(people: People, seed: int, draws: int) -> Iterator[Array]:
    yield np.ones((people.codes.size, 1))
    yield from people.blocks(seed=seed, draws=draws)

"""What each feature adds to the log-odds of a row, by a booster's own contributions, worked out some trees at a time.

A contribution is TreeSHAP's (Lundberg et al. 2020), as the reasons of a score use it. A booster's contributions are the
sums of its trees', so those of the first trees can be worked out while later ones are fitted. They are always added up
from the same parts: when and on how many threads they were worked out changes no digit.
"""

from concurrent.futures import Executor, Future, ThreadPoolExecutor

import numpy as np
import xgboost
from numpy.typing import NDArray

from models.features import Matrix
from training.fit import THREADS, parts
from training.ground import Rows

Array = NDArray[np.float64]

MOST_EXPLAINED, LEAST_EXPLAINED = 2_000, 500
"""Rows whose contributions are averaged: their mean is settled long before."""

MOST_WALKED = 500_000
"""Rows times trees whose contributions are computed: a large model explains fewer rows, for each takes its time."""

_DRAW = 24
"""Which of a seed's streams draws the rows."""


def explained_rows(count: int, trees: int, seed: int) -> Rows:
    """Which of `count` rows are explained by a model of so many trees: all, or a fixed sample."""
    most = most_explained(trees)
    if count <= most:
        return np.arange(count, dtype=np.intp)
    return np.sort(np.random.default_rng([seed, _DRAW]).permutation(count)[:most]).astype(np.intp)


def most_explained(trees: int) -> int:
    """How many rows are explained by a model of so many trees: 2,000 up to 250 trees, then fewer, never below 500."""
    return min(MOST_EXPLAINED, max(LEAST_EXPLAINED, MOST_WALKED // trees))


def contributions(booster: xgboost.Booster, matrix: Matrix, *, threads: int = 1) -> Array:
    """A row a row of `matrix`, a column a feature: what it adds to the log-odds."""
    if threads == 1:
        return _sum([_explained(part, matrix) for part in parts(booster)], matrix)
    with ThreadPoolExecutor(max_workers=threads) as pool:
        return _sum(list(pool.map(lambda part: _explained(part, matrix), parts(booster))), matrix)


class Explained:
    """`contributions` of the rows of `matrix`, worked out on `beside` while a booster gets its trees."""

    def __init__(self, matrix: Matrix, beside: Executor) -> None:
        self._matrix, self._beside = matrix, beside
        self._found: list[Future[Array]] = []

    def take(self, part: bytearray) -> None:
        """Begins with the trees of one part."""
        self._found.append(self._beside.submit(_explained, part, self._matrix))

    def contributions(self) -> Array:
        """The contributions by all trees; waits for them."""
        return _sum([one.result() for one in self._found], self._matrix)


def _explained(stored: bytearray, matrix: Matrix) -> Array:
    own = xgboost.Booster({"nthread": THREADS}, model_file=stored)
    found = own.predict(xgboost.DMatrix(matrix, nthread=THREADS), pred_contribs=True)
    return np.asarray(found, dtype=np.float64)[:, :-1]


def _sum(found: list[Array], matrix: Matrix) -> Array:
    return np.sum(found, axis=0) if found else np.zeros(matrix.shape)

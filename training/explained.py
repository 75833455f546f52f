"""What each feature adds to the log-odds of a row, by a booster's own contributions, worked out some trees at a time.

A contribution is TreeSHAP's (Lundberg et al. 2020), as the reasons of a score use it. A booster's contributions are the
sums of its trees', so those of the first trees can be worked out while later ones are fitted. They are always added up
from the same parts: when and on how many threads they were worked out changes no digit.
"""

from collections.abc import Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor

import numpy as np
import xgboost
from numpy.typing import NDArray

from models.features import Matrix
from training.fit import THREADS
from training.ground import Rows

Array = NDArray[np.float64]

TREES_AT_ONCE = 50

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
    parts = (_stored(booster, start, stop) for start, stop in _parts(booster.num_boosted_rounds()))
    if threads == 1:
        return _sum([_explained(part, matrix) for part in parts], matrix)
    with ThreadPoolExecutor(max_workers=threads) as pool:
        return _sum(list(pool.map(lambda part: _explained(part, matrix), parts)), matrix)


class AsFitted(xgboost.callback.TrainingCallback):
    """Works out `contributions` of the rows of `matrix` on `beside` while a booster gets its trees."""

    def __init__(self, matrix: Matrix, beside: Executor) -> None:
        super().__init__()
        self._matrix, self._beside = matrix, beside
        self._found: list[Future[Array]] = []

    def after_iteration(self, model: xgboost.Booster, epoch: int, evals_log: object) -> bool:  # noqa: ARG002
        """Hands over each whole part as soon as its last tree is there."""
        if (epoch + 1) % TREES_AT_ONCE == 0:
            self._begin(model, epoch + 1 - TREES_AT_ONCE, epoch + 1)
        return False

    def after_training(self, model: xgboost.Booster) -> xgboost.Booster:
        """Hands over the trees after the last whole part."""
        for start, stop in list(_parts(model.num_boosted_rounds()))[len(self._found) :]:
            self._begin(model, start, stop)
        return model

    def contributions(self) -> Array:
        """The contributions by all trees; waits for them."""
        return _sum([one.result() for one in self._found], self._matrix)

    def _begin(self, model: xgboost.Booster, start: int, stop: int) -> None:
        self._found.append(self._beside.submit(_explained, _stored(model, start, stop), self._matrix))


def _parts(rounds: int) -> Iterator[tuple[int, int]]:
    for start in range(0, rounds, TREES_AT_ONCE):
        yield start, min(start + TREES_AT_ONCE, rounds)


def _stored(booster: xgboost.Booster, start: int, stop: int) -> bytearray:
    """Some trees as a booster of their own; a booster is used by one thread at a time, so each has a copy."""
    return booster[start:stop].save_raw("ubj")


def _explained(stored: bytearray, matrix: Matrix) -> Array:
    own = xgboost.Booster({"nthread": THREADS}, model_file=stored)
    found = own.predict(xgboost.DMatrix(matrix, nthread=THREADS), pred_contribs=True)
    return np.asarray(found, dtype=np.float64)[:, :-1]


def _sum(parts: list[Array], matrix: Matrix) -> Array:
    return np.sum(parts, axis=0) if parts else np.zeros(matrix.shape)

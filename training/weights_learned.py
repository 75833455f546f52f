"""What a fitted booster gives each skill, by its own contributions, and how far other draws of the people move that.

A contribution is TreeSHAP's (Lundberg et al. 2020) in log-odds, as the reasons of a score use it. The weight of a skill
is its mean absolute contribution about its mean, as a share of all skills', with the sign of its relation to the value.
Each draw fits the model again on people drawn with replacement, so that the spread holds the fit's own luck.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import xgboost
from numpy.typing import NDArray

from models.features import Matrix
from training.fit import THREADS
from training.ground import Fitted, Rows
from training.tune import PARALLEL_FITS
from training.weights_vendor import VendorRows, linear, shares

Array = NDArray[np.float64]

DRAWS = 24
MOST_FITTED = 10_000
"""Rows of one draw; with more people the spread is that of so many, and wider than need be."""

MOST_EXPLAINED, LEAST_EXPLAINED = 2_000, 500
"""Rows whose contributions are averaged: their mean is settled long before."""

MOST_WALKED = 500_000
"""Rows times trees whose contributions are computed: a large model explains fewer rows, for each takes its time."""


def learned_shares(
    booster: xgboost.Booster, matrix: Matrix, columns: Sequence[int], *, threads: int = 1
) -> tuple[Array, float]:
    """The signed share of each of the columns among them, and the share of the other columns in the whole model."""
    every = _contributions(booster, matrix, threads)
    picked = list(columns)
    signs = np.asarray([_sign(matrix[:, column].astype(np.float64), every[:, column]) for column in picked])
    whole = np.abs(shares(every, np.ones(every.shape[1])))
    return shares(every[:, picked], signs), float(1 - whole[picked].sum()) if whole.any() else 0.0


def _contributions(booster: xgboost.Booster, matrix: Matrix, threads: int) -> Array:
    """Each row's contributions, a column a feature. Rows are explained one by one: no digit depends on the threads.

    XGBoost explains with one thread only, and a booster is used by one thread at a time: each thread has a copy.
    """
    stored = booster.save_raw("ubj")

    def explained(part: Matrix) -> Array:
        own = xgboost.Booster({"nthread": THREADS}, model_file=stored)
        found = own.predict(xgboost.DMatrix(part, nthread=THREADS), pred_contribs=True)
        return np.asarray(found, dtype=np.float64)[:, :-1]

    if threads == 1:
        return explained(matrix)
    with ThreadPoolExecutor(max_workers=threads) as pool:
        return np.vstack(list(pool.map(explained, np.array_split(matrix, threads))))


def explained_rows(count: int, trees: int, seed: int) -> Rows:
    """Which of `count` rows are explained by a model of so many trees: all, or a fixed sample."""
    most = most_explained(trees)
    if count <= most:
        return np.arange(count, dtype=np.intp)
    return np.sort(np.random.default_rng([seed, DRAWS]).permutation(count)[:most]).astype(np.intp)


def most_explained(trees: int) -> int:
    """How many rows are explained by a model of so many trees: 2,000 up to 250 trees, then fewer, never below 500."""
    return min(MOST_EXPLAINED, max(LEAST_EXPLAINED, MOST_WALKED // trees))


def drawn_shares(fit: Fitted, matrix: Matrix, columns: Sequence[int], *, seed: int) -> Array:
    """A row a draw, a column a skill: the shares of a fit of other people of the same rows."""
    count = len(matrix)

    def one(draw: int) -> Array:
        rows = np.random.default_rng([seed, draw, 1]).integers(0, count, min(count, MOST_FITTED)).astype(np.intp)
        booster = fit.again(rows, seed + 1 + draw)
        return learned_shares(booster, matrix[rows[: most_explained(fit.rounds)]], columns)[0]

    with ThreadPoolExecutor(max_workers=PARALLEL_FITS) as pool:
        return np.vstack(list(pool.map(one, range(DRAWS))))


def drawn_vendor_shares(rows: VendorRows, *, seed: int) -> Array:
    """A row a draw, a column a skill: the vendor's shares among other draws of the same people."""
    found = []
    for draw in range(DRAWS):
        places = np.random.default_rng([seed, draw, 2]).integers(0, rows.n, rows.n)
        found.append(linear(rows.skills[places], rows.scores[places]).shares)
    return np.vstack(found)


def _sign(values: Array, contributions: Array) -> float:
    """Whether a higher value raises (1) or lowers (−1) the score; 0 where it does neither."""
    known = np.isfinite(values)
    x, y = values[known], contributions[known]
    if x.size < 2:
        return 0.0
    return float(np.sign((x - x.mean()) @ (y - y.mean())))

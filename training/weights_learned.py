"""What a fitted booster gives each skill, by its own contributions, and how far other draws of the people move that.

The weight of a skill is its mean absolute contribution about its mean, as a share of all skills', with the sign of its
relation to the value. Each draw fits the model again on people drawn with replacement, so that the spread holds the
fit's own luck.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from models.features import Matrix
from training.explained import contributions, most_explained
from training.ground import Fitted
from training.tune import PARALLEL_FITS
from training.weights_vendor import VendorRows, linear, shares

Array = NDArray[np.float64]

DRAWS = 24
MOST_FITTED = 10_000
"""Rows of one draw; with more people the spread is that of so many, and wider than need be."""


def learned_shares(every: Array, matrix: Matrix, columns: Sequence[int]) -> tuple[Array, float]:
    """The signed share of each of the columns among them, and the share of the other columns in the whole model.

    `every` holds the contributions of all columns of `matrix`, row by row.
    """
    picked = list(columns)
    signs = np.asarray([_sign(matrix[:, column].astype(np.float64), every[:, column]) for column in picked])
    whole = np.abs(shares(every, np.ones(every.shape[1])))
    return shares(every[:, picked], signs), float(1 - whole[picked].sum()) if whole.any() else 0.0


def drawn_shares(fit: Fitted, matrix: Matrix, columns: Sequence[int], *, seed: int) -> Array:
    """A row a draw, a column a skill: the shares of a fit of other people of the same rows."""
    count = len(matrix)

    def one(draw: int) -> Array:
        rows = np.random.default_rng([seed, draw, 1]).integers(0, count, min(count, MOST_FITTED)).astype(np.intp)
        booster = fit.again(rows, seed + 1 + draw)
        shown = matrix[rows[: most_explained(fit.rounds)]]
        return learned_shares(contributions(booster, shown), shown, columns)[0]

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

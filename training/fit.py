"""Fits XGBoost the same way every time: same rows, same parameters, same seed, same bytes.

The histogram method adds up in an order that depends on the number of threads, so a fit takes one; cross-validation
runs its folds side by side instead. On busy cores that is also many times faster: threads of one fit wait for each
other at every node.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future

import numpy as np
import xgboost
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from models.features import Matrix
from models.scorer import Platt
from training.grid import Parameters

THREADS = 1
"""Threads of a fit; part of what makes the bytes equal."""

ALL_THREADS = 0
"""As many as there are cores, for what any number of threads does alike: scoring rows, and cutting the columns of a
matrix, one of them a column."""

TREES_AT_ONCE = 50
"""Trees whose work beside the fit begins together."""

Array = NDArray[np.float64]


def full_parameters(parameters: Parameters, seed: int) -> dict[str, object]:
    """All parameters of a fit, the fixed ones included."""
    fixed: dict[str, object] = {"objective": "binary:logistic", "tree_method": "hist", "nthread": THREADS, "seed": seed}
    return {**parameters, **fixed}


def fit(matrix: Matrix, labels: Array, *, parameters: Parameters, rounds: int, seed: int) -> xgboost.Booster:
    """A booster of `rounds` trees."""
    data = xgboost.QuantileDMatrix(matrix, labels, nthread=THREADS)
    return xgboost.train(full_parameters(parameters, seed), data, num_boost_round=rounds)


def fit_with_margins(
    matrix: Matrix,
    labels: Array,
    *,
    parameters: Parameters,
    rounds: int,
    seed: int,
    watching: Sequence[xgboost.callback.TrainingCallback] = (),
) -> tuple[xgboost.Booster, Array]:
    """`fit` with the matrix cut by all threads, and the log-odds of its rows, which a fit adds up as it goes."""
    data = xgboost.QuantileDMatrix(matrix, labels, nthread=ALL_THREADS)
    own = _OwnMargins(data)
    booster = xgboost.train(full_parameters(parameters, seed), data, num_boost_round=rounds, callbacks=[own, *watching])
    return booster, own.margins


class _OwnMargins(xgboost.callback.TrainingCallback):
    """Takes the log-odds of the fitted rows before XGBoost lets go of them; `margins_at` gives the same digits."""

    def __init__(self, data: xgboost.DMatrix) -> None:
        super().__init__()
        self._data = data
        self.margins: Array = np.empty(0)

    def after_training(self, model: xgboost.Booster) -> xgboost.Booster:
        self.margins = model.predict(self._data, output_margin=True).astype(np.float64)
        return model


class InParts(xgboost.callback.TrainingCallback):
    """Hands over the trees of a fit, some at a time and as soon as they are there, each time as a booster's bytes."""

    def __init__(self, *takers: Callable[[bytearray], None]) -> None:
        super().__init__()
        self._takers = takers
        self._handed = 0

    def after_iteration(self, model: xgboost.Booster, epoch: int, evals_log: object) -> bool:  # noqa: ARG002
        """Hands over each whole part; never ends the fit."""
        if (epoch + 1) % TREES_AT_ONCE == 0:
            self._hand_over(model)
        return False

    def after_training(self, model: xgboost.Booster) -> xgboost.Booster:
        """Hands over the trees after the last whole part."""
        self._hand_over(model)
        return model

    def _hand_over(self, model: xgboost.Booster) -> None:
        for part in parts(model, self._handed):
            for take in self._takers:
                take(part)
        self._handed = model.num_boosted_rounds()


def parts(booster: xgboost.Booster, start: int = 0) -> Iterator[bytearray]:
    """The trees from `start` on, some at a time, as boosters' bytes: a booster is used by one thread at a time."""
    for begin in range(start, booster.num_boosted_rounds(), TREES_AT_ONCE):
        yield booster[begin : min(begin + TREES_AT_ONCE, booster.num_boosted_rounds())].save_raw("ubj")


class OtherMargins:
    """The log-odds of rows that are not fitted, added up on `beside` while a booster gets its trees.

    Each part goes on from the sums of the one before, as a booster does with its trees: `margins_at` gives the same
    digits.
    """

    def __init__(self, matrix: Matrix, beside: Executor) -> None:
        self._matrix, self._beside = matrix, beside
        self._last: Future[NDArray[np.float32]] | None = None

    def take(self, part: bytearray) -> None:
        """Adds the trees of one part, after those of the parts before."""
        self._last = self._beside.submit(_added, part, self._matrix, self._last)

    def margins(self) -> Array:
        """The log-odds after all trees that were taken; waits for them. Raises ValueError where none was."""
        if self._last is None:
            raise ValueError("no tree was fitted")
        return self._last.result().astype(np.float64)


def _added(part: bytearray, matrix: Matrix, before: "Future[NDArray[np.float32]] | None") -> NDArray[np.float32]:
    booster = xgboost.Booster({"nthread": THREADS}, model_file=part)
    sums = None if before is None else before.result()
    return np.asarray(booster.inplace_predict(matrix, predict_type="margin", base_margin=sums))


def native_bytes(booster: xgboost.Booster) -> bytes:
    """The model in XGBoost's own UBJSON format."""
    return bytes(booster.save_raw("ubj"))


def margins_at(booster: xgboost.Booster, matrix: Matrix, rounds: Sequence[int], threads: int = THREADS) -> list[Array]:
    """The log-odds of each row after each number of trees; 0 threads are as many as there are cores.

    Rows are scored one by one, so that the number of threads changes no digit.
    """
    booster.set_param({"nthread": threads})
    return [
        booster.inplace_predict(matrix, iteration_range=(0, count), predict_type="margin").astype(np.float64)
        for count in rounds
    ]


def platt(margins: Array, labels: Array) -> Platt:
    """Platt's calibration from margins of rows that were not fitted; unchanged where it would turn the order round.

    The outcomes are drawn in from 0 and 1 as in Platt (1999), so that a perfect order does not promise certainty.
    """
    good = labels > 0.5
    drawn_in = np.where(good, (good.sum() + 1) / (good.sum() + 2), 1 / ((~good).sum() + 2))
    twice = np.concatenate([margins, margins]).reshape(-1, 1)
    outcomes = np.repeat([1.0, 0.0], margins.size)
    weights = np.concatenate([drawn_in, 1 - drawn_in])
    line = LogisticRegression(C=np.inf, max_iter=500).fit(twice, outcomes, sample_weight=weights)
    slope, intercept = float(line.coef_[0, 0]), float(line.intercept_[0])
    return Platt(slope=slope, intercept=intercept) if slope > 0 else Platt()

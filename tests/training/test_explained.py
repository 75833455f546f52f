"""Contributions and log-odds in parts: those of the whole booster, whenever they are worked out."""

from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest
import xgboost

from tests.models.builders import rows, spec
from training.explained import Explained, contributions, explained_rows, most_explained
from training.fit import TREES_AT_ONCE, InParts, OtherMargins, fit, fit_with_margins, margins_at, native_bytes

PARAMETERS = {"max_depth": 3, "subsample": 0.7}


@pytest.mark.parametrize("rounds", [1, TREES_AT_ONCE, 2 * TREES_AT_ONCE + 7])
def test_the_parts_add_up_to_the_contributions_of_the_whole_and_of_the_log_odds(rounds: int) -> None:
    frame = rows(400)
    matrix = spec().matrix(frame)
    booster = fit(matrix, frame["label"].to_numpy(), parameters=PARAMETERS, rounds=rounds, seed=3)
    whole = booster.predict(xgboost.DMatrix(matrix), pred_contribs=True)

    found = contributions(booster, matrix)

    np.testing.assert_allclose(found, whole[:, :-1], atol=2e-5)
    margins = booster.inplace_predict(matrix, predict_type="margin")
    np.testing.assert_allclose(np.ptp(margins - found.sum(axis=1)), 0.0, atol=2e-5)
    np.testing.assert_array_equal(found, contributions(booster, matrix, threads=2))


@pytest.mark.parametrize("rounds", [3, TREES_AT_ONCE, 2 * TREES_AT_ONCE + 7])
def test_worked_out_with_the_fit_they_are_the_same_digits_and_the_model_the_same_bytes(rounds: int) -> None:
    frame = rows(400)
    matrix, labels = spec().matrix(frame), frame["label"].to_numpy()
    alone = fit(matrix[:350], labels[:350], parameters=PARAMETERS, rounds=rounds, seed=3)

    with ThreadPoolExecutor(max_workers=1) as beside:
        explained, others = Explained(matrix[:50], beside), OtherMargins(matrix[350:], beside)
        watching = [InParts(explained.take, others.take)]
        booster, own = fit_with_margins(
            matrix[:350], labels[:350], parameters=PARAMETERS, rounds=rounds, seed=3, watching=watching
        )
        found, margins = explained.contributions(), others.margins()

    assert native_bytes(booster) == native_bytes(alone)
    np.testing.assert_array_equal(found, contributions(alone, matrix[:50]))
    np.testing.assert_array_equal(np.concatenate([own, margins]), margins_at(alone, matrix, (rounds,))[0])


class _Noting(ThreadPoolExecutor):
    """Notes after how many trees each piece of work was handed over."""

    def __init__(self) -> None:
        super().__init__(max_workers=1)
        self.trees, self.handed = 0, []

    def submit(self, *work: Any) -> "Future[Any]":
        self.handed.append(self.trees)
        return super().submit(*work)


class _Counting(xgboost.callback.TrainingCallback):
    def __init__(self, noted: _Noting) -> None:
        super().__init__()
        self._noted = noted

    def after_iteration(self, model: xgboost.Booster, epoch: int, evals_log: object) -> bool:  # noqa: ARG002
        self._noted.trees = epoch + 1
        return False


def test_the_first_trees_are_explained_while_the_others_are_fitted() -> None:
    frame = rows(400)
    matrix, labels = spec().matrix(frame), frame["label"].to_numpy()

    with _Noting() as beside:
        watching = [_Counting(beside), InParts(Explained(matrix[:5], beside).take)]
        fit_with_margins(matrix, labels, parameters=PARAMETERS, rounds=120, seed=3, watching=watching)

    assert beside.handed == [50, 100, 120]


def test_a_fixed_sample_of_many_rows_is_explained_and_all_of_few() -> None:
    drawn = explained_rows(10_000, 100, 7)

    assert (len(drawn), len(np.unique(drawn))) == (2_000, 2_000)
    np.testing.assert_array_equal(drawn, explained_rows(10_000, 100, 7))
    np.testing.assert_array_equal(explained_rows(30, 100, 7), np.arange(30))


def test_a_large_model_explains_fewer_rows_but_never_below_five_hundred() -> None:
    assert [most_explained(trees) for trees in (1, 250, 500, 5_000)] == [2_000, 2_000, 1_000, 500]


def test_log_odds_of_a_fit_without_trees_are_refused() -> None:
    with ThreadPoolExecutor() as beside, pytest.raises(ValueError, match="no tree"):
        OtherMargins(np.ones((2, 2), dtype=np.float32), beside).margins()

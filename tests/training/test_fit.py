"""Fitting is deterministic, calibration keeps the order, and tuning restrains itself."""

import hashlib

import numpy as np
import pytest
from sklearn.metrics import log_loss

from models.scorer import Platt, chance
from tests.models.builders import rows, spec
from training.fit import ALL_THREADS, fit, fit_with_margins, margins_at, native_bytes, platt
from training.grid import Candidate, candidate, default_grid
from training.splits import folds
from training.tune import CannotValidate, cross_validated, tune


def _data(count: int = 600) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    frame = rows(count)
    people = frame.index.astype(str).to_series()
    return spec().matrix(frame), frame["label"].to_numpy(), folds(people, 4, 1)


def test_two_fits_of_the_same_rows_give_the_same_bytes() -> None:
    matrix, labels, _ = _data()
    parameters = {"max_depth": 3, "eta": 0.1, "subsample": 0.8, "colsample_bytree": 0.5}

    sums = {
        hashlib.sha256(native_bytes(fit(matrix, labels, parameters=parameters, rounds=40, seed=5))).hexdigest()
        for _ in range(2)
    }

    assert len(sums) == 1


def test_another_seed_gives_another_model() -> None:
    matrix, labels, _ = _data()

    one, two = (
        native_bytes(fit(matrix, labels, parameters={"subsample": 0.5}, rounds=5, seed=seed)) for seed in (1, 2)
    )

    assert one != two


def test_tuning_twice_gives_the_same_choice_and_the_same_numbers() -> None:
    matrix, labels, by_person = _data()

    first, second = (tune(matrix, labels, by_person, default_grid(), seed=1) for _ in range(2))

    assert first.trials == second.trials
    np.testing.assert_array_equal(first.margins, second.margins)


def test_out_of_fold_margins_come_from_a_booster_that_did_not_see_the_row() -> None:
    matrix, labels, by_person = _data()
    one = Candidate(name="x", rounds=(10,), parameters={"max_depth": 2})

    tuning = tune(matrix, labels, by_person, (one,), seed=1)

    rest = by_person != 2
    blind = fit(matrix[rest], labels[rest], parameters=one.parameters, rounds=10, seed=1)
    np.testing.assert_array_equal(tuning.margins[by_person == 2], margins_at(blind, matrix[by_person == 2], (10,))[0])


def test_cross_validating_the_chosen_trial_again_gives_its_aucs() -> None:
    matrix, labels, by_person = _data()
    chosen = tune(matrix, labels, by_person, default_grid(), seed=1).chosen

    again = cross_validated(matrix, labels, by_person, chosen, seed=1)

    assert again == chosen.fold_aucs


def test_a_fold_without_both_outcomes_is_refused() -> None:
    matrix, _, by_person = _data()

    with pytest.raises(CannotValidate, match="fewer folds"):
        tune(matrix, (by_person == 0).astype(float), by_person, default_grid(), seed=1)


def test_platt_improves_the_log_loss_of_shrunken_margins() -> None:
    random = np.random.default_rng(2)
    margins = random.normal(size=4000)
    labels = (random.random(4000) < chance(2 * margins - 0.5)).astype(float)

    line = platt(margins, labels)

    assert line.slope == pytest.approx(2, abs=0.2)
    assert line.intercept == pytest.approx(-0.5, abs=0.15)
    assert log_loss(labels, chance(line.slope * margins + line.intercept)) < log_loss(labels, chance(margins))


def test_platt_never_turns_the_order_round() -> None:
    margins = np.linspace(-1, 1, 50)

    assert platt(margins, (margins < 0).astype(float)) == Platt()


def test_a_candidate_without_rounds_is_refused() -> None:
    with pytest.raises(ValueError, match="rounds"):
        candidate({"name": "x", "rounds": []})


@pytest.mark.parametrize("absent", [0.0, 0.2], ids=["whole", "with-gaps"])
def test_the_margins_that_a_fit_adds_up_are_those_of_scoring(absent: float) -> None:
    """A training does not score its fitted rows again; no digit may come of that."""
    draw = np.random.default_rng(5)
    matrix = draw.normal(size=(3_000, 6)).astype(np.float32)
    labels = (matrix[:, 0] + draw.normal(size=3_000) > 0).astype(np.float64)
    matrix[draw.random(matrix.shape) < absent] = np.nan

    booster, own = fit_with_margins(matrix, labels, parameters={"subsample": 0.7}, rounds=40, seed=3)

    assert np.array_equal(own, margins_at(booster, matrix, (40,), threads=ALL_THREADS)[0])
    assert native_bytes(booster) == native_bytes(fit(matrix, labels, parameters={"subsample": 0.7}, rounds=40, seed=3))

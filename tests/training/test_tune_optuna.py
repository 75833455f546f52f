"""The search by Optuna: repeatable, restrained by the grid's rule, recorded whole, and ended between trials."""

import logging

import numpy as np
import pytest

from tests.models.builders import rows, spec
from tests.training.outcome_rows import asked, rows_of, spec_of
from training.configuration import ConfigurationError
from training.grid import Candidate, defaults
from training.learning import learn
from training.splits import folds
from training.tune import OVERFIT_GAP, CannotValidate, Trial, Tuning, tried, tune
from training.tune_optuna import DEPTHS, SPACE, restraint, search
from training.tune_settings import Method, Searching, searching

TRIALS = 8


def _data(count: int = 500) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    frame = rows(count)
    people = frame.index.astype(str).to_series()
    return spec().matrix(frame), frame["label"].to_numpy(), folds(people, 4, 1)


def _searched(trials: int = TRIALS, seed: int = 1, **changed: object) -> Tuning:
    wanted = Searching(method=Method.OPTUNA, trials=trials, timeout_s=changed.pop("timeout_s", None))
    return search(*_data(), wanted, (defaults(),), bound={}, seed=seed, **changed)


@pytest.fixture(scope="module")
def searched() -> Tuning:
    """A search that some tests only read."""
    return _searched()


def test_the_same_rows_and_seed_give_the_same_search_and_choice(searched: Tuning) -> None:
    again = _searched()

    assert again.trials == searched.trials
    np.testing.assert_array_equal(again.margins, searched.margins)


def test_another_seed_searches_elsewhere(searched: Tuning) -> None:
    other = _searched(trials=2, seed=2)

    assert other.trials[0].parameters not in [one.parameters for one in searched.trials]


def test_every_trial_stands_in_the_record_the_pruned_ones_too(searched: Tuning) -> None:
    names = {one.candidate for one in searched.trials}

    assert names == {*(f"search_{number:03d}" for number in range(1, TRIALS + 1)), "defaults"}
    assert any(one.is_pruned for one in searched.trials)
    assert all(len(one.fold_aucs) == 2 for one in searched.trials if one.is_pruned)


def test_a_pruned_trial_is_neither_chosen_nor_the_mark() -> None:
    trials = _searched(trials=20).trials

    finished = [one for one in trials if not one.is_pruned]
    assert len(finished) < len(trials)
    assert {len(one.fold_aucs) for one in finished} == {4}


def test_every_parameter_lies_in_its_range(searched: Tuning) -> None:
    drawn = [one.parameters for one in searched.trials if one.candidate != "defaults"]

    assert all(DEPTHS[0] <= one["max_depth"] <= DEPTHS[1] for one in drawn)
    assert all(least <= one[name] <= largest for one in drawn for name, (least, largest) in SPACE.items())


def test_the_choice_is_the_most_restrained_within_one_paired_standard_error(searched: Tuning) -> None:
    finished = [one for one in searched.trials if not one.is_pruned]
    best = max(finished, key=lambda one: one.auc)

    def is_near(one: Trial) -> bool:
        lost = np.asarray(best.fold_aucs) - np.asarray(one.fold_aucs)
        return bool(lost.mean() <= lost.std(ddof=1) / 2)

    assert searched.chosen == min((one for one in finished if is_near(one)), key=restraint)


def test_who_learned_by_heart_is_marked_as_in_the_grid(searched: Tuning) -> None:
    learned = next(one for one in searched.trials if one.candidate == "defaults")

    assert learned.fitted_auc - learned.auc > OVERFIT_GAP
    assert learned.is_overfit


def test_restraint_means_shallow_trees_first_then_how_far_they_move_together() -> None:
    def trial(depth: int, eta: float, rounds: int, penalty: float) -> Trial:
        parameters = {"max_depth": depth, "eta": eta, "reg_lambda": penalty, "min_child_weight": 1.0}
        return Trial(candidate="x", parameters=parameters, rounds=rounds, fold_aucs=(0.6,), fitted_auc=0.6)

    given = [
        trial(1, 0.3, 300, 1),
        trial(2, 0.1, 50, 9),
        trial(2, 0.1, 50, 1),
        trial(2, 0.1, 100, 9),
        trial(3, 0.01, 50, 9),
    ]

    assert sorted([given[3], given[0], given[4], given[2], given[1]], key=restraint) == given


def test_a_search_trial_is_the_grids_cross_validation_of_the_same_parameters(searched: Tuning) -> None:
    one = next(one for one in searched.trials if not one.is_pruned)

    again = tried(*_data(), Candidate(name="x", rounds=(one.rounds,), parameters=one.parameters), 1)

    assert again[0].trial.fold_aucs == one.fold_aucs


def test_a_search_that_time_cuts_keeps_what_it_found_and_says_so() -> None:
    ticks = iter([0.0, 1.0, 2.0, 11.0])

    cut = _searched(timeout_s=10.0, clock=lambda: next(ticks))

    assert {one.candidate for one in cut.trials} == {"search_001", "search_002", "search_003", "defaults"}
    assert cut.is_cut_by_time


def test_at_least_one_trial_is_made_however_late_it_is_and_a_search_in_time_says_nothing() -> None:
    ticks = iter(range(0, 10_000, 1000))

    late = _searched(timeout_s=1.0, clock=lambda: float(next(ticks)))
    early = _searched(trials=1, timeout_s=1e9)

    assert (late.is_cut_by_time, early.is_cut_by_time) == (True, False)
    assert early.trials == late.trials


def test_a_run_that_time_cut_warns_in_both_languages_and_stands_so_in_its_record() -> None:
    configured = asked("re_interview_pass", tuning={"method": "optuna", "trials": 200, "timeout_s": 1e-9})

    made = learn(rows_of(configured), spec_of(configured), configured, lambda _: None)

    assert made.tuning_json()["is_cut_by_time"] is True
    assert "cut by time" in made.warnings()[0].en
    assert "时间限制" in made.warnings()[0].zh


def test_it_can_be_cancelled_between_two_trials() -> None:
    told: list[str] = []

    def tell(step: str) -> None:
        told.append(step)
        if len(told) == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        _searched(progress=tell)
    assert told == [f"searching parameters: {number} of {TRIALS}" for number in (1, 2, 3)]


def test_it_is_silent(capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        _searched(trials=1)

    assert capfd.readouterr().err == ""
    assert caplog.records == []


def test_a_fold_without_both_outcomes_is_refused() -> None:
    matrix, _, by_person = _data()
    wanted = Searching(method=Method.OPTUNA, trials=1)

    with pytest.raises(CannotValidate, match="fewer folds"):
        search(matrix, (by_person == 0).astype(float), by_person, wanted, (), bound={}, seed=1)


def test_the_grid_is_the_default_and_optuna_watches_xgboosts_own_parameters_beside_the_search() -> None:
    grid, by_search = asked("retention_12m", tuning={}), asked("retention_12m", tuning={"method": "optuna"})

    assert (grid.tuning.shown, len(grid.candidates)) == ("grid", 4)
    assert (by_search.tuning.shown, [one.name for one in by_search.candidates]) == ("optuna (40 trials)", ["defaults"])


def test_a_grid_tunes_as_before() -> None:
    tuned = tune(*_data(), (defaults(),), seed=1)

    assert (tuned.is_cut_by_time, tuned.chosen.is_pruned) == (False, False)


@pytest.mark.parametrize(
    ("tuning", "message"),
    [
        ("optuna", "must be a mapping"),
        ({"method": "random"}, "one of grid, optuna"),
        ({"trials": 5}, "belong to tuning.method optuna"),
        ({"method": "optuna", "trials": 0}, "from 1 to 1000"),
        ({"method": "optuna", "trials": True}, "from 1 to 1000"),
        ({"method": "optuna", "timeout_s": 0}, "seconds above 0"),
        ({"method": "optuna", "tries": 9}, "must be a mapping"),
    ],
)
def test_a_tuning_that_cannot_be_meant_is_refused(tuning: object, message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        asked("retention_12m", tuning=tuning)
    with pytest.raises(ValueError, match=message):
        searching(tuning)

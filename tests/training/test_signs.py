"""Signs from a job analysis: the fitted model keeps them in every prediction, and they never reach what serves."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
import pytest
import xgboost

from models.features import Matrix
from tests.training.outcome_rows import asked, rows_of, spec_of
from training.alternatives_groups import Groups
from training.alternatives_methods import METHODS, Lesson
from training.configuration import Configuration, ConfigurationError
from training.fit import fit
from training.learning import Learned, learn
from training.signs import CONSTRAINTS, of_columns, signed
from training.tune import Trial

SIGNED = [
    {"name": "content_logic", "source": "skill:content_logic", "sign": 1, "job_analysis": "Argues a case every day."},
    {"name": "problem_solving", "source": "skill:problem_solving", "sign": -1},
    {"name": "communication", "source": "skill:communication"},
]
WILD = [{"name": "wild", "rounds": [60], "parameters": {"max_depth": 6, "eta": 0.3}}]


def _configured(**changed: object) -> Configuration:
    return asked("re_interview_pass", **{"features": SIGNED, "candidates": WILD, **changed})


def _learned(configured: Configuration) -> Learned:
    return learn(rows_of(configured), spec_of(configured), configured, lambda _: None)


def _steps(booster: xgboost.Booster, matrix: Matrix, column: int) -> np.ndarray:
    """How the log-odds of each row change from step to step when one feature goes from 0 to 100 and no other moves."""
    predicted = []
    for value in np.linspace(0, 100, 51, dtype=np.float32):
        moved = matrix.copy()
        moved[:, column] = value
        predicted.append(booster.inplace_predict(moved, predict_type="margin"))
    return np.diff(np.asarray(predicted), axis=0)


def test_more_of_a_signed_feature_never_turns_the_score_the_other_way_for_any_row() -> None:
    made = _learned(_configured())

    for column, sign in ((0, 1), (1, -1)):
        steps = _steps(made.fit.booster, made.fitted, column)
        assert (sign * steps >= -1e-6).all()
    assert (_steps(made.fit.booster, made.fitted, 0) > 0).any()


def test_without_its_sign_the_same_rows_give_a_model_that_goes_up_and_down() -> None:
    plain = [{key: value for key, value in one.items() if key not in {"sign", "job_analysis"}} for one in SIGNED]

    made = _learned(_configured(features=plain))

    steps = _steps(made.fit.booster, made.fitted, 0)
    assert (steps > 1e-3).any()
    assert (steps < -1e-3).any()


def test_a_draw_of_other_rows_and_a_search_keep_the_signs_too() -> None:
    tuning = {"method": "optuna", "trials": 2}
    made = _learned(asked("re_interview_pass", features=SIGNED, tuning=tuning))

    drawn = made.fit.again(np.arange(0, len(made.fitted), 2), 9)

    assert (_steps(drawn, made.fitted, 0) >= -1e-6).all()
    assert {trial.parameters[CONSTRAINTS] for trial in made.tuning.trials} == {"(1,-1,0)"}


def test_every_less_discriminatory_fit_keeps_the_signs() -> None:
    """That of another feature than the one that predicts the group: where it is dropped, nothing moves at all."""
    configured = _configured()
    made = _learned(configured)
    random = np.random.default_rng(1)
    sex = np.where(made.fitted[:, 2] + random.normal(0, 8, len(made.fitted)) > 60, "F", "M")
    labels = rows_of(configured).frame["label"].to_numpy()[made.split.fit]
    lesson = Lesson(
        matrix=made.fitted, labels=labels[np.isfinite(labels)], groups=Groups(frame=pd.DataFrame({"sex": sex})),
        trial=made.tuning.chosen, seed=1,
    )  # fmt: skip

    for name, method in METHODS.items():
        assert (_steps(method.make(lesson), made.fitted, 0) >= -1e-5).all(), name
        assert method.parameters(lesson.trial, 1)[CONSTRAINTS] == "(1,-1,0)"


def test_signs_and_their_reasons_stand_in_the_parameters_of_the_run() -> None:
    configured = _configured()

    parameters = configured.parameters()

    assert parameters["signs"] == "content_logic +1, problem_solving -1"
    assert parameters["job_analysis.content_logic"] == "Argues a case every day."
    assert _learned(configured).parameters[CONSTRAINTS] == "(1,-1,0)"


def test_what_serves_knows_no_sign() -> None:
    plain = [{"name": one["name"], "source": one["source"]} for one in SIGNED]

    assert spec_of(_configured()).sha256 == spec_of(_configured(features=plain)).sha256


def test_without_signs_the_parameters_are_untouched() -> None:
    assert signed({"eta": 0.1}, (), {}) == {"eta": 0.1}
    assert CONSTRAINTS not in _learned(asked("re_interview_pass")).parameters


def test_some_of_the_columns_keep_their_own_signs() -> None:
    columns = np.asarray([True, False, True])

    assert of_columns({"eta": 0.1, CONSTRAINTS: "(1,-1,0)"}, columns) == {"eta": 0.1, CONSTRAINTS: "(1,0)"}
    assert of_columns({"eta": 0.1}, columns) == {"eta": 0.1}


def test_the_study_of_each_feature_fits_the_others_with_their_signs() -> None:
    made = _learned(_configured())

    assert [one.others_auc is not None for one in made.study.features] == [True, True, True]


def test_the_watched_defaults_are_recognised_with_signs() -> None:
    made = _learned(asked("re_interview_pass", features=SIGNED, candidates=[{"name": "defaults", "rounds": [100]}]))

    assert made.tuning_json()["defaults_overfit"] is not None


def test_xgboost_itself_refuses_signs_of_another_width() -> None:
    """So a constraint can never slip onto the wrong column in silence."""
    matrix = np.random.default_rng(1).random((50, 3)).astype(np.float32)

    with pytest.raises(xgboost.core.XGBoostError):
        fit(matrix, np.tile([0.0, 1.0], 25), parameters={CONSTRAINTS: "(1,0,0,1)"}, rounds=1, seed=1)


@pytest.mark.parametrize(
    ("feature", "message"),
    [
        ({"sign": 2}, r"must be \+1 or -1"),
        ({"sign": True}, r"must be \+1 or -1"),
        ({"sign": "up"}, r"must be \+1 or -1"),
        ({"source": "job_family", "kind": "level", "level": "sales", "sign": 1}, "a category"),
    ],
)
def test_a_sign_that_cannot_be_meant_is_refused(feature: Mapping[str, object], message: str) -> None:
    reasons = {"job_family": {"code": "J", "positive": {"en": "a", "zh": "a"}, "negative": {"en": "b", "zh": "b"}}}

    with pytest.raises(ConfigurationError, match=message):
        _configured(features=[{**SIGNED[2], **feature}], reasons=reasons if "kind" in feature else {})


def test_a_trial_shows_its_signs_in_the_record() -> None:
    trial = Trial(candidate="x", parameters={CONSTRAINTS: "(1)"}, rounds=1, fold_aucs=(0.5, 0.6), fitted_auc=0.6)

    assert trial.as_json()["parameters"] == {CONSTRAINTS: "(1)"}

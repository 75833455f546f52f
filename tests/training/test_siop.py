"""The published facts of the SIOP 2020 data, through our own folds, tuning and baselines."""

from pathlib import Path

import numpy as np
import pytest

from tests.training.siop import CLEAN, KEYED, applications, spec
from training.baselines import logistic_fold_aucs
from training.grid import default_grid
from training.splits import folds
from training.tune import tune

pytestmark = pytest.mark.shared_data


def test_clean_columns_reach_the_known_auc_and_the_defaults_are_seen_to_overfit(shared_data: Path) -> None:
    """XGBoost's defaults reach about .565 and learn the rows by heart; shallow slow trees reach about .612."""
    frame = applications(shared_data)
    by_person = folds(frame["candidate_key"], 10, 20260101)

    tuning = tune(spec().matrix(frame), frame["label"].to_numpy(), by_person, default_grid(), seed=20260101)

    defaults = next(trial for trial in tuning.trials if trial.candidate == "defaults")
    assert (round(defaults.auc, 2), defaults.is_overfit) == (0.57, True)
    assert (tuning.chosen.parameters["max_depth"], tuning.chosen.is_overfit) == (2, False)
    assert 0.60 <= tuning.chosen.auc <= 0.65


def test_logistic_regression_reaches_the_published_aucs(shared_data: Path) -> None:
    """Clean columns .614, with the keyed ones .654."""
    frame = applications(shared_data)
    by_person = folds(frame["candidate_key"], 10, 1)
    labels = frame["label"].to_numpy()

    clean = np.mean(logistic_fold_aucs(spec().matrix(frame), labels, by_person, 1))
    keyed = np.mean(logistic_fold_aucs(spec((*CLEAN, *KEYED)).matrix(frame), labels, by_person, 1))

    assert clean == pytest.approx(0.614, abs=0.006)
    assert keyed == pytest.approx(0.654, abs=0.006)

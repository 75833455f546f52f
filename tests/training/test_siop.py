"""The published facts of the SIOP 2020 data, through our own folds, tuning and baselines."""

from pathlib import Path

import numpy as np
import pytest

from tests.training.siop import CLEAN, KEYED, applications, declared_spec, rows_of, spec
from training import configuration
from training.baselines import logistic_fold_aucs
from training.grid import default_grid
from training.learning import Learned, learn
from training.splits import folds
from training.tune import tune

pytestmark = [pytest.mark.shared_data, pytest.mark.slow]


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


@pytest.fixture(scope="module")
def keyed(shared_data: Path) -> Learned:
    """The configuration with the keyed scales, learned as a whole."""
    chosen = configuration.load("siop_keyed")
    return learn(rows_of(shared_data, chosen), declared_spec(chosen), chosen, lambda _step: None)


def test_the_clean_configuration_learns_within_the_known_range_on_people_never_fitted(shared_data: Path) -> None:
    chosen = configuration.load("siop_clean")
    rows = rows_of(shared_data, chosen)

    learned = learn(rows, declared_spec(chosen), chosen, lambda _step: None)

    counts = learned.counts(rows.frame)
    assert (counts["fit"], counts["holdout_labelled"]) == (6035, 1509)
    assert 0.60 <= learned.tuning.chosen.auc <= 0.65
    assert 0.56 <= learned.metrics["auc"] <= 0.68
    assert learned.tuning_json()["defaults_overfit"] is True
    assert learned.metrics["selection_rate"] == pytest.approx(0.5, abs=0.04)


def test_the_study_names_the_keyed_scales_and_bio_scale_knows_as_much_as_all_clean_ones(keyed: Learned) -> None:
    study = {one.name: one for one in keyed.study.features}

    assert {name for name, one in study.items() if not one.fixed_before_outcome} == set(KEYED)
    assert study["bio_scale"].single_auc == pytest.approx(0.611, abs=0.01)
    assert study["bio_scale"].single_auc == pytest.approx(study["bio_scale"].others_auc, abs=0.01)
    assert max(study[name].single_auc for name in CLEAN) < study["bio_scale"].single_auc - 0.02


def test_with_the_keyed_scales_the_model_looks_better_than_it_may(keyed: Learned) -> None:
    assert keyed.tuning.chosen.auc > keyed.study.declared_auc + 0.02

"""Every target from rows to a model: what is held out fits nothing, and the baselines stand beside it."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from tests.training.outcome_rows import TARGETS, asked, interviewed, rows_of, spec_of
from training.dataset import Dataset
from training.labels import TARGETS as KNOWN
from training.learning import Learned, learn
from training.splits import split
from training.target import COMPOSITE, PARTS

EVERY = tuple(TARGETS)
OPTUNA = {"method": "optuna", "trials": 3}
SEARCHES: dict[str, dict[str, object]] = {"grid": {}, "optuna": {"tuning": OPTUNA}}


def _learned(target: str, rows: Dataset | None = None, **changed: object) -> Learned:
    configured = asked(target, **changed)
    return learn(rows or rows_of(configured), spec_of(configured), configured, lambda _: None)


def _shuffled(rows: Dataset, held: "np.ndarray[tuple[int], np.dtype[np.bool_]]") -> Dataset:
    """The same rows with the labels of the held-out people dealt out anew among them."""
    frame = rows.frame.copy()
    known = held & frame["label"].notna().to_numpy()
    frame.loc[known, "label"] = np.random.default_rng(5).permutation(frame.loc[known, "label"])
    return replace(rows, frame=frame)


def test_these_are_all_targets_and_all_single_ones_may_be_parts() -> None:
    assert set(EVERY) == {*KNOWN, COMPOSITE}
    assert set(PARTS) == set(KNOWN)


@pytest.mark.parametrize("target", EVERY)
def test_the_run_says_in_both_languages_how_many_were_never_labelled(target: str) -> None:
    rows = rows_of(asked(target))

    never = f"{rows.excluded['no_label']:,}"
    assert f"{never} were never labelled" in rows.warnings[0].en
    assert "the model says nothing certain" in rows.warnings[0].en
    assert f"{never} 份从未获得标签" in rows.warnings[0].zh


@pytest.mark.parametrize("target", EVERY)
def test_no_label_is_known_after_the_snapshot_or_before_the_interview(target: str) -> None:
    frame = rows_of(asked(target)).frame

    labelled = frame[frame["label"].notna() & frame["label_on"].notna()]
    assert (labelled["label_on"] > labelled["ai_interviewed_at"]).all()
    assert labelled["label_on"].le(pd.Timestamp("2026-06-30", tz="UTC")).all()


@pytest.mark.parametrize("search", SEARCHES)
@pytest.mark.parametrize("target", EVERY)
def test_labels_of_the_holdout_change_no_byte_of_the_model(target: str, search: str) -> None:
    configured = asked(target, **SEARCHES[search])
    rows = rows_of(configured)
    held = split(rows.frame, configured.holdout, configured.seed).holdout

    first = _learned(target, rows, **SEARCHES[search])
    second = _learned(target, _shuffled(rows, held), **SEARCHES[search])

    assert first.model == second.model
    assert (first.calibration, first.cut, first.tuning.trials) == (second.calibration, second.cut, second.tuning.trials)
    assert first.metrics["auc"] != second.metrics["auc"]


@pytest.mark.parametrize("target", EVERY)
def test_the_fit_ends_before_the_holdout_begins_and_knew_its_labels_by_then(target: str) -> None:
    made, frame = _learned(target), rows_of(asked(target)).frame

    fitted, held = frame[made.split.fit], frame[made.split.holdout]
    assert fitted["ai_interviewed_at"].max() < held["ai_interviewed_at"].min()
    assert not (fitted["label_on"] >= made.split.begins).any()


@pytest.mark.parametrize("target", EVERY)
def test_the_baselines_stand_beside_the_model_and_the_vendor_keeps_its_own_cut(target: str) -> None:
    made, frame = _learned(target), rows_of(asked(target)).frame

    vendor = frame["ai_score"][made.split.holdout]
    assert set(made.baseline_metrics) == {"vendor_score", "logistic", "unit_weighted_skills"}
    assert made.baseline_metrics["vendor_score"]["selection_rate"] == pytest.approx((vendor >= 60).mean())


@pytest.mark.parametrize("target", EVERY)
def test_the_calibrated_mean_chance_is_the_rate_of_the_fitted_rows(target: str) -> None:
    """Platt's line is fitted on margins out of fold, so the scores of the fitted rows come near, not exactly."""
    made, frame = _learned(target), rows_of(asked(target)).frame

    rate = frame["label"][made.split.fit].mean()
    assert made.calibration.slope > 0
    assert made.fitted_scores.mean() == pytest.approx(rate, abs=0.05)


def test_outcomes_of_the_holdout_do_not_move_where_a_top_share_begins() -> None:
    """Not even their size: whoever is held out could have ratings of another world."""
    configured = asked("composite")
    rows = rows_of(configured)
    frame = rows.frame
    held = split(frame, configured.holdout, configured.seed).holdout
    changed = interviewed()
    is_rated = changed["application_key"].isin(frame["application_key"][held]) & changed["performance_12m"].notna()
    changed.loc[is_rated, "performance_12m"] = 1.0

    again = rows_of(configured, changed)

    assert again.target_cut == rows.target_cut
    assert again.frame["label"][held].mean() > rows.frame["label"][held].mean()

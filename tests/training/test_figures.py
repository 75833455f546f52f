"""Cut scores, baselines, figures at the cut and the feature study, against sums by hand and other libraries."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import brier_score_loss, precision_score
from sklearn.preprocessing import StandardScaler

from models.features import Feature, FeatureSpec, Provenance
from tests.models.builders import rows, spec
from training.baselines import baseline_scores, unit_weights
from training.configuration import ConfigurationError, Cut
from training.cut import at_share, cut_score
from training.feature_study import feature_study, single_aucs
from training.grid import default_grid
from training.metrics import HeldRows, metrics
from training.splits import folds
from training.tune import tune


def test_as_many_people_stand_at_the_cut_as_at_the_vendors() -> None:
    random = np.random.default_rng(1)
    scores, vendor = random.random(1000), random.normal(65, 10, 1000)

    cut = cut_score(scores, vendor, Cut(match_vendor_cut=70))

    assert (scores >= cut.score).sum() == (vendor >= 70).sum()
    assert (scores >= cut.middle).mean() == pytest.approx((vendor >= 70).mean() + 0.2, abs=0.002)


def test_ties_at_the_cut_stay_together() -> None:
    scores = np.array([0.2, 0.5, 0.5, 0.5, 0.9])

    assert at_share(scores, 0.4) == 0.9
    assert at_share(scores, 0.6) == 0.5


def test_without_any_vendor_score_its_cut_cannot_be_matched() -> None:
    with pytest.raises(ConfigurationError, match=r"cut.share"):
        cut_score(np.array([0.5]), np.array([np.nan]), Cut(match_vendor_cut=70))


def test_figures_equal_scikit_learns() -> None:
    random = np.random.default_rng(2)
    label = (random.random(500) < 0.4).astype(float)
    score = np.clip(0.4 + 0.2 * label + random.normal(0, 0.2, 500), 0.01, 0.99)

    figures = metrics(HeldRows(score=score, label=label, cut=0.6, is_chance=True))

    assert figures["brier"] == pytest.approx(brier_score_loss(label, score))
    assert figures["precision"] == pytest.approx(precision_score(label, score >= 0.6))
    assert figures["lift"] == pytest.approx(precision_score(label, score >= 0.6) / label.mean())
    assert figures["brier_ci"][0] < figures["brier"] < figures["brier_ci"][1]


def test_the_selection_rate_counts_people_without_a_label_too() -> None:
    held = HeldRows(
        score=np.array([0.9, 0.8, 0.2, np.nan]), label=np.array([1.0, np.nan, 0.0, 1.0]), cut=0.5, is_chance=False
    )

    figures = metrics(held)

    assert (figures["selected"], figures["scored_n"], figures["n"]) == (2, 3, 2)


def test_nobody_above_the_cut_leaves_precision_and_lift_undefined() -> None:
    figures = metrics(HeldRows(score=np.array([0.1, 0.2]), label=np.array([0.0, 1.0]), cut=0.5, is_chance=False))

    assert (figures["precision"], figures["lift"], figures["precision_ci"]) == (None, None, [None, None])


def test_unit_weights_are_the_mean_of_standardised_skills() -> None:
    frame = rows(200)
    matrix = spec().matrix(frame)
    complete = ~np.isnan(matrix).any(axis=1)

    scores = unit_weights(spec(), matrix).scores(matrix)

    skills = matrix[:, :3].astype(float)
    by_hand = ((skills - np.nanmean(skills, axis=0)) / np.nanstd(skills, axis=0)).mean(axis=1)
    np.testing.assert_allclose(scores[complete], by_hand[complete])


def test_without_skills_there_are_no_unit_weights() -> None:
    only_score = FeatureSpec(features=(Feature(name="s", source="ai_score"),))

    assert unit_weights(only_score, np.ones((3, 1), dtype=np.float32)) is None


def test_the_logistic_baseline_equals_scikit_learns_own() -> None:
    frame = rows(300).dropna()
    matrix, label = spec().matrix(frame), frame["label"].to_numpy()
    vendor = np.full(len(frame), np.nan)

    scores = baseline_scores(spec(), matrix, label, matrix, vendor, 1)

    standard = StandardScaler().fit_transform(matrix)
    theirs = LogisticRegression(max_iter=500).fit(standard, label).predict_proba(standard)[:, 1]
    np.testing.assert_allclose(scores["logistic"], theirs, atol=1e-4)
    assert "vendor_score" not in scores


def test_a_feature_that_points_down_knows_as_much_as_one_that_points_up() -> None:
    random = np.random.default_rng(5)
    label = (random.random(600) < 0.5).astype(float)
    values, by_person = label + random.normal(size=600), np.arange(600) % 5

    assert np.mean(single_aucs(values, label, by_person)) == pytest.approx(
        np.mean(single_aucs(-values, label, by_person)), abs=0.02
    )


def test_a_code_without_order_is_seen_to_know_the_outcome() -> None:
    random = np.random.default_rng(5)
    code = random.integers(0, 4, 800)
    label = (np.isin(code, (0, 3))).astype(float)

    assert np.mean(single_aucs(code.astype(float), label, np.arange(800) % 5)) > 0.95


def test_a_feature_without_variance_knows_nothing() -> None:
    label = np.arange(100) % 2

    assert np.mean(single_aucs(np.ones(100), label.astype(float), np.arange(100) % 5)) == 0.5


def test_the_study_sets_each_feature_against_the_other_declared_ones() -> None:
    """The first skill has most of the effect and is declared; the last is not, so it is in nobody's company."""
    frame = rows(600)
    declared = [Provenance(fixed_before_outcome=value) for value in (True, True, None)]
    names = ("content_logic", "problem_solving", "communication")
    made = FeatureSpec(
        features=tuple(
            Feature(name=name, source=f"skill:{name}", provenance=origin)
            for name, origin in zip(names, declared, strict=True)
        )
    )
    matrix, label = made.matrix(frame), frame["label"].to_numpy()
    by_person = folds(frame.index.astype(str).to_series(), 4, 1)
    chosen = tune(matrix, label, by_person, default_grid(), seed=1).chosen

    study = feature_study(made, matrix, label, by_person, chosen, seed=1)

    first, second, undeclared = study.features
    assert first.single_auc > first.others_auc
    assert second.others_auc == pytest.approx(first.single_auc, abs=0.02)
    assert undeclared.others_auc == study.declared_auc


def test_without_any_declared_feature_there_is_nothing_to_set_against() -> None:
    frame = rows(200)
    matrix, label = spec().matrix(frame), frame["label"].to_numpy()
    by_person = folds(frame.index.astype(str).to_series(), 4, 1)
    chosen = tune(matrix, label, by_person, default_grid(), seed=1).chosen

    study = feature_study(spec(), matrix, label, by_person, chosen, seed=1)

    assert study.declared_auc is None
    assert {one.others_auc for one in study.features} == {None}

"""A plain model on the files shows what the demo is about: the skewed skill fails four fifths, the others do not."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from warehouse.generate import planted

CLEAN = [f"skills.{name}" for name in planted.NAMES if name != "speech_fluency"]
ALL = [f"skills.{name}" for name in planted.NAMES]


class _Holdout:
    """A logistic regression trained on the first four fifths of the time and judged on the last."""

    def __init__(self, rated, columns):
        count = int(len(rated) * 0.8)
        train, self.rows = rated[:count], rated[count:]
        labelled = train[train.rating.notna()]
        model = LogisticRegression().fit(_scaled(labelled, columns), labelled.passed == "yes")
        share = (train.overall >= planted.VENDOR_LINE).mean()
        cut = np.quantile(model.decision_function(_scaled(train, columns)), 1 - share)
        self.score = model.decision_function(_scaled(self.rows, columns))
        self.selected = self.score >= cut

    def auc(self, score):
        labelled = self.rows.rating.notna().to_numpy()
        return roc_auc_score(self.rows.passed[labelled] == "yes", score[labelled])

    def rates(self, column):
        return {value: self.selected[self.rows[column] == value] for value in self.rows[column].dropna().unique()}


def _scaled(rows, columns):
    return (rows[columns].to_numpy() - planted.SKILL_MEAN) / planted.SKILL_SD


@pytest.fixture(scope="module")
def with_skewed(generated):
    return _Holdout(generated.rated, ALL)


@pytest.fixture(scope="module")
def without_skewed(generated):
    return _Holdout(generated.rated, CLEAN)


def test_the_holdout_has_enough_people(with_skewed):
    assert len(with_skewed.rows) >= 3_500
    assert with_skewed.rows.rating.notna().sum() > 1_500


def test_the_vendor_line_is_stricter_than_the_company_line(generated):
    overall = generated.interviews.overall

    assert 0.55 <= (overall >= planted.COMPANY_LINE).mean() <= 0.60
    assert 0.25 <= (overall >= planted.VENDOR_LINE).mean() <= 0.35


def test_the_skewed_skill_makes_a_ratio_below_four_fifths_that_is_no_accident(with_skewed):
    women, men = with_skewed.rates("sex")["F"], with_skewed.rates("sex")["M"]
    ratio = women.mean() / men.mean()
    error = np.sqrt((1 - women.mean()) / women.sum() + (1 - men.mean()) / men.sum())

    assert ratio < 0.75
    assert ratio * np.exp(1.645 * error) < 0.80


def test_without_it_the_ratio_is_near_one_and_shown_to_be_above_four_fifths(without_skewed):
    women, men = without_skewed.rates("sex")["F"], without_skewed.rates("sex")["M"]
    low, high = sorted([women.mean(), men.mean()])
    error = np.sqrt((1 - women.mean()) / women.sum() + (1 - men.mean()) / men.sum())

    assert low / high >= 0.90
    assert low / high * np.exp(-1.645 * error) >= 0.80


def test_without_it_no_sizeable_group_of_race_is_far_behind(without_skewed):
    groups = {name: chosen for name, chosen in without_skewed.rates("race_ethnicity").items() if len(chosen) >= 50}
    rates = [chosen.mean() for chosen in groups.values()]

    assert len(groups) == 4
    assert min(rates) / max(rates) >= 0.90


def test_learned_weights_without_it_beat_the_vendors_score(without_skewed):
    learned = without_skewed.auc(without_skewed.score)
    vendors = without_skewed.auc(without_skewed.rows.overall.to_numpy())

    assert learned > vendors + 0.02
    assert vendors > 0.58


def test_the_skewed_skill_would_be_learned_because_interviewers_fall_for_it(with_skewed, without_skewed):
    assert with_skewed.auc(with_skewed.score) > without_skewed.auc(without_skewed.score) + 0.05

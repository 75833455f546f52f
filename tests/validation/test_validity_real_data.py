"""Validity on real people: published figures of four data sets that nobody here wrote."""

import csv
from pathlib import Path

import numpy as np
import pytest

from validation.outcome import Verdict
from validation.reinterview import reinterview_agreement
from validation.siop_metric import metric_of_scores, selection_metric
from validation.validity import assess

pytestmark = pytest.mark.shared_data


def _columns(path: Path) -> dict[str, list[str]]:
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return {name: [row[name] for row in rows] for name in rows[0]}


def _numbers(values):
    return np.array([float(value) if value not in {"", "NA"} else np.nan for value in values])


def test_an_interview_that_predicts_for_men_only_is_blocked(shared_data):
    data = _columns(shared_data / "r_for_hr" / "DifferentialPrediction.csv")

    found = assess(
        {"interview": _numbers(data["interview"])}, _numbers(data["perf_eval"]), groups=data["gender"]
    ).predictors[0]

    assert {one.group: one.correlation.r for one in found.groups} == pytest.approx(
        {"man": 0.473, "woman": 0.028}, abs=5e-4
    )
    assert found.prediction.coefficients("man", "woman")[3] == pytest.approx(-0.373, abs=5e-4)
    assert found.prediction.slope.p == pytest.approx(1e-5, abs=5e-6)
    assert found.verdict is Verdict.BLOCK


def test_three_predictors_of_performance(shared_data):
    data = _columns(shared_data / "r_for_hr" / "ConcurrentValidation.csv")
    predictors = {name: _numbers(data[name]) for name in ("Interview", "SJT", "EI")}

    found = assess(predictors, _numbers(data["Performance"]))

    assert [one.correlation.r for one in found.predictors] == pytest.approx([0.391, 0.417, 0.426], abs=1e-3)
    assert found.joint.increments[1].p > 0.05, "EI adds nothing to SJT, with which it correlates .93"


def test_what_goes_with_being_hired(shared_data):
    data = _columns(shared_data / "people_analytics_book" / "recruiting.csv")
    expected = {"int1": 0.446, "int2": 0.414, "apttest": 0.348, "int3": 0.187, "sat": 0.115, "gpa": 0.101}

    found = assess({name: _numbers(data[name]) for name in expected}, _numbers(data["hired"]))

    assert {one.predictor: one.correlation.r for one in found.predictors} == pytest.approx(expected, abs=1e-3)


@pytest.mark.parametrize(
    ("trait", "r", "first_mean", "second_mean"),
    [("Overall", 0.679, 4.99, 5.20), ("RecommendHiring", 0.695, 4.82, 5.07)],
)
def test_the_second_interview_agrees_and_is_kinder(shared_data, trait, r, first_mean, second_mean):
    data = _columns(shared_data / "mit_interview" / "ratings_18_traits.csv")
    by_id = dict(zip(data["Participant"], _numbers(data[trait]), strict=True))
    people = [name for name in by_id if not name.startswith("pp") and f"p{name}" in by_id]
    first, second = (np.array([by_id[prefix + name] for name in people]) for prefix in ("", "p"))

    found = reinterview_agreement(first, second, [False] * len(people)).blind

    assert found.n == 69
    assert found.correlation.r == pytest.approx(r, abs=5e-4)
    assert (first.mean(), second.mean()) == pytest.approx((first_mean, second_mean), abs=0.006)
    assert found.bland_altman.interval.high < 0, "the shift to the second interview is no accident"
    assert found.icc.icc2 < found.icc.icc3, "agreement is lower than consistency because of the shift"


def test_the_siop_figure_of_hiring_by_one_scale(shared_data):
    """Random hiring scores about 48.5; the outcome itself must score far above any honest predictor."""
    data = _columns(shared_data / "siop_2020_selection" / "scale_scores.csv")
    high, retained, protected = (
        _numbers(data[name]) == 1 for name in ("High_Performer", "Retained", "Protected_Group")
    )
    rng = np.random.default_rng(0)
    usable = np.isfinite(_numbers(data["High_Performer"])) & np.isfinite(_numbers(data["Retained"]))

    chance = np.mean(
        [
            metric_of_scores(rng.uniform(size=usable.sum()), high[usable], retained[usable], protected[usable]).value
            for _ in range(40)
        ]
    )
    outcome = metric_of_scores(_numbers(data["scale"])[usable], high[usable], retained[usable], protected[usable])

    assert chance == pytest.approx(48.5, abs=1.5)
    assert outcome.high_performers > 0.9


def test_the_siop_worked_example():
    found = selection_metric(
        high_performers=500 / 650, retained=750 / 1125, both=375 / 500, protected_rate=0.81, other_rate=0.91
    )

    assert found.value == pytest.approx(62.41, abs=0.005)
    with pytest.raises(ValueError, match="undefined"):
        selection_metric(high_performers=1, retained=1, both=1, protected_rate=0.5, other_rate=0.0)


def test_the_siop_figure_needs_somebody_in_every_group():
    with pytest.raises(ValueError, match="nobody belongs"):
        metric_of_scores([1.0, 2.0], [False, False], [True, True], [True, False])

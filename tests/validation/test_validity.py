"""The whole validity answer: verdicts, groups, corrections and hostile columns."""

import json
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from validation.cells import UNKNOWN
from validation.outcome import Verdict
from validation.reinterview import reinterview_agreement
from validation.validity import Assumptions, assess
from validation.validity_json import validity_json


def _sample(rho, n, seed=0):
    z = np.random.default_rng(seed).normal(size=(n, 2))
    return z[:, 0], rho * z[:, 0] + math.sqrt(1 - rho * rho) * z[:, 1]


def _exact(rho, n):
    """Two columns whose sample correlation is rho to the last digit."""
    x, y = _sample(0.0, n)
    x = (x - x.mean()) / x.std()
    y = y - y.mean() - (y @ x) / (x @ x) * x
    return x, rho * x + math.sqrt(1 - rho * rho) * y / y.std()


@pytest.mark.parametrize(
    ("rho", "n", "verdict"),
    [
        (0.30, 200, Verdict.PASS),
        (0.15, 60, Verdict.NOT_ENOUGH_EVIDENCE),
        (0.60, 20, Verdict.NOT_ENOUGH_EVIDENCE),
        (0.05, 400, Verdict.REVIEW),
        (-0.30, 200, Verdict.BLOCK),
        (0.97, 200, Verdict.REVIEW),
        (1.0, 3, Verdict.NOT_ENOUGH_EVIDENCE),
    ],
)
def test_the_verdict_on_a_validity(rho, n, verdict):
    x, y = _exact(rho, n)

    found = assess({"score": x}, y)

    assert found.verdict is verdict
    assert found.reason.en.startswith("score: ")
    assert found.reason.zh


def test_too_few_hires_are_told_how_many_are_missing():
    x, y = _exact(0.15, 14)

    found = assess({"score": x}, y)

    assert "180 more hires" in found.reason.en
    assert "还需要 180 名" in found.reason.zh


def test_a_validity_among_hires_that_restriction_made_small_raises_no_alarm():
    """A true .42 shows as .23 among the top 30 %; with 200 hires that passes."""
    x, y = _exact(0.23, 200)

    found = assess({"score": x}, y, assumptions=Assumptions(applicant_sd=1 / 0.5143))

    assert found.verdict is Verdict.PASS
    assert found.predictors[0].corrections.range_restriction.value == pytest.approx(0.42, abs=0.005)


def test_corrections_stay_off_without_their_input():
    x, y = _exact(0.3, 100)

    found = assess({"score": x}, y).predictors[0].corrections

    assert (found.range_restriction, found.criterion_unreliability, found.both, found.indirect) == (None,) * 4


def test_a_correction_beyond_one_is_not_correctable():
    x, y = _exact(0.8, 100)

    found = validity_json(assess({"score": x}, y, assumptions=Assumptions(criterion_reliability=0.5)))

    corrected = found["predictors"][0]["corrected"]
    assert corrected["criterion_unreliability"] is None
    assert corrected["not_correctable"] == ["criterion_unreliability"]


def _two_groups(slope_a, slope_b, n, shift=0.0):
    rng = np.random.default_rng(5)
    x = rng.normal(size=2 * n)
    is_b = np.arange(2 * n) >= n
    y = np.where(is_b, slope_b, slope_a) * x + shift * is_b + rng.normal(0, 1, 2 * n)
    return x, y, np.where(is_b, "b", "a")


@pytest.mark.parametrize(
    ("slopes", "n", "shift", "verdict"),
    [
        ((0.6, 0.6), 300, 0.0, Verdict.PASS),
        ((0.6, 0.6), 300, 0.8, Verdict.REVIEW),
        ((0.9, 0.4), 300, 0.0, Verdict.REVIEW),
        ((0.7, 0.0), 300, 0.0, Verdict.BLOCK),
        ((0.6, 0.6), 45, 0.0, Verdict.NOT_ENOUGH_EVIDENCE),
        ((0.6, 0.6), 20, 0.0, Verdict.NOT_ENOUGH_EVIDENCE),
    ],
)
def test_the_verdict_on_differential_prediction(slopes, n, shift, verdict):
    x, y, groups = _two_groups(*slopes, n, shift)

    found = assess({"score": x}, y, groups=list(groups)).predictors[0]

    assert found.prediction_judgement.verdict is verdict
    assert found.prediction_judgement.reason.zh


def test_a_slope_difference_that_shows_in_small_groups_asks_a_person():
    x, y, groups = _two_groups(3.0, -3.0, 10)

    found = assess({"score": x}, y, groups=list(groups)).predictors[0]

    assert found.prediction_judgement.verdict is Verdict.REVIEW


def test_a_clear_validity_of_twenty_hires_waits_for_ten_more():
    x, y = _exact(0.7, 20)

    assert "10 more hires" in assess({"score": x}, y).reason.en


def test_an_intercept_difference_names_who_is_underpredicted():
    x, y, groups = _two_groups(0.6, 0.6, 300, 0.8)

    found = assess({"score": x}, y, groups=list(groups)).predictors[0]

    assert "under-predicts b and over-predicts a" in found.prediction_judgement.reason.en
    assert "低估 b" in found.prediction_judgement.reason.zh


def test_unknown_and_small_groups_are_shown_and_not_compared():
    x, y, groups = _two_groups(0.6, 0.6, 300)
    labels = [None if i < 40 else "tiny" if i < 45 else group for i, group in enumerate(groups)]

    found = assess({"score": x}, y, groups=labels).predictors[0]

    shown = {one.group: one for one in found.groups}
    assert set(shown) == {"a", "b", "tiny", UNKNOWN}
    assert "unknown" in shown[UNKNOWN].excluded.en
    assert "Fewer than 30" in shown["tiny"].excluded.en
    assert [line.group for line in found.prediction.groups] == ["a", "b"]


def test_one_known_group_cannot_be_compared():
    x, y = _exact(0.4, 200)

    found = assess({"score": x}, y, groups=["a"] * 200)

    assert found.verdict is Verdict.NOT_ENOUGH_EVIDENCE
    assert "two groups" in found.reason.en


def test_without_groups_differential_prediction_is_not_asked():
    x, y = _exact(0.4, 200)

    found = validity_json(assess({"score": x}, y))["predictors"][0]

    assert found["differential_prediction"]["slope_p"] is None
    assert found["differential_prediction"]["verdict"] == "not_enough_evidence"
    assert (found["by_group"], found["verdict"]) == ([], "pass")


def test_a_second_predictor_is_compared_on_the_same_people():
    x, y = _exact(0.4, 200)
    noise = np.random.default_rng(1).normal(size=200)

    found = validity_json(assess({"score": x, "noise": noise}, y))["joint"]

    assert found["n"] == 200
    assert found["increments"][0]["over"] == ["score"]
    assert found["comparisons"][0]["difference"] > 0


hostile = st.one_of(
    st.sampled_from([math.nan, math.inf, -math.inf, 0.0, 1.0, -1.0, 1e308, -1e308, 1e-308, 5.0]),
    st.floats(allow_nan=True, allow_infinity=True),
)


@settings(deadline=None)
@given(rows=st.lists(st.tuples(hostile, hostile, st.sampled_from(["F", "M", "", None])), max_size=40))
def test_any_numbers_give_a_defined_answer_and_never_a_silent_pass(rows):
    x, y, groups = ([row[part] for row in rows] for part in range(3))

    found = validity_json(assess({"score": x}, y, groups=groups))

    assert json.loads(json.dumps(found, allow_nan=False))["verdict"] in set(Verdict)
    one = found["predictors"][0]
    assert one["r"] is not None or found["verdict"] == "not_enough_evidence"


@pytest.mark.parametrize(
    ("x", "y"),
    [
        ([3.0] * 50, list(range(50))),
        (list(range(50)), [3.0] * 50),
        ([math.nan] * 50, list(range(50))),
        ([1.0, 2.0, 3.0], [2.0, 1.0, 3.0]),
        ([], []),
    ],
)
def test_constant_missing_and_few_values_are_no_evidence(x, y):
    found = assess({"score": x}, y)

    assert found.verdict is Verdict.NOT_ENOUGH_EVIDENCE


def test_nothing_to_predict_with_is_refused():
    with pytest.raises(ValueError, match="at least one predictor"):
        assess({}, [1.0, 2.0])


def test_only_blind_ratings_are_judged():
    ai, human = _exact(0.8, 100)
    informed = ai[:50]

    found = reinterview_agreement(
        np.r_[ai, informed, 1.0], np.r_[human, informed, 1.0], [False] * 100 + [True] * 50 + [None]
    )

    assert (found.blind.n, found.informed.n, found.unknown) == (100, 50, 1)
    assert found.blind.correlation.r == pytest.approx(0.8)
    assert found.verdict is Verdict.PASS


@pytest.mark.parametrize(
    ("rho", "n", "verdict"),
    [
        (0.8, 20, Verdict.NOT_ENOUGH_EVIDENCE),
        (0.4, 100, Verdict.REVIEW),
        (-0.6, 100, Verdict.BLOCK),
        (1.0, 100, Verdict.NOT_ENOUGH_EVIDENCE),
    ],
)
def test_the_verdict_on_agreement(rho, n, verdict):
    ai, human = _exact(rho, n) if rho < 1 else (np.ones(n), np.ones(n))

    found = reinterview_agreement(ai, human, [False] * n)

    assert found.verdict is verdict
    assert found.reason.zh

"""Cleary's steps, dMod, Chouldechova's identity and the cut-score sweep against recomputed figures."""

import pytest

from tests.validation.validity_cases import golden
from validation.calibration import implied_false_positive_rate
from validation.cells import cells_by
from validation.cut_score_sweep import group_scores, sweep
from validation.differential_prediction import Line, differential_prediction
from validation.dmod import dmod


def _found(inputs):
    groups = cells_by([f"{g:g}" for g in inputs["g"]], inputs["x"], inputs["y"])
    return differential_prediction({name: block.moments() for name, block in groups.items()})


@pytest.mark.parametrize("case_id", ["DP-001", "DP-002"])
def test_every_step_of_cleary(case_id):
    inputs, expected = golden(case_id)

    found = _found(inputs)

    squares = (found.r_squared_common, found.r_squared_intercepts, found.r_squared_slopes)
    assert squares == pytest.approx(tuple(expected[f"R2_{key}"] for key in ("common", "intercept", "slope")), abs=1e-6)
    for name, step in (("omnibus", found.omnibus), ("slope", found.slope), ("intercept", found.intercept)):
        assert (step.f, step.p) == pytest.approx((expected[f"F_{name}"], expected[f"p_{name}"]), abs=1e-6)
    assert found.coefficients("0", "1") == pytest.approx(tuple(expected["b_full"]), abs=1e-6)


@pytest.mark.parametrize("case_id", ["DP-001", "DP-002"])
def test_the_common_line_overpredicts_the_second_group(case_id):
    inputs, expected = golden(case_id)

    residual = {line.group: line.mean_residual for line in _found(inputs).groups}["1"]

    assert residual == pytest.approx(expected["mean_residual_common_line_group_B"], abs=1e-6)


def test_only_the_second_set_rejects_equal_intercepts():
    rejected = [_found(golden(case_id)[0]).intercepts_differ for case_id in ("DP-001", "DP-002")]

    assert rejected == [False, True]


def test_dmod_signed_lets_crossing_lines_cancel_and_unsigned_does_not():
    inputs, expected = golden("DP-004")
    one, other = inputs["referent"], inputs["focal"]

    found = dmod(
        referent=Line(intercept=one["intercept"], slope=one["slope"]),
        focal=Line(intercept=other["intercept"], slope=other["slope"]),
        focal_mean=other["mean_x"],
        focal_sd=other["sd_x"],
        referent_criterion_sd=one["sd_y"],
    )

    assert (found.signed, found.unsigned) == pytest.approx(
        (expected["dmod_signed"], expected["dmod_unsigned"]), abs=1e-6
    )


def test_equal_precision_and_misses_force_unequal_false_alarms():
    inputs, expected = golden("DP-006")

    found = [
        implied_false_positive_rate(base_rate=rate, ppv=inputs["ppv"], fnr=inputs["fnr"])
        for rate in inputs["base_rates"]
    ]

    assert found == pytest.approx(expected["implied_fpr"], abs=1e-9)


def test_one_common_cut_swept_over_scores():
    inputs, expected = golden("DP-007")
    groups = {"A": group_scores(inputs["scores_A"]), "B": group_scores(inputs["scores_B"])}

    found = sweep(groups, inputs["t"])

    for outcome, row in zip(found, expected["rows"], strict=True):
        seen = (outcome.rates["A"], outcome.rates["B"], outcome.impact_ratio, outcome.difference, outcome.overall)
        assert seen == pytest.approx(tuple(row[key] for key in ("rate_A", "rate_B", "ir", "dpd", "overall")), abs=1e-9)

"""Cleary's steps and dMod against statsmodels and simulation, and where nothing can be compared."""

import numpy as np
import pytest
import statsmodels.api as sm

from validation.cells import cells, cells_by
from validation.differential_prediction import Line, differential_prediction
from validation.dmod import dmod


def _three_groups(seed=3):
    rng = np.random.default_rng(seed)
    names = np.array(["a", "b", "c"])[rng.integers(0, 3, 240)]
    x = rng.normal(5, 2, 240)
    y = 1 + 0.4 * x + 0.5 * (names == "b") - 0.2 * x * (names == "c") + rng.normal(0, 1, 240)
    return names, x, y


def _design(names, x, columns):
    dummies = [(names == name).astype(float) for name in ("b", "c")]
    parts = {"x": [x], "g": dummies, "xg": [x * dummy for dummy in dummies]}
    return sm.add_constant(np.column_stack([part for column in columns for part in parts[column]]))


def test_clearys_steps_with_three_groups_equal_statsmodels():
    names, x, y = _three_groups()
    fits = [sm.OLS(y, _design(names, x, columns)).fit() for columns in (["x"], ["x", "g"], ["x", "g", "xg"])]

    found = differential_prediction({n: b.moments() for n, b in cells_by(list(names), x, y).items()})

    for step, larger, smaller in ((found.omnibus, 2, 0), (found.slope, 2, 1), (found.intercept, 1, 0)):
        f, p, df = fits[larger].compare_f_test(fits[smaller])
        assert (step.f, step.p, step.df[0]) == pytest.approx((f, p, df), rel=1e-8)
    assert found.slopes_differ


def test_relabelled_groups_give_the_same_tests():
    names, x, y = _three_groups()
    renamed = [{"a": "z", "b": "m", "c": "k"}[name] for name in names]

    one, other = (
        differential_prediction({n: b.moments() for n, b in cells_by(list(labels), x, y).items()})
        for labels in (names, renamed)
    )

    assert one.slope.p == pytest.approx(other.slope.p, rel=1e-9)
    assert one.omnibus.f == pytest.approx(other.omnibus.f, rel=1e-9)


def test_one_group_or_a_flat_predictor_cannot_be_compared():
    seen = cells([1.0, 2.0, 3.0, 4.0], [1.0, 3.0, 2.0, 4.0]).moments()
    flat = cells([1.0, 1.0, 1.0, 1.0], [1.0, 3.0, 2.0, 4.0]).moments()

    assert differential_prediction({"a": seen}) is None
    assert differential_prediction({"a": seen, "b": flat}) is None
    assert differential_prediction({}) is None


def test_an_exact_common_line_is_undefined_and_exact_other_lines_are_rejected():
    x = np.arange(10.0)
    same = differential_prediction({"a": cells(x, 2 * x).moments(), "b": cells(x, 2 * x).moments()})
    other = differential_prediction({"a": cells(x, 2 * x).moments(), "b": cells(x, 3 * x).moments()})

    assert (same.omnibus.p, same.is_rejected) == (None, False)
    assert (other.slope.f, other.slope.p, other.slopes_differ) == (None, 0.0, True)


def test_dmod_equals_numerical_integration():
    rng = np.random.default_rng(1)
    referent, focal = Line(intercept=0.2, slope=0.5), Line(intercept=-0.1, slope=0.1)

    found = dmod(referent=referent, focal=focal, focal_mean=0.7, focal_sd=1.3, referent_criterion_sd=2.0)

    x = rng.normal(0.7, 1.3, 400_000)
    gap = (referent.intercept - focal.intercept + (referent.slope - focal.slope) * x) / 2.0
    assert (found.signed, found.unsigned) == pytest.approx((gap.mean(), np.abs(gap).mean()), abs=2e-3)


def test_dmod_without_spread_is_the_plain_gap_and_needs_a_criterion_that_varies():
    one, other = Line(intercept=1.0, slope=0.5), Line(intercept=0.0, slope=0.5)

    found = dmod(referent=one, focal=other, focal_mean=3.0, focal_sd=1.0, referent_criterion_sd=1.0)

    assert (found.signed, found.unsigned) == (1.0, 1.0)
    assert dmod(referent=one, focal=other, focal_mean=3.0, focal_sd=1.0, referent_criterion_sd=0.0) is None

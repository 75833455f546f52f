"""The zero finder against SciPy's."""

import math

import pytest
from scipy.optimize import brentq

from validation.root import crossing


@pytest.mark.parametrize(
    ("function", "low", "high"),
    [
        (lambda x: x**3 - 2, 0.0, 3.0),
        (lambda x: math.exp(x) - 5, -30.0, 40.0),
        (lambda x: math.erfc(x) - 1e-12, -8.0, 8.0),
        (lambda x: math.tanh(50 * (x - 0.3)), -1.0, 60.0),
        (lambda x: x - 0.25, 1.0, -1.0),
    ],
)
def test_the_zero_is_scipys(function, low: float, high: float) -> None:
    assert crossing(function, low, high) == pytest.approx(brentq(function, low, high, xtol=1e-13), abs=1e-10)


def test_an_infinite_end_does_not_stall_the_search() -> None:
    assert crossing(lambda x: math.inf if x > 1 else x - 0.5, 0.0, 9.0) == pytest.approx(0.5)


@pytest.mark.parametrize("zero", [0.0, 1.0])
def test_an_end_that_is_zero_is_the_answer(zero: float) -> None:
    assert crossing(lambda x: x - zero, 0.0, 1.0) == zero


def test_ends_of_one_sign_are_refused() -> None:
    with pytest.raises(ValueError, match="no change of sign"):
        crossing(lambda x: x * x + 1, -1.0, 1.0)

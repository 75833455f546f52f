"""Exact tests of a 2x2 table with its margins fixed: Fisher's, and Lancaster's mid-p in two forms.

The probabilities are built outwards from the most likely table, so that counts of a billion cost milliseconds
and keep their digits.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

# Tables whose probability differs from the observed by less than rounding are equally likely (as in R and SciPy).
_TIE = 1e-7
# A table forty deviations from the mode has a probability below the smallest float.
_REACH = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class ExactTest:
    """P values of the observed table; `lower` is one-sided towards fewer selections of the focal group."""

    point: float
    lower: float
    upper: float
    two_sided: float
    midp_lower: float
    midp_two_sided: float
    midp_two_sided_minlik: float


def exact_test(focal_selected: int, focal_n: int, reference_selected: int, reference_n: int) -> ExactTest | None:
    """Fisher's exact test, two-sided by minimum likelihood, and mid-p; None when a group is empty.

    `midp_two_sided` doubles the smaller one-sided mid-p; `midp_two_sided_minlik` takes half of the mass of the
    tables exactly as likely as the observed one.
    """
    if focal_n == 0 or reference_n == 0:
        return None
    first, masses = _masses(focal_n, reference_n, focal_selected + reference_selected)
    at = focal_selected - first
    if not 0 <= at < len(masses):
        return _beyond(below=at < 0)
    point = float(masses[at])
    lower, upper = float(masses[: at + 1].sum()), float(masses[at:].sum())
    extreme = masses <= point * (1 + _TIE)
    tied = extreme & (masses >= point * (1 - _TIE))
    two_sided = float(masses[extreme].sum())
    return ExactTest(
        point=point,
        lower=min(1.0, lower),
        upper=min(1.0, upper),
        two_sided=min(1.0, two_sided),
        midp_lower=lower - point / 2,
        midp_two_sided=min(1.0, 2 * min(lower - point / 2, upper - point / 2)),
        midp_two_sided_minlik=two_sided - float(masses[tied].sum()) / 2,
    )


def _beyond(*, below: bool) -> ExactTest:
    lower, upper = (0.0, 1.0) if below else (1.0, 0.0)
    return ExactTest(
        point=0.0,
        lower=lower,
        upper=upper,
        two_sided=0.0,
        midp_lower=lower,
        midp_two_sided=0.0,
        midp_two_sided_minlik=0.0,
    )


def _masses(focal_n: int, reference_n: int, selected: int) -> tuple[int, NDArray[np.float64]]:
    """The first possible focal count and the probabilities of it and those after, summing to one."""
    total = focal_n + reference_n
    low, high = max(0, selected - reference_n), min(focal_n, selected)
    mode = min(high, max(low, (selected + 1) * (focal_n + 1) // (total + 2)))
    share = selected / total
    deviation = math.sqrt(focal_n * share * (1 - share) * reference_n / max(1, total - 1))
    reach = math.ceil(_REACH * (deviation + 1))
    first, last = max(low, mode - reach), min(high, mode + reach)
    counts = np.arange(first, last, dtype=np.float64)
    ratios = (selected - counts) * (focal_n - counts) / ((counts + 1) * (reference_n - selected + counts + 1))
    logs = np.concatenate(([0.0], np.cumsum(np.log(ratios))))
    masses = np.exp(logs - logs.max())
    return first, masses / masses.sum()

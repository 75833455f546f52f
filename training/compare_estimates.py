"""Figures and differences with percentile intervals over the draws, and whether a difference is told apart.

An undefined figure is None with its reason. A figure that is undefined in more than one draw in twenty gets no
interval: an interval of the other draws alone would speak of luckier samples only. Nor does one that is the same in
every draw, such as three good ones of three: an interval without width would claim certainty.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from training import compare_words
from training.compare_shape import DifferenceJson, EstimateJson, Sentence, SideVerdict
from training.metrics import LEVEL

Array = NDArray[np.float64]

LEAST_DEFINED: Final = 0.95
"""The share of the draws in which a figure must be defined to get an interval."""

SAME: Final = 1e-12
"""Draws that lie closer together than this differ by rounding alone."""

HIGHER, LOWER, NEITHER = "higher", "lower", "neither"

BETTER: Final[dict[str, str | float]] = {
    "auc": HIGHER,
    "brier": LOWER,
    "calibration_error": LOWER,
    "calibration_slope": 1.0,
    "calibration_intercept": 0.0,
    "precision": HIGHER,
    "lift": HIGHER,
    "selection_rate": NEITHER,
    "impact_ratio": 1.0,
}
"""What is better of each measure: more, less, neither, or nearer to a number."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Figure:
    """One measure of one side: the sample in place 0, then the draws (NaN: undefined), over `n` rows.

    `reason` says why the sample itself has no value.
    """

    values: Array
    n: int
    reason: Sentence | None = None

    @property
    def is_defined(self) -> bool:
        """Whether the sample has a value."""
        return bool(np.isfinite(self.values[0]))


def estimate(figure: Figure) -> EstimateJson:
    """The figure with its interval."""
    value = float(figure.values[0]) if figure.is_defined else None
    ci, draws, reason = interval(figure.values)
    why = figure.reason or compare_words.REASONS["nobody"]
    return {
        "value": value,
        "ci": ci if value is not None else [None, None],
        "level": LEVEL,
        "draws": draws,
        "n": figure.n,
        "reason": why if value is None else reason,
    }


def difference(measure: str, first: Figure, other: Figure, about: str = "") -> DifferenceJson:
    """The other's figure minus the first's over the same draws."""
    gap = Figure(values=other.values - first.values, n=other.n, reason=other.reason or first.reason)
    plain = estimate(gap)
    verdict = judged(measure, first.values, other.values) if gap.is_defined else "undefined"
    return {**plain, "verdict": verdict, "sentence": _sentence(measure, plain, verdict, about)}


def judged(measure: str, first: Array, other: Array) -> SideVerdict:
    """Whether the change is an improvement whose interval excludes none, or at least a change that does."""
    gained = _side_of_zero(gain(measure, first, other))
    if gained and BETTER[measure] != NEITHER:
        return "better" if gained > 0 else "worse"
    return "differs" if _side_of_zero(other - first) else "not_told_apart"


def gain(measure: str, first: Array, other: Array) -> Array:
    """How much better the other is: positive where it is; of a measure without a better, how much more."""
    wanted = BETTER[measure]
    if isinstance(wanted, float):
        return np.asarray(np.abs(first - wanted) - np.abs(other - wanted))
    return first - other if wanted == LOWER else other - first


def interval(values: Array) -> tuple[list[float | None], int, Sentence | None]:
    """The percentile interval of the draws, in how many of them there was a value, and why there is no interval."""
    drawn = values[1:]
    defined = drawn[np.isfinite(drawn)]
    if not drawn.size or defined.size < LEAST_DEFINED * drawn.size:
        return [None, None], int(defined.size), compare_words.REASONS["few_draws"]
    if np.ptp(defined) < SAME:
        return [None, None], int(defined.size), compare_words.REASONS["no_spread"]
    low, high = np.quantile(defined, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return [float(low), float(high)], int(defined.size), None


def _side_of_zero(values: Array) -> int:
    """1 or -1 where the interval lies above or below zero, else 0."""
    low, high = interval(values)[0]
    if low is None or high is None:
        return 0
    return int(low > 0) - int(high < 0)


def _sentence(measure: str, plain: EstimateJson, verdict: SideVerdict, about: str) -> Sentence:
    return compare_words.difference(
        measure, plain["value"], plain["ci"], plain["level"], verdict, plain["reason"], about
    )

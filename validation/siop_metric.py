"""The SIOP 2020 machine-learning competition's figure: selection quality minus a penalty for unequal rates.

25 x share of the high performers hired + 25 x share of the retained hired + 50 x share of those who are both,
minus 100 x |1 - impact ratio|, with exactly half hired.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from validation.moments import Array


@dataclass(frozen=True, slots=True, kw_only=True)
class SelectionMetric:
    """The figure and its parts; `impact_ratio` is the protected group's hiring rate over the others'."""

    high_performers: float
    retained: float
    both: float
    impact_ratio: float
    value: float


def selection_metric(
    *, high_performers: float, retained: float, both: float, protected_rate: float, other_rate: float
) -> SelectionMetric:
    """The figure from the shares hired; the other group's rate must be above zero."""
    if other_rate <= 0:
        raise ValueError("nobody of the comparison group was hired: the impact ratio is undefined")
    ratio = protected_rate / other_rate
    value = 25 * high_performers + 25 * retained + 50 * both - 100 * abs(1 - ratio)
    return SelectionMetric(
        high_performers=high_performers, retained=retained, both=both, impact_ratio=ratio, value=value
    )


def metric_of_scores(
    scores: ArrayLike, high_performer: ArrayLike, retained: ArrayLike, protected: ArrayLike
) -> SelectionMetric:
    """The figure when the better half by score is hired; ties at the cut go to the earlier row."""
    score = np.asarray(scores, dtype=np.float64)
    hired = np.zeros(len(score))
    hired[np.argsort(-score, kind="stable")[: len(score) // 2]] = 1.0
    high, stayed, group = (np.asarray(flag, dtype=bool) for flag in (high_performer, retained, protected))
    return selection_metric(
        high_performers=_share(hired, high),
        retained=_share(hired, stayed),
        both=_share(hired, high & stayed),
        protected_rate=_share(hired, group),
        other_rate=_share(hired, ~group),
    )


def _share(hired: Array, among: "np.ndarray[tuple[int, ...], np.dtype[np.bool_]]") -> float:
    if not among.any():
        raise ValueError("a share is undefined: nobody belongs to one of the groups that the figure compares")
    return float(hired[among].mean())

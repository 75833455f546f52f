"""What hiring itself does to a correlation and to means, under the normal model.

These figures say what to expect among the hired when nothing is wrong: a validity of .42 shows as .23 among the top
30 %, and two independent scores correlate -.64 among the top 20 % of their sum.
"""

import math
from dataclasses import dataclass

from scipy import stats

from validation.corrections import case_ii_attenuated


@dataclass(frozen=True, slots=True, kw_only=True)
class CriterionMeans:
    """Expected standardised criterion of the hired and of those not hired (None when all are hired)."""

    hired: float
    not_hired: float | None


def mean_z_of_selected(selection_ratio: float) -> float:
    """Mean standard score of the top share, phi(z)/SR (Naylor & Shine 1965); 0 when all are selected."""
    _require_share(selection_ratio)
    if selection_ratio == 1:
        return 0.0
    return float(stats.norm.pdf(stats.norm.isf(selection_ratio)) / selection_ratio)


def top_down_range_ratio(selection_ratio: float) -> float:
    """u after strict top-down hiring: u^2 = 1 + z lambda - lambda^2 (truncated normal)."""
    mean = mean_z_of_selected(selection_ratio)
    if selection_ratio == 1:
        return 1.0
    return math.sqrt(1 + float(stats.norm.isf(selection_ratio)) * mean - mean**2)


def r_among_hired(rho: float, selection_ratio: float) -> float | None:
    """The correlation to expect among the hired when it is rho among applicants and hiring is strictly top-down."""
    return case_ii_attenuated(rho, top_down_range_ratio(selection_ratio))


def r_after_selection_on_sum(rho: float, selection_ratio: float) -> float:
    """Correlation of two standardised scores among those hired on their sum (Pearson-Lawley; Berkson's paradox)."""
    lost = (1 - top_down_range_ratio(selection_ratio) ** 2) * (1 + rho) / 2
    return (rho - lost) / (1 - lost)


def criterion_means(rho: float, selection_ratio: float) -> CriterionMeans:
    """Mean criterion on both sides when the selection index correlates rho with it (inverse Mills ratio)."""
    hired = rho * mean_z_of_selected(selection_ratio)
    if selection_ratio == 1:
        return CriterionMeans(hired=hired, not_hired=None)
    return CriterionMeans(hired=hired, not_hired=-hired * selection_ratio / (1 - selection_ratio))


def _require_share(selection_ratio: float) -> None:
    if not 0 < selection_ratio <= 1:
        raise ValueError(f"a selection ratio lies above 0 and at most at 1, not at {selection_ratio}")

"""How many people a question of adverse impact needs, and what can be seen with those there are.

All rates are selection rates; a ratio is the focal rate over the comparator's. `None` means: not at any size.
"""

import math

from validation.proportion import quantile
from validation.root import crossing
from validation.two_by_two import cohen_h


def sample_size_to_detect(
    *, reference_rate: float, impact_ratio: float, alpha: float = 0.05, power: float = 0.8, by_arcsine: bool = False
) -> int | None:
    """People needed in each of two equal groups for a two-sided z test to find this impact ratio.

    The classical pooled-variance formula; `by_arcsine` takes Cohen's h instead.
    """
    p2, p1 = reference_rate, reference_rate * impact_ratio
    if p1 == p2 or not 0 < p2 < 1 or not 0 <= p1 <= 1:
        return None
    z_alpha, z_power = quantile(1 - alpha / 2), quantile(power)
    if by_arcsine:
        return math.ceil(2 * ((z_alpha + z_power) / cohen_h(p1, p2)) ** 2)
    mean = (p1 + p2) / 2
    noise = z_alpha * math.sqrt(2 * mean * (1 - mean)) + z_power * math.sqrt(p1 * (1 - p1) + p2 * (1 - p2))
    return math.ceil((noise / (p1 - p2)) ** 2)


def sample_size_to_prove(
    *, reference_rate: float, true_ratio: float, threshold: float = 0.8, alpha: float = 0.05, power: float = 0.8
) -> int | None:
    """People needed in each group for the one-sided Katz lower bound to clear `threshold` with this power."""
    p2, p1 = reference_rate, reference_rate * true_ratio
    if true_ratio <= threshold or not 0 < p2 < 1 or not 0 < p1 <= 1:
        return None
    variance = (1 - p1) / p1 + (1 - p2) / p2
    return math.ceil(variance * ((quantile(1 - alpha) + quantile(power)) / math.log(true_ratio / threshold)) ** 2)


def minimum_detectable_ratio(
    *, reference_rate: float, focal_n: int, reference_n: int, alpha: float = 0.05, power: float = 0.8
) -> float | None:
    """The largest impact ratio below one that a two-sided z test finds with this power; None if not even zero."""
    if not 0 < reference_rate <= 1 or min(focal_n, reference_n) == 0:
        return None
    z_alpha, z_power = quantile(1 - alpha / 2), quantile(power)
    focal_share = focal_n / (focal_n + reference_n)

    def surplus(ratio: float) -> float:
        p2, p1 = reference_rate, reference_rate * ratio
        mean = focal_share * p1 + (1 - focal_share) * p2
        pooled = math.sqrt(mean * (1 - mean) * (1 / focal_n + 1 / reference_n))
        apart = math.sqrt(p1 * (1 - p1) / focal_n + p2 * (1 - p2) / reference_n)
        return p2 - p1 - z_alpha * pooled - z_power * apart

    # At exactly one both sides vanish where everybody of the comparator was selected: that is no answer.
    return crossing(surplus, 0.0, 1.0 - 1e-12) if surplus(0.0) >= 0 else None

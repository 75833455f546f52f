"""What the rules do by chance alone: exact probabilities over all outcomes two or more groups could have had.

Groups are independent binomials. A ratio of observed rates must be read beside these nulls, never beside 1.
"""

import math
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln

from validation.proportion import quantile
from validation.two_by_two import FOUR_FIFTHS

Floats = NDArray[np.float64]

# Outcomes this improbable change no printed digit and would cost all the time.
_NEGLIGIBLE = 1e-14


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatingCharacteristics:
    """Chances of each conclusion at one true impact ratio; `tri_*` is the tri-state rule of `decision_rule`."""

    point_rule_pass: float
    flag_only_if_significant_pass: float
    lcb_rule_pass: float
    tri_pass: float
    tri_fail: float

    @property
    def tri_review(self) -> float:
        """What neither passes nor fails."""
        return 1 - self.tri_pass - self.tri_fail


def four_fifths_alarm(*, n1: int, n2: int, rate: float, threshold: Fraction = FOUR_FIFTHS) -> float:
    """Chance that one of two groups treated alike falls below the threshold of the other."""
    first, second = _binomial(n1, rate), _binomial(n2, rate)
    x1, x2 = np.arange(n1 + 1)[:, None], np.arange(n2 + 1)[None, :]
    up, down = threshold.numerator, threshold.denominator
    flagged = (down * x1 * n2 < up * x2 * n1) | (down * x2 * n1 < up * x1 * n2)
    return float(first @ flagged.astype(float) @ second)


def four_fifths_alarm_of_many(*, groups: int, n: int, rate: float, threshold: Fraction = FOUR_FIFTHS) -> float:
    """Chance that the lowest of several equal groups falls below the threshold of the highest."""
    return 1 - sum(
        probability
        for low, high, probability in _extremes(groups, n, rate)
        if threshold.denominator * low >= threshold.numerator * high
    )


def expected_lowest_over_highest(*, groups: int, n: int, rate: float) -> float:
    """Mean ratio of the lowest to the highest rate when all groups are treated alike, if anybody is selected."""
    found = [(low / high, probability) for low, high, probability in _extremes(groups, n, rate) if high]
    total = math.fsum(probability for _, probability in found)
    return math.fsum(ratio * probability for ratio, probability in found) / total


def operating_characteristics(
    *, reference_rate: float, true_ratio: float, n: int, threshold: float = 0.8, alpha: float = 0.05
) -> OperatingCharacteristics:
    """Chances of the point rule, of "only if significant", of the lower-bound rule and of the tri-state rule.

    All with Katz bounds and the pooled z, in two groups of `n`. A ratio that is undefined is never a pass.
    """
    focal, reference = _binomial(n, reference_rate * true_ratio), _binomial(n, reference_rate)
    x1, first = _likely(focal)
    x2, second = _likely(reference)
    masses = first[:, None] * second[None, :]
    ratio, z, spread = _quantities(x1[:, None].astype(float), x2[None, :].astype(float), n)
    with np.errstate(invalid="ignore", over="ignore"):
        reach = np.exp(quantile(1 - alpha) * spread)
        is_low = ratio < threshold
        is_significant = z <= -quantile(1 - alpha / 2)
        clears = ratio / reach >= threshold
        misses = ratio * reach < threshold
    fails = misses | (is_low & is_significant)
    return OperatingCharacteristics(
        point_rule_pass=float(masses[ratio >= threshold].sum()),
        flag_only_if_significant_pass=float(masses[~(is_low & is_significant)].sum()),
        lcb_rule_pass=float(masses[clears].sum()),
        tri_pass=float(masses[clears].sum()),
        tri_fail=float(masses[fails & ~clears].sum()),
    )


def bootstrap_quantiles(
    *, x1: int, n1: int, x2: int, n2: int, probabilities: tuple[float, ...]
) -> tuple[float | None, ...]:
    """Exact quantiles of the bootstrap distribution of the impact ratio: no rows, no draws.

    Resampling the rows of two groups gives two independent binomials at the observed rates; resamples whose comparator
    has no selection leave the ratio undefined and are left out.
    """
    if min(n1, n2) == 0 or x2 == 0:
        return (None,) * len(probabilities)
    focal, first = _likely(_binomial(n1, x1 / n1))
    reference, second = _likely(_binomial(n2, x2 / n2))
    kept = reference > 0
    ratios = (focal[:, None] / n1) / (reference[kept][None, :] / n2)
    masses = (first[:, None] * second[kept][None, :]).ravel()
    order = np.argsort(ratios, axis=None)
    cumulative = np.cumsum(masses[order]) / masses.sum()
    sorted_ratios = ratios.ravel()[order]
    at = np.searchsorted(cumulative, probabilities).clip(max=len(cumulative) - 1)
    return tuple(float(value) for value in sorted_ratios[at])


def _quantities(x1: Floats, x2: Floats, n: int) -> tuple[Floats, Floats, Floats]:
    """Ratio, pooled z and the deviation of the log ratio for every pair of counts out of `n`."""
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = x1 / x2
        share = (x1 + x2) / (2 * n)
        deviation = np.sqrt(share * (1 - share) * 2 / n)
        z = np.where(deviation > 0, (x1 - x2) / n / deviation, 0.0)
        spread = np.sqrt(1 / x1 - 1 / n + 1 / x2 - 1 / n)
    return ratio, z, spread


def _binomial(n: int, rate: float) -> Floats:
    counts = np.arange(n + 1, dtype=np.float64)
    if rate in {0.0, 1.0}:
        return np.equal(counts, n * rate).astype(np.float64)
    ways = gammaln(n + 1) - gammaln(counts + 1) - gammaln(n - counts + 1)
    masses: Floats = np.exp(ways + counts * math.log(rate) + (n - counts) * math.log1p(-rate))
    return masses


def _likely(masses: Floats) -> tuple[NDArray[np.int64], Floats]:
    kept = np.flatnonzero(masses > _NEGLIGIBLE)
    return kept, masses[kept]


def _extremes(groups: int, n: int, rate: float) -> list[tuple[int, int, float]]:
    """Lowest and highest count of several equal groups, with the probability of the pair."""
    counts, masses = _likely(_binomial(n, rate))
    below = np.concatenate(([0.0], np.cumsum(masses)))

    def within(low: int, high: int) -> float:
        return float(below[high + 1] - below[low]) ** groups if low <= high else 0.0

    found = []
    for low in range(len(counts)):
        for high in range(low, len(counts)):
            inside = within(low, high) - within(low + 1, high) - within(low, high - 1) + within(low + 1, high - 1)
            found.append((int(counts[low]), int(counts[high]), inside))
    return found

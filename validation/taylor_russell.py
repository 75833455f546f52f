"""Taylor-Russell: the share of successes among those selected, with one hurdle and with two.

Taylor & Russell (1939) for one predictor, Thomas, Owen & Gunst (1977) for two hurdles that must both be passed.
"""

from dataclasses import dataclass

from scipy import optimize, stats

from validation.normal_tails import upper_tail, upper_tail_of_three


@dataclass(frozen=True, slots=True, kw_only=True)
class TwoHurdles:
    """Shares passing each hurdle alone and both, and the share of successes among those who pass both."""

    first_ratio: float
    second_ratio: float
    joint_ratio: float
    success_ratio: float


def success_ratio(r: float, base_rate: float, selection_ratio: float) -> float:
    """P(success | selected) of the bivariate normal; r within [-1, 1], both shares inside (0, 1), SR may be 1."""
    if not (-1 <= r <= 1 and 0 < base_rate < 1 and 0 < selection_ratio <= 1):
        raise ValueError(f"r {r}, base rate {base_rate} or selection ratio {selection_ratio} is out of range")
    cut = float(stats.norm.isf(selection_ratio))
    return upper_tail(cut, float(stats.norm.isf(base_rate)), r) / selection_ratio


def two_hurdles(
    *, first_ratio: float, second_ratio: float, base_rate: float, r12: float, r1y: float, r2y: float
) -> TwoHurdles:
    """Successes among those above both cut scores, from the share that passes each hurdle alone."""
    cuts = float(stats.norm.isf(first_ratio)), float(stats.norm.isf(second_ratio))
    joint = upper_tail(*cuts, r12)
    tail = upper_tail_of_three((*cuts, float(stats.norm.isf(base_rate))), r12, r1y, r2y)
    return TwoHurdles(first_ratio=first_ratio, second_ratio=second_ratio, joint_ratio=joint, success_ratio=tail / joint)


def two_equal_hurdles(*, joint_ratio: float, base_rate: float, r12: float, r1y: float, r2y: float) -> TwoHurdles:
    """Two hurdles as high as each other that together let `joint_ratio` pass."""

    def excess(cut: float) -> float:
        return upper_tail(cut, cut, r12) - joint_ratio

    cut = float(optimize.brentq(excess, -8.0, float(stats.norm.isf(joint_ratio)), xtol=1e-12))
    share = float(stats.norm.sf(cut))
    return two_hurdles(first_ratio=share, second_ratio=share, base_rate=base_rate, r12=r12, r1y=r1y, r2y=r2y)

"""How many people a question needs: sample sizes, power, and the sentence that says how many are still missing."""

import math

from scipy import optimize, stats

from validation.outcome import Text


def people_for_correlation(r: float, power: float = 0.8, alpha: float = 0.05) -> int:
    """People needed to tell r from zero, two-sided, on Fisher's z scale; r must lie inside (-1, 1) and not be 0."""
    if not 0 < abs(r) < 1:
        raise ValueError(f"a correlation to detect lies inside (-1, 1) and is not 0, unlike {r}")
    return math.ceil((_z_sum(power, alpha) / math.atanh(abs(r))) ** 2 + 3)


def power_of_correlation(r: float, n: float, alpha: float = 0.05) -> float:
    """Chance to tell a true r from zero with n people, two-sided; 0 for n of 3 or fewer."""
    if n <= 3:
        return 0.0
    shift, z = math.atanh(abs(r)) * math.sqrt(n - 3), float(stats.norm.isf(alpha / 2))
    return float(stats.norm.sf(z - shift) + stats.norm.cdf(-z - shift))


def detectable_correlation(n: float, power: float = 0.8, alpha: float = 0.05) -> float | None:
    """The smallest true r that n people show with this power; None for n of 3 or fewer."""
    return math.tanh(_z_sum(power, alpha) / math.sqrt(n - 3)) if n > 3 else None


def people_for_interval(r: float, half_width: float, level: float = 0.95) -> int:
    """People needed until Fisher's interval around r is at most `half_width` to either side on average."""
    z = float(stats.norm.isf((1 - level) / 2))

    def excess(n: float) -> float:
        step = z / math.sqrt(n - 3)
        return (math.tanh(math.atanh(r) + step) - math.tanh(math.atanh(r) - step)) / 2 - half_width

    if excess(4) <= 0:
        return 4
    return math.ceil(float(optimize.brentq(excess, 4, 4 + (2 * z / half_width) ** 2)) - 1e-9)


def detectable_difference(n_first: float, n_second: float, power: float = 0.8, alpha: float = 0.05) -> float | None:
    """The smallest difference of two groups' correlations, on Fisher's z scale, that shows; None below four people."""
    if min(n_first, n_second) <= 3:
        return None
    return _z_sum(power, alpha) * math.sqrt(1 / (n_first - 3) + 1 / (n_second - 3))


def people_per_group(difference: float, power: float = 0.8, alpha: float = 0.05) -> int:
    """People in each of two equal groups for a difference of correlations on Fisher's z scale."""
    return math.ceil(2 * (_z_sum(power, alpha) / difference) ** 2 + 3)


def _z_sum(power: float, alpha: float) -> float:
    return float(stats.norm.isf(alpha / 2) + stats.norm.ppf(power))


def more_people(needed: float, n: float) -> int:
    """People still missing, never negative."""
    return max(0, math.ceil(needed - n))


def more_hires(needed: float, n: float) -> Text:
    """How many more hires with an outcome are needed before a judgement."""
    missing = more_people(needed, n)
    if missing == 0:
        return Text(
            en=f"{n:,.0f} hires with an outcome are enough to judge this.",
            zh=f"已有 {n:,.0f} 名有绩效结果的入职者，足以作出判断。",
        )
    hires = "hire" if missing == 1 else "hires"
    return Text(
        en=f"{missing} more {hires} with an outcome before this can be judged.",
        zh=f"还需要 {missing} 名有绩效结果的入职者，才能作出判断。",
    )

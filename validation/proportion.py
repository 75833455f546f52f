"""A share of people with its uncertainty: Wilson interval, standard error, normal quantiles."""

import math
from functools import lru_cache
from statistics import NormalDist

from validation.outcome import Interval

_NORMAL = NormalDist()


@lru_cache(maxsize=64)
def quantile(probability: float) -> float:
    """The standard normal quantile."""
    return _NORMAL.inv_cdf(probability)


def two_sided_p(z: float) -> float:
    """Probability of a standard normal at least as far from zero as `z`."""
    return math.erfc(abs(z) / math.sqrt(2.0))


def wilson(selected: float, n: float, *, level: float = 0.95) -> Interval:
    """Wilson's score interval (1927) of a share; undefined ends for an empty group."""
    if n == 0:
        return Interval(low=None, high=None, level=level, method="wilson")
    z = quantile(0.5 + level / 2)
    share = selected / n
    centre = share + z * z / (2 * n)
    half = z * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    scale = 1 + z * z / n
    low = 0.0 if selected == 0 else (centre - half) / scale
    high = 1.0 if selected == n else (centre + half) / scale
    return Interval(low=low, high=high, level=level, method="wilson")


def wald_half_width(rate: float, n: int, *, level: float = 0.95) -> float:
    """Half the width of the Wald interval: how many points a rate may be off at this group size."""
    return quantile(0.5 + level / 2) * math.sqrt(rate * (1 - rate) / n)

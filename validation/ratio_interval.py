"""Intervals of a ratio of two rates: Katz's log interval, and the score interval of Koopman or Miettinen-Nurminen.

The score interval holds its coverage with few selections, where the log interval is too wide upwards or undefined.
"""

import math
from collections.abc import Callable

from validation.outcome import Interval
from validation.proportion import quantile
from validation.root import crossing

# A ratio of counts of people stays far inside exp(±60).
_WIDEST = 60.0


def katz(x1: int, n1: int, x2: int, n2: int, *, level: float = 0.95) -> Interval:
    """`exp(ln(p1/p2) ± z·sqrt((1-p1)/x1 + (1-p2)/x2))` (Katz et al. 1978); undefined with a zero count."""
    if min(x1, x2) == 0:
        return Interval(low=None, high=None, level=level, method="katz")
    half = quantile(0.5 + level / 2) * math.sqrt(max(0.0, 1 / x1 - 1 / n1 + 1 / x2 - 1 / n2))
    centre = math.log(x1) - math.log(n1) - math.log(x2) + math.log(n2)
    return Interval(low=math.exp(centre - half), high=math.exp(centre + half), level=level, method="katz")


def score(x1: int, n1: int, x2: int, n2: int, *, level: float = 0.95, is_corrected: bool = False) -> Interval:
    """Koopman's score interval (1984); with `is_corrected` Miettinen-Nurminen's factor N/(N-1) (1985).

    The low end is 0 when the focal group has no selection, the high end undefined (unbounded) when the comparator has
    none, and both are undefined when nobody was selected or a group is empty.
    """
    method = "miettinen-nurminen" if is_corrected else "koopman"
    if min(n1, n2) == 0 or x1 + x2 == 0:
        return Interval(low=None, high=None, level=level, method=method)
    limit = quantile(0.5 + level / 2) ** 2
    factor = (n1 + n2 - 1) / (n1 + n2) if is_corrected else 1.0

    def excess(log_ratio: float) -> float:
        return _chi2(x1, n1, x2, n2, math.exp(log_ratio)) * factor - limit

    # With a zero count the ratio is 0 or infinite: the search comes from far outside.
    centre = math.log(x1 or n1) - math.log(n1) - math.log(x2 or n2) + math.log(n2)
    low = 0.0 if x1 == 0 else math.exp(_crossing(excess, centre if x2 else _WIDEST, -1.0))
    high = None if x2 == 0 else math.exp(_crossing(excess, centre if x1 else -_WIDEST, 1.0))
    return Interval(low=low, high=high, level=level, method=method)


def _chi2(x1: int, n1: int, x2: int, n2: int, ratio: float) -> float:
    """The score statistic of the hypothesis p1 = ratio · p2, with p2 estimated under it."""
    total = n1 + n2
    a = ratio * total
    b = ratio * (n1 + x2) + x1 + n2
    root = math.sqrt(max(0.0, b * b - 4 * a * (x1 + x2)))
    # The smaller root of a·p² - b·p + (x1 + x2), written so that no digits cancel.
    p2 = min(1.0, 2 * (x1 + x2) / (b + root))
    p1 = min(1.0, ratio * p2)
    return _squared(x1, n1, p1) + _squared(x2, n2, p2)


def _squared(x: int, n: int, p: float) -> float:
    """`(x - np)² / np(1-p)`, in the form that keeps its digits where nobody or everybody was selected."""
    if x == n:
        return n * (1 - p) / p
    variance = n * p * (1 - p)
    return (x - n * p) ** 2 / variance if variance > 0 else math.inf


def _crossing(excess: Callable[[float], float], start: float, direction: float) -> float:
    """Where `excess` turns positive on the way from `start`, found outwards in doubling steps."""
    step = 0.25
    inside, outside = start, start + direction * step
    while excess(outside) <= 0 and step < 2 * _WIDEST:
        step *= 2
        inside, outside = outside, start + direction * step
    return crossing(excess, inside, outside)

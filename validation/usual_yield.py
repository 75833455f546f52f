"""Whether a source delivers what it usually does: a green run that brings nothing is an alarm.

The usual is what came in the same hours of the week in the weeks before. Counts of events scatter more than a Poisson
variable, so the spread is widened by what the weeks themselves show (quasi-Poisson), and a yield is suspicious below
the lower end of a prediction interval.
"""

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass

from validation.outcome import Interval
from validation.proportion import quantile

LEAST_WEEKS = 3
"""Weeks that are needed before anything is called usual."""

LEAST_USUAL = 5.0
"""Arrivals that must be usual before their absence says something."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Yield:
    """Arrivals of a window, and the mean of the same window in `weeks` weeks before; `interval` predicts one window.

    `is_low` is None where the past does not allow a judgement.
    """

    hours: int
    came: int
    usual: float | None
    interval: Interval
    weeks: int
    is_low: bool | None


def yield_of(
    hours: Mapping[dt.datetime, int],
    at: dt.datetime,
    *,
    first: dt.datetime | None,
    window_h: int = 24,
    weeks: int = 8,
    level: float = 0.99,
) -> Yield:
    """The yield of the last `window_h` whole hours before `at`, held against the same hours of earlier weeks.

    `hours` counts arrivals by UTC hour; `first` is the first arrival ever: weeks before it say nothing.
    """
    end = at.astimezone(dt.UTC).replace(minute=0, second=0, microsecond=0)
    past = []
    for week in range(1, weeks + 1):
        before = end - dt.timedelta(weeks=week)
        if first is None or before - dt.timedelta(hours=window_h) < first:
            break
        past.append(_sum(hours, before, window_h))
    came = _sum(hours, end, window_h)
    if len(past) < LEAST_WEEKS:
        nothing = Interval(low=None, high=None, level=level)
        return Yield(hours=window_h, came=came, usual=None, interval=nothing, weeks=len(past), is_low=None)
    usual = sum(past) / len(past)
    interval = predicted(past, level)
    enough = usual >= LEAST_USUAL
    is_low = came < (interval.low or 0.0) if enough else None
    return Yield(hours=window_h, came=came, usual=usual, interval=interval, weeks=len(past), is_low=is_low)


def predicted(past: list[int], level: float) -> Interval:
    """Where one more count lies with this probability, after `past` counts of like windows.

    Anscombe's root makes counts of one mean scatter alike whatever it is; the spread is the weeks' own, and at least
    that of a Poisson variable. The lower end is never below half an arrival where anything is usual, so that a window
    of nothing at all stands out.
    """
    roots = [2.0 * math.sqrt(n + 0.375) for n in past]
    centre = sum(roots) / len(roots)
    spread = math.sqrt(sum((root - centre) ** 2 for root in roots) / (len(roots) - 1))
    reach = quantile(0.5 + level / 2) * max(spread, 1.0) * math.sqrt(1.0 + 1.0 / len(roots))
    low = (max(centre - reach, 0.0) / 2.0) ** 2 - 0.375
    high = ((centre + reach) / 2.0) ** 2 - 0.375
    floor = 0.5 if sum(past) / len(past) >= LEAST_USUAL and min(past) > 0 else 0.0
    return Interval(low=max(low, floor), high=high, level=level, method="quasi-poisson")


def _sum(hours: Mapping[dt.datetime, int], end: dt.datetime, window_h: int) -> int:
    return sum(hours.get(end - dt.timedelta(hours=back), 0) for back in range(1, window_h + 1))

"""The plan of one generated company: its size, seed and period, and when applications arrive.

Three years end on `end`. Application `i` of `n` arrives where the share `(i + 0.5) / n` of the arrivals has passed, so
applications are numbered in the order of time and any block knows the times of any other.
"""

import datetime as dt
from dataclasses import dataclass, field

import numpy as np

from warehouse.generate import planted
from warehouse.generate.draws import Bools, Draws, Floats, Ints

DAY = 86_400
YEARS_IN_DAYS = 1095
_EPOCH = dt.date(1970, 1, 1)
_WEEKEND_SHARE = 0.35
_GROWTH = 0.20  # more applications on the last day than on the first

# First and last month and day of each campus season, its pull on all arrivals, and the campus share within it.
SEASONS = (
    ("autumn campus", (9, 1), (11, 15), 1.8, 0.45),
    ("spring campus", (3, 1), (4, 20), 1.4, 0.30),
)
REGULAR = "regular"
_CAMPUS_SHARE_OUTSIDE = 0.03


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Size, seed and last day of a generated company; moments are seconds since 1970, UTC."""

    applications: int
    seed: int
    end: dt.date
    draws: Draws = field(init=False)
    arrived: Floats = field(init=False, repr=False)

    def __post_init__(self) -> None:
        if self.applications < 1:
            raise ValueError(f"a company needs at least one application, not {self.applications}")
        object.__setattr__(self, "draws", Draws(seed=self.seed))
        object.__setattr__(self, "arrived", _arrived(self.first_day))

    @property
    def first_day(self) -> int:
        """The first day of the history, counted from 1970."""
        return (self.end - _EPOCH).days + 1 - YEARS_IN_DAYS

    @property
    def opening(self) -> int:
        """The first moment of the history."""
        return self.first_day * DAY

    @property
    def close(self) -> int:
        """The last moment of the history; nothing that happens later is exported."""
        return self.opening + YEARS_IN_DAYS * DAY - 1

    @property
    def silent_change(self) -> int:
        """The moment from which the vendor's scores are higher."""
        return self.opening + (YEARS_IN_DAYS - planted.SILENT_CHANGE_DAYS_BEFORE_END) * DAY

    def moments(self, index: Ints) -> Ints:
        """When the applications arrive."""
        share = (index + 0.5) / self.applications
        days = np.interp(share, self.arrived, np.arange(YEARS_IN_DAYS + 1))
        return self.opening + np.floor(days * DAY).astype(np.int64)


def season_numbers(moment: Ints) -> Ints:
    """0 outside the campus seasons, else the number of the season in `SEASONS`, counted from one."""
    month_day = _month_days(moment // DAY)
    numbers = np.zeros(len(moment), dtype=np.int64)
    for number, (_, first, last, _, _) in enumerate(SEASONS, start=1):
        numbers[_within(month_day, first, last)] = number
    return numbers


def campus_shares(moment: Ints) -> Floats:
    """The share of campus applications among those that arrive at each moment."""
    shares = np.array([_CAMPUS_SHARE_OUTSIDE] + [season[4] for season in SEASONS])
    return np.asarray(shares[season_numbers(moment)], dtype=np.float64)


def years(moment: Ints) -> Ints:
    """The calendar year of each moment."""
    return (moment // DAY).astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970


def _arrived(first_day: int) -> Floats:
    days = np.arange(first_day, first_day + YEARS_IN_DAYS)
    pulls = np.array([1.0] + [season[3] for season in SEASONS])
    weekend = (days + 3) % 7 >= 5  # 1970-01-01 was a Thursday
    weight = pulls[season_numbers(days * DAY)] * np.where(weekend, _WEEKEND_SHARE, 1.0)
    weight = weight * np.linspace(1.0, 1.0 + _GROWTH, YEARS_IN_DAYS)
    total = np.concatenate([[0.0], np.cumsum(weight)])
    return np.asarray(total / total[-1], dtype=np.float64)


def _month_days(day: Ints) -> Ints:
    dates = day.astype("datetime64[D]")
    months = dates.astype("datetime64[M]")
    numbers: Ints = (months.astype(np.int64) % 12 + 1) * 100 + (dates - months).astype(np.int64) + 1
    return numbers


def _within(month_day: Ints, first: tuple[int, int], last: tuple[int, int]) -> Bools:
    return np.logical_and(month_day >= first[0] * 100 + first[1], month_day <= last[0] * 100 + last[1])

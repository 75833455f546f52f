"""The yield of a source held against its own weeks before."""

import datetime as dt

import numpy as np
import pytest

from validation.usual_yield import Yield, predicted, yield_of

AT = dt.datetime(2026, 3, 18, 10, 30, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)


def _hours(weeks: int, per_hour: int, *, last_day: int | None = None) -> dict[dt.datetime, int]:
    """`per_hour` arrivals in each hour of so many weeks, and `last_day` in each of the last 24."""
    end = AT.replace(minute=0)
    hours = {end - back * HOUR: per_hour for back in range(1, weeks * 168 + 1)}
    if last_day is not None:
        hours |= {end - back * HOUR: last_day for back in range(1, 25)}
    return hours


def _judged(hours: dict[dt.datetime, int]) -> Yield:
    return yield_of(hours, AT, first=min(hours))


def test_a_usual_day_is_no_alarm() -> None:
    assert _judged(_hours(7, 4)).is_low is False


def test_a_day_of_nothing_after_full_weeks_is_an_alarm() -> None:
    found = _judged(_hours(7, 4, last_day=0))

    assert (found.came, found.usual, found.is_low) == (0, 96.0, True)


def test_too_few_weeks_allow_no_judgement() -> None:
    found = _judged(_hours(2, 4, last_day=0))

    assert (found.is_low, found.usual, found.interval.low) == (None, None, None)


def test_where_little_is_usual_nothing_says_nothing() -> None:
    hours = {AT - week * 168 * HOUR - 5 * HOUR: 2 for week in range(9)}

    assert _judged(hours).is_low is None


def test_the_same_weekday_counts_and_not_the_busy_days_beside_it() -> None:
    """A source that sleeps on this weekday is not late on it."""
    end = AT.replace(minute=0)
    hours = {end - back * HOUR: 50 for back in range(1, 8 * 168) if (back - 1) % 168 >= 24}

    found = _judged(hours)

    assert (found.came, found.usual, found.is_low) == (0, 0.0, None)


def test_a_fair_source_raises_about_one_false_alarm_in_two_hundred() -> None:
    random = np.random.default_rng(5)
    alarms = 0
    for _ in range(4_000):
        *past, now = random.poisson(60, 9).tolist()
        alarms += now < (predicted(past, 0.99).low or 0)

    assert alarms / 4_000 == pytest.approx(0.005, abs=0.005)


def test_half_of_the_usual_is_noticed_for_a_source_of_sixty_a_day() -> None:
    random = np.random.default_rng(6)
    noticed = sum(
        int(random.poisson(30)) < (predicted(random.poisson(60, 8).tolist(), 0.99).low or 0) for _ in range(500)
    )

    assert noticed / 500 > 0.75


def test_weeks_that_scatter_widely_widen_the_interval() -> None:
    calm, wild = predicted([60, 61, 59, 60, 62, 58], 0.99), predicted([20, 100, 60, 30, 90, 60], 0.99)

    assert calm.low is not None
    assert wild.low is not None
    assert wild.low < calm.low

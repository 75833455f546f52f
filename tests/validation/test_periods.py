"""Rows cut into periods: by calendar in UTC, by number, and those without a date."""

import datetime as dt

import pandas as pd
import pytest

from validation.periods import UNDATED, periods_of


def cut(times, every):
    """Names and row numbers."""
    series = None if times is None else pd.Series(times)
    rows = 10 if times is None else len(times)
    return [(period.name, period.rows.tolist()) for period in periods_of(series, every, rows=rows)]


@pytest.mark.parametrize(
    ("every", "names"),
    [
        ("day", ["2025-12-31", "2026-01-01", "2026-02-02"]),
        ("week", ["2025-12-29", "2026-02-02"]),
        ("month", ["2025-12", "2026-01", "2026-02"]),
        ("quarter", ["2025Q4", "2026Q1"]),
        ("Year", ["2025", "2026"]),
    ],
)
def test_calendar_periods_are_named_and_in_order(every, names):
    assert [name for name, _ in cut(["2026-02-02", "2025-12-31", "2026-01-01"], every)] == names


def test_moments_are_read_in_utc():
    assert cut(["2026-01-01T00:30:00+02:00", "2026-01-01T00:30:00Z"], "year") == [("2025", [0]), ("2026", [1])]


def test_rows_without_a_date_are_a_period_of_their_own():
    assert cut(["2026-01-01", None, "soon"], "month") == [("2026-01", [0]), (UNDATED, [1, 2])]
    assert cut(["2026-01-02", None, "2026-01-01"], "1") == [("1–1", [2]), ("2–2", [0]), (UNDATED, [1])]


def test_a_number_cuts_rows_as_they_stand_without_times():
    assert cut(None, "4") == [("1–4", [0, 1, 2, 3]), ("5–8", [4, 5, 6, 7]), ("9–10", [8, 9])]


@pytest.mark.parametrize("times", [[2016, 2017], [2016.0, 2017.0], [dt.date(2016, 5, 1), dt.date(2017, 1, 1)]])
def test_years_and_dates_are_read(times):
    assert cut(times, "year") == [("2016", [0]), ("2017", [1])]


@pytest.mark.parametrize("times", [[3.5, 4.1], [20260101, 20260102]])
def test_other_numbers_are_no_dates(times):
    with pytest.raises(ValueError, match="neither dates nor years"):
        cut(times, "month")

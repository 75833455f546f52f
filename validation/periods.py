"""Cuts the rows of a table into periods: by calendar in UTC, or by a number of rows."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

CALENDAR = {"day": "D", "week": "W", "month": "M", "quarter": "Q", "year": "Y"}
UNDATED = "(undated)"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Period:
    """A period's name and the positions of its rows in the table."""

    name: str
    rows: NDArray[np.intp]


def periods_of(times: pd.Series | None, every: str, *, rows: int) -> list[Period]:
    """The periods in order: `every` is day, week, month, quarter, year, or a number of rows.

    A number cuts the rows as the times order them, or as they stand where there are none. Rows whose time is blank or
    unreadable come last as a period of their own. Raises ValueError, with what to do, when no period can be made.
    """
    moments = None if times is None else _moments(times)
    every = every.strip().lower()
    if every.isascii() and every.isdigit():
        return _by_count(moments, int(every), rows)
    if every not in CALENDAR:
        raise ValueError(f"a period is {', '.join(CALENDAR)} or a number of rows, not {every!r}")
    if moments is None:
        raise ValueError(f"periods of a {every} need --time, the column that dates the rows")
    return _by_calendar(moments, CALENDAR[every])


def _moments(times: pd.Series) -> "pd.Series[pd.Timestamp]":
    """The times in UTC, NaT where there is none; a whole number from 1000 to 9999 is a year."""
    if pd.api.types.is_numeric_dtype(times.dtype):
        years = times.astype("float64")
        if not ((years >= 1000) & (years <= 9999) & (years % 1 == 0) | years.isna()).all():
            raise ValueError("these numbers are neither dates nor years; give ISO dates such as 2026-03-31")
        times = years.astype("Int64").astype("string").astype(object)
    moments = pd.to_datetime(times, format="ISO8601", utc=True, errors="coerce")
    if moments.isna().all():
        raise ValueError("no value is a date; give ISO dates such as 2026-03-31")
    return moments


def _by_calendar(moments: "pd.Series[pd.Timestamp]", unit: str) -> list[Period]:
    dated = moments.dt.tz_localize(None).dt.to_period(unit)
    codes, names = pd.factorize(dated, sort=True)
    return [
        *(Period(name=_name(name, unit), rows=np.flatnonzero(codes == code)) for code, name in enumerate(names)),
        *_undated(np.flatnonzero(codes < 0)),
    ]


def _name(period: object, unit: str) -> str:
    """The period as ISO writes it; a week is named by its Monday."""
    return str(period).split("/", maxsplit=1)[0] if unit == "W" else str(period)


def _by_count(moments: "pd.Series[pd.Timestamp] | None", size: int, rows: int) -> list[Period]:
    if size < 1:
        raise ValueError("a period needs at least one row")
    order, undated = np.arange(rows), np.empty(0, dtype=np.intp)
    if moments is not None:
        absent = moments.isna().to_numpy(dtype=bool)
        order = np.argsort(moments.to_numpy(dtype="datetime64[ns]"), kind="stable")[: int((~absent).sum())]
        undated = np.flatnonzero(absent)
    starts = range(0, order.size, size)
    return [
        *(
            Period(name=f"{start + 1}–{min(start + size, order.size)}", rows=order[start : start + size])
            for start in starts
        ),
        *_undated(undated),
    ]


def _undated(rows: NDArray[np.intp]) -> list[Period]:
    return [Period(name=UNDATED, rows=rows)] if rows.size else []

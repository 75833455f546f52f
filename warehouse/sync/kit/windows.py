"""Slices of time for sources that answer only so many days at once, and that show changes late.

All moments have a zone; lengths are true durations, so a day with a clock change is not cut short or doubled.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """From `start`, included, to `end`, as the source counts it."""

    start: dt.datetime
    end: dt.datetime

    def written(self, form: str, zone: ZoneInfo | dt.tzinfo = dt.UTC) -> tuple[str, str]:
        """Both ends in `strftime` form, on the wall clock of the zone."""
        return self.start.astimezone(zone).strftime(form), self.end.astimezone(zone).strftime(form)


def slices(
    start: dt.datetime,
    end: dt.datetime,
    *,
    longest: dt.timedelta,
    overlap: dt.timedelta = dt.timedelta(0),
    between: dt.timedelta = dt.timedelta(0),
) -> Iterator[Window]:
    """Windows of at most `longest` that together cover from `overlap` before `start` to `end`, oldest first.

    `between` is how far each window begins before the end of the one before it, for sources whose ends are open.
    Nothing where `start` is not before `end`. Raises ValueError for moments without a zone, or a step of nothing.
    """
    if start.tzinfo is None or end.tzinfo is None:
        raise ValueError("a window needs moments with a zone")
    if longest <= between or overlap < dt.timedelta(0) or between < dt.timedelta(0):
        raise ValueError("a window must be longer than its overlap")
    at, stop = start.astimezone(dt.UTC) - overlap, end.astimezone(dt.UTC)
    while start < end:
        upto = min(at + longest, stop)
        yield Window(start=at, end=upto)
        if upto >= stop:
            return
        at = upto - between


def date_slices(first: dt.date, last: dt.date, *, longest_days: int) -> Iterator[tuple[dt.date, dt.date]]:
    """Spans of whole days, both ends included, of at most `longest_days` days that cover `first` to `last`."""
    if longest_days < 1:
        raise ValueError("a span has at least one day")
    while first <= last:
        upto = min(first + dt.timedelta(days=longest_days - 1), last)
        yield first, upto
        first = upto + dt.timedelta(days=1)

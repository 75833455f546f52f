"""When a zone's clocks were set back or forward: the wall-clock times that happened twice or never."""

import datetime as dt
import functools
from collections.abc import Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

FIRST_YEAR = 1970
_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockChange:
    """The clock showed `start` to before `end` twice (`ambiguous_time`) or never (`skipped_time`)."""

    code: str
    start: dt.datetime
    end: dt.datetime

    @property
    def hours(self) -> Iterator[int]:
        """The hours that it touches, as month * 100 + hour."""
        at = self.start.replace(minute=0, second=0)
        while at < self.end:
            yield at.month * 100 + at.hour
            at += dt.timedelta(hours=1)


@functools.cache
def clock_changes(zone: str, last_year: int) -> tuple[ClockChange, ...]:
    """The changes of the zone's clocks from 1970 to `last_year`; none for UTC and fixed offsets."""
    if zone.upper() in {"UTC", "Z"}:
        return ()
    known = ZoneInfo(zone)
    day, end = dt.datetime(FIRST_YEAR, 1, 1, tzinfo=dt.UTC), dt.datetime(last_year + 1, 1, 1, tzinfo=dt.UTC)
    found = []
    before = _offset(day, known)
    while day < end:
        day += _DAY
        after = _offset(day, known)
        if after != before:
            moment = _moment_of_change(day - _DAY, day, known).replace(tzinfo=None)
            code = "ambiguous_time" if after < before else "skipped_time"
            first, last = sorted((before, after))
            found.append(ClockChange(code=code, start=moment + first, end=moment + last))
            before = after
    return tuple(found)


def _offset(at: dt.datetime, zone: ZoneInfo) -> dt.timedelta:
    return at.astimezone(zone).utcoffset() or dt.timedelta()


def _moment_of_change(low: dt.datetime, high: dt.datetime, zone: ZoneInfo) -> dt.datetime:
    """The first second with the offset of `high`."""
    old = _offset(low, zone)
    while high - low > dt.timedelta(seconds=1):
        middle = low + (high - low) // 2
        middle = middle.replace(microsecond=0)
        low, high = (middle, high) if _offset(middle, zone) == old else (low, middle)
    return high

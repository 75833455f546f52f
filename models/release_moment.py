"""Moments as people type them for the ledger: a date is its last moment, a time without a zone is in the company's.

Errors:

  BadMoment    a date or time that cannot be read
"""

import datetime as dt
from zoneinfo import ZoneInfo


class BadMoment(ValueError):
    """A date or time that cannot be read."""


def moment(text: str, zone: str) -> dt.datetime:
    """What a person typed, aware: `2026-03-03` is that day's end and `2026-03-03T10:00` ten o'clock, both in `zone`.

    An offset in the text, such as `+08:00` or `Z`, counts instead. An hour that a change of clocks repeats is the
    first of the two. Raises BadMoment.
    """
    text, local = text.strip(), ZoneInfo(zone)
    try:
        day = _day(text)
        if day is not None:
            return dt.datetime.combine(day, dt.time.max, local).astimezone(dt.UTC)
        read = dt.datetime.fromisoformat(text)
        return (read if read.tzinfo is not None else read.replace(tzinfo=local)).astimezone(dt.UTC)
    except (ValueError, OverflowError) as error:
        raise BadMoment(f"{text!r} is no date or time; write 2026-03-03 or 2026-03-03T10:00") from error


def _day(text: str) -> dt.date | None:
    """A date without a time, in whatever way ISO 8601 writes it."""
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None

"""Values that an event carries about itself, read from wherever its source puts them; what cannot be read is None."""

import datetime as dt
from collections.abc import Sequence
from zoneinfo import ZoneInfo

_MILLISECONDS_SINCE = 1e11
"""From this number on a Unix time is in milliseconds: in seconds it would lie after the year 5000."""

_LARGEST_VERSION = 2**63 - 1


def at(document: object, path: Sequence[str]) -> object:
    """The value under a path of names and list indexes; None where the path leads nowhere."""
    for name in path:
        if isinstance(document, dict):
            document = document.get(name)
        elif isinstance(document, list) and name.isdecimal() and int(name) < len(document):
            document = document[int(name)]
        else:
            return None
    return document


def moment(value: object, zone: ZoneInfo) -> dt.datetime | None:
    """A time in UTC: ISO 8601 or Unix seconds or milliseconds; without an offset it is the zone's wall clock.

    None where it cannot be read, and where the wall clock showed it twice or never: nothing is guessed.
    """
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        number = float(value) if not isinstance(value, str) else _number(value)
        if number is not None:
            seconds = number / 1000 if abs(number) >= _MILLISECONDS_SINCE else number
            return dt.datetime.fromtimestamp(seconds, tz=dt.UTC)
        read = dt.datetime.fromisoformat(str(value).strip())
        return read.astimezone(dt.UTC) if read.tzinfo else _from_wall_clock(read, zone)
    except (ValueError, OverflowError, OSError):
        return None


def version(value: object, zone: ZoneInfo) -> int | None:
    """A version as a number that only grows: the number itself, or a time in milliseconds."""
    if isinstance(value, bool):
        return None
    if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) < 20:
        value = int(value)
    if isinstance(value, int):
        return value if 0 <= value <= _LARGEST_VERSION else None
    read = moment(value, zone) if isinstance(value, str) else None
    return int(read.timestamp() * 1000) if read and read.timestamp() >= 0 else None


def _number(text: str) -> float | None:
    """Text of ten or more digits is a Unix time; fewer could be a date such as 20260501."""
    return float(text) if text.isascii() and text.isdecimal() and 10 <= len(text) <= 16 else None


def _from_wall_clock(read: dt.datetime, zone: ZoneInfo) -> dt.datetime | None:
    early, late = read.replace(tzinfo=zone, fold=0), read.replace(tzinfo=zone, fold=1)
    is_unambiguous = early.utcoffset() == late.utcoffset()
    return early.astimezone(dt.UTC) if is_unambiguous else None

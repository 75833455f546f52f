"""Moments as plain UTC values. DuckDB takes every zoned function through a calendar library, several times slower, and
the lake knows one zone only: so moments become their microseconds, and those a clock without a zone.
"""

import ibis
import ibis.expr.datatypes as dt

PERIODS = ("month", "quarter", "year")
"""Periods that rows can be grouped by."""

_SECONDS_A_DAY = 86_400


@ibis.udf.scalar.builtin(name="epoch_us", signature=((dt.Timestamp(timezone="UTC"),), dt.int64))
def _microseconds(moment):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202 - the engine's own function
    """Since 1970."""


@ibis.udf.scalar.builtin(name="make_timestamp", signature=((dt.int64,), dt.Timestamp()))
def _clock(microseconds):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202 - the engine's own function
    """What a clock in UTC showed."""


@ibis.udf.scalar.builtin(name="epoch", signature=((dt.date,), dt.float64))
def _seconds_of_day(day):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202 - the engine's own function
    """Since 1970, of the day's midnight."""


def utc(moment: ibis.Value) -> ibis.Value:
    """The moment as a UTC clock shows it, without a zone."""
    return _clock(_microseconds(moment))


def period(moment: ibis.Value, unit: str) -> ibis.Value:
    """The first day of the moment's month, quarter or year, as ISO text."""
    return utc(moment).truncate(unit).date().cast("string")


def days(start: ibis.Value, end: ibis.Value) -> ibis.Value:
    """Days from one moment to another; a date counts from its midnight."""
    return (_seconds(end) - _seconds(start)) / _SECONDS_A_DAY


def _seconds(value: ibis.Value) -> ibis.Value:
    return _seconds_of_day(value) if value.type().is_date() else _microseconds(value) / 1_000_000

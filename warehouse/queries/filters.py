"""What a reader narrows a page to, and the values to choose from; both only ever see the reader's own rows."""

import datetime as dt
from dataclasses import dataclass

import ibis

from warehouse.lake.door import Lake

UNKNOWN = "unknown"
"""The group of rows that say nothing; it is disclosed, never dropped."""

_COLUMNS = {
    "departments": "department",
    "job_families": "job_family",
    "job_levels": "job_level",
    "locations": "location",
    "channels": "channel",
    "seasons": "season",
    "vendors": "ai_vendor",
    "vendor_versions": "ai_vendor_version",
    "languages": "ai_language",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """Empty means all. `applied_from` is the first day, `applied_until` the last one, both by application date (UTC).

    `unknown` as a value stands for rows that have none.
    """

    departments: tuple[str, ...] = ()
    job_families: tuple[str, ...] = ()
    job_levels: tuple[str, ...] = ()
    locations: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    seasons: tuple[str, ...] = ()
    vendors: tuple[str, ...] = ()
    vendor_versions: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    applied_from: dt.date | None = None
    applied_until: dt.date | None = None


EVERYTHING = Filters()


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterValues:
    """The values that occur among the reader's rows, in order, and the first and last application date."""

    departments: tuple[str, ...]
    job_families: tuple[str, ...]
    job_levels: tuple[str, ...]
    locations: tuple[str, ...]
    channels: tuple[str, ...]
    seasons: tuple[str, ...]
    vendors: tuple[str, ...]
    vendor_versions: tuple[str, ...]
    languages: tuple[str, ...]
    first_applied: dt.date | None
    last_applied: dt.date | None


def filtered(rows: ibis.Table, filters: Filters) -> ibis.Table:
    """The applications that meet all filters."""
    conditions = []
    for name, column in _COLUMNS.items():
        wanted = getattr(filters, name)
        if wanted:
            conditions.append(rows[column].fill_null(UNKNOWN).isin(wanted))
    if filters.applied_from is not None:
        conditions.append(rows.applied_at >= _midnight(filters.applied_from))
    if filters.applied_until is not None:
        conditions.append(rows.applied_at < _midnight(filters.applied_until + dt.timedelta(days=1)))
    return rows.filter(*conditions) if conditions else rows


def filter_values(lake: Lake) -> FilterValues:
    """What the filter lists of this reader hold, in one scan."""
    rows = lake.applications
    lists = {name: rows[column].collect(distinct=True) for name, column in _COLUMNS.items()}
    found = rows.aggregate(**lists, first=rows.applied_at.min(), last=rows.applied_at.max()).to_pyarrow().to_pylist()[0]
    values = {name: tuple(sorted(value for value in found[name] or () if value is not None)) for name in _COLUMNS}
    return FilterValues(**values, first_applied=_day(found["first"]), last_applied=_day(found["last"]))


def _midnight(day: dt.date) -> ibis.Value:
    return ibis.literal(dt.datetime.combine(day, dt.time(), dt.UTC))


def _day(moment: dt.datetime | None) -> dt.date | None:
    return None if moment is None else moment.date()
